"""Numbers in characters that no figure is read from: ⑮, 壹佰, Ⅻ, 廿, 一五八, ninety件."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from knowledge.numerals import CHINESE, CHINESE_CHARACTERS, chinese_value
from knowledge.units import unit_words

_FORMAL = re.compile(r"[壹贰叁肆伍陆柒捌玖拾佰仟萬億零幺]{2,}|[廿卅卌]")
_SERIES = re.compile(CHINESE)
_LATIN = re.compile(rf"(?<![A-Za-z])[A-Za-z][A-Za-z-]*[ ]?(?={unit_words().pattern})")
_ONE_FORMAL = re.compile(rf"[壹贰叁肆伍陆柒捌玖拾](?={unit_words().pattern})")
_STARTS = "，,。；;：:、！？!?（( \n\t|"
_NOT_AMOUNTS = ("一一", "万一", "千万", "百万", "万千", "千百", "万亿", "百千")


def disguised_numbers(folded: str) -> Iterator[str]:
    """Every run of such characters, as written; a ① that opens a clause is the number of an item.

    ``folded`` is a text whose width is folded and whose figures and names are made blank.
    """
    yield from (match[0] for match in _FORMAL.finditer(folded))
    yield from (match[0] for match in _ONE_FORMAL.finditer(folded))
    yield from (match[0].strip() for match in _LATIN.finditer(folded))
    for match in _SERIES.finditer(folded):
        if len(match[0]) > 1 and match[0] not in _NOT_AMOUNTS and chinese_value(match[0]) is None:
            yield match[0]
    for before, character in pairwise(f"\n{folded}"):
        if not _is_odd(character) or (character == "²" and before in "mM米"):
            continue
        if not (before in _STARTS and unicodedata.category(character) == "No"):
            yield character


def _is_odd(character: str) -> bool:
    plain = character.isascii() or character in CHINESE_CHARACTERS
    return not plain and unicodedata.category(character) in ("No", "Nl", "Nd")
