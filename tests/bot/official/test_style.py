"""The style check as a whole: what is found where, what is mended, and what is let alone."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.official.findings import FindingKind, StyleContext, StyleFinding
from bot.official.style_check import check_style, mend_pieces
from knowledge.reading.encoding import decode
from knowledge.understanding.periods import Period, YearPart
from tests.conftest import SAMPLES

YEAR = StyleContext(
    Period(2024),
    (Period(2023), Period(2023, YearPart.FIRST_HALF)),
    "云溪县市场监管局",
    ("江岚市市场监管局", "江岚市"),
)
HALF = StyleContext(Period(2023, YearPart.SECOND_HALF), (Period(2023, YearPart.FIRST_HALF),))
TOKENS = re.compile(r"\d[\d.,]*\d|\d|\*+")

PIECES = st.sampled_from(
    [
        "加强监管", "检查**家", "立案*件", "共1,286家", "增长4.26%", "比例3:1", "2023年", "上半年",
        "2024年", "，", "。", "；", "：", "、", ",", ";", ":", "!", "(", ")", "（", "）", "“", "”",
        '"', " ", "一是", "二是", "三是", "好的，以下是", "希望对您有帮助。", "将继续推进", "我们",
        "江岚市", "**（一）强化。**", "**强化监管**", "**县", "```", "《办法》", "工作计划",
        "在", "基础上", "\u3000", "…", ".", "`",
    ]
)  # fmt: skip
LEADS = st.sampled_from(
    [
        "",
        "",
        "",
        "一、",
        "二、",
        "(一)",
        "（二）",
        "（三）、",
        "1.",
        "2、",
        "(1)",
        "# ",
        "- ",
        "* ",
        "> ",
    ]
)
PARAGRAPHS = st.lists(
    st.builds(lambda lead, pieces: lead + "".join(pieces), LEADS, st.lists(PIECES, max_size=12)),
    max_size=6,
)
CONTEXTS = st.sampled_from([YEAR, HALF, StyleContext()])


def kinds(text: str, context: StyleContext = YEAR) -> list[tuple[str, str, str | None]]:
    return [(f.kind.value, f.words, f.replacement) for f in check_style("", [text], context)]


def fix(texts: list[str], findings: Sequence[StyleFinding]) -> list[str]:
    """A title and its paragraphs with the certain findings mended, one pass."""
    return [
        mend_pieces([text], [f for f in findings if f.paragraph == number])[0]
        for number, text in enumerate(texts)
    ]


def mend_all(title: str, paragraphs: Sequence[str], context: StyleContext) -> list[str]:
    """A title and its paragraphs, mended until nothing certain is left."""
    texts = [title, *paragraphs]
    for _ in range(20):
        texts = fix(texts, check_style(texts[0], texts[1:], context))
    return texts


def mend(*paragraphs: str, context: StyleContext = YEAR) -> list[str]:
    return mend_all("", paragraphs, context)[1:]


@settings(max_examples=60)
@given(st.lists(PIECES, max_size=6).map("".join), PARAGRAPHS, CONTEXTS)
def test_what_was_mended_has_nothing_certain_left(
    title: str, paragraphs: list[str], context: StyleContext
) -> None:
    once = mend_all(title, paragraphs, context)
    assert not [f for f in check_style(once[0], once[1:], context) if f.certain]
    assert mend_all(once[0], once[1:], context) == once
    assert len(once) == len(paragraphs) + 1


@settings(max_examples=40)
@given(st.lists(PIECES.filter(lambda p: p[:2] not in ("好的", "希望", "**", "``")), max_size=20))
def test_figures_and_masks_are_never_touched(pieces: list[str]) -> None:
    context = StyleContext()  # a period is a number too, and is moved
    text = "工作方面" + "".join(pieces)
    assert TOKENS.findall(mend(text, context=context)[0]) == TOKENS.findall(text)


@given(st.lists(st.text(max_size=30), max_size=4), CONTEXTS)
@settings(max_examples=50)
def test_any_text_is_checked_and_findings_are_slices_of_it(
    paragraphs: list[str], context: StyleContext
) -> None:
    for finding in check_style("谋划", paragraphs, context):
        whole = ["谋划", *paragraphs][finding.paragraph]
        assert whole[finding.start : finding.end] == finding.words


def test_the_samples_prose_is_hardly_marked() -> None:
    """Nine sample reports; what they are marked for stands in them."""
    found: list[tuple[FindingKind, bool]] = []
    for path in sorted((SAMPLES / "reports").glob("*.txt")):
        lines = [line for line in decode(path.read_bytes()).splitlines() if line.strip()]
        furniture = ("字号", "分享到")
        found.extend(
            (f.kind, f.certain)
            for f in check_style("", lines, StyleContext())
            if not any(word in lines[f.paragraph - 1] for word in furniture)
        )
    assert found.count((FindingKind.NUMBERING, True)) == 14  # one report writes (一) throughout
    assert len(found) <= 14 + 4


def test_a_finding_tells_people_where_and_what() -> None:
    finding = check_style("谋划", ["做好工作。", "检查企业,规范经营。"], YEAR)[0]
    assert finding == StyleFinding(
        FindingKind.PUNCTUATION, 2, 4, 5, ",", "第2段：“,”是半角标点，应写作“，”。", "，"
    )
    assert check_style("谋划。", [], YEAR)[0].sentence == "标题：标题末尾不用句号。"


def test_fixing_leaves_what_is_not_certain() -> None:
    paragraphs = ["我们检查企业,规范经营。"]
    findings = check_style("", paragraphs, YEAR)
    assert fix(["", *paragraphs], findings) == ["", "我们检查企业，规范经营。"]


def test_text_in_pieces_keeps_its_seams() -> None:
    pieces = ["（三）强化监管。", "检查企业,", "规范经营"]
    findings = [
        StyleFinding(FindingKind.NUMBERING, 1, 0, 3, "（三）", "", "（一）"),
        StyleFinding(FindingKind.PUNCTUATION, 1, 7, 9, "。检", "", "；检"),
        StyleFinding(FindingKind.PUNCTUATION, 1, 12, 13, ",", "", "，"),
        StyleFinding(FindingKind.PUNCTUATION, 1, 17, 17, "", "", "。"),
    ]
    assert mend_pieces(pieces, findings) == ["（一）强化监管；检", "查企业，", "规范经营。"]
    assert mend_pieces(["", "好", ""], [StyleFinding(FindingKind.CHAT, 1, 1, 1, "", "", "。")]) == [
        "", "好。", "",
    ]  # fmt: skip


# -- numbering


@pytest.mark.parametrize(
    ("written", "right"),
    [
        (["(一)加强监管。做好。"], ["（一）加强监管。做好。"]),
        (["（一）、加强监管。做好。"], ["（一）加强监管。做好。"]),
        (["一.工作目标", "1、加强监管。做好。"], ["一、工作目标", "1.加强监管。做好。"]),
        (["(1)加强监管。做好。"], ["（1）加强监管。做好。"]),
        (["（一）甲。乙。", "（三）丙。丁。"], ["（一）甲。乙。", "（二）丙。丁。"]),
        (["（一）甲。乙。", "（一）丙。丁。"], ["（一）甲。乙。", "（二）丙。丁。"]),
        (["（二）甲。乙。", "（三）丙。丁。"], ["（一）甲。乙。", "（二）丙。丁。"]),
        (
            ["一、甲", "（一）乙。丙。", "二、丁", "（二）戊。己。"],
            ["一、甲", "（一）乙。丙。", "二、丁", "（一）戊。己。"],
        ),
        (["要点：一是甲；三是乙；四是丙。"], ["要点：一是甲；二是乙；三是丙。"]),
        (["一是甲乙。二是丙丁。二是戊己。"], ["一是甲乙。二是丙丁。三是戊己。"]),
    ],
)
def test_numbering_is_put_right(written: list[str], right: list[str]) -> None:
    assert mend(*written) == right


@pytest.mark.parametrize(
    "written",
    [
        ["一、甲", "（一）乙。丙。", "1.丁。戊。", "（1）己。庚。", "2.辛。壬。", "二、癸"],
        ["第一部分　总结", "一、甲", "第二部分　打算", "一、乙"],
        ["（一）甲。一是乙；二是丙。", "（二）丁。一是戊；二是己。"],
        ["一、二季度工作有序开展。各项工作做好。"],
        ["1．甲乙。丙丁。", "2．戊己。庚辛。"],
        ["食品安全", "1.甲。乙。", "2.丙。丁。", "药品安全", "1.戊。己。"],
    ],
)
def test_numbering_that_is_right_passes(written: list[str]) -> None:
    assert not check_style("", written, StyleContext())


@pytest.mark.parametrize(
    "written",
    [
        ["四、甲", "（一）乙。丙。"],
        ["（一）甲。乙。", "二、丙"],
        ["1.甲。乙。", "2.丙。丁。", "1.戊。己。"],
        ["工作上，二是甲乙。"],
        ["工作上，一是甲乙。"],
        ["一要甲乙，二是丙丁，三是戊己。", "工作上，一是甲乙。"],
    ],
)
def test_numbering_that_only_a_person_can_put_right_is_told(written: list[str]) -> None:
    findings = check_style("", written, StyleContext())
    assert [(f.kind, f.certain) for f in findings] == [(FindingKind.NUMBERING, False)]


# -- punctuation


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("检查企业,立案**件;办结*件!", "检查企业，立案**件；办结*件！"),
        ("检查1,286家,合格率98.5%,比例3:1。", "检查1,286家，合格率98.5%，比例3:1。"),
        ("见 http://a.cn/b?c=1,d。", "见 http://a.cn/b?c=1,d。"),
        ("落实学校(含幼儿园)责任,推广标识(UDI)。", "落实学校（含幼儿园）责任，推广标识（UDI）。"),
        ("完善（一次办)机制。", "完善（一次办）机制。"),
        ('推进"双随机"和“一公开"监管。', "推进“双随机”和“一公开”监管。"),
        ("加强监管。。规范秩序，。", "加强监管。规范秩序。"),
        ("加强监管，、规范秩序；；做好工作。", "加强监管，规范秩序；做好工作。"),
        ("加强 监管，检查 159 家企业， 做好工作。", "加强监管，检查159家企业，做好工作。"),
        ("加强监管。规范秩序", "加强监管。规范秩序。"),
        ("加强监管。规范秩序，", "加强监管。规范秩序。"),
        ("加强监管。规范秩序.", "加强监管。规范秩序。"),
        ("加强监管。立案**", "加强监管。立案**。"),
        ("加强监管；规范秩序；", "加强监管；规范秩序。"),
    ],
)
def test_punctuation_is_put_right(written: str, right: str) -> None:
    assert mend(written) == [right]


@pytest.mark.parametrize(
    "written",
    [
        "（一）强化监管",
        "各位领导：",
        "云溪县市场监管局",
        "开展“万人进万企 纾困助发展”活动，落实《地理标志产品 云溪茶》标准。",
        "落实“两个责任”（含学校），修订《办法（试行）》……",
        "按GB/T 9704-2012、ISO9001:2015和10:30的要求办理。",
        "推进“互联网+明厨亮灶”。落实“四个最严”。”",
    ],
)
def test_punctuation_that_is_right_passes(written: str) -> None:
    found = [f for f in check_style("", [written, "做好。"], StyleContext()) if f.certain]
    assert not found


def test_what_is_not_in_pairs_is_told() -> None:
    assert kinds("落实“两个责任。") == [("punctuation", "“", None)]
    assert kinds("落实《办法。") == [("punctuation", "《", None)]
    assert kinds('落实"两个责任。') == [("punctuation", '"', None)]


# -- periods and past


@pytest.mark.parametrize(
    ("written", "right", "context"),
    [
        ("2023年工作计划如下：", "2024年工作计划如下：", YEAR),
        ("2023年，我局将继续加强监管。", "2024年，我局将继续加强监管。", YEAR),
        ("上半年，全局要进一步加强监管。", "下半年，全局要进一步加强监管。", HALF),
        ("明年，**局将继续加强监管。", "2024年，**局将继续加强监管。", YEAR),
        ("今年上半年工作打算如下：", "2023年下半年工作打算如下：", HALF),
        ("2023年上半年工作谋划如下：", "2024年工作谋划如下：", YEAR),
    ],
)
def test_the_old_period_is_moved_where_only_the_new_one_can_be_meant(
    written: str, right: str, context: StyleContext
) -> None:
    assert mend(written, "做好工作。", context=context)[0] == right


def test_a_title_is_moved_to_the_new_period() -> None:
    assert mend_all("云溪县市场监管局2023年工作打算", [], YEAR)[0].endswith("2024年工作打算")
    title = "云溪县市场监管局2023年上半年工作总结和下半年工作谋划"
    assert mend_all(title, [], HALF) == [title]


@pytest.mark.parametrize(
    "written",
    [
        "在2023年基础上，加强监管。",
        "力争投诉量较2023年下降。",
        "巩固2023年成果，加强监管。",
        "落实《2023年工作要点》，开展“春雷行动2023年”活动。",
        "力争2024年上半年完成创建。",
        "2022年建成的平台全部启用。",
    ],
)
def test_a_rightful_word_on_the_past_passes(written: str) -> None:
    assert not kinds(written)


@pytest.mark.parametrize(
    "written", ["2023年，检查餐饮单位。", "2023年5月前建成平台。", "推进2023年各项重点。"]
)
def test_an_old_period_that_may_be_meant_is_told(written: str) -> None:
    assert kinds(written) == [("period", "2023年", None)]


def test_the_first_half_in_the_plan_of_a_year_after_a_year_is_that_year_s_own() -> None:
    context = StyleContext(Period(2024), (Period(2023),))
    assert not kinds("上半年完成平台建设。", context)
    assert kinds("2023年上半年完成平台建设。", context)


@pytest.mark.parametrize(
    "words", ["已完成检查任务。", "投诉量同比增长。", "查处案件*件。", "检查食堂1,158家。"]
)
def test_the_past_in_a_plan_is_told_and_never_mended(words: str) -> None:
    assert [(kind, right) for kind, _, right in kinds(words)] == [("past", None)]
    assert not kinds(words, StyleContext())


@pytest.mark.parametrize(
    "words", ["巩固已完成的改造。", "对查处的*起案件开展回头看。", "全年检查食堂1,200家以上。"]
)
def test_a_plan_is_no_past(words: str) -> None:
    assert not kinds(words)


# -- words


@pytest.mark.parametrize(
    "lead",
    ["好的，以下是为您起草的计划：", "以下是2024年工作计划：", "当然！根据您的要求，草拟如下："],
)
def test_a_line_that_leads_up_goes(lead: str) -> None:
    assert mend(lead, "做好工作。") == ["", "做好工作。"]


def test_parting_words_go_and_the_rest_stays() -> None:
    assert mend("做好工作。希望以上内容对您有所帮助！如有需要，请随时告诉我。") == ["做好工作。"]


def test_chat_within_a_text_is_told() -> None:
    assert ("chat", "作为一个AI语言模型", None) in kinds("作为一个AI语言模型，无法提供。")
    assert kinds("咱们要做好工作。") == [("casual", "咱们", None)]
    assert not kinds("开展“我们的节日”活动。")


def test_names_of_others_are_told_and_the_own_is_not() -> None:
    assert kinds("学习江岚市市场监管局做法。") == [("foreign", "江岚市市场监管局", None)]
    assert kinds("推动云溪县市场监管局改革。") == []
    own_place = StyleContext(own_bureau="江岚市市场监管局", other_names=("江岚市", "**县"))
    assert kinds("服务江岚市企业，检查**县企业。", own_place) == []
    city = StyleContext(other_names=("江岚市", "高新区"))
    assert kinds("规范江岚市场秩序，拓展高新区域。", city) == []


def test_three_sentences_that_open_alike_are_told_once() -> None:
    text = "开展检查。开展培训。开展宣传。开展抽检。推进创建。"
    assert kinds(text) == [("repeated", "开展", None)]
    assert not kinds("开展检查。开展培训。推进创建。开展宣传。")
    assert not kinds("一是推进检查；二是推进培训；三是推进宣传。")


def test_a_sentence_without_breath_is_told() -> None:
    assert [kind for kind, *_ in kinds("，".join(["加强监管"] * 25) + "。")] == ["long"]
    assert not kinds("；".join(["加强监管"] * 25) + "。")[1:]


# -- Markdown


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("## 一、工作目标", "一、工作目标"),
        ("- 检查**县企业。", "检查**县企业。"),
        ("**（一）强化监管。**检查**家。", "（一）强化监管。检查**家。"),
        ("（一）**强化监管**：检查企业。", "（一）强化监管：检查企业。"),
        ("**云溪县2024年工作计划**", "云溪县2024年工作计划"),
        ("---", ""),
        ("```markdown", ""),
    ],
)
def test_markdown_is_taken_off(written: str, right: str) -> None:
    assert mend(written, "做好。")[0] == right


@pytest.mark.parametrize(
    "written",
    [
        "**县市场监管局检查**家，立案**起。",
        "*户个体户标记为异常，新增市场主体*户。",
        "* 户以上的市场。",
        "申报“**”“**”商标，服务**有限公司和**公司。",
        "推动**高质量发展，向**银行推荐。",
        "质押融资**万元，**市**区协查。",
        "罚没款**。",
    ],
)
def test_masks_are_no_markdown(written: str) -> None:
    assert not check_style("", [written, "做好。"], StyleContext())


def test_words_that_may_be_stressed_or_masked_are_told() -> None:
    assert kinds("要**压实责任**，做好工作。") == [("markdown", "**压实责任**", None)]


@pytest.mark.parametrize(
    ("written", "right"),
    [
        (["一、甲", "（一）乙。丙。", "（二）丁。戊。", "三、己。庚。", "二、辛"], "（三）"),
        (["1.甲。乙。", "2.丙。丁。", "（3）戊。己。", "4.庚。辛。"], "3."),
    ],
)
def test_a_mark_that_goes_on_with_another_level_is_of_its_form(
    written: list[str], right: str
) -> None:
    assert [f.replacement for f in check_style("", written, StyleContext())] == [right]
