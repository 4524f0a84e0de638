"""What a message wants after those before it: follow-ups made to stand alone, by rules. Pure.

那食品抽检呢？ after a question on 区局2023年 asks of 区局2023年; 再短一点 after a summary wants it
shorter.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.answering.concepts import terms_of
from bot.answers import AnswerStatus
from bot.assistant.antecedents import (
    Conversation,
    bare_substance,
    core_of,
    matter_of,
    names_scope,
    period_words,
    points_back,
    scope_words,
    subject_of,
)
from bot.assistant.changes import added_to, change_given, question_of, scope_key
from bot.assistant.command_words import is_part_name, topic_of
from bot.assistant.intents import (
    EDITS_OF_PARTS,
    MADE_OF_ALL,
    AnswerForm,
    Intent,
    IntentKind,
    intent_words,
    read_intent,
)
from bot.assistant.phrases import (
    asks_total,
    beside_what,
    cut_phrases,
    read_store,
    without_comparing,
)
from bot.assistant.readings import (
    asked_before,
    asks_everyone,
    at_rate_of,
    counts_common_thing,
    is_act,
    is_general_name,
    names_bare_thing,
    names_nothing,
    names_thing_alone,
    stand_alone,
    subject_before,
    theme_of,
    things_in,
)
from bot.assistant.references import follow_up_words, other_bureaus, resolve_references
from knowledge.models import StatementKind
from knowledge.retrieval.question import Question, Wants
from knowledge.retrieval.question_asks import substance
from knowledge.retrieval.text_question import Sought
from knowledge.retrieval.vocabulary import question_words

_BARE_MEASURE = 4
_STOPS, _BESIDE = "，,。？?！! ", "和跟与比同"
_DONE, _SIZES = ("done",), ("shorter", "longer", "length")
_OUTLINE = "半页"
_EVERYONE, _ASKS_AGAIN = "各局", "呢"
_OF_A_THING = (Sought.HONOURS, Sought.OPENING, Sought.PERSON, Sought.TIME)
_FEWEST_COMPARED = 2
_LEVEL_ALONE = re.compile(r"(?<![\u4e00-\u9fff*＊×、])[省市县区](?![\u4e00-\u9fff*＊×、])")
_AMOUNT = re.compile(r"(?:多少|几)(?:[个家件起台户批处条份项名人次]|批次|人次|家次|户次)")
_WORDS = re.compile(r"\w+")
_PARTS = re.compile("[，,]")
_LED_IN = re.compile("^(?:那么?|再|要是|如果)")


_SUBJECTS = (
    IntentKind.FIND,
    IntentKind.TABLE,
    IntentKind.CHART,
    IntentKind.COMPARE,
    IntentKind.SUMMARISE,
    IntentKind.DRAFT,
    IntentKind.CHECK,
)


def has_subject(intent: Intent) -> bool:
    """Whether a message is about something that the next one may leave out."""
    return intent.kind in _SUBJECTS


def resume(intent: Intent, talk: Conversation) -> Intent:
    """What a message wants after those before it, so that it stands alone.

    A bureau, a period or a line of work alone (那县局呢) wants of it what was wanted last; what is
    to be summarised, drafted or found without a bureau is of the bureau before. Only what is
    answered is put together.
    """
    return _which_are_held(intent, talk) or _resume(intent, talk)


def _resume(intent: Intent, talk: Conversation) -> Intent:
    previous = talk.subjects[-1] if talk.subjects else None
    if intent.name == "document_of":
        return replace(intent, besides=(resume(intent.besides[0], talk),))
    if changes := [one for one in intent.besides if one.kind is IntentKind.CHANGE]:
        made = resume(replace(intent, besides=()), talk)
        for change in changes if has_subject(made) else ():
            made = change_given(change, replace(talk, subjects=(*talk.subjects, made)))
        return made
    if previous and previous.kind is IntentKind.DRAFT and intent.name == "honest":
        return replace(intent, name="borrowed")
    if previous and (beside := _told_beside(intent, talk)):
        return beside
    if intent.kind is IntentKind.CHANGE:
        return change_given(intent, talk)
    return _asked_after(intent, talk, previous)


def _asked_after(intent: Intent, talk: Conversation, previous: Intent | None) -> Intent:
    """What is asked, or is to be made, with what it leaves out."""
    if not has_subject(intent):
        return intent
    if intent.kind is IntentKind.CHECK:  # what is sent stays as it is
        alone = talk.read(intent.matter)
        before = (talk.scope_words(alone, talk.questions[-1]),) if previous else ()
        return replace(intent, otherwise=intent.otherwise or before)
    intent = replace(intent, matter=_LEVEL_ALONE.sub(r"\g<0>局", intent.matter))
    if previous is None or intent.is_fresh:
        intent = replace(intent, matter=resolve_references(intent.matter, talk))
        alone = talk.read(intent.matter)
        if intent.kind not in (IntentKind.FIND, IntentKind.SUMMARISE):
            return intent
        return _state_of(intent, alone, "state", "contents", *_DONE[: bool(intent.length)])
    intent = replace(intent, matter=_without_echo(resolve_references(intent.matter, talk), talk))
    alone = talk.read(intent.matter)
    if of_told := _asked_of_told(intent, alone, talk):
        return of_told
    was_asked = previous.kind is IntentKind.FIND and bool(previous.matter)
    if intent.name == "passage" and was_asked and not bare_substance(core_of(alone)):
        intent = replace(
            intent, kind=IntentKind.FIND, name="", length="", form=AnswerForm.PARAGRAPH
        )
    match intent.kind:
        case IntentKind.FIND:
            resumed = (
                _changed_for(intent, alone, talk)
                or _contents_of(intent, alone, talk)
                or _compared(intent, alone, talk)
                or _of_those_before(intent, talk)
                or _find_after(intent, alone, talk)
            )
        case IntentKind.COMPARE:
            resumed = _with_the_others(intent, alone, talk)
        case _:
            resumed = _with_scope(intent, alone, talk)
    return resumed


def _asked_of_told(intent: Intent, alone: Question, talk: Conversation) -> Intent | None:
    """What is asked of the last answer itself: what else there is, if a figure is in it.

    Which bureau is meant, where of several others one is; None of what asks for something else.
    """
    previous = talk.subjects[-1]
    if others := other_bureaus(intent.matter, talk):
        return Intent(IntentKind.TALK, "、".join(others), "which_other")
    if intent_words().follow["rest"].fullmatch(intent.matter.strip(_STOPS)):
        return replace(previous, form=AnswerForm.REST, edits=())
    if intent.name == "claimed" and _is_of_told(alone, talk):
        return replace(previous, form=AnswerForm.EVIDENCE, name="claimed")
    return None


def _is_of_told(alone: Question, talk: Conversation) -> bool:
    """Whether a message names no bureau, and no thing but what was told last."""
    answer = talk.answer_of(talk.subjects[-1])
    terms = terms_of(substance(alone.content))
    told = answer.text + talk.subjects[-1].matter
    named = [term for term in terms if talk.names(term.word)]
    return bool(answer.citations) and not names_scope(alone) and all(t.is_in(told) for t in named)


def _told_beside(intent: Intent, talk: Conversation) -> Intent | None:
    """What a message asks besides, told with the question before; None where it asks for no such.

    加一列隐患, 挽回了多少也放表里: of several bureaus in columns.
    """
    added = intent.kind is IntentKind.CHANGE and intent.name == "added"
    base = question_of(added_to(talk), talk) if intent.adds or added else None
    if base is None:
        return None
    tabled = intent.kind is IntentKind.TABLE or intent.form is AnswerForm.TABLE
    if tabled or len(talk.labels_of(talk.read(base.matter))) != 1:
        base = replace(base, form=AnswerForm.TABLE)
    asked = replace(intent, kind=IntentKind.FIND, name="", adds=False, form=AnswerForm.PLAIN)
    asked = replace(asked, matter=f"{intent.matter}{_ASKS_AGAIN}") if added else asked
    whose = {scope_key(talk.read(one.matter)): one for one in (*base.besides[::-1], base)}
    before = (replace(talk, subjects=(*talk.subjects, one)) for one in reversed(whose.values()))
    parts = dict.fromkeys(_resume(asked, one) for one in before)
    return replace(base, besides=(*base.besides, *parts)) if all(map(has_subject, parts)) else None


def _which_are_held(intent: Intent, talk: Conversation) -> Intent | None:
    """A question which reports there are of some bureaus or periods: 去年的都有哪些局的材料."""
    if intent.kind is not IntentKind.FIND:
        return None
    alone = talk.read(intent.matter)
    asked = "".join(_WORDS.findall(matter_of(alone)))
    if not names_scope(alone) or read_store(asked) != "list":
        return None
    return Intent(IntentKind.STORE, scope_words(alone, alone), "which")


def _without_echo(matter: str, talk: Conversation) -> str:
    """A message without the word of the last question that it asks again: 县局也缺吗."""
    asked = intent_words().follow["also"].search(matter)
    of_it = asked and talk.read(matter).scope.bureaus and asked.start()
    again = of_it and asked and asked["what"] in matter_of(talk.questions[-1])
    return f"{matter[: asked.start()]}呢" if asked and again else matter


def _is_for_another(intent: Intent, alone: Question, previous: Intent) -> bool:
    """Whether a text is wanted that names but a bureau, or of a plan but a line of work.

    It is what was written last, of that one.
    """
    text = intent.kind is IntentKind.SUMMARISE and intent.name == "passage"
    again = text and previous.kind in (IntentKind.SUMMARISE, IntentKind.DRAFT)
    core = core_of(alone)
    of_scope = bool(alone.scope.bureaus) and not bare_substance(core)
    return again and (of_scope or (previous.kind is IntentKind.DRAFT and is_part_name(core)))


def says_nothing(question: Question, is_written: Callable[[Sequence[str]], bool]) -> bool:
    """Whether a message names no bureau, no period, no part of a report and no thing in one.

    ``is_written`` tells whether some report writes one of several words.
    """
    if names_scope(question) or question.wants is Wants.FIGURE:
        return False
    of_kind = any(ask.kinds or ask.sought is not Sought.PART for ask in question.texts)
    terms = terms_of(substance(question.content))
    return not (of_kind or question.plans or any(is_written(term.forms) for term in terms))


def settle_subject(said: Intent, wanted: Intent, talk: Conversation) -> Intent | None:
    """What of a message the next one may leave out: of several readings the one that answers.

    None where nothing answers and the message, as it was ``said``, names nothing at all.
    """
    if wanted.kind is not IntentKind.FIND:
        lost = talk.answer_of(wanted).status is AnswerStatus.NOT_FOUND and talk.subjects
        return None if lost and not names_scope(talk.read(said.matter)) else wanted
    question, likeliest = talk.read(said.matter), talk.read(wanted.matter)
    of_kind = any(ask.kinds for ask in question.texts)
    asks = of_kind or names_scope(question) or question.wants is Wants.FIGURE
    asks = (asks or bool(topic_of(said.matter))) and not _asks_of_told(said, talk)
    if asks and not wanted.otherwise and not _same_of(said, question, talk):
        return wanted
    matters = [
        matter
        for matter in (wanted.matter, *wanted.otherwise)
        if talk.read(matter).scope.bureaus or not likeliest.scope.bureaus
    ]
    readings = (
        replace(wanted, matter=matter, otherwise=tuple(matters[n:]))
        for n, matter in enumerate(matters, 1)
    )
    same = _same_of(said, question, talk)
    return next(filter(talk.is_answered, readings), same or (wanted if asks else None))


def _same_of(said: Intent, question: Question, talk: Conversation) -> Intent | None:
    """What was asked before, of what a message names that names no thing: 区局也是吗."""
    things = things_in(core_of(question)) or topic_of(said.matter) or question.kinds
    if not talk.subjects or things or not question.scope.bureaus:
        return None
    before = talk.questions[-1]
    return replace(talk.subjects[-1], matter=f"{scope_words(question, before)}{matter_of(before)}")


def _asks_of_told(said: Intent, talk: Conversation) -> bool:
    """Whether a message asks but of what was told before: 这个次数是到什么时候的."""
    return bool(talk.subjects) and bool(follow_up_words().told.match(said.matter))


def _state_of(intent: Intent, alone: Question, *names: str) -> Intent:
    """A summary where only a bureau is named and asked how it is; else what it was."""
    asked = question_words().documents.sub("", core_of(alone)).strip("的，, ")
    if not asked and not alone.scope.unknown and "state" in names:  # 深圳
        intent = replace(intent, form=AnswerForm.SHORTER)
    is_state = any(intent_words().follow[name].fullmatch(asked) for name in names)
    outlined = intent.form is AnswerForm.SHORTER and not bare_substance(asked)
    if not (alone.scope.bureaus and (is_state or outlined)):
        return intent
    length = intent.length or _OUTLINE * outlined
    summary = replace(intent, kind=IntentKind.SUMMARISE, matter=scope_words(alone, alone))
    return replace(summary, length=length, form=AnswerForm.PLAIN)


def _contents_of(intent: Intent, alone: Question, talk: Conversation) -> Intent | None:
    """A summary where a message asks what a bureau's report holds, of the one before if of none."""
    named = alone if alone.scope.bureaus else talk.questions[-1]
    of_one = replace(alone, scope=named.scope)
    summary = _state_of(intent, of_one, "contents")
    return summary if summary.kind is IntentKind.SUMMARISE else None


