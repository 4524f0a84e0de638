"""Comments put into a .docx file at the words that they are about, by way of python-docx."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.text.run import Run

_UNFIT = (PackageNotFoundError, BadZipFile, KeyError, ValueError, SyntaxError)
"""What python-docx raises for a file that it cannot open; lxml's errors are SyntaxErrors."""
_SIGNS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_PARAGRAPH, _RUN, _TEXT = qn("w:p"), qn("w:r"), qn("w:t")
_UNSEEN = frozenset(
    {
        qn("w:del"),
        qn("w:moveFrom"),
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    }
)
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NEAR = 400
"""How far ahead in the text a short paragraph is looked for: it may stand elsewhere, too."""
_SHORT = 8


@dataclass(frozen=True, slots=True)
class DocxComment:
    """A comment at ``text[start:end]`` of the text that was read from a file."""

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class CommentAuthor:
    """Whose comments they are, and when they were made."""

    name: str
    initials: str
    at: datetime


@dataclass(frozen=True, slots=True)
class _Letter:
    """A character of a paragraph: the run that holds it, the child of that, its place there."""

    run: Any
    child: Any
    at: int
    shown: str


@dataclass(frozen=True, slots=True)
class _Place:
    """A paragraph and where in the text its own words begin and end."""

    paragraph: Any
    start: int
    end: int


def comment_docx(
    data: bytes, text: str, comments: Sequence[DocxComment], author: CommentAuthor
) -> bytes | None:
    """A .docx with comments at their words, all else as it is; None for a file that is unfit.

    ``text`` is what was read from the file, automatic numbers and names of columns included: a
    comment at these stands at the words after them.
    """
    try:
        file = docx.Document(BytesIO(data))
        places = list(_places(file, text))
    except _UNFIT:
        return None
    for comment in comments:
        if anchor := _anchor(places, comment):
            paragraph, start, end = anchor
            first, last = _cut_out(paragraph, start, end)
            runs = [Run(first, file), Run(last, file)]
            added = file.add_comment(runs, comment.words, author.name, author.initials)
            added._comment_elm.date = author.at.astimezone(UTC)  # noqa: SLF001 - else it is now
    packed = BytesIO()
    file.save(packed)
    return packed.getvalue()


def _places(file: Document, text: str) -> Iterator[_Place]:
    """The paragraphs with any words that the text holds, in order."""
    reached = 0
    for paragraph in file.element.body.iter(_PARAGRAPH):
        words = "".join(letter.shown for letter in _letters(paragraph)).strip()
        if not words:
            continue
        limit = reached + _NEAR if len(words) < _SHORT else len(text)
        start = text.find(words, reached, limit)
        if start >= 0:
            reached = start + len(words)
            yield _Place(paragraph, start, reached)


def _letters(paragraph: Any) -> list[_Letter]:
    """The characters that a paragraph shows, those of other paragraphs within it left out."""
    return [letter for run in _runs(paragraph) for letter in _letters_of(run)]


def _runs(element: Any) -> Iterator[Any]:
    for child in element:
        if child.tag == _RUN:
            yield child
        elif child.tag not in _UNSEEN and child.tag != _PARAGRAPH:
            yield from _runs(child)


def _letters_of(run: Any) -> Iterator[_Letter]:
    for child in run:
        if child.tag == _TEXT:
            for at, shown in enumerate(child.text or ""):
                yield _Letter(run, child, at, shown)
        elif sign := _SIGNS.get(child.tag):
            yield _Letter(run, child, 0, sign)


def _anchor(places: Sequence[_Place], comment: DocxComment) -> tuple[Any, int, int] | None:
    """The paragraph that a comment is put to, and which of its letters, without blanks in front.

    Where no paragraph shows the words, the next one in the text, from its first character on, or
    else the last one before it.
    """
    start, end = comment.start, max(comment.end, comment.start + 1)
    if comment.end == comment.start:  # something is missing there
        start, end = max(start - 1, 0), start
    for place in places:
        if place.start < end and start < place.end:
            return place.paragraph, max(start - place.start, 0), min(end, place.end) - place.start
    after = next((place for place in places if place.start >= start), None)
    if after:
        return after.paragraph, 0, 1
    before = places[-1] if places else None
    length = before.end - before.start if before else 0
    return (before.paragraph, length - 1, length) if before else None


def _cut_out(paragraph: Any, start: int, end: int) -> tuple[Any, Any]:
    """The first and the last run of just some letters of a paragraph, split out of their runs."""
    letters = _letters(paragraph)
    blanks = next((n for n, letter in enumerate(letters) if not letter.shown.isspace()), 0)
    for place in (blanks + end, blanks + start):
        _split_before(_letters(paragraph), place)
    letters = _letters(paragraph)
    return letters[blanks + start].run, letters[blanks + end - 1].run


def _split_before(letters: Sequence[_Letter], place: int) -> None:
    """Split a run so that the letter at a place is the first of its run."""
    if not 0 < place < len(letters) or letters[place - 1].run is not letters[place].run:
        return
    letter = letters[place]
    run, position = letter.run, list(letter.run).index(letter.child)
    rest = deepcopy(run)
    run.addnext(rest)
    kept = letter.child if letter.at else None
    for child in list(run)[position + bool(letter.at) :]:
        run.remove(child)
    for child in list(rest)[:position]:
        if child.tag != qn("w:rPr"):
            rest.remove(child)
    if kept is not None:
        moved = next(child for child in rest if child.tag == _TEXT)
        kept.text, moved.text = kept.text[: letter.at], kept.text[letter.at :]
        for piece in (kept, moved):
            piece.set(_SPACE, "preserve")
