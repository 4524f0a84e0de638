"""Loading on a terminal: a bar while files are read, a table when all are."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from bot.display import load_doubts, load_result_names
from bot.wording import tell
from knowledge.loading.loader import LoadResult, Status
from knowledge.reading.paths import display_path

_LONGEST_NAME = 24
_MOST_ROWS = 60


class _Speed(ProgressColumn):
    """How many files a second."""

    def render(self, task: Task) -> Text:
        return Text(tell("ingest.speed", speed=task.speed or 0.0))


class LoadingBar:
    """The file that is being read, how many of how many, how fast, and the time left."""

    def __init__(self, console: Console, files: int) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            _Speed(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            redirect_stdout=False,
        )
        self._file = ""
        self._task = self._progress.add_task("", total=files)
        self._progress.start()

    def begin_file(self, path: Path) -> None:
        """Show the name of the file that is being read."""
        name = display_path(path.name)
        self._file = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
        self._progress.update(self._task, description=tell("ingest.reading", file=self._file))

    def show_page(self, number: int, count: int) -> None:
        """Show which page of the file is being recognised."""
        of = f"/{count}" if count else ""
        words = tell("ingest.recognising", file=self._file, page=f"{number}{of}")
        self._progress.update(self._task, description=words)

    def end_file(self) -> None:
        """Count a file as done."""
        self._progress.advance(self._task)

    def close(self) -> None:
        """Take the bar off the screen."""
        self._progress.stop()


def loading_table(lines: Sequence[LoadResult]) -> Table:
    """What was loaded, for people; of many files, those with something to look at first."""
    changed = [line for line in lines if line.status is not Status.UNCHANGED]
    rows = sorted(changed, key=lambda line: not (line.doubts or line.error))[:_MOST_ROWS]
    table = Table(caption=_caption(len(changed) - len(rows)))
    for name in ("status", "file", "bureau", "period"):
        table.add_column(tell(f"ingest_table.{name}"), overflow="fold")
    for name in ("sections", "figures"):
        table.add_column(tell(f"ingest_table.{name}"), justify="right")
    table.add_column(tell("ingest_table.doubts"), overflow="fold")
    for line in rows:
        counts = ("", "") if line.error else (str(line.sections), str(line.figures))
        bureau, period = ("", "") if line.error else load_result_names(line)
        status = tell(f"status.{line.status.value}")
        remark = line.error or load_doubts(line)
        cells = (status, Path(line.file).name, bureau, period, *counts, remark)
        table.add_row(*map(Text, cells))
    return table


def _caption(left_out: int) -> str | None:
    return tell("ingest_table.left_out", count=left_out) if left_out > 0 else None
