"""The sentences with which a reader of a form refuses a file."""

from functools import cache
from typing import Any

from knowledge.datafiles import DATA, read_toml
from knowledge.errors import UnreadableFile


def refused(form: str, reason: str, **fields: object) -> UnreadableFile:
    """The refusal that ``data/reading.toml`` words under a form's name."""
    return UnreadableFile(reason=_wording()[form][reason].format(**fields))


@cache
def _wording() -> dict[str, Any]:
    return read_toml(DATA / "reading.toml")
