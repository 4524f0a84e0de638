"""The data folder as one file, written while the service runs, and put back from it.

And ``python -m bot move``: a deployment's data from its files to PostgreSQL, or back.
"""

import os
import shutil
import time
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO, Annotated

from pydantic import BaseModel, Field, ValidationError

from bot.assistant.data_folder import RESTORING
from bot.errors import AlreadyRunning, BackupUnusable, BackupUnwritable, FolderHolds, StillServed
from bot.state.opening import FILE as CHATS
from bot.state.opening import State, move_state
from bot.uploads.uploader import FOLDER as UPLOADS
from bot.uploads.uploader import VERSIONS
from knowledge.errors import MoveTargetUsed, StoreBusy, StoreUnwritable
from knowledge.moving import move_store
from knowledge.storage.opening import service_lock, workers_lock
from knowledge.storage.sqlite import SQLiteDatabase, write_lock
from knowledge.storage.store import FILE as KNOWLEDGE
from knowledge.storage.store import SQLiteStore

FILES = "files"
"""What is typed for the files of the data folder."""


def move(folder: Path, url: str, to: str) -> Iterator[tuple[str, int]]:
    """Move reports and chats, each with how many rows it is made of once it is there.

    ``url`` is where they are: an address, or nothing for files. Raises StillServed while a
    service or a worker runs on either, MoveTargetUsed, MoveFailed, and what opening and writing
    raise.
    """
    target = "" if to == FILES else to
    if target == url:
        raise MoveTargetUsed
    with ExitStack() as stack:
        try:
            stack.enter_context(service_lock(folder, url or target, 0.0))
            stack.enter_context(workers_lock(url or target, shared=False))
        except StoreBusy as error:
            raise StillServed from error
        yield "reports", move_store(folder, url, target)
        yield "chats", move_state(folder, url, target)


_FORMAT = 1
_MANIFEST = "manifest.json"
_MEMBERS = (UPLOADS, KNOWLEDGE, CHATS)
_BESIDE = ("-wal", "-shm")  # what SQLite keeps beside a file
_BLOCK = 1 << 20
_PART = ".part"
_TOO_LONG = 1 << 26  # no manifest is


class _Member(BaseModel, frozen=True):
    size: Annotated[int, Field(ge=0)]
    sha256: str


class _Manifest(BaseModel, frozen=True):
    """What a backup holds, and of when; its last member, which a torn file lacks."""

    format: int
    made_at: str
    reports: int
    files: Mapping[str, _Member]


@dataclass(frozen=True, slots=True)
class BackupSummary:
    """What was written, or put back: reports, files of all kinds, and bytes of the file."""

    file: Path
    made_at: str
    reports: int
    files: int
    size: int


def back_up(folder: Path, file: Path, url: str = "") -> BackupSummary:
    """Write all that a deployment holds into a file; an older one stays until it is whole.

    ``url`` is the database's, if reports and chats are not in the folder. Raises BackupUnwritable,
    StoreBusy where another process writes the same file, StoreMissing, and what opening the stores
    raises.
    """
    part = file.with_name(f".{file.name}{_PART}")
    with _translate_errors(file), write_lock(part):
        work = part / "work"
        shutil.rmtree(work, ignore_errors=True)  # of a backup that was killed
        try:
            work.mkdir()
            return _back_up(folder, file, work, url)
        finally:
            shutil.rmtree(part, ignore_errors=True)


@contextmanager
def _translate_errors(file: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, StoreUnwritable) as error:
        raise BackupUnwritable(path=file) from error


def _back_up(folder: Path, file: Path, work: Path, url: str) -> BackupSummary:
    # What was uploaded stands in its file before the chats tell of it, and the chats tell of it
    # before the store holds it; so in this order nothing is told of that is not there.
    archive = work / "backup"
    with _new_archive(archive) as packed:
        packed.add_all(folder, f"{UPLOADS}/*/{VERSIONS}/*")
        for name in _copy_tables(folder, work, url):
            packed.add(name, work / name)
        packed.add_all(folder, f"{UPLOADS}/**/*")
        with closing(SQLiteStore.open(work)) as copied:
            manifest = packed.finish(len(copied.entries()))
    with archive.open("rb+") as written:
        os.fsync(written.fileno())
    summary = _summary(file, manifest, archive.stat().st_size)
    archive.replace(file)
    return summary


def _copy_tables(folder: Path, work: Path, url: str) -> Iterator[str]:
    """Copy chats, then reports, into SQLite's files in a folder of their own; each file's name."""
    if url:
        move_state(work, url, "")
        yield CHATS
        move_store(work, url, "")
        yield KNOWLEDGE
        return
    for name in (CHATS, KNOWLEDGE) if (folder / CHATS).exists() else (KNOWLEDGE,):
        with closing(SQLiteDatabase.open(folder / name)) as database:
            database.copy_to(work / name)
        yield name


