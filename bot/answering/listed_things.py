"""The things that a question for figures lists, and those of a report that it ranks."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from bot.answering.ask_lists import (
    ask_each,
    parallel_ask,
    split_ask,
    split_levels,
    split_run,
    split_stages,
)
from bot.answering.asks import FigureAsk, read_ask
from bot.answering.concepts import Term, terms_of
from bot.answering.derivations import DerivationKind, derivation_words
from bot.answering.figure_question import FigureQuestion
from bot.answering.matching import Match, bears, is_asked_amount, matches
from bot.answering.measures import is_stage, measures
from bot.answering.operands import (
    are_of_one,
    is_share_of,
    parts_of,
    with_rest_of_list,
    with_whole,
    without_wholes,
)
from bot.answering.placed_statements import PlacedStatement
from bot.answering.statement_finder import AskedReport
from knowledge.models import Quantity, Statement, StatementKind
from knowledge.retrieval.question_asks import Ask, substance
from knowledge.retrieval.vocabulary import question_words
from knowledge.understanding.mentions import chinese_value

_FRAME = re.compile(r"(?:里[面边头]?|当中|中)[，,]?")
_SHARED = re.compile(r"多大|多少|百分之几?|比例|比重|几成|总数|总量|的")
_PAIR = 2


def items_of(part: Ask, read: FigureQuestion) -> tuple[FigureAsk, ...]:
    """The things that a part of a question lists; empty where it lists none."""
    if levels := _told_run(split_levels(part), read):
        return levels
    if items := split_ask(part):
        first = frozenset(m.statement for m in read.find(items[0])[:1])
        return tuple(_as_told(item, items, read, first) for item in items)
    if stages := split_stages(part):
        return stages
    text = read.question.text
    of_bureaus = len(read.question.scope.bureaus) > 1 or question_words().which_bureau.search(text)
    each = measures().each.search(text) and not of_bureaus  # 各 may mean each bureau
    total = read.kind is DerivationKind.TOTAL and not read.answered
    listed = each or total or read.ranks_things
    if not listed or measures().kinds_of.search(part.part):
        return ()
    return _listed_in_one_sentence(part, read) or _told_run(split_run(part), read)


def _told_run(run: Sequence[FigureAsk], read: FigureQuestion) -> tuple[FigureAsk, ...]:
    """The things of a list, where something is told of each; empty where it is not."""
    told = [m for one in run for m in read.find(one)[:1]]
    return tuple(run) if run and len({m.statement for m in told}) == len(run) else ()


def _listed_in_one_sentence(part: Ask, read: FigureQuestion) -> tuple[FigureAsk, ...]:
    """What a part lists without a mark, as statements of one sentence tell of it.

    Each of them tells of some of its words, the others are of all: 企业 of 企业个体户年报率.
    """
    ask = read_ask(part)
    words = [one for term in ask.subject for one in _several(term)]
    found = tuple[FigureAsk, ...]()
    for placed in read.reports:
        done = [p for p in placed if p.statement.role is not StatementKind.PLAN]
        told = [p for p in done if is_asked_amount(ask, p.statement)]
        for _, same in groupby(told, key=lambda p: p.statement.sentence):
            members = [m.placed for m in without_wholes([Match(p, ()) for p in same])]
            shares = _shares_of_words(words, members)
            if len(shares) > len(found):
                common = [t for t in words if not any(t in share for share in shares)]
                led_by = [t for t in common if not all(t.is_in(p.said) for p in members)]
                found = ask_each(part, shares, led_by)
    return found


def _several(term: Term) -> tuple[Term, ...]:
    """What a term is made of, where that is a list: 药品器械化妆品."""
    several = len(term.pieces) > _PAIR
    return tuple(t for piece in term.pieces for t in terms_of(piece)) if several else (term,)


def _shares_of_words(words: Sequence[Term], told: Sequence[PlacedStatement]) -> list[list[Term]]:
    """Which of some words each statement alone tells of; empty unless all words are told of.

    What tells again of a thing is no member: 红色电梯停用57台 behind 红色103台.
    """
    apart = [t for t in words if any(t.is_in(p.said) for p in told)]
    apart = [t for t in apart if not all(t.is_in(p.said) for p in told)]
    shares, members = list[list[Term]](), list[PlacedStatement]()
    if any(all(t.is_in(p.said) for t in apart) for p in told):
        return []  # one thing
    for one in told:
        own = [t for t in apart if t.is_in(one.said)]
        if any(all(t in own for t in share) for share in shares):
            continue
        if any(t in share for t in own for share in shares):
            return []
        if own:
            shares.append(own)
            members.append(one)
    common = (t for t in words if not any(t in share for share in shares))
    of_all = all(bears(p, t) for t in common for p in members)
    return shares if of_all and len(shares) >= _PAIR else []


def _as_told(
    item: FigureAsk,
    items: Sequence[FigureAsk],
    read: FigureQuestion,
    of_first: frozenset[Statement],
) -> FigureAsk:
    """An item of a list with what it shares with the others, as far as that is told of it.

    What is told in the frame of the list goes before what is told elsewhere; ``of_first`` is told
    of the first item, and of another one only where nothing else is.
    """
    first, last = items[0], items[-1]
    headed = (parallel_ask(item, last),) if item is not last and len(item.things) == 1 else ()
    before = first.alone.things[:-1]  # 新申请 of 新申请商标和专利
    led = replace(item, terms=tuple(dict.fromkeys((*before, *item.terms))))
    lead = (led,) if item is not first and before else ()
    readings = (*headed, *lead, item, item.alone, parallel_ask(item, first))
    told = [(one, found[0]) for one in readings if (found := read.find(one))]
    if item is not first:
        told = [(one, m) for one, m in told if m.statement not in of_first] or told
    framed = (one for one, m in told if all(bears(m.placed, t) for t in item.carried))
    return next(framed, told[0][0] if told else item)


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
    if all(t.word in measures().everywhere for t in terms_of(whole)):  # 占全县的百分之几
        stages = (t.word for t in terms_of(side) if is_stage(t.word))
        whole = " ".join(stages) if terms_of(whole) else whole
    sides = (Ask(side, whole), Ask(whole)) if terms_of(whole) else (Ask(side),)
    return tuple(replace(read_ask(one), quantities=counts) for one in sides)


def with_part_of_whole(sides: tuple[FigureAsk, FigureAsk], one: AskedReport) -> AskedReport:
    """A share's part and whole, where the report counts the part as one of just that whole."""
    side, of = sides
    for match in matches(replace(side, carried=()), one.placed):
        pair = with_whole(match, one.placed)
        if pair and all(bears(pair[1].placed, term) for term in of.subject):
            return replace(one, found=((match,), (pair[1],)))
    return one


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
    told = {m.statement: m for answers in reversed(found) for m in answers}
    if len(told) >= _PAIR and all(found):
        return list(reversed(told.values()))
    done = [p for p in placed if p.statement.role is not StatementKind.PLAN]
    groups: dict[object, list[Match]] = {}
    for ask in read.asks:
        named = any(term.is_rate for term in ask.terms)  # a rate is told of each thing by its name
        for match in (*matches(ask, done), *_rates_beside(ask, done)):
            one = match.statement
            if named and not all(t.is_rate or t.is_in(match.placed.said) for t in ask.subject):
                continue
            key = one.measure if named else (one.sentence, one.figure.unit, one.quantity)
            groups.setdefault(key, []).append(match)
    parts = [parts_of(m, done) for same in groups.values() for m in same]
    things = [*parts, *(without_wholes(same) for same in groups.values())]
    things = [with_rest_of_list(same, done) for same in things if len(same) >= _PAIR]
    things = [same for same in things if not any(are_of_one(c, same) for c in _categories(read))]
    return max(things, key=lambda same: (max(m.borne for m in same), len(same)), default=[])


def _rates_beside(ask: FigureAsk, placed: Sequence[PlacedStatement]) -> list[Match]:
    """The rates of a sentence on what is asked, where any rate is: 双随机的几个率."""
    if ask.quantities != {Quantity.RATE} or any(term.is_rate for term in ask.terms):
        return []
    speaking = {p.statement.sentence for p in placed if all(bears(p, t) for t in ask.subject)}
    rates = [p for p in placed if p.statement.quantity is Quantity.RATE]
    return [Match(p, ()) for p in rates if p.statement.sentence in speaking]


def _categories(read: FigureQuestion) -> list[str]:
    """What the things that are ranked are: 平台 of 三个平台哪个最少."""
    words = {term.word for ask in read.asks for term in ask.things}
    return [word for word in words if f"个{word}" in read.question.text]
