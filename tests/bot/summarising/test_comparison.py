"""Several reports: what all count in one table, what each alone does below it."""

from bot.compositions import Summary
from bot.display import summary_lines
from bot.official.document import from_summary
from bot.official.layout import official_layout
from bot.records import summary_record
from bot.summarising.fitting import line_count
from bot.summarising.request import SummaryRequest
from bot.summarising.summarising import compose, read_scopes
from bot.summarising.vocabulary import SummaryLength
from tests.bot.summarising.readings import reading

FIRST = (
    "一、工作\n完成食品抽检20批次，合格率95%。检查药店9家。"
    "在山区设立流动检测车，为菜农免费检测农残。\n"
)
SECOND = (
    "一、工作\n完成食品抽检40批次，合格率98%。检查药店7家。聘请退休教师担任吹哨人，查实线索12条。\n"
)


def compared(
    topic: str = "", length: SummaryLength | None = SummaryLength.PAGE, second: str = SECOND
) -> Summary:
    readings = [reading(FIRST, "松溪甲县市场监管局"), reading(second, "松溪乙县市场监管局")]
    request = SummaryRequest(("a", "b"), topic=topic, length=length)
    return compose(read_scopes(readings, request))


def rows(made: Summary) -> dict[str, list[str]]:
    assert made.table is not None
    return {row.name: [cell.text for cell in row.cells] for row in made.table.rows}


def test_the_leading_indicators_stand_in_one_table_with_their_quotes() -> None:
    made = compared()
    assert rows(made) == {
        "食品抽检批次": ["20批次", "40批次"],
        "食品抽检合格率": ["95%", "98%"],
        "检查药店": ["9家", "7家"],
    }
    quotes = {c.n: c.quote.text for c in made.citations}
    assert made.table is not None
    for row in made.table.rows:
        assert all(cell.text in quotes[cell.citations[0]] for cell in row.cells)


def test_what_is_masked_stands_as_it_is_written_and_is_not_missing() -> None:
    made = compared(
        second="一、工作\n完成食品抽检*批次，合格率98%。检查药店*家，其中乡镇药店7家。\n"
    )
    assert rows(made)["食品抽检批次"] == ["20批次", "*批次"]


def test_below_it_stands_what_each_alone_does() -> None:
    texts = ["".join(p.text for p in part.points) for part in compared().parts]
    assert "流动检测车" in texts[0]
    assert "吹哨人" in texts[1]
    assert not any("抽检" in text or "药店" in text for text in texts)


def test_what_a_sentence_says_beside_what_is_counted_is_told_of_each_alone() -> None:
    made = compared(second="一、工作\n组织“护农”夜查，完成食品抽检40批次，查获假种子3吨。\n")
    told = "".join(p.text for p in made.parts[1].points)
    assert "假种子3吨" in told
    assert "抽检" not in told


def test_what_another_report_tells_in_other_words_is_nobodys_alone() -> None:
    made = compared(
        second="一、工作\n为菜农免费做农残检测，流动检测车设立在山区。聘请吹哨人3名。\n"
    )
    told = ["".join(p.text for p in part.points) for part in made.parts]
    assert not any("农残" in text for text in told)
    assert "吹哨人" in told[1]


def test_a_comparison_of_five_reports_fits_a_page() -> None:
    counted = ("检查药店", "检查医疗机构", "检查食品生产企业", "检查学校食堂", "检查化妆品店")
    alone = ("派出流动检测车", "组建夜间巡查队", "聘请校园观察员", "开办网店体检站", "举行老人讲堂")
    texts = [
        "一、工作\n"
        + "".join(f"{thing}{n}{k}家。" for k, thing in enumerate(counted, 3))
        + "".join(f"{own}，方便{place}街。" for place in "东西南北" * 9)
        for n, own in enumerate(alone, 1)
    ]
    names = [f"松溪{place}县市场监管局" for place in "甲乙丙丁戊"]
    request = SummaryRequest(tuple("abcde"), length=SummaryLength.PAGE)
    made = compose(read_scopes(list(map(reading, texts, names)), request))
    layout = official_layout().compact_form()
    assert line_count(from_summary(made, with_sources=False), layout) <= layout.page.lines
    assert made.title == "工作对比（5份报告）"
    assert "检查药店" in rows(made)
    assert all(part.points for part in made.parts)


def test_of_a_topic_its_own_indicators_are_compared() -> None:
    assert [*rows(compared("药品"))] == ["检查药店"]


def test_without_a_length_all_that_each_says_stands_below() -> None:
    made = compared("食品安全", None)
    assert "完成食品抽检20批次，合格率95%。" in [p.text for p in made.parts[0].points]
    assert made.table is not None


def test_it_is_shown_in_columns_in_a_document_and_as_a_record() -> None:
    made = compared()
    lines = summary_lines(made)
    assert any("食品抽检批次" in line and "20批次[1]" in line for line in lines)
    document = from_summary(made, with_sources=False)
    assert document.table is not None
    assert document.table.rows[0][:2] == ("食品抽检批次", "20批次")
    record = summary_record(made)
    assert record["table"][0]["indicator"] == "食品抽检批次"
    assert record["table"][0]["cells"][1]["text"] == "40批次"
