from pathlib import Path

import pytest

from bot.errors import UnknownKind, UnknownLength
from bot.summarising.belonging import topic_words
from bot.summarising.request import SummaryRequest, parse_kind, parse_length
from bot.summarising.summarising import summarise
from bot.summarising.vocabulary import SummaryLength, choice_words
from knowledge.errors import DataFileError, ReportNotFound
from knowledge.library import Library
from knowledge.models import SectionKind
from knowledge.understanding.kinds import without_mark
from tests.bot.summarising.readings import rests_on


def test_every_sample_report_has_a_page_that_names_its_first_headings(
    sample_library: Library,
) -> None:
    for entry in sample_library.reports():
        made = summarise(sample_library, SummaryRequest((entry.id,)))
        sections, _ = sample_library.outline(entry.id)
        firsts = {s.path[0] for s in sections if s.level == 1} - {"导语", "正文"}
        shown = {part.path[0] for part in made.parts if part.path}
        assert {first for first in firsts if without_mark(first) != first} <= shown
        quotes = {citation.n: citation.quote for citation in made.citations}
        for point in (point for part in made.parts for point in part.points):
            held = "".join(quotes[n].text for n in point.citations)
            assert rests_on(
                point.text, held, str(entry.identity.bureau), str(entry.identity.period)
            )


def test_one_topic_across_a_bureau_s_periods(sample_library: Library) -> None:
    ids = [sample_library.find_report(f"云溪县{p}").id for p in ("2022年", "2023年上半年")]
    made = summarise(sample_library, SummaryRequest(tuple(ids), topic="食品"))
    assert made.scope == "食品安全"
    assert [part.path[0][-5:] for part in made.parts] == ["2022年", "3年上半年"]
    assert made.seconds >= 0


def test_a_report_that_is_not_there(sample_library: Library) -> None:
    with pytest.raises(ReportNotFound):
        summarise(sample_library, SummaryRequest(("nothing",)))


def test_lengths_and_kinds_are_named_in_chinese() -> None:
    assert parse_length("半页") is SummaryLength.HALF
    assert parse_kind("问题") is parse_kind("problems") is SectionKind.PROBLEMS
    with pytest.raises(UnknownLength, match="一句话"):
        parse_length("两页")
    with pytest.raises(UnknownKind, match="打算"):
        parse_kind("天气")


@pytest.mark.parametrize("text", ["[length]\n", "[length.year]\nnames=[]\ncharacters=1\n", "x = ["])
def test_a_damaged_data_file_is_told_by_its_name(tmp_path: Path, text: str) -> None:
    damaged = tmp_path / "summary_choice.toml"
    damaged.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=r"summary_choice\.toml"):
        choice_words(path=damaged)


def test_a_topic_file_without_names_is_told(tmp_path: Path) -> None:
    damaged = tmp_path / "summary_topics.toml"
    damaged.write_text("[[topic]]\nalso = []\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"summary_topics\.toml"):
        topic_words("药品", damaged)