def _changed_for(intent: Intent, alone: Question, talk: Conversation) -> Intent | None:
    """What was given, of what a message names and changed as it says: 区局的详细点."""
    rest = matter_of(alone) if names_scope(alone) and intent.form is AnswerForm.PLAIN else ""
    change = read_intent(rest) if rest else intent
    if change.kind is not IntentKind.CHANGE or change.name not in _SIZES:
        return None
    before = talk.questions[-1]
    matter = f"{talk.scope_words(alone, before)} {matter_of(before)}".strip()
    made = replace(talk.subjects[-1], matter=matter, besides=(), form=AnswerForm.PLAIN)
    return change_given(change, replace(talk, subjects=(*talk.subjects, made)))


def _compared(intent: Intent, alone: Question, talk: Conversation) -> Intent | None:
    """A comparison with whom and what it leaves out, as they were before; None of no comparison.

    哪个高 is of those asked about last, 挽回差多少 and 跟区局比呢 of what they name, too.
    """
    follow, bare = intent_words().follow, intent.matter.strip(_STOPS)
    if match := follow["which"].fullmatch(bare):
        return _which_has_more(intent, next(filter(None, match.groups()), ""), talk)
    ranks = alone.ranks or question_words().superlative_between.search(alone.text)
    sides, last = talk.sides(), talk.questions[-1]
    several = last.scope.bureaus and len(sides) >= _FEWEST_COMPARED
    if ranks and several and not (names_scope(alone) or asks_everyone(alone)):  # 谁查得多
        theme = theme_of(talk) if names_nothing(alone) else ""
        matter, other = (f"{'和'.join(sides)}{about}{intent.matter}" for about in (theme, ""))
        return replace(intent, matter=matter, otherwise=(other,))
    gap = None if intent.of_everyone else follow["gap"].search(bare)
    if gap and gap.end() == len(bare):
        return _gap_between(intent, talk.read(bare[: gap.start()]), talk)
    named = talk.read(beside_what(_LED_IN.sub("", bare)))
    if not _begins_with_one(named):
        return None
    of_own_time = named.scope.bureaus and not named.scope.periods
    others = talk.labels_of(named) if of_own_time else [scope_words(named, last)]
    sides = [*talk.labels(talk.subjects[-1]), *others]
    asked = without_comparing(named.punctuated[named.scope.spans[-1].end :])
    return _side_by_side(intent, sides, asked, talk)


