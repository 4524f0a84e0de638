"""Sent files, put into the data folder and loaded into the library, and taken back again.

``uploads/<sender>/<name>`` is what the library reads; ``uploads/<sender>/.versions/<hash>`` holds
the content of every version. Which version of a name counts is what the state says: a name can be
synchronised again without harm.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import count
from pathlib import Path
from urllib.parse import quote

from bot.errors import DailyUploadsUsed, UploadsFull
from bot.ids import short_id
from bot.state.uploads import Uploads, Version
from bot.uploads.captions import Caption
from bot.uploads.files import UploadLimits, numbered_name
from knowledge.errors import AssistantError, StoreUnwritable, UnreadableFile
from knowledge.library import Library
from knowledge.loading.loader import Loader, LoadResult, Status
from knowledge.models import Identity, ReadReport
from knowledge.reading.archives import Content
from knowledge.storage.protocols import ReportEntry
from knowledge.understanding.periods import exact_period
from knowledge.understanding.pipeline import Overrides

FOLDER = "uploads"
VERSIONS = ".versions"
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class AcceptedFile:
    """A file that is in the library now; ``fresh``: this very handling put it there."""

    version: Version
    status: Status
    fresh: bool


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file whose text the library holds already."""

    name: str
    entry: ReportEntry


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that is not accepted, and why in words."""

    name: str
    reason: str


UploadResult = AcceptedFile | KnownFile | RefusedFile


@dataclass(frozen=True, slots=True)
class UploadOrigin:
    """Where a file comes from: the ``n``-th of an update, by whom, when."""

    update_id: int
    n: int
    user_id: str
    at: float


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file with what was understood of it; None if it was written down before."""

    origin: UploadOrigin
    file: Content
    report: ReadReport | None


class UploadFolder:
    """The sent files of one data folder; every method may raise StoreUnwritable."""

    def __init__(self, data_dir: Path, uploads: Uploads) -> None:
        self._folder = data_dir / FOLDER
        self._uploads = uploads

    def path(self, user_id: str, name: str) -> Path:
        """Where the version lies that counts."""
        return self._folder / _folder_name(user_id) / name

    def store(self, user_id: str, data: bytes) -> str:
        """Store a content; its hash."""
        digest = sha256(data).hexdigest()
        path = self._content(user_id, digest)
        with self._translate_errors():
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                _write(path, data)
        return digest

    def sync(
        self, loader: Loader, user_id: str, name: str, read: ReadReport | None = None
    ) -> LoadResult | None:
        """Have the library hold the version of a name that counts; None if none does.

        ``read`` is what was understood of it already.
        """
        current = self.place_current(user_id, name)
        path = self.path(user_id, name)
        if current is None:
            loader.remove_file(path)
            return None
        period = exact_period(current.period) if current.period else None
        overrides = Overrides(current.bureau, period)
        if read and read.report.sha256 == current.sha256:
            return loader.load_understood(path, read, overrides)
        return next(iter(list(loader.load([path], overrides))))

    def sync_all(self, loader: Loader, versions: Sequence[Version]) -> None:
        """Synchronise every name that some versions have.

        Where the data folder was moved, the library knows the files by where they were before:
        reports that no version holds any more are removed all the same.
        """
        for user_id, name in dict.fromkeys((v.user_id, v.name) for v in versions):
            self.sync(loader, user_id, name)
        for report_id in {v.report_id for v in versions}:
            if not self._uploads.holding(report_id):
                loader.remove_if_lost(report_id)

    def place_current(self, user_id: str, name: str) -> Version | None:
        """Put the version that counts where the library reads it, without loading it."""
        current = self._uploads.current(user_id, name)
        path = self.path(user_id, name)
        with self._translate_errors():
            if current is None:
                path.unlink(missing_ok=True)
            else:
                data = self._content(user_id, current.sha256).read_bytes()
                if not path.exists() or path.read_bytes() != data:
                    _write(path, data)
        return current

    def read(self, version: Version) -> bytes:
        """The content of a version, whether it counts or not."""
        with self._translate_errors():
            return self._content(version.user_id, version.sha256).read_bytes()

    def delete_unused(self, user_id: str, digest: str) -> None:
        """Delete a content unless a version refers to it."""
        if not self._uploads.refers_to(user_id, digest):
            with self._translate_errors():
                self._content(user_id, digest).unlink(missing_ok=True)

    def delete_expired(self, now: float) -> None:
        """Delete versions that were withdrawn long ago."""
        for version in self._uploads.long_withdrawn(now):
            self._uploads.delete([version.id])
            self.delete_unused(version.user_id, version.sha256)

    def _content(self, user_id: str, digest: str) -> Path:
        return self._folder / _folder_name(user_id) / VERSIONS / digest

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreUnwritable(path=self._folder) from error


