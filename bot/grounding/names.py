"""Names with digits, ordinals, counts that are no figures, quotations: told as they are written."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bot.grounding.faults import Fault, FaultKind
from bot.grounding.sources import Source, ordinals, squeeze, valued, worth
from bot.grounding.words import grounding_words
from knowledge.mentions import find_mentions
from knowledge.numerals import CHINESE, fold_width
from knowledge.sentences import Span
from knowledge.units import unit_words

_TOKEN = re.compile(r"[A-Za-z]*\d[\dA-Za-z]*(?:[.·•:/+\-–—~～×][\dA-Za-z]+)*\+?")
_YEARS = re.compile(rf"(?<![\d第])(?P<n>{CHINESE})年(?![代级])")
_QUOTED = re.compile(r"“([^“”\n]{8,})”|\"([^\"\n]{8,})\"")
_CONNECTING = re.compile(r"\s*(?:[，,、：:]|是|方面)")
_MIDDLE_DOTS = str.maketrans("•・", "··")


def name_faults(body: str, taken: Sequence[Span], cited: Sequence[Source]) -> Iterator[Fault]:
    """Everything with a number in it, besides figures and dates, that no passage holds."""
    folded = fold_width(body)
    for start, end in taken:
        folded = folded[:start] + " " * (end - start) + folded[end:]
    for match in _TOKEN.finditer(folded):
        after = folded[match.end() : match.end() + 1]
        if not any(_holds_token(match[0], after, source) for source in cited):
            yield Fault(FaultKind.NAME_MISSING, match[0])
    yield from _ordinal_faults(folded, cited)
    yield from _count_faults(folded, cited)
    yield from _quotation_faults(body, cited)
    for ratio in grounding_words().ratios:
        said = ratio.search(folded)
        if said and not any(ratio.search(source.folded) for source in cited):
            yield Fault(FaultKind.FIGURE_DERIVED, said[0])


def has_number(body: str, taken: Sequence[Span]) -> bool:
    """Whether something with a digit is left in a statement besides what was taken."""
    folded = fold_width(body)
    for start, end in taken:
        folded = folded[:start] + " " * (end - start) + folded[end:]
    return bool(_TOKEN.search(folded))


def _holds_token(token: str, after: str, source: Source) -> bool:
    plain = token.translate(_MIDDLE_DOTS)
    held = re.escape(plain)
    text = (source.squeezed + " " + source.heading).translate(_MIDDLE_DOTS)
    if re.search(rf"(?<![\d.]){held}(?!\d|\.\d)", text):
        return True
    following = after if "\u4e00" <= after <= "\u9fff" else ""
    return token.isdecimal() and (Decimal(token), following) in source.numbers


def _ordinal_faults(folded: str, cited: Sequence[Source]) -> Iterator[Fault]:
    for (start, end), value in ordinals(folded).items():
        if folded.startswith(grounding_words().not_ordinals, start):
            continue
        if _CONNECTING.match(folded, end) and not folded[:start].strip("，,。；; \n"):
            continue
        if not any(value in source.ordinals for source in cited):
            yield Fault(FaultKind.NAME_MISSING, folded[start : end + 1])


def _count_faults(folded: str, cited: Sequence[Source]) -> Iterator[Fault]:
    """五类场所 where the passage has 四类场所; 五年行动 where it has 三年行动."""
    for match in _YEARS.finditer(folded):
        value = worth(match["n"])
        plain = value is not None and value >= 2
        if plain and not any((value, "年") in source.numbers for source in cited):
            yield Fault(FaultKind.NAME_MISSING, match[0])
    for mention in find_mentions(folded):
        value = valued(mention)
        if mention.kind != "words" or value is None or not mention.unit:
            continue
        key = (unit_words().canonical(mention.unit), folded[mention.end : mention.end + 2])
        held = [amount for s in cited for amount in _like(s, key)]
        if held and value not in held:
            yield Fault(FaultKind.FIGURE_MISSING, folded[mention.start : mention.end])


def _like(source: Source, key: tuple[str, str]) -> Iterator[Decimal | None]:
    for amount in source.amounts:
        if (amount.unit, source.folded[amount.end : amount.end + 2]) == key:
            yield amount.value


def _quotation_faults(body: str, cited: Sequence[Source]) -> Iterator[Fault]:
    for match in _QUOTED.finditer(body):
        words = squeeze(match[1] or match[2]).strip("，,。；;…")
        if not any(source.holds(words) for source in cited):
            yield Fault(FaultKind.MISQUOTED, match[0])
