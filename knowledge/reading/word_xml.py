"""Word documents that are one XML file, of Word 2003 or as a flat package, read as a .docx."""

import io
import zipfile
from collections.abc import Iterator, Mapping

from lxml import etree  # type: ignore[import-untyped]  # has no types of its own

from knowledge.reading.docx import W, read_docx
from knowledge.reading.parts import Element, xml_tree
from knowledge.reading.result import refusal

_PACKAGE = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_OLD = "http://schemas.microsoft.com/office/word/2003/wordml"
_HINTS = "{http://schemas.microsoft.com/office/word/2003/auxHint}"
_CHANGES = "{http://schemas.microsoft.com/aml/2001/core}"
_RENAMED = {W + "vmerge": W + "vMerge", W + "hlink": W + "hyperlink"}
_LEFT_OUT = frozenset({"Word.Deletion", "Word.Comment"})
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATION = '<Relationship Id="{0}" Type="' + _OFFICE + '/{0}" Target="{1}"/>'


def read_word_xml(data: bytes) -> str:
    """The text as ``read_docx`` gives it; raises UnreadableFile in words for its user."""
    root = xml_tree(data, "docx")
    if root.tag == _PACKAGE + "package":
        return read_docx(_pack(dict(_flat_parts(root))))
    document = xml_tree(etree.tostring(root).replace(_OLD.encode(), W[1:-1].encode()), "docx")
    body = document.find(W + "body")
    if body is None:
        raise refusal("broken.docx")
    _modernise(body)
    root = etree.Element(W + "document")
    root.append(body)
    parts = {"word/document.xml": bytes(etree.tostring(root))}
    styles = document.find(W + "styles")
    if styles is not None:
        parts["word/styles.xml"] = etree.tostring(styles)
        named = f"<Relationships>{_RELATION.format('styles', 'styles.xml')}</Relationships>"
        parts["word/_rels/document.xml.rels"] = named.encode()
    return read_docx(_pack(parts))


def _flat_parts(root: Element) -> Iterator[tuple[str, bytes]]:
    for part in root.iter(_PACKAGE + "part"):
        content = part.find(_PACKAGE + "xmlData")
        if content is not None and len(content):
            yield (part.get(_PACKAGE + "name") or "").lstrip("/"), etree.tostring(content[0])


def _modernise(body: Element) -> None:
    """Turn what Word 2003 wrote otherwise into what its successors write."""
    for element in list(body.iter()):
        if element.tag == W + "listPr":
            _write_number(element)
        elif element.tag == _CHANGES + "annotation" and element.get(W + "type") in _LEFT_OUT:
            element.getparent().remove(element)
        else:
            element.tag = _RENAMED.get(element.tag, element.tag)
    etree.strip_tags(body, _HINTS + "*", _CHANGES + "*")


def _write_number(list_properties: Element) -> None:
    """Put the number that Word counted before its paragraph, as if it were typed."""
    paragraph = list_properties.getparent().getparent()
    shown = list_properties.find(_HINTS + "t")
    number = shown.get(_HINTS + "val") if shown is not None else None
    list_properties.getparent().remove(list_properties)
    if number and paragraph is not None and paragraph.tag == W + "p":
        run = etree.Element(W + "r")
        etree.SubElement(run, W + "t").text = number
        paragraph.insert(1, run)


def _pack(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()
