"""Figures of a report that do not add up: parts and totals, rates, changes, repeats."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache, partial
from itertools import combinations, groupby, pairwise
from typing import NamedTuple

from knowledge.models import Section, SectionKind
from knowledge.understanding.figures import Figure, same_amount
from knowledge.understanding.mentions import fold_width
from knowledge.understanding.sentences import Span, sentence_spans
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
_BREAK = re.compile(r"[，,。；;：:、（()）\n\t]")
_CLAUSE_BREAK = re.compile(r"[，,。；;：:\n]")
_MASKED = re.compile(r"[*×＊╳○□]|XX")
_NUMBER = re.compile(r"\d[\d,]*(?:\.(\d+))?[ \xa0]?([百千万亿]*)")
_POWERS = {"百": 2, "千": 3, "万": 4, "亿": 8}
_SPACE = " \u3000\xa0\t"
_LISTED = re.compile(r"[^，,。；;：:（(]{0,20}(?:、|和|及|与)[^，,。；;：:（(]{0,20}")
_OTHERS = 6
_PERCENT = "%"
_TO_RATE = ("", "为", "达", "达到", "是")
_SHORTEST = 6
_Key = tuple[str, str, str]


class PartWords(Vocabulary):
    """What announces parts of a total and the total, and what is none."""

    among: Either
    dealt: Either
    totals: Either
    rest: Words
    negations: Words
    openers: Words
    open: Words
    overlapping: Words
    not_parts: Words
    not_totals: Words
    never_added: frozenset[str]


class RateWords(Vocabulary):
    """A rate's names, and how its counts are worded."""

    names: Words
    part: Words
    rest: Words
    base: Words

    def is_named_by(self, clause: str) -> bool:
        """Whether a clause is one of the names, with or without 为 and the like after it."""
        return any(clause == name + to for name in self.names for to in _TO_RATE)


class GrowthWords(Vocabulary):
    """How a change is worded, with the value before it and the one after."""

    from_: Words = at("from")
    up: Words
    down: Words
    to: Words
    before: Words
    compared: LongestFirst
    other_bases: Words


class RepeatWords(Vocabulary):
    """What is one total of a whole report, and what says that a figure is not of it."""

    totals: Words
    scopes: Words
    times: Words


class SumWords(Vocabulary):
    """The file's tables; ``rates_elsewhere`` says that a rate is not of the counts beside it."""

    parts: PartWords
    rates: tuple[RateWords, ...]
    rates_elsewhere: Words = at("rating.other_bases")
    growth: GrowthWords
    repeats: RepeatWords


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
    """A figure of known worth, and how coarsely it is written: 1.86万 to the hundred."""

    figure: Figure
    value: Decimal
    step: Decimal

    @property
    def unit(self) -> str:
        """The figure's unit."""
        return self.figure.unit


@dataclass(frozen=True, slots=True)
class FigureSentence:
    """One sentence that holds figures; ``text`` is that of the whole report, folded.

    ``amounts`` are the figures that can be added and compared: none where no two share a unit.
    """

    text: str
    start: int
    end: int
    figures: Sequence[Figure]
    amounts: tuple[Amount, ...]

    def before(self, place: int) -> list[Amount]:
        """The amounts that end at a place or before it."""
        return [a for a in self.amounts if a.figure.end <= place]

    def after(self, place: int) -> list[Amount]:
        """The amounts that begin at a place or after it."""
        return [a for a in self.amounts if a.figure.start >= place]

    def between(self, left: Amount, right: Amount) -> str:
        """The text between two amounts."""
        return self.text[left.figure.end : right.figure.start]

    def label(self, amount: Amount) -> str:
        """What is said before an amount since the last punctuation or amount; else after it."""
        figure = amount.figure
        start = max((a.figure.end for a in self.before(figure.start)), default=self.start)
        before = _BREAK.split(self.text[start : figure.start])[-1].strip(_SPACE)
        return before or _BREAK.split(self.text[figure.end : self.end])[0].strip(_SPACE)

    def clause(self, figure: Figure) -> str:
        """The words before a figure, from the clause's beginning."""
        return _CLAUSE_BREAK.split(self.text[self.start : figure.start])[-1].strip(_SPACE)


