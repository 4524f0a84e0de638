"""What the benchmark asks of a pipeline: load a folder, open, find passages.

Each lies in a module of its own, with its ``PIPELINE``: processes that one starts need not pay for
the imports of the other.
"""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol

FOUND = 10
NAMES = ("ours", "afternoon")


class Pipeline(Protocol):
    """One way from a folder of reports to passages for a question.

    ``anew``: every load begins from nothing, so that a second takes what the first took.
    """

    anew: bool

    def load(self, reports: Path) -> int:
        """Bring the store level with the reports; how many passages it holds."""

    def open(self) -> None:
        """Make ready for questions."""

    def find(self, question: str) -> Sequence[Path]:
        """The files of the passages found, best first."""


def pipeline(name: str, folder: Path) -> Pipeline:
    """A pipeline of NAMES with its own folder; imports it."""
    made: Pipeline = import_module(f"tests.benchmark.{name}").PIPELINE(folder)
    return made
