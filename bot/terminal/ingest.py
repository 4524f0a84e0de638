"""``python ingest.py PATH…``: load reports, with a line for each."""

import signal
import sys
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Event

from bot.assistant.data_folder import open_library
from bot.display import load_result_line
from bot.errors import UsageError
from bot.interruption import showing_pages
from bot.records import json_line
from bot.settings import read_settings
from bot.speech import hide_secrets, print_notice, progress_line
from bot.terminal.arguments import read_ingest_arguments
from bot.wording import tell
from knowledge.errors import AssistantError, StoreBusy, UnreadableFile
from knowledge.library import Library
from knowledge.loading.loader import LoadResult, Status
from knowledge.reading.files import find_sources
from knowledge.reading.paths import display_path
from knowledge.understanding.periods import parse_period
from knowledge.understanding.pipeline import Overrides

_BUSY_SECONDS = 2.0


def ingest(arguments: list[str]) -> int:
    """Load what is named; 1 if a file could not be loaded, 2 for a wrong command."""
    typed = read_ingest_arguments(arguments)
    overrides = _read_overrides(typed)
    settings = read_settings()
    hide_secrets(settings.secrets)
    library = open_library(
        settings,
        typed.data_dir,
        progress_line("ingest.indexing"),
        create=bool(typed.paths),
        reindex=typed.reindex,
    )
    with closing(library):
        load = _watch if typed.watch else _load
        return load(library, typed, overrides)


def _read_overrides(typed: Namespace) -> Overrides:
    period = parse_period(typed.period) if typed.period else None
    if typed.period and period is None:
        raise UsageError(tell("ingest.bad_period", period=typed.period))
    return Overrides(display_path(typed.bureau), period)


@dataclass(slots=True)
class _Tally:
    """How many files so far ended in which status."""

    started: float = field(default_factory=time.perf_counter)
    counts: Counter[Status] = field(default_factory=Counter)
    doubts: int = 0
    results: list[LoadResult] = field(default_factory=list)

    def add(self, loaded: LoadResult) -> None:
        self.counts[loaded.status] += 1
        self.results.append(loaded)
        if loaded.status not in {Status.FAILED, Status.REMOVED, Status.SKIPPED}:
            self.doubts += not (loaded.bureau and loaded.period)

    def print_total(self, *, as_json: bool) -> None:
        seconds = round(time.perf_counter() - self.started, 3)
        files = self.counts.total()
        total = {status.value: self.counts[status] for status in Status}
        if as_json:
            print(json_line({"total": {"files": files, **total}, "seconds": seconds}))
            return
        if sys.stdout.isatty() and files > self.counts[Status.UNCHANGED]:
            _print_table(self.results)
        print(tell("ingest.total", files=files, seconds=seconds, **total))
        if self.doubts:
            print(tell("ingest.doubt", count=self.doubts))


def _load(library: Library, typed: Namespace, overrides: Overrides) -> int:
    tally = _Tally()
    if typed.reindex and not typed.dry_run:
        library.reindex(progress_line("ingest.reindexing"))
    try:
        if typed.paths:
            _load_paths(library, typed, overrides, tally)
    except AssistantError:
        if tally.counts:  # what was loaded before the fault is reported all the same
            tally.print_total(as_json=typed.json)
        raise
    nothing = tally.counts.total() == tally.counts[Status.SKIPPED] and not typed.reindex
    if typed.json or tally.counts:
        tally.print_total(as_json=typed.json)
    if nothing:
        print(tell("ingest.nothing"), file=sys.stderr)
    return 1 if tally.counts[Status.FAILED] or nothing else 0


def _load_paths(library: Library, typed: Namespace, overrides: Overrides, tally: _Tally) -> None:
    prune = typed.prune or typed.watch
    in_table = sys.stdout.isatty() and not typed.json
    with (
        library.loader(dry_run=typed.dry_run) as loader,
        _bar(typed.paths) as (begin_file, end_file),
    ):
        for loaded in loader.load(typed.paths, overrides, prune=prune, on_file=begin_file):
            tally.add(loaded)
            end_file()
            if not in_table:
                _print_result(loaded, as_json=typed.json)


def _watch(library: Library, typed: Namespace, overrides: Overrides) -> int:
    """Keep the store in step with files and folders until Ctrl-C or SIGTERM."""
    from knowledge.loading.watch import files_to_load, watch_changes  # noqa: PLC0415 - watchfiles brings anyio

    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    _load(library, typed, overrides)
    print_notice(tell("ingest.watching", paths="、".join(map(display_path, typed.paths))))
    for changed in watch_changes(typed.paths, stop):
        files = files_to_load(typed.paths, changed)
        while not stop.is_set():
            try:
                _follow(library, typed, overrides, files)
                break
            except StoreBusy as error:  # the other writer will end
                print(error, file=sys.stderr)
                stop.wait(_BUSY_SECONDS)
    print_notice(tell("ingest.watched"))
    return 0


def _follow(library: Library, typed: Namespace, overrides: Overrides, files: list[Path]) -> None:
    """Load what changed, prune what is gone: a line for each."""
    with library.loader() as loader:
        present = [file for file in files if file.exists()]
        for loaded in loader.load(present, overrides, named=typed.paths):
            # a file that vanished meanwhile is reported as removed
            vanished = loaded.status is Status.FAILED and not Path(loaded.file).exists()
            if loaded.status is not Status.UNCHANGED and not vanished:
                _print_result(loaded, as_json=typed.json)
        # a folder that is missing is no folder that became empty: a share may be away
        for loaded in loader.prune([root for root in typed.paths if root.exists()]):
            _print_result(loaded, as_json=typed.json)


@contextmanager
def _bar(paths: list[Path]) -> Iterator[tuple[Callable[[Path], None], Callable[[], None]]]:
    """A bar on a terminal's stderr: what to call with a file begun, and with one done."""
    if not sys.stderr.isatty():
        yield (lambda _path: None), (lambda: None)
        return
    from rich.console import Console  # noqa: PLC0415 - with its bar, a tenth of a second

    from bot.terminal.progress import LoadingBar  # noqa: PLC0415 - the same tenth of a second

    bar = LoadingBar(Console(stderr=True), sum(map(_files_in, paths)))
    try:
        with showing_pages(bar.show_page):
            yield bar.begin_file, bar.end_file
    finally:
        bar.close()


def _files_in(path: Path) -> int:
    try:
        return sum(1 for _ in find_sources([path]))
    except UnreadableFile:
        return 1  # its refusal is one line


def _print_table(results: list[LoadResult]) -> None:
    from rich.console import Console  # noqa: PLC0415 - with its tables, a tenth of a second

    from bot.terminal.progress import loading_table  # noqa: PLC0415 - the same tenth of a second

    Console().print(loading_table(results))


def _print_result(loaded: LoadResult, *, as_json: bool) -> None:
    if as_json:
        print(json_line({**asdict(loaded), "status": loaded.status.value}), flush=True)
    elif loaded.status is Status.FAILED:
        print(tell("ingest.failed", file=loaded.file, error=loaded.error), file=sys.stderr)
    elif loaded.status is Status.SKIPPED:
        print(tell("ingest.skipped", file=loaded.file, error=loaded.error), file=sys.stderr)
    else:
        print(load_result_line(loaded), flush=True)
