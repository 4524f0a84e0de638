"""Figures of a report that do not add up: parts and totals, rates, changes, repeats."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache, partial
from itertools import combinations, groupby, pairwise, takewhile
from typing import NamedTuple

from knowledge.models import Quantity, Statement, StatementKind
from knowledge.understanding.figures import Figure, same_amount
from knowledge.understanding.mentions import fold_width
from knowledge.understanding.phrases import statement_words
from knowledge.understanding.sentences import Span
from knowledge.vocabulary import (
    DATA,
    Either,
    LongestFirst,
    Vocabulary,
    Words,
    at,
    fill_in,
    load_vocabulary,
)

SUMS = DATA / "sums.toml"
_MASKED = re.compile(r"[*＊∗﹡×╳○□]|[XＸ]{2}")
_NUMBER = re.compile(r"\d[\d,]*(?:\.(\d+))?")
_LISTED = re.compile(r"[^，,。；;：:（(]{0,20}(?:、|和|及|与)[^，,。；;：:（(]{0,20}")
_SPACE = " \u3000\xa0\t、"
_MOST_AMOUNTS = 300  # of a sentence; each is compared with the others
_OTHERS = 6
_SHORTEST = 6
_PERCENT = "%"


class PartWords(Vocabulary):
    """What announces parts of a total and the total, and what is none."""

    among: Either
    dealt: Words
    totals: Words
    rest: Words
    negations: Words
    openers: LongestFirst
    open: Words
    overlapping: Words
    not_parts: Words
    averages: Words
    never_added: frozenset[str]


class RateWords(Vocabulary):
    """A rate's names, the conditions of what it counts, and the words of what it is a rate of."""

    names: Words
    part: Words
    rest: Words = ()
    base: Words


class SumWords(Vocabulary):
    """The file's tables; ``..._other_bases`` say that a rate or a change is of other counts."""

    parts: PartWords
    rates: tuple[RateWords, ...]
    rate_other_bases: Words = at("rating.other_bases")
    up: Words = at("growth.up")
    down: Words = at("growth.down")
    before: Words = at("growth.before")
    compared: LongestFirst = at("growth.compared")
    growth_other_bases: Words = at("growth.other_bases")
    repeated: Words = at("repeats.totals")
    scopes: Words = at("repeats.scopes")
    times: Words = at("repeats.times")


sum_words = cache(partial(load_vocabulary, SumWords, path=SUMS))


def holds(text: str, words: Sequence[str]) -> bool:
    """Whether any of the words stands in a text."""
    return any(map(text.__contains__, words))  # a generator takes three times as long


class DoubtKind(StrEnum):
    """What does not fit."""

    PARTS = "parts"
    RATE = "rate"
    GROWTH = "growth"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Figures of one report that contradict each other.

    ``span`` reaches from the first of the ``figures`` to the last; ``sentence`` is Chinese and
    quotes the figures as they are written.
    """

    kind: DoubtKind
    span: Span
    figures: tuple[Figure, ...]
    sentence: str


def doubt(kind: DoubtKind, wording: str, figures: Sequence[Figure], **fields: str) -> Doubt:
    """A doubt in the words of ``data/sums.toml``; raises DataFileError where they do not fit."""
    ordered = tuple(sorted(figures, key=lambda figure: figure.start))
    span = Span(ordered[0].start, ordered[-1].end)
    return Doubt(kind, span, ordered, fill_in(SUMS, f"sentences.{wording}", fields))


class Amount(NamedTuple):
    """A statement whose figure is exact.

    ``step`` is how coarsely it is written, 1.86万 to the hundred; ``label`` the words of its
    clause before the figure, else those after it; ``condition`` the statement's without 其中, and
    without what only leads to it (检验合格).
    """

    statement: Statement
    figure: Figure
    value: Decimal
    step: Decimal
    label: str
    condition: str

    @property
    def unit(self) -> str:
        """The figure's unit."""
        return self.figure.unit

    @property
    def can_be_added(self) -> bool:
        """Whether it can be part of a sum: never rates, times, distances and changes."""
        changes = self.statement.quantity is Quantity.CHANGE
        return bool(self.unit) and not changes and self.unit not in sum_words().parts.never_added

    def is_told_of(self, other: "Amount") -> bool:
        """Whether what another counts is carried over to it, as a total is to its parts."""
        return other.statement.clause in self.statement.context

    def is_like(self, other: "Amount") -> bool:
        """Whether it counts the same things at the same time as another."""
        mine, theirs = self.statement, other.statement
        same = mine.subject == theirs.subject and mine.period == theirs.period
        return same and self.unit == other.unit


