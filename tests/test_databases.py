"""What people are told does not depend on where the data is kept."""

from contextlib import closing
from pathlib import Path

from bot.assistant.assistant import Assistant
from bot.evaluation.golden import read_golden
from knowledge.library import Library
from tests.conftest import SAMPLES, loaded_library

GOLDEN = ("golden.jsonl", "golden_figures.jsonl")
EVERY = 10
"""One question of so many is put; all of them take half a minute."""


def test_golden_questions_are_answered_the_same_from_postgresql(
    sample_library: Library, tmp_path: Path, postgres_url: str
) -> None:
    asked = [q.question for file in GOLDEN for q in read_golden(SAMPLES / file).questions]
    reports = SAMPLES / "reports"
    with closing(loaded_library(tmp_path, reports, database_url=postgres_url)) as library:
        one, other = Assistant(sample_library), Assistant(library)
        for question in asked[::EVERY]:
            first, second = one.ask(question), other.ask(question)
            assert (first.status, first.text) == (second.status, second.text)
            assert first.citations == second.citations
