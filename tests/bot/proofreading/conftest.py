"""A library of invented reports, and drafts that are checked against it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.proofreading.findings import ProofFinding, ProofResult
from bot.proofreading.proofreading import check_draft
from bot.proofreading.reading import CheckRequest
from knowledge.library import Library
from tests.conftest import loaded_library

HOME = "柳溪县市场监管局"

REPORTS = {
    "柳溪县2022年.txt": """柳溪县市场监管局2022年工作总结

一、主要工作
（一）食品安全
完成食品监督抽检640批次，不合格16批次，合格率97.5%。
（二）执法办案
立案98件，罚没款60.2万元。受理投诉举报912件。
二、2023年工作打算
食品抽检700批次以上。
""",
    "柳溪县2023年.txt": """柳溪县市场监管局2023年工作总结

一、主要工作
（一）食品安全
完成食品监督抽检720批次，不合格18批次，合格率97.5%。
（二）执法办案
立案112件，罚没款75.4万元。受理投诉举报1,003件。
二、2024年工作打算
食品抽检800批次以上。
""",
    "苍山县2023年.txt": """苍山县市场监管局2023年工作总结

一、主要工作
完成食品监督抽检510批次。
""",
}

Checked = Callable[..., ProofResult]


@pytest.fixture(scope="session")
def proof_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = load_reports(tmp_path_factory.mktemp("proofreading"))
    yield library
    library.close()


def load_reports(folder: Path) -> Library:
    """A library of the invented reports; the caller closes it."""
    reports = folder / "reports"
    reports.mkdir(parents=True)
    for name, text in REPORTS.items():
        (reports / name).write_text(text, encoding="utf-8")
    return loaded_library(folder / "data", reports)


@pytest.fixture
def check(proof_library: Library) -> Checked:
    """Check a text as a draft of 2023 of the bureau at home, or as another's."""

    def run(text: str, *, bureau: str = HOME, period: str = "2023年") -> ProofResult:
        request = CheckRequest("稿子.txt", text.encode(), bureau, period)
        return check_draft(proof_library, request)

    return run


def shown(result: ProofResult, kind: str = "") -> list[str]:
    """The words of a draft at which something was found; those that are certain with a !."""
    return [
        ("!" if finding.certain else "?") + words_of(result, finding)
        for finding in result.findings
        if not kind or finding.kind == kind
    ]


def words_of(result: ProofResult, finding: ProofFinding) -> str:
    """The words of a draft at which a finding stands."""
    return result.draft.text[finding.start : finding.end]