def read_amounts(text: str, statements: Sequence[Statement]) -> list[Amount]:
    """The statements of a sentence that can be compared: none where no two share a unit.

    One that is approximate or masked spoils all of its unit.
    """
    figures = [statement.figure for statement in statements]
    alone = len({figure.unit for figure in figures}) == len(figures)
    if alone or _MASKED.search(text, *statements[0].sentence):
        return []
    vague = {f.unit for f in figures if f.approximate or f.masked or f.value is None}
    known = (s for s in statements if s.figure.unit not in vague)
    return [amount for statement in known if (amount := _read_amount(text, statement))]


def _read_amount(text: str, statement: Statement) -> Amount | None:
    """None for a number in words: 两家 seldom counts by the unit."""
    figure, clause = statement.figure, statement.clause
    match = _NUMBER.search(fold_width(figure.text))
    if match is None or figure.value is None:
        return None
    number, places = Decimal(match[0].replace(",", "")), len(match[1] or "")
    power = (figure.value / number).adjusted() if number else 0
    step = Decimal(10) ** (power - places) if power or places else Decimal(0)
    label = text[clause.start : figure.start].strip(_SPACE)
    label = label or text[figure.end : clause.end].strip(_SPACE)
    condition = statement.condition.replace("其中", "")
    opener = next(filter(condition.startswith, sum_words().parts.openers), "")
    condition = condition.removeprefix(opener) or condition
    return Amount(statement, figure, figure.value, step, label, condition)


def total_of(amounts: Sequence[Amount]) -> Decimal:
    """Their sum."""
    return sum((a.value for a in amounts), Decimal(0))


def slack(amounts: Sequence[Amount]) -> Decimal:
    """How far off a sum of amounts may be, as each of them was rounded."""
    return sum((a.step for a in amounts), Decimal(0))


def find_doubts(text: str, statements: Sequence[Statement]) -> tuple[Doubt, ...]:
    """Where a report's own arithmetic does not come out, in reading order.

    Parts against totals, rates against counts and changes against values within a sentence, and
    totals that two places give two values. Approximate and masked figures are left out, and so is
    whatever could be meant otherwise: a false alarm is worse than a miss. Any text will do.
    """
    found = list(repeat_doubts(text, statements))
    for _, group in groupby(statements, key=lambda statement: statement.sentence):
        amounts = read_amounts(text, list(group)[:_MOST_AMOUNTS])
        for find in (parts_doubts, rate_doubts, growth_doubts):
            found += find(text, amounts)
    of_figures = {doubt.figures: doubt for doubt in reversed(found)}
    return tuple(sorted(of_figures.values(), key=lambda doubt: (doubt.span, doubt.kind)))


def parts_doubts(text: str, amounts: Sequence[Amount]) -> Iterator[Doubt]:
    """The sums of a sentence that its own total contradicts."""
    for place, (before, one) in enumerate(pairwise(amounts), 1):
        if not one.can_be_added:
            continue
        yield from _among(text, amounts, place)
        if before.unit == one.unit:
            yield from _complements(text, amounts, place)
            yield from _dealt_out(text, amounts, place)
            yield from _listed_before_total(text, amounts, place)


def _among(text: str, amounts: Sequence[Amount], place: int) -> Iterator[Doubt]:
    """2,864件，其中投诉2,310件、举报564件: parts may leave something out, never exceed."""
    words, first = sum_words().parts, amounts[place]
    among = words.among.search(text, amounts[place - 1].figure.end, first.figure.start)
    if among is None:
        return
    before = [a for a in amounts[:place] if a.unit == first.unit and a.can_be_added]
    totals = [a for a in before if first.is_told_of(a)]
    if not totals or holds(totals[-1].label, words.averages):
        return
    parts = _run(text, amounts[place:])
    if holds(text[among.end() : parts[-1].figure.end], words.not_parts):
        return
    apart = {a.statement.subject: a for a in reversed(before)}
    bound = max(total_of([*apart.values()]), *(a.value for a in before))
    labels = [part.label for part in parts]
    overlap = len({*labels}) < len(labels) or holds("".join(labels), words.overlapping)
    if first.value > bound + slack([first, *before]):
        yield _parts_doubt("larger", parts[:1], totals[-1])
    elif len(parts) < 2 or len(apart) > 1 or overlap:
        return
    elif total_of(parts) > bound + slack([*parts, *before]):
        yield _parts_doubt("exceeds", parts, totals[-1])
    elif labels[-1].startswith(words.rest) and not _fits(parts, before):
        yield _parts_doubt("parts", parts, totals[-1])


