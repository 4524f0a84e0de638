"""A small file of each format that is read, and ways to spoil it."""

import io
import random
import zipfile
from collections.abc import Callable
from functools import cache

from tests.knowledge.reading.books import Cells, workbook
from tests.knowledge.reading.ole import old_workbook, outlook_mail
from tests.knowledge.reading.pdfs import pdf_of, set_in_type
from tests.knowledge.reading.test_docx import instruction, mark
from tests.knowledge.reading.test_mail import mail
from tests.knowledge.reading.test_odf import h, odf, spreadsheet
from tests.knowledge.reading.test_odf import p as odf_p
from tests.knowledge.reading.test_ofd import ofd, page_of
from tests.knowledge.reading.test_pptx import presentation, shape
from tests.knowledge.reading.test_rtf import escaped, rtf
from tests.knowledge.reading.test_word_xml import numbered, of_2003
from tests.knowledge.reading.writing import (
    STYLES,
    cell,
    document,
    level,
    numbering,
    p,
    packed,
    r,
    table,
)
from tests.knowledge.reading.writing import numbered as numbered_docx

_LINES = (
    "云溪县市场监管局2023年工作总结", "一、食品安全", "抽检1,688批次，合格率97.93%，不合格*批次。",
    "二、特种设备", "检验电梯2,071台。",
)  # fmt: skip
_TEXT = "\n".join(_LINES) + "\n"
_ROWS: Cells = [["所", "立案（件）", "罚没（万元）"], ["城关所", 12, 3.5], ["城东所", 7, 1.25]]
_PAGE = f"<html><body><h1>{_LINES[0]}</h1>{''.join(f'<p>{line}</p>' for line in _LINES[1:] * 3)}"
_MARKDOWN = f"# {_LINES[0]}\n\n## {_LINES[1]}\n\n{_LINES[2]}\n\n"
_MARKDOWN += "|所|立案（件）|\n|---|---:|\n|城关所|12|\n"
_MARKDOWN += f"\n1. {_LINES[4]}\n\n<table><tr><th>所<th>立案<tr><td>城东所<td>7</table>\n\n"
_PAGE += "<table><tr><td>所<td>立案<tr><td>城关所<td>12</table></body></html>"


def rich_document() -> bytes:
    """A document that has something of everything."""
    note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    box = f"<w:r><w:pict><w:txbxContent>{p('框')}</w:txbxContent></w:pict></w:r>"
    body = (
        p(mark("begin"), instruction("TOC"), mark("separate"), "目录", mark("end"))
        + p("一、食品", style="1")
        + "".join(numbered_docx("项目", 1, at) for at in (0, 1, 1, 0))
        + p("检查", f"<w:ins>{r('5')}</w:ins>", note, box)
        + table(
            [cell("所", merge="restart"), cell("抽检", span=2)],
            [cell("", merge="continue"), "批次", "不合格"],
            ["城关所", "5", "*"],
        )
        + f"<w:sdt><w:sdtContent>{p('控件')}</w:sdtContent></w:sdt>"
    )
    levels = level(0, "chineseCounting", "%1、") + level(1, "decimal", "%1.%2")
    footnote = f'<w:footnote w:id="2">{p("注")}</w:footnote>'
    return document(body, styles=STYLES, numbering=numbering(levels), footnotes=footnote)


SEEDS: dict[str, Callable[[], bytes]] = {
    "text": lambda: (_TEXT * 4).encode("gb18030"),
    "utf-8": (_TEXT * 4).encode,
    "utf-16": lambda: (_TEXT * 4).encode("utf-16"),
    "md": (_MARKDOWN * 12).encode,
    "csv": lambda: "\n".join(",".join(map(str, row)) for row in [*_ROWS] * 40).encode(),
    "html": lambda: _PAGE.encode("gb18030"),
    "pdf": lambda: pdf_of(*set_in_type(_TEXT * 4)),
    "docx": rich_document,
    "word_xml": lambda: of_2003(numbered("一、", _LINES[1]) + p(_LINES[2]) + table(["所", "12"])),
    "xlsx": lambda: workbook(甲=_ROWS, 乙=_ROWS),
    "xls": lambda: old_workbook(
        [["所", "立案（件）"], ["城关所", (12, "0")], ["城东所", (7, "0")]]
    ),
    "ods": lambda: spreadsheet("甲", [[str(cell) for cell in row] for row in _ROWS]),
    "odt": lambda: odf("text", h(_LINES[1], 1) + "".join(map(odf_p, _LINES))),
    "ofd": lambda: ofd(page_of(*_LINES), page_of(*_LINES[2:])),
    "pptx": lambda: presentation(*(shape(line) for line in _LINES)),
    "rtf": lambda: rtf("".join(rf"\pard\f0 {escaped(line)}\par " for line in _LINES)),
    "eml": lambda: mail(_TEXT, {"附件.docx": rich_document()}, page=_PAGE),
    "msg": lambda: outlook_mail(_LINES[0], _TEXT, {"附件.txt": (_TEXT * 40).encode()}),
    "zip": lambda: packed({"甲.txt": _TEXT, "乙.docx": rich_document()}),
}
"""All of them, by the name of the format; old Word documents, which LibreOffice reads, aside."""
MOST_TIMES = 2000
"""How often a piece is doubled at most."""
_MARKS = (b"<", b"\n", b"\\", b"/", b" ", b"=")


@cache
def sound(form: str) -> bytes:
    """The file of a format, not spoilt."""
    return SEEDS[form]()


def spoilt(form: str, seed: int) -> bytes:
    """The file of a format, spoilt in one of many ways; always the same way for a seed."""
    chance = random.Random(f"{form} {seed}")  # noqa: S311 - the same seed spoils in the same way
    data = sound(form)
    if data.startswith(b"PK") and seed % 3:
        return _with_spoilt_part(data, chance)
    return _bytes_spoilt(data, chance) if seed % 2 else _pieces_spoilt(data, chance)


def _with_spoilt_part(data: bytes, chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(sorted(parts))
    spoil = chance.choice((_bytes_spoilt, _pieces_spoilt, _pieces_spoilt))
    parts[name] = spoil(parts[name], chance)
    return packed(parts, zipfile.ZIP_STORED)  # as ODF has to be


def _bytes_spoilt(data: bytes, chance: random.Random) -> bytes:
    spoilt = bytearray(data or b"\0")
    for _ in range(chance.randint(1, 12)):
        spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
    return bytes(spoilt[: chance.randrange(len(spoilt))] if chance.random() < 0.2 else spoilt)


def _pieces_spoilt(data: bytes, chance: random.Random) -> bytes:
    """Words, lines, tags or numbers doubled many times, lost, exchanged or made absurd."""
    mark = chance.choice(_MARKS)
    pieces = data.split(mark)
    for _ in range(chance.randint(1, 5)):
        at, other = chance.randrange(len(pieces)), chance.randrange(len(pieces))
        match chance.randrange(4):
            case 0:
                pieces[at], pieces[other] = pieces[other], pieces[at]
            case 1:
                times = min(chance.choice((1, 30, 2000)), MOST_TIMES)
                pieces[at:at] = pieces[other : other + chance.randint(1, 5)] * times
            case 2 if len(pieces) > 5:
                del pieces[at : at + chance.randint(1, 4)]
            case _:
                digit = str(chance.randrange(10)).encode()
                absurd = chance.choice((b"-1", b"99999999999", b"x", b"0"))
                pieces[at] = pieces[at].replace(digit, absurd, 3)
    return mark.join(pieces)
