"""What a message wants after those before it: follow-ups made to stand alone, by rules. Pure.

那食品抽检呢？ after a question on 区局2023年 asks of 区局2023年; 再短一点 after a summary wants it
shorter. A model may rewrite a question too; ``is_faithful`` checks what it wrote.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.assistant.antecedents import period_words, wording_of_pairs
from bot.assistant.command_words import is_part_name, length_ladder
from bot.assistant.intents import Intent, IntentKind, intent_words, own_bureau_spans
from bot.drafting.vocabulary import plan_words
from knowledge.retrieval.question import Question, Wants, substance

_CUE = re.compile(r"^(?:那么?|还有|再问|另外|其中|它|他们|该局|换成)|同期|呢[？?。]?$")
_TRIMMED = re.compile(
    r"^(?:那么?|还有|另外|再问(?:一下)?|换成|[只光就][要看说讲问])"
    r"|(?:的?(?:[那这](?:一?[个份家边年])?)|的)?呢?[？?。！]*$"
)
_EVERYONE = re.compile(r"各|所有|全部|哪个局|哪些局|哪家局|每个")
_BARE_MEASURE = 4
_FEWEST_COMPARED = 2
_LEVEL_ALONE = re.compile(r"(?<![\u4e00-\u9fff])[省市县区](?![\u4e00-\u9fff])")
_ASKED_OF = re.compile(r"(?:多少|(?<!哪)几).{0,3}|(?:还有)?哪[个些几]?[家个]?局?(?:提到|写|搞)?了?")
_DIGITS = re.compile(r"[\d*]+")


def stand_alone(text: str, read: Question, previous: Question) -> tuple[str, ...]:
    """Readings of a question after another one, the likeliest first; the last is as it stands.

    ``read`` is the question as it reads on its own. A bureau or period that it names replaces
    the earlier one, what it leaves out is taken from before. A question that names a bureau or
    period and its matter stands alone: the one reading is itself.
    """
    cue = bool(_CUE.search(text.strip()))
    own_scope = bool(read.scope.spans or read.scope.unknown)
    everyone = (read.ranks and read.content) or _EVERYONE.search(text)
    core = _without_scope(_core(text), read)
    cue = cue or not _substance(core)  # 只看区局的, 23年那份
    if (own_scope and not cue) or everyone or not (previous.scope.spans or cue):
        return (text,)
    scope = _scope_words(read, previous)
    matter = _without_scope(previous.text, previous)
    if not _substance(core):
        # another bureau may have no report of the period before
        alone = "和".join(b.wording for b in read.scope.bureaus) if not read.scope.periods else ""
        return tuple(dict.fromkeys((scope + matter, *([alone + matter] if alone else ()), text)))
    if cue and read.wants is Wants.TEXT and previous.wants is Wants.FIGURE:
        return (scope + _in_place_of(core.strip("的"), matter), text)
    if len(_substance(core)) <= _BARE_MEASURE and read.wants is Wants.FIGURE:
        return (scope + _subject(matter) + core, scope + core, text)
    return (scope + core, text)


def is_faithful(rewritten: Question, asked: Question, earlier: str) -> bool:
    """Whether a model's rewriting keeps what was asked and adds nothing.

    ``asked`` is the follow-up as it reads on its own, ``earlier`` the questions before it: the
    bureaus, periods and numbers of the rewriting stand in one of them, and those that the
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


def _substance(core: str) -> str:
    rest = substance(core)
    return "" if re.fullmatch(r"(?:是|同期|的|多少|如何|怎么样|[\s，。？?])*", rest) else rest


def _in_place_of(core: str, matter: str) -> str:
    """The earlier question with its like word exchanged (省级→市级), or asked of the new word."""
    for like in re.findall(rf"[\u4e00-\u9fff]{{{len(core) - 1}}}{re.escape(core[-1])}", matter):
        if len(core) <= 4 and like != core:
            return matter.replace(like, core)
    return f"{core}多少"


def _subject(matter: str) -> str:
    """The earlier question's matter without what it asked of it."""
    words = substance(_ASKED_OF.sub(" ", matter))
    return words.replace(" ", "")


def _scope_words(read: Question, previous: Question) -> str:
    """The bureaus and periods to ask about: the new ones, else those of the question before."""
    new, old = read.scope, previous.scope
    if not new.spans:
        return wording_of_pairs(old)
    bureaus = [b.standing for b in new.bureaus or old.bureaus]
    return "和".join(bureaus) + period_words(read, previous)


def _without_scope(text: str, read: Question) -> str:
    for mention in read.scope.bureaus:
        text = text.replace(mention.wording, "")
    places = (place for period in read.scope.periods for place in period.places)
    for place in (*places, *read.scope.described):
        text = text.replace(read.text[slice(*place)], "")
    return text.strip("的，, ")


