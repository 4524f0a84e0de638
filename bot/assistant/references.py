"""What a message points to in the conversation before it, put in place of the words that point.

那个县, 另一个局, 里头, 291件 and 第四条 are named by what was asked and given before; 换个问法 and
我问的是 only lead in what is asked. Pure.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import chain
from pathlib import Path

from bot.answers import report_label
from bot.assistant.antecedents import (
    Conversation,
    bare_substance,
    core_of,
    matter_of,
    names_scope,
    scope_words,
    subject_of,
    wording_of_pairs,
)
from bot.assistant.command_words import is_part_name, topic_within
from bot.assistant.forms import listed_titles
from bot.assistant.intents import AnswerForm, Intent, IntentKind, intent_words, reply
from bot.assistant.phrases import item_meant, number_in, number_meant, phrase_words
from bot.summarising.vocabulary import caption, choice_words
from knowledge.models import SectionKind, StatementKind
from knowledge.retrieval.question import Question
from knowledge.retrieval.text_question import Sought
from knowledge.retrieval.vocabulary import question_words
from knowledge.understanding.figures import find_figures
from knowledge.vocabulary import Pattern, Vocabulary, Words, at, load_vocabulary

_FILE = Path(__file__).parent.parent / "data" / "follow_ups.toml"
_STOPS = "，,。？?！! "
_ASKS_AGAIN = "呢"
_OF = "的"
_LEVEL_IN = "里"
_BUREAU, _EVERYONE = "局", "各局"
_OF_NO_LEVEL = (_BUREAU, "单位", "家")
_FEWEST_SPOKEN_OF = 2
_LAST_LISTS = 4
_HELD = re.compile("· (.+?)：")
_IT = re.compile("(?<!其)它(?=怎么|如何|打算|准备|有|是|要|想|写|提)")
_HOW_MANY = re.compile("多少|几|吗|？")


class FollowUpWords(Vocabulary):
    """Wordings that lead in or point back; see the data file for what each is."""

    leading: Pattern = at("framing.leading")
    correcting: Pattern = at("framing.correcting")
    meant: Pattern = at("framing.meant")
    lacking: Pattern = at("framing.lacking")
    taken_back: Pattern = at("framing.taken_back")
    other: Pattern = at("pointing.other")
    one: Pattern = at("pointing.one")
    alike: Pattern = at("pointing.alike")
    extreme: Pattern = at("pointing.extreme")
    general: Pattern = at("pointing.general")
    item: Pattern = at("pointing.item")
    told: Pattern = at("pointing.told")
    things: Words = at("common.things")
    measures: Words = at("common.measures")


@cache
def follow_up_words(path: Path = _FILE) -> FollowUpWords:
    """Read the file; raises DataFileError where it does not fit."""
    return load_vocabulary(FollowUpWords, path)


# -- words that only lead in


def strip_framing(text: str) -> str:
    """What a message asks without the words that lead in, correct or complain; all of other ones.

    What only says what was meant (我问的是食品) asks the same of it, as 食品呢 does.
    """
    words, asked, corrects = follow_up_words(), text.strip(), False
    while match := next(
        filter(None, (p.match(asked) for p in (words.leading, words.correcting, words.meant))), None
    ):
        rest = asked[match.end() :].strip(_STOPS)
        if not rest[1:]:
            break
        asked, corrects = rest, corrects or match.re is not words.leading
    if corrects and (kept := words.taken_back.sub("", asked)):
        asked = kept
    if lacking := words.lacking.fullmatch(asked):
        asked, corrects = lacking["thing"], True
    asks = phrase_words().asking.search(asked) or _HOW_MANY.search(asked)
    if corrects and not asks and find_figures(asked):  # 你说错了吧，查的案子是219件
        return reply("claimed", claim=asked)
    return f"{asked}{_ASKS_AGAIN}" if corrects and not asks else asked


# -- words that point back


def resolve_references(matter: str, talk: Conversation) -> str:
    """What a message is about, with what was spoken of in place of the words that point to it.

    Where nothing was, 那个县 is every county.
    """
    if not talk.subjects:
        return _resolve_one(matter, talk)
    for resolve in (
        _resolve_extreme, _resolve_one, _resolve_other,
        _resolve_pronoun, _resolve_alike, _resolve_line,
    ):  # fmt: skip
        matter = resolve(matter, talk)
    return matter


def _resolve_other(matter: str, talk: Conversation) -> str:
    """The bureaus of a level that were not spoken of in place of another one: 另一个县呢."""
    match = follow_up_words().other.fullmatch(matter.strip(_STOPS))
    if not match or intent_words().follow["others"].fullmatch(matter.strip(_STOPS)):
        return matter
    spoken, rest = list(chain.from_iterable(_spoken_of(talk))), match["rest"] or _ASKS_AGAIN
    if match["level"] in _OF_NO_LEVEL:
        if bare_substance(core_of(talk.read(rest))) and not follow_up_words().alike.search(rest):
            return f"{_EVERYONE}{rest}"
        last = talk.labels(talk.subjects[-1])
        before = [one for one in dict.fromkeys(spoken) if one not in last]
        both = len(last) == 1 and len(before) == 1 and "另" in match[0]
        return f"{before[0]}{rest}" if both else matter
    level = f"{match['level']}{_BUREAU}"
    held = talk.labels_of(talk.read(level))
    others = [one for one in held if one not in spoken] or held
    return f"{'和'.join(others) or level}{rest}"


def _resolve_one(matter: str, talk: Conversation) -> str:
    """The bureau last spoken of in place of 那个县, 这个局; those of its level where none was."""
    scope = talk.read(matter).scope
    for match in follow_up_words().one.finditer(matter):
        known = [bureau for bureau in scope.bureaus if bureau.names]
        is_named = any(one.start < match.end() and match.start() < one.end for one in known)
        if is_named and not match[0].endswith(_LEVEL_IN):
            continue
        of_level, level = match["level"] or _BUREAU, f"{match['level']}{_BUREAU}"
        held = None if of_level in _OF_NO_LEVEL else talk.labels_of(talk.read(level))
        asked = (talk.labels_of(question) for question in reversed(talk.questions))
        told = chain(reversed(_spoken_of(talk)), asked if held else ())
        fitting = ([one for one in said if held is None or one in held] for said in told)
        meant = next(filter(None, fitting), [])
        if scope.periods and held is not None:  # 2022年那个县
            when = "和".join(map(str, scope.periods))
            meant = [*talk.labels_of(talk.read(f"{when}{level}"))] or meant
        if scope.periods:
            meant = [b.standing for one in meant for b in talk.read(one).scope.bureaus]
        named = "和".join(meant) or (level if held is not None else match[0])
        return f"{matter[: match.start()]}{named}{matter[match.end() :]}"
    return matter


def _spoken_of(talk: Conversation) -> list[list[str]]:
    """The reports of each question that was of some bureaus, or answered from one."""
    told = [(subject, talk.labels(subject)) for subject in talk.subjects]
    return [
        labels
        for subject, labels in told
        if len(labels) == 1 or talk.read(subject.matter).scope.bureaus
    ]


def _resolve_pronoun(matter: str, talk: Conversation) -> str:
    """The bureaus before in place of a word for them: 两边挽回多少, 它的党建."""
    words = phrase_words()
    if intent_words().follow["which"].fullmatch(matter.strip(_STOPS)):
        return matter
    several = next((w for w in words.several if w in matter), "")
    sides = talk.sides(None, max(number_meant(several)[0], _FEWEST_SPOKEN_OF)) if several else []
    if len(sides) >= _FEWEST_SPOKEN_OF:
        return f"{'和'.join(sides)}{matter.replace(several, '', 1).removeprefix('的')}"
    question, before = talk.read(matter), talk.questions[-1]
    bare = matter if not question.scope.bureaus else ""
    one = next((w for w in words.one if matter.startswith(w) or (w in bare and w[1:])), "")
    one = one or "".join(_IT.findall(bare)[:1])
    rest = matter.replace(one, "", 1).removeprefix("的") if one else ""
    if not rest:
        return matter
    if question.scope.periods and before.scope.bureaus:
        return "和".join(bureau.standing for bureau in before.scope.bureaus) + rest
    spoken = list(chain.from_iterable(_spoken_of(replace(talk, subjects=talk.subjects[:-1]))))
    told = talk.labels(talk.subjects[-1])
    labels = [label for label in told if label not in spoken] or told  # 还有哪个局写了, 它怎么说
    named = wording_of_pairs(before.scope) if before.scope.bureaus else "和".join(labels[:1])
    return f"{named}{rest}" if named and (before.scope.bureaus or not labels[1:]) else matter


def _resolve_extreme(matter: str, talk: Conversation) -> str:
    """The report with the most or the least of what was told last: 最少的那家再说说."""
    match = follow_up_words().extreme.search(matter)
    told = talk.answer_of(talk.subjects[-1]).figures
    amounts = [(figure.who, one) for figure in told for one in find_figures(figure.amount)[:1]]
    known = {who: one.value for who, one in amounts if one.value is not None and not one.masked}
    if not match or not known:
        return matter
    named = (min if match["low"] else max)(known, key=lambda who: known[who])
    return f"{matter[: match.start()]}{named}{matter[match.end() :]}"


def other_bureaus(matter: str, talk: Conversation) -> list[str]:
    """The bureaus that another one may be, where a message names no more; none of other ones."""
    match = follow_up_words().other.fullmatch(matter.strip(_STOPS))
    if not match or match["level"] not in _OF_NO_LEVEL or match["rest"].strip(_ASKS_AGAIN):
        return []
    last = talk.labels(talk.subjects[-1])
    held = _HELD.findall(talk.answer_of(Intent(IntentKind.STORE, name="list")).text)
    return [one for one in held if not any(label.startswith(one) for label in last)]


def _resolve_alike(matter: str, talk: Conversation) -> str:
    """What was asked before in place of 类似的: 区局有没有类似的, 类似的打算."""
    match = follow_up_words().alike.search(matter)
    if not match:
        return matter
    head, what = matter[: match.start()], match["what"]
    if follow_up_words().general.fullmatch(what):
        return f"{head}{_ASKS_AGAIN}" if head else matter
    if is_part_name(what):
        return f"{head}{topic_within(matter_of(talk.questions[-1]))}{what}"
    return f"{head}有没有{what}"


def _resolve_line(matter: str, talk: Conversation) -> str:
    """The line of work asked about before in place of 这块 (明年这块有什么打算), and its bureau."""
    alone, last = talk.read(matter), talk.questions[-1]
    asked = matter_of(alone)
    match = intent_words().follow["topic"].match(asked)
    if not match:
        return matter
    topics = (topic_within(matter_of(question)) for question in reversed(talk.questions))
    topic = next(filter(None, topics), "") or subject_of(matter_of(last))
    rest = f"{match['when'] or ''}{topic}{asked[match.end() :]}"
    return f"{talk.scope_words(alone, last)}{rest}"


# -- things by their number in what was listed


def resolve_item(said: Intent, talk: Conversation) -> Intent:
    """A message with the thing that it means by its number in the list told last: 第二条的原因.

    One that names the list itself (打算第四条) is a question of its own.
    """
    if said.kind in (IntentKind.TALK, IntentKind.CHANGE) and said.name != "longer":
        return said
    alone = talk.read(said.matter)
    if names_scope(alone) or _chapter_asked(alone):
        return _resolve_item_of(said, alone, talk)
    item = said.matter
    number, rest = item_meant(item), ""
    if not number and (within := follow_up_words().item.fullmatch(item.strip(_STOPS))):
        number, rest = number_in(within["n"]), within["rest"]
    if not number:
        return said
    for chapter, things in _lists(talk):
        if chapter:
            return Intent(IntentKind.FIND, f"{chapter}{_nth(number)}{_OF * bool(rest)}{rest}")
        if abs(number) <= len(things):
            label, title, asked = things[number - (number > 0)]
            matter = f"{title}的{rest}" if title and rest else rest or asked
            form = AnswerForm.PLAIN if title or rest else AnswerForm.LONGER
            return Intent(IntentKind.FIND, f"{label}{matter}", form=form)
    return said


def _resolve_item_of(said: Intent, alone: Question, talk: Conversation) -> Intent:
    """A message with one thing of a bureau that it names, of what was listed of all: 深圳第四条."""
    number = item_meant(core_of(alone))
    kinds = (_chapter_asked(talk.read(one.matter)) for one in reversed(talk.subjects))
    chapter = next(filter(None, kinds), "") if number else ""
    matter = f"{scope_words(alone, alone)}{chapter}{_nth(number)}"
    return Intent(IntentKind.FIND, matter, form=AnswerForm.LONGER) if chapter else said


def _nth(number: int) -> str:
    return f"第{number}条" if number > 0 else "最后一条"


def _lists(talk: Conversation) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """What was listed, the last list first: a chapter, or things that are asked of by name.

    Of each of these whose it is, its title, and what to ask of it.
    """
    if talk.holdings:
        yield "", [(name, "", "") for name in labels_held(talk)]
    for subject in reversed(talk.subjects[-_LAST_LISTS:]):
        if subject.kind in (IntentKind.FIND, IntentKind.SUMMARISE):
            labels = talk.labels(subject)
            chapter = _chapter_asked(talk.read(subject.matter)) if len(labels) == 1 else ""
            yield f"{labels[0]}{chapter}" if chapter else "", _things_of(subject.matter, talk)


def labels_held(talk: Conversation) -> list[str]:
    """The bureaus of the list of reports that was given last, in its order."""
    return _HELD.findall(talk.answer_of(talk.holdings).text) if talk.holdings else []


def _chapter_asked(question: Question) -> str:
    """The chapter of a report that a question asks for, and no more: 问题."""
    named = ("", *choice_words().kinds)
    chapters = (a for a in question.texts if a.subject in named and a.sought is Sought.PART)
    kinds = (
        ask.kinds[:1] or (SectionKind.PLAN,) * (ask.role is StatementKind.PLAN) for ask in chapters
    )
    return next((caption(f"kind.{kind.value}") for kind, *_ in filter(None, kinds)), "")


def _things_of(matter: str, talk: Conversation) -> list[tuple[str, str, str]]:
    """The things that the answer to a question lists: those of one report, else its reports."""
    answer, question = talk.answer_of(Intent(IntentKind.FIND, matter)), talk.read(matter)
    labels = dict.fromkeys(report_label(c.quote.report) for c in answer.citations)
    if titles := listed_titles(answer):
        label = next(iter(labels))
        return [(label, title, reply("topic_written", thing=title)) for title in titles]
    asked = intent_words().everyone.sub("", matter_of(question))
    asked = question_words().which_bureau.sub("", asked).removeprefix("的")
    heads = [line.partition("：")[0] for line in answer.text.splitlines()]
    return [(head, "", asked) for head in heads if head in labels]
