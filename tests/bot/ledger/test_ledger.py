from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.errors import (
    IndicatorUnknown,
    LedgerBureauUnknown,
    LedgerPeriodUnclear,
    LedgerPeriodUnknown,
    TopicUnclear,
)
from bot.ledger.gathering import LedgerEntry, LedgerRequest, gather
from bot.ledger.ledger import (
    ColumnUnit,
    LedgerTable,
    amount_text,
    build_tables,
    legend_lines,
    table_title,
)
from knowledge.library import Library
from knowledge.models import StatementKind
from knowledge.understanding.periods import Period, YearPart
from tests.bot.ledger.conftest import MASKED, REED, ROCK, Tables
from tests.conftest import loaded_library

YEAR, HALF = Period(2022), Period(2023, YearPart.FIRST_HALF)


def cell_texts(table: LedgerTable) -> dict[tuple[str, str], list[str]]:
    return {
        (bureau, str(period)): [amount_text(entry, table.unit) for entry in cell.entries]
        for (bureau, period), cell in table.cells.items()
    }


# -- tables


def test_a_table_has_a_cell_for_each_bureau_and_period_that_tell_it(tables: Tables) -> None:
    table = tables()["食品抽检合格率"]
    assert cell_texts(table) == {
        (REED, "2022年"): ["97.53"],
        (REED, "2023年上半年"): ["98.14"],
        (ROCK, "2022年"): ["98.02"],
        (MASKED, "2022年"): ["*"],
    }
    assert table_title(table) == "食品抽检合格率（%）"


def test_periods_stand_in_the_calendars_order(sample_library: Library) -> None:
    (table,) = build_tables(gather(sample_library, LedgerRequest(indicator="食品抽检合格率")))
    assert list(map(str, table.periods)) == ["2022年", "2023年上半年", "2023年", "2024年上半年"]


def test_tables_come_in_the_catalogues_order_and_own_names_after(tables: Tables) -> None:
    names = list(tables())
    assert names.index("食品抽检批次") < names.index("食品抽检合格率") < names.index("立案")
    assert names[-1] == "走访商户"


def test_a_name_of_its_own_makes_a_table_where_cells_meet(tables: Tables) -> None:
    assert cell_texts(tables()["走访商户"]) == {
        (REED, "2022年"): ["210"],
        (REED, "2023年上半年"): ["120"],
    }
    assert "食品类立案" not in tables()


def test_what_is_planned_is_in_no_table(ledger_library: Library, tables: Tables) -> None:
    planned = [
        e for e in gather(ledger_library, LedgerRequest()) if e.statement.role is StatementKind.PLAN
    ]
    assert [e.name for e in planned] == ["食品抽检批次"]
    shown = [e for cell in tables()["食品抽检批次"].cells.values() for e in cell.entries]
    assert not {e.statement.figure.text for e in planned} & {e.statement.figure.text for e in shown}


# -- cells


def test_the_total_of_a_report_is_shown_before_a_part(tables: Tables) -> None:
    texts = cell_texts(tables()["立案"])
    assert texts[REED, "2022年"] == ["120"]
    assert texts[ROCK, "2022年"] == ["1,310"]


def test_a_part_that_is_not_shown_is_not_lost(tables: Tables) -> None:
    cell = tables()["立案"].cells[REED, YEAR]
    assert [e.statement.figure.text for e in cell.others] == ["31件"]


def test_where_no_total_is_told_all_are_shown_as_parts(tables: Tables) -> None:
    table = tables()["立案"]
    assert cell_texts(table)[MASKED, "2022年"] == ["*（部分）", "12（部分）", "15（部分）"]
    assert any(line.startswith("（部分）") for line in legend_lines([table]))


def test_what_one_line_of_work_counts_is_not_the_bureaus(tables: Tables) -> None:
    table = tables()["结案"]
    assert cell_texts(table)[MASKED, "2022年"] == ["9（部分）"]
    assert table.amount((MASKED, YEAR)) is None
    assert cell_texts(table)[REED, "2022年"] == ["111"]