class _Archive:
    """A backup that is being written."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members: dict[str, _Member] = {}

    def add(self, name: str, path: Path) -> None:
        """Add a file; one that was deleted meanwhile is passed over."""
        try:
            source = path.open("rb")
        except FileNotFoundError:
            return
        with source, self._archive.open(name, "w", force_zip64=True) as target:
            self._members[name] = _copy(source, target)

    def add_all(self, folder: Path, pattern: str) -> None:
        """Add the files at a pattern that are whole and not added yet."""
        for path in sorted(folder.glob(pattern)):
            member = path.relative_to(folder).as_posix()
            if member not in self._members and path.suffix != _PART and path.is_file():
                self.add(member, path)

    def finish(self, reports: int) -> _Manifest:
        """Write down what was added; nothing can be added any more."""
        made_at = time.strftime("%Y-%m-%d %H:%M:%S")
        manifest = _Manifest(format=_FORMAT, made_at=made_at, reports=reports, files=self._members)
        self._archive.writestr(_MANIFEST, manifest.model_dump_json(indent=1))
        return manifest


@contextmanager
def _new_archive(path: Path) -> Iterator[_Archive]:
    path.touch(0o600)  # people's chats
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        yield _Archive(archive)


def restore(folder: Path, file: Path, *, replace: bool) -> BackupSummary:
    """Put a backup into a data folder; what the folder holds goes only with ``replace``.

    The folder stays as it was until all of the file is unpacked beside it and checked. Killed
    after that, it cannot be opened until it is restored again. Raises BackupUnusable, FolderHolds,
    AlreadyRunning, StoreBusy, StoreUnwritable, and StoreNewer for a later version's backup.
    """
    with _open_archive(file) as archive:
        manifest = _read_manifest(archive, file)
        with _alone_on(folder):
            if not (replace or (folder / RESTORING).exists()) and _holds_something(folder):
                raise FolderHolds(path=folder)
            try:
                part = folder / f"{RESTORING}{_PART}"
                _unpack(archive, manifest, part, file)
                _put_in_place(part, folder)
            except OSError as error:
                raise StoreUnwritable(path=folder) from error
    return _summary(file, manifest, file.stat().st_size)


def _holds_something(folder: Path) -> bool:
    return any((folder / name).exists() for name in _MEMBERS)


@contextmanager
def _open_archive(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except (OSError, zipfile.BadZipFile, EOFError, RuntimeError, zlib.error) as error:
        raise BackupUnusable(path=file) from error


@contextmanager
def _alone_on(folder: Path) -> Iterator[None]:
    with ExitStack() as stack:
        stack.enter_context(write_lock(folder))
        try:
            stack.enter_context(service_lock(folder, "", 0.0))
        except StoreBusy as error:
            raise AlreadyRunning(path=folder) from error
        yield


def _read_manifest(archive: zipfile.ZipFile, file: Path) -> _Manifest:
    """What a backup says that it holds; raises BackupUnusable where it holds anything else."""
    names = [info.filename for info in archive.infolist()]
    if names[-1:] != [_MANIFEST] or archive.getinfo(_MANIFEST).file_size > _TOO_LONG:
        raise BackupUnusable(path=file)
    try:
        manifest = _Manifest.model_validate_json(archive.read(_MANIFEST))
    except ValidationError as error:
        raise BackupUnusable(path=file) from error
    right = manifest.format == _FORMAT and names[:-1] == list(manifest.files)
    if not right or KNOWLEDGE not in names or not all(map(_is_ours, names[:-1])):
        raise BackupUnusable(path=file)
    return manifest


def _is_ours(name: str) -> bool:
    """Whether a member's name leads where a backup's members belong."""
    first, *others = parts = PurePosixPath(name).parts
    inside = not {"..", "."} & {*parts} and not any(c in name for c in "\\:\0")
    return inside and ((first == UPLOADS and bool(others)) or name in (KNOWLEDGE, CHATS))


def _unpack(archive: zipfile.ZipFile, manifest: _Manifest, part: Path, file: Path) -> None:
    """Unpack into a folder of its own; raises BackupUnusable where a file is not as it was."""
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(0o700)
    for name, member in manifest.files.items():
        path = part / name
        path.parent.mkdir(0o700, parents=True, exist_ok=True)
        with archive.open(name) as source, path.open("xb") as target:
            path.chmod(0o600)
            if _copy(source, target, member.size) != member:
                raise BackupUnusable(path=file)
            target.flush()
            os.fsync(target.fileno())
    SQLiteStore.open(part).close()
    if CHATS in manifest.files:
        State.open(part).close()  # a later version's cannot be opened


def _put_in_place(part: Path, folder: Path) -> None:
    ready = folder / RESTORING
    shutil.rmtree(ready, ignore_errors=True)
    part.rename(ready)
    for name in _MEMBERS:
        for old in (name, *(name + end for end in _BESIDE)):
            path = folder / old
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        if (ready / name).exists():
            (ready / name).rename(folder / name)
    shutil.rmtree(ready)


def _copy(source: IO[bytes], target: IO[bytes], most: int | None = None) -> _Member:
    """Copy a file, a little more than ``most`` at most; what was copied."""
    size, digest = 0, sha256()
    while (block := source.read(_BLOCK)) and (most is None or size <= most):
        size += target.write(block)
        digest.update(block)
    return _Member(size=size, sha256=digest.hexdigest())


def _summary(file: Path, manifest: _Manifest, size: int) -> BackupSummary:
    return BackupSummary(file, manifest.made_at, manifest.reports, len(manifest.files), size)
