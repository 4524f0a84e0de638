"""What a statement claims beside its figures: vague counts, plans, disguised numbers."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from bot.checking.sources import GroundingSource, Sources
from bot.checking.statements import FaultKind, StatementFault
from bot.checking.vocabulary import grounding_words
from knowledge.models import SectionKind
from knowledge.understanding.kinds import outline_words
from knowledge.understanding.mentions import CHINESE, CHINESE_CHARACTERS, chinese_value, unit_words

_FORMAL = re.compile(r"[壹贰叁肆伍陆柒捌玖拾佰仟萬億零幺]{2,}|[廿卅卌]")
_SERIES = re.compile(CHINESE)
_LATIN = re.compile(rf"(?<![A-Za-z])[A-Za-z][A-Za-z-]*[ ]?(?={unit_words().pattern})")
_ONE_FORMAL = re.compile(rf"(?<![队行])[壹贰叁肆伍陆柒捌玖拾](?={unit_words().pattern})")
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


def claim_faults(body: str, plain: str, cited: Sources) -> Iterator[StatementFault]:
    """What is claimed and stands in none of the passages.

    ``body`` is a statement with its width folded; ``plain`` is the same with its figures, dates
    and names made blank.
    """
    words = grounding_words()
    vague = (match[0] for match in words.vague.finditer(plain))
    for written in (*vague, *disguised_numbers(plain)):
        if not any(source.holds(written) for source in cited):
            yield StatementFault(FaultKind.FIGURE_MISSING, written)
    for pattern in words.relative:
        match = pattern.search(plain)
        if match and not _is_borne(match, pattern, cited):
            yield StatementFault(FaultKind.WRONG_PERIOD, match[0])
    claim = words.concealed.search(body)
    if claim and not any("*" in source.folded or "×" in source.folded for source in cited):
        yield StatementFault(FaultKind.NOT_MASKED, claim[0])


def _is_borne(match: re.Match[str], pattern: re.Pattern[str], cited: Sources) -> bool:
    """Whether a passage says 去年 or 今年 too; one of a plan is of a year to come.

    What something is compared with (较去年) is no year that it is of.
    """
    told = (m for s in cited for m in pattern.finditer(s.squeezed + s.heading))
    return any(map(is_plan, cited)) or _is_compared(match) or not all(map(_is_compared, told))


def _is_compared(match: re.Match[str]) -> bool:
    words, after = grounding_words(), match.string[match.end() :].lstrip("的 ")
    before = match.string[: match.start()]
    return before.endswith(words.compared_before) or after.startswith(words.compared_after)


def is_plan(source: GroundingSource) -> bool:
    """Whether a passage states plans, by its section, its headings or how its paragraph begins."""
    words, passage = outline_words(), source.passage
    if passage.kind not in (None, SectionKind.OTHER, SectionKind.OVERVIEW):
        return passage.kind is SectionKind.PLAN
    for depth, heading in enumerate(passage.path):
        kind = words.kind_of_heading(heading, top=depth == 0)
        if kind is not None:
            return kind is SectionKind.PLAN
    start = 1 + passage.report.text.rfind("\n", 0, passage.span.start)
    return words.kind_of_opening(passage.report.text[start:]) is SectionKind.PLAN
