"""The tree of errors; each class has one Chinese sentence, kept in ``data/errors.toml``.

AssistantError
├── UnreadableFile        a file that holds no text we can read
├── StoreError
│   ├── StoreUnwritable   the data folder cannot be written
│   │   └── DatabaseUnwritable   nor can the PostgreSQL database
│   ├── StoreMissing      nothing was ingested yet
│   │   └── DatabaseEmpty        into the PostgreSQL database
│   ├── StoreDamaged      the store cannot be opened
│   │   └── DatabaseDamaged      on PostgreSQL
│   ├── StoreBusy         another process is writing
│   │   └── DatabaseBusy         the PostgreSQL database
│   ├── StoreNewer        a later version of the program wrote it
│   ├── DatabaseAddressInvalid, DatabaseUnreachable, DatabaseRefused, DatabaseMissing,
│   │   DatabaseEncodingUnfit    why PostgreSQL cannot be used
│   └── EmbedderMismatch  the store's vectors came from another embedder
├── MoveFailed, MoveTargetUsed   why the data cannot be moved to another database
├── DataFileError         a data file that staff can edit does not parse
├── ManifestError         a manifest.csv beside the reports does not parse
├── ReportNotFound        a report that was named is not in the store
└── EmbeddingFailed       the embedding endpoint did not answer
"""

import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import ClassVar

_IN_A_CHECKOUT = (Path(__file__).parent.parent / "ingest.py").exists()
_PYTHON = sys.orig_argv[0] if sys.orig_argv else "python"
ASSISTANT = f"{_PYTHON} -m bot" if _IN_A_CHECKOUT else "supervision-assistant"
INGEST = f"{_PYTHON} ingest.py" if _IN_A_CHECKOUT else "supervision-ingest"
"""How the two commands are called: in a checkout by the Python that was called, such as
``.venv/bin/python``, and by their names where the wheel is installed."""


def data_text(path: Path) -> str:
    """The text of a data file, commands in it named as they can be called here."""
    text = path.read_text(encoding="utf-8")
    return text.replace("python -m bot", ASSISTANT).replace("python ingest.py", INGEST)


@cache
def _sentences(path: Path) -> dict[str, str]:
    sentences: dict[str, str] = tomllib.loads(data_text(path))
    return sentences


class AssistantError(Exception):
    """An expected error; ``str(error)`` is the Chinese sentence that a user sees.

    The sentence is given whole, or made from the class's template and ``fields``.
    """

    wording: ClassVar[Path] = Path(__file__).parent / "data" / "errors.toml"

    def __init__(self, sentence: str = "", **fields: object) -> None:
        template = _sentences(self.wording).get(type(self).__name__, "")
        super().__init__(sentence or template.format(**fields))


class UnreadableFile(AssistantError):
    """A file that holds no text, or in a form that is not read yet."""


class StoreError(AssistantError):
    """Something is wrong with the data folder."""


class StoreUnwritable(StoreError):
    """The data folder cannot be created or written."""


class StoreMissing(StoreError):
    """The data folder holds no report yet."""


class StoreDamaged(StoreError):
    """The store cannot be opened, or another program wrote it."""


class StoreBusy(StoreError):
    """Another process holds the write lock."""


class StoreNewer(StoreError):
    """A file of the data folder was written by a later version of the program."""


class DatabaseAddressInvalid(StoreError):
    """What is set is no address of a PostgreSQL database."""


class DatabaseUnreachable(StoreError):
    """The PostgreSQL server does not answer, or has gone away."""


class DatabaseRefused(StoreError):
    """The PostgreSQL server does not let this user in."""


class DatabaseMissing(StoreError):
    """The PostgreSQL server has no such database."""


class DatabaseEncodingUnfit(StoreError):
    """The PostgreSQL database cannot hold Chinese."""


class DatabaseEmpty(StoreMissing):
    """The PostgreSQL database holds no report yet."""


class DatabaseUnwritable(StoreUnwritable):
    """The PostgreSQL database cannot be written."""


class DatabaseDamaged(StoreDamaged):
    """The PostgreSQL database has other tables than ours, or they are damaged."""


class DatabaseBusy(StoreBusy):
    """Another process writes the PostgreSQL database, or it takes no more connections."""


class EmbedderMismatch(StoreError):
    """The stored vectors were made by another embedder than the one set."""


class MoveFailed(AssistantError):
    """What was moved is not what was read back."""


class MoveTargetUsed(AssistantError):
    """The data would be moved to where other data is."""


class DataFileError(AssistantError):
    """A topics, synonyms or wording file does not parse."""


class ManifestError(AssistantError):
    """A line of a manifest.csv does not hold what it should."""


class ReportNotFound(AssistantError):
    """A report that the user named is not in the store."""


class EmbeddingFailed(AssistantError):
    """The embedding endpoint did not give vectors."""