class Uploader:
    """Puts sent files into one library. The files of an update may be put again without harm."""

    def __init__(
        self, library: Library, folder: UploadFolder, uploads: Uploads, limits: UploadLimits
    ) -> None:
        self._library = library
        self._folder = folder
        self._uploads = uploads
        self._limits = limits

    def read(self, origin: UploadOrigin, file: Content) -> ReadFile | RefusedFile:
        """Read one file, which takes long: others may write to the library meanwhile."""
        if self._version_of(origin):
            return ReadFile(origin, file, None)
        try:
            return ReadFile(origin, file, self._understand(file))
        except UnreadableFile as error:
            return RefusedFile(file.name, str(error))

    def _understand(self, file: Content) -> ReadReport:
        if file.refusal:
            raise file.refusal
        most = self._limits.characters
        return self._library.reader.read(file, file.name, Overrides(), most)

    def upload(self, loader: Loader, read: ReadFile, caption: Caption) -> UploadResult:
        """Put one file into the library; a refused file leaves nothing behind.

        Raises what the library raises where it cannot be written; nothing is left then either.
        """
        user_id = read.origin.user_id
        digest = self._folder.store(user_id, read.file.data)
        try:
            return self._upload(loader, read, digest, caption)
        except (UnreadableFile, UploadsFull, DailyUploadsUsed) as error:
            return RefusedFile(read.file.name, str(error))
        finally:
            self._folder.delete_unused(user_id, digest)

    def _version_of(self, origin: UploadOrigin) -> Version | None:
        """What was written down of a file when its update was handled before, not to its end."""
        versions = self._uploads.of_update(origin.update_id)
        return next((version for version in versions if version.n == origin.n), None)

    def _upload(
        self, loader: Loader, handed: ReadFile, digest: str, caption: Caption
    ) -> UploadResult:
        origin, file = handed.origin, handed.file
        if before := self._version_of(origin):
            return self._load(loader, before, None)
        read = handed.report or self._understand(file)  # it was written down, and taken back since
        with self._library.hiding(frozenset()):  # what is there is not stored twice, whoever sends
            entries = {entry.id: entry for entry in self._library.all_reports()}
        sent = Version(
            origin.update_id, origin.n, origin.user_id, origin.at, file.name, digest,
            len(file.data), read.report.id,
        )  # fmt: skip
        own = read.report.identity
        said = caption.overrides(own)
        known = sent.report_id in entries
        version = self._restated(sent, said) if known else self._named(sent, own, said, entries)
        if version is None:
            return KnownFile(file.name, entries[sent.report_id])
        self._check_limits(version)
        return self._load(loader, self._uploads.add(version), read)

    def _load(self, loader: Loader, version: Version, read: ReadReport | None) -> UploadResult:
        """Load a version that is written down; one that cannot be loaded is deleted again.

        ``read`` is what this very handling understood of it.
        """
        try:
            result = self._folder.sync(loader, version.user_id, version.name, read)
        except AssistantError:
            self._delete(version)
            raise
        if result is None or result.status is Status.FAILED:
            self._delete(version)
            error = result.error if result else ""
            return RefusedFile(version.name, error)
        versions = self._uploads.standing(version.user_id, version.name)
        status = Status.ADDED if [v.id for v in versions] == [version.id] else Status.REPLACED
        return AcceptedFile(version, status, fresh=read is not None)

    def _delete(self, version: Version) -> None:
        self._uploads.delete([version.id])
        self._folder.place_current(version.user_id, version.name)

    def _restated(self, sent: Version, said: Overrides) -> Version | None:
        """The version of a report that is there, if more is said of it than its sender said."""
        for held in self._uploads.holding(sent.report_id):
            bureau, period = said.bureau or held.bureau, str(said.period or held.period)
            more = (bureau, period) != (held.bureau, held.period)
            if more and held.user_id == sent.user_id:
                return replace(sent, name=held.name, bureau=bureau, period=period)
        return None

    def _named(
        self, sent: Version, own: Identity, said: Overrides, entries: Mapping[str, ReportEntry]
    ) -> Version:
        """A version under its name, unless another's report has that: then under the next."""
        bureau = said.bureau or (own.bureau.name if own.bureau else "")
        period = str(said.period or own.period or "")
        for number in count(1):
            name = numbered_name(sent.name, number)
            current = self._uploads.current(sent.user_id, name)
            if current is None:  # not even a file that is not written down may lie there
                free = not self._folder.path(sent.user_id, name).exists()
            else:
                other = _differs(entries.get(current.report_id), bureau, period)
                free = current.update_id != sent.update_id and not other
            if free:
                break
        return replace(sent, name=name, bureau=said.bureau, period=str(said.period or ""))

    def _check_limits(self, version: Version) -> None:
        """Raise UploadsFull or DailyUploadsUsed where one more file would be too much."""
        limits, size = self._limits, version.size
        usage = self._uploads.usage()
        if usage.files >= limits.all_files or usage.size + size > limits.all_bytes:
            raise UploadsFull
        today = self._uploads.usage_since(version.user_id, version.at - _DAY)
        if today.files >= limits.daily_files or today.size + size > limits.daily_bytes:
            raise DailyUploadsUsed


def _differs(entry: ReportEntry | None, bureau: str, period: str) -> bool:
    """Whether a report is surely another's, or for another period."""
    if entry is None:
        return False
    present = entry.identity
    other_bureau = bool(bureau and present.bureau and present.bureau.name != bureau)
    other_period = bool(period and present.period and str(present.period) != period)
    return other_bureau or other_period


def _folder_name(user_id: str) -> str:
    return quote(short_id(user_id), safe="").replace("%3A", "-")


def _write(path: Path, data: bytes) -> None:
    """Write a file whole: whoever looks sees the old one or the new one."""
    part = path.parent.joinpath(f".{sha256(path.name.encode()).hexdigest()[:16]}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
