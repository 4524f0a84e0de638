"""Scans and photographs to text, where RapidOCR is installed; they say so at every quote."""

import importlib.util
from bisect import bisect_left
from collections.abc import Collection, Iterator
from typing import Any

from knowledge.reading import ofd, pdf
from knowledge.reading.page_cache import PageCache
from knowledge.reading.page_tables import TypePage
from knowledge.reading.processes import allow_memory, more_seconds, pages_folder
from knowledge.reading.result import PagedText, refusal

_A4_WIDTH = 595.0  # points, which a picture is taken to have, since it does not say
_SECONDS = 60.0  # that a page may take
_MEGABYTES = 4096  # the models' runtime reserves 2,300 and uses 1,400 for a large page
_DOUBTFUL = 0xE000


def can_recognise() -> bool:
    """Whether RapidOCR is installed."""
    return importlib.util.find_spec("rapidocr") is not None


def read_picture(data: bytes) -> PagedText:
    """The text of a picture file, which may have several pages; raises UnreadableFile."""
    if not can_recognise():
        raise refusal("unsupported.image")
    pictures = _open_pictures(data)
    pages = [
        recognise_page(picture, _A4_WIDTH / min(picture.size), number)
        for number, picture in enumerate(pictures, 1)
    ]
    return mark_recognised(pdf.compose(pages), range(len(pages)))


def read_pdf(data: bytes) -> PagedText:
    """The text of a PDF as ``pdf.read_pdf`` reads it, that of its scanned pages recognised."""
    if not can_recognise():
        return pdf.read_pdf(data)
    layers = pdf.text_layers(data)
    scanned = pdf.scanned_pages(layers)
    pictures = pdf.pictures_of(data, scanned)
    seen = {
        number: recognise_page(picture, points, done, len(scanned))
        for done, (number, picture, points) in enumerate(pictures, 1)
    }
    pages = [seen.get(number, page) for number, page in enumerate(layers)]
    return mark_recognised(pdf.compose(pages), seen.keys())


def read_ofd(data: bytes) -> PagedText:
    """The text of an OFD as ``ofd.read_ofd`` reads it, that of its scanned pages recognised."""
    layers = ofd.layers_of(data)
    if layers.pictures and can_recognise():
        for done, (number, (content, width)) in enumerate(layers.pictures.items(), 1):
            picture = next(_open_pictures(content))
            points, count = width / picture.width, len(layers.pictures)
            layers.pages[number] = recognise_page(picture, points, done, count)
        return mark_recognised(ofd.compose(layers), layers.pictures.keys())
    return ofd.compose(layers)


def _open_pictures(data: bytes) -> Iterator[Any]:
    """The pictures of a file (of Pillow); raises UnreadableFile."""
    allow_memory(_MEGABYTES)
    from knowledge.reading.recognition import open_pictures  # noqa: PLC0415 - RapidOCR takes a second to import, and is optional

    return open_pictures(data)


def recognise_page(picture: Any, points: float, number: int = 1, count: int = 0) -> TypePage:
    """The characters and rules of a picture (of Pillow) whose pixels are so many ``points``.

    Digits that are doubtful are marked, which ``mark_recognised`` takes out of the text. It is
    the picture of this ``number`` that is recognised of a file with ``count``, 0 if unknown.
    """
    more_seconds(_SECONDS, number, count)
    folder = pages_folder()
    if folder is None:
        return _recognise(picture, points)
    cache = PageCache(folder)
    key = cache.key(picture, points)
    page = cache.find(key)
    if page is None:
        page = _recognise(picture, points)
        cache.put(key, page)
    return page


def _recognise(picture: Any, points: float) -> TypePage:
    allow_memory(_MEGABYTES)
    from knowledge.reading.recognition import recognise  # noqa: PLC0415 - as above

    return recognise(picture, points, _mark_digit)


def _mark_digit(digit: str) -> str:
    """A digit that is doubtful, as a character of the private use area."""
    return chr(_DOUBTFUL + ord(digit))


def mark_recognised(read: PagedText, numbers: Collection[int]) -> PagedText:
    """The text with plain digits; the pages of these numbers, from 0, tell what was recognised."""
    last = _DOUBTFUL + ord("9")
    doubtful = [n for n, char in enumerate(read.text) if _DOUBTFUL <= ord(char) <= last]
    text = read.text.translate({code: code - _DOUBTFUL for code in range(_DOUBTFUL, last + 1)})
    ends = [page.start for page in read.pages[1:]] + [len(text)]
    pages = []
    for number, (page, end) in enumerate(zip(read.pages, ends, strict=True)):
        first, beyond = bisect_left(doubtful, page.start), bisect_left(doubtful, end)
        own = tuple(doubtful[first:beyond])
        seen = number in numbers
        pages.append(page._replace(recognised=True, doubtful=own) if seen else page)
    return PagedText(text, tuple(pages))