def sentences_with_figures(text: str, figures: Sequence[Figure]) -> Iterator[FigureSentence]:
    """The sentences that figures begin in, both in reading order."""
    folded = fold_width(text)
    starts = [figure.start for figure in figures]
    for start, end in sentence_spans(folded):
        inside = figures[bisect_left(starts, start) : bisect_left(starts, end)]
        if inside:
            alone = len({figure.unit for figure in inside}) == len(inside)
            useless = alone or _MASKED.search(folded, start, end)
            amounts = () if useless else tuple(_amounts(inside, folded))
            yield FigureSentence(folded, start, end, inside, amounts)


def _amounts(figures: Sequence[Figure], folded: str) -> Iterator[Amount]:
    """The figures of a sentence that are exact; an approximate one spoils all of its unit."""
    vague = {f.unit for f in figures if f.approximate or f.masked or f.value is None}
    for figure in figures:
        if figure.value is None or figure.unit in vague:
            continue
        match = _NUMBER.search(folded, figure.start, figure.end)
        if match is None:  # worded numbers (两家) count seldom by the unit
            continue
        power = sum(_POWERS[c] for c in match[2]) or _power_of_column(figure.value, match[0])
        places = len(match[1] or "")
        step = Decimal(10) ** (power - places) if power or places else Decimal(0)
        yield Amount(figure, figure.value, step)


def _power_of_column(value: Decimal, written: str) -> int:
    """The power of ten that a figure has from a table's head: 4 for 80.2 under 罚没款（万元）."""
    number = Decimal(written.replace(",", "").strip(_SPACE))
    if number == value:
        return 0
    power = (value / number).adjusted() if number else 0
    return power if power > 0 and number.scaleb(power) == value else 0


def can_be_added(amount: Amount) -> bool:
    """Whether amounts of this unit make a sum: never rates, times and distances."""
    return bool(amount.unit) and amount.unit not in sum_words().parts.never_added


def total_of(amounts: Sequence[Amount]) -> Decimal:
    """Their sum."""
    return sum((a.value for a in amounts), Decimal(0))


def slack(amounts: Sequence[Amount]) -> Decimal:
    """How far off a sum of amounts may be, as each of them was rounded."""
    return sum((a.step for a in amounts), Decimal(0))


def find_doubts(
    text: str, sections: Sequence[Section], figures: Sequence[Figure]
) -> tuple[Doubt, ...]:
    """Where a report's own arithmetic does not come out, in reading order.

    Parts against totals, rates against counts and changes against values within a sentence, and
    totals that two places give two values. Approximate and masked figures are left out, and so is
    whatever could be meant otherwise: a false alarm is worse than a miss. Any text will do.
    """
    sentences = list(sentences_with_figures(text, figures))
    found = list(repeat_doubts(sentences, sections))
    for sentence in (one for one in sentences if one.amounts):
        found += [*parts_doubts(sentence), *rate_doubts(sentence), *growth_doubts(sentence)]
    first: dict[tuple[Figure, ...], Doubt] = {}
    for doubt in found:
        first.setdefault(doubt.figures, doubt)
    return tuple(sorted(first.values(), key=lambda doubt: (doubt.span, doubt.kind)))


def parts_doubts(sentence: FigureSentence) -> Iterator[Doubt]:
    """The sums of a sentence that its own total contradicts."""
    yield from _among(sentence)
    yield from _complements(sentence)
    yield from _dealt_out(sentence)
    yield from _listed_before_total(sentence)


def _among(sentence: FigureSentence) -> Iterator[Doubt]:
    """2,864件，其中投诉2,310件、举报564件: parts may leave something out, never exceed."""
    words = sum_words().parts
    for match in words.among.finditer(sentence.text, sentence.start, sentence.end):
        after = sentence.after(match.end())
        if not after or not can_be_added(after[0]):
            continue
        before = sentence.before(match.start())
        totals = [a for a in before if a.unit == after[0].unit]
        if not totals or holds(sentence.clause(totals[-1].figure), words.not_totals):
            continue
        parts = _run(sentence, after)
        if holds(_wording(sentence, match.end(), parts), words.not_parts):
            continue
        yield from _check_parts(sentence, parts, totals)