def _with_the_others(intent: Intent, alone: Question, talk: Conversation) -> Intent:
    """What is to be compared: the bureaus that it names, with those before where they are few."""
    own, named = matter_of(alone), alone.scope.bureaus
    if not (intent.of_everyone or len(named) >= _FEWEST_COMPARED):
        return _side_by_side(intent, talk.sides(alone), own, talk)
    held = talk.labels_of(alone) if named else ()
    return intent if _says_what(own) else _side_by_side(intent, held, own, talk)


def _which_has_more(intent: Intent, how: str, talk: Conversation) -> Intent:
    """Which of the last bureaus has the most, of all where none was named; talk where one was."""
    last, sides, how = talk.questions[-1], talk.sides(), how.removeprefix("最")
    if last.scope.bureaus and len(sides) < _FEWEST_COMPARED:
        return Intent(IntentKind.TALK, intent.matter, "compare_whom")
    subject = subject_of(intent_words().everyone.sub("", matter_of(last)))
    whose = "和".join(sides)
    matter = f"{whose}{subject}哪个{how}"
    if not how:
        matter = f"{whose or _EVERYONE}{matter_of(last)}"
    elif not last.scope.bureaus:
        matter = f"{period_words(last, last)}哪个局{subject}最{how}"
    return replace(intent, matter=matter)


