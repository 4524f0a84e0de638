"""Names with digits, ordinals, counts that are no figures, quotations: each as it is written."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bot.checking.sources import (
    GroundingSource,
    Sources,
    mention_value,
    numeral_value,
    ordinals,
)
from bot.checking.statements import FaultKind, StatementFault
from bot.checking.vocabulary import entailment_words, grounding_words
from bot.checking.wordings import plain_text
from knowledge.understanding.mentions import (
    CHINESE_CHARACTERS,
    find_mentions,
    fold_width,
    unit_words,
)
from knowledge.understanding.sentences import Span

_TOKEN = re.compile(r"[A-Za-z]*\d[\dA-Za-z]*(?:[.·•:/+\-–—~～×][\dA-Za-z]+)*\+?")
_LIKE = re.compile(
    rf"(?P<n>(?<![{CHINESE_CHARACTERS}])[二三四五六七八九两])(?P<next>[\u4e00-\u9fff])"
)
_QUOTED = re.compile(r"“([^“”\n]+)”|「([^「」\n]+)」|\"([^\"\n]+)\"")
_CONNECTING = re.compile(r"\s*(?:[，,、：:]|是|方面)")
_CLAUSE_ENDS = re.compile("[，,；;：:。]")
_LISTED = re.compile("、|”“")
_NAME_DIGITS = 3
_UNIT_BEGINNINGS = {unit[0] for unit in unit_words().written if not unit.isascii()}
_MIDDLE_DOTS = str.maketrans("•・", "··")


def name_faults(body: str, folded: str, cited: Sources) -> Iterator[StatementFault]:
    """Everything with a number in it, besides figures and dates, that no passage holds.

    ``folded`` is the statement with its width folded and its figures and dates made blank.
    """
    for match in _TOKEN.finditer(folded):
        after = folded[match.end() : match.end() + 1]
        if not any(_holds_token(match[0], after, source) for source in cited):
            yield StatementFault(FaultKind.NAME_MISSING, match[0])
    yield from _ordinal_faults(folded, cited)
    yield from _count_faults(folded, cited)
    yield from _quotation_faults(body, cited)


def has_number(body: str, taken: Sequence[Span]) -> bool:
    """Whether something with a digit is left in a statement besides what was taken."""
    return bool(_TOKEN.search(blank_out(fold_width(body), taken)))


def blank_out(folded: str, taken: Sequence[Span]) -> str:
    """A text with some stretches made blank, as long as before."""
    for start, end in taken:
        folded = folded[:start] + " " * (end - start) + folded[end:]
    return folded


def _holds_token(token: str, after: str, source: GroundingSource) -> bool:
    plain = token.translate(_MIDDLE_DOTS)
    following = after if "\u4e00" <= after <= "\u9fff" else ""
    if token.isdecimal() and len(token) < _NAME_DIGITS and after in _UNIT_BEGINNINGS:
        return (Decimal(token), following) in source.numbers
    text = (source.squeezed + " " + source.heading).translate(_MIDDLE_DOTS)
    if re.search(rf"(?<![\d.]){re.escape(plain)}(?!\d|\.\d)", text):
        return True
    return token.isdecimal() and (Decimal(token), following) in source.numbers


def _ordinal_faults(folded: str, cited: Sources) -> Iterator[StatementFault]:
    for (start, end), value in ordinals(folded).items():
        if folded.startswith(grounding_words().not_ordinals, start):
            continue
        if _CONNECTING.match(folded, end) and not folded[:start].strip("，,。；; \n"):
            continue
        counted = (value, folded[end : end + 1])
        placed = counted[1] == "位" and any(counted in source.numbers for source in cited)
        if not (placed or any(value in source.ordinals for source in cited)):
            yield StatementFault(FaultKind.NAME_MISSING, folded[start : end + 1])


def _count_faults(folded: str, cited: Sources) -> Iterator[StatementFault]:
    """五类场所 where the passage has 四类场所; 五年行动 where it has 三年行动.

    A statement that lists as many things may count them: 甲、乙、丙三方.
    """
    numbers = {pair for source in cited for pair in source.numbers}
    listed = {
        len(entailment_words().list_marks.split(clause)) for clause in _CLAUSE_ENDS.split(folded)
    } - {1}
    told = folded.replace(":", "：").partition("：")[2]  # 两种：甲12家，乙8家
    listed |= {len(_CLAUSE_ENDS.split(told.strip("。 \n")))} - {1}
    for match in _LIKE.finditer(folded):
        value, following = numeral_value(match["n"]), match["next"]
        others = {n for n, after in numbers if after == following and n > 1}
        known = value in others | listed or are_listed(cited, value, folded[match.start("next") :])
        if others and not known and following not in CHINESE_CHARACTERS:
            yield StatementFault(FaultKind.FIGURE_MISSING, match[0])
    for mention in find_mentions(folded):
        value = mention_value(mention)
        if mention.kind != "words" or value is None or not mention.unit or value in listed:
            continue
        after = folded[mention.end :]
        if lists_before(folded, mention.start, value) or are_listed(cited, value, after):
            continue
        unit = unit_words().canonical(mention.unit)
        alike = [
            (a.value, s.folded[a.end :][:2]) for s in cited for a in s.amounts if a.unit == unit
        ]
        plain = value >= 2 and not after.startswith(grounding_words().structural)
        beside = {n for n, following in alike if following == after[:2]}
        if (plain and all(n != value for n, _ in alike)) or (beside and value not in beside):
            yield StatementFault(FaultKind.FIGURE_MISSING, folded[mention.start : mention.end])


def lists_before(text: str, place: int, count: Decimal | None) -> bool:
    """Whether the clause before a place lists as many: “严”“实”两个, 甲和乙科、丙科两项."""
    clause = _CLAUSE_ENDS.split(text[:place])[-1]
    split = (entailment_words().list_marks.split(clause), _LISTED.split(clause))
    return any(1 < len(items) == count for items in split)


def are_listed(cited: Sources, count: Decimal | None, counted: str) -> bool:
    """Whether a passage lists as many of what is counted: 两个镇, 两镇 of 石门镇、青杠镇."""
    thing, characters = counted[:2], set(counted[:2]) - _UNIT_BEGINNINGS
    clauses = (c for s in cited for c in _CLAUSE_ENDS.split(s.folded) if "等" not in c)
    lists = (entailment_words().list_marks.split(clause) for clause in clauses)
    return any(
        1 < len(items) == count and (thing in items[-1] or characters & set(items[-1]))
        for items in lists
    )


def _quotation_faults(body: str, cited: Sources) -> Iterator[StatementFault]:
    """Quotations that no passage holds to the letter, marks of quotation and masks aside."""
    texts = [plain_text(f"{source.passage.text}|{source.heading}") for source in cited]
    for match in _QUOTED.finditer(body):
        words = plain_text(match[match.lastindex or 0]).strip("，,。；;…")
        if not any(words in text for text in texts):
            yield StatementFault(FaultKind.MISQUOTED, match[0])
