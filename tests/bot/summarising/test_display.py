import ast
import tomllib
from pathlib import Path

from bot.answers import Citation, Quote
from bot.compositions import CitedText, Summary, SummaryPart
from bot.display import summary_lines
from bot.records import summary_record
from bot.summarising.request import SummaryRequest
from bot.summarising.summarising import compose, read_scopes
from bot.summarising.vocabulary import CAPTIONS
from knowledge.models import SectionKind
from knowledge.understanding.sentences import Span
from tests.bot.summarising.readings import FULL, UNHEADED, reading

SOURCES = Path(__file__).parent.parent.parent.parent / "bot"


def page(text: str = FULL, topic: str = "") -> Summary:
    return compose(read_scopes([reading(text)], SummaryRequest(("r",), topic=topic)))


def test_a_page_reads_heading_by_heading_with_marks_before_the_stops() -> None:
    lines = summary_lines(page())
    assert lines[0] == "松溪县市场监管局2023年上半年工作报告（摘要）"
    assert "一、主要工作" in lines
    problems = lines[lines.index("二、存在的问题") + 1]
    assert problems.startswith("\u3000\u3000人手偏紧：一线执法人员只有17人")
    assert "]。设备老旧：" in problems


def test_sources_follow_with_where_they_stand() -> None:
    lines = summary_lines(page())
    sources = lines[lines.index("出处") + 1 :]
    assert sources[0].startswith("[1] 松溪县市场监管局 2023年上半年 · 一、主要工作")


def test_a_source_without_a_heading_is_of_the_beginning() -> None:
    assert "[1] 松溪县市场监管局 2023年上半年 · 开头部分" in summary_lines(page(UNHEADED))


def test_what_is_struck_and_what_is_left_out_are_told() -> None:
    report = reading(UNHEADED).report
    made = Summary(
        report_ids=("r",),
        title="题",
        parts=(SummaryPart((), (CitedText("登记62户", (1,)),)),),
        citations=(Citation(1, Quote(report, (), Span(0, 11))),),
        left_out=("甲", "乙"),
        struck=("立案9件。",),
    )
    lines = summary_lines(made)
    assert lines[2] == "\u3000\u3000登记62户[1]。"
    assert "    “新登记市场主体62户。”" in lines
    assert "（有的话与原文核对不上，已经删去。）" in lines
    assert not any("立案9件" in line for line in lines)
    assert summary_record(made)["struck"] == ["立案9件。"]
    assert lines[-1] == "未涉及的标题（2个）：甲；乙"


RUN_IN = """南溪县市场监管局2024年上半年工作总结

上半年主要做了以下工作：
一是守牢食品安全底线。检查学校食堂52家，完成食品抽检260批次。
二是严管特种设备。检查使用单位64家，整改隐患31处。
存在的主要困难：一是人手偏紧。4个所每所只有3人。二是老旧电梯多，更新资金难筹。
下半年，重点抓好以下几个方面：一是推进食品小作坊提升。年底前改造小作坊12家。二是推进电梯更新。完成老旧电梯评估18台。
"""


def test_where_the_headings_count_again_a_line_says_what_the_part_is() -> None:
    lines = summary_lines(page(RUN_IN))
    begins = [lines.index(f"【{kind}】") for kind in ("完成情况", "问题", "打算")]
    assert begins == sorted(begins)
    assert lines[begins[1] + 1].startswith("一是人手偏紧")
    assert not any(line.startswith("【") for line in summary_lines(page()))


def test_a_heading_that_is_all_there_is_stands_once() -> None:
    told = [line for line in summary_lines(page(RUN_IN)) if "更新资金难筹" in line]
    assert len([line for line in told if not line.startswith(("[", "    "))]) == 1


def test_problems_told_within_a_plan_are_found_where_no_heading_has_any() -> None:
    text = (
        "一、工作情况\n检查药店90家。\n二、下半年打算\n"
        "（一）强执法。办案力量薄弱，案源单一。下半年将开展案卷评查。\n"
    )
    request = SummaryRequest(("r",), kind=SectionKind.PROBLEMS)
    made = compose(read_scopes([reading(text)], request))
    assert [p.text for part in made.parts for p in part.points] == ["办案力量薄弱，案源单一。"]


def test_nothing_on_the_topic_is_said_so() -> None:
    assert summary_lines(page(topic="疫苗"))[-1] == "报告里没有这方面的内容。"


def test_the_record_keeps_the_contract_s_names() -> None:
    record = summary_record(page())
    assert {
        "report_id",
        "title",
        "points",
        "citations",
        "struck",
        "writer",
        "prompt",
        "seconds",
    } <= (record.keys())
    assert record["writer"] == "extractive"
    assert record["points"][0].keys() == {"text", "citations", "section", "line"}
    for citation in record["citations"]:
        assert FULL[citation["start"] : citation["end"]] == citation["quote"]


def test_the_first_point_under_each_first_heading_begins_with_it() -> None:
    texts = [point["text"] for point in summary_record(page())["points"]]
    assert [t.split("：")[0] for t in texts if t[0] in "一二三" and t[1] == "、"] == [
        "一、主要工作",
        "二、存在的问题",
        "三、下半年打算",
    ]
    assert not any(
        "主要工作：" in p["text"] for p in summary_record(page(topic="食品安全"))["points"]
    )


def test_every_caption_is_written_and_none_for_nobody() -> None:
    tables = tomllib.loads(CAPTIONS.read_text(encoding="utf-8"))
    written = {f"{table}.{key}" for table, keys in tables.items() for key in keys}
    said = {
        node.args[0].value
        for path in SOURCES.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "caption"
        and isinstance(node.args[0], ast.Constant)
    }
    assert said | {f"kind.{kind.value}" for kind in SectionKind} == written


def test_a_record_has_the_fields_of_the_contract_in_their_order() -> None:
    made = page()
    record = summary_record(made)
    assert record["report_id"] == made.report_ids[0]
    assert list(record) == [
        "report_id", "report_ids", "title", "scope", "points", "citations", "left_out",
        "lines_left_out", "struck", "recited", "doubtful", "writer", "prompt", "model", "notice",
        "seconds",
    ]  # fmt: skip


def test_a_name_that_the_report_misspells_is_told_as_it_stands() -> None:
    lines = summary_lines(page("一、工作\n检定集贸市场公平称120台，合格率100%。\n"))
    assert any("公平称120台" in line for line in lines)
    assert "[1]原文作“公平称”，应为“公平秤”，照录未改（原文如此）。" in lines
