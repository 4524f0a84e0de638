"""``figures``: the ledger as a table, as JSON, as a workbook and as a chart."""

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from bot.display import text_width
from bot.errors import ChartImpossible, IndicatorUnknown, LedgerBureauUnknown, LedgerPeriodUnknown
from bot.ledger.chart import has_chinese_font
from bot.terminal.commands import main
from knowledge.library import Library

RATE = "食品抽检合格率"
FIELDS = [
    "report_id", "file", "bureau", "period", "of_period", "subject", "measure", "condition",
    "indicator", "text", "value", "unit", "masked", "approximate", "as_of", "kind",
    "section", "sentence", "start", "end",
]  # fmt: skip

Run = Callable[..., str]


@pytest.fixture
def run(data_dir: Path, library: Library, capsys: pytest.CaptureFixture[str]) -> Run:
    """The output of ``figures`` over the invented reports."""
    assert library

    def ran(*words: str) -> str:
        assert main(["figures", *words, "--data-dir", str(data_dir)]) == 0
        return capsys.readouterr().out

    return ran


def test_a_table_shows_bureaus_by_periods_with_every_quote(run: Run) -> None:
    lines = run("--indicator", RATE).splitlines()
    assert lines[0] == f"{RATE}（%）"
    assert lines[1].split() == ["单位", "2022年", "2023年上半年"]
    row = next(line for line in lines if line.lstrip().startswith("清河县市场监管局"))
    assert "97.3[" in row
    assert any("清河县市场监管局 2023年上半年" in line for line in lines)
    assert any("开展食品抽检412批次，不合格11批次，合格率97.3%。" in line for line in lines)


def test_an_amount_stands_under_its_period(run: Run) -> None:
    _, head, *rows = run("--indicator", RATE).split("\n\n")[0].splitlines()
    row = next(row for row in rows if "97.3[" in row)
    assert text_width(row[: row.index("97.3[")]) == text_width(head[: head.index("2023年上半年")])


def test_masked_amounts_are_shown_as_masked(run: Run) -> None:
    output = run("--indicator", "立案")
    assert "* 原文已隐去。" in output


def test_without_an_indicator_there_are_all_tables_and_no_quote(run: Run) -> None:
    output = run()
    assert f"{RATE}（%）" in output
    assert "立案（件）" in output
    assert "[1]" not in output
    assert "--indicator" in output


def test_as_json_each_statement_is_a_line_with_the_promised_fields(run: Run) -> None:
    records = [json.loads(line) for line in run("--indicator", RATE, "--json").splitlines()]
    assert records
    for record in records:
        assert [name for name in record if name in FIELDS] == FIELDS
        assert record["indicator"] == RATE
        assert record["measure"] == "合格率"
        assert record["text"] in record["sentence"]
    values = {(r["bureau"], r["of_period"]): r["value"] for r in records}
    assert values["清河县市场监管局", "2023年上半年"] == 97.3


def test_as_json_what_is_planned_is_told_as_planned(run: Run) -> None:
    records = [json.loads(line) for line in run("--json", "--bureau", "清河县").splitlines()]
    assert {r["kind"] for r in records} == {"done", "plan", "problem"}
    assert {r["bureau"] for r in records} == {"清河县市场监管局"}


def test_bureau_topic_and_period_narrow_what_is_shown(run: Run) -> None:
    output = run("--bureau", "清河县", "--topic", "执法办案", "--period", "2023年")
    assert "立案（件）" in output
    assert "2022年" not in output
    assert "食品" not in output.split("[1]")[0]


def test_the_ledger_of_the_sample_reports_has_every_bureau_and_period_right(
    sample_library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    data_dir = sample_library.data_dir
    main(["figures", "--indicator", RATE, "--json", "--data-dir", str(data_dir)])
    records = map(json.loads, capsys.readouterr().out.splitlines())
    assert {(r["bureau"], r["of_period"]): r["text"].replace("％", "%") for r in records} == {
        ("**区市场监管局", "2023年上半年"): "98.6%",
        ("云溪县市场监管局", "2022年"): "97.4%",
        ("云溪县市场监管局", "2023年上半年"): "97.94%",
        ("云溪县市场监管局", "2023年"): "98.16%",
        ("梧桐区市场监管局", "2022年"): "97.18%",
        ("梧桐区市场监管局", "2023年"): "98.01%",
        ("江岚市市场监管局", "2023年上半年"): "98.09%",
        ("江岚市市场监管局", "2024年上半年"): "98.42%",
        ("石桥县市场监督管理局", "2023年上半年"): "96.88%",
        ("石桥县市场监督管理局", "2023年"): "97.22%",
    }


def test_a_workbook_is_written(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    run("--xlsx", str(path))
    assert openpyxl.load_workbook(path).sheetnames == ["台账", "全部数字"]


@pytest.mark.skipif(not has_chinese_font(), reason="no Chinese font (fonts-noto-cjk)")
def test_a_chart_is_written(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "图.png"
    assert RATE in run("--indicator", RATE, "--chart", str(path))
    assert path.read_bytes().startswith(b"\x89PNG")


def test_where_no_chart_can_be_drawn_the_table_is_still_shown(
    data_dir: Path, library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert library
    path = tmp_path / "图.png"
    with pytest.raises(ChartImpossible):
        main(["figures", "--chart", str(path), "--data-dir", str(data_dir)])
    assert f"{RATE}（%）" in capsys.readouterr().out
    assert not path.exists()


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--bureau", "朝阳区"], LedgerBureauUnknown),
        (["--indicator", "登月次数"], IndicatorUnknown),
        (["--period", "2009年"], LedgerPeriodUnknown),
    ],
)
def test_what_is_not_there_is_said(
    data_dir: Path, library: Library, words: list[str], error: type[Exception]
) -> None:
    assert library
    with pytest.raises(error):
        main(["figures", *words, "--data-dir", str(data_dir)])