def _says_what(asked: str) -> bool:
    """Whether a comparison says what is compared, and not 情况 or nothing."""
    return bool(asked) and not is_general_name(asked.strip("的"))


def _side_by_side(intent: Intent, sides: Sequence[str], asked: str, talk: Conversation) -> Intent:
    """What a message asks of several, else what was asked last; figures are a question first."""
    last, whose = talk.questions[-1], "和".join(sides)
    if not _says_what(asked):
        asked, counts = _compared_matter(last), last.wants is Wants.FIGURE
        kind, name = (IntentKind.FIND, "compared") if counts else (IntentKind.COMPARE, intent.name)
        intent = replace(intent, kind=kind, name=name)
    elif intent_words().follow["which"].fullmatch(asked):
        asked = f"{subject_of(matter_of(last))}{asked}"
    between = " " * (intent.kind is IntentKind.COMPARE)
    return replace(intent, matter=f"{whose}{between}{asked}".strip())


def _gap_between(intent: Intent, thing: Question, talk: Conversation) -> Intent | None:
    """How far two differ in a thing, the last ones and in the last thing where it names none."""
    last, sides = talk.questions[-1], talk.sides(thing)
    if len(sides) < _FEWEST_COMPARED:
        return None
    asked = core_of(thing).lstrip(_BESIDE)
    asked = at_rate_of(asked, last) or asked if names_bare_thing(thing) else asked
    subjects = [asked] if asked else [*map(subject_of, _PARTS.split(matter_of(last)))]
    first, *others = [f"{'和'.join(sides)}{one or theme_of(talk)}差多少" for one in subjects]
    return replace(intent, matter=first, besides=tuple(replace(intent, matter=m) for m in others))


