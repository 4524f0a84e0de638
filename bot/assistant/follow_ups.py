"""What a message wants after those before it: follow-ups made to stand alone, by rules. Pure.

那食品抽检呢？ after a question on 区局2023年 asks of 区局2023年; 再短一点 after a summary wants it
shorter. A model may rewrite a question too; ``is_faithful`` checks what it wrote.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product

from bot.answering.concepts import Term, terms_of
from bot.answering.measures import is_stage, measures
from bot.assistant.antecedents import (
    ReadQuestion,
    bare_substance,
    core_of,
    matter_of,
    period_words,
    points_back,
    scope_words,
    wording_of_pairs,
)
from bot.assistant.changes import IsAnswered, change_given, scope_key
from bot.assistant.command_words import (
    is_part_name,
    names_broadly,
    topic_of,
    topic_within,
    topic_word,
)
from bot.assistant.intents import (
    EDITS_OF_PARTS,
    AnswerForm,
    Intent,
    IntentKind,
    intent_words,
)
from bot.assistant.phrases import (
    asks_total,
    beside_what,
    cut_phrases,
    number_meant,
    phrase_words,
    without_comparing,
)
from knowledge.models import SectionKind, StatementKind
from knowledge.retrieval.question import Question, Wants
from knowledge.retrieval.question_asks import substance
from knowledge.retrieval.text_question import Sought
from knowledge.retrieval.vocabulary import question_words

_BARE_MEASURE, _BRIEF = 4, 6
_DONE = ("done",)
_OUTLINE = "半页"
_EVERYONE = "各局"
_OF_A_THING = (Sought.HONOURS, Sought.OPENING, Sought.PERSON, Sought.TIME)
_FEWEST_COMPARED = 2
_LEVEL_ALONE = re.compile(r"(?<![\u4e00-\u9fff])[省市县区](?![\u4e00-\u9fff])")
_DIGITS = re.compile(r"[\d*]+")
_WORDS = re.compile(r"\w+")
_LED_IN = re.compile("那么?|再|要是|如果")


def stand_alone(text: str, read: Question, previous: Question, theme: str = "") -> tuple[str, ...]:
    """Readings of a question after another one, the likeliest first; the last is as it stands.

    ``read`` is the question as it reads on its own. A bureau or period that it names replaces
    the earlier one, what it leaves out is taken from before. A question that names a bureau or
    period and its matter stands alone: the one reading is itself. ``theme`` is the line of work
    that the conversation is about; a question that names none may be of it.
    """
    core = core_of(read)
    own_scope = _names_scope(read)
    ranks_bureaus = read.ranks and not read.ranks_things
    everyone = (ranks_bureaus and read.content) or _asks_everyone(read)
    cue = points_back(read) or not bare_substance(core)  # 只看区局的, 23年那份
    scope, matter = scope_words(read, previous), matter_of(previous)
    theme = _thing_of(matter) or theme
    about = "" if everyone else _about_subject(read, _subject(matter), theme)
    if about:
        return tuple(dict.fromkeys((scope + about, text)))
    of_theme = theme and own_scope and not (cue or everyone or read.scope.periods)
    of_theme = of_theme and _says_no_thing(read)
    of_all = theme and not own_scope and _asks_everyone(read) and _is_act(read)
    if of_theme or of_all:
        asked_of = _EVERYONE if of_all else scope_words(read, read)
        return tuple(dict.fromkeys((asked_of + theme + core, text)))
    if (own_scope and not cue) or everyone or not (previous.scope.spans or cue):
        return (text,)
    if not bare_substance(core):
        # another bureau may have no report of the period before
        alone = "和".join(b.wording for b in read.scope.bureaus) if not read.scope.periods else ""
        whose = [*filter(None, (scope, alone))]
        if read.scope.bureaus:  # 哪几个局写了药品, 区局的呢
            matter = question_words().which_bureau.sub("", matter) or matter
        matters = (matter, (theme if theme not in matter else "") + matter)
        return tuple(dict.fromkeys((*(w + m for m, w in product(matters, whose)), text)))
    brief = len(bare_substance(core)) <= _BRIEF
    if cue and brief and read.wants is Wants.TEXT and previous.wants is Wants.FIGURE:
        rates = [t.word for ask in previous.asks for t in terms_of(ask.own) if t.is_rate]
        of_rate = [f"{scope}{core}{rate}多少" for rate in rates[:1] if rate not in core]
        return tuple(dict.fromkeys((*of_rate, scope + _in_place_of(core, matter), text)))
    return tuple(dict.fromkeys((*_readings_of(read, matter, scope, theme), text)))


def _readings_of(read: Question, matter: str, scope: str, theme: str) -> Iterator[str]:
    """What a question that names no bureau may ask of ``scope`` after ``matter``."""
    core = core_of(read)
    bare = len(bare_substance(core)) <= _BARE_MEASURE and not is_part_name(bare_substance(core))
    if bare and read.wants is Wants.FIGURE:
        yield scope + _subject(matter) + core
    elif theme and read.wants is Wants.FIGURE and names_broadly(core):
        if _names_no_thing(read):
            yield scope + theme + core
        yield scope + core
        yield scope + theme + core
        return
    yield scope + core


def _names_no_thing(read: Question) -> bool:
    """Whether a question for a figure names nothing but what all bureaus count: 办了多少案子."""
    terms = [term for ask in read.asks for term in terms_of(ask.own)]
    return all(term.word in measures().common for term in terms)


def _says_no_thing(read: Question) -> bool:
    """Whether a question names a bureau and only what any line of work does: 县局怎么弄的."""
    if read.scope.unknown or not read.scope.bureaus:
        return False
    return _is_act(read) or (read.wants is Wants.FIGURE and _names_no_thing(read))


def _about_subject(read: Question, subject: str, theme: str) -> str:
    """What is asked of the thing before by a message that names none; empty of others.

    It names what was done with it (都整改了吗), a kind of it (食品类的有吗), or only a period
    (下半年还写了没): then it is asked of the line of work.
    """
    kind = intent_words().follow["headless"].fullmatch(matter_of(read))
    if kind:
        return f"{kind['part']}{subject}"
    if not _is_act(read) or read.scope.bureaus or read.scope.unknown:
        return ""
    return (theme if read.scope.spans else subject) + core_of(read)


def _names_scope(read: Question) -> bool:
    return bool(read.scope.spans or read.scope.unknown)


def _is_act(read: Question) -> bool:
    """Whether a question names no thing, only what was done with one: 怎么处理的, 都整改了吗."""
    if read.wants is not Wants.TEXT or read.plans or topic_word(core_of(read)):
        return False
    if any(ask.kinds or ask.sought in _OF_A_THING for ask in read.texts):
        return False
    terms = [term for ask in read.texts for term in terms_of(ask.subject)]
    return bool(core_of(read)) and all(term.is_verb or is_stage(term.word) for term in terms)


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
    for like in re.findall(rf"[\u4e00-\u9fff]{{{len(core) - 1}}}{re.escape(core[-1])}", matter):
        if len(core) <= 4 and like != core:
            return matter.replace(like, core)
    return f"{core}多少"


def _subject(matter: str) -> str:
    """The earlier question's matter without what it asked of it; none of a share's part."""
    if intent_words().follow["share"].search(matter):
        return ""
    words = substance(intent_words().follow["asked"].sub(" ", matter))
    return words.replace(" ", "")


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
LabelsOf = Callable[[Question], Sequence[str]]
"""The reports that a question is of, each by bureau and period."""


def has_subject(intent: Intent) -> bool:
    """Whether a message is about something that the next one may leave out."""
    return intent.kind in _SUBJECTS


def resume(
    intent: Intent,
    subjects: Sequence[Intent],
    read: ReadQuestion,
    labels_of: LabelsOf,
    is_answered: IsAnswered = lambda _intent: True,
) -> Intent:
    """What a message wants after ``subjects``, so that it stands alone.

    ``subjects`` is what the messages before it wanted. A bureau, a period or a line of work alone
    (那县局呢) wants of it what was wanted last; what is to be summarised, drafted or found without
    a bureau is of the bureau before. Only what ``is_answered`` is put together.
    """
    previous = subjects[-1] if subjects else None
    if intent.name == "document_of":
        wanted = resume(intent.besides[0], subjects, read, labels_of)
        return replace(intent, besides=(wanted,))
    if changes := [one for one in intent.besides if one.kind is IntentKind.CHANGE]:
        made = resume(replace(intent, besides=()), subjects, read, labels_of, is_answered)
        for change in changes if has_subject(made) else ():
            made = change_given(change, [*subjects, made], read, is_answered)
        return made
    if intent.kind is IntentKind.CHANGE:
        shows = intent.name == AnswerForm.EVIDENCE  # that nothing was found is shown, too
        found = [one for one in subjects if shows or not _is_asked(one) or is_answered(one)]
        return change_given(intent, found or subjects, read, is_answered)
    if previous is None and intent.kind is IntentKind.FIND:
        return _state_of(
            intent, read(intent.matter), "state", "contents", *_DONE[: bool(intent.length)]
        )
    if previous is None or intent.is_fresh or not has_subject(intent):
        return intent
    intent = replace(intent, matter=_LEVEL_ALONE.sub(r"\g<0>局", intent.matter))
    questions = [read(subject.matter) for subject in subjects]
    intent = _with_topic(_with_bureaus_meant(intent, questions), subjects, read)
    alone = read(intent.matter)
    if intent.name == "passage" and not bare_substance(core_of(alone)) and _is_asked(previous):
        intent = replace(
            intent, kind=IntentKind.FIND, name="", length="", form=AnswerForm.PARAGRAPH
        )
    match intent.kind:
        case IntentKind.FIND:
            resumed = (
                _contents_of(intent, alone, questions[-1])
                or _which_has_more(intent, alone, questions, labels_of)
                or _compared_with(intent, questions, read, labels_of)
                or _of_those_before(intent, questions, labels_of)
                or _find_after(intent, alone, previous, read, _theme(questions))
            )
        case IntentKind.COMPARE:
            resumed = _with_the_others(intent, alone, questions, labels_of)
        case _:
            resumed = _with_scope(intent, alone, questions[-1])
    return resumed


def _is_asked(subject: Intent) -> bool:
    """Whether something was asked, and nothing made: it may be written as a passage."""
    return subject.kind is IntentKind.FIND and bool(subject.matter)


def says_nothing(question: Question, is_written: Callable[[Sequence[str]], bool]) -> bool:
    """Whether a message names no bureau, no period, no part of a report and no thing in one.

    ``is_written`` tells whether some report writes one of several words.
    """
    if _names_scope(question) or question.wants is Wants.FIGURE:
        return False
    of_kind = any(ask.kinds or ask.sought is not Sought.PART for ask in question.texts)
    terms = terms_of(substance(question.content))
    return not (of_kind or question.plans or any(is_written(term.forms) for term in terms))


def settle_subject(
    said: Intent, wanted: Intent, read: ReadQuestion, is_answered: IsAnswered
) -> Intent | None:
    """What of a message the next one may leave out: of several readings the one that answers.

    None where nothing answers and the message, as it was ``said``, names nothing at all.
    """
    if wanted.kind is not IntentKind.FIND:
        return wanted
    question, likeliest = read(said.matter), read(wanted.matter)
    of_kind = any(ask.kinds for ask in question.texts)
    asks = of_kind or _names_scope(question) or question.wants is Wants.FIGURE
    asks = asks or bool(topic_of(said.matter))
    if asks and not wanted.otherwise:
        return wanted
    matters = [
        matter
        for matter in (wanted.matter, *wanted.otherwise)
        if read(matter).scope.bureaus or not likeliest.scope.bureaus
    ]
    readings = (replace(wanted, matter=matter, otherwise=()) for matter in matters)
    return next(filter(is_answered, readings), wanted if asks else None)


def _state_of(intent: Intent, alone: Question, *names: str) -> Intent:
    """A summary where only a bureau is named and asked how it is; else what it was."""
    asked = question_words().documents.sub("", core_of(alone)).strip("的，, ")
    is_state = any(intent_words().follow[name].fullmatch(asked) for name in names)
    outlined = intent.form is AnswerForm.SHORTER and not bare_substance(asked)
    if not (alone.scope.bureaus and (is_state or outlined)):
        return intent
    length = intent.length or _OUTLINE * outlined
    summary = replace(intent, kind=IntentKind.SUMMARISE, matter=scope_words(alone, alone))
    return replace(summary, length=length, form=AnswerForm.PLAIN)


def _contents_of(intent: Intent, alone: Question, last: Question) -> Intent | None:
    """A summary where a message asks what a bureau's report holds, of the one before if of none."""
    named = alone if alone.scope.bureaus else last
    of_one = replace(alone, scope=named.scope)
    summary = _state_of(intent, of_one, "contents")
    return summary if summary.kind is IntentKind.SUMMARISE else None


