"""``python -m tests.benchmark.engines [FOLDER …]``: the same questions to files and to servers.

Reports and questions are the samples', generated ones, and those of public sets: each FOLDER holds
one, with ``passages.jsonl`` and ``questions.jsonl``. Prints how many answers are the same from
SQLite, and from PostgreSQL with a Chroma server, and each that is not; exit code 1 if there is one.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from bot.assistant.assistant import Assistant
from bot.evaluation.golden import read_golden
from knowledge.library import Library
from knowledge.storage.builtin_embedder import BuiltinEmbedder
from knowledge.understanding.pipeline import Overrides
from tests.benchmark.reports import questions, write_reports
from tests.chroma import ChromaServer
from tests.conftest import SAMPLES
from tests.postgres import start_server

_GOLDEN = ("golden.jsonl", "golden_figures.jsonl")
_REPORTS, _GENERATED = 100, 60
_OF_A_SET, _OTHERS = 120, 400
_FOUND = 10


def material(reports: Path, sets: list[Path]) -> list[str]:
    """Put reports into a folder; what is asked of them."""
    asked = [q.question for name in _GOLDEN for q in read_golden(SAMPLES / name).questions]
    write_reports(reports, range(_REPORTS))
    generated = list(questions(_GENERATED, _REPORTS))
    asked += [question.text for question in generated]
    asked += [q.text.partition("年")[2].removeprefix("上半年") for q in generated]  # of all
    for folder in sets:
        of_set = _lines(folder / "questions.jsonl")
        of_set = of_set[:: len(of_set) // _OF_A_SET][:_OF_A_SET]
        wanted = {gold for question in of_set for gold in question["gold_passages"]}
        for n, passage in enumerate(_lines(folder / "passages.jsonl")):
            if passage["id"] in wanted or n < _OTHERS:
                path = reports / f"{passage['id']}.txt"
                path.write_text(f"{passage['title']}\n{passage['text']}\n", encoding="utf-8")
        asked += [question["question"] for question in of_set]
    return asked


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


class Engine:
    """A store, with what it answers."""

    def __init__(self, folder: Path, reports: Path, **servers: str) -> None:
        self.library = Library(folder, BuiltinEmbedder(), create=True, **servers)  # type: ignore[arg-type] # both are addresses
        with self.library.loader() as loader:
            list(loader.load([SAMPLES / "reports", reports], Overrides()))
        self._assistant = Assistant(self.library)

    def answer(self, question: str) -> tuple[object, ...]:
        answer = self._assistant.ask(question)
        return answer.status, answer.text, answer.citations

    def found(self, question: str) -> list[tuple[str, float]]:
        """The first passages with their scores."""
        hits = self.library.search(self.library.read_question(question), _FOUND)
        return [(hit.passage.id, hit.score) for hit in hits]


def _differences(one: Engine, other: Engine, asked: list[str]) -> Iterator[tuple[str, str]]:
    for question in asked:
        if one.answer(question) != other.answer(question):
            yield "answer", question
        if one.found(question) != other.found(question):
            yield "passages", question


def main(sets: list[Path]) -> int:
    """Ask both and compare."""
    with ExitStack() as stack:
        room = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        room.chmod(0o755)  # the server may run as somebody else
        asked = material(room / "reports", sets)
        server, chroma = start_server(room), ChromaServer(room / "chroma-server")
        stack.callback(server.discard)
        stack.callback(chroma.kill)
        files = Engine(room / "files", room / "reports")
        stack.enter_context(closing(files.library))
        servers = {"database_url": server.url(), "chroma_host": chroma.url}
        other = Engine(room / "other", room / "reports", **servers)
        stack.enter_context(closing(other.library))
        print(f"{files.library.passage_count()} passages, {len(asked)} questions", flush=True)
        kinds = []
        for kind, question in _differences(files, other, asked):
            kinds.append(kind)
            print(f"other {kind}: {question}", flush=True)
    counts = {kind: kinds.count(kind) for kind in ("answer", "passages")}
    print(f"others of {len(asked)}: {counts}")
    return int(bool(kinds))


if __name__ == "__main__":
    sys.exit(main([Path(folder) for folder in sys.argv[1:]]))
