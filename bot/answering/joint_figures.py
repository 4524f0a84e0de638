"""Whether a figure counts what is asked together with other things that were not asked for.

行政指导、行政约谈9次 tells no number of the one, nor 检查超市7家，眼镜店11家，计量器具900台 how
many stand in the shops of the one kind.
"""

import re
from collections.abc import Iterator, Sequence

from bot.answering.asks import FigureAsk
from bot.answering.concepts import Term
from bot.answering.measures import is_stage, measures
from bot.answering.placed_statements import PlacedStatement
from knowledge.lexicon import normalise, tag_words
from knowledge.models import Quantity
from knowledge.understanding.figures import find_figures
from knowledge.understanding.phrases import statement_words

_MARK = "、"
_CLAUSE = re.compile(r"[|，,；;。]+")


def is_joint(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether only some of the things that a statement counts together are asked for."""
    return is_of_list(ask, one) or is_of_all_before(ask, one)


def is_of_list(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether only some members of a list are asked for that a statement counts together."""
    return any(_asks_some(ask, one, members) for members in _lists(one))


def is_of_all_before(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether a statement is of several things that its sentence has counted, not all asked for."""
    return any(_asks_some(ask, one, members) for members in _counted_before(one))


def _lists(one: PlacedStatement) -> Iterator[Sequence[str]]:
    """The members of the lists in the statement's own words, and in what leads to it."""
    led = (words for words in one.led_in_sentence.split("|") if not find_figures(words))
    before = one.own.partition("|")[0]
    for words in (before, *led):
        for clause in _CLAUSE.split(words):
            if _MARK in clause:
                yield _bare(clause.split(_MARK))
    if _MARK in one.campaign:
        yield normalise(one.campaign).split(_MARK)
    for first, second in measures().joined:
        if first + second in one.said:
            yield first, second


def _bare(members: Sequence[str]) -> list[str]:
    """The members of a list without what stands before and behind all of them.

    That are the words of the first and the last beyond the length of the others: 平台处理诉求 of
    12315、12345、信访平台处理诉求.
    """
    first, *between, last = members
    last = last.partition("等")[0]
    head = last[: max(map(len, between or [first]))]
    tail = first[-max(map(len, (*between, head))) :]
    return [tail, *between, head]


def _counted_before(one: PlacedStatement) -> Iterator[Sequence[str]]:
    """The clauses of its sentence that lead to it and count the things that one act was done to.

    It is of all of them where it tells of the same act, or names nothing itself.
    """
    runs: list[tuple[str, list[str]]] = []
    for words in reversed(one.led_in_sentence.split("|")):
        act, thing = _act_and_thing(words)
        if act or not runs:
            runs.append((act, []))
        if thing and find_figures(words):
            runs[-1][1].append(words)
    own, thing = _act_and_thing(" ".join(one.own.split("|")[:2]))
    for act, things in runs:
        if len(things) > 1 and (not thing or act == own):
            yield things


def _act_and_thing(words: str) -> tuple[str, str]:
    """The verb that a clause begins with, and what it was done to; either may be empty."""
    tagged = tag_words(statement_words().stage.sub(" ", words))
    said = [(word, tag) for word, tag in tagged if tag[0] in "nvba"]
    said = [(word, tag) for word, tag in said if word not in measures().ways]
    begins = len(said) > 1 and said[0][1][0] == "v"
    return said[0][0] if begins else "", "".join(word for word, _tag in said[begins:])


def _asks_some(ask: FigureAsk, one: PlacedStatement, members: Sequence[str]) -> bool:
    """Whether a question names some members, by words that the figure has from them alone."""
    if one.statement.quantity not in (Quantity.COUNT, Quantity.MONEY):
        return False
    elsewhere = _outside(one, members)
    own = [t for t in (*ask.subject, *ask.carried) if _is_thing(t) and not t.is_in(elsewhere)]
    own = [t for t in own if not all(m in t.word or t.is_in(m) for m in members)]  # 投诉举报
    asked = [m for m in members if any(t.is_in(m) for t in own)]
    return bool(asked) and len(asked) < len(members)


def _outside(one: PlacedStatement, members: Sequence[str]) -> str:
    """All words that say what a statement is of, without those of a list."""
    own = one.own if _MARK in one.subject_words else f"{one.own}|{one.subject_words}"
    said = f"{own}|{one.led_in_sentence}|{one.headings}"
    for member in (_MARK.join(members), "".join(members), *members):
        said = said.replace(member, "|")
    return said


def _is_thing(term: Term) -> bool:
    """Whether a term says what is counted, not what was done with it or how it went."""
    return not (term.is_verb or term.is_rate or is_stage(term.word))
