"""A web page to the text of its article: title, headings, paragraphs and rows of tables."""

import codecs
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from email import message_from_bytes
from functools import cache, partial
from typing import Annotated, Any

from lxml import etree, html  # type: ignore[import-untyped]  # has no types of its own

from knowledge.reading.encoding import MAIL_HEAD, NotText, decode
from knowledge.reading.grid import GridCell, GridRow, grid_lines, header_depth
from knowledge.reading.paragraphs import split_block, without_unseen
from knowledge.reading.result import refusal
from knowledge.understanding.kinds import outline_words
from knowledge.understanding.rows import repeat_units
from knowledge.understanding.sentences import without_blanks
from knowledge.vocabulary import DATA, Vocabulary, any_of, load_vocabulary

_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARED = re.compile(rb"""(?i)(?:charset|encoding)\s*=\s*["']?\s*([\w:.-]+)""")
_HEAD_BYTES = 4096
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "big5": "cp950"}
_WIDER |= dict.fromkeys(("iso-8859-1", "latin1", "windows-1252", "us-ascii", "ascii"), "")
_MOST_LOST = 0.01
_SURE_BYTES = 60  # more of them than characters
_Element = Any  # lxml has no types
_BLOCK_TAGS = (
    "address article blockquote body br caption center dd details div dl dt fieldset figcaption"
    " figure form h1 h2 h3 h4 h5 h6 hr html legend li main ol p pre section summary table tbody"
    " td tfoot th thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_LINE_END = "\v"  # no page has it, since what is no character is taken out
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_STOPS = re.compile(r"[，。、；：？！（）《》“”…—]")
_MOST_COLUMNS, _MOST_CELLS = 60, 40_000
_LONGEST_HEAD, _LONGEST_CELL = 20, 200
_NO_TEXT_TAGS = (
    "head script style noscript template iframe object embed svg math canvas audio video select"
    " option button input textarea nav aside dialog map"
)
_NO_TEXT = frozenset(_NO_TEXT_TAGS.split())
_PAGE_TYPES = ("text/html", "application/xhtml+xml")
_OUTER = frozenset({"header", "footer"})
_INNER = frozenset({"article", "main"})
_CONTAINER_TAGS = "html body div section article main table tbody tr td form center"
_CONTAINERS = frozenset(_CONTAINER_TAGS.split())
_HIDDEN = re.compile(r"(?i)(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)")
_ROLE_NAMES = "navigation banner contentinfo search menu menubar toolbar dialog"
_ROLES = frozenset(_ROLE_NAMES.split())
# No character of a text, which lxml would not let be moved.
_UNFIT = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]"
    r"|&#(?:[xX]0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]|[dD][89a-fA-F]..|[fF]{3}[ef])"
    r"|0*(?:[0-8]|1[1245-9]|2\d|3[01]));?(?![\da-fA-F])"
)
# Some sites close the page before the article; browsers read on, lxml would stop there.
_CLOSED = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
# Others close paragraphs that they never opened: browsers end the line there.
_ENDED = re.compile(r"</p\s*>", re.IGNORECASE)
_LONG_TAG = re.compile(r"<([a-zA-Z][^\s/<>]*)[^<>]{4000,}")
_PARTING = re.compile(r"[\s/=\"']")
_MOST_PARTINGS = 4_000
_HAN = re.compile(r"[\u3400-\u9fff]")
_SITE = re.compile(r"\s*[_|｜]\s*|\s+[-–—]+\s+|-(?=[^-]{2,20}$)")
_FURNITURE_SHARE, _ARTICLE_SHARE, _CONTAINER_SHARE = 0.4, 0.5, 0.92
_LEAST_PROSE = 4
_LINKED_SHARE = 0.6
_LOOKED_AT = 12
_NamePattern = Annotated[re.Pattern[str], any_of(flags=re.IGNORECASE)]


