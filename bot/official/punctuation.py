"""Punctuation of Chinese prose: full-width, single, in pairs, no stray spaces, a full stop."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from bot.official.findings import FindingKind, StyleFault
from bot.official.numbering import line_mark, looks_like_heading
from knowledge.understanding.sentences import Span

_HAN = r"\u3400-\u9fff〇"
_CHINESE = re.compile(rf"[{_HAN}，。；：？！、（）《》“”‘’〔〕【】％…]")
_HALF = re.compile(r"[,;:?!](?!//)")
_FULL = dict(zip(",;:?!()", "，；：？！（）", strict=True))
_BRACKETS = re.compile(r"[(（](?P<within>[^()（）\n]{1,60})[)）]")
_DOUBLED = re.compile(r"[，、；：。！？]{2,}")
_QUOTED = re.compile(r"“[^“”\n]*”|《[^《》\n]*》")
_SPACE = re.compile(
    rf"(?<=[{_HAN}])[ \t]{{1,3}}(?=[{_HAN}\d，。；：？！、）》”])"
    rf"|(?<=[，。；：？！、（《“）])[ \t]+(?=[{_HAN}\d“《（])"
    rf"|(?<=[\d%％])(?<!^\d)(?<!^\d\d)[ \t]+(?=[{_HAN}，。；：、）])"
)
_PAIRS = ("“”", "（）", "《》", "【】", "〔〕")
_CLOSERS = "”’）》】"
_ENDED = "。！？；：…—"
_STOPLESS = re.compile(rf"[{_HAN}A-Za-z\d%％*＊‰℃]")
_HALF_STOP = re.compile(rf"[{_HAN}]\.$")
_PROSE = re.compile(r"[。！？；].")


def punctuation_faults(text: str) -> Iterator[StyleFault]:
    """What is wrong within a text; its end is another matter."""
    yield from _half_width(text)
    yield from _brackets(text)
    yield from _straight_quotes(text)
    yield from _mark_runs(text)
    yield from _lone_marks(text)
    quoted = quotation_spans(text)
    for match in _SPACE.finditer(text):
        if not is_within(match.start(), quoted):
            yield _fault(match.start(), match.end(), "space", "")


def end_faults(text: str, *, last: bool) -> Iterator[StyleFault]:
    """A paragraph that does not end as it should; ``last`` is the last of all."""
    words = text.rstrip()
    end = len(words)
    inner = words.rstrip(_CLOSERS)
    if not inner:
        return
    if words[-1] in "，、" or (words[-1] == "；" and last) or _HALF_STOP.search(words):
        yield _fault(end - 1, end, "no_stop", "。")
    elif words[-1] == "：" and last and _PROSE.search(words):
        yield _fault(end - 1, end, "left_open")
    elif inner[-1] not in _ENDED and _STOPLESS.match(inner[-1]) and _is_prose(words):
        yield _fault(end, end, "no_stop", "。")


def title_end_faults(title: str) -> Iterator[StyleFault]:
    """A title that ends as a sentence."""
    words = title.rstrip()
    if words.endswith("。"):
        yield _fault(len(words) - 1, len(words), "title_stop", "")


def is_within(position: int, spans: Sequence[Span]) -> bool:
    """Whether a position lies inside one of the spans."""
    return any(span.start < position < span.end for span in spans)


def quotation_spans(text: str) -> list[Span]:
    """What stands in “” or 《》: other people's words."""
    return [Span(*match.span()) for match in _QUOTED.finditer(text)]


def _fault(start: int, end: int, key: str, right: str | None = None) -> StyleFault:
    return StyleFault(FindingKind.PUNCTUATION, start, end, key, right)


def _is_prose(words: str) -> bool:
    return bool(_PROSE.search(words)) or not looks_like_heading(words)


def _is_chinese(text: str, position: int) -> bool:
    return 0 <= position < len(text) and bool(_CHINESE.match(text[position]))


def _half_width(text: str) -> Iterator[StyleFault]:
    for match in _HALF.finditer(text):
        at = match.start()
        if _is_chinese(text, at - 1) or _is_chinese(text, at + 1):
            yield _fault(at, at + 1, "half_width", _FULL[match[0]])


def _brackets(text: str) -> Iterator[StyleFault]:
    lead = len(text) - len(text.lstrip())
    mark = line_mark(text[lead:])  # its form is the numbering's
    for match in _BRACKETS.finditer(text, lead + mark.end if mark else 0):
        start, last = match.start(), match.end() - 1
        half = [at for at in (start, last) if text[at] in "()"]
        mixed = len(half) == 1
        beside = _is_chinese(text, start - 1) or _is_chinese(text, last + 1)
        formula = start > 0 and text[start - 1].isascii() and text[start - 1].isalnum()
        chinese = bool(re.search(f"[{_HAN}]", match["within"]))
        if mixed or chinese or (beside and not formula):
            yield from (_fault(at, at + 1, "half_width", _FULL[text[at]]) for at in half)


def _straight_quotes(text: str) -> Iterator[StyleFault]:
    """Straight quotes: each closes what is open, or else opens; certain if all then pair."""
    if not re.search(f"[{_HAN}]", text):
        return
    places, right = [], list(text)
    opened = False
    for at, character in enumerate(text):
        if character == '"':
            places.append(at)
            right[at] = "”" if opened else "“"
        if character in '"“”':
            opened = right[at] == "“"
    paired = _first_unpaired("".join(right), "“”") is None
    for at in places if paired else places[:1]:
        if paired:
            yield _fault(at, at + 1, "straight_quote", right[at])
        else:
            yield _fault(at, at + 1, "unpaired")


def _mark_runs(text: str) -> Iterator[StyleFault]:
    for match in _DOUBLED.finditer(text):
        marks = match[0]
        if set(marks) == {"！", "？"}:
            continue
        exclaiming = (mark for mark in marks if mark in "！？")
        weighty = (mark for mark in "。：；，" if mark in marks)
        right = next(chain(exclaiming, weighty), marks[0])
        yield _fault(match.start(), match.end(), "doubled", right)


def _lone_marks(text: str) -> Iterator[StyleFault]:
    for pair in _PAIRS:
        if '"' in text and pair == "“”":
            continue  # a matter of the straight quotes
        at = _first_unpaired(text, pair)
        if at is not None:
            yield _fault(at, at + 1, "unpaired")


def _first_unpaired(text: str, pair: str) -> int | None:
    """Where the first mark of a pair stands that has no other; marks may be nested."""
    opened: list[int] = []
    for at, character in enumerate(text):
        if character == pair[0]:
            opened.append(at)
        elif character == pair[1]:
            if not opened:
                return at
            opened.pop()
    return opened[0] if opened else None
