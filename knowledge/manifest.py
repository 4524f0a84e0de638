"""``manifest.csv`` beside the reports: file, bureau and period as somebody wrote them down."""

import csv
import io
from functools import cache
from pathlib import Path

from knowledge.encoding import NotText, decode
from knowledge.errors import ManifestError
from knowledge.periods import parse_period
from knowledge.understanding import Told

NAME = "manifest.csv"
_COLUMNS = {
    "file": "file", "文件": "file", "文件名": "file",
    "bureau": "bureau", "单位": "bureau", "局": "bureau",
    "period": "period", "期间": "period", "时间": "period", "年度": "period",
}  # fmt: skip


def told_by_manifest(path: Path) -> Told:
    """What the manifest in the file's folder says of it; nothing if there is none."""
    return _manifest(path.parent / NAME).get(path.name, Told())


@cache
def _manifest(path: Path) -> dict[str, Told]:
    if not path.is_file():
        return {}
    try:
        rows = csv.DictReader(io.StringIO(decode(path.read_bytes())))
        return {row["file"]: _told(path, n, row) for n, row in enumerate(_named(path, rows), 2)}
    except (NotText, csv.Error, OSError) as error:
        raise ManifestError(name=path.name, line=1, fault="读不出表格") from error


def _named(path: Path, rows: "csv.DictReader[str]") -> list[dict[str, str]]:
    """The rows by our column names; the header may be Chinese."""
    named = [
        {
            _COLUMNS[key.strip().lower()]: (value or "").strip()
            for key, value in row.items()
            if isinstance(key, str) and key.strip().lower() in _COLUMNS
        }
        for row in rows
    ]
    if any("file" not in row for row in named):
        raise ManifestError(name=path.name, line=1, fault="缺少“文件”（file）一列")
    return named


def _told(path: Path, line: int, row: dict[str, str]) -> Told:
    wording = row.get("period", "")
    period = parse_period(wording) if wording else None
    if wording and period is None:
        raise ManifestError(
            name=path.name, line=line, fault=f"看不懂期间“{wording}”，请写成 2023年上半年 这样"
        )
    return Told(row.get("bureau", ""), period)
