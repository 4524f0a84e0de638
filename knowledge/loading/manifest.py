"""``manifest.csv`` beside the reports: file, bureau and period as somebody wrote them down."""

import csv
import io
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath

from knowledge.errors import ManifestError
from knowledge.reading.encoding import NotText, decode
from knowledge.understanding.periods import exact_period
from knowledge.understanding.pipeline import Overrides

NAME = "manifest.csv"
_COLUMNS = {
    "file": "file", "filename": "file", "path": "file", "文件": "file", "文件名": "file",
    "文件名称": "file", "报告": "file", "报告文件": "file",
    "bureau": "bureau", "organ": "bureau", "单位": "bureau", "单位名称": "bureau", "局": "bureau",
    "局名": "bureau", "填报单位": "bureau", "报送单位": "bureau",
    "period": "period", "year": "period", "期间": "period", "时期": "period", "时间": "period",
    "报告期": "period", "年度": "period", "年份": "period",
}  # fmt: skip
_DELIMITERS = ",\t;，；|"


def told_by_manifest(path: Path, member: str = "") -> Overrides:
    """What the manifest in the file's folder says of it; nothing if there is none.

    A member of an archive may be named there by its own name, else what is said of the archive
    holds for it.

    Raises ManifestError, with the line of the fault, whichever file is asked for: a manifest
    that is wrong in one place is not half believed.
    """
    manifest = path.parent / NAME
    try:
        status = manifest.stat()
    except FileNotFoundError:
        return Overrides()
    except OSError as error:
        raise _unreadable() from error
    told = _manifest(manifest, status.st_mtime_ns, status.st_size)
    inner = PurePosixPath(member)
    named = (inner.name, inner.stem, path.name, path.stem)
    return next((told[name] for name in named if name in told), Overrides())


@lru_cache(maxsize=16)
def _manifest(path: Path, _changed: int, _size: int) -> dict[str, Overrides]:
    """The rows by file name, read again when the file has changed."""
    try:
        text = decode(path.read_bytes())
    except (NotText, OSError) as error:
        raise _unreadable() from error
    told: dict[str, Overrides] = {}
    for line, row in _rows(text):
        name = PurePosixPath(row["file"].replace("\\", "/")).name
        if not name:
            raise _fault(line, "没有写文件名")
        if told.get(name, (here := _told(line, row))) != here:
            raise _fault(line, f"“{name}”前面已经有一行，两行说的不一样")
        told[name] = here
    return told


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows that say anything, by our column names, each with its line."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = _columns(cells, reader.line_num)
                continue
            named = zip(columns, cells, strict=False)
            row = {"file": ""} | {c: " ".join(cell.split()) for c, cell in named if c}
            if any(row.values()):
                yield reader.line_num, row
    except csv.Error as error:
        raise _fault(reader.line_num, "这一行不成表格") from error


def _columns(cells: list[str], line: int) -> list[str]:
    columns = [_COLUMNS.get(re.sub(r"[\s_]", "", cell).lower(), "") for cell in cells]
    if "file" not in columns:
        raise _fault(line, "缺少“文件”（file）一列")
    return columns


def _told(line: int, row: dict[str, str]) -> Overrides:
    wording = row.get("period", "")
    period = exact_period(wording) if wording else None
    if wording and period is None:
        raise _fault(line, f"看不懂期间“{wording}”，请写成 2023年上半年 这样")
    return Overrides(row.get("bureau", ""), period)


def _fault(line: int, fault: str) -> ManifestError:
    return ManifestError(name=NAME, line=line, fault=re.sub(r"\s+", " ", fault))


def _unreadable() -> ManifestError:
    return _fault(1, "读不出表格")
