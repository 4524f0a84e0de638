"""An official document as the bytes of a .docx file, by way of python-docx."""

import re
import zipfile
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml

from bot.errors import ExportFailed
from bot.official import wordml
from bot.official.document import Block, OfficialDocument, Source
from bot.official.layout import OfficialLayout, official_layout

_KEPT_PARTS = (
    RELATIONSHIP_TYPE.STYLES,
    RELATIONSHIP_TYPE.SETTINGS,
    RELATIONSHIP_TYPE.FONT_TABLE,
    RELATIONSHIP_TYPE.THEME,
)
_KEPT_OF_PACKAGE = (RELATIONSHIP_TYPE.OFFICE_DOCUMENT, RELATIONSHIP_TYPE.CORE_PROPERTIES)
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)  # of a zip archive
_NOTES = re.compile(r"((?:\[\d+\])+)")


def docx_bytes(document: OfficialDocument, *, at: datetime, author: str = "") -> bytes:
    """The file; the same document, moment and author give the same bytes.

    ``at`` is told as when it was made. Characters that XML cannot hold are left out.
    """
    layout = official_layout()
    made = docx.Document()
    _drop_template_parts(made)
    _fill(made.styles.element, wordml.styles(layout))
    _fill(made.settings.element, wordml.settings())
    _set_fonts(made, layout)
    _set_properties(made, document.title, author, at)
    _write(made, document, layout)
    packed = BytesIO()
    made.save(packed)
    return _undated(packed)


def _drop_template_parts(made: Document) -> None:
    """Let go of what the library's template brings: thumbnail, numbering, second styles."""
    for owner, kept in ((made.part.rels, _KEPT_PARTS), (made.part.package.rels, _KEPT_OF_PACKAGE)):
        for key, relationship in list(owner.items()):
            if relationship.reltype not in kept:
                del owner[key]


def _fill(element: object, xml: str) -> None:
    """Put the children of ``xml`` in place of an element's own."""
    root: list[object] = element  # type: ignore[assignment]  # lxml elements are lists of theirs
    root[:] = list(parse_xml(xml))


def _set_fonts(made: Document, layout: OfficialLayout) -> None:
    part = made.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    part._blob = (head + wordml.font_table(layout)).encode()  # noqa: SLF001 - no other way in


def _set_properties(made: Document, title: str, author: str, at: datetime) -> None:
    properties = made.core_properties
    moment = at.astimezone(UTC).replace(tzinfo=None)
    properties.title = wordml.legal(title)[:255]
    properties.author = wordml.legal(author)[:255]
    properties.last_modified_by = properties.author
    properties.comments = ""
    properties.language = "zh-CN"
    properties.created = moment
    properties.modified = moment


def _write(made: Document, document: OfficialDocument, layout: OfficialLayout) -> None:
    section = made.sections[0]
    footers = ((section.footer, "odd"), (section.even_page_footer, "even"))
    for footer, style in footers:
        footer.is_linked_to_previous = False
        footer._element[:] = [parse_xml(wordml.page_number(style))]  # noqa: SLF001 - a field has no API
    relationships = [footer.part.partname for footer, _ in footers]
    ids = [
        next(key for key, rel in made.part.rels.items() if rel.target_part.partname == name)
        for name in relationships
    ]
    size = layout.styles["body"].size
    body = made.element.body
    body[:] = [
        *(parse_xml(xml) for xml in _paragraphs(document, layout)),
        parse_xml(wordml.section(layout.page, size, *ids)),
    ]


def _paragraphs(document: OfficialDocument, layout: OfficialLayout) -> Iterator[str]:
    cited = {source.n for source in document.sources}
    yield wordml.paragraph("title", wordml.run(document.title))
    if document.subtitle:
        yield wordml.paragraph("subtitle", wordml.run(document.subtitle))
    for block in document.blocks:
        yield _block(block, cited)
    if document.sources:
        yield wordml.paragraph("sources", wordml.run(layout.words["sources"]))
    for source in document.sources:
        yield from _source(source)


def _block(block: Block, cited: Collection[int]) -> str:
    heading = f"heading{block.level}"
    if block.heading and not block.text:
        return wordml.paragraph(heading, *_runs(block.heading, cited))
    runs = _runs(block.text, cited)
    if block.heading:
        runs = [wordml.run(block.heading, heading + wordml.RUN_IN_SUFFIX), *runs]
    return wordml.paragraph("body", *runs)


def _runs(text: str, cited: Collection[int]) -> list[str]:
    """The runs of a text; marks of its sources are set raised, other brackets stay as they are."""
    return [
        wordml.run(piece, wordml.CITATION if _marks_sources(piece, cited) else "")
        for piece in _NOTES.split(text)
        if piece
    ]


def _marks_sources(piece: str, cited: Collection[int]) -> bool:
    numbers = re.findall(r"\[(\d+)\]", piece) if _NOTES.fullmatch(piece) else []
    return bool(numbers) and all(int(number) in cited for number in numbers)


def _source(source: Source) -> Iterator[str]:
    yield wordml.paragraph("origin", wordml.run(source.origin))
    for line in source.quote.splitlines():
        if line.strip():
            yield wordml.paragraph("body", wordml.run(line.strip()))


def _undated(packed: BytesIO) -> bytes:
    """The archive with its members' dates set to the first that a zip can hold."""
    plain = BytesIO()
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(plain, "w") as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, _FIRST_DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, source.read(name))
    return plain.getvalue()


def write_docx(path: Path, document: OfficialDocument) -> None:
    """Write the document; raises ExportFailed where the file cannot be written."""
    try:
        path.write_bytes(docx_bytes(document, at=datetime.now().astimezone()))
    except OSError as error:
        raise ExportFailed(path=path) from error
