"""What a folder's ``manifest.csv`` states of whose and for when the reports beside it are."""

import csv
import io
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath

from knowledge.errors import ManifestError
from knowledge.reading.encoding import NotText, decode
from knowledge.reading.files import MANIFEST
from knowledge.understanding.periods import exact_period
from knowledge.understanding.pipeline import Overrides

_COLUMNS = {
    "file": "file", "filename": "file", "path": "file", "文件": "file", "文件名": "file",
    "文件名称": "file", "报告": "file", "报告文件": "file",
    "bureau": "bureau", "organ": "bureau", "单位": "bureau", "单位名称": "bureau", "局": "bureau",
    "局名": "bureau", "填报单位": "bureau", "报送单位": "bureau",
    "period": "period", "year": "period", "期间": "period", "时期": "period", "时间": "period",
    "报告期": "period", "年度": "period", "年份": "period",
}  # fmt: skip
_DELIMITERS = ",\t;，；|"


def manifest_identity(path: Path, member: str = "") -> Overrides:
    """The identity that the manifest in a file's folder states for it; empty if there is none.

    A member of an archive may have a row by its own name; otherwise it takes the archive's row.
    Raises ManifestError, with the line of the fault, whichever file is asked for: a manifest
    that is wrong in one place is not believed in others.
    """
    manifest = path.parent / MANIFEST
    try:
        status = manifest.stat()
    except FileNotFoundError:
        return Overrides()
    except OSError as error:
        raise _unreadable() from error
    rows = _read_manifest(manifest, status.st_mtime_ns, status.st_size)
    inner = PurePosixPath(member)
    names = (inner.name, inner.stem, path.name, path.stem)
    return next((rows[name] for name in names if name in rows), Overrides())


@lru_cache(maxsize=16)
def _read_manifest(path: Path, _changed: int, _size: int) -> dict[str, Overrides]:
    """The identities by file name, read again when the file has changed."""
    try:
        text = decode(path.read_bytes())
    except (NotText, OSError) as error:
        raise _unreadable() from error
    identities: dict[str, Overrides] = {}
    for line, row in _read_rows(text):
        name = PurePosixPath(row["file"].replace("\\", "/")).name
        if not name:
            raise _error(line, "没有写文件名")
        identity = _parse_row(line, row)
        if identities.setdefault(name, identity) != identity:
            raise _error(line, f"“{name}”前面已经有一行，两行说的不一样")
    return identities


def _read_rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows that are not empty, by our column names, each with its line."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = _parse_header(cells, reader.line_num)
                continue
            pairs = zip(columns, cells, strict=False)
            row = {"file": ""} | {c: " ".join(cell.split()) for c, cell in pairs if c}
            if any(row.values()):
                yield reader.line_num, row
    except csv.Error as error:
        raise _error(reader.line_num, "这一行不成表格") from error


def _parse_header(cells: list[str], line: int) -> list[str]:
    columns = [_COLUMNS.get(re.sub(r"[\s_]", "", cell).lower(), "") for cell in cells]
    if "file" not in columns:
        raise _error(line, "缺少“文件”（file）一列")
    return columns


def _parse_row(line: int, row: dict[str, str]) -> Overrides:
    wording = row.get("period", "")
    period = exact_period(wording) if wording else None
    if wording and period is None:
        raise _error(line, f"看不懂期间“{wording}”，请写成 2023年上半年 这样")
    return Overrides(row.get("bureau", ""), period)


def _error(line: int, fault: str) -> ManifestError:
    return ManifestError(name=MANIFEST, line=line, fault=re.sub(r"\s+", " ", fault))


def _unreadable() -> ManifestError:
    return _error(1, "读不出表格")
