"""Which statements go into what has to be worked out: the sides of a rate, of a change, of a sum.

``find`` gives what a report states of a part of a question.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bot.answering.ask_sides import (
    Unfinished,
    counted_sides,
    opposite_rate,
    other_side,
    read_courses,
    read_unfinished,
)
from bot.answering.asks import FigureAsk
from bot.answering.concepts import Term
from bot.answering.derivations import (
    DerivationKind,
    derivation_words,
    derive,
    derive_rate,
    derive_rest,
    like_unit,
)
from bot.answering.matching import SHARES, Match, bears, is_asked_amount
from bot.answering.measures import measures
from bot.answering.placed_statements import PlacedStatement
from bot.answers import Derivation, Footnotes
from knowledge.lexicon import normalise
from knowledge.models import Quantity, Statement, StatementKind
from knowledge.understanding.periods import Period
from knowledge.understanding.sums import holds, sum_words

_PAIR = 2
_MOST_LEFT = 3

Find = Callable[[FigureAsk, Sequence[PlacedStatement]], list[Match]]
"""What a report states of a part of a question."""
WorkedOut = tuple[list[Match], str, Derivation | None]
"""Operands, the line on what was worked out from them, empty for nothing, and its value."""
NOTHING: WorkedOut = ([], "", None)


def work_out_rest(
    ask: FigureAsk, placed: tuple[PlacedStatement, ...], find: Find, notes: Footnotes
) -> WorkedOut:
    """A rate from the opposite one or from counts, or what is left of all once some is done."""

    def operands_of(sides: Iterable[FigureAsk]) -> list[Match]:
        found = [find(side, placed) for side in sides]
        chosen = side_by_side(found) if all(found) else []
        alike = len({m.statement.figure.unit for m in chosen}) == 1
        return chosen if alike else []

    other = opposite_rate(ask)
    if other and (found := operands_of([other])):
        return found, *derive_rest(found[0], notes)
    operands = operands_of(counted_sides(ask))
    if are_two(operands) and not _is_open(operands[1]):
        return operands, *derive_rate(operands, notes)
    operands = operands_of(other_side(ask))
    if are_two(operands) and _are_sides(operands) and not _is_open(operands[1]):
        told = _told_side(operands[0], operands[1], placed)
        return ([told], "", None) if told else _subtract(operands, notes)
    for course in read_courses(ask):
        counts = replace(ask, quantities=frozenset({Quantity.COUNT}))
        for whole, part in _nearest_pairs(counts, course, placed)[:1]:
            operands = [_named(part), _named(whole)]
            return operands, *derive(DerivationKind.SHARE, operands, notes)
    if rate := _rate_of_done(ask, placed):
        return rate, *derive_rest(rate[0], notes)
    return NOTHING


def _rate_of_done(ask: FigureAsk, placed: Sequence[PlacedStatement]) -> list[Match]:
    """The only rate of what is done, where the share of what is not is asked for: 没报年报的."""
    asked = read_unfinished(ask)
    if asked is None or ask.quantities != {Quantity.RATE}:
        return []
    found = [
        one
        for one in placed
        if one.statement.quantity is Quantity.RATE
        and one.statement.role is not StatementKind.PLAN
        and any(form in one.statement.measure for form in asked.forms)
        and all(bears(one, term) for term in asked.rest)
    ]
    own = [one for one in found if all(term.is_in(one.said) for term in asked.rest)]
    found = own or found
    return [Match(found[0], ())] if len(found) == 1 else []


# -- what is left


def find_left(ask: FigureAsk, placed: Sequence[PlacedStatement]) -> list[list[Match]]:
    """All and what is done of it where what is left is asked for: 发现 and 整改 of 没整改的.

    Where the report tells itself what is left, that alone. Empty where nothing of it is told.
    """
    asked = read_unfinished(ask)
    nearest = _nearest_pairs(ask, asked, placed) if asked else []
    if len(nearest) > _MOST_LEFT:
        return []
    return [
        [_named(left)] if (left := _told_left(w, d, placed)) else [_named(w), _named(d)]
        for w, d in nearest
    ]


def _nearest_pairs(
    ask: FigureAsk, asked: Unfinished, placed: Sequence[PlacedStatement]
) -> list[tuple[PlacedStatement, PlacedStatement]]:
    """All and what is done of it, where the most of what is asked for is said."""
    pairs = [
        (whole, done)
        for done in placed
        if _is_done(ask, asked, done) and (whole := _whole_of(asked, done, placed))
    ]
    counted = [(sum(t.is_in(w.said) for t in asked.rest), w, d) for w, d in pairs]
    most = max((n for n, _, _ in counted), default=0)
    return [(w, d) for n, w, d in counted if n == most]


def _named(one: PlacedStatement) -> Match:
    """A statement to be told with its subject."""
    return Match(one, (one.statement.subject,))


def _is_done(ask: FigureAsk, asked: Unfinished, one: PlacedStatement) -> bool:
    """Whether a statement counts what is done of what is asked for."""
    if one.statement.role is StatementKind.PLAN or not is_asked_amount(ask, one.statement):
        return False
    clause = normalise(one.report.text[slice(*one.statement.clause)])
    return asked.is_done_in(clause) and all(
        bears(one, t) or asked.goes_with(t, one.own) for t in asked.rest
    )


def _whole_of(
    asked: Unfinished, done: PlacedStatement, placed: Sequence[PlacedStatement]
) -> PlacedStatement | None:
    """The statement of all that something is done of: the nearest before it.

    It stands in the same sentence, or before it in the paragraph, with all that is asked of
    and begun.
    """
    part = done.statement
    for one in reversed(placed):
        whole = one.statement
        if whole.figure.end > part.figure.start or not _counts_alike(whole, part):
            continue
        if asked.is_done_in(one.own):
            continue
        begun = asked.is_begun_in(one.own)
        if whole.sentence == part.sentence:
            borne = all(bears(one, t) or asked.goes_with(t, done.own) for t in asked.rest)
            of_whole = part.condition.startswith("其中") and whole.clause in part.context
            fits = borne and bool(asked.rest or begun or of_whole)
        else:
            borne = all(t.is_in(one.said) or asked.goes_with(t, done.own) for t in asked.rest)
            gap = done.report.text[whole.sentence.end : part.sentence.start]
            fits = borne and begun and "\n" not in gap
        if fits:
            return one
    return None


def _counts_alike(whole: Statement, part: Statement) -> bool:
    """Whether one statement may count all that the other counts some of."""
    if (whole.figure.unit, whole.quantity) != (part.figure.unit, part.quantity):
        return False
    known = whole.figure.value is not None and part.figure.value is not None
    larger = not known or (whole.figure.value or 0) >= (part.figure.value or 0)
    all_of, some_of = ({*measures().level.findall(one.subject)} for one in (whole, part))
    of_one_level = all_of == some_of or not (all_of and some_of)  # 省级 and 市级 are apart
    return larger and whole.period == part.period and of_one_level


def _told_left(
    whole: PlacedStatement, done: PlacedStatement, placed: Sequence[PlacedStatement]
) -> PlacedStatement | None:
    """The report's own statement of what is left, if it is what is worked out."""
    all_of, part = whole.statement.figure, done.statement.figure
    for one in placed:
        told = one.statement
        near = told.sentence == done.statement.sentence and told.figure.unit == part.unit
        if not near or told.figure.start < part.end or not derivation_words().left.search(one.own):
            continue
        values = (all_of.value, part.value, told.figure.value)
        if None in values and {all_of.masked, part.masked, told.figure.masked} == {True}:
            return one
        if None not in values and (all_of.value or 0) - (part.value or 0) == told.figure.value:
            return one
    return None