def _with_topic(intent: Intent, subjects: Sequence[Intent], read: ReadQuestion) -> Intent:
    """The line of work asked about before in place of 这块 (明年这块有什么打算), and its bureau."""
    alone, last = read(intent.matter), read(subjects[-1].matter)
    asked = matter_of(alone)
    match = intent_words().follow["topic"].match(asked)
    if not match:
        return intent
    topics = (topic_within(matter_of(read(subject.matter))) for subject in reversed(subjects))
    topic = next(filter(None, topics), "") or _subject(matter_of(last))
    rest = f"{match['when'] or ''}{topic}{asked[match.end() :]}"
    return replace(intent, matter=f"{scope_words(alone, last)}{rest}")


def _with_bureaus_meant(intent: Intent, before: Sequence[Question]) -> Intent:
    """The bureaus before in place of a word for them: 两边挽回多少, 它的党建."""
    matter, words = intent.matter, phrase_words()
    if intent_words().follow["which"].fullmatch(matter.strip("，,。？?！! ")):
        return intent
    several = next((w for w in words.several if w in matter), "")
    of_each = {scope_key(one): wording_of_pairs(one.scope) for one in before if one.scope.bureaus}
    sides = [*of_each.values()][-max(number_meant(several)[0], _FEWEST_COMPARED) :]
    if several and len(sides) >= _FEWEST_COMPARED:
        rest = matter.replace(several, "", 1).removeprefix("的")
        return replace(intent, matter=f"{'和'.join(sides)}{rest}")
    one = next((w for w in words.one if matter.startswith(w) or (w in matter and w[1:])), "")
    rest = matter.replace(one, "", 1).removeprefix("的") if one else ""
    if not rest or not before[-1].scope.bureaus:
        return intent
    return replace(intent, matter=wording_of_pairs(before[-1].scope) + rest)


