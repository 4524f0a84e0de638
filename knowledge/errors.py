"""The tree of errors; each carries the sentence that a user sees.

AssistantError
├── UnreadableFile        a file that holds no text we can read
├── StoreError
│   ├── StoreUnwritable   the data folder cannot be written
│   ├── StoreDamaged      the truth cannot be opened
│   ├── StoreBusy         another process is writing
│   └── EmbedderMismatch  the store's vectors came from another embedder
├── DataFileError         a data file that staff can edit does not parse
├── ReportNotFound        a report that was named is not in the store
└── EmbeddingFailed       the embedding endpoint did not answer
"""


class AssistantError(Exception):
    """An expected error. ``str(error)`` is one Chinese sentence for the user."""


class UnreadableFile(AssistantError):
    """A file that holds no text, or in a form that is not read yet."""


class StoreError(AssistantError):
    """Something is wrong with the data folder."""


class StoreUnwritable(StoreError):
    """The data folder cannot be created or written."""


class StoreDamaged(StoreError):
    """The SQLite truth cannot be opened or is of another make."""


class StoreBusy(StoreError):
    """Another process holds the write lock."""


class EmbedderMismatch(StoreError):
    """The stored vectors were made by another embedder than the one set."""


class DataFileError(AssistantError):
    """A topics, synonyms or wording file does not parse."""


class ReportNotFound(AssistantError):
    """A report that the user named is not in the store."""


class EmbeddingFailed(AssistantError):
    """The embedding endpoint did not give vectors."""
