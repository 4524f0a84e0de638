"""A database, whatever its dialect, that tables of the knowledge and the chats are kept in.

Statements are written once, in what SQLite and PostgreSQL share: ``?`` for each value,
``RETURNING`` for a number that was given, ``ON CONFLICT`` for a row that is there. What they do
not share are ``among`` and ``skip_locked`` here, the scripts that make the tables
(``steps/<dialect>/``) and the lexical index.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, ClassVar

Row = tuple[Any, ...]


class Database(ABC):
    """One database. Threads may share it; a transaction is its thread's own.

    All methods raise StoreErrors.
    """

    dialect: ClassVar[str]
    """The name of its folder of steps."""
    among: ClassVar[str]
    """Tells, behind an expression, whether it is one of the strings of a ``json_array``."""
    skip_locked: ClassVar[str] = ""
    """Ends a query whose rows are to be changed by one alone: what others are changing is left."""

    @property
    @abstractmethod
    def changes(self) -> int:
        """How many rows were written through this object."""

    @abstractmethod
    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """All rows of a query."""

    def row(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """The first row of a query, or None."""
        rows = self.rows(sql, values)
        return rows[0] if rows else None

    def value(self, sql: str, values: Sequence[object] = ()) -> Any:
        """The first column of a query's first row, or None."""
        row = self.row(sql, values)
        return row[0] if row else None

    def column(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        """The first column of a query."""
        return [row[0] for row in self.rows(sql, values)]

    @abstractmethod
    def run(self, sql: str, values: Sequence[object] = ()) -> None:
        """Execute a statement."""

    @abstractmethod
    def run_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Execute a statement once for each row."""

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """Make all statements inside take effect together, or none if it raises."""

    @abstractmethod
    def snapshot(self) -> AbstractContextManager["Database"]:
        """The database as it is now, to read from: what is written meanwhile is not seen in it.

        It has a connection of its own, so that this one can be used and written beside it.
        """

    @abstractmethod
    def has_table(self, name: str) -> bool:
        """Whether there is such a table."""

    @abstractmethod
    def columns(self, table: str) -> list[str]:
        """The columns of a table, without the number that a dialect gives to each row."""

    @abstractmethod
    def numbering(self) -> dict[str, int]:
        """The tables whose rows are numbered by the database, with the last number that it gave."""

    @abstractmethod
    def continue_numbering(self, table: str, last: int) -> None:
        """Give a table's next row a number after ``last`` and after all that are there."""

    @abstractmethod
    def is_empty(self) -> bool:
        """Whether there are no tables, because creating them never began or broke off."""

    @abstractmethod
    def migrate(self, steps: Sequence[str]) -> None:
        """Take the steps of a schema that the database lacks, each in a transaction of its own.

        A step is a script of SQL statements; the database counts those that it has. Raises
        StoreNewer if it has more than there are.
        """

    @abstractmethod
    def close(self) -> None:
        """Close it; it cannot be used afterwards."""


def read_steps(folder: Path, dialect: str) -> list[str]:
    """The steps of a schema for a dialect, by their numbers."""
    paths = sorted((folder / dialect).glob("*.sql"))
    return [path.read_text(encoding="utf-8") for path in paths]


def json_array(values: Iterable[str]) -> str:
    """The value for the ``?`` of ``among``."""
    return json.dumps(list(values))