def _which_has_more(
    intent: Intent, alone: Question, before: Sequence[Question], labels_of: LabelsOf
) -> Intent | None:
    """A comparison that names neither whom nor what, of those asked about last (哪个高).

    They are all bureaus where none was named, or those of the last questions; talk where only one
    was. One that names what (谁查得多) is of the last bureaus too, where there were several.
    None where the message is no such comparison.
    """
    match = intent_words().follow["which"].fullmatch(intent.matter.strip("，,。？?！! "))
    last = before[-1]
    sides = _sides(before, labels_of)
    if not match:
        ranks = alone.ranks or question_words().superlative_between.search(alone.text)
        of_them = ranks and not (_names_scope(alone) or _asks_everyone(alone))
        if not (of_them and last.scope.bureaus and len(sides) >= _FEWEST_COMPARED):
            return None
        theme = _theme(before) if _names_no_thing(alone) else ""
        matter, *otherwise = (f"{'和'.join(sides)}{about}{intent.matter}" for about in (theme, ""))
        return replace(intent, matter=matter, otherwise=tuple(otherwise))
    if last.scope.bureaus and len(sides) < _FEWEST_COMPARED:
        return Intent(IntentKind.TALK, intent.matter, "compare_whom")
    how = next(filter(None, match.groups()), "").removeprefix("最")
    subject = _subject(matter_of(last))
    if not how:
        matter = f"{'和'.join(sides) or '各局'}{matter_of(last)}"
    elif last.scope.bureaus:
        matter = f"{'和'.join(sides)}{subject}哪个{how}"
    else:
        matter = f"{period_words(last, last)}哪个局{subject}最{how}"
    return replace(intent, matter=matter)


