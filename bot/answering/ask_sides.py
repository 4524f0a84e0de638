"""The sides of what a part of a question asks: the opposite, all there is, what is not done yet."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.answering.asks import FigureAsk
from bot.answering.concepts import Term
from bot.answering.measures import has_opposite, is_stage, measures
from knowledge.lexicon import normalise
from knowledge.models import Quantity
from knowledge.understanding.phrases import statement_words


def _neutral(terms: Sequence[Term]) -> tuple[Term, ...]:
    """Terms without those of one side: 不合格 of the part before is no subject of a rate."""
    return tuple(t for t in terms if not has_opposite(t.word))


def _courses() -> tuple[tuple[str, str], ...]:
    """The two steps of all that is begun and ended, in reports and in questions."""
    return (*statement_words().courses, *measures().courses)


def _sided_rate(ask: FigureAsk) -> tuple[Term, str, str] | None:
    """The rate of one side that is asked for, with the negative word and the positive one."""
    return next(
        (
            (term, negative, positive)
            for term in ask.terms
            for negative, positive in statement_words().opposites
            if term.is_rate and positive in term.word
        ),
        None,
    )


def opposite_rate(ask: FigureAsk) -> FigureAsk | None:
    """The same asked of the opposite rate, 合格率 of 不合格率 or the other way round, if any."""
    sided = _sided_rate(ask)
    if sided is None:
        return None
    term, negative, positive = sided
    word = negative if negative not in term.word else positive
    other = Term(f"{word}率", (f"{word}率",))
    terms = tuple(other if t is term else t for t in ask.terms)
    return replace(ask, terms=terms, carried=_neutral(ask.carried))


def counted_sides(ask: FigureAsk) -> tuple[FigureAsk, ...]:
    """All and the bad ones that a rate is worked out from: 抽检 and 不合格 of 合格率."""
    sided = _sided_rate(ask)
    if sided is None:
        return ()
    term, negative, _positive = sided
    rest = tuple(t for t in ask.terms if t is not term)
    counts = replace(
        ask, terms=rest, carried=_neutral(ask.carried), quantities=frozenset({Quantity.COUNT})
    )
    bad = replace(counts, terms=(*rest, Term(negative, (negative,))))
    return (bad, counts) if negative in term.word else (counts, bad)


def other_side(ask: FigureAsk) -> tuple[FigureAsk, ...]:
    """All, and the opposite of what is counted: 抽检 and 不合格 of 合格多少批."""
    for term in ask.terms:
        for pair in statement_words().opposites:
            if term.word in pair and Quantity.COUNT in ask.quantities:
                word = pair[1 - pair.index(term.word)]
                rest = tuple(t for t in ask.terms if t is not term)
                whole = replace(ask, terms=rest, carried=_neutral(ask.carried))
                return whole, replace(whole, terms=(*rest, Term(word, (word,))))
    return ()


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What is asked not to be done yet: ``forms`` are what reports call doing it.

    ``rest`` are the other terms: what it is to be done with.
    """

    forms: tuple[str, ...]
    rest: tuple[Term, ...]

    def is_done_in(self, own: str) -> bool:
        """Whether the words of a clause tell that it is done."""
        return bool(self._done.search(own))

    def is_begun_in(self, own: str) -> bool:
        """Whether the words of a clause tell what comes before it is done: 立案 of 结案."""
        return any(begun in own for begun, end in _courses() if end in self.forms)

    def goes_with(self, term: Term, own: str) -> bool:
        """Whether a term stands before what is done as a part of it: 初审 of 初审通过."""
        return any(f"{term.word}{form}" in own for form in self.forms)

    @property
    def _done(self) -> re.Pattern[str]:
        forms = "|".join(map(re.escape, self.forms))
        return re.compile(
            f"(?<![没未不待需正])(?<!没有|正在|尚未|限期|责令|督促)(?:{forms})(?!率|中)"
        )


def read_courses(ask: FigureAsk) -> Iterator[Unfinished]:
    """What is to be done, of a rate that says how far something went: 整改率.

    What stands before the rate may say how it went: 初审 of 初审通过率.
    """
    for term in ask.terms:
        for end in dict.fromkeys(end for _, end in _courses() if term.word == f"{end}率"):
            yield Unfinished((end,), tuple(t for t in ask.subject if t is not term))


def read_unfinished(ask: FigureAsk) -> Unfinished | None:
    """What of a part of a question is asked not to be done yet; None where nothing is."""
    wording = normalise(ask.wording)
    found, forms = measures().unfinished(wording), tuple[str, ...]()
    if found:
        act = found["act"]
        forms = measures().finishing.get(act) or _stages_of(act)
    elif negated := next((t for t in ask.terms if t.word[0] in "没未"), None):
        act = negated.word[1:]
        raw = re.search(r"[没未]有?([\u4e00-\u9fff]{2})", wording)
        forms = (*_stages_of(act), *((raw[1],) if raw else ()))
    if not forms:
        return None
    said = wording[found.start() :] if found else ""
    left = measures().leftover
    own, carried = (
        [t for t in of if t.word[0] not in "没未" and t.word not in (*left, *forms)]
        for of in (ask.subject, ask.carried)
    )
    behind = said.partition("的")[2]  # 没报年报的个体户
    terms = (
        [t for t in own if t.word not in said] or [t for t in own if t.word in behind] or carried
    )
    nouns = tuple(t for t in terms if not t.is_verb or is_stage(t.word))
    return Unfinished(forms, nouns or tuple(terms))


def _stages_of(act: str) -> tuple[str, ...]:
    """The words of progress that an act is told by: 整改 of 整改完."""
    not_yet = ("未", "不", "正在", "限期", "责令")
    stages = (s for s in statement_words().stages if not s.startswith(not_yet))
    return tuple(s for s in stages if act and (s in act or act in s))
