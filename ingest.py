"""Load reports into the store: ``python ingest.py PATH…``."""

import sys
import time
from argparse import Namespace
from collections import Counter
from dataclasses import asdict, dataclass, field

from bot.cli import UsageError, read_ingest_arguments
from bot.logs import hide_secrets
from bot.opening import open_library
from bot.records import line
from bot.settings import read_settings
from bot.speech import progress_line, speak_errors
from bot.wording import tell
from knowledge.ahead import processes_to_spare
from knowledge.errors import AssistantError
from knowledge.library import Library
from knowledge.loading import Loaded, Status, shown
from knowledge.periods import parse_period
from knowledge.understanding import Told


def main(arguments: list[str]) -> int:
    """Load what is named; 1 if a file could not be loaded, 2 for a wrong command."""
    typed = read_ingest_arguments(arguments)
    told = _told(typed)
    settings = read_settings()
    hide_secrets(settings.secrets)
    library = open_library(
        settings,
        typed.data_dir,
        progress_line("ingest.indexing"),
        create=bool(typed.paths),
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
    return Told(shown(typed.bureau), period)


@dataclass(slots=True)
class _Tally:
    """What became of the files so far."""

    begun: float = field(default_factory=time.perf_counter)
    counts: Counter[Status] = field(default_factory=Counter)
    doubts: int = 0

    def add(self, loaded: Loaded) -> None:
        self.counts[loaded.status] += 1
        if loaded.status not in {Status.FAILED, Status.REMOVED}:
            self.doubts += not (loaded.bureau and loaded.period)

    def tell(self, *, as_json: bool) -> None:
        seconds = round(time.perf_counter() - self.begun, 3)
        files = self.counts.total()
        total = {status.value: self.counts[status] for status in Status}
        if as_json:
            print(line({"total": {"files": files, **total}, "seconds": seconds}))
            return
        print(tell("ingest.total", files=files, seconds=seconds, **total))
        if self.doubts:
            print(tell("ingest.doubt", count=self.doubts))


def _load(library: Library, typed: Namespace, told: Told) -> int:
    tally = _Tally()
    if typed.reindex and not typed.dry_run:
        library.reindex(progress_line("ingest.reindexing"))
    try:
        if typed.paths:
            with library.loader(dry_run=typed.dry_run, processes=processes_to_spare()) as loader:
                for loaded in loader.load(typed.paths, told, prune=typed.prune):
                    tally.add(loaded)
                    _show(loaded, as_json=typed.json)
    except AssistantError:
        if tally.counts:  # what was loaded before the fault is told all the same
            tally.tell(as_json=typed.json)
        raise
    nothing = not tally.counts and not typed.reindex
    if typed.json or not nothing:
        tally.tell(as_json=typed.json)
    if nothing:
        print(tell("ingest.nothing"), file=sys.stderr)
    return 1 if tally.counts[Status.FAILED] or nothing else 0


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