def _told_side(whole: Match, side: Match, placed: Sequence[PlacedStatement]) -> Match | None:
    """The report's own statement of the other side, beside all and one side of it: 39批次不合格."""
    all_of, one_of = whole.statement, side.statement
    if None in (all_of.figure.value, one_of.figure.value):
        return None
    rest = (all_of.figure.value or 0) - (one_of.figure.value or 0)
    for one in placed:
        told = one.statement
        beside = (told.sentence, told.subject) == (one_of.sentence, one_of.subject)
        if (
            beside
            and told.condition
            and (told.figure.value, told.figure.unit)
            == (
                rest,
                one_of.figure.unit,
            )
        ):
            return Match(one, ())
    return None


def _subtract(operands: list[Match], notes: Footnotes) -> WorkedOut:
    return operands, *derive(DerivationKind.DIFFERENCE, operands, notes)


def _are_sides(operands: Sequence[Match]) -> bool:
    """Whether all and one side of it are told in one sentence, as what was asked for just so."""
    whole, side = (m.statement for m in operands)
    return whole.sentence == side.sentence and not any(m.extras for m in operands)


def _is_open(match: Match) -> bool:
    """Whether some of what a sentence counts has no result yet: 24批次正在检验."""
    sentence = match.placed.report.text[slice(*match.statement.sentence)]
    return holds(sentence, sum_words().parts.open)


