"""An official document as the bytes of a .docx file, by way of python-docx."""

import re
import zipfile
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml

from bot.errors import ExportFailed
from bot.official.document import (
    AppendixSource,
    DocumentBlock,
    DocumentTable,
    OfficialDocument,
)
from bot.official.layout import OfficialLayout, PageLayout, ParagraphStyle, official_layout, twips

_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_RUN_IN_SUFFIX, _CITATION = "-run", "citation"
_LINE_OF_NUMBER = 1.3  # a line of Song is about so much higher than its characters
_ILLEGAL = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAKS = re.compile(r"\r\n?|\n")
_NOTES = re.compile(r"((?:\[\d+\])+)")
_KEPT_PARTS = (
    RELATIONSHIP_TYPE.STYLES,
    RELATIONSHIP_TYPE.SETTINGS,
    RELATIONSHIP_TYPE.FONT_TABLE,
    RELATIONSHIP_TYPE.THEME,
)
_KEPT_OF_PACKAGE = (RELATIONSHIP_TYPE.OFFICE_DOCUMENT, RELATIONSHIP_TYPE.CORE_PROPERTIES)
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)  # of a zip archive


def docx_bytes(document: OfficialDocument, *, at: datetime, author: str = "") -> bytes:
    """The file; the same document, moment and author give the same bytes.

    ``at`` is the moment of creation that it names. Characters that XML cannot hold are left out.
    """
    layout = layout_of(document)
    file = docx.Document()
    _drop_template_parts(file)
    _fill(file.styles.element, _styles(layout))
    _fill(file.settings.element, _settings())
    _set_fonts(file, layout)
    _set_properties(file, document.title, author, at)
    _write(file, document, layout)
    packed = BytesIO()
    file.save(packed)
    return _strip_dates(packed)


def write_docx(path: Path, document: OfficialDocument) -> None:
    """Write the document; raises ExportFailed where the file cannot be written."""
    try:
        path.write_bytes(docx_bytes(document, at=datetime.now().astimezone()))
    except OSError as error:
        raise ExportFailed(path=path) from error


def layout_of(document: OfficialDocument) -> OfficialLayout:
    """The layout that a document is set in."""
    return official_layout().compact_form() if document.compact else official_layout()


def _drop_template_parts(file: Document) -> None:
    """Remove what the library's template brings: thumbnail, numbering, second styles."""
    part = file.part
    for relationships, kept in ((part.rels, _KEPT_PARTS), (part.package.rels, _KEPT_OF_PACKAGE)):
        for key, relationship in list(relationships.items()):
            if relationship.reltype not in kept:
                del relationships[key]


def _fill(element: object, xml: str) -> None:
    """Put the children of ``xml`` in place of an element's own."""
    root: list[object] = element  # type: ignore[assignment]  # lxml elements are lists of theirs
    root[:] = list(parse_xml(xml))


def _set_fonts(file: Document, layout: OfficialLayout) -> None:
    part = file.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    part._blob = (head + _font_table(layout)).encode()  # noqa: SLF001 - no other way in


def _set_properties(file: Document, title: str, author: str, at: datetime) -> None:
    properties = file.core_properties
    moment = at.astimezone(UTC).replace(tzinfo=None)
    properties.title = _legal(title)[:255]
    properties.author = _legal(author)[:255]
    properties.last_modified_by = properties.author
    properties.comments = ""
    properties.language = "zh-CN"
    properties.created = moment
    properties.modified = moment


def _write(file: Document, document: OfficialDocument, layout: OfficialLayout) -> None:
    section = file.sections[0]
    footers = ((section.footer, "odd"), (section.even_page_footer, "even"))
    for footer, style in footers:
        footer.is_linked_to_previous = False
        footer._element[:] = [parse_xml(_page_number(style))]  # noqa: SLF001 - a field has no API
    keys = {rel.target_part.partname: key for key, rel in file.part.rels.items()}
    ids = [keys[footer.part.partname] for footer, _ in footers]
    size = layout.styles["body"].size
    body = file.element.body
    body[:] = [
        *(parse_xml(xml) for xml in _paragraphs(document, layout)),
        parse_xml(_section_properties(layout.page, size, *ids)),
    ]


def _paragraphs(document: OfficialDocument, layout: OfficialLayout) -> Iterator[str]:
    cited = {source.n for source in document.sources}
    yield _paragraph("title", _run(document.title))
    if document.table and document.table.leads:
        yield _table(document.table, layout, cited)
    for block in document.blocks:
        yield _block(block, cited)
    if document.table and not document.table.leads:
        yield _paragraph("heading1", _run(document.table.title))
        yield _table(document.table, layout, cited)
    if document.sources:
        yield _paragraph("sources", _run(layout.words["sources"]))
    for source in document.sources:
        yield from _source(source)


