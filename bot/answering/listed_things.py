"""The things that a question for figures lists, and those of a report that it ranks."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.answering.asks import (
    FigureAsk,
    measures,
    parallel_ask,
    read_ask,
    split_ask,
    split_levels,
    split_run,
    split_stages,
)
from bot.answering.concepts import terms_of
from bot.answering.derivations import DerivationKind, derivation_words
from bot.answering.figure_question import FigureQuestion
from bot.answering.matching import Match, bears, matches
from bot.answering.operands import (
    are_of_one,
    is_share_of,
    parts_of,
    with_those_between,
    without_wholes,
)
from bot.answering.placed_statements import PlacedStatement
from bot.answering.statement_finder import AskedReport
from knowledge.models import Quantity, StatementKind
from knowledge.retrieval.question_asks import Ask, substance
from knowledge.understanding.mentions import chinese_value

_FRAME = re.compile(r"(?:里面?|当中|中)[，,]?")
_SHARED = re.compile(r"多大|多少|百分之几?|比例|比重|几成|总数|总量|的")
_PAIR = 2


def items_of(part: Ask, read: FigureQuestion) -> tuple[FigureAsk, ...]:
    """The things that a part of a question lists; empty where it lists none."""
    if levels := _told_run(split_levels(part), read):
        return levels
    if items := split_ask(part):
        return tuple(_as_told(item, items, read) for item in items)
    if stages := split_stages(part):
        return stages
    of_things = len(read.question.scope.bureaus) < _PAIR  # 各 may mean each bureau
    each = of_things and measures().each.search(read.question.text)
    total = read.kind is DerivationKind.TOTAL and not read.answered
    listed = each or total or read.ranks_things
    runs = (split_run(part, headed=headed) for headed in (False, True) if listed)
    return next(filter(None, (_told_run(run, read) for run in runs)), ())


def _told_run(run: Sequence[FigureAsk], read: FigureQuestion) -> tuple[FigureAsk, ...]:
    """The things of a list, where something is told of each; empty where it is not."""
    told = [m for one in run for m in read.find(one)[:1]]
    if not run or len({m.statement for m in told}) < len(run):
        return ()
    return tuple(run[:-1] if _is_headed(run, told) else run)


def _is_headed(run: Sequence[FigureAsk], told: Sequence[Match]) -> bool:
    """Whether the last thing of a list is what the others are of: 电梯 of 绿色黄色红色电梯."""
    *members, head = told
    listed = {m.statement.sentence for m in members}
    beside = len(members) > 1 and len(listed) == 1 and head.statement.sentence not in listed
    return beside and all(any(bears(m.placed, t) for m in members) for t in run[-1].things)


def _as_told(item: FigureAsk, items: Sequence[FigureAsk], read: FigureQuestion) -> FigureAsk:
    """An item of a list with what it shares with the others, as far as that is told of it."""
    first, last = items[0], items[-1]
    headed = (parallel_ask(item, last),) if item is not last and len(item.things) == 1 else ()
    readings = (*headed, item, item.alone, parallel_ask(item, first))
    return next((one for one in readings if read.find(one)), item)


# -- shares


def told_shares(read: FigureQuestion) -> list[AskedReport]:
    """The shares that the reports tell themselves (其中食品案件占34%); empty without one."""
    if read.kind is not DerivationKind.SHARE or read.answered or len(read.asks) > 1:
        return []
    part, whole = _share_words(read.parts[0])
    ask = replace(read_ask(Ask(part)), quantities=frozenset({Quantity.RATE}))
    asked = []
    for placed in read.reports:
        shares = [p for p in placed if is_share_of(p, terms_of(whole))]
        asked.append(AskedReport(placed, (tuple(read.finder.find(ask, shares)),)))
    return asked if any(one.answers for one in asked) else []


def share_sides(part: Ask) -> tuple[FigureAsk, ...]:
    """The part and the whole of a share that is asked for; the part alone if no whole is named."""
    side, whole = _share_words(part)
    if not terms_of(side):
        return ()
    counts = frozenset({Quantity.COUNT, Quantity.MONEY})
    sides = (side, whole) if terms_of(whole) else (side,)
    return tuple(replace(read_ask(Ask(one)), quantities=counts) for one in sides)


def _share_words(ask: Ask) -> tuple[str, str]:
    """The words of the part and of the whole of a share: 企业占市场主体的比例, 修复里企业占."""
    part, _, whole = ask.part.partition("占")
    whole = _SHARED.sub("", substance(whole))
    frame, _, rest = _FRAME.sub("里", part).rpartition("里")
    if not terms_of(whole):
        part, whole = (rest, frame) if frame else (part, ask.context)
    return substance(part), substance(whole)


# -- things of one report


def told_kinds(read: FigureQuestion) -> list[AskedReport]:
    """What is told of each of the kinds that are to be summed up: 三类机构合计."""
    many = derivation_words().kinds.search(read.question.text)
    if not many or read.kind is not DerivationKind.TOTAL or len(read.asks) > 1:
        return []
    return [
        AskedReport(placed, (tuple(things),))
        for placed in read.reports
        if len(things := things_of(placed, read)) == chinese_value(many["many"])
    ]


def things_of(placed: Sequence[PlacedStatement], read: FigureQuestion) -> list[Match]:
    """What is ranked: the things that the question lists, or those of one sentence."""
    items = [one for part in read.parts for one in items_of(part, read)]
    found = [read.finder.find(one, placed)[:1] for one in items]
    told = list(dict.fromkeys(m for answers in found for m in answers))
    if len(told) >= _PAIR and len(told) == len(items):
        return told
    done = [p for p in placed if p.statement.role is not StatementKind.PLAN]
    groups: dict[object, list[Match]] = {}
    for match in (m for ask in read.asks for m in matches(ask, done)):
        one = match.statement
        groups.setdefault((one.sentence, one.figure.unit, one.quantity), []).append(match)
    parts = [parts_of(m, done) for same in groups.values() for m in same]
    things = [*parts, *(without_wholes(same) for same in groups.values())]
    things = [with_those_between(same, done) for same in things if len(same) >= _PAIR]
    things = [same for same in things if not any(are_of_one(c, same) for c in _categories(read))]
    return max(things, key=lambda same: (max(m.borne for m in same), len(same)), default=[])


def _categories(read: FigureQuestion) -> list[str]:
    """What the things that are ranked are: 平台 of 三个平台哪个最少."""
    words = {term.word for ask in read.asks for term in ask.things}
    return [word for word in words if f"个{word}" in read.question.text]
