"""Names with digits, what counts a list, quotations: each as it is written."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bot.checking.sources import (
    GroundingSource,
    Sources,
    numeral_value,
)
from bot.checking.statements import FaultKind, StatementFault
from bot.checking.vocabulary import entailment_words
from bot.checking.wordings import plain_text
from knowledge.understanding.mentions import (
    CHINESE,
    fold_width,
    unit_words,
)
from knowledge.understanding.sentences import Span

_TOKEN = re.compile(r"[A-Za-z]*\d[\dA-Za-z]*(?:[.·•:/+\-–—~～×][\dA-Za-z]+)*\+?")
_COUNTED = re.compile(rf"(?P<n>{CHINESE})(?P<thing>[\u4e00-\u9fff]{{2}})")
_QUOTED = re.compile(r"“([^“”\n]+)”|「([^「」\n]+)」|\"([^\"\n]+)\"")
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


def _count_faults(folded: str, cited: Sources) -> Iterator[StatementFault]:
    """五类场所 where the passages have 四类场所, 第五届 where they have 第六届."""
    for match in _COUNTED.finditer(folded):
        value, thing = numeral_value(match["n"]), match["thing"]
        others = {
            numeral_value(other[1])
            for source in cited
            for other in re.finditer(
                rf"({CHINESE}|\d+) ?{thing}", f"{source.folded}|{source.heading}"
            )
        }
        counted = lists_before(folded, match.start(), value) or are_listed(cited, value, thing)
        if others and value not in others and not counted:
            yield StatementFault(FaultKind.FIGURE_MISSING, match[0])


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
