"""What answers one request is read from one generation of the store, which is read once."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.answering.model_writer import PassageRetriever
from bot.assistant.assistant import Assistant
from bot.assistant.tracing import trace
from bot.drafting.drafting import draft_plan
from bot.drafting.request import PlanRequest
from bot.summarising.request import SummaryRequest
from bot.summarising.summarising import summarise
from knowledge.library import Library
from tests.bot.conftest import REPORTS
from tests.conftest import loaded_library

QUESTION = "清河县2023年上半年食品抽检多少批次"
HISTORY = ("苇塘区2023年上半年立案多少件", "清河县呢")

Request = Callable[[Library], object]


def summary_of(library: Library) -> object:
    ids = tuple(entry.id for entry in library.reports()[:2])
    return summarise(library, SummaryRequest(ids, topic="食品安全"))


REQUESTS: dict[str, Request] = {
    "question": lambda library: Assistant(library).ask(QUESTION),
    "follow-up": lambda library: Assistant(library).ask("食品抽检呢", HISTORY),
    "comparison": lambda library: Assistant(library).ask("2023年上半年各县区分别立案多少件"),
    "nothing found": lambda library: Assistant(library).ask("清河县2023年上半年植树多少棵"),
    "no such report": lambda library: Assistant(library).ask("柳湾县2023年立案多少件"),
    "plan": lambda library: draft_plan(library, PlanRequest("清河县")),
    "trace": lambda library: trace(library, Assistant(library), QUESTION),
    "passages": lambda library: PassageRetriever(library=library).invoke(QUESTION),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_reads_the_generation_once(
    library: Library, meta_reads: list[str], name: str
) -> None:
    REQUESTS[name](library)
    assert meta_reads == ["generation"]


def test_a_summary_reads_the_generation_once(library: Library, meta_reads: list[str]) -> None:
    with library.snapshot():
        summary_of(library)
    assert meta_reads == ["generation"]


@pytest.fixture
def own_library(tmp_path: Path) -> Iterator[Library]:
    """One that may be written to."""
    folder = tmp_path / "reports"
    folder.mkdir()
    for name, text in REPORTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    made = loaded_library(tmp_path / "data", folder)
    yield made
    made.close()


def test_a_report_that_leaves_while_a_question_is_answered_is_still_answered_from(
    own_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = Assistant(own_library).ask(QUESTION)
    for catalogue in own_library._catalogues.values():
        catalogue.reports.clear()
    read_question = own_library.read_question

    def read_and_remove(text: str, this_year: int | None = None) -> object:
        question = read_question(text, this_year)
        with own_library.loader() as loader:
            loader.remove_report(expected.citations[0].quote.report.id)
        return question

    monkeypatch.setattr(own_library, "read_question", read_and_remove)
    answer = Assistant(own_library).ask(QUESTION)
    monkeypatch.undo()
    assert (answer.text, answer.citations) == (expected.text, expected.citations)
    assert Assistant(own_library).ask(QUESTION).status != expected.status
