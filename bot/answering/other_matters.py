"""What else a statement is of than what is asked: other things, campaigns, lines of work."""

import re
from collections.abc import Iterable, Sequence

from bot.answering.asks import FigureAsk
from bot.answering.concepts import done_in, terms_of
from bot.answering.measures import is_stage, measures
from bot.answering.placed_statements import PlacedStatement
from knowledge.lexicon import normalise
from knowledge.models import Quantity
from knowledge.understanding.phrases import statement_words
from knowledge.understanding.topics import topics

_PRONOUNS = ("其", "该", "此")
_NAMED = re.compile(r"“[^”|]+”")  # a heading with “春雷行动” is of it
_REST = re.compile("其[他它余]")  # what is left of a list is not all of it
_COSTS = ("费", "费用", "资金", "经费")
# ODR（在线纠纷解决机制）: what letters stand for is no other thing.
_EXPLANATION = re.compile(r"(?<=[A-Za-z])[（(][^（()）]*[）)]")


def extra_words(ask: FigureAsk, one: PlacedStatement) -> tuple[str, ...]:
    """The telling words of a subject that are left once all that was asked is taken away."""
    subject = _EXPLANATION.sub(" ", one.subject_words)
    forms = {w for t in (*ask.terms, *ask.subject) for form in t.same for w in form.split()}
    subject = _blank_out(subject, forms)
    plain, part = measures().plain, one.statement.condition.startswith("其中")
    costs = _COSTS if ask.quantities == {Quantity.MONEY} else ()
    added = measures().added.search(one.own)
    new = added and not any("新" in t.word or "增" in t.word for t in ask.terms)
    rest = _REST.match(subject)
    return (
        *((rest[0],) if rest else ()),
        *((added[0],) if added and new else ()),
        *((one.campaign,) if _is_of_campaign(ask, one) else ()),
        *(
            t.word
            for t in terms_of(subject)
            if len(t.word.strip()) > 1
            # a part of what is asked (投诉 of 投诉举报) is something else
            and not (t.word in plain or is_stage(t.word) or (ask.asks_for(t.word) and not part))
            and not t.word.endswith(costs)
        ),
    )


def _is_of_campaign(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether a statement counts what one campaign did, and the campaign was not asked about."""
    named = normalise(one.campaign)
    asked = (*ask.subject, *ask.carried)
    return bool(named) and not any(t.is_in(named) for t in asked if not t.is_in(one.said))


def _blank_out(text: str, words: Iterable[str]) -> str:
    """A text with a blank for every character of any of the words, which may overlap in it."""
    left = list(text)
    for word in words:
        at = text.find(word)
        while word and at >= 0:
            left[at : at + len(word)] = " " * len(word)
            at = text.find(word, at + 1)
    return "".join(left)


def is_of_another_topic(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether a thing stands in none of the subject's own words, and the subject is another.

    A line of work (特种设备) may stand in the headings alone: 检查电梯120台 is told as of it.
    """
    subject = one.subject_words
    named = "".join(_NAMED.findall(one.headings))
    near = f"{one.own}|{subject}|{one.only_campaign}|{named}"
    far = [t for t in ask.things if not t.is_in(near)]
    said = done_in(ask.wording)  # 印了多少 asks for what was 印制
    others = [
        word
        for word in extra_words(ask, one)
        if word not in measures().anywhere and said.isdisjoint(word)
    ]
    if subject.startswith(_PRONOUNS) or not far or not (others or _acts_in(ask, one)):
        return False
    lines = {name for topic in topics() for name in (topic.name, *topic.aliases)}
    known = _topics_in(subject)
    return any(t.word not in lines or bool(known and not known & _topics_in(t.word)) for t in far)


def _acts_in(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether a subject names an act that was not asked for: 注销 of 注销公示."""
    acts = statement_words().stage.findall(one.subject_words)
    said = done_in(ask.wording)  # 发了多少 asks for what was 发放
    return any(
        act not in measures().plain and not ask.asks_for(act) and said.isdisjoint(act)
        for act in acts
    )


def is_of_another_line(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether what leads to a statement is of another line of work than what is asked."""
    if any(term.is_rate for term in ask.terms):
        return False  # a rate says itself what it is of
    words = [form for term in ask.subject for form in term.forms]
    asked = _topics_in("".join(words)) or _topics_holding(words)
    led = _topics_in(one.led_by)
    return bool(asked and led and not asked & led)


def _topics_holding(words: Sequence[str]) -> frozenset[str]:
    """The lines of work with a word that one of these words is a part of: 投诉 of 消费投诉."""
    return frozenset(t.name for t in topics() if any(w in word for word in t.words for w in words))


def _topics_in(words: str) -> frozenset[str]:
    """The lines of work whose words stand in a phrase."""
    return frozenset(t.name for t in topics() if any(word in words for word in t.words))