def _compared_with(
    intent: Intent, before: Sequence[Question], read: ReadQuestion, labels_of: LabelsOf
) -> Intent | None:
    """What was asked last, of another bureau or period beside it (跟区局比呢, 差多少)."""
    follow, bare = intent_words().follow, intent.matter.strip("，,。？?！! ")
    last = before[-1]
    if follow["gap"].fullmatch(bare):
        sides = _sides(before, labels_of)
        asked = f"{'和'.join(sides)}{_subject(matter_of(last))}差多少"
        return replace(intent, matter=asked) if len(sides) >= _FEWEST_COMPARED else None
    joined = beside_what(_LED_IN.sub("", bare, count=1) if _LED_IN.match(bare) else bare)
    named = read(joined) if joined else None
    scope = named.scope if named else None
    if named is None or scope is None or not _begins_with_one(named):
        return None
    asked = without_comparing(named.text[scope.spans[-1].end :])
    of_own_time = scope.bureaus and not scope.periods
    others = labels_of(named) if of_own_time else [scope_words(named, last)]
    whose = [*_sides([last], labels_of), *others]
    matter = asked or matter_of(last)
    figures = read(matter).wants is Wants.FIGURE
    kind = IntentKind.FIND if figures or asked else IntentKind.COMPARE
    return replace(intent, kind=kind, matter=f"{'和'.join(whose)}{'' if figures else ' '}{matter}")


