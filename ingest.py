"""Load reports into the store: ``python ingest.py PATH…``."""

import sys
import time
from argparse import Namespace
from collections import Counter
from dataclasses import asdict

from bot.cli import UsageError, read_ingest_arguments
from bot.opening import open_library
from bot.records import line
from bot.settings import read_settings
from bot.speech import progress_line, speak_errors
from bot.wording import tell
from knowledge.library import Library
from knowledge.loading import Loaded, Status
from knowledge.periods import parse_period
from knowledge.understanding import Told


def main(arguments: list[str]) -> int:
    """Load what is named; 1 if a file could not be loaded, 2 for a wrong command."""
    typed = read_ingest_arguments(arguments)
    told = _told(typed)
    library = open_library(
        read_settings(),
        typed.data_dir,
        progress_line("ingest.indexing"),
        create=True,
        reindex=typed.reindex,
    )
    try:
        return _load(library, typed, told)
    finally:
        library.close()


def _told(typed: Namespace) -> Told:
    period = parse_period(typed.period) if typed.period else None
    if typed.period and period is None:
        raise UsageError(tell("ingest.bad_period", period=typed.period))
    return Told(typed.bureau, period)


def _load(library: Library, typed: Namespace, told: Told) -> int:
    begun = time.perf_counter()
    counts: Counter[str] = Counter()
    doubts = 0
    if typed.reindex:
        library.reindex(progress_line("ingest.reindexing"))
    with library.loader(dry_run=typed.dry_run) as loader:
        for loaded in loader.load(typed.paths, told, prune=typed.prune):
            counts[loaded.status] += 1
            doubts += loaded.status is not Status.FAILED and not (loaded.bureau and loaded.period)
            _show(loaded, as_json=typed.json)
    seconds = round(time.perf_counter() - begun, 3)
    total = {status.value: counts[status] for status in Status}
    if typed.json:
        print(line({"total": {"files": counts.total(), **total}, "seconds": seconds}))
    elif counts.total():
        print(tell("ingest.total", files=counts.total(), seconds=seconds, **total))
        if doubts:
            print(tell("ingest.doubt", count=doubts))
    elif not typed.reindex:
        print(tell("ingest.nothing"), file=sys.stderr)
    empty = not counts.total() and not typed.reindex
    return 1 if counts[Status.FAILED] or empty else 0


def _show(loaded: Loaded, *, as_json: bool) -> None:
    if as_json:
        print(line({**asdict(loaded), "status": loaded.status.value}), flush=True)
    elif loaded.status is Status.FAILED:
        print(tell("ingest.failed", file=loaded.file, error=loaded.error), file=sys.stderr)
    else:
        fields = asdict(loaded) | {
            "status": tell(f"status.{loaded.status.value}"),
            "bureau": loaded.bureau or tell("ingest.unknown_bureau"),
            "period": loaded.period or tell("ingest.unknown_period"),
        }
        print(tell("ingest.line", **fields), flush=True)


if __name__ == "__main__":
    sys.exit(speak_errors(lambda: main(sys.argv[1:])))
