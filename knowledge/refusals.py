"""Why a file cannot be read, in the words of ``data/reading.toml``."""

from functools import cache
from typing import Any

from knowledge.datafiles import DATA, read_toml
from knowledge.errors import UnreadableFile


def refused(reason: str, **fields: object) -> UnreadableFile:
    """The error that says a reason; ``unsupported.doc`` and the like name one in a table."""
    words: Any = _wording()
    for key in reason.split("."):
        words = words[key]
    return UnreadableFile(reason=words.format(**fields))


@cache
def _wording() -> dict[str, Any]:
    return read_toml(DATA / "reading.toml")