def _table(table: DocumentTable, layout: OfficialLayout, cited: Collection[int]) -> str:
    """A table with thin lines, its heads repeated on every page."""
    columns: Sequence[float] = layout.task_columns
    if table.leads:
        columns = layout.comparison_columns(len(table.heads))
    widths = [layout.page.characters_wide(count) for count in columns]
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = [_row(table.heads, widths, (), is_head=True)]
    rows += [_row(row, widths, cited, is_head=False) for row in table.rows]
    return (
        f'<w:tbl {_NAMESPACES}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblBorders>{lines}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(
    cells: Sequence[str], widths: Sequence[int], cited: Collection[int], *, is_head: bool
) -> str:
    head = "<w:tblHeader/>" if is_head else ""
    filled = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        f"{_paragraph('cell', *_runs(cell, cited))}</w:tc>"
        for cell, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{filled}</w:tr>"


def _block(block: DocumentBlock, cited: Collection[int]) -> str:
    heading = f"heading{block.level}"
    if block.heading and not block.text:
        return _paragraph(heading, *_runs(block.heading, cited))
    runs = _runs(block.text, cited)
    if block.heading:
        runs = [_run(block.heading, heading + _RUN_IN_SUFFIX), *runs]
    return _paragraph("body", *runs)


def _runs(text: str, cited: Collection[int]) -> list[str]:
    """The runs of a text; marks of its sources are set raised, other brackets stay as they are."""
    return [
        _run(piece, _CITATION if _marks_sources(piece, cited) else "")
        for piece in _NOTES.split(text)
        if piece
    ]


def _marks_sources(piece: str, cited: Collection[int]) -> bool:
    numbers = re.findall(r"\[(\d+)\]", piece) if _NOTES.fullmatch(piece) else []
    return bool(numbers) and all(int(number) in cited for number in numbers)


def _source(source: AppendixSource) -> Iterator[str]:
    yield _paragraph("origin", _run(source.origin))
    for line in source.quote.splitlines():
        if line.strip():
            yield _paragraph("body", _run(line.strip()))


def _strip_dates(packed: BytesIO) -> bytes:
    """The archive with its members' dates set to the first that a zip can hold."""
    plain = BytesIO()
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(plain, "w") as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, _FIRST_DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, source.read(name))
    return plain.getvalue()


def _legal(text: str) -> str:
    """The text without the characters that XML cannot hold, each line end a newline."""
    return _ILLEGAL.sub("", _BREAKS.sub("\n", text))


def _run(text: str, style: str = "") -> str:
    """A run of text, in a character style if one is named; “ and ” count as Chinese."""
    styled = f'<w:rStyle w:val="{style}"/>' if style else ""
    properties = f'<w:rPr>{styled}<w:rFonts w:hint="eastAsia"/></w:rPr>'
    lines = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in _legal(text).split("\n")
    )
    return f"<w:r>{properties}{lines}</w:r>"


def _paragraph(style: str, *runs: str) -> str:
    """A paragraph of a style."""
    content = "".join(runs)
    return f'<w:p {_NAMESPACES}><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{content}</w:p>'


def _page_number(style: str) -> str:
    """A paragraph that shows the page's number between dashes: — 1 —."""
    fields = (
        '<w:fldChar w:fldCharType="begin"/>',
        '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>1</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    )
    field = "".join(
        f'<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>{part}</w:r>' for part in fields
    )
    return _paragraph(style, _run("— "), field, _run(" —"))


def _section_properties(page: PageLayout, size: float, odd_footer: str, even_footer: str) -> str:
    """The section's properties; ``size`` is that of the body, the footers are relationship ids."""
    lengths = " ".join(
        f'w:{side}="{twips(value)}"'
        for side, value in (
            ("top", page.top),
            ("right", page.right),
            ("bottom", page.bottom),
            ("left", page.left),
            ("header", page.footer),
            ("footer", page.footer),
        )
    )
    return (
        f"<w:sectPr {_NAMESPACES}>"
        f'<w:footerReference w:type="default" r:id="{odd_footer}"/>'
        f'<w:footerReference w:type="even" r:id="{even_footer}"/>'
        f'<w:pgSz w:w="{twips(page.width)}" w:h="{twips(page.height)}"/>'
        f'<w:pgMar {lengths} w:gutter="0"/>'
        '<w:pgNumType w:fmt="decimal" w:start="1"/>'
        f'<w:docGrid w:type="linesAndChars" w:linePitch="{page.line_pitch}" '
        f'w:charSpace="{page.character_space(size)}"/>'
        "</w:sectPr>"
    )


def _styles(layout: OfficialLayout) -> str:
    """The whole table of styles: the defaults, the layout's own and their run-in forms."""
    body = layout.styles["body"]
    defaults = (
        "<w:docDefaults><w:rPrDefault><w:rPr>"
        f'{_fonts(body.font)}<w:sz w:val="{_half_points(body.size)}"/>'
        f'<w:szCs w:val="{_half_points(body.size)}"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
    )
    base = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        '<w:qFormat/><w:pPr><w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/>'
        '<w:autoSpaceDN w:val="0"/><w:snapToGrid w:val="0"/>'
        f'{_spacing(layout.page.line_points)}<w:jc w:val="both"/></w:pPr>'
        f"{_run_properties(body, layout)}</w:style>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/>'
        "<w:unhideWhenUsed/></w:style>"
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
        '<w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/>'
        "<w:unhideWhenUsed/></w:style>"
        f'<w:style w:type="character" w:customStyle="1" w:styleId="{_CITATION}">'
        f"<w:name w:val={quoteattr(layout.words['citation'])}/><w:qFormat/>"
        '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
    )
    own = "".join(_style(style, layout) for style in layout.styles.values())
    return f"<w:styles {_NAMESPACES}>{defaults}{base}{own}</w:styles>"


