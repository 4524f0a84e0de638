"""Files to text: which there are in folders and archives, and how each is read."""

import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePath, PurePosixPath

from knowledge.errors import UnreadableFile
from knowledge.reading.archives import (
    ArchiveLimits,
    Container,
    Content,
    clean_member_path,
    is_litter,
)
from knowledge.reading.encoding import NotText
from knowledge.reading.formats import ENDINGS, load_reader, open_container, recognise
from knowledge.reading.result import PagedText, refusal

MAX_BYTES = 64 << 20
MOST_CHARACTERS = 2_000_000
"""Of a text; the longest government reports have 350,000."""
_FEW_CHARACTERS, _MOST_GROWTH = 100_000, 20  # what a small file may unpack to
_LEFTOVERS = frozenset(
    {".bak", ".tmp", ".old", ".part", ".crdownload", ".download", ".swp", ".wbk", ".asd"}
)
_ENDING = re.compile(r"\.[a-z][a-z0-9_]{0,9}")  # others are no endings: 1.2号文件
_PLAIN = frozenset({"text", "csv"})
STORE = "knowledge.sqlite3"
"""The file by which a data folder is known."""
MANIFEST = "manifest.csv"
"""What is stated of the files of a folder, beside them; it is no report."""
OpenContainer = Callable[[bytes, ArchiveLimits], Container | None]
"""Opens a file that holds others; None for one that does not."""


def read_source(path: Path) -> PagedText:
    """Read one file; raises UnreadableFile with the reason where it has no text."""
    return read_bytes(load_bytes(path))


def contents_of(
    path: Path,
    *,
    named: bool = True,
    open_container: OpenContainer = open_container,
) -> Iterator[Content]:
    """A file's content, or that of each member of an archive, in order.

    Members are named by their path inside, a file itself is not; what cannot be unpacked, and
    what does not look like a report and was not ``named`` either, bears the refusal. Raises
    UnreadableFile for the file as a whole.
    """
    data = load_bytes(path)
    container = open_container(data, ArchiveLimits())
    if container is None:
        yield Content("", data, None if named else _refuse_unnamed(path, data))
        return
    reports = _report_members(container)
    if not reports:
        raise refusal("archive.nothing")
    for name, member in zip(reports, container.members(list(reports.values())), strict=True):
        refused = member.refusal or _refuse_unnamed(PurePosixPath(name), member.data)
        yield Content(name, member.data, refused)


def is_expected(name: str) -> bool:
    """Whether a file is a report by the ending of its name; one that cannot be read is a fault."""
    return PurePosixPath(name).suffix.lower() in ENDINGS


def _refuse_unnamed(path: PurePath, data: bytes) -> UnreadableFile | None:
    """Why a file is not loaded unless it is named: it is no document by the ending of its name."""
    ending = path.suffix.lower()
    if ending in _LEFTOVERS:
        return refusal("passed_over.leftover", ending=ending)
    if _ENDING.fullmatch(ending) and ending not in ENDINGS and recognise(data).name in _PLAIN:
        return refusal("passed_over.ending", ending=ending)
    return None


def members_of(path: Path, open_container: OpenContainer = open_container) -> frozenset[str]:
    """The paths of the members that ``contents_of`` gives; none if the file is no archive.

    Raises UnreadableFile for a broken archive.
    """
    data = load_bytes(path)
    if recognise(data).name == "broken_zip":
        raise refusal("archive.broken")
    container = open_container(data, ArchiveLimits())
    return frozenset(_report_members(container) if container else ())


def find_sources(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files to read: those that are named, and those in the folders that are.

    Folders are walked in the order of names, without hidden entries, what programs leave there,
    and data folders;
    a folder that cannot be opened is yielded itself, for read_source to refuse. A missing path
    raises UnreadableFile when reached.
    """
    for path in paths:
        try:
            mode = path.stat().st_mode
        except (OSError, ValueError) as error:
            raise _refusal(error, path) from error
        if stat.S_ISDIR(mode):
            yield from _walk(path)
        else:
            yield path


def read_bytes(data: bytes, most: int = MOST_CHARACTERS) -> PagedText:
    """The text of a file's bytes, whatever their format; raises UnreadableFile.

    It has at most so many characters, and no more than a file of that size can hold.
    """
    form = recognise(data)
    reader = load_reader(form)
    if reader is None:
        raise refusal(f"unsupported.{form.name}")
    try:
        read = reader(data)
    except NotText as error:
        raise refusal("not_text") from error
    paged = read if isinstance(read, PagedText) else PagedText(read)
    if not paged.text.strip():
        raise refusal("empty")
    limit = min(most, _FEW_CHARACTERS + _MOST_GROWTH * len(data))
    if len(paged.text) > limit:
        raise refusal("too_long", count=len(paged.text), limit=limit)
    return paged


def _report_members(container: Container) -> dict[str, int]:
    """The members by path, without the manifest; a second one of the same path is numbered."""
    reports: dict[str, int] = {}
    counts: Counter[str] = Counter()
    for number, raw_name in enumerate(container.names):
        path = PurePosixPath(name := clean_member_path(raw_name))
        if path.name == MANIFEST:
            continue
        counts[name] += 1
        count = counts[name]
        while name in reports:
            name = str(path.with_stem(f"{path.stem}（{count}）"))
            count += 1
        reports[name] = number
    return reports


def load_bytes(path: Path) -> bytes:
    """The bytes of a file; raises UnreadableFile with the reason where they cannot be had."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            os.scandir(path).close()  # a folder that is closed to us is refused as that
            raise refusal("folder")
        if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for its writer for ever
            raise refusal("not_a_file")
        size, data = status.st_size, b""
        if size <= MAX_BYTES:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise _refusal(error, path) from error
    size = max(size, len(data))
    if size > MAX_BYTES:
        raise refusal("too_large", size=-(-size >> 20), limit=MAX_BYTES >> 20)
    return data


def _walk(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            ordered = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        yield folder
        return
    if any(entry.name == STORE for entry in ordered):  # a data folder, all of it our own
        return
    for entry in ordered:
        if is_litter(entry.name):
            continue
        path = folder / entry.name
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(path)
        elif path.name != MANIFEST and not path.is_dir():
            yield path


def _refusal(error: OSError | ValueError, path: Path) -> UnreadableFile:
    match error:
        # ValueError: a path that no file system can hold, such as one with a NUL
        case FileNotFoundError() | NotADirectoryError() | ValueError():
            shown = os.fsencode(path).decode("utf-8", "replace")
            return refusal("missing", path=shown)
        case PermissionError():
            return refusal("denied")
        case _:
            return refusal("failed", fault=error.strerror or type(error).__name__)
