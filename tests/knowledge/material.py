"""Reports of bureaus that do not exist, and an embedder that tells what it was asked."""

import random
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.library import Library
from knowledge.loading.loader import LoadResult, Status
from knowledge.storage.database import Database
from knowledge.storage.protocols import Vectors
from knowledge.storage.store import Store
from knowledge.understanding.pipeline import Overrides

PLACES = ("青禾县", "白鹭区", "临泽市", "松原县", "望江区", "石泉县", "柳溪市", "云岭县")
LINES = ("食品安全", "药品监管", "特种设备", "计量监管", "广告监管", "消费维权")


def garbage(size: int) -> bytes:
    """Bytes that mean nothing, the same each time."""
    return random.Random(size).randbytes(size)  # noqa: S311 - to be repeated


def report_text(number: int, year: int = 2023) -> str:
    """A small report; no two numbers give the same text."""
    place = PLACES[number % len(PLACES)]
    done = "\n".join(
        f"（{mark}）{line}。检查{line}单位{number * 7 + n + 11}家，发现问题{number + n + 3}个，"
        f"立案{number % 9 + n}件，责令整改{number + 2 * n + 1}家。"
        for n, (mark, line) in enumerate(zip("一二三四五六", LINES, strict=True))
    )
    return (
        f"{place}市场监管局{year}年工作总结\n\n一、主要工作\n{done}\n"
        f"二、存在的问题\n监管力量不足，编号{number}的问题尚未解决。\n"
        f"三、下一步工作打算\n继续抓好{LINES[number % len(LINES)]}工作，争取新突破。\n"
    )


def write_reports(folder: Path, count: int, first: int = 0) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"report-{number:04d}.txt" for number in range(first, first + count)]
    for number, path in enumerate(paths, first):
        path.write_text(report_text(number), encoding="utf-8")
    return paths


class CountingEmbedder:
    """Vectors by the characters of a text; remembers the texts that it was given."""

    def __init__(self, name: str = "counting-1/16", dimension: int = 16) -> None:
        self.name = name
        self.dimension = dimension
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts.extend(texts)
        matrix = np.full((len(texts), self.dimension), 0.01, dtype=np.float32)
        for row, text in zip(matrix, texts, strict=True):
            for character in text:
                row[ord(character) * 2654435761 % 2**32 % self.dimension] += 1.0
            row[ord(self.name[0]) % self.dimension] += 3.0
        unit: Vectors = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
        return unit


def load(library: Library, *paths: Path, prune: bool = False, **told: Any) -> list[LoadResult]:
    with library.loader() as loader:
        return list(loader.load(paths, Overrides(**told), prune=prune))


def database_of(library: Library) -> Database:
    """The database that a library is read from."""
    assert isinstance(library._store, Store)
    return library._store._db


def statuses(lines: Sequence[LoadResult]) -> dict[str, Status]:
    return {Path(line.file).name: line.status for line in lines}


def row_counts(data_dir: Path) -> dict[str, int]:
    """How many rows each table holds, as another program would count them."""
    connection = sqlite3.connect(data_dir / "knowledge.sqlite3")
    try:
        texts = ("section_texts", "figure_texts", "statements")
        tables = ("meta", "reports", "sources", *texts, "passages", "lexicon")
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in tables
        }
    finally:
        connection.close()


def contents(data_dir: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that the tables hold of reports, less the times and the numbers of rows."""
    passages = "id, report_id, ordinal, path, kind, topics, start_at, end_at, vector_key, vector"
    selected = {
        "reports": "id, place, title, bureau, level, year, part, sections, passages, figures, text",
        "passages": passages,
        **dict.fromkeys(("sources", "sections", "section_texts", "figures"), "*"),
        **dict.fromkeys(("figure_texts", "statements", "superseded", "doubtful"), "*"),
        "passages p JOIN lexicon l ON l.rowid = p.number": "p.id, l.tokens",
    }
    connection = sqlite3.connect(data_dir / "knowledge.sqlite3")
    try:
        return {
            table: sorted(connection.execute(f"SELECT {columns} FROM {table}"))  # noqa: S608
            for table, columns in selected.items()
        }
    finally:
        connection.close()


def files_below(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file with its size and time of change."""
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
