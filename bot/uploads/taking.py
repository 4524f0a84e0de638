"""Files that were sent, taken into the library one by one: what became of each is a value."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.state.uploads import Uploads, Version
from bot.uploads.archives import Member, Reason, Refusal
from bot.uploads.limits import Limits
from bot.uploads.names import numbered
from bot.uploads.shelf import Shelf
from knowledge.errors import AssistantError, UnreadableFile
from knowledge.library import Library
from knowledge.loading.loader import Loader, Status
from knowledge.models import Identity, ReadReport
from knowledge.reading.files import read_bytes
from knowledge.reading.result import PagedText
from knowledge.storage.rows import Entry
from knowledge.understanding.pipeline import Overrides, understand

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that is in the library now; ``fresh``: this very handling put it there."""

    version: Version
    status: Status
    fresh: bool


@dataclass(frozen=True, slots=True)
class Known:
    """A file whose text the library holds already."""

    name: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Sending:
    """One file of an update, the ``n``-th: who sends it, when."""

    update_id: int
    n: int
    user_id: str
    at: float


@dataclass(frozen=True, slots=True)
class _Place:
    """Under which name a report is to lie, and what was said of it."""

    name: str
    bureau: str
    period: str


Fate = Taken | Known | Refusal
Tell = Callable[[Identity], Overrides]
"""What the words sent along say of a report that understands itself so."""


class Taker:
    """Takes files into one library. The files of an update may be taken again without harm."""

    def __init__(self, library: Library, shelf: Shelf, uploads: Uploads, limits: Limits) -> None:
        self._library = library
        self._shelf = shelf
        self._uploads = uploads
        self._limits = limits

    def take(self, loader: Loader, sending: Sending, member: Member, tell: Tell) -> Fate:
        """Take one file; what is refused leaves nothing behind.

        Raises what the library raises where it cannot be written; nothing is left then either.
        """
        digest = self._shelf.keep(sending.user_id, member.data).name
        try:
            paged = read_bytes(member.data)
            if len(paged.text) > self._limits.characters:
                return Refusal(member.name, Reason.TOO_LONG)
            return self._take_read(loader, sending, member, digest, paged, tell)
        except UnreadableFile as error:
            return Refusal(member.name, Reason.UNREADABLE, str(error))
        finally:
            self._shelf.tidy(sending.user_id, digest)

    def _take_read(  # noqa: PLR0913, PLR0917 - what is known of one file
        self,
        loader: Loader,
        sending: Sending,
        member: Member,
        digest: str,
        paged: PagedText,
        tell: Tell,
    ) -> Fate:
        version = next(
            (v for v in self._uploads.of_update(sending.update_id) if v.n == sending.n), None
        )
        if version:  # this update was handled before, and not to its end
            return self._settled(loader, version, None)
        read = understand(paged.text, file=member.name, sha256=digest, pages=paged.pages)
        placed = self._placed(sending, member.name, read, tell(read.report.identity))
        if isinstance(placed, Known):
            return placed
        size = len(member.data)
        if reason := self._over(sending, size):
            return Refusal(member.name, reason)
        version = self._uploads.add(
            Version(
                sending.update_id, sending.n, sending.user_id, sending.at, placed.name,
                digest, size, read.report.id, placed.bureau, placed.period,
            )
        )  # fmt: skip
        return self._settled(loader, version, read)

    def _settled(self, loader: Loader, version: Version, read: ReadReport | None) -> Fate:
        """Load a version that is written down; what cannot be loaded is forgotten again.

        ``read`` is what this very handling understood of it.
        """
        try:
            loaded = self._shelf.settle(loader, version.user_id, version.name, read)
        except AssistantError:
            self._forget(version)
            raise
        if loaded is None or loaded.status is Status.FAILED:
            self._forget(version)
            error = loaded.error if loaded else ""
            return Refusal(version.name, Reason.UNREADABLE, error)
        earlier = self._uploads.standing(version.user_id, version.name)
        status = Status.ADDED if [v.id for v in earlier] == [version.id] else Status.REPLACED
        return Taken(version, status, fresh=read is not None)

    def _forget(self, version: Version) -> None:
        """Undo what was written down; the library still holds what it held."""
        self._uploads.delete([version.id])
        self._shelf.lay(version.user_id, version.name)

    def _placed(
        self, sending: Sending, name: str, read: ReadReport, told: Overrides
    ) -> _Place | Known:
        """Where a report is to lie, or that it is in the library already."""
        entries = {entry.id: entry for entry in self._library.all_reports()}
        bureau, period = told.bureau, str(told.period or "")
        held = entries.get(read.report.id)
        if held is None:
            own = read.report.identity
            said = (
                bureau or (own.bureau.name if own.bureau else ""),
                period or str(own.period or ""),
            )
            return _Place(self._free_name(sending, name, said, entries), bureau, period)
        for mine in self._uploads.holding(held.id):
            place = _Place(mine.name, bureau or mine.bureau, period or mine.period)
            if mine.user_id == sending.user_id and place != _Place(
                mine.name, mine.bureau, mine.period
            ):
                return place
        return Known(name, held)

    def _free_name(
        self,
        sending: Sending,
        name: str,
        said: tuple[str, str],
        entries: dict[str, Entry],
    ) -> str:
        """The name, unless another's report lies under it: then the next number of it."""
        number = 1
        while True:
            candidate = numbered(name, number)
            current = self._uploads.current(sending.user_id, candidate)
            if current is None:
                if self._shelf.is_free(sending.user_id, candidate):
                    return candidate
            elif current.update_id != sending.update_id and not _differs(
                entries.get(current.report_id), *said
            ):
                return candidate
            number += 1

    def _over(self, sending: Sending, size: int) -> Reason | None:
        """The limit that one more file would go over."""
        limits = self._limits
        usage = self._uploads.usage()
        if usage.files >= limits.all_files or usage.size + size > limits.all_bytes:
            return Reason.FULL
        today = self._uploads.usage_since(sending.user_id, sending.at - _DAY)
        if today.files >= limits.daily_files or today.size + size > limits.daily_bytes:
            return Reason.DAY
        return None


def _differs(held: Entry | None, bureau: str, period: str) -> bool:
    """Whether what lies there is surely another's report, or for another period."""
    if held is None:
        return False
    lies = held.identity
    other_bureau = bool(bureau and lies.bureau and lies.bureau.name != bureau)
    other_period = bool(period and lies.period and str(lies.period) != period)
    return other_bureau or other_period
