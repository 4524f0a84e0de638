"""OFD (GB/T 33190) to text: its characters by page in reading order, as those of PDF.

Text objects and templates become characters with boxes, and those lines and paragraphs; electronic
seals are noted at the end. Own, since the packages that render OFD bring a PDF and an image
library with them and set no limits.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from knowledge.errors import UnreadableFile
from knowledge.models import Page
from knowledge.reading.archives import Content
from knowledge.reading.files import read_bytes
from knowledge.reading.formats import recognise
from knowledge.reading.glyphs import Glyph, Rule, TypePage, is_wide, plain_character
from knowledge.reading.page_paragraphs import join_paragraphs
from knowledge.reading.page_tables import lines_with_tables, rules_of
from knowledge.reading.pages import LEAST_ON_A_PAGE, MOST_CHARACTERS, MOST_PAGES, mark_recognised
from knowledge.reading.parts import Element, Parts
from knowledge.reading.result import PagedText, refusal
from knowledge.reading.scans import can_recognise, open_pictures, recognise_pages

_POINTS = 72 / 25.4  # a millimetre
_ABOVE, _BELOW = 1.08, 0.25  # of the size: where a character's box ends over and under its line
_NARROW = 0.5
_LOOSE = 1.5  # times its usual width that a character may take up to the next
_STRAIGHT = math.radians(2)
_DEEPEST = 20
_A4 = (0.0, 0.0, 210.0, 297.0)
_DATE = re.compile(r"(\d{4})\D?(\d{2})\D?(\d{2})")
_NUMBER = re.compile(r"-?\d{1,6}(?:\.\d{1,9})?")
_STEP = re.compile(r"[MLSBQC]")
_LONGEST_PATH = 200  # characters of a drawing that is a line or a box
_RESOURCES = ("PublicRes", "DocumentRes")
_COVERED = 0.5  # of the width of a page
_NOTE = "（电子签章：{}）"
_MOST_ATTACHMENTS = 20
_ON_PAGE = "第{}页"


class _Picture(NamedTuple):
    """A picture file that is all of a page, and how wide it is shown, in points."""

    data: bytes
    width: float


def read_ofd(data: bytes) -> PagedText:
    """The text of a document, that of its scanned pages recognised; raises UnreadableFile."""
    parts = Parts(data, "ofd")
    if parts.content("Encryptions.xml") is not None:
        raise refusal("unsupported.encrypted")
    documents = [_Document(parts, body) for body in _find(parts.main("OFD.xml"), "DocBody")]
    pages = [page for document in documents for page in document.pages()]
    pictures = {n: picture for n, (_, picture) in enumerate(pages) if picture}
    seen = recognise_pages(_opened(pictures, parts), len(pictures)) if can_recognise() else {}
    bodies = lines_with_tables([seen.get(number, page) for number, (page, _) in enumerate(pages)])
    if not any(bodies):
        parts.with_note("")
        raise refusal("ofd.scanned" if pages else "empty")
    read = mark_recognised(join_paragraphs(bodies), seen.keys())
    seals = dict.fromkeys(seal for document in documents for seal in document.seals())
    text = read.text + "".join(f"{seal}\n" for seal in seals)
    attachments = [one for document in documents for one in document.attachments()]
    read = _with_attachments(PagedText(text, read.pages), attachments, parts)
    return replace(read, text=parts.with_note(read.text))


def _opened(pictures: Mapping[int, _Picture], parts: Parts) -> Iterator[tuple[int, Any, float]]:
    for number, (content, width) in pictures.items():
        try:
            picture = next(open_pictures(content))
        except UnreadableFile:
            parts.leave_out("page", number=number + 1)
        else:
            yield number, picture, width / picture.width


def _with_attachments(read: PagedText, attachments: Sequence[Content], parts: Parts) -> PagedText:
    """A document with what is attached to it below, each file under a heading of its own."""
    text, pages = read.text, list(read.pages)
    for number, attached in enumerate(attachments, 1):
        name, data = attached.name, attached.data
        title = PurePosixPath(name).stem
        try:
            annex = read_bytes(data) if recognise(data).name != "ofd" else None
        except UnreadableFile:
            annex = None
        if annex is None:
            parts.leave_out("attachment", name=name)
            continue
        start = len(text)
        text += f"附件{number}：{title}\n"
        pages.append(Page(start, name))
        pages += [
            annexed._replace(
                start=annexed.start + len(text),
                name=f"{name} {annexed.name or _ON_PAGE.format(at)}",
                doubtful=tuple(place + len(text) for place in annexed.doubtful),
            )
            for at, annexed in enumerate(annex.pages, 1)
        ]
        text += f"{annex.text.rstrip()}\n"
    return PagedText(text, tuple(pages))


def _local(element: Element) -> str:
    """An element's name without its namespace, which differs between makers."""
    return str(element.tag).rpartition("}")[2]


