"""Which measures are of a line of work, and what of them is. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from bot.plan.material import Measure, ranked_topics
from bot.plan.rewriting import is_whole, on_topic, starts_with_verb
from bot.plan.words import plan_words
from knowledge.topics import Topic, topics

_WIDE, _SEVERAL, _TELLING = 3, 2, 3


@cache
def plan_topics() -> tuple[Topic, ...]:
    """The lines of work with the words that plans use for them."""
    extra = plan_words().extra
    return tuple(
        replace(t, words=tuple(dict.fromkeys((*t.words, *extra.get(t.name, ()))))) for t in topics()
    )


def on_topic_of(
    measures: Iterable[Measure], topic: Topic, *, any_word: bool = False
) -> tuple[Measure, ...]:
    """The measures of a topic, less their clauses of others; ``any_word`` lets weak words do."""
    parts = (_part(m, topic.name, any_word=any_word) for m in measures)
    return tuple(part for part in parts if part)


def _part(measure: Measure, topic: str, *, any_word: bool) -> Measure | None:
    """What of a measure is of a topic; None for nothing."""
    if _is_on(measure, topic) or (any_word and _touches(measure, topic)):
        return _narrowed(measure, topic)
    return _clause(measure, topic) if any_word else None


def _is_on(measure: Measure, topic: str) -> bool:
    """Whether a measure is of a topic: by its own words, else by its heading's first topic."""
    if _is_apart(measure, topic):
        return False
    if not measure.own_topics:
        return measure.headed[:1] == (topic,)
    held = measure.headed[:1] == (topic,) and any(w in measure.text for w in _words_of(topic))
    return held or topic in measure.own_topics


def leading(ideas: Sequence[Measure], topic: str) -> tuple[Measure, ...]:
    """Those ideas that are of a topic above all; where there are none, all of them."""
    narrow = (m for m in ideas if m.own_topics[:1] == (topic,) and not _ranges(m))
    return tuple(narrow) or tuple(ideas)


def _is_apart(measure: Measure, topic: str) -> bool:
    """Whether a measure is above all of a topic that mixes with no other."""
    lead = next(iter(measure.own_topics), "")
    return lead != topic and lead in plan_words().apart


def _touches(measure: Measure, topic: str) -> bool:
    """Whether a measure lists a topic among others, or has a weak word of it."""
    words = plan_words()
    if not measure.own_topics or _is_apart(measure, topic):
        return False
    if any(word in measure.text for word in words.weak.get(topic, ())):
        return True
    listed = any(word in measure.text for word in _words_of(topic))
    return listed and bool(words.listing.search(measure.text)) and _ranges(measure)


def _clause(measure: Measure, topic: str) -> Measure | None:
    """The clause of a measure of other topics that is plainly of this one and can stand alone."""
    if _is_apart(measure, topic) or topic in plan_words().apart:
        return None
    telling = [word for word in _words_of(topic) if len(word) >= _TELLING]
    cut = _narrowed(replace(measure, own_topics=(*measure.own_topics, topic)), topic)
    places = [cut.text.find(word) for word in telling if word in cut.text]
    if cut.text == measure.text or not places:
        return None
    text = cut.text[cut.text.rfind("，", 0, min(places)) + 1 :]
    stands = is_whole(text) and starts_with_verb(text, plan_words())
    return (
        replace(cut, text=text, own_topics=ranked_topics(text, plan_topics())) if stands else None
    )


def _ranges(measure: Measure) -> bool:
    """Whether a measure names three lines of work or more."""
    named = (t for t in plan_topics() if any(word in measure.text for word in t.words))
    return sum(1 for _ in named) >= _WIDE


def _words_of(topic: str) -> tuple[str, ...]:
    own = next(t.words for t in plan_topics() if t.name == topic)
    return own + plan_words().weak.get(topic, ())


def _narrowed(measure: Measure, topic: str) -> Measure:
    if len(measure.own_topics) < _SEVERAL:
        return measure
    own = _words_of(topic)
    close = {topic, *plan_words().near.get(topic, ())}
    others = [w for t in plan_topics() if t.name not in close for w in t.words if w not in own]
    text = on_topic(measure.text, own, others, plan_words())
    if text == measure.text:
        return measure
    return replace(measure, text=text, own_topics=ranked_topics(text, plan_topics()))