def _style(style: ParagraphStyle, layout: OfficialLayout) -> str:
    heading = bool(style.outline) and not style.new_page
    link = f'<w:link w:val="{style.id}{_RUN_IN_SUFFIX}"/>' if heading else ""
    following = "body" if heading or style.new_page else style.id
    paragraph_style = (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{style.id}">'
        f'<w:name w:val={quoteattr(style.name)}/><w:basedOn w:val="Normal"/>'
        f'<w:next w:val="{following}"/>{link}<w:qFormat/>'
        f"{_paragraph_properties(style, layout.page)}{_run_properties(style, layout)}</w:style>"
    )
    if not heading:
        return paragraph_style
    name = layout.words["run_in"].format(name=style.name)
    return paragraph_style + (
        f'<w:style w:type="character" w:customStyle="1" w:styleId="{style.id}{_RUN_IN_SUFFIX}">'
        f'<w:name w:val={quoteattr(name)}/><w:basedOn w:val="DefaultParagraphFont"/>'
        f'<w:link w:val="{style.id}"/>{_run_properties(style, layout)}</w:style>'
    )


def _paragraph_properties(style: ParagraphStyle, page: PageLayout) -> str:
    keep = bool(style.outline) or style.keep_next
    parts = (
        "<w:keepNext/>" if keep else "",
        "<w:pageBreakBefore/>" if style.new_page else "",
        _spacing(_line_points(style, page), style.lines_after),
        _indent(style, page),
        f'<w:jc w:val="{style.align}"/>',
        f'<w:outlineLvl w:val="{style.outline - 1}"/>' if style.outline else "",
    )
    return f"<w:pPr>{''.join(parts)}</w:pPr>"


def _line_points(style: ParagraphStyle, page: PageLayout) -> float:
    """The height of a style's lines; the page number has its own, off the grid."""
    own = style.size * _LINE_OF_NUMBER if style.page_number else style.line_points
    return own or page.line_points


def _spacing(points: float, lines_after: int = 0) -> str:
    line = round(points * 20)
    after = f' w:afterLines="{lines_after * 100}"' if lines_after else ""
    return (
        f'<w:spacing w:before="0"{after} w:after="{lines_after * line}" '
        f'w:line="{line}" w:lineRule="exact"/>'
    )


def _indent(style: ParagraphStyle, page: PageLayout) -> str:
    if style.page_number:  # one character in from the outer edge
        width = round(style.size * 20)
        return f'<w:ind w:{style.align}Chars="100" w:{style.align}="{width}"/>'
    width = page.characters_wide(style.indent)
    return f'<w:ind w:firstLineChars="{style.indent * 100}" w:firstLine="{width}"/>'


def _run_properties(style: ParagraphStyle, layout: OfficialLayout) -> str:
    """Font and size; what is as large as the body is drawn together to fill its lines.

    Not by the grid, to which some programs snap each character, two cells to one that is wider.
    """
    bold = "<w:b/><w:bCs/>" if style.bold else ""
    size = _half_points(style.size)
    as_body = style.size == layout.styles["body"].size
    spacing = f'<w:spacing w:val="{layout.page.tracking(style.size)}"/>' if as_body else ""
    return (
        f"<w:rPr>{_fonts(style.font)}{bold}{spacing}"
        f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
    )


def _fonts(name: str) -> str:
    font = quoteattr(name)
    return f"<w:rFonts w:ascii={font} w:eastAsia={font} w:hAnsi={font} w:cs={font}/>"


def _half_points(size: float) -> int:
    return round(size * 2)


def _font_table(layout: OfficialLayout) -> str:
    """The fonts in use, each with the one that stands in for it."""
    fonts = "".join(
        f"<w:font w:name={quoteattr(name)}><w:altName w:val={quoteattr(other)}/>"
        '<w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for name, other in layout.fonts.items()
    )
    return f"<w:fonts {_NAMESPACES}>{fonts}</w:fonts>"


def _settings() -> str:
    """The document's settings: odd and even pages differ, spacing as in Chinese documents."""
    mode = (
        '<w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    )
    return (
        f'<w:settings {_NAMESPACES}><w:zoom w:percent="100"/><w:evenAndOddHeaders/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/>'
        f"<w:compat><w:useFELayout/>{mode}</w:compat>"
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )
