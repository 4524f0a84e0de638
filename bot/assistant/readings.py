"""What a question after another one may ask: its readings, the likeliest first. Pure.

那食品抽检呢？ after a question on 区局2023年 asks of that. A model may rewrite a question too;
``is_faithful`` checks what it wrote.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.answering.concepts import Term, terms_of
from bot.answering.measures import is_stage, measures
from bot.assistant.antecedents import (
    Conversation,
    bare_substance,
    core_of,
    matter_of,
    names_scope,
    points_back,
    subject_of,
)
from bot.assistant.command_words import is_part_name, names_broadly, topic_of, topic_word
from bot.assistant.intents import intent_words
from bot.assistant.phrases import phrase_words
from bot.assistant.references import follow_up_words
from bot.summarising.vocabulary import choice_words
from knowledge.lexicon import cut_words, tag_words
from knowledge.models import SectionKind
from knowledge.retrieval.question import Question, Wants
from knowledge.retrieval.question_asks import substance
from knowledge.retrieval.text_question import Sought
from knowledge.retrieval.vocabulary import question_words

_BARE_MEASURE, _BRIEF = 4, 8
_EVERYONE, _DONE = "各局", "了"
_OF_A_THING = (Sought.HONOURS, Sought.OPENING, Sought.PERSON, Sought.TIME)
_WHICH = re.compile("(?:哪[个家些]?|什么|几[个家])[\u4e00-\u9fff]{0,2}")
_DIGITS = re.compile(r"[\d*]+")
_JOINED = re.compile("[、和与跟]")


def stand_alone(
    text: str, alone: Question, before: Question, talk: Conversation, theme: str = ""
) -> tuple[str, ...]:
    """Readings of a question after another one, the likeliest first; the last is as it stands.

    ``alone`` is the question as it reads on its own, with slips mended. Whom it is of, for when,
    of what and what is asked of that are taken each from itself, else from before. One that names
    a bureau and its matter stands alone: the one reading is itself. ``theme`` is the line of work
    that the conversation is about; a question that names none may be of it.
    """
    return tuple(dict.fromkeys((*_fill_in(alone, before, talk, theme), text)))


@dataclass(frozen=True, slots=True)
class _Frame:
    """What a conversation is about, each part as the new question has it, else from before.

    ``scope`` is of whom and for when, ``thing`` the line of work or what was named, ``before``
    the question that was asked of it and ``matter`` its words without its scope.
    """

    scope: str
    thing: str
    before: Question
    matter: str


def _fill_in(alone: Question, before: Question, talk: Conversation, theme: str) -> Iterator[str]:
    """A question with what it leaves out, the likeliest first; none of one that stands alone."""
    core, matter = core_of(alone), matter_of(before)
    frame = _Frame(talk.scope_words(alone, before), thing_of(matter) or theme, before, matter)
    lacks = names_nothing(alone) or counts_common_thing(alone)
    lacks = lacks and bare_substance(core) not in frame.thing
    thing = frame.thing if lacks and not alone.scope.unknown else ""
    if _is_of_everyone(alone):
        if thing and asks_everyone(alone) and not names_scope(alone):
            yield f"{_EVERYONE}{thing}{core}"
    elif (about := _of_subject(alone, subject_of(matter))) or not bare_substance(core):
        yield from [f"{frame.scope}{about}"] if about else _same_again(alone, frame)
    elif names_scope(alone) and not _goes_on(alone, before):
        if thing:
            yield f"{frame.scope}{thing}{core}"
        if talk.takes_bureaus(alone, before):
            yield f"{frame.scope}{core}"
    elif before.scope.spans or _goes_on(alone, before):
        yield from (f"{frame.scope}{asked}" for asked in asked_before(core, talk))
        yield from _of_scope(alone, frame)
    elif thing:  # 贷了多少, 给哪家公司的
        yield f"{things_in(matter)}{core}"
        yield f"{thing}{core}"


def _same_again(alone: Question, frame: _Frame) -> Iterator[str]:
    """What was asked before, of another bureau or period: 区局的呢."""
    matter = frame.matter
    if alone.scope.bureaus:  # 哪几个局写了药品, 区局的呢
        matter = question_words().which_bureau.sub("", matter) or matter
    yield f"{frame.scope}{matter}"
    yield f"{frame.scope}{frame.thing if frame.thing not in matter else ''}{matter}"


def _of_subject(alone: Question, subject: str) -> str:
    """A kind of the thing before (食品类的有吗), or how many of it (深圳那边是几家); else empty."""
    if kind := intent_words().follow["headless"].fullmatch(matter_of(alone)):
        return f"{kind['part'] or kind['given']}{subject}"
    core = core_of(alone)
    asks = intent_words().asks_figures.search(core) and not bare_substance(subject_of(core))
    return f"{subject}{core.removeprefix('是')}" if asks and alone.scope.bureaus else ""


def _goes_on(alone: Question, before: Question) -> bool:
    """Whether a question points back, or names but a thing after one for a figure: 区局的个体户."""
    of_figure = before.wants is Wants.FIGURE and alone.wants is Wants.TEXT
    return points_back(alone) or (of_figure and names_bare_thing(alone))


def asked_before(core: str, talk: Conversation) -> list[str]:
    """The last question that asks what a message does, and says of what; none where it does."""
    asked = map(matter_of, reversed(talk.questions)) if not things_in(core) else ()
    return [one for one in asked if one != core and one.endswith(core)][:1]


def _is_of_everyone(question: Question) -> bool:
    ranks_bureaus = question.ranks and not question.ranks_things
    return bool(ranks_bureaus and question.content) or asks_everyone(question)


def names_thing_alone(question: Question) -> bool:
    """Whether a message names a thing, and does not say what is asked of it: 那诊所呢."""
    core = core_of(question)
    asks = intent_words().asks_figures.search(core) or phrase_words().asking.search(core)
    counts = core in follow_up_words().measures
    return len(bare_substance(core)) <= _BRIEF and (counts or not asks)


def names_bare_thing(question: Question) -> bool:
    """Whether a message names but a thing, and that in a word: 个体户."""
    words = bare_substance(core_of(question))
    alone = len(words) <= _BARE_MEASURE and names_thing_alone(question)
    alone = alone and not (is_general_name(words) or is_act(question))
    return alone and not (question.kinds or any(t.is_verb for t in terms_of(words)))


def _of_scope(alone: Question, frame: _Frame) -> Iterator[str]:
    """What a question that names no bureau may ask of those before."""
    core, scope, thing = core_of(alone), frame.scope, frame.thing
    of_thing = _goes_on(alone, frame.before) and names_thing_alone(alone)
    if of_thing and frame.before.wants is Wants.FIGURE:
        yield from _of_another_thing(core, frame)
        return
    if thing and thing not in core and not topic_word(core) and _is_of_any_line(core):
        yield scope + thing + core
        if counts_common_thing(alone):
            return
    bare = len(bare_substance(core)) <= _BARE_MEASURE and not is_part_name(bare_substance(core))
    if is_act(alone) or (bare and alone.wants is Wants.FIGURE):
        told = thing_of(frame.matter)
        subject = _without_act(subject_of(frame.matter), core) if told else thing
        if any(tag.startswith("v") for _, tag in tag_words(core)):
            subject = _without_measure(subject)  # 不合格批次, 一共抽了多少
        yield scope + subject + core
    elif thing and alone.wants is Wants.FIGURE and names_broadly(core):
        yield scope + core
        yield scope + thing + core
    yield scope + core


def _of_another_thing(core: str, frame: _Frame) -> Iterator[str]:
    """The figure asked before, of the thing that a message names: 快检呢, 批次呢."""
    scope, matter = frame.scope, frame.matter
    if core in follow_up_words().measures:
        scope = scope or _EVERYONE * asks_everyone(frame.before)
        yield f"{scope}{_without_measure(subject_of(matter))}{core}多少"
        return
    if of_rate := at_rate_of(core, frame.before):
        yield f"{scope}{of_rate}多少"
    yield scope + _in_place_of(core, matter)
    yield scope + core


def at_rate_of(core: str, before: Question) -> str:
    """Another thing with the rate that was asked of the one before: 快检合格率; empty of none."""
    rates = [t.word for ask in before.asks for t in terms_of(ask.own) if t.is_rate]
    return f"{core}{rates[0]}" if rates and rates[0] not in core else ""


def _without_measure(subject: str) -> str:
    """A thing without the measures that it was asked in: 食品 of 食品不合格批次."""
    measures = follow_up_words().measures
    while measure := next((word for word in measures if subject.endswith(word)), ""):
        subject = subject.removesuffix(measure)
    return subject


def _without_act(subject: str, core: str) -> str:
    """The thing asked about without what was done with it, where a question says what was done.

    投了多少钱, 帮了多少人 ask of the same thing.
    """
    (first, tag), *_ = [*tag_words(core), ("", "")]
    acts = tag.startswith("v") or first.endswith(_DONE) or core.startswith(_DONE, len(first))
    words = cut_words(subject.removesuffix(_DONE))
    return "".join(words[:-1]) if acts and subject.endswith(_DONE) else subject


def counts_common_thing(question: Question) -> bool:
    """Whether a question counts but what every line of work has, and is of none: 隐患多少."""
    core = core_of(question)
    return question.wants is Wants.FIGURE and not topic_of(core) and _is_of_any_line(core)


def _is_of_any_line(core: str) -> bool:
    """Whether words name but what every line of work has: 有没有隐患, 移交的线索有几条."""
    things = follow_up_words().things
    terms = terms_of(substance(intent_words().follow["asked"].sub(" ", core)))
    named = [t for t in terms if not (_is_common(t) or _is_verb(t.word))]
    return any(t.word in things for t in terms) and all(t.word in things for t in named)


def _is_verb(words: str) -> bool:
    return all(tag.startswith("v") for _, tag in tag_words(words))


def names_nothing(read: Question) -> bool:
    """Whether a question names no thing, only what was done with one or how much it is.

    怎么处理的, 贷了多少, 办了多少案子.
    """
    core = core_of(read)
    of_kind = any(ask.kinds or ask.sought in _OF_A_THING for ask in read.texts)
    if not core or of_kind or read.plans:
        return False
    if read.wants is Wants.FIGURE:
        words = [term.word for ask in read.asks for term in terms_of(ask.own)]
        return all(word in measures().common or word.endswith(_DONE) for word in words)
    return not (topic_word(core) or things_in(_WHICH.sub("", core)))


def is_act(read: Question) -> bool:
    """Whether a question names no thing, only what was done with one: 怎么处理的, 都整改了吗."""
    return read.wants is Wants.TEXT and names_nothing(read)


def is_faithful(rewritten: Question, asked: Question, earlier: str) -> bool:
    """Whether a model's rewriting keeps what was asked and adds nothing.

    ``asked`` is the follow-up as it reads on its own, ``earlier`` the questions before it: the
    bureaus and numbers of the rewriting stand in one of them, and those that the
    follow-up names itself are all kept.
    """
    said = asked.text + "\n" + earlier
    named = [m.wording for m in rewritten.scope.bureaus] + list(rewritten.scope.unknown)
    own = [m.wording for m in asked.scope.bureaus] + list(asked.scope.unknown)
    periods = {str(period) for period in rewritten.scope.periods}
    return (
        all(name in said for name in named)
        and all(digits in said for digits in _DIGITS.findall(rewritten.text))
        and all(name in rewritten.text for name in own)
        and {str(period) for period in asked.scope.periods} <= periods
    )


def keeps_scope(rewritten: Question, read: Question) -> bool:
    """Whether a rewriting names some bureau or period if the question has one."""
    return bool(rewritten.scope.spans) or not read.scope.spans


def _in_place_of(core: str, matter: str) -> str:
    """The earlier question with its like word exchanged (省级→市级), or asked of the new word."""
    word, named = topic_word(matter), _JOINED.split(core)
    lines = all(is_part_name(one) or (len(one) <= _BARE_MEASURE and topic_of(one)) for one in named)
    if word and word not in core and lines:
        return matter.replace(word, core)
    other = rf"[\u4e00-\u9fff]{{{len(core) - 1}}}"
    like_it = rf"{other}{re.escape(core[-1])}|{re.escape(core[0])}{other}"  # 市级, 线上
    for like in re.findall(like_it, matter):
        if len(core) <= 4 and like != core:
            return matter.replace(like, core)
    return f"{core}多少"


def is_general_name(words: str) -> bool:
    """Whether words name nothing, no part of a report either: 做法, 情况."""
    general = bool(follow_up_words().general.fullmatch(words))
    return general and words.strip("的") not in choice_words().kinds


def asks_everyone(question: Question) -> bool:
    """Whether a question is of all bureaus: 各局, 哪个局."""
    return bool(intent_words().follow["everyone"].search(question.text))


def subject_before(talk: Conversation) -> str:
    """The thing asked about last that can be counted, without a rate of it: 检验率."""
    for subject in (subject_of(matter_of(one)) for one in reversed(talk.questions)):
        for rate in (term.word for term in terms_of(subject) if term.is_rate):
            subject = subject.replace(rate, "")  # noqa: PLW2901 - what is left of it
        if subject:
            return subject
    return ""


def theme_of(talk: Conversation) -> str:
    """The words for the line of work, or the thing, that was named last; empty of none."""
    things = (thing_of(matter_of(one)) for one in reversed(talk.questions))
    return next(filter(None, things), "")


def thing_of(matter: str) -> str:
    """The line of work that a question names, else its things; empty where it names none.

    What any line of work has (案件, 单位) is none.
    """
    if topic := topic_of(matter):
        return "" if names_broadly(topic) and all(map(_is_common, terms_of(topic))) else topic
    return things_in(matter)


def things_in(matter: str) -> str:
    """The things that a question names, with all their words: 知识产权质押融资."""
    return "".join(t.word for t in terms_of(substance(matter)) if not _is_common(t))


def _is_common(term: Term) -> bool:
    """Whether a word is of any line of work: an act, a rate, 案件, 单位."""
    words = measures()
    common = term.word in words.common or term.word in words.anywhere
    common = (
        common
        or term.word.endswith(_DONE)
        or bool(question_words().kinds[SectionKind.PLAN].search(term.word))
    )
    return common or term.is_verb or term.is_rate or is_stage(term.word)