def read_html(data: bytes) -> str:
    """The article of a web page or of a single-file archive (mht), a line for each paragraph.

    Raises NotText where the bytes are none, UnreadableFile where the page holds no article.
    """
    root = _parse(_source_of(data))
    title = _title_in_head(root)
    _drop_hidden(root)
    _drop_furniture(root, _prose(root))
    prose = _prose(root)
    article = _article(root, prose)
    if prose.own.get(article, 0) < _LEAST_PROSE:
        raise refusal("html.no_article")
    first = [_words_of(h) for h in root.iter("h1") if article not in h.iterancestors()]
    lines = [ln for ln in _element_lines(article) if not outline_words().is_furniture(ln)]
    if not any(map(_is_prose, lines)):
        raise refusal("html.no_article")
    head = [*_missing_title(lines, [*first, title]), *_missing_subtitle(root, article, lines)]
    return repeat_units("\n".join([*head, *lines]) + "\n")


def page_lines(data: bytes) -> list[str]:
    """All words of a page that has no furniture, such as a mail's; raises as ``read_html``."""
    root = _parse(_decode_page(data))
    _drop_hidden(root)
    return list(_element_lines(root))


def source_lines(source: str) -> list[str]:
    """The lines of a table in another text, written as in a page."""
    root = _parse(source)
    table = root if root.tag == "table" else root.find(".//table")
    rows = _grid(table) if table is not None else None
    if rows is None:
        return list(_element_lines(root))
    return _table_lines(rows) or [line.text for line in grid_lines(rows)]


def _parse(page: str) -> _Element:
    """The tree of a page; raises UnreadableFile where it has none."""
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    source = _LONG_TAG.sub(  # lxml compares attributes one by one, of which there may be thousands
        lambda tag: f"<{tag[1]}" if len(_PARTING.findall(tag[0])) > _MOST_PARTINGS else tag[0],
        _UNFIT.sub("", page),
    )
    source = _ENDED.sub("</p><br>", _CLOSED.sub("", source))
    try:
        return html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise refusal("html.no_article") from error


def _source_of(data: bytes) -> str:
    """The source of a web page or of the page in a single-file archive; raises NotText.

    An archive without a page raises UnreadableFile.
    """
    if not MAIL_HEAD.match(data[:_HEAD_BYTES].removeprefix(codecs.BOM_UTF8)):
        return _decode_page(data)
    try:
        message = message_from_bytes(data.removeprefix(codecs.BOM_UTF8))
        pages = [part for part in message.walk() if part.get_content_type() in _PAGE_TYPES]
    except RecursionError as error:  # parts within parts, made to trip readers
        raise refusal("html.no_article") from error
    page = min(pages, key=lambda part: _PAGE_TYPES.index(part.get_content_type()), default=None)
    payload = page.get_payload(decode=True) if page else None
    if page is None or not isinstance(payload, bytes):
        raise refusal("html.no_article")
    return _decode_page(payload, page.get_content_charset() or "")


def _decode_page(data: bytes, declared: str = "") -> str:
    """The text by its mark, the declared encoding, else by content; a few bytes may be lost."""
    if data.startswith(_MARKS):
        return decode(data)
    if not declared and (found := _DECLARED.search(data[:_HEAD_BYTES])):
        declared = found[1].decode("ascii", "replace")
    name = _WIDER.get(declared.lower(), declared)
    for codec in ("utf-8", name):  # what reads as UTF-8 throughout is that, whatever it says
        try:
            text = data.decode(codec) if codec else decode(data)
        except (LookupError, ValueError):
            continue
        if codec == name or len(data) - len(text) >= _SURE_BYTES:
            return text
    try:
        return decode(data)
    except NotText:
        text = min(_attempts(data, name), key=lambda read: read.count("\ufffd"))
        if text.count("\ufffd") > _MOST_LOST * len(text) or "\0" in text:
            raise
        return text


def _attempts(data: bytes, name: str) -> Iterator[str]:
    """The text in each encoding that it may have, with marks for the bytes that it loses."""
    for codec in ("utf-8", "gb18030", name):
        with suppress(LookupError, ValueError):
            yield data.decode(codec, "replace")


def _element_lines(element: _Element, until: _Element | None = None) -> Iterator[str]:
    """The lines of an element's text, none of them empty; those before ``until``, if given."""
    walk = etree.iterwalk(element, events=("start", "end"))
    pieces: list[str] = []
    set_as_typed = 0
    for event, node in walk:
        block = node.tag in _BLOCKS
        if block:
            yield from _line(pieces)
            pieces = []
        if event == "start":
            if node is until:
                break
            rows = _table_lines(_grid(node)) if node.tag == "table" else None
            if rows:
                yield from rows
                walk.skip_subtree()
            else:
                set_as_typed += node.tag == "pre"
                pieces.append(_preserve_line_ends(node.text, set_as_typed))
        elif node is not element:
            set_as_typed -= node.tag == "pre"
            pieces.append(_preserve_line_ends(node.tail, set_as_typed))
    yield from _line(pieces)