def _check_parts(
    sentence: FigureSentence, parts: list[Amount], totals: list[Amount]
) -> Iterator[Doubt]:
    words = sum_words().parts
    bound = total_of(totals)
    if parts[0].value > bound + slack([parts[0], *totals]):
        yield _parts_doubt("larger", parts[:1], totals[-1])
        return
    if len(parts) < 2 or len(totals) > 1:
        return
    labels = [sentence.label(part) for part in parts]
    if holds("".join(labels), words.overlapping) or len(set(labels)) < len(labels):
        return
    closed = labels[-1].startswith(words.rest)
    spare = slack([*parts, *totals])
    if total_of(parts) > bound + spare:
        yield _parts_doubt("exceeds", parts, totals[-1])
    elif closed and total_of(parts) < bound - spare:
        yield _parts_doubt("parts", parts, totals[-1])


def _complements(sentence: FigureSentence) -> Iterator[Doubt]:
    """抽检54批次，合格44批次、不合格7批次: what is and what is not make up all."""
    for first, second in pairwise(sentence.amounts):
        if first.unit != second.unit or not can_be_added(first):
            continue
        if not _are_complements(_bare(sentence.label(first)), _bare(sentence.label(second))):
            continue
        same = [a for a in sentence.amounts if a.unit == first.unit and a not in (first, second)]
        totals = [a for a in same if a.figure.end <= first.figure.start]
        if not totals or len(same) > _OTHERS or _leaves_open(sentence, same):
            continue
        if not _fits([first, second], same):
            yield _parts_doubt("parts", [first, second], totals[-1])


def _fits(parts: Sequence[Amount], others: Sequence[Amount]) -> bool:
    """Whether parts, with any of the others beside them, make up one of the others."""
    for count in range(len(others)):
        for added in combinations(others, count):
            all_parts = [*parts, *added]
            rest = [t for t in others if t not in added]
            if any(abs(total_of(all_parts) - t.value) <= slack([*all_parts, t]) for t in rest):
                return True
    return False


def _leaves_open(sentence: FigureSentence, same: Sequence[Amount]) -> bool:
    """Whether it says that some have no result yet, and not how many."""
    for word in sum_words().parts.open:
        at = sentence.text.find(word, sentence.start, sentence.end)
        counted = any(abs(a.figure.end - at) <= 2 or abs(a.figure.start - at) <= 6 for a in same)
        if at >= 0 and not counted:
            return True
    return False


def _dealt_out(sentence: FigureSentence) -> Iterator[Doubt]:
    """共检查30家，分别为10家、20家."""
    for match in sum_words().parts.dealt.finditer(sentence.text, sentence.start, sentence.end):
        after = sentence.after(match.end())
        before = sentence.before(match.start())
        if not (after and before) or before[-1].unit != after[0].unit or not can_be_added(after[0]):
            continue
        gap = sentence.text[before[-1].figure.end : match.start()]
        parts = _run(sentence, after)
        single = sum(a.unit == before[-1].unit for a in before) == 1
        if len(gap) <= 2 and len(parts) > 1 and single and not _fits(parts, before[-1:]):
            yield _parts_doubt("parts", parts, before[-1])


def _listed_before_total(sentence: FigureSentence) -> Iterator[Doubt]:
    """检查食品店3家、药店4家，共7家: the list right before its total."""
    words = sum_words().parts
    for left, total in pairwise(sentence.amounts):
        if left.unit != total.unit or not can_be_added(total):
            continue
        if not _total_pattern().fullmatch(sentence.between(left, total)):
            continue
        before = sentence.before(left.figure.end)[::-1]
        parts = _run(sentence, before)[::-1]
        wording = _wording(sentence, sentence.start, parts)
        if len(parts) < 2 or holds(wording, words.overlapping):
            continue
        if words.among.search(wording) or holds(wording, words.not_parts):
            continue
        earlier = sentence.before(parts[0].figure.start)
        if any(a.unit == total.unit for a in earlier) or _fits(parts, [total]):
            continue
        yield _parts_doubt("parts", parts, total)


def _run(sentence: FigureSentence, amounts: Sequence[Amount]) -> list[Amount]:
    """The amounts of one unit that are listed side by side, from the first on."""
    run = [amounts[0]]
    for one in amounts[1:]:
        left, right = sorted((run[-1], one), key=lambda a: a.figure.start)
        if one.unit != run[0].unit or not _LISTED.fullmatch(sentence.between(left, right)):
            break
        run.append(one)
    return run