# -- what a message wants after those before it

_SUBJECTS = (
    IntentKind.FIND,
    IntentKind.TABLE,
    IntentKind.CHART,
    IntentKind.COMPARE,
    IntentKind.SUMMARISE,
    IntentKind.DRAFT,
)
_MADE_OF_ALL = (IntentKind.TABLE, IntentKind.CHART)
ReadQuestion = Callable[[str], Question]
LabelsOf = Callable[[Question], Sequence[str]]
"""The reports that a question is of, each by bureau and period."""


def has_subject(intent: Intent) -> bool:
    """Whether a message is about something that the next one may leave out."""
    return intent.kind in _SUBJECTS


def asks_again(intent: Intent, subjects: Sequence[Intent]) -> bool:
    """Whether a message is a question after a question."""
    kinds = (intent.kind, *(subject.kind for subject in subjects[-1:]))
    return kinds == (IntentKind.FIND, IntentKind.FIND)


def resume(
    intent: Intent, subjects: Sequence[Intent], read: ReadQuestion, labels_of: LabelsOf
) -> tuple[Intent, ...]:
    """What a message wants after ``subjects``, so that it stands alone; the likeliest first.

    ``subjects`` is what the messages before it wanted. A bureau, a period or a line of work alone
    (那县局呢) wants of it what was wanted last; what is to be summarised, drafted or found without
    a bureau is of the bureau before.
    """
    previous = subjects[-1] if subjects else None
    if intent.kind is IntentKind.CHANGE:
        return (_changed(intent, previous),)
    if previous is None or intent.is_fresh or not has_subject(intent):
        return (intent,)
    intent = replace(intent, matter=_LEVEL_ALONE.sub(r"\g<0>局", intent.matter))
    alone, before = read(intent.matter), read(previous.matter)
    if intent.kind is IntentKind.FIND:
        questions = [read(subject.matter) for subject in subjects]
        said = _of_those_before(intent.matter, questions, labels_of)
        after = _find_after(intent, alone, previous, before)
        return (replace(intent, matter=said), *after) if said else after
    if intent.kind is IntentKind.COMPARE:
        return (_with_the_others(intent, alone, [read(s.matter) for s in subjects], labels_of),)
    return (_with_scope(intent, alone, previous, before),)


def _of_those_before(text: str, before: Sequence[Question], labels_of: LabelsOf) -> str:
    """A question that says only how, of what was asked before; empty where it is none.

    Of the other bureaus (别的局呢), of both things added up (一共多少), of the last bureaus which
    has more (哪个高), how many of the same (具体查了几家).
    """
    follow, bare = intent_words().follow, text.strip("，,。？?！! ")
    last = before[-1]
    matter = _without_scope(last.text, last)
    if follow["others"].fullmatch(bare):
        thing = substance(matter) if last.wants is Wants.TEXT else matter
        form = "还有哪个局提到{}" if last.wants is Wants.TEXT else "各局{}"
        return form.format(thing.replace(" ", ""))
    if follow["total"].fullmatch(bare) and len(before) >= _FEWEST_COMPARED:
        asked = [_without_scope(q.text, q) for q in before[-_FEWEST_COMPARED:]]
        return f"{_scope_words(last, last)}{'，'.join(asked)}，一共多少"
    if follow["which"].fullmatch(bare):
        sides: list[str] = []
        for question in reversed(before):
            if len(sides) < _FEWEST_COMPARED and question.scope.bureaus:
                sides += [label for label in labels_of(question) if label not in sides]
        return f"{'和'.join(reversed(sides))}{_subject(matter)}{bare}"
    if follow["bare"].fullmatch(bare):
        return f"{_scope_words(last, last)}{_subject(matter)}{bare}"
    return ""


def _find_after(
    intent: Intent, alone: Question, previous: Intent, before: Question
) -> tuple[Intent, ...]:
    """What is asked, or once more what was made before, of what the message names."""
    if previous.kind is not IntentKind.FIND and _leaves_out_what(alone, previous):
        core = _without_scope(_core(intent.matter), alone)
        core = core or _without_scope(previous.matter, before)
        return (replace(previous, matter=f"{_scope_words(alone, before)} {core}".strip()),)
    if intent.of_everyone or _was_compared(alone, before):
        return (intent,)
    readings = stand_alone(intent.matter, alone, before)
    return tuple(replace(intent, matter=matter) for matter in readings)


def as_question(intent: Intent) -> str:
    """What is asked where nothing can be made of it: of what has no table, its figures."""
    if intent.kind not in _MADE_OF_ALL or intent_words().asks_figures.search(intent.matter):
        return intent.matter
    return f"{intent.matter}多少"


