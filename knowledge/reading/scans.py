"""Scans and photographs to text, where RapidOCR is installed; they say so at every quote."""

import importlib.util
from collections.abc import Iterable, Iterator
from typing import Any

from knowledge.reading.glyphs import TypePage
from knowledge.reading.page_cache import PageCache
from knowledge.reading.pages import compose, mark_recognised
from knowledge.reading.processes import allow_memory, more_seconds, pages_folder
from knowledge.reading.result import PagedText, refusal

_A4_WIDTH = 595.0  # points, which a picture is taken to have, since it does not say
_SECONDS = 60.0  # that a page may take
_MEGABYTES = 4096  # the models' runtime reserves 2,300 and uses 1,400 for a large page


def can_recognise() -> bool:
    """Whether RapidOCR is installed."""
    return importlib.util.find_spec("rapidocr") is not None


def read_picture(data: bytes) -> PagedText:
    """The text of a picture file, which may have several pages; raises UnreadableFile."""
    if not can_recognise():
        raise refusal("unsupported.image")
    pictures = enumerate(open_pictures(data))
    seen = recognise_pages((n, one, _A4_WIDTH / min(one.size)) for n, one in pictures)
    return mark_recognised(compose(list(seen.values())), seen.keys())


def open_pictures(data: bytes) -> Iterator[Any]:
    """The pictures of a file (of Pillow); raises UnreadableFile."""
    allow_memory(_MEGABYTES)
    from knowledge.reading.recognition import pictures_of  # noqa: PLC0415 - RapidOCR takes a second to import, and is optional

    return pictures_of(data)


def recognise_pages(
    pictures: Iterable[tuple[int, Any, float]], count: int = 0
) -> dict[int, TypePage]:
    """The characters and rules of pictures (of Pillow), by the numbers that are given with them.

    A pixel of each is so many points. There are ``count`` of them, 0 if that is unknown. Digits
    that are doubtful are marked, which ``mark_recognised`` takes out of the text.
    """
    pages = {}
    for done, (number, picture, points) in enumerate(pictures, 1):
        more_seconds(_SECONDS, done, count)
        cache = PageCache(folder) if (folder := pages_folder()) else None
        key = cache.key(picture, points) if cache else ""
        page = cache.find(key) if cache else None
        if page is None:
            page = _recognise(picture, points)
            if cache:
                cache.put(key, page)
        pages[number] = page
    return pages


def _recognise(picture: Any, points: float) -> TypePage:
    allow_memory(_MEGABYTES)
    from knowledge.reading.recognition import recognise  # noqa: PLC0415 - as above

    return recognise(picture, points)