def _compared_matter(last: Question) -> str:
    """What was asked last, as it can be asked of several side by side: not which is the lowest."""
    matter = matter_of(last)
    ranks = last.ranks or intent_words().follow["ranked"].search(matter)
    return subject_of(matter) or matter if ranks else matter


def _begins_with_one(question: Question) -> bool:
    """Whether a question begins with the one bureau or the one period that it names."""
    scope = question.scope
    first = not question.punctuated[: scope.spans[0].start].strip() if scope.spans else False
    return first and len(scope.bureaus) <= 1 and len(scope.periods) <= 1


def _of_those_before(intent: Intent, talk: Conversation) -> Intent | None:
    """A question that says only how, of what was asked before; None where it is no such one.

    Of the other bureaus (别的局呢), of the things asked last, or of the last two, added up
    (一共多少), how many of the same (具体查了几家), which share of a figure before it (占多少).
    """
    follow, bare = intent_words().follow, intent.matter.strip(_STOPS)
    last = talk.questions[-1]
    scope, matter = scope_words(last, last), matter_of(last)
    if follow["others"].fullmatch(bare):
        if last.wants is Wants.TEXT and not last.kinds:
            asked = intent_words().follow["whether"].sub("", substance(matter).replace(" ", ""))
            return replace(intent, matter=f"还有哪个局提到{asked}")
        return replace(intent, matter=f"{_EVERYONE}{matter}")
    phrases = cut_phrases("".join(_WORDS.findall(bare)))
    told = len(talk.answer_of(talk.subjects[-1]).figures)
    summed = 1 if max(told, len(last.asks)) > 1 else _FEWEST_COMPARED
    if phrases and asks_total(phrases) and len(talk.subjects) >= summed:
        asked_of = dict.fromkeys(matter_of(question) for question in talk.questions[-summed:])
        whose = "和".join(talk.sides()) if len(asked_of) < summed else ""
        matter = f"{whose or scope}{'，'.join(asked_of)}，一共多少"
        return replace(intent, matter=matter, name="total")
    if follow["why"].fullmatch(bare):
        return replace(intent, matter=f"{scope}{subject_of(matter)}为什么")
    of_a_thing = any(ask.sought in _OF_A_THING for ask in talk.read(bare).texts)  # 几个奖
    if follow["bare"].fullmatch(bare) and not of_a_thing:
        subject = subject_before(talk) if _AMOUNT.search(bare) else subject_of(matter)
        readings = [
            *(f"{scope}{one}" for one in asked_before(bare, talk)),
            f"{scope}{subject}{bare}",
        ]
        if counted := _AMOUNT.search(matter) if _AMOUNT.fullmatch(bare) else None:
            readings.insert(0, f"{scope}{matter[: counted.start()]}{bare}")  # 查了几家单位, 多少台
        return replace(intent, matter=readings[0], otherwise=tuple(readings[1:]))
    return None