# -- what is lacking to a goal


def is_goal_of(one: PlacedStatement, period: Period | None) -> bool:
    """Whether a statement is a plan for all of the year that a period is of."""
    statement, text = one.statement, one.report.text
    told = statement.period
    if statement.role is not StatementKind.PLAN or told is None or period is None:
        return False
    clause = text[slice(*statement.clause)]
    return told.year == period.year and bool(derivation_words().whole_year.search(clause))


def lacks(goal: Match, done: PlacedStatement) -> bool:
    """Whether a statement tells what is done towards a goal, and that is less."""
    planned, figure = goal.statement.figure, done.statement.figure
    if planned.unit != figure.unit or done.statement.condition:
        return False
    known = planned.value is not None and figure.value is not None
    return done.subject_words in goal.placed.subject_words and not (
        known and (planned.value or 0) <= (figure.value or 0)
    )


# -- parts and their total


def total_of(parts: Sequence[Match], placed: Sequence[PlacedStatement]) -> PlacedStatement | None:
    """The report's own statement of the total of some parts, which lead to nothing else."""
    values = [m.statement.figure.value for m in parts]
    if None in values:
        return None
    total = sum(v for v in values if v is not None)
    first = parts[0].statement
    alike = {(m.statement.sentence, m.statement.figure.unit) for m in parts}
    operands = {m.statement for m in parts}
    for one in placed:
        told = one.statement
        same = (told.sentence, told.figure.unit) in alike and told.quantity is first.quantity
        if same and told.figure.value == total and told not in operands:
            return one
    return None


def unlike_total_of(
    parts: Sequence[Match], placed: Sequence[PlacedStatement]
) -> PlacedStatement | None:
    """The report's statement of all that some parts are of, behind them, that is another amount.

    证书89张 behind 体系认证证书38张、产品认证证书12张: its subject is what most of theirs end with.
    """
    last = max((m.statement for m in parts), key=lambda told: told.figure.end)
    text = parts[0].placed.report.text
    for one in placed:
        told = one.statement
        near = told.sentence == last.sentence or (
            told.sentence.start >= last.sentence.end
            and not text[last.sentence.end : told.sentence.start].strip()
        )
        named = [m for m in parts if m.statement.subject.endswith(told.subject)]
        if (
            near
            and told.figure.start >= last.figure.end
            and told.figure.unit == last.figure.unit
            and not told.condition
            and told.subject
            and len(named) * _PAIR > len(parts)
            and all(m.statement.subject != told.subject for m in parts)
        ):
            return one
    return None


def parts_of(whole: Match, placed: Sequence[PlacedStatement]) -> list[Match]:
    """The statements that count a part of what a statement counts, in its unit."""
    told = whole.statement
    return [
        Match(p, (), borne=whole.borne)
        for p in placed
        if p.statement.condition.startswith("其中")
        and told.clause in p.statement.context
        and p.statement.figure.unit == told.figure.unit
    ]


def with_whole(part: Match, placed: Sequence[PlacedStatement]) -> list[Match]:
    """A statement and the one of its unit that it counts a part of, if it does."""
    told = part.statement
    for one in placed:
        whole = one.statement
        if whole.clause in told.context and whole.figure.unit == told.figure.unit:
            return [part, Match(one, ())] if told.condition.startswith("其中") else []
    return []


