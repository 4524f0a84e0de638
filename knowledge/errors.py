"""The tree of errors; each class has one Chinese sentence, kept in ``data/errors.toml``.

AssistantError
├── UnreadableFile        a file that holds no text we can read
├── StoreError
│   ├── StoreUnwritable   the data folder cannot be written
│   ├── StoreMissing      nothing was ingested yet
│   ├── StoreDamaged      the store cannot be opened
│   ├── StoreBusy         another process is writing
│   ├── StoreNewer        a later version of the program wrote it
│   └── EmbedderMismatch  the store's vectors came from another embedder
├── DataFileError         a data file that staff can edit does not parse
├── ManifestError         a manifest.csv beside the reports does not parse
├── ReportNotFound        a report that was named is not in the store
└── EmbeddingFailed       the embedding endpoint did not answer
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import ClassVar

_IN_A_CHECKOUT = (Path(__file__).parent.parent / "ingest.py").exists()
ASSISTANT = "python -m bot" if _IN_A_CHECKOUT else "supervision-assistant"
INGEST = "python ingest.py" if _IN_A_CHECKOUT else "supervision-ingest"
"""How the two commands are called: in a checkout, and where the wheel is installed."""


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


class EmbedderMismatch(StoreError):
    """The stored vectors were made by another embedder than the one set."""


class DataFileError(AssistantError):
    """A topics, synonyms or wording file does not parse."""


class ManifestError(AssistantError):
    """A line of a manifest.csv does not hold what it should."""


class ReportNotFound(AssistantError):
    """A report that the user named is not in the store."""


class EmbeddingFailed(AssistantError):
    """The embedding endpoint did not give vectors."""