def _preserve_line_ends(text: str | None, depth: int) -> str:
    """A stretch of text; inside a pre its line ends are those of lines."""
    return (text or "").replace("\n", _LINE_END) if depth else text or ""


def _words_of(element: _Element) -> str:
    return "".join(_line([str(text) for text in element.itertext()]))


def _line(pieces: Sequence[str]) -> Iterator[str]:
    words = split_block(without_unseen("".join(pieces)), _LINE_END)
    for typed in words.split(_LINE_END):
        text = _SPACE.sub(partial(_blank, typed), typed).strip(" \u3000")
        if text:
            yield text


def _blank(text: str, found: re.Match[str]) -> str:
    """What is left of a blank: nothing of a line end of the source beside Chinese punctuation."""
    if "\n" in found[0] and "\xa0" not in found[0]:
        around = text[found.start() - 1 : found.start()] + text[found.end() : found.end() + 1]
        if _STOPS.search(around):
            return ""
    return " "


def _table_lines(rows: Sequence[GridRow] | None) -> list[str] | None:
    """A table as lines, a row each; None if it only lays out the page."""
    rows = rows or []
    above = next((n for n, row in enumerate(rows) if sum(map(bool, row.texts())) > 1), len(rows))
    captions, rows = rows[:above], rows[above:]
    if not rows or len(rows) + len(captions) < 2 or not _is_head(rows[0].texts()):
        return None
    depth = header_depth(rows) or 1
    rows = [replace(row, marked=n < depth) for n, row in enumerate(rows)]
    lines = [text for row in captions for text in row.texts() if text]
    return lines + [line.text for line in grid_lines(rows)]


def _is_head(row: Sequence[str]) -> bool:
    return all(len(cell) <= _LONGEST_HEAD and not cell.endswith(("：", ":")) for cell in row) and (
        not any(cell and cell[0].isdigit() and cell[-1].isdigit() for cell in row)
    )


def _grid(table: _Element) -> list[GridRow] | None:
    """The cells of a table; None for what is no table of short cells."""
    rows: list[GridRow] = []
    spanning: dict[int, tuple[int, int]] = {}  # by column, cells that reach down: rows, columns
    for tr in table.iter("tr"):
        if any(cell.find(".//table") is not None for cell in tr):
            return None
        cells: list[GridCell] = []
        for cell in (c for c in tr if c.tag in {"td", "th"}):
            column = _add_spanning(cells, spanning)
            words = _words_of(cell)
            if len(words) > _LONGEST_CELL or column > _MOST_COLUMNS:
                return None
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            if down > 1:
                spanning[column] = (down - 1, across)
            cells.append(GridCell(column, across, [words] if words else []))
        _add_spanning(cells, spanning)
        rows.append(GridRow(cells))
        if len(rows) * len(cells) > _MOST_CELLS:
            return None
    return rows


def _add_spanning(cells: list[GridCell], spanning: dict[int, tuple[int, int]]) -> int:
    """Put in the cells that reach down from rows above; the column where the next one begins."""
    column = cells[-1].column + cells[-1].span if cells else 0
    while column in spanning:
        left, across = spanning.pop(column)
        if left > 1:
            spanning[column] = (left - 1, across)
        cells.append(GridCell(column, across, [], below=True))
        column += across
    return column


def _span(cell: _Element, name: str) -> int:
    count = cell.get(name, "1").strip()
    return min(max(int(count), 1), _MOST_COLUMNS) if count.isascii() and count.isdigit() else 1


def _is_prose(line: str) -> bool:
    return bool(re.search(r"[，。；：！？,;.]", line)) or len(_HAN.findall(line)) >= 20


@dataclass(frozen=True, slots=True)
class _Prose:
    """How many Chinese characters stand in each element: outside links, and in all."""

    own: dict[_Element, int]
    linked: dict[_Element, int]