def is_share_of(one: PlacedStatement, whole: Sequence[Term]) -> bool:
    """Whether a rate is a share, and its paragraph speaks of what it is a share of."""
    told, text = one.statement, one.report.text
    start = text.rfind("\n", 0, told.sentence.start) + 1
    paragraph = normalise(text[start : told.sentence.end])
    return told.measure in SHARES and all(term.is_in(paragraph) for term in whole)


# -- an average


def average_sides(amount: Match, per: str, placed: Sequence[PlacedStatement]) -> list[Match]:
    """An amount and what it is shared among: the count of ``per`` nearest before it.

    Both stand in one sentence; empty where none is counted there.
    """
    told, units = amount.statement, derivation_words().each.get(per, ())
    counts = [
        one
        for one in placed
        if one.statement.sentence == told.sentence
        and one.statement.quantity is Quantity.COUNT
        and one.statement.figure != told.figure
        and one.statement.figure.unit in units
        and (one.statement.figure.masked or one.statement.figure.value)
    ]
    before = [one for one in counts if one.statement.figure.end <= told.figure.start]
    among = before[-1] if before else next(iter(counts), None)
    return [amount, _named(among)] if among else []


# -- things that are ranked


def with_rest_of_list(same: Sequence[Match], placed: Sequence[PlacedStatement]) -> list[Match]:
    """Some members of a list in a sentence with the others of it.

    They count in the same unit, and stand between them or tell of the same act.
    """
    told = same[0].statement
    if told.sentence != same[-1].statement.sentence:
        return list(same)
    first, last = told.figure.start, same[-1].statement.figure.start
    acts = frozenset.intersection(*(m.placed.acts for m in same))
    known = {m.statement.figure.start: m for m in same}
    return [
        known.get(one.figure.start) or Match(p, (), borne=same[0].borne)
        for p in placed
        if (one := p.statement).sentence == told.sentence
        and one.figure.unit == told.figure.unit
        and (first <= one.figure.start <= last or acts & p.acts)
    ]


def without_wholes(same: Sequence[Match]) -> list[Match]:
    """Some statements of one sentence without those that others are parts of."""
    wholes = {span for m in same if m.statement.condition.startswith("其中")
              for span in m.statement.context}  # fmt: skip
    return [m for m in same if m.statement.clause not in wholes]


def are_of_one(category: str, same: Sequence[Match]) -> bool:
    """Whether all of some statements are of the same thing of a category: 12315 of 平台."""
    names = [m.placed.subject_words.partition(category) for m in same]
    return all(found for _, found, _ in names) and len({name for name, _, _ in names}) == 1


# -- a change


def former_of(match: Match, placed: Sequence[PlacedStatement]) -> Match | None:
    """What there was before a change that a statement tells the end of: 由45天压减为20天."""
    told = match.statement
    for one in placed:
        other = one.statement
        same = other.sentence == told.sentence and other.figure.unit == told.figure.unit
        if same and other.condition.endswith("由") and other.figure.end <= told.figure.start:
            return Match(one, ())
    return None


# -- operands side by side


def are_two(operands: Sequence[Match]) -> bool:
    """Whether there are two different statements to work with."""
    return len(operands) == _PAIR and operands[0].statement != operands[1].statement


def are_of_unit(operands: Sequence[Match]) -> bool:
    """Whether all of some statements count in one unit."""
    return len({like_unit(m) for m in operands}) == 1


def are_alike(one: Match, other: Match) -> bool:
    """Whether two statements count just what was asked, or the same narrower thing."""
    return not (one.extras or other.extras) or one.statement.subject == other.statement.subject


def side_by_side(found: Sequence[Sequence[Match]]) -> list[Match]:
    """One statement of each, of the sentence and the subject that hold most of them."""
    told = [m.statement for answers in found for m in answers]
    sentences, subjects = [s.sentence for s in told], [(s.sentence, s.subject) for s in told]
    best = max(sentences, key=sentences.count, default=None)

    def shared(match: Match) -> tuple[bool, int]:
        one = match.statement
        return one.sentence == best, subjects.count((one.sentence, one.subject))

    return [max(answers, key=shared) for answers in found]