def _begins_with_one(question: Question) -> bool:
    """Whether a question begins with the one bureau or the one period that it names."""
    scope = question.scope
    first = not question.text[: scope.spans[0].start].strip() if scope.spans else False
    return first and len(scope.bureaus) <= 1 and len(scope.periods) <= 1


def _asks_everyone(question: Question) -> bool:
    return bool(intent_words().follow["everyone"].search(question.text))


def _sides(before: Sequence[Question], labels_of: LabelsOf) -> list[str]:
    """The reports of the last questions that name bureaus, as many as it takes to compare."""
    sides: list[str] = []
    for question in reversed(before):
        if len(sides) < _FEWEST_COMPARED and question.scope.bureaus:
            sides = [*(label for label in labels_of(question) if label not in sides), *sides]
    return sides


def _of_those_before(
    intent: Intent, before: Sequence[Question], labels_of: LabelsOf
) -> Intent | None:
    """A question that says only how, of what was asked before; None where it is no such one.

    Of the other bureaus (别的局呢), of the things asked last, or of the last two, added up
    (一共多少), how many of the same (具体查了几家).
    """
    follow, bare = intent_words().follow, intent.matter.strip("，,。？?！! ")
    last = before[-1]
    matter = matter_of(last)
    if follow["others"].fullmatch(bare):
        if last.wants is Wants.TEXT:
            return replace(intent, matter=f"还有哪个局提到{substance(matter).replace(' ', '')}")
        return replace(intent, matter=f"各局{matter}")
    phrases = cut_phrases("".join(_WORDS.findall(bare)))
    summed = 1 if len(last.asks) > 1 else _FEWEST_COMPARED
    if phrases and asks_total(phrases) and len(before) >= summed:
        asked = dict.fromkeys(matter_of(question) for question in before[-summed:])
        whose = "和".join(_sides(before, labels_of)) if len(asked) < summed else ""
        whose = whose or scope_words(last, last)
        return replace(intent, matter=f"{whose}{'，'.join(asked)}，一共多少")
    if follow["why"].fullmatch(bare):
        return replace(intent, matter=f"{scope_words(last, last)}{_subject(matter)}为什么")
    if follow["bare"].fullmatch(bare):
        return replace(intent, matter=f"{scope_words(last, last)}{_subject(matter)}{bare}")
    return None


def _theme(before: Sequence[Question]) -> str:
    """The words for the line of work, or the thing, that was named last; empty of none."""
    return next(filter(None, (_thing_of(matter_of(one)) for one in reversed(before))), "")


def _thing_of(matter: str) -> str:
    """The line of work that a question names, else its things; empty where it names none.

    What any line of work has (案件, 单位) is none.
    """
    if topic := topic_of(matter):
        return "" if names_broadly(topic) and _is_general(topic) else topic
    return "".join(t.word for t in terms_of(substance(matter)) if not _is_common(t))


