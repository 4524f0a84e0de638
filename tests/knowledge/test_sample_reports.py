"""The reports that the project ships, and the five real ones where they lie beside it."""

from functools import cache
from pathlib import Path

import pytest

from knowledge.loading.report_reader import read_report
from knowledge.models import ReadReport
from knowledge.understanding.pipeline import Overrides
from tests.conftest import REPORTS, SAMPLES
from tests.knowledge.outlines import assert_covered, assert_sound

FOLDER = SAMPLES / "reports"
NAMED = ["done", "highlights", "problems", "plan"]
EXPECTED = {
    "report-07.txt": ("梧桐区市场监管局", "2023年", "区", NAMED),
    "云溪县2022年工作总结.txt": ("云溪县市场监管局", "2022年", "县", ["done", "problems", "plan"]),
    "云溪县2023年上半年工作总结.txt": ("云溪县市场监管局", "2023年上半年", "县", NAMED),
    "云溪县2023年工作总结.txt": ("云溪县市场监管局", "2023年", "县", NAMED),
    "区局2023年上半年工作总结.txt": ("**区市场监管局", "2023年上半年", "区", NAMED),
    "梧桐区局2022年总结（定稿）.txt": ("梧桐区市场监管局", "2022年", "区", NAMED),
    "江岚市2023年上半年工作总结及下半年谋划.txt": (
        "江岚市市场监管局", "2023年上半年", "市", ["done", "problems", "plan"],
    ),
    "江岚市2024年上半年工作总结.md": ("江岚市市场监管局", "2024年上半年", "市", NAMED),
    "石桥县2023年上半年工作情况汇报.txt": (
        "石桥县市场监督管理局", "2023年上半年", "县", ["done"] * 6 + ["problems", "plan"],
    ),
    "石桥县局2023年工作汇报.txt": ("石桥县市场监督管理局", "2023年", "县", ["done"] * 9),
}  # fmt: skip
REAL = sorted(REPORTS.glob("*.txt")) if REPORTS.is_dir() else []


@cache
def understood(path: Path) -> ReadReport:
    return read_report(path, path.name, Overrides())


def test_every_sample_is_expected() -> None:
    assert {p.name for p in FOLDER.iterdir() if p.suffix in {".txt", ".md"}} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_is_known_for_whose_and_when_it_is(name: str) -> None:
    bureau, period, level, kinds = EXPECTED[name]
    read = understood(FOLDER / name)
    identity = read.report.identity
    assert identity.bureau is not None
    assert (identity.bureau.name, str(identity.period)) == (bureau, period)
    assert str(identity.bureau.level) == level
    headed = [s for s in read.sections if s.level == 1 and s.heading_end > s.start]
    assert [s.kind.value for s in headed] == kinds


@pytest.mark.parametrize("name", EXPECTED)
def test_a_samples_outline_and_passages_hold_all_of_it(name: str) -> None:
    read = understood(FOLDER / name)
    assert_sound(read.report.text, read.sections)
    assert_covered(read.report.text, read.sections, read.passages)
    assert not any(
        "#" in title or title.startswith("**") for s in read.sections for title in s.path
    )


def test_the_furniture_of_the_samples_is_known() -> None:
    read = understood(FOLDER / "江岚市2023年上半年工作总结及下半年谋划.txt")
    furniture = "".join(read.report.text[s.start : s.end] for s in read.sections if s.furniture)
    for words in ("当前位置", "浏览次数", "打印　下载", "责任编辑", "分享到", "关闭窗口"):
        assert words in furniture
    assert "批次" not in furniture


def test_the_sample_without_headings_is_parted_by_its_paragraphs() -> None:
    read = understood(FOLDER / "石桥县局2023年工作汇报.txt")
    kinds = [s.kind.value for s in read.sections if s.leaf and s.level]
    assert kinds[0] == "overview"
    assert kinds[-2:] == ["problems", "plan"]
    assert set(kinds[1:-2]) == {"done"}


@pytest.mark.skipif(not REAL, reason="the five real reports do not lie beside the project")
def test_the_real_reports_are_known_for_whose_and_when_they_are() -> None:
    identities = [understood(path).report.identity for path in REAL]
    assert [str(i.period) for i in identities] == [
        "2023年上半年",
        "2023年",
        "2022年上半年",
        "2023年上半年",
        "2022年",
    ]
    assert [i.bureau and str(i.bureau.level) for i in identities] == ["市", "区", "区", "县", "县"]
    assert [i.bureau.name.count("*") for i in identities if i.bureau] == [2, 0, 1, 2, 0]


@pytest.mark.skipif(not REAL, reason="the five real reports do not lie beside the project")
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name[:3])
def test_a_real_reports_outline_and_passages_hold_all_of_it(path: Path) -> None:
    read = understood(path)
    assert_sound(read.report.text, read.sections)
    assert_covered(read.report.text, read.sections, read.passages)
    kinds = [s.kind.value for s in read.sections if s.level == 1 and not s.run_in]
    assert kinds[-1] == "plan"
    assert "done" in kinds
    assert max(p.end - p.start for p in read.passages) < 900
