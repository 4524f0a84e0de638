"""Files that people sent, version by version; what was withdrawn can come back for a while."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.storage.database import Database

_KEPT_SECONDS = 30 * 86_400
_COLUMNS = "update_id, n, user_id, at, name, sha256, size, report_id, bureau, period"
_SELECT = f"SELECT {_COLUMNS}, id, withdrawn_at IS NOT NULL FROM uploads"  # noqa: S608 - a constant
_NEWEST = (
    " WHERE id IN (SELECT max(id) FROM uploads WHERE withdrawn_at IS NULL GROUP BY user_id, name)"
)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a file: the ``n``-th file of the update that brought it.

    ``bureau`` and ``period`` (its wording) are what somebody said of the report, not what the
    report says; ``id`` is 0 until it is written down.
    """

    update_id: int
    n: int
    user_id: str
    at: float
    name: str
    sha256: str
    size: int
    report_id: str
    bureau: str = ""
    period: str = ""
    id: int = 0
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """How much was sent."""

    files: int
    size: int


class Uploads:
    """Every version of every file; of one sender's name the newest counts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, version: Version) -> Version:
        """Write a version down, once for each file of an update; as it stands now."""
        self._database.run(
            f"INSERT INTO uploads ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - a constant
            " ON CONFLICT (update_id, n) DO NOTHING",
            (
                version.update_id, version.n, version.user_id, version.at, version.name,
                version.sha256, version.size, version.report_id, version.bureau, version.period,
            ),
        )  # fmt: skip
        return next(v for v in self.of_update(version.update_id) if v.n == version.n)

    def of_update(self, update_id: int) -> list[Version]:
        """The versions that an update brought, in order."""
        return self._read(" WHERE update_id = ? ORDER BY n", update_id)

    def find(self, number: int) -> Version | None:
        """A version by its number."""
        return next(iter(self._read(" WHERE id = ?", number)), None)

    def current(self, user_id: str, name: str) -> Version | None:
        """What lies in the library under a sender's name."""
        found = self._read(_NEWEST + " AND user_id = ? AND name = ?", user_id, name)
        return next(iter(found), None)

    def holding(self, report_id: str) -> list[Version]:
        """The current versions that hold a report, whoever sent them."""
        return self._read(_NEWEST + " AND report_id = ? ORDER BY id", report_id)

    def standing(self, user_id: str, name: str) -> list[Version]:
        """All versions of a name that were not withdrawn, the newest last."""
        return self._read(
            " WHERE user_id = ? AND name = ? AND withdrawn_at IS NULL ORDER BY id", user_id, name
        )

    def tell(self, number: int, bureau: str, period: str) -> None:
        """Keep what is said of the report."""
        self._database.run(
            "UPDATE uploads SET bureau = ?, period = ? WHERE id = ?", (bureau, period, number)
        )

    def withdraw(self, numbers: Sequence[int], now: float) -> None:
        """Have versions count no more."""
        self._database.run_many(
            "UPDATE uploads SET withdrawn_at = ? WHERE id = ? AND withdrawn_at IS NULL",
            [(now, number) for number in numbers],
        )

    def bring_back(self, numbers: Sequence[int]) -> None:
        """Have versions that were withdrawn count again."""
        self._database.run_many(
            "UPDATE uploads SET withdrawn_at = NULL WHERE id = ?", [(n,) for n in numbers]
        )

    def delete(self, numbers: Sequence[int]) -> None:
        """Forget versions altogether."""
        self._database.run_many("DELETE FROM uploads WHERE id = ?", [(n,) for n in numbers])

    def long_withdrawn(self, now: float) -> list[Version]:
        """Versions that nobody will want back."""
        return self._read(" WHERE withdrawn_at < ?", now - _KEPT_SECONDS)

    def refers_to(self, user_id: str, sha256: str) -> bool:
        """Whether a version of a sender, withdrawn or not, has this content."""
        row = self._database.row(
            "SELECT 1 FROM uploads WHERE user_id = ? AND sha256 = ?", (user_id, sha256)
        )
        return row is not None

    def usage(self) -> Usage:
        """All that is kept, versions that may come back among it."""
        return Usage(*self._sums(""))

    def usage_since(self, user_id: str, since: float) -> Usage:
        """What somebody sent since a time."""
        return Usage(*self._sums(" WHERE user_id = ? AND at >= ?", user_id, since))

    def _sums(self, where: str, *values: object) -> tuple[int, int]:
        row = self._database.row(
            "SELECT count(*), coalesce(sum(size), 0) FROM uploads" + where,  # noqa: S608 - a constant
            values,
        )
        return (row[0], int(row[1])) if row else (0, 0)

    def _read(self, where: str, *values: object) -> list[Version]:
        rows = self._database.rows(_SELECT + where, values)
        return [replace(Version(*row[:-1]), withdrawn=bool(row[-1])) for row in rows]
