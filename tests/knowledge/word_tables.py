"""Word files of a report with one table, as an office's program writes them."""

import io
from collections.abc import Sequence

from docx import Document

Merge = tuple[tuple[int, int], tuple[int, int]]
TITLE = "白芦县市场监督管理局2023年工作总结"


def word_report(
    *rows: Sequence[str],
    merged: Sequence[Merge] = (),
    above: Sequence[str] = (),
    title: str = TITLE,
) -> bytes:
    """A file of a report; ``merged`` are cells of its table from one corner to another."""
    document = Document()
    for line in (title, "一、主要指标", *above):
        document.add_paragraph(line)
    grid = document.add_table(len(rows), max(map(len, rows)))
    for at, row in enumerate(rows):
        for column, words in enumerate(row):
            grid.cell(at, column).text = words
    for first, last in merged:
        words = grid.cell(*first).text
        grid.cell(*first).merge(grid.cell(*last)).text = words
    for line in ("二、存在问题", "基层监管力量不足。"):
        document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()
