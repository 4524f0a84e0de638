"""``python -m tests.benchmark.sizes sqlite|postgresql [PASSAGES …]``: one store as it grows.

Some reports are read; as many more as are wanted are written straight to the store, copies of
others under names of their own, without a vector index. At each size 200 questions with bureau and
period are searched. All has the lowest priority but the searches, and so has what else runs in its
session. Prints one JSON object a size.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from knowledge.lexicon import tokens_of
from knowledge.library import Library
from knowledge.loading.loader import texts_to_embed
from knowledge.models import ReadReport
from knowledge.storage.builtin_embedder import BuiltinEmbedder
from knowledge.storage.opening import open_store
from knowledge.storage.protocols import ReportSource, Vectors
from knowledge.understanding.pipeline import Overrides, understand
from tests.benchmark.ours import Ours
from tests.benchmark.reports import DISTINCT_PLACES, PERIODS, place_name, report_text, write_reports
from tests.benchmark.step import search
from tests.postgres import PostgresServer, start_server

_PASSAGES_A_REPORT = 20
_SIZES = (10_000, 100_000, 200_000)
_READ = 500
_COPIED = 24 * PERIODS  # as many places as are of the same level again
_FIRST_COPY = DISTINCT_PLACES * PERIODS  # from there on all names are of one length
_LOW, _HIGH = 10, -15

Template = tuple[ReadReport, Vectors, list[str]]


def _templates() -> Iterator[Template]:
    embedder = BuiltinEmbedder()
    for number in range(_FIRST_COPY, _FIRST_COPY + _COPIED):
        read = understand(report_text(number), file="", sha256="")
        texts = texts_to_embed(read.report.text, read.passages)
        yield read, embedder.embed(texts), [" ".join(tokens_of(text)) for text in texts]


def _copy_of(read: ReadReport, number: int) -> ReadReport:
    """The same report of another place, whose name is as long."""
    report, names = read.report, (_FIRST_COPY + (number - _FIRST_COPY) % _COPIED, number)
    old, new = (place_name(each // PERIODS) for each in names)
    bureau = report.identity.bureau
    assert bureau
    key = sha256(f"{number}".encode()).hexdigest()[:16]
    identity = replace(
        report.identity,
        bureau=replace(bureau, name=bureau.name.replace(old, new)),
        title=report.identity.title.replace(old, new),
    )
    text = report.text.replace(old, new)
    passages = [p._replace(id=f"{key}-{p.start:06d}", report_id=key) for p in read.passages]
    copy = replace(report, id=key, file=f"{number}.txt", sha256=key, identity=identity, text=text)
    return replace(read, report=copy, passages=tuple(passages))


class GrowingStore:
    """A store that is filled further and further."""

    def __init__(self, room: Path, url: str) -> None:
        self.reports, self.folder, self._url = room / "reports", room / "data", url
        write_reports(self.reports, range(_READ))
        library = Library(self.folder, BuiltinEmbedder(), database_url=url, create=True)
        with closing(library), library.loader() as loader:
            list(loader.load([self.reports], Overrides()))
        self._templates = list(_templates())
        self.count = _READ

    def fill(self, count: int) -> None:
        """Write reports until there are so many."""
        with closing(open_store(self.folder, self._url, create=False)) as store:
            for number in range(_FIRST_COPY + self.count, _FIRST_COPY + count):
                read, vectors, tokens = self._templates[(number - _FIRST_COPY) % _COPIED]
                copy = _copy_of(read, number)
                name = copy.report.file
                source = ReportSource(f"file:///{name}", name, copy.report.sha256, "v  ")
                store.put(copy, source, loaded_at="", vectors=vectors, tokens=tokens)
        self.count = count

    def search(self) -> dict[str, float]:
        """What 200 questions of the reports that were read take."""
        return search(Ours(self.folder, self._url), self.reports, _READ)


@contextmanager
def _hurried(server: PostgresServer | None) -> Iterator[None]:
    """Let searches go before all else on the machine, so that others are not measured."""
    processes = [os.getpid(), *([server.process_id()] if server else [])]
    _set_priority(processes, _HIGH)
    try:
        yield
    finally:
        _set_priority(processes, _LOW)


def _set_priority(processes: list[int], priority: int) -> None:
    for process in processes:
        os.setpriority(os.PRIO_PROCESS, process, priority)
        session = Path(f"/proc/{process}/autogroup")  # sessions have priorities of their own
        if session.exists():
            session.write_text(str(priority))


def _megabytes(*folders: Path) -> float:
    files = (path.stat() for of in folders for path in of.rglob("*") if path.is_file())
    return sum(status.st_size for status in files) / 1e6


def main(engine: str, sizes: list[int]) -> None:
    """Fill the store up to each size and measure."""
    os.nice(_LOW)
    with ExitStack() as stack:
        room = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sizes-")))
        room.chmod(0o755)  # the server may run as somebody else
        server = None
        if engine == "postgresql":
            server = start_server(room)
            stack.callback(server.discard)
        store = GrowingStore(room, server.url() if server else "")
        folders = [store.folder, *([server.folder / "data" / "base"] if server else [])]
        for size in sizes:
            begun = time.perf_counter()
            store.fill(size // _PASSAGES_A_REPORT)
            seconds = time.perf_counter() - begun
            if server:
                server.execute("VACUUM ANALYZE", "CHECKPOINT")
            with _hurried(server):
                found = store.search()
            figures = {"write_seconds": seconds, **found, "megabytes": _megabytes(*folders)}
            told = {"engine": engine, "passages": size, "load_average": os.getloadavg()[0]}
            print(json.dumps(told | {k: round(v, 4) for k, v in figures.items()}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], [int(size) for size in sys.argv[2:]] or list(_SIZES))