def _complements(text: str, amounts: Sequence[Amount], place: int) -> Iterator[Doubt]:
    """抽检54批次，合格44批次、不合格7批次: what is and what is not make up all."""
    pair = first, second = amounts[place - 1], amounts[place]
    one, other = sorted((first.condition, second.condition), key=len)
    opposite = one and any(other == no + one for no in sum_words().parts.negations)
    if not opposite or not first.is_like(second):
        return
    others = [a for a in amounts if a.unit == first.unit and a not in pair]
    totals = [a for a in others if a.is_like(first) and a.figure.end <= first.figure.start]
    if not totals or len(others) > _OTHERS or _leaves_open(text, others):
        return
    if not _fits(pair, others):
        yield _parts_doubt("parts", pair, totals[-1])


def _leaves_open(text: str, counted: Sequence[Amount]) -> bool:
    """Whether a sentence says that some have no result yet, and not how many."""
    said = text[slice(*counted[0].statement.sentence)]
    for amount in counted:
        said = said.replace(text[slice(*amount.statement.clause)], "")
    return holds(said, sum_words().parts.open)


def _fits(parts: Sequence[Amount], others: Sequence[Amount]) -> bool:
    """Whether parts, with any of the others beside them, make up one of the others."""
    for count in range(len(others)):
        for added in combinations(others, count):
            summands = [*parts, *added]
            rest = [t for t in others if t not in added]
            if any(abs(total_of(summands) - t.value) <= slack([*summands, t]) for t in rest):
                return True
    return False


def _dealt_out(text: str, amounts: Sequence[Amount], place: int) -> Iterator[Doubt]:
    """共检查30家，分别为10家、20家."""
    total, first = amounts[place - 1], amounts[place]
    adjoins = first.statement.clause.start - total.figure.end <= 2
    if not adjoins or not first.label.startswith(sum_words().parts.dealt):
        return
    parts = _run(text, amounts[place:])
    single = sum(a.unit == total.unit for a in amounts[:place]) == 1
    if single and len(parts) > 1 and not _fits(parts, [total]):
        yield _parts_doubt("parts", parts, total)


def _listed_before_total(text: str, amounts: Sequence[Amount], place: int) -> Iterator[Doubt]:
    """检查食品店3家、药店4家，共7家: the list right before its total."""
    words, total = sum_words().parts, amounts[place]
    if total.label not in words.totals:
        return
    parts = [a for a in amounts[:place] if a.unit == total.unit]
    if len(parts) < 2 or not all(map(total.is_told_of, parts)) or _fits(parts, [total]):
        return
    said = text[total.statement.sentence.start : parts[-1].figure.end]
    if not (words.among.search(said) or holds(said, (*words.overlapping, *words.not_parts))):
        yield _parts_doubt("parts", parts, total)


def _run(text: str, amounts: Sequence[Amount]) -> list[Amount]:
    """The amounts of one unit that are listed side by side, from the first on."""

    def is_list(pair: tuple[Amount, Amount]) -> bool:
        left, right = (a.figure for a in pair)
        return left.unit == right.unit and bool(_LISTED.fullmatch(text, left.end, right.start))

    return [amounts[0], *(after for _, after in takewhile(is_list, pairwise(amounts)))]


def _parts_doubt(wording: str, parts: Sequence[Amount], total: Amount) -> Doubt:
    return doubt(
        DoubtKind.PARTS,
        wording,
        [*(part.figure for part in parts), total.figure],
        parts="、".join(part.figure.text for part in parts),
        sum=plain_number(total_of(parts)) + total.unit,
        total=total.figure.text,
    )


def plain_number(value: Decimal) -> str:
    """A number without needless zeros or exponent."""
    return f"{value.normalize():f}"


def growth_doubts(text: str, amounts: Sequence[Amount]) -> Iterator[Doubt]:
    """The changes of a sentence that the two values before them contradict."""
    for first, second, change in zip(amounts, amounts[1:], amounts[2:], strict=False):
        if change.unit != _PERCENT or first.unit != second.unit or first.unit in ("", _PERCENT):
            continue
        if len({a.statement.subject for a in (first, second, change)}) > 1:
            continue
        old, new = _old_and_new(text, first, second)
        stated = _stated_change(text, change)
        if not (old and new and old.value) or stated is None:
            continue
        by = (new.value - old.value) * 100 / old.value
        # how far the two values may lie from what is written, carried over to the change
        blur = (new.step + old.step * new.value / old.value) * 100 / old.value
        if abs(by - stated) >= (change.step or 1) + blur:
            yield doubt(
                DoubtKind.GROWTH,
                "growth",
                [old.figure, new.figure, change.figure],
                first=old.figure.text,
                second=new.figure.text,
                found=plain_number(round(by, 2)) + _PERCENT,
                rate=f"{'-' if stated < 0 else ''}{change.figure.text}",
            )