@pytest.mark.parametrize(
    ("sentence", "name", "shown"),
    [
        ("开展明码标价专项行动，检查药店40家。", "检查药店", ["40（部分）"]),
        ("开展明码标价专项行动，检查药店40家。检查药店210家次。", "检查药店", ["210"]),
        ("开展明码标价专项行动，全年检查药店40家。", "检查药店", ["40"]),
        ("查处特种设备案件6件，罚款12万元。", "罚没款", ["12（部分）"]),
        ("立案查处食品、药品等各类案件60件。", "立案", ["60"]),
    ],
)
def test_what_a_campaign_or_one_line_of_work_counts_is_a_part(
    tmp_path: Path, sentence: str, name: str, shown: list[str]
) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    head = f"{REED}2023年工作总结\n\n一、主要工作\n（一）规范市场秩序\n"
    (folder / "a.txt").write_text(f"{head}{sentence}\n", encoding="utf-8")
    with closing(loaded_library(tmp_path / "store", folder)) as library:
        (table,) = build_tables(gather(library, LedgerRequest(indicator=name)))
    assert cell_texts(table) == {(REED, "2023年"): shown}


def test_what_is_masked_of_two_things_is_shown_of_each(tables: Tables) -> None:
    assert cell_texts(tables()["列入经营异常名录"])[MASKED, "2022年"] == ["*", "*"]


def test_the_same_amount_twice_is_shown_once(ledger_library: Library) -> None:
    entries = gather(ledger_library, LedgerRequest(bureau=ROCK, indicator="立案"))
    first = entries[0]
    (table,) = build_tables([first, first])
    (cell,) = table.cells.values()
    assert (cell.entries, len(cell.others)) == ((first,), 0)


# -- units


def test_amounts_are_converted_exactly_into_the_unit_of_the_table(tables: Tables) -> None:
    table = tables()["罚没款"]
    assert str(table.unit) == "万元"
    assert cell_texts(table) == {
        (REED, "2022年"): ["5,000"],
        (REED, "2023年上半年"): ["35.5"],
        (ROCK, "2022年"): ["1,620.5"],
        (MASKED, "2022年"): ["*"],
    }


def test_an_approximate_amount_is_marked(tables: Tables) -> None:
    texts = cell_texts(tables()["投诉举报受理"])
    assert texts[REED, "2023年上半年"] == ["500余"]
    assert texts[REED, "2022年"] == ["980"]


@pytest.mark.parametrize(
    ("value", "text", "shown"),
    [
        ("3", "不超过3件", "不超过3"),
        ("30000", "突破3万件", "突破30,000"),
        ("40000", "4万余件", "40,000余"),
        ("900", "900件以上", "900以上"),
        ("300", "三百多件", "300多"),
        ("5", "5件", "约5"),
    ],
)
def test_an_approximate_amount_keeps_the_word_that_says_how(
    ledger_library: Library, value: str, text: str, shown: str
) -> None:
    assert amount_text(
        an_entry(ledger_library, value, "件", text, about=True), ColumnUnit("件")
    ) == (shown)


def test_an_amount_that_its_report_contradicts_is_marked(tables: Tables) -> None:
    assert cell_texts(tables()["投诉举报受理"])[ROCK, "2022年"] == ["21,047？"]


def an_entry(
    library: Library, value: str, unit: str, text: str, *, about: bool = False
) -> LedgerEntry:
    entry = gather(library, LedgerRequest(bureau=ROCK, indicator="立案"))[0]
    figure = entry.statement.figure._replace(
        value=Decimal(value), unit=unit, text=text, approximate=about
    )
    return replace(entry, statement=entry.statement._replace(figure=figure))


@pytest.mark.parametrize(
    ("figure", "column", "shown"),
    [
        (("50000000", "元", "0.5亿元"), ColumnUnit("元", "万"), "5,000"),
        (("12345", "元", "12345元"), ColumnUnit("元", "万"), "1.2345"),
        (("18300", "件", "1.83万件"), ColumnUnit("件"), "18,300"),
        (("97.40", "%", "97.40%"), ColumnUnit("%"), "97.40"),
        (("640", "台(件)", "640台（件）"), ColumnUnit("台件"), "640"),
        (("640", "家次", "640家次"), ColumnUnit("家"), "640家次"),
        (("2740", "家", "２７４０家"), ColumnUnit("家次"), "2,740家"),
        (("41000", "条", "4.1万条"), ColumnUnit("条次"), "4.1万条"),
        (("3", "天", "3天"), ColumnUnit("工作日"), "3天"),
        (("685000", "元", "68.5"), ColumnUnit("件"), "68.5万元"),
    ],
)
def test_no_amount_is_converted_but_exactly(
    ledger_library: Library, figure: tuple[str, str, str], column: ColumnUnit, shown: str
) -> None:
    assert amount_text(an_entry(ledger_library, *figure), column) == shown


