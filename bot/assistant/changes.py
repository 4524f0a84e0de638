"""What was given before, changed: shorter, as a table, with more, put together. Pure.

A message may correct itself too: its later words count.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from bot.assistant.antecedents import (
    Conversation,
    bare_substance,
    matter_of,
    names_scope,
)
from bot.assistant.command_words import (
    bare_piece,
    is_part_name,
    length_ladder,
    topic_within,
)
from bot.assistant.forms import listed_titles
from bot.assistant.intents import (
    EDITS_OF_PARTS,
    MADE_OF_ALL,
    AnswerForm,
    Edit,
    EditKind,
    Intent,
    IntentKind,
    intent_words,
    read_change_within,
)
from bot.assistant.phrases import (
    cut_phrases,
    item_meant,
    items_meant,
    number_meant,
    phrase_words,
)
from bot.assistant.requests import SENTENCE
from bot.drafting.vocabulary import plan_words
from knowledge.retrieval.question import Question, Wants

_PAIR = 2
_STILL_AT_HAND = 3
_SHORTEST, _TOLD_SHORT = 30, 240
_EVERYONE = "各局"
_WORDS = re.compile(r"\w+")
_FORMS = (
    AnswerForm.TABLE,
    AnswerForm.FIGURES,
    AnswerForm.EVIDENCE,
    AnswerForm.PARAGRAPH,
    AnswerForm.QUOTES,
    AnswerForm.REST,
)
_NAMED_BY_FORM = ("claimed", "where", "shares")
_FORMS_TOGETHER = (AnswerForm.TABLE, AnswerForm.PARAGRAPH)
_BORROWED = "（借鉴）"
_TALK_OF_DRAFTS = ("borrowed", "targets")
_EDITS = frozenset(kind.value for kind in EditKind)
_EDITS_OF_TABLES = (EditKind.TRANSPOSE, EditKind.SORT, EditKind.BLANKS)
_WITH_LENGTH = (IntentKind.SUMMARISE, IntentKind.COMPARE, IntentKind.DRAFT)


def hear_change(message: str, said: Intent, talk: Conversation) -> Intent:
    """A message as a change of what was given, where it asks nothing of its own; else as ``said``.

    Of a question for figures that what is wanted of it is asked anew: 只要食品的.
    """
    unclear = said.name == "unclear" or (said.name == "passage" and bool(item_meant(said.matter)))
    alone = talk.read(said.matter)
    of_own = names_scope(alone) or alone.kinds or alone.wants is Wants.FIGURE or said.adds
    if not talk.subjects or not (unclear or (said.kind is IntentKind.FIND and not of_own)):
        return said
    change = read_change_within(message, talk.names)
    anew = change and change.name == EditKind.KEEP and _counts(talk.subjects[-1], talk)
    return said if change is None or anew else change


def _counts(subject: Intent, talk: Conversation) -> bool:
    return subject.kind is IntentKind.FIND and talk.read(subject.matter).wants is Wants.FIGURE


def change_given(change: Intent, talk: Conversation) -> Intent:
    """What was given before, changed; talk where there was nothing."""
    if not talk.subjects:
        name = {"evidence": "source"}.get(change.name, "nothing_before")
        kind = IntentKind.FIND if change.name == EditKind.KEEP else IntentKind.TALK
        return Intent(kind, change.matter, name)
    shows = change.name == AnswerForm.EVIDENCE  # that nothing was found is shown, too
    given = [one for one in talk.subjects if shows or _is_given(one, talk)]
    all_asked, talk = talk, replace(talk, subjects=tuple(given) or talk.subjects)
    previous = talk.subjects[-1]
    if change.of_everyone and change.name not in _EDITS:
        previous = _of_everyone(previous, talk)
        talk = all_asked = replace(talk, subjects=(*talk.subjects[:-1], previous))
    refuses = any(_says(change.matter, one) for one in ("refused", "remove"))
    refuses = refuses or change.name == EditKind.REMOVE
    if previous.kind is IntentKind.DRAFT and refuses and _says(change.matter, "borrowed"):
        change = replace(change, name=EditKind.REMOVE, matter=_BORROWED)  # 别借别家的
    if change.name in _EDITS:
        return _edited(previous, change, talk)
    kind = IntentKind.FIND if previous.kind is IntentKind.CHART else previous.kind
    plain = {
        "mended": _mended(change, talk),
        "widened": previous,
        "chart": replace(previous, kind=IntentKind.CHART, form=AnswerForm.PLAIN),
        "shares": replace(previous, kind=IntentKind.CHART, form=AnswerForm.PLAIN, name="shares"),
        "document": replace(change, matter=previous.matter, besides=(previous,)),
        "again": previous,
        "plain": replace(previous, kind=kind, form=AnswerForm.PLAIN),
    }
    if previous.kind is IntentKind.DRAFT:
        tasks = f"{previous.matter} {plan_words().task_marks[0]}"
        plain |= {
            "tasks": replace(previous, matter=tasks, form=AnswerForm.PLAIN),
            **{one: Intent(IntentKind.TALK, change.matter, one) for one in _TALK_OF_DRAFTS},
        }
    compares = change.name == "chart" and _says(change.matter, "compare")
    if change.name in plain and not compares:
        return plain[change.name]
    if change.name == AnswerForm.TABLE:
        previous = _with_thread(all_asked) or previous
    asked = previous.kind is IntentKind.FIND and change.name == "length"
    text = asked and any(_says(change.matter, one) for one in ("paragraph", "summary", "genre"))
    form = "paragraph" if text else change.name
    if form in _FORMS:
        return _in_form(previous, AnswerForm(form))
    if change.name == "together" or compares:
        of_things = change.form is AnswerForm.PARAGRAPH and _resized(change, previous, talk)
        together = _list_meant(change, talk) or of_things or _put_together(change, talk)
        tabled = compares or change.form is AnswerForm.TABLE
        return replace(together, form=AnswerForm.TABLE) if tabled else together
    added = _with_another(change, talk) if change.name == "added" else None
    return added or _of_each_bureau(change, all_asked) or _resized(change, previous, talk)


def _mended(change: Intent, talk: Conversation) -> Intent:
    """The passages sent last, one behind the other, with their mistakes mended."""
    sent = [*takewhile(lambda one: one.kind is IntentKind.CHECK, reversed(talk.subjects))]
    if not sent:
        return Intent(IntentKind.TALK, change.matter, "polish")
    return replace(sent[0], matter="\n".join(one.matter for one in reversed(sent)), name="mended")


def _of_everyone(previous: Intent, talk: Conversation) -> Intent:
    """What was given, of all bureaus; what was asked of several of them once."""
    parts = dict.fromkeys(matter_of(talk.read(o.matter)) for o in (previous, *previous.besides))
    whose = _EVERYONE * (previous.kind is IntentKind.FIND)
    edits = tuple(edit for edit in previous.edits if edit.kind not in EDITS_OF_PARTS)
    wide = replace(previous, otherwise=(), besides=(), edits=edits, of_everyone=True)
    first, *others = (replace(wide, matter=f"{whose}{matter}") for matter in parts)
    return replace(first, besides=tuple(others))


def question_of(given: Intent, talk: Conversation) -> Intent | None:
    """The question for figures that was asked, or whose answer a table is; None of what is none."""
    if given.kind is IntentKind.TABLE:
        matter, form = f"{_EVERYONE}{as_question(given)}", AnswerForm.TABLE
        asked = replace(given, kind=IntentKind.FIND, matter=matter, form=form)
        given = asked if talk.is_answered(asked) else given
    counts = talk.read(given.matter).wants is Wants.FIGURE
    return given if given.kind is IntentKind.FIND and counts else None


def _is_given(subject: Intent, talk: Conversation) -> bool:
    """Whether something was given for what was asked; what is made of reports always is."""
    asked = subject.kind is IntentKind.FIND and bool(subject.matter)
    return not asked or talk.is_answered(subject)


def _with_thread(talk: Conversation) -> Intent | None:
    """The last questions that go together, where the last one alone told but one thing.

    They ask the same of other bureaus, or other things of the same one.
    """
    *before, last = talk.subjects
    if last.kind is not IntentKind.FIND or last.besides or last.form is not AnswerForm.PLAIN:
        return None
    is_counted = talk.read(last.matter).wants is Wants.FIGURE
    if not is_counted or len(talk.answer_of(last).citations) > 1:
        return None
    thread = [last]
    for subject in reversed(before):
        plain = subject.kind is IntentKind.FIND and not (subject.besides or subject.edits)
        if not plain or not _goes_with(talk.read(subject.matter), talk.read(thread[0].matter)):
            break
        thread.insert(0, subject)
    first, *others = dict.fromkeys(thread)
    answered = [one for one in thread if talk.is_answered(one)]
    return replace(first, besides=tuple(others)) if others and answered else None


def _of_each_bureau(change: Intent, talk: Conversation) -> Intent | None:
    """What was asked first of each of the last bureaus, as many as lines are wanted: 汇总成三行.

    None where nothing is to be gathered, or but one bureau was asked about.
    """
    each = _says(change.matter, "each_bureau")  # 一家一句
    if not (each or intent_words().follow["gathered"].search(change.matter)):
        return None
    number = int(change.length) // SENTENCE if change.length.isdecimal() else 0
    of_each: dict[frozenset[str], Intent] = {}
    for subject in talk.subjects:
        key = scope_key(talk.read(subject.matter))
        if subject.kind is IntentKind.FIND and not subject.besides and key:
            of_each.setdefault(key, replace(subject, form=AnswerForm.SHORTER, length=""))
    gathered = [*of_each.values()][-number:]
    several = len(gathered) >= _PAIR
    return replace(gathered[0], besides=tuple(gathered[1:])) if several else None


def _goes_with(one: Question, other: Question) -> bool:
    """Whether a question asks the same as another, or of the same bureau."""
    same = matter_of(one) == matter_of(other)
    counts = one.wants is Wants.FIGURE
    return same or bool(counts and scope_key(one) and scope_key(one) == scope_key(other))


def _in_form(previous: Intent, form: AnswerForm) -> Intent:
    """What was given, in another form; what was compared as a table of its own."""
    if form is AnswerForm.TABLE and previous.kind in (IntentKind.COMPARE, *MADE_OF_ALL):
        return replace(previous, kind=IntentKind.TABLE, form=AnswerForm.PLAIN)
    name = "" if previous.name in _NAMED_BY_FORM else previous.name
    return replace(previous, form=form, name=name)


def _edited(previous: Intent, change: Intent, talk: Conversation) -> Intent:
    """What was given, with an edit; of bureaus that a message names, of their lines."""
    kind, part = EditKind(change.name), change.matter
    kept = tuple(one for one in previous.besides if bare_piece(part) not in one.matter)
    if kind is EditKind.REMOVE and bare_piece(part) and kept != previous.besides:
        return replace(previous, besides=kept)  # what was added is taken back
    shown = _counts(previous, talk) or _says(part, "existing")  # 有数的列出来
    in_words = shown and previous.kind is IntentKind.FIND and previous.form is AnswerForm.PLAIN
    if kind in _EDITS_OF_TABLES or (kind is EditKind.DISCLOSED and in_words):
        previous = _in_form(previous, AnswerForm.TABLE)
    elif kind is not EditKind.SENTENCES:
        named = talk.read(part)
        bureaus = [name for bureau in named.scope.bureaus for name in sorted(bureau.names)]
        bureaus = [*talk.labels_of(named)] if named.scope.periods else bureaus
        whole = not bureaus or bool(bare_substance(bare_piece(matter_of(named))))
        part = part if whole else "、".join(bureaus)
    edits = (*previous.edits, Edit(kind, part))
    turned_last = sorted(edits, key=lambda edit: edit.kind is EditKind.TRANSPOSE)
    return replace(previous, edits=tuple(turned_last))


def _says(text: str, name: str) -> bool:
    """Whether some phrase of a message says something."""
    phrases = cut_phrases("".join(_WORDS.findall(text)))
    return phrases is not None and phrases.has(name)


def _put_together(change: Intent, talk: Conversation) -> Intent:
    """The last answers as one, as many as the message speaks of, in the form that it goes on with.

    Of each bureau that is what was asked of the last one too, where it was.
    """
    phrases = cut_phrases("".join(_WORDS.findall(change.matter)))
    form = next((f for f in _FORMS_TOGETHER if phrases and phrases.has(f.value)), AnswerForm.PLAIN)
    number, of_bureaus = number_meant(change.matter)
    number = number or _PAIR
    if form is not AnswerForm.PLAIN and len(talk.subjects[-1].besides) + 1 >= number:
        return replace(talk.subjects[-1], form=form)
    answered = [one for one in talk.subjects if talk.is_answered(one)] or [*talk.subjects]
    questions = {one: talk.read(one.matter) for one in answered}
    last = matter_of(questions[answered[-1]])
    alike = [one for one in answered if matter_of(questions[one]) == last]
    chosen = alike if len(alike) >= number else answered
    if of_bureaus:
        sides, wanted = talk.sides(None, number), answered[-1]
        of_each = [replace(wanted, matter=f"{one}{last}", otherwise=()) for one in sides]
        told = [one for one in of_each if talk.is_answered(one)]
        chosen = told if len(told) == number else chosen
    first, *others = chosen[-number:]
    if phrases and phrases.has("compare") and (topic := _line_told(chosen[-number:], talk)):
        labels = dict.fromkeys(label for one in chosen[-number:] for label in talk.labels(one))
        return Intent(IntentKind.COMPARE, f"{'和'.join(labels)} {topic}")
    return replace(first, form=form, besides=(*first.besides, *others))


def _line_told(subjects: Sequence[Intent], talk: Conversation) -> str:
    """The line of work that several questions ask to be told of in words; empty of others."""
    questions = [talk.read(one.matter) for one in subjects]
    topics = {topic_within(matter_of(question)) for question in questions}
    counted = any(question.wants is Wants.FIGURE for question in questions)
    return topics.pop() if len(topics) == 1 and not counted else ""


def _titles_in(subject: Intent, talk: Conversation) -> list[str]:
    plain = replace(subject, form=AnswerForm.PLAIN, length="", edits=())
    return listed_titles(talk.answer_of(plain))


def _list_meant(change: Intent, talk: Conversation) -> Intent | None:
    """A paragraph of the things that a message means by their number, in the last such list.

    None where it means no things of a list.
    """
    if change.form is not AnswerForm.PARAGRAPH:
        return None
    whose = scope_key(talk.read("".join(change.otherwise)))
    of_it = [s for s in talk.subjects if not whose or whose & scope_key(talk.read(s.matter))]
    meant = items_meant(change.matter)
    number = 0 if meant else number_meant(change.matter)[0]
    lists = [s for s in reversed(of_it) if s.kind is IntentKind.FIND and _titles_in(s, talk)]
    if not lists:
        return None
    listed = next((s for s in lists if len(_titles_in(s, talk)) == number), lists[0])
    edits = (Edit(EditKind.KEEP, change.matter),) if meant else ()
    return replace(listed, form=change.form, length=change.length, edits=edits)


def scope_key(question: Question) -> frozenset[str]:
    """The bureaus of a question, by name."""
    return frozenset(name for bureau in question.scope.bureaus for name in bureau.names)


def _with_another(change: Intent, talk: Conversation) -> Intent:
    """What was made last, with the same of another thing beside it (再加上特种设备)."""
    base = added_to(talk)
    base = replace(base, form=change.form if change.form is AnswerForm.TABLE else base.form)
    return replace(base, besides=(*base.besides, *parts_added(base, change.matter, talk)))


def added_to(talk: Conversation) -> Intent:
    """What a message adds to: what was made shortly before, else what was found last."""
    made = (
        s
        for s in reversed(talk.subjects[-_STILL_AT_HAND:])
        if s.besides or s.kind is not IntentKind.FIND
    )
    return next(made, talk.subjects[-1])


def parts_added(base: Intent, thing: str, talk: Conversation) -> list[Intent]:
    """The same of another thing as was made, of each bureau that what was made is of."""
    named = talk.read(thing)
    scopes = dict[str, str]()
    for before in (talk.read(part.matter) for part in (base, *base.besides)):
        scopes.setdefault(talk.scope_words(named, before), matter_of(named) or matter_of(before))
    asks = base.kind is IntentKind.SUMMARISE and not is_part_name(matter_of(named))
    asks = asks or bool(named.kinds or named.plans) or base.kind is IntentKind.CHECK
    asking = named.kinds or named.plans or phrase_words().asking.search(named.text)
    if asks and asking and not topic_within(matter_of(named)):  # 开头加一句重点查哪些地方
        topic = topic_within(matter_of(talk.read(base.matter)))
        scopes = {scope: f"{topic}{rest}" for scope, rest in scopes.items()}
    kind, length = (IntentKind.FIND, "") if asks else (base.kind, base.length)
    part = Intent(kind, length=length, form=base.form)
    return [replace(part, matter=f"{scope} {rest}".strip()) for scope, rest in scopes.items()]


def _resized_text(change: Intent, previous: Intent) -> Intent:
    """A text that was made, shorter or longer; its first parts where so many are wanted."""
    if change.most >= _PAIR and not change.length:
        first = Edit(EditKind.KEEP, f"前{change.most}条")
        return replace(previous, edits=(*previous.edits, first))
    whole = not previous.length or previous.length == length_ladder()[-1]
    if change.name == "longer" and previous.kind is IntentKind.SUMMARISE and whole:
        return replace(previous, form=AnswerForm.LONGER, length="")
    length = change.length or _next_length(previous, change.name)
    if length.isdecimal() and int(length) < _SHORTEST:
        return Intent(IntentKind.TALK, change.matter, "no_shorter")
    besides = tuple(replace(one, length=length) for one in previous.besides)
    return replace(previous, length=length, besides=besides)


def _resized(change: Intent, previous: Intent, talk: Conversation) -> Intent:
    """What was given, shorter or longer; at the length that the message names, if it names one."""
    flows = previous.kind is IntentKind.SUMMARISE and previous.form is AnswerForm.PARAGRAPH
    if previous.kind in _WITH_LENGTH and (flows or previous.form is AnswerForm.PLAIN):
        return _resized_text(change, previous)
    form = AnswerForm.LONGER if change.name == "longer" else AnswerForm.SHORTER
    shorter = form is AnswerForm.SHORTER
    if shorter and (previous.form is AnswerForm.TABLE or previous.kind in MADE_OF_ALL):
        named = talk.read(previous.matter)
        of_part = named.kinds or named.plans
        matter = previous.matter if of_part else as_question(previous)
        asked = replace(previous, kind=IntentKind.FIND, matter=matter)
        counts = talk.read(asked.matter).wants is Wants.FIGURE
        # a table in sentences may be longer; one of words has headings
        return replace(asked, form=AnswerForm.FIGURES if counts else AnswerForm.SHORTER)
    if shorter and change.most >= _PAIR:  # 捡三条, not 短一点
        return replace(previous, form=form, most=change.most)
    if previous.edits and not change.length.isdecimal():
        change = replace(change, length="")  # a summary would be of all again
    told = len(talk.answer_of(previous).text)
    in_paragraph = previous.form is AnswerForm.PARAGRAPH and change.length.isdecimal()
    if shorter and not in_paragraph and told <= _TOLD_SHORT:  # a summary would tell something else
        said = phrase_words().patterns["length"].search(change.matter)
        fits = bool(said and said["count"]) and int(change.length) > told
        more = fits or change.length in length_ladder()[1:]
        form = AnswerForm.LONGER if more else form
        change = replace(change, length="")
    if in_paragraph:
        form = previous.form
    elif previous.form is form and not change.length:
        return Intent(IntentKind.TALK, change.matter, f"no_{form.value}")
    if form is AnswerForm.LONGER and previous.form is not AnswerForm.PLAIN:
        form = AnswerForm.PLAIN  # all of what was cut before
    return replace(previous, form=form, length=change.length)


def as_question(intent: Intent) -> str:
    """What is asked where nothing can be made of it: of what has no table, its figures."""
    words = intent.matter
    asks = intent_words().asks_figures.search(words) or phrase_words().asking.search(words)
    if intent.kind not in MADE_OF_ALL or asks:
        return intent.matter
    return f"{intent.matter}多少"


def _next_length(previous: Intent, change: str) -> str:
    """The length one step shorter or longer than the last one."""
    if previous.length.isdecimal():
        return str(int(int(previous.length) * (0.5 if change == "shorter" else 1.5)))
    names = [*plan_words().lengths] if previous.kind is IntentKind.DRAFT else length_ladder()
    usual = names[len(names) // 2] if previous.kind is IntentKind.DRAFT else names[-1]
    at = names.index(previous.length if previous.length in names else usual)
    return names[max(0, at - 1) if change == "shorter" else min(len(names) - 1, at + 1)]
