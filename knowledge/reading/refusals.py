"""Why a file cannot be read, in the words of ``data/reading.toml``."""

from knowledge.errors import UnreadableFile
from knowledge.vocabulary import DATA, fill_in


def refused(reason: str, **fields: object) -> UnreadableFile:
    """Make the error that says a reason; ``unsupported.doc`` and the like name one in a table."""
    return UnreadableFile(reason=fill_in(DATA / "reading.toml", reason, fields))