def _find_after(intent: Intent, alone: Question, talk: Conversation) -> Intent:
    """What is asked, or once more what was made before, of what the message names."""
    previous, before = talk.subjects[-1], talk.questions[-1]
    plain = previous.form is AnswerForm.PLAIN and not previous.length
    made = previous.kind is not IntentKind.FIND or previous.besides or not plain
    if made and _leaves_out_what(alone, previous):
        return _all_of_another(previous, alone, talk)
    common = counts_common_thing(alone)
    if (intent.of_everyone and not (is_act(alone) or common)) or _was_compared(alone, before):
        return intent
    likeliest, *otherwise = stand_alone(intent.matter, alone, before, talk, theme_of(talk))
    plain = not _asks_plan(talk.read(likeliest)) and is_part_name(core_of(alone))
    if plain and _asks_plan(before):
        likeliest += "的打算"  # 其中食品方面呢
    if not bare_substance(core_of(alone)):  # of another bureau what was asked in fewer words, too
        scope = talk.scope_words(alone, before)
        fewer = (f"{scope}{matter_of(talk.read(one))}" for one in previous.otherwise)
        otherwise = [*dict.fromkeys((*fewer, *otherwise))]
    of_period = is_act(alone) and alone.scope.spans
    of_thing = points_back(alone) and names_thing_alone(alone)
    of_line = common and likeliest != intent.matter  # the same of another line is none of it
    asks_nothing = not bare_substance(core_of(alone))
    if of_period or of_thing or of_line or asks_nothing:
        otherwise = [matter for matter in otherwise if matter != intent.matter]
    return replace(intent, matter=likeliest, otherwise=tuple(otherwise))


def _asks_plan(question: Question) -> bool:
    return any(ask.role is StatementKind.PLAN for ask in question.texts)


def _all_of_another(made: Intent, alone: Question, talk: Conversation) -> Intent:
    """The same with all that was told besides it."""
    first, *others = (_of_another(one, alone, talk) for one in (made, *made.besides))
    return replace(first, besides=tuple(others))


def _of_another(made: Intent, alone: Question, talk: Conversation) -> Intent:
    """What was made, of the bureau, the period or the part that a message names."""
    before = talk.read(made.matter)
    what = core_of(alone) or matter_of(before)
    lasting = tuple(edit for edit in made.edits if edit.kind not in EDITS_OF_PARTS)
    matter = f"{talk.scope_words(alone, before)} {what}".strip()
    return replace(made, matter=matter, edits=lasting)


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
    return previous.kind in MADE_OF_ALL and points_back(alone)


def _with_scope(intent: Intent, alone: Question, talk: Conversation) -> Intent:
    """What is to be made, of the bureaus before where it names none."""
    previous, before = talk.subjects[-1], talk.questions[-1]
    if _is_for_another(intent, alone, previous):
        made = replace(previous, length=intent.length or previous.length)
        return _all_of_another(made, alone, talk)
    matter = intent.matter or matter_of(before)
    listed = intent.name == "all" or alone.kinds or alone.plans
    of_all = (intent.kind in MADE_OF_ALL and not listed) or intent.of_everyone
    if of_all or alone.scope.bureaus or alone.scope.unknown or not before.scope.bureaus:
        return replace(intent, matter=matter)
    rest = matter_of(alone) if intent.matter else matter
    scope = talk.scope_words(alone, before)
    if intent.kind is IntentKind.DRAFT:  # it is for a period of its own
        whose = [bureau.standing for bureau in before.scope.bureaus]
        scope = "和".join(whose) + "和".join(map(str, alone.scope.periods))
    return replace(intent, matter=f"{scope} {rest}".strip())
