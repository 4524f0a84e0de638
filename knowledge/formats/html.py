"""A web page to the text of its article: title, headings, paragraphs and rows of tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from knowledge.formats.markup import source_of
from knowledge.formats.webtext import laid_out, words_of
from knowledge.kinds import outline_words
from knowledge.refusals import refused
from knowledge.vocabulary import DATA, Vocabulary, any_of, load_vocabulary

_Element = Any  # lxml has no types

_NO_TEXT_TAGS = (
    "script style noscript template iframe object embed svg math canvas audio video select option"
    " button input textarea nav aside dialog map"
)
_NO_TEXT = frozenset(_NO_TEXT_TAGS.split())
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
_HAN = re.compile(r"[\u3400-\u9fff]")
_SITE = re.compile(r"\s*[_|｜]\s*|\s+[-–—]+\s+|-(?=[^-]{2,20}$)")
_FURNITURE_SHARE, _ARTICLE_SHARE, _CONTAINER_SHARE = 0.4, 0.5, 0.92
_LEAST_PROSE = 4
_LINKED_SHARE = 0.6
_LOOKED_AT = 12


def read_html(data: bytes) -> str:
    """The article of a web page or of a single-file archive (mht), a line for each paragraph.

    Raises NotText where the bytes are none, UnreadableFile where the page holds no article.
    """
    from lxml import etree, html  # type: ignore[import-untyped] # noqa: PLC0415 - 0.1 s; no types

    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    source = _ENDED.sub("</p><br>", _CLOSED.sub("", _UNFIT.sub("", source_of(data))))
    try:
        root = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise refused("html.no_article") from error
    title = _title_in_head(root)
    for head in list(root.iter("head")):
        _drop(head)
    _drop_hidden(root)
    prose = _prose(root, etree)
    _drop_furniture(root, prose)
    prose = _prose(root, etree)
    article = _article(root, prose)
    if prose.own.get(article, 0) < _LEAST_PROSE:
        raise refused("html.no_article")
    first = [words_of(h) for h in root.iter("h1") if article not in h.iterancestors()]
    lines = [ln for ln in laid_out(article, etree) if not outline_words().is_furniture(ln)]
    if not any(_says(line) for line in lines):
        raise refused("html.no_article")
    head = [*_missing_title(lines, first, title), *_missing_subtitle(root, article, lines, etree)]
    return "\n".join([*head, *lines]) + "\n"


def _says(line: str) -> bool:
    return bool(re.search(r"[，。；：！？,;.]", line)) or len(_HAN.findall(line)) >= 20


@dataclass(frozen=True, slots=True)
class _Prose:
    """How many Chinese characters stand in each element: outside links, and in all."""

    own: dict[_Element, int]
    linked: dict[_Element, int]


def _prose(root: _Element, etree: Any) -> _Prose:
    own: dict[_Element, int] = {}
    linked: dict[_Element, int] = {}
    links = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            links += element.tag == "a"
            own.setdefault(element, 0)
            linked.setdefault(element, 0)
            _count(linked if links else own, element, element.text)
            continue
        links -= element.tag == "a"
        parent = element.getparent()
        if parent is not None and element is not root:
            own[parent] += own[element]
            linked[parent] += linked[element]
            _count(linked if links else own, parent, element.tail)
    return _Prose(own, linked)


def _count(into: dict[_Element, int], element: _Element, text: str | None) -> None:
    into[element] += len(_HAN.findall(text)) if text else 0


def _drop_hidden(root: _Element) -> None:
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
    """Take out what is named as furniture, unless much of the page stands in it, and link lists."""
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
        return str(_SITE.split(words_of(title))[0])
    return ""


def _missing_title(lines: list[str], first: list[str], head: str) -> Iterator[str]:
    """The title, where it stands outside the article and nothing in it is one."""
    titles = outline_words().titles
    shown = re.sub(r"\s", "", "".join(ln for ln in lines[:6] if not ln.endswith("。")))
    for title in [*first, head]:
        bare = re.sub(r"\s", "", title)
        if bare and titles.words.search(bare):
            opening = lines[0] if lines else ""
            titled = titles.words.search(opening) and not titles.occasion.match(opening)
            titled = titled and len(opening) <= 60 and not opening.endswith("。")
            if bare not in shown and not titled:
                yield title
            return


def _missing_subtitle(
    root: _Element, article: _Element, lines: list[str], etree: Any
) -> Iterator[str]:
    """Where and by whom a report was given, where the page says so above the article alone."""
    if article is root:
        return
    titles = outline_words().titles
    shown = [re.sub(r"\s", "", line) for line in lines[:_LOOKED_AT]]
    for line in laid_out(root, etree, until=article):
        bare = re.sub(r"\s", "", line)
        told = titles.occasion.match(bare) or titles.speaker.match(bare)
        if told and bare not in shown and not outline_words().is_furniture(line):
            yield line


_NamePattern = Annotated[re.Pattern[str], any_of(flags=re.IGNORECASE)]


class _PartNames(Vocabulary):
    """What parts of a page are called in its source."""

    furniture: _NamePattern
    article: _NamePattern


def _is_named(element: _Element, names: re.Pattern[str]) -> bool:
    told = f"{element.get('class', '')} {element.get('id', '')}".split()
    return any(names.fullmatch(name) for name in told)


@cache
def _names() -> _PartNames:
    return load_vocabulary(_PartNames, DATA / "html.toml")