def _with_the_others(
    intent: Intent, alone: Question, before: Sequence[Question], labels_of: LabelsOf
) -> Intent:
    """What is to be compared: the bureaus that it names, with those before where they are too few.

    What of them is the last one's matter, where the message does not say it.
    """
    matter = _without_scope(intent.matter, alone) or _without_scope(before[-1].text, before[-1])
    named = list(labels_of(alone)) if alone.scope.bureaus else []
    if intent.of_everyone or len(alone.scope.bureaus) >= _FEWEST_COMPARED:
        return intent if intent.matter else replace(intent, matter=matter)
    sides = len(alone.scope.bureaus)
    for question in reversed(before):
        others = [label for label in labels_of(question) if label not in named]
        if sides < _FEWEST_COMPARED and question.scope.bureaus and others:
            named += others
            sides += 1
    return replace(intent, matter=f"{'和'.join(reversed(named))} {matter}".strip())


def _was_compared(alone: Question, before: Question) -> bool:
    """Whether several bureaus or periods were put side by side, and this does not go on there."""
    several = len(before.scope.bureaus) > 1 or len(before.scope.periods) > 1
    goes_on = _CUE.search(alone.text.strip()) or len(_substance(alone.text)) <= _BARE_MEASURE
    return several and before.compares and not goes_on


def _core(text: str) -> str:
    return _TRIMMED.sub("", text.strip()).strip("，, ")


def _leaves_out_what(alone: Question, previous: Intent) -> bool:
    """Whether a message names but a bureau, a period or a part of a report (那药品呢)."""
    rest = _without_scope(_core(alone.text), alone)
    if not _substance(rest) or is_part_name(rest):
        return True
    return previous.kind in _MADE_OF_ALL and bool(_CUE.search(alone.text.strip()))


def _with_scope(intent: Intent, alone: Question, previous: Intent, before: Question) -> Intent:
    """What is to be made, of the bureaus before where it names none."""
    matter = intent.matter or _without_scope(previous.matter, before)
    of_all = intent.kind in _MADE_OF_ALL or intent.of_everyone
    if of_all or alone.scope.bureaus or alone.scope.unknown or not before.scope.bureaus:
        return replace(intent, matter=matter)
    rest = _without_scope(matter, alone)
    return replace(intent, matter=f"{_scope_words(alone, before)} {rest}".strip())


def _changed(change: Intent, previous: Intent | None) -> Intent:
    """What was given before, changed; talk where there was nothing."""
    if previous is None:
        return Intent(IntentKind.TALK, change.matter, "nothing_before")
    if change.name in ("table", "chart"):
        return Intent(IntentKind(change.name), previous.matter)
    if change.name == "document":
        return replace(change, matter=previous.matter)
    if change.name == "again":
        return previous
    if previous.kind is IntentKind.FIND:
        name = "longer" if change.name == "longer" else "shorter"
        return replace(previous, name=name, length=change.length)
    return replace(previous, length=change.length or _next_length(previous, change.name))


def _next_length(previous: Intent, change: str) -> str:
    """The length one step shorter or longer than the last one."""
    if previous.length.isdecimal():
        return str(int(int(previous.length) * (0.5 if change == "shorter" else 1.5)))
    names = [*plan_words().lengths] if previous.kind is IntentKind.DRAFT else length_ladder()
    usual = names[len(names) // 2] if previous.kind is IntentKind.DRAFT else names[-1]
    at = names.index(previous.length if previous.length in names else usual)
    return names[max(0, at - 1) if change == "shorter" else min(len(names) - 1, at + 1)]


# -- whose bureau


def name_own_bureau(
    messages: Sequence[str], own: str, only_bureau: Callable[[str], str]
) -> tuple[list[str], str]:
    """The messages with 我们局 spelt out, and whose it is; empty where nobody has said it yet.

    Who names just one bureau (``only_bureau``) as their own (我们是区局), or after they spoke of
    theirs, has said whose it is: that message asks the one before again, or is empty.
    """
    resolved: list[str] = []
    waiting = ""
    for message in messages:
        text = message
        introduces = bool(waiting or intent_words().introducing.match(text))
        if introduces and (name := only_bureau(text)):
            own, text, waiting = name, waiting, ""
        elif own_bureau_spans(text) and not own:
            waiting = text
        else:
            waiting = ""
        resolved.append(_spell_own(text, own))
    return resolved, own


def _spell_own(text: str, own: str) -> str:
    for start, end in reversed(own_bureau_spans(text) if own else ()):
        text = text[:start] + own + text[end:]
    return text