def _is_general(words: str) -> bool:
    return all(map(_is_common, terms_of(words)))


def _is_common(term: Term) -> bool:
    """Whether a word is of any line of work: an act, a rate, 案件, 单位."""
    words = measures()
    common = term.word in words.common or term.word in words.anywhere
    common = common or bool(question_words().kinds[SectionKind.PLAN].search(term.word))
    return common or term.is_verb or term.is_rate or is_stage(term.word)


def _find_after(
    intent: Intent, alone: Question, previous: Intent, read: ReadQuestion, theme: str
) -> Intent:
    """What is asked, or once more what was made before, of what the message names."""
    before = read(previous.matter)
    several = previous.kind is not IntentKind.FIND or previous.besides
    if several and _leaves_out_what(alone, previous):
        again = (_of_another(one, alone, read) for one in (previous, *previous.besides))
        first, *others = again
        return replace(first, besides=tuple(others))
    if (intent.of_everyone and not _is_act(alone)) or _was_compared(alone, before):
        return intent
    likeliest, *otherwise = stand_alone(intent.matter, alone, before, theme)
    if otherwise and _shifts_bureau(read(likeliest), alone):
        likeliest, *otherwise = *otherwise, likeliest
        if _asks_plan(before):
            likeliest += "的打算"
    elif _asks_plan(before) and not _asks_plan(alone) and is_part_name(core_of(alone)):
        likeliest += "的打算"  # 其中食品方面呢
    of_period = _is_act(alone) and alone.scope.spans
    if of_period or not bare_substance(core_of(alone)):  # a bureau or period alone asks nothing
        otherwise = [matter for matter in otherwise if matter != intent.matter]
    return replace(intent, matter=likeliest, otherwise=tuple(otherwise))


def _asks_plan(question: Question) -> bool:
    return any(ask.role is StatementKind.PLAN for ask in question.texts)


def _shifts_bureau(reading: Question, alone: Question) -> bool:
    """Whether a bureau would be taken for another one only for the period before: 区局."""
    meant = {name for bureau in alone.scope.bureaus for name in bureau.names}
    taken = {name for bureau in reading.scope.bureaus for name in bureau.names}
    return bool(meant) and not taken <= meant


def _of_another(made: Intent, alone: Question, read: ReadQuestion) -> Intent:
    """What was made, of the bureau, the period or the part that a message names."""
    before = read(made.matter)
    what = core_of(alone) or matter_of(before)
    lasting = tuple(edit for edit in made.edits if edit.kind not in EDITS_OF_PARTS)
    return replace(made, matter=f"{scope_words(alone, before)} {what}".strip(), edits=lasting)


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
    own, last = matter_of(alone), before[-1]
    matter = own or matter_of(last)
    if not own and last.wants is Wants.FIGURE:  # figures side by side are a question first
        intent = replace(intent, kind=IntentKind.FIND, name="compared")
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
    return (
        several
        and before.compares
        and not (points_back(alone) or len(bare_substance(alone.text)) <= _BARE_MEASURE)
    )


def _leaves_out_what(alone: Question, previous: Intent) -> bool:
    """Whether a message names but a bureau, a period or a part of a report (那药品呢)."""
    rest = core_of(alone)
    if not bare_substance(rest) or is_part_name(rest):
        return True
    return previous.kind in _MADE_OF_ALL and points_back(alone)


def _with_scope(intent: Intent, alone: Question, before: Question) -> Intent:
    """What is to be made, of the bureaus before where it names none."""
    matter = intent.matter or matter_of(before)
    of_all = (intent.kind in _MADE_OF_ALL and intent.name != "all") or intent.of_everyone
    if of_all or alone.scope.bureaus or alone.scope.unknown or not before.scope.bureaus:
        return replace(intent, matter=matter)
    rest = matter_of(alone) if intent.matter else matter
    scope = scope_words(alone, before)
    if intent.kind is IntentKind.DRAFT:  # it is for a period of its own
        whose = [bureau.standing for bureau in before.scope.bureaus]
        scope = "和".join(whose) + "和".join(map(str, alone.scope.periods))
    return replace(intent, matter=f"{scope} {rest}".strip())