def _prose(root: _Element) -> _Prose:
    own: dict[_Element, int] = {}
    linked: dict[_Element, int] = {}
    for element in reversed(list(root.iter())):  # what is inside comes first
        own[element] = _han(element.text) + sum(own[one] + _han(one.tail) for one in element)
        linked[element] = sum(linked[one] for one in element)
        if element.tag == "a":
            linked[element] += own[element]
            own[element] = 0
    return _Prose(own, linked)


def _han(text: str | None) -> int:
    return len(_HAN.findall(text)) if text else 0


def _drop_hidden(root: _Element) -> None:
    """Drop the head of a page, and what it does not show."""
    for element in list(root.iter()):
        hidden = (
            element.tag in _NO_TEXT
            or "hidden" in element.attrib
            or element.get("role") in _ROLES
            or _HIDDEN.search(element.get("style", ""))
            or (element.tag in _OUTER and not _INNER & {a.tag for a in element.iterancestors()})
        )
        if hidden and element.tag not in {"html", "body"}:
            _drop(element)


def _drop_furniture(root: _Element, prose: _Prose) -> None:
    """Drop lists of links, and what is named as furniture unless it holds much of the page."""
    total = max(prose.own.get(root, 0), 1)
    furniture = _names().furniture
    for element in list(root.iter()):
        own, linked = prose.own.get(element, 0), prose.linked.get(element, 0)
        if own > _FURNITURE_SHARE * total or element.tag in {"html", "body", "head", "a"}:
            continue
        listed = linked > _LINKED_SHARE * (own + linked) and element.tag in {"ul", "ol", "dl"}
        if listed or _is_named(element, furniture):
            _drop(element)


def _drop(element: _Element) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _article(root: _Element, prose: _Prose) -> _Element:
    """The element that is named as the article, else the smallest that holds nearly all prose."""
    total = prose.own.get(root, 0)
    named = [e for e in root.iter() if e.tag in _INNER or _is_named(e, _names().article)]
    named = [e for e in named if prose.own.get(e, 0) > _ARTICLE_SHARE * total]
    node = min(named, key=lambda e: prose.own[e], default=root)
    while True:
        least = _CONTAINER_SHARE * prose.own.get(node, 0)
        inner = [c for c in node if c.tag in _CONTAINERS and prose.own.get(c, 0) >= least > 0]
        if not inner or (inner[0].tag == "table" and len(list(inner[0].iter("tr"))) > 1):
            return node
        node = inner[0]


def _title_in_head(root: _Element) -> str:
    for meta in root.iter("meta"):
        if meta.get("name", "").lower() == "articletitle" and meta.get("content"):
            return str(meta.get("content")).strip()
    for title in root.iter("title"):
        return str(_SITE.split(_words_of(title))[0])
    return ""


def _missing_title(lines: Sequence[str], named: Sequence[str]) -> Iterator[str]:
    """The title, where it stands outside the article and nothing in it is one."""
    titles = outline_words().titles
    shown = without_blanks("".join(ln for ln in lines[:6] if not ln.endswith("。")))
    for title in named:
        bare = without_blanks(title)
        if bare and titles.words.search(bare):
            opening = lines[0] if lines else ""
            titled = titles.words.search(opening) and not titles.occasion.match(opening)
            titled = titled and len(opening) <= 60 and not opening.endswith("。")
            if bare not in shown and not titled:
                yield title
            return


def _missing_subtitle(root: _Element, article: _Element, lines: list[str]) -> Iterator[str]:
    """Where and by whom a report was given, where the page says so above the article alone."""
    if article is root:
        return
    titles = outline_words().titles
    shown = [without_blanks(line) for line in lines[:_LOOKED_AT]]
    for line in _element_lines(root, until=article):
        bare = without_blanks(line)
        is_subtitle = titles.occasion.match(bare) or titles.speaker.match(bare)
        if is_subtitle and bare not in shown and not outline_words().is_furniture(line):
            yield line


class _PartNames(Vocabulary):
    furniture: _NamePattern
    article: _NamePattern


def _is_named(element: _Element, names: re.Pattern[str]) -> bool:
    labels = f"{element.get('class', '')} {element.get('id', '')}".split()
    return any(names.fullmatch(name) for name in labels)


_names = cache(partial(load_vocabulary, _PartNames, path=DATA / "html.toml"))
