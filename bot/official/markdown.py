"""What is left of Markdown: #, **, lists, rules, fences. Asterisks that mask are let alone."""

import re
from collections.abc import Iterator

from bot.official.findings import Fault, FindingKind
from bot.official.stylewords import style_words
from knowledge.units import unit_words

_LINE = re.compile(
    r"\s*(?P<mark>#{1,6}(?!\d)[ \t]*|>[ \t]+|(?:[-+•·●][ \t]+|\*[ \t]+)(?=[^\s*\d]))"
)
_ALONE = re.compile(r"\s*(?:```+\w*|~~~+\w*|[-_=]{3,}|\|?(?:\s*:?-{3,}:?\s*\|?)+)\s*")
_FENCE = re.compile(r"`+")
# A pair around words: an edge or punctuation outside it, words without a mask inside it.
_BOLD = re.compile(
    r"(?:(?<=^)|(?<=[\s，。；：！？、（）“.]))(?P<mark>\*\*|__)(?=[^\s*_])"
    r"(?P<within>[^*\n。；]{1,40}[。；：]?)(?<!\s)(?P=mark)(?!\*)"
)
_MORE_CLAUSES = re.compile(r"[，、“”《》\d]")
_FOLLOWS_BOLD = re.compile(r"$|[\s，。；：！？、）”]")
_ENDS_WITHIN = "。；：:"
_MARK_WITHIN = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．是]")
_STRESSED = re.compile(r"(?<=[\u3400-\u9fff])\*\*(?P<within>[\u3400-\u9fff]{2,16})\*\*(?!\*)")


def markdown_faults(text: str) -> Iterator[Fault]:
    """Signs of layout that have no place in an official document."""
    if _ALONE.fullmatch(text):
        yield Fault(FindingKind.MARKDOWN, 0, len(text), "markdown", "")
        return
    line = _LINE.match(text)
    if line and not (line["mark"].startswith("*") and _opens_with_unit(text[line.end() :])):
        yield _fault(*line.span("mark"))
    for fence in _FENCE.finditer(text):
        yield _fault(*fence.span())
    for bold in _BOLD.finditer(text):
        if _is_bold(text, bold):
            yield _fault(bold.start("mark"), bold.start("within"))
            yield _fault(bold.end("within"), bold.end())
    for stressed in _STRESSED.finditer(text):  # 要**压实责任**, or two masks: a person has to look
        if not _opens_as_after_mask(stressed["within"]):
            yield Fault(FindingKind.MARKDOWN, *stressed.span(), "markdown_maybe")


def _fault(start: int, end: int) -> Fault:
    return Fault(FindingKind.MARKDOWN, start, end, "markdown", "")


def _is_bold(text: str, bold: re.Match[str]) -> bool:
    """Whether a pair embraces words, rather than two masks that stand around them."""
    within = bold["within"]
    ended = within[-1] in _ENDS_WITHIN or bool(_FOLLOWS_BOLD.match(text, bold.end()))
    if not ended or _opens_as_after_mask(within):
        return False
    whole = bold[0] == text.strip()
    return whole or bool(_MARK_WITHIN.match(within)) or not _MORE_CLAUSES.search(within)


def _opens_as_after_mask(words: str) -> bool:
    """Whether words begin as they do after a masked number or name: 家, 县, 有限公司."""
    return _opens_with_unit(words) or bool(style_words().after_masked_names.match(words))


def _opens_with_unit(words: str) -> bool:
    """Whether words begin as they do after a mask: 家, 户次, 余件, 万元."""
    bare = words.lstrip("余多 ").lstrip("万亿")
    return bare != words or bare.startswith(tuple(unit_words().written))