def _wording(sentence: FigureSentence, start: int, parts: Sequence[Amount]) -> str:
    """What is said from a place up to the last of the parts."""
    return sentence.text[start : max(part.figure.end for part in parts)]


def _bare(label: str) -> str:
    openers = sum_words().parts.openers
    while opener := next((o for o in openers if label.startswith(o) and label != o), ""):
        label = label.removeprefix(opener)
    return label


def _are_complements(first: str, second: str) -> bool:
    return any(
        len(plain) >= 2 and other == no + plain
        for no in sum_words().parts.negations
        for plain, other in ((first, second), (second, first))
    )


@cache
def _total_pattern() -> re.Pattern[str]:
    return re.compile(f"[^，,。；;、]{{0,6}}[，,](?:{sum_words().parts.totals.pattern})")


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


def growth_doubts(sentence: FigureSentence) -> Iterator[Doubt]:
    """The changes of a sentence that the two values before them contradict."""
    amounts = sentence.amounts
    for first, second, change in zip(amounts, amounts[1:], amounts[2:], strict=False):
        if first.unit != second.unit or not first.unit or first.unit == _PERCENT:
            continue
        if change.unit != _PERCENT or not first.value:
            continue
        order = _old_and_new(sentence, first, second)
        rises = _stated_direction(sentence, second, change) if order else None
        if order and order[0].value and rises is not None:
            yield from _check_growth(*order, change, rises=rises)


def _check_growth(old: Amount, new: Amount, change: Amount, *, rises: bool) -> Iterator[Doubt]:
    by = (new.value - old.value) * 100 / old.value
    stated = change.value if rises else -change.value
    # how far the two values may lie from what is written, carried over to the change
    blur = (new.step + old.step * new.value / old.value) * 100 / old.value
    if abs(by - stated) < (change.step or Decimal(1)) + blur:
        return
    yield doubt(
        DoubtKind.GROWTH,
        "growth",
        [old.figure, new.figure, change.figure],
        first=old.figure.text,
        second=new.figure.text,
        found=plain_number(round(by, 2)) + _PERCENT,
        rate=f"{'' if rises else '-'}{change.figure.text}",
    )


def _old_and_new(
    sentence: FigureSentence, first: Amount, second: Amount
) -> tuple[Amount, Amount] | None:
    """The value before a change and the one after: 由A增加到B, or B（上年同期A）."""
    words = sum_words().growth
    gap = sentence.between(first, second)
    if sentence.clause(first.figure).endswith(words.from_) and _change_pattern().fullmatch(gap):
        return first, second
    if gap.startswith(("（", "(")) and gap.lstrip("（(").removesuffix("为") in words.before:
        return second, first
    return None


def _stated_direction(sentence: FigureSentence, last: Amount, change: Amount) -> bool | None:
    """Whether a rise or a fall is stated right after a value; None for anything else."""
    words = sum_words().growth
    gap = sentence.between(last, change)
    following = sentence.text[change.figure.end : min(change.figure.end + 2, sentence.end)]
    if holds(gap + following, words.other_bases):
        return None
    wording = gap.strip("）), ，")
    for compared in words.compared:
        wording = wording.removeprefix(compared)
    wording = wording.removesuffix("了")
    if wording in words.up:
        return True
    return False if wording in words.down else None


@cache
def _change_pattern() -> re.Pattern[str]:
    words = sum_words().growth
    ways = "|".join((*words.up, *words.down))
    return re.compile(f"(?:{ways})?(?:{'|'.join(words.to)})")


def rate_doubts(sentence: FigureSentence) -> Iterator[Doubt]:
    """The rates of a sentence that its own counts contradict.

    A rate stands right after its counts, without another rate between. Rounded up, down or to
    the nearest in its last place is all the same: offices do each.
    """
    words = sum_words()
    last_end = 0
    for rate in (a for a in sentence.amounts if a.unit == _PERCENT):
        counts = [a for a in sentence.amounts if last_end <= a.figure.start < rate.figure.start]
        last_end = rate.figure.end
        clause = sentence.clause(rate.figure)
        named = next((r for r in words.rates if r.is_named_by(clause)), None)
        start = counts[0].figure.start if counts else rate.figure.start
        stretch = sentence.text[min(start, sentence.start) : rate.figure.end]
        if named is None or len(counts) < 2 or holds(stretch, words.rates_elsewhere):
            continue
        yield from _against(sentence, rate, counts, named)


