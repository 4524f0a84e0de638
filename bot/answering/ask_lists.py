"""The things that a part of a question lists, each read as a part of its own."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from bot.answering.asks import (
    FigureAsk,
    lone_terms,
    read_acts,
    read_ask,
    read_others,
    read_quantities,
    telling_terms,
)
from bot.answering.concepts import Term, terms_of
from bot.answering.measures import is_stage, measures
from knowledge.lexicon import normalise
from knowledge.models import Quantity
from knowledge.retrieval.question_asks import Ask, words_of_ask
from knowledge.retrieval.vocabulary import synonyms
from knowledge.understanding.phrases import statement_words

_PAIR = 2
_LONGEST_BARE = 3
_MARKS = ("", "，", ",")
_COMMAS = re.compile("[，,]")
_EACH = re.compile("各.*")
_BARE = frozenset((*"各都有了的是共多少高低长短大小快慢比", "分别"))


def _whole_term(segment: str) -> tuple[Term, ...]:
    """A thing of a list that is a single character (店 of 景区、乡村、店), as a term."""
    word = _EACH.sub("", segment.replace(" ", ""))
    return (Term(word, (word,)),) if 0 < len(word) < _LONGEST_BARE and word not in _BARE else ()


def _terms_of_item(segment: str) -> tuple[Term, ...]:
    """The terms of a thing of a list; one that is a single character stands before what is done."""
    terms, whole = telling_terms(segment), _whole_term(segment)
    if not terms or (_EACH.search(segment) and whole and len(whole[0].word) == 1):
        return (*whole, *terms)
    return (*terms, *lone_terms(segment, terms))


def _with_head(item: str, last: str) -> str:
    """An item of a list with the head noun of the last one: 城镇居民 and 农村居民人均收入.

    So has one that 的 ends: 绿的 and 黄的电梯.
    """
    bare = item.replace(" ", "")
    if bare.endswith("的"):
        return f"{bare}{last.rpartition('的')[2]}"
    common = bare[-_PAIR:]
    _, found, head = last.replace(" ", "").partition(common)
    return f"{item}{head}" if len(common) == _PAIR and found else item


def joins_things(text: str) -> bool:
    """Whether a text joins things by more than a comma: 药店和诊所."""
    return len(measures().split_list(_COMMAS.sub(" ", text))) > 1


def split_ask(ask: Ask) -> tuple[FigureAsk, ...]:
    """A part of a question that lists things, one ask a thing; empty where it lists none.

    A measure or action that stands with one of the things is meant of all: 药店和诊所检查了.
    """
    whole, known = read_ask(ask), measures()
    typed = known.planning.sub("", ask.part) if whole.planned else ask.part
    total = known.total.search(typed)
    of_list = (
        total
        and typed[: total.start()].rstrip()[-1:] not in (*_MARKS, "的")  # 有问题的一共几家
        and not _COMMAS.search(typed[total.end() :].rstrip("，,？?。 "))
    )
    if not joins_things(typed or ask.own) and not (known.each.search(typed) or of_list):
        return ()  # 查加油站，几家作弊: what stands before the comma is no other thing
    parts = (words_of_ask(part) for part in known.split_list(typed or ask.own))
    segments = [part for part in parts if part.strip()]
    segments = [s for s in segments if terms_of(s) or _whole_term(s)]
    if segments and _names_no_thing(segments[-1]):
        segments = segments[:-1]  # 药店、诊所，合计专项查了多少家
    if len(segments) < _PAIR:
        return ()
    segments = [*(_with_head(s, segments[-1]) for s in segments[:-1]), segments[-1]]
    terms = [(*read_others(s), *_terms_of_item(s)) for s in segments]
    rates = [_bare_rate(t) for found in terms for t in found if t.is_rate]
    of_things = [found for found in terms if not all(is_stage(t.word) for t in found)]
    acts = read_acts(ask.part, [t for found in terms for t in found])
    stages = (t for found in of_things for t in found if is_stage(t.word))
    shared = rates or list(acts) or list(stages)
    asks, carried = list[FigureAsk](), telling_terms(ask.context)
    for segment, found in zip(segments, terms, strict=True):
        has_own = any(t in shared or (rates and t.is_rate) for t in found)
        added = () if has_own else tuple(dict.fromkeys(shared))
        words = segment.replace(" ", "").rstrip("了") + "".join(t.word for t in added)
        quantities = read_quantities(Ask(words, "", ask.unit, words))
        if whole.quantities in ({Quantity.CHANGE}, {Quantity.RATE}):  # 工业、投资各增了多少
            quantities = whole.quantities
        item = FigureAsk(
            words, (*found, *added), carried, quantities, ask.unit,
            lent=added, planned=whole.planned,
        )  # fmt: skip
        if item.goes_on:  # 化妆品抽了几批，合格没: of what stands before it, and of nothing else
            things = (thing for one in asks for thing in one.things)
            item = replace(item, carried=tuple(dict.fromkeys((*carried, *things))))
        asks.append(item)
    return tuple(asks)


def _bare_rate(term: Term) -> Term:
    """A rate without the thing that it is of: 年报率 of 个体户年报率."""
    rate = next((r for r in statement_words().rates if term.word.endswith(r)), term.word)
    return term if rate == term.word else Term(rate, (rate,))


def _names_no_thing(segment: str) -> bool:
    """Whether a segment says only what was done with the things before it."""
    known, terms = measures(), telling_terms(segment)
    bare = all(t.word in known.common or t.word in known.acts for t in terms)
    return bare and (bool(terms) or not _whole_term(segment))


def split_run(ask: Ask) -> tuple[FigureAsk, ...]:
    """A part of a question that lists things without a mark, one ask a thing: 企业合作社年报率."""
    part = normalise(ask.part or ask.own)
    runs: list[list[str]] = [[]]
    end = -1
    for term in terms_of(words_of_ask(part)):
        if term.is_verb or term.is_rate or is_stage(term.word):
            continue
        start = part.find(term.word, max(end, 0))
        runs = runs if start == end else [*runs, []]
        several = len(term.pieces) > _PAIR  # 药品器械化妆品
        runs[-1] += term.pieces if several else (term.word,)
        end = start + len(term.word)
    run = max(runs, key=len)
    if len(run) < _PAIR or synonyms().is_official("".join(run)):  # 地区生产总值 is one thing
        return ()
    before, _, after = part.partition("".join(run))
    return _asks_each(ask, before, run, after)


def ask_each(
    ask: Ask, lists: Sequence[Sequence[Term]], led_by: Sequence[Term]
) -> tuple[FigureAsk, ...]:
    """One ask for each of the lists of terms in a part, without those of the others.

    ``led_by`` are terms that only frame them all.
    """
    part = normalise(ask.part or ask.own)
    context = " ".join((ask.context, *(t.word for t in led_by)))
    asks = list[FigureAsk]()
    for own in lists:
        said = part
        for term in (*(t for other in lists if other is not own for t in other), *led_by):
            said = said.replace(term.word, "", 1)
        asks.append(read_ask(Ask(words_of_ask(said), context, ask.unit, said)))
    return tuple(asks)


def split_levels(ask: Ask) -> tuple[FigureAsk, ...]:
    """A part of a question that lists levels, one ask each: 国家、省、市三级企业."""
    part = normalise(ask.part or ask.own)
    found = measures().levels.search(part)
    if not found:
        return ()
    levels = (level.rstrip("级") for level in measures().level.findall(found[0]))
    each = [level if level == "国家" else f"{level}级" for level in levels]  # as it is written
    return _asks_each(ask, part[: found.start()], each, part[found.end() :])


def _asks_each(ask: Ask, before: str, things: Sequence[str], after: str) -> tuple[FigureAsk, ...]:
    """One ask for each of some things, with what stands before and after all of them."""
    parts = (f"{before}{thing}{after}" for thing in things)
    return tuple(read_ask(Ask(words_of_ask(one), ask.context, ask.unit, one)) for one in parts)


def split_stages(ask: Ask) -> tuple[FigureAsk, ...]:
    """A part of a question that lists how things went, one ask each: 合格不合格各几批."""
    part = normalise(ask.part or ask.own)
    found = _stage_run().search(part)
    if not found:
        return ()
    stages = _stage().findall(found[0])
    sides = [pair for pair in statement_words().opposites if {*pair} <= {*stages}]
    if sides:
        stages = [stage for stage in stages if stage in sides[0]]
    elif not measures().each.match(part, found.end()):
        return ()
    start = part.index(stages[0], found.start())
    parts = (f"{part[:start]}{stage}{part[found.end() :]}" for stage in stages)
    return tuple(read_ask(Ask(words_of_ask(one), ask.context, ask.unit, one)) for one in parts)


@cache
def _stage() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, statement_words().stages)))


@cache
def _stage_run() -> re.Pattern[str]:
    """A pattern of words of progress one after the other: 立案结案."""
    return re.compile(f"(?:(?:{_stage().pattern})[和与、]?){{2,}}")


def parallel_ask(ask: FigureAsk, first: FigureAsk) -> FigureAsk:
    """One thing compared, with the head that stands with the first: 药品不良反应比器械的多."""
    return replace(ask, terms=(*ask.terms, *first.things[1:]))