def _find(element: Element | None, *names: str) -> Iterator[Element]:
    """The children of the names, each name one step down; none of what is not there."""
    found = [] if element is None else [element]
    for name in names:
        found = [child for one in found for child in one if _local(child) == name]
    yield from found


def _text_of(element: Element | None, *names: str) -> str:
    return next(((child.text or "").strip() for child in _find(element, *names)), "")


def _numbers(said: str | None) -> list[float]:
    found = []
    for word in (said or "").split():
        try:
            number = float(word)
        except ValueError:
            return []
        if not math.isfinite(number) or abs(number) > 1e6:
            return []
        found.append(number)
    return found


def _box(said: str | None) -> tuple[float, float, float, float] | None:
    found = _numbers(said)
    return (found[0], found[1], found[2], found[3]) if len(found) == 4 else None


class _Document:
    """One document of a file; its seals can be told once its pages were read."""

    def __init__(self, parts: Parts, body: Element) -> None:
        root = _text_of(body, "DocRoot")
        self._parts = parts
        self._signatures = _text_of(body, "Signatures")
        self._folder = root.rpartition("/")[0]
        self._tree = parts.main(root)
        self._room = MOST_CHARACTERS
        self._template = cache(self._read_template)
        self._page_ids: list[str] = []
        self._area = self._area_of(self._tree, "CommonData", "PageArea") or _A4
        self._templates: Mapping[str, str] = {
            template.get("ID", ""): template.get("BaseLoc", "")
            for template in _find(self._tree, "CommonData", "TemplatePage")
        }
        places = (_text_of(self._tree, "CommonData", name) for name in _RESOURCES)
        self._media = dict(pair for place in places for pair in self._media_of(place))

    def _path(self, place: str, folder: str | None = None) -> str:
        """A place that a part names: from the root of the file, or beside the part."""
        beside = self._folder if folder is None else folder
        return place if place.startswith("/") else f"{beside}/{place}"

    def _area_of(self, element: Element, *names: str) -> tuple[float, float, float, float] | None:
        return _box(_text_of(element, *names, "PhysicalBox"))

    def pages(self) -> Iterator[tuple[TypePage, _Picture | None]]:
        """The characters and the rules of each page; the picture of one that has next to none."""
        listed = list(_find(self._tree, "Pages", "Page"))
        if len(listed) > MOST_PAGES:
            raise refusal("pdf.too_long", pages=len(listed), limit=MOST_PAGES)
        for number, page in enumerate(listed, 1):
            self._page_ids.append(page.get("ID", ""))
            place = self._path(page.get("BaseLoc", ""))
            content = self._parts.optional(place, "page", listed=True, number=number)
            drawn = list(self._read_content(content)) if content is not None else []
            glyphs = [one for one in drawn if isinstance(one, Glyph)]
            bare = content is not None and len(glyphs) < LEAST_ON_A_PAGE
            picture = self._picture(content) if bare else None
            yield TypePage(glyphs, [one for one in drawn if isinstance(one, Rule)]), picture

    def _picture(self, content: Element) -> _Picture | None:
        """The largest picture of a page that covers most of it."""
        least = _COVERED * self._area[2]
        shown = [
            (box[2], drawn.get("ResourceID", ""))
            for layer in _find(content, "Content", "Layer")
            for drawn in _objects(layer)
            if _local(drawn) == "ImageObject" and (box := _box(drawn.get("Boundary")))
        ]
        width, resource = max(shown, default=(0.0, ""))
        place = self._media.get(resource)
        data = self._bytes_of(place) if place and width >= least else None
        return _Picture(data, width * _POINTS) if data else None

    def _media_of(self, place: str) -> Iterator[tuple[str, str]]:
        """The picture files that a list of resources names, by their ids."""
        path = self._path(place)
        listed = self._parts.optional(path, "resources")
        inside = listed.get("BaseLoc", "") if listed is not None else ""
        for medium in _find(listed, "MultiMedias", "MultiMedia"):
            folder = f"{path.rpartition('/')[0]}/{inside}"
            yield medium.get("ID", ""), self._path(_text_of(medium, "MediaFile"), folder)

    def attachments(self) -> Iterator[Content]:
        """The files that it shows as attached; what programs hide there is none of them."""
        path = self._path(_text_of(self._tree, "Attachments"))
        for entry in islice(
            _find(self._parts.optional(path, "attachments"), "Attachment"), _MOST_ATTACHMENTS
        ):
            place = _text_of(entry, "FileLoc")
            if entry.get("Visible") in {"false", "0"} or not place:
                continue
            name = entry.get("Name", "") or place.rpartition("/")[2]
            beside = self._bytes_of(self._path(place, path.rpartition("/")[0]))
            yield Content(name, beside or self._bytes_of(self._path(place)) or b"")

    def _bytes_of(self, place: str) -> bytes | None:
        """What is kept at a place; None where it is damaged or too large."""
        with suppress(UnreadableFile):
            return self._parts.content(place)
        return None

    def _read_content(self, content: Element, depth: int = 0) -> Iterator[Glyph | Rule]:
        height = (self._area_of(content, "Area") or self._area)[3]
        for used in _find(content, "Template") if depth < 2 else ():
            place = self._templates.get(used.get("TemplateID", ""))
            template = self._template(place) if place else None
            if template is not None:
                yield from self._read_content(template, depth + 1)
        for layer in _find(content, "Content", "Layer"):
            for one in (one for drawn in _objects(layer) for one in _read_drawing(drawn, height)):
                self._room -= 1
                if self._room < 0:
                    raise refusal("pdf.too_much", limit=MOST_CHARACTERS // 10_000)
                yield one

    def _read_template(self, place: str) -> Element | None:
        return self._parts.optional(self._path(place), "template")

    def seals(self) -> Iterator[str]:
        """A note on each electronic seal: the page that it stands on, and its day."""
        listed = self._path(self._signatures)
        for entry in _find(self._parts.optional(listed, "seals"), "Signature"):
            path = self._path(entry.get("BaseLoc", ""), listed.rpartition("/")[0])
            info = next(_find(self._parts.optional(path, "seals"), "SignedInfo"), None)
            stamps = [stamp.get("PageRef", "") for stamp in _find(info, "StampAnnot")]
            known = [self._page_ids.index(page) for page in stamps if page in self._page_ids]
            pages = dict.fromkeys(_ON_PAGE.format(number + 1) for number in known)
            found = _DATE.match(_text_of(info, "SignatureDateTime"))
            day = f"{int(found[1])}年{int(found[2])}月{int(found[3])}日" if found else ""
            if said := "、".join(pages) + "，" * bool(pages and day) + day:
                yield _NOTE.format(said)


def _read_drawing(drawn: Element, height: float) -> Iterator[Glyph | Rule]:
    if _local(drawn) == "TextObject":
        yield from _characters(drawn, height)
    elif _local(drawn) == "PathObject":
        yield from _rules(drawn, height)


def _objects(element: Element, depth: int = 0) -> Iterator[Element]:
    """The visible texts and drawings of a layer in order, also those in blocks."""
    for child in element:
        if child.get("Visible") in {"false", "0"}:
            continue
        if _local(child) in {"TextObject", "PathObject", "ImageObject"}:
            yield child
        elif _local(child) == "PageBlock" and depth < _DEEPEST:
            yield from _objects(child, depth + 1)


@dataclass(frozen=True, slots=True)
class _Placing:
    """How a text object's coordinates, in millimetres, lie on its page, in points."""

    left: float
    top: float
    height: float
    matrix: tuple[float, float, float, float, float, float]

    def place(self, x: float, y: float) -> tuple[float, float]:
        """A place on the page, in points from its left and its foot."""
        a, b, c, d, e, f = self.matrix
        right, down = self.left + a * x + c * y + e, self.top + b * x + d * y + f
        return right * _POINTS, (self.height - down) * _POINTS


def _placing(drawn: Element, height: float) -> _Placing | None:
    """How an object lies on its page; None for one that is slanted, or lies nowhere."""
    boundary = _box(drawn.get("Boundary"))
    matrix = _numbers(drawn.get("CTM")) or [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]
    if boundary is None or len(matrix) != 6:
        return None
    a, b, c, d, e, f = matrix
    if a <= 0 or d <= 0 or abs(math.atan2(b, a)) > _STRAIGHT:
        return None
    return _Placing(boundary[0], boundary[1], height, (a, b, c, d, e, f))


def _rules(path: Element, height: float) -> Iterator[Rule]:
    said = _text_of(path, "AbbreviatedData")
    placing = _placing(path, height)
    numbers = list(map(float, _NUMBER.findall(said[:_LONGEST_PATH])))
    count = len(_STEP.findall(said[:_LONGEST_PATH]))
    if placing is None or len(said) > _LONGEST_PATH or len(numbers) < 4 or len(numbers) % 2:
        return
    places = [placing.place(x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
    lefts, heights = [x for x, _ in places], [y for _, y in places]
    yield from rules_of(Rule(min(lefts), min(heights), max(lefts), max(heights)), is_box=count >= 4)


def _characters(text: Element, height: float) -> Iterator[Glyph]:
    """The characters of a text object with their boxes; slanted ones are left out."""
    placing = _placing(text, height)
    size = next(iter(_numbers(text.get("Size"))), 0.0)
    if placing is None or not 0 < size < 1000:
        return
    a, _, _, d, _, _ = placing.matrix
    across = next(iter(_numbers(text.get("HScale"))), 1.0)
    x = y = 0.0
    for code in _find(text, "TextCode"):
        x = next(iter(_numbers(code.get("X"))), x)
        y = next(iter(_numbers(code.get("Y"))), y)
        words = code.text or ""
        steps, downs = (_steps(code.get(name), len(words)) for name in ("DeltaX", "DeltaY"))
        at, line = x, y
        for number, char in enumerate(words):
            own = size * across * (1 if is_wide(char) else _NARROW)
            step = steps[number] if number < len(steps) else own * (not downs)
            left, base = placing.place(at, line)
            width = (step if 0 < step <= _LOOSE * own else own) * a * _POINTS
            em = size * d * _POINTS
            plain = " " if char.isspace() else plain_character(char)
            yield Glyph(plain, left, base - _BELOW * em, left + width, base + _ABOVE * em)
            at += step
            line += downs[number] if number < len(downs) else 0.0


def _steps(said: str | None, most: int) -> list[float]:
    """How far each character is from the next: ``3.5 g 4 3.2`` is 3.5 and four times 3.2."""
    words = iter((said or "").split())
    steps: list[float] = []
    for word in words:
        times, value = (next(words, "0"), next(words, "0")) if word == "g" else ("1", word)
        count = int(times) if times.isdecimal() and len(times) < 8 else 0
        steps += (_numbers(value) or [0.0]) * min(count, most)
        if len(steps) >= most:
            break
    return steps
