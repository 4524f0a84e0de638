"""Word documents spoilt in every way: bytes changed, tags moved, names swapped."""

import io
import random
import zipfile
from copy import deepcopy
from xml.etree import ElementTree as ET

from tests.knowledge.reading.test_docx import instruction, mark
from tests.knowledge.reading.writing import (
    STYLES,
    cell,
    document,
    level,
    numbered,
    numbering,
    p,
    packed,
    r,
    table,
)


def rich_document() -> bytes:
    """A document that has something of everything."""
    note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    box = f"<w:r><w:pict><w:txbxContent>{p('框')}</w:txbxContent></w:pict></w:r>"
    body = (
        p(mark("begin"), instruction("TOC"), mark("separate"), "目录", mark("end"))
        + p("一、食品", style="1")
        + "".join(numbered("项目", 1, at) for at in (0, 1, 1, 0))
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


def mutated(data: bytes, seed: int) -> bytes:
    """The document spoilt: its bytes, the XML of a part, or that part's tree, still well-formed."""
    chance = random.Random(seed)  # noqa: S311 - the same seed spoils in the same way
    if seed % 3 == 0:
        return _bytes_spoilt(data, chance)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(sorted(parts))
    spoil = _xml_spoilt if seed % 3 == 1 else _tree_spoilt
    for _ in range(chance.randint(1, 6)):
        parts[name] = spoil(parts[name], chance)
    return packed(parts)


def _bytes_spoilt(data: bytes, chance: random.Random) -> bytes:
    spoilt = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
    return bytes(spoilt[: chance.randrange(len(spoilt))] if chance.random() < 0.2 else spoilt)


def _xml_spoilt(xml: bytes, chance: random.Random) -> bytes:
    pieces = xml.split(b"<")
    at, other = chance.randrange(len(pieces)), chance.randrange(len(pieces))
    match chance.randrange(5):
        case 0:
            pieces[at], pieces[other] = pieces[other], pieces[at]
        case 1:
            pieces[at:at] = pieces[other : other + chance.randint(1, 9)] * chance.choice(
                (1, 3, 500)
            )
        case 2:
            del pieces[at : at + chance.randint(1, 4)]
        case 3:  # a number becomes absurd
            pieces[at] = pieces[at].replace(b'"1"', chance.choice((b'"-1"', b'"99999999"', b'"x"')))
        case _:
            tag = chance.choice((b"w:tbl", b"w:tc", b"w:del", b"w:p", b"w:fldChar", b"w:sdt"))
            pieces[at] = tag + pieces[at][pieces[at].find(b" ") :]
    return b"<".join(pieces)


def _tree_spoilt(xml: bytes, chance: random.Random) -> bytes:
    try:
        root = ET.fromstring(xml)  # noqa: S314 - our own
    except ET.ParseError:
        return xml
    nodes = list(root.iter())
    node, other = chance.choice(nodes), chance.choice(nodes)
    match chance.randrange(5):
        case 0:  # a copy of another, many times
            node[:0] = [deepcopy(other) for _ in range(chance.choice((1, 2, 40)))]
        case 1:
            del node[: chance.randint(1, 3)]
        case 2:
            node.tag = other.tag
        case 3:
            node[:] = reversed(list(node))
        case _:
            for key in node.attrib:
                node.set(key, chance.choice(("-1", "0", "99999999", "x", "", "bullet", "continue")))
    return ET.tostring(root)
