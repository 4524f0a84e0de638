"""Charts: what is drawn is decided by pure functions; one is drawn for real where a font is."""

import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.errors import ChartImpossible, ExportFailed
from bot.ledger.chart import chart_png, chart_spec, has_chinese_font, write_chart
from bot.ledger.ledger import CellKey, LedgerTable
from knowledge.understanding.periods import Period
from tests.bot.ledger.conftest import MASKED, REED, ROCK, Tables

NEEDS_FONT = pytest.mark.skipif(
    not has_chinese_font(), reason="no Chinese font on this machine (fonts-noto-cjk)"
)


def drawn(spec: Any) -> set[tuple[str, str, str]]:
    return {(v["bureau"], v["period"], v["label"]) for v in spec["data"]["values"]}


def marks(spec: Any) -> list[str]:
    return [layer["mark"]["type"] for layer in spec["layer"]]


def over_years(table: LedgerTable, *bureaus: str) -> LedgerTable:
    """A table of some bureaus over four years, with the amounts that a table has."""
    known = [cell for key, cell in table.cells.items() if table.amount(key) is not None]
    keys: list[CellKey] = [
        (bureau, Period(year)) for bureau in bureaus for year in (2020, 2021, 2022, 2023)
    ]
    cells = {key: known[n % len(known)] for n, key in enumerate(keys)}
    periods = tuple(dict.fromkeys(period for _, period in keys))
    return replace(table, bureaus=bureaus, periods=periods, cells=cells)


def test_columns_stand_for_bureaus_and_colours_for_periods(tables: Tables) -> None:
    spec = chart_spec(tables()["食品抽检合格率"])
    assert drawn(spec) == {
        ("芦苇县", "2022年", "97.53"),
        ("芦苇县", "2023年上半年", "98.14"),
        ("磐石市", "2022年", "98.02"),
    }
    assert spec["encoding"]["xOffset"]["field"] == "period"
    assert marks(chart_spec(tables()["投诉举报受理"])) == ["bar", "text", "text"]


def test_rates_near_one_another_are_points_and_the_axis_is_said_to_be_cut(tables: Tables) -> None:
    spec = chart_spec(tables()["食品抽检合格率"])
    assert marks(spec) == ["point", "text", "text"]
    assert not spec["encoding"]["y"]["scale"]["zero"]
    assert "不从0起" in spec["title"]["subtitle"][0]
    assert chart_spec(tables()["投诉举报受理"])["encoding"]["y"]["scale"]["zero"]


def test_what_is_not_drawn_is_said_with_the_reason(tables: Tables) -> None:
    assert any("**县2022年（原文已隐去）" in line for line in subtitle(tables()["罚没款"]))
    assert any("**县2022年（有几个数）" in line for line in subtitle(tables()["立案"]))


def subtitle(table: LedgerTable) -> list[str]:
    lines: list[str] = chart_spec(table)["title"]["subtitle"]
    return lines


def test_marks_of_the_table_stand_in_the_chart_too(tables: Tables) -> None:
    table = tables()["投诉举报受理"]
    assert {label for *_, label in drawn(chart_spec(table))} == {"980", "500余", "21,047？"}
    assert "前后数字不一致" in subtitle(table)[0]


@pytest.mark.parametrize("bureaus", [(REED,), (REED, ROCK)])
def test_periods_of_one_length_make_a_line_for_each_bureau(
    tables: Tables, bureaus: tuple[str, ...]
) -> None:
    spec = chart_spec(over_years(tables()["罚没款"], *bureaus))
    assert marks(spec)[0] == "line"
    assert spec["encoding"]["color"]["scale"]["domain"] == ["芦苇县", "磐石市"][: len(bureaus)]
    assert spec["encoding"]["y"]["scale"]["zero"]


def test_the_line_of_a_rate_need_not_begin_at_nought(tables: Tables) -> None:
    spec = chart_spec(over_years(tables()["食品抽检合格率"], REED))
    assert not spec["encoding"]["y"]["scale"]["zero"]


def test_a_chart_of_one_bureau_names_it(tables: Tables) -> None:
    spec = chart_spec(tables(bureau=REED)["罚没款"])
    assert spec["title"]["text"] == f"{REED}罚没款（万元）"


def test_columns_of_one_bureau_stand_for_periods(tables: Tables) -> None:
    spec = chart_spec(tables(bureau=REED)["罚没款"])
    assert spec["encoding"]["x"]["field"] == "period"
    assert "xOffset" not in spec["encoding"]
    assert spec["layer"][0]["encoding"]["color"]["legend"] is None


def test_a_part_is_not_drawn(tables: Tables) -> None:
    assert any("**县2022年（只写了一部分）" in line for line in subtitle(tables()["结案"]))


def test_short_names_that_are_the_same_are_written_out(tables: Tables) -> None:
    other = "芦苇县市监局"
    table = tables()["罚没款"]
    cells = {(other if b == ROCK else b, p): cell for (b, p), cell in table.cells.items()}
    table = replace(table, bureaus=(REED, other, MASKED), cells=cells)
    assert {bureau for bureau, *_ in drawn(chart_spec(table))} == {REED, other}


def test_what_is_masked_throughout_cannot_be_drawn(tables: Tables) -> None:
    with pytest.raises(ChartImpossible, match="隐去"):
        chart_spec(tables(bureau=MASKED)["罚没款"])


def test_several_indicators_need_one_to_be_chosen(tmp_path: Path, tables: Tables) -> None:
    with pytest.raises(ChartImpossible, match="--indicator"):
        write_chart(tmp_path / "a.png", list(tables().values()))


@NEEDS_FONT
def test_a_picture_is_drawn(tmp_path: Path, tables: Tables) -> None:
    write_chart(tmp_path / "a.png", [tables()["罚没款"]])
    picture = (tmp_path / "a.png").read_bytes()
    width, height = struct.unpack(">II", picture[16:24])
    assert picture.startswith(b"\x89PNG")
    assert width > height > 800
    assert picture == chart_png(tables()["罚没款"])


@NEEDS_FONT
def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, tables: Tables) -> None:
    with pytest.raises(ExportFailed):
        write_chart(tmp_path / "none" / "a.png", [tables()["罚没款"]])


def test_without_a_chinese_font_the_package_is_named(
    tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ledger.chart.has_chinese_font", lambda: False)
    with pytest.raises(ChartImpossible, match="fonts-noto-cjk"):
        chart_png(tables()["罚没款"])
