"""What a rewording may hold, and what makes it another statement."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.drafting.likeness import figure_faults, is_covered_by, strays, without_item
from bot.drafting.model_polisher import heading_key
from bot.drafting.polishing import DraftPart, DraftSentence, Wording, judge_paragraph
from bot.drafting.vocabulary import rewording_words
from bot.official.findings import StyleContext
from knowledge.models import Identity, Report
from knowledge.understanding.periods import Period

SOURCE = "深入推进电梯安全筑底行动，年底前完成老旧电梯更新××台，不漏一处。"
OTHER = "完成食品抽检500批次，指导柳河镇学校食堂开展“明厨亮灶”建设。"


def part_of(*texts: str) -> DraftPart:
    reports = (Report(f"{n}", "", "", Identity(None, None), t) for n, t in enumerate(texts, 1))
    return DraftPart(
        "（一）守牢安全底线。", tuple(DraftSentence(n, r) for n, r in enumerate(reports, 1))
    )


@pytest.mark.parametrize(
    "text",
    [
        "一是进一步深入推进电梯安全筑底行动，不漏一处；年底前完成老旧电梯更新××台。",
        "对电梯安全，切实深入推进筑底行动，着力抓好落实。",
    ],
)
def test_other_order_and_plain_words_are_nothing_new(text: str) -> None:
    assert strays(text, (SOURCE,)) == ()


@pytest.mark.parametrize(
    ("text", "stray"),
    [
        ("深入推进柳河镇电梯安全筑底行动。", "柳河镇"),
        ("深入推进电梯安全“筑底行动”。", "“筑底行动”"),
        ("完成老旧电梯更新20台。", "20"),
        ("完成老旧电梯更新三台。", "三"),
        ("已完成老旧电梯更新××台。", "已"),
        ("完成老旧电梯更新##台。", "##"),
        ("消除电梯安全筑底行动。", "消除"),
        ("深入推进电梯安全筑底行动，形成长效机制。", "形成长效机制"),
        ("深入推进电梯安全筑底行动<b>。", "<"),
    ],
)
def test_what_no_source_holds_is_told(text: str, stray: str) -> None:
    assert any(stray in told for told in strays(text, (SOURCE,)))


def test_a_name_made_of_pieces_of_sources_is_told() -> None:
    assert strays("指导石桥镇。", ("指导柳河镇。", "检查石桥。"))
    assert not strays("指导柳河镇。", ("指导柳河镇。", "检查石桥。"))


@pytest.mark.parametrize(
    "text",
    [
        "完成食品抽检500批次，年底前完成老旧电梯更新500台，不漏一处。",
        "完成老旧电梯更新××批次，食品抽检500台，不漏一处。",
        "完成食品抽检××批次，老旧电梯更新500台，不漏一处。",
        "完成食品抽检500批次，年底前完成老旧电梯更新台，不漏一处。",
        "完成食品抽检500批次，又完成食品抽检500批次，年底前完成老旧电梯更新××台，不漏一处。",
    ],
)
def test_figures_and_blanks_stay_where_they_were(text: str) -> None:
    sources = ["完成食品抽检500批次。", SOURCE]
    assert figure_faults("".join(sources), sources) == []
    assert figure_faults(text, sources)


@settings(max_examples=40)
@given(st.sampled_from([SOURCE, OTHER]), st.characters(codec="gb18030"), st.integers(0, 60))
def test_no_character_of_its_own_slips_in(source: str, character: str, place: int) -> None:
    text = source[:place] + character + source[place:]
    plain = {*"".join(rewording_words().plain), *rewording_words().particles, *source}
    new = character.isalnum() and character not in plain
    assert bool(strays(text, (source,)) or figure_faults(text, [source])) or not new


@pytest.mark.parametrize("text", [SOURCE, OTHER])
def test_a_sentence_is_itself(text: str) -> None:
    assert strays(text, (text,)) == ()
    assert figure_faults(text, [text]) == []
    assert is_covered_by(text, text)
    assert not is_covered_by(text, "切实抓好落实。")
    assert without_item(f"十一是{text}") == text


@pytest.mark.parametrize(
    "wordings",
    [
        [],
        [Wording(SOURCE, (1,), stands=True)],
        [Wording(SOURCE, (1,), stands=True), Wording(OTHER, (2,), stands=False)],
        [Wording(SOURCE, (1,), stands=True), Wording(OTHER, (2, 3), stands=True)],
        [Wording(SOURCE, (1, 2), stands=True)],
        [Wording(SOURCE, (1,), stands=True), Wording(OTHER, (), stands=False)],
    ],
)
def test_a_paragraph_is_taken_whole_or_not_at_all(wordings: list[Wording]) -> None:
    standing, _ = judge_paragraph(
        part_of(SOURCE, OTHER), wordings, StyleContext(planned=Period(2024))
    )
    assert standing == ()


def test_a_paragraph_that_tells_the_same_is_taken_with_full_stops() -> None:
    wordings = [Wording(OTHER, (2,), stands=True), Wording(SOURCE[:-1] + "；", (1,), stands=True)]
    context = StyleContext(planned=Period(2024))
    standing, struck = judge_paragraph(part_of(SOURCE, OTHER), wordings, context)
    assert [w.text for w in standing] == [OTHER, SOURCE]
    assert struck == ()


@pytest.mark.parametrize(
    "line", ["**（一）守牢安全底线**", "(一) 守牢安全底线", "# 一、守牢安全底线："]
)
def test_a_heading_is_known_however_it_is_laid_out(line: str) -> None:
    assert heading_key(line) == heading_key("（一）守牢安全底线。")
    assert heading_key(line) != heading_key("（一）守牢质量底线。")


def test_a_sentence_is_covered_clause_by_clause() -> None:
    assert is_covered_by(SOURCE, "年底前完成老旧电梯更新××台，推进电梯安全筑底行动，不漏一处。")
    assert not is_covered_by(SOURCE, "深入推进电梯安全筑底行动，年底前完成老旧电梯更新××台。")