def test_the_unit_of_a_tables_head_is_kept(ledger_library: Library) -> None:
    (table,) = build_tables([an_entry(ledger_library, "685000", "元", "68.5")])
    assert cell_texts(table)[ROCK, "2022年"] == ["68.5"]
    assert str(table.unit) == "万元"


def test_the_legend_explains_the_marks_that_are_there(tables: Tables) -> None:
    assert legend_lines([tables()["走访商户"]]) == []
    marks = "".join(line[0] for line in legend_lines(list(tables().values())))
    assert marks == "*余？（一"


def test_a_title_has_its_unit_in_one_pair_of_brackets(tables: Tables) -> None:
    assert table_title(tables()["强制检定计量器具"]) == "强制检定计量器具（台件）"


# -- requests


@pytest.mark.parametrize(
    ("request_", "cells"),
    [
        (LedgerRequest(indicator="食品抽检合格率", bureau="芦苇县"), 2),
        (LedgerRequest(indicator="食品抽检合格率", bureau="芦苇县局"), 2),
        (LedgerRequest(indicator="食品抽检合格率", period="2022年"), 3),
        (LedgerRequest(indicator="食品抽检合格率", period="2023年"), 1),
        (LedgerRequest(indicator="食品抽检合格率", period="上半年"), 1),
        (LedgerRequest(indicator="食品抽检合格率", period="2022年、2023年上半年"), 4),
        (LedgerRequest(indicator="食品监督抽检合格率", topic="食品"), 4),
    ],
)
def test_a_request_narrows_what_is_gathered(
    ledger_library: Library, request_: LedgerRequest, cells: int
) -> None:
    (table,) = build_tables(gather(ledger_library, request_))
    assert len(table.cells) == cells


def test_a_topic_gathers_its_indicators_alone(tables: Tables) -> None:
    assert "食品抽检批次" in tables(topic="食品安全")
    assert not {"立案", "罚没款", "投诉举报受理"} & set(tables(topic="食品安全"))


def test_a_name_that_reports_alone_use_can_be_asked_for(tables: Tables) -> None:
    assert "走访商户" in tables(indicator="走访", with_single=True)


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (LedgerRequest(bureau="不存在县"), LedgerBureauUnknown),
        (LedgerRequest(indicator="登月次数"), IndicatorUnknown),
        (LedgerRequest(topic="天文"), TopicUnclear),
        (LedgerRequest(period="前天"), LedgerPeriodUnclear),
        (LedgerRequest(period="上次"), LedgerPeriodUnclear),
        (LedgerRequest(period="2021年"), LedgerPeriodUnknown),
        (LedgerRequest(indicator="特种设备检验率"), IndicatorUnknown),
    ],
)
def test_what_is_not_there_is_said(
    ledger_library: Library, request_: LedgerRequest, error: type[Exception]
) -> None:
    with pytest.raises(error):
        gather(ledger_library, request_)


def test_every_quote_is_the_reports_own_sentence(sample_library: Library) -> None:
    for entry in gather(sample_library, LedgerRequest()):
        figure, quote = entry.statement.figure, entry.quote
        assert quote.span.start <= figure.start < figure.end <= quote.span.end
        assert entry.report.text[figure.start : figure.end] == figure.text


def test_of_a_period_without_figures_those_that_have_some_are_named(
    ledger_library: Library,
) -> None:
    with pytest.raises(LedgerPeriodUnknown, match="2021年”的数。有数的期间：2022年、2023年上半年"):
        gather(ledger_library, LedgerRequest(period="2021年"))


def test_an_indicator_that_is_not_told_names_those_of_its_line_first(
    ledger_library: Library,
) -> None:
    with pytest.raises(IndicatorUnknown, match="有：立案、结案、罚没款、"):
        gather(ledger_library, LedgerRequest(indicator="移送司法机关", bureau=REED))