def _against(
    sentence: FigureSentence, rate: Amount, counts: list[Amount], named: RateWords
) -> Iterator[Doubt]:
    parts = [c for c in counts if _is_labelled(sentence, c, named.part)]
    rests = [c for c in counts if _is_labelled(sentence, c, named.rest)]
    stated = [c for c in counts if c in parts or c in rests]
    units = {c.unit for c in stated}
    bases = [
        c for c in counts
        if c not in stated and c.figure.end <= stated[0].figure.start and {c.unit} == units
    ] if stated else []  # fmt: skip
    if not bases or len(parts) > 1 or len(rests) > 1 or any(c.step for c in (*stated, *bases)):
        return
    clauses = "".join(sentence.clause(base.figure) for base in bases)
    if not holds(clauses, named.base) or not _are_all(sentence, counts, bases):
        return
    shares = [_share(base, parts, rests) for base in bases if base.value]
    step = rate.step or Decimal(1)
    if not shares or any(abs(share - rate.value) < step for share in shares):
        return
    yield doubt(
        DoubtKind.RATE,
        "rate",
        [bases[-1].figure, *(c.figure for c in stated), rate.figure],
        parts="、".join(c.figure.text for c in stated),
        total=bases[-1].figure.text,
        found=plain_number(round(shares[-1], 2)) + _PERCENT,
        rate=rate.figure.text,
    )


def _share(base: Amount, parts: list[Amount], rests: list[Amount]) -> Decimal:
    done = parts[0].value if parts else base.value - rests[0].value
    return done * 100 / base.value


def _is_labelled(sentence: FigureSentence, count: Amount, words: tuple[str, ...]) -> bool:
    label = sentence.label(count).removeprefix("其中").removeprefix("有").removeprefix("经检验")
    return label in words


def _are_all(sentence: FigureSentence, counts: list[Amount], bases: list[Amount]) -> bool:
    """Whether the counts run on in one line of thought, one base after another.

    食品800批次、药品200批次，不合格10批次: the base is a sum, which none of them is.
    """
    listed = any("、" in sentence.between(a, b) for a, b in pairwise(bases))
    between = sentence.text[bases[-1].figure.end : counts[-1].figure.start]
    return not listed and "其中" not in between.removeprefix("，其中").removeprefix(",其中")


def repeat_doubts(
    sentences: Sequence[FigureSentence], sections: Sequence[Section]
) -> Iterator[Doubt]:
    """Figures that the report words as the same total and values otherwise.

    Only what ``data/sums.toml`` names as a total of the whole report, in clauses that are the same
    to the letter, outside plans; three places and more are a list of parts.
    """
    totals = sum_words().repeats.totals
    keyed = sorted(
        (
            (key, figure)
            for sentence in sentences
            if holds(sentence.text[sentence.start : sentence.end], totals)
            for figure in sentence.figures
            if (key := _key(sentence, figure))
        ),
        key=lambda pair: (pair[0], pair[1].start),
    )
    plans = [s for s in sections if s.kind is SectionKind.PLAN]
    for _, group in groupby(keyed, key=lambda pair: pair[0]):
        places = [f for _, f in group if not any(s.start <= f.start < s.end for s in plans)]
        if len(places) == 2 and not same_amount(*places):
            first, second = places
            yield doubt(DoubtKind.REPEAT, "repeat", places, first=first.text, second=second.text)


def _key(sentence: FigureSentence, figure: Figure) -> _Key | None:
    """Clause, unit and time of a total; None for any other figure."""
    words = sum_words().repeats
    if figure.masked or figure.approximate or figure.value is None:
        return None
    clause = sentence.clause(figure)
    before = sentence.text[sentence.start : figure.start]
    if len(clause) < _SHORTEST or not holds(clause, words.totals):
        return None
    if holds(before, words.scopes) or any(c.isdigit() for c in clause):
        return None
    time = "".join(word for word in words.times if word in before)
    return clause, figure.unit, f"{time}{figure.as_of or ''}"