def _old_and_new(
    text: str, first: Amount, second: Amount
) -> tuple[Amount, Amount] | tuple[None, None]:
    """The value before a change and the one after: 由A增加到B, or B（上年同期A）."""
    if first.condition.endswith("由") and second.label.endswith(statement_words().changed_to):
        return first, second
    bracketed = text.startswith(("（", "("), first.figure.end)
    named = second.label.removesuffix("为") in sum_words().before
    return (second, first) if bracketed and named else (None, None)


def _stated_change(text: str, change: Amount) -> Decimal | None:
    """A rise, or a fall below zero; None for a change that may be reckoned otherwise."""
    words, end = sum_words(), change.figure.end
    if holds(change.label + text[end : end + 2], words.growth_other_bases):
        return None
    said = change.label.removesuffix("了")
    said = said.removeprefix(next(filter(said.startswith, words.compared), ""))
    if said in words.up:
        return change.value
    return -change.value if said in words.down else None


def rate_doubts(text: str, amounts: Sequence[Amount]) -> Iterator[Doubt]:
    """The rates of a sentence that its own counts contradict.

    A rate stands after the counts of its subject, without another rate between. Rounded up, down
    or to the nearest in its last place is all the same: offices do each.
    """
    start = 0
    for place, rate in enumerate(amounts):
        if rate.unit != _PERCENT:
            continue
        counts, start = amounts[start:place], place + 1
        name = rate.label.rstrip("为达到是")
        named = next((r for r in sum_words().rates if name in r.names), None)
        if named is None or not counts or not holds(rate.statement.subject, named.base):
            continue
        said = text[counts[0].statement.clause.start : rate.figure.end]
        if not holds(said, sum_words().rate_other_bases):
            yield from _check_rate(rate, counts, named)


def _check_rate(rate: Amount, counts: Sequence[Amount], named: RateWords) -> Iterator[Doubt]:
    own = [a for a in counts if a.statement.subject == rate.statement.subject]
    parts = [a for a in own if a.condition in named.part]
    rests = [a for a in own if a.condition in named.rest]
    stated = [*parts, *rests]
    units = {a.unit for a in stated}
    others = [a for a in counts if a not in stated and {a.unit} == units and a.value]
    bases = [a for a in others if a.is_like(stated[0]) and a.figure.start < stated[0].figure.start]
    if not bases or len(parts) > 1 or len(rests) > 1 or slack([*stated, *others]):
        return
    wholes = [total_of(others), *(base.value for base in bases)]
    shares = [(parts[0].value if parts else n - rests[0].value) * 100 / n for n in wholes]
    if any(abs(share - rate.value) < (rate.step or 1) for share in shares):
        return
    yield doubt(
        DoubtKind.RATE,
        "rate",
        [bases[-1].figure, *(a.figure for a in stated), rate.figure],
        parts="、".join(a.figure.text for a in stated),
        total=bases[-1].figure.text,
        found=plain_number(round(shares[-1], 2)) + _PERCENT,
        rate=rate.figure.text,
    )


def repeat_doubts(text: str, statements: Sequence[Statement]) -> Iterator[Doubt]:
    """Figures that the report words as the same total and values otherwise.

    Only what ``data/sums.toml`` names as a total of the whole report, in clauses that are the same
    to the letter, outside plans; three places and more are a list of parts.
    """
    places: dict[object, list[Figure]] = {}
    for statement in statements:
        if key := _key(text, statement):
            places.setdefault(key, []).append(statement.figure)
    for figures in places.values():
        if len(figures) == 2 and not same_amount(*figures):
            first, second = figures
            yield doubt(DoubtKind.REPEAT, "repeat", figures, first=first.text, second=second.text)


def _key(text: str, statement: Statement) -> tuple[object, ...]:
    """Wording, subject and time of a total; empty for any other figure."""
    words, figure, clause = sum_words(), statement.figure, statement.clause
    if statement.condition or figure.masked or figure.approximate or figure.value is None:
        return ()
    if statement.role is StatementKind.PLAN or not holds(statement.subject, words.repeated):
        return ()
    label = text[clause.start : figure.start].strip(_SPACE)
    listed = text.startswith("、", clause.start - 1)
    before = text[statement.sentence.start : figure.start]
    if listed or len(label) < _SHORTEST or holds(before, words.scopes):
        return ()
    times = *filter(before.__contains__, words.times), figure.as_of
    return label, statement.subject, figure.unit, statement.period, times
