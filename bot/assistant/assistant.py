"""The assistant: what a message wants is done from one library, after those before it."""

import logging
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, islice

from bot.answering.concepts import terms_of
from bot.answering.extractive_writer import ExtractiveWriter
from bot.answering.session import Model, ModelSession, Retrieval, Show
from bot.answers import (
    Answer,
    AnswerFigure,
    AnswerStatus,
    add_doubt_note,
    add_scan_note,
    doubtful_numbers,
)
from bot.assistant.antecedents import (
    TOLD,
    Conversation,
    matter_of,
    subject_of,
    without_refused_scope,
)
from bot.assistant.changes import as_question, hear_change, parts_added
from bot.assistant.command_words import topic_within
from bot.assistant.editing import Named, edit_answer
from bot.assistant.examples import example_questions
from bot.assistant.follow_ups import has_subject, resume, says_nothing, settle_subject
from bot.assistant.forms import (
    add_line,
    amounts_named,
    figures_listed,
    figures_told,
    in_unit,
    join_answers,
    matches_told,
    quotes_stating,
    states,
    tell_as_chart,
    tell_as_table,
    tell_evidence,
    tell_figures,
    tell_in_columns,
    tell_paragraph,
    tell_places,
    tell_quotes,
    tell_shorter,
    tell_sum,
    tell_total,
    tell_whole_sections,
)
from bot.assistant.intents import (
    MADE_OF_ALL,
    AnswerForm,
    Edit,
    EditKind,
    Intent,
    IntentKind,
    elsewhere_words,
    intent_words,
    own_bureau_spans,
    read_intent,
    reply,
)
from bot.assistant.own_bureau import name_own_bureau
from bot.assistant.passages import check_passage
from bot.assistant.readings import is_faithful, keeps_scope
from bot.assistant.references import labels_held, resolve_item, strip_framing
from bot.assistant.spoken import plain_words
from bot.assistant.use_cases import (
    list_figures,
    make_draft,
    make_summary,
    make_table,
    tell_rest,
    tell_unique,
)
from bot.display import describe_holdings, name_holdings
from bot.drafting.polishing import Polisher
from bot.summarising.condenser import Condenser
from bot.wording import name_bureau, say
from knowledge.lexicon import tokens_of
from knowledge.library import Library, current_year, label
from knowledge.models import StatementKind
from knowledge.retrieval.question import Question, Wants, without_spans
from knowledge.retrieval.questions_apart import questions_apart
from knowledge.storage.protocols import ReportEntry
from knowledge.understanding.figures import find_figures
from knowledge.understanding.indicators import indicator_catalogue
from knowledge.understanding.periods import YearPart

_log = logging.getLogger("bot")
_MOST_TELLING = 3
_REMEMBERED = 6
_EXAMPLES = 3
_DATE = len("2023-07-01")
_SEVERAL = 2
_LOOSE, _MOST_IN_CELL = "的了是有", 4
_COMPARING = re.compile(r"相?比(?:较|起来)?|\s")
_FOUND = (AnswerStatus.ANSWERED, AnswerStatus.MASKED)


@dataclass(frozen=True, slots=True)
class MessageReading:
    """The last message of a conversation as it was read after those before it, in ``year``.

    ``messages`` are all of them with 我们局 spelt out as ``own_bureau``, if that is known;
    ``subjects`` is what those before it wanted.
    """

    typed: str
    messages: tuple[str, ...]
    own_bureau: str
    intent: Intent
    subjects: tuple[Intent, ...]
    year: int


class Assistant:
    """Does what messages want, from one library: answers, summaries, drafts, tables, talk.

    A ``model`` writes the answers if there is one, a ``condenser`` summaries, a ``polisher``
    drafts. Where their endpoint fails, the reports' own sentences stand and say so.
    ``own_bureau`` is the bureau that 我们局 means where nobody has said another.
    """

    def __init__(
        self,
        library: Library,
        model: Model | None = None,
        condenser: Condenser | None = None,
        polisher: Polisher | None = None,
        own_bureau: str = "",
    ) -> None:
        self._library = library
        self._model = model
        self._condenser = condenser
        self._polisher = polisher
        self._own_bureau = own_bureau
        self._extractive = ExtractiveWriter(library)

    @property
    def condenser(self) -> Condenser | None:
        """Who writes summaries, if a model does."""
        return self._condenser

    @property
    def polisher(self) -> Polisher | None:
        """Who words drafts, if a model does."""
        return self._polisher

    @property
    def writer_name(self) -> str:
        """Who writes the answers."""
        return self._model.name if self._model else self._extractive.name

    def ask(
        self,
        text: str,
        history: Sequence[str] = (),
        this_year: int | None = None,
        show: Show = lambda _text: None,
        own_bureau: str = "",
    ) -> Answer:
        """Do what a message wants; ``history`` holds the earlier ones of the conversation.

        They are in order, the oldest first. ``own_bureau`` is that of who asks, if it is known.
        ``show`` is called with the answer while it is written, each time with more of it; what is
        returned may still differ, where a later part fails a check.
        """
        with self._library.snapshot():
            reading = self.read_message(text, history, own_bureau, this_year)
            return self.answer(reading, show)

    def read_message(
        self,
        text: str,
        history: Sequence[str] = (),
        own_bureau: str = "",
        this_year: int | None = None,
    ) -> MessageReading:
        """What a message wants after those before it, in words that stand alone."""
        year = this_year or current_year()
        talk = self._begin_conversation(year)
        intent = Intent(IntentKind.FIND, text)
        with self._library.snapshot():
            spoken = [*history[-_REMEMBERED:], text]
            messages, own = self._name_own_bureau([*map(plain_words, spoken)], own_bureau)
            for n, message in enumerate(messages, 1):
                said = read_intent(message)
                if said.kind is not IntentKind.CHECK:
                    said = read_intent(strip_framing(message))
                said = hear_change(message, resolve_item(said, talk), talk)
                intent = _apart(resume(said, talk), talk)
                if n < len(messages):
                    talk = _go_on(talk, said, intent)
        return MessageReading(text, tuple(messages), own, intent, talk.subjects, year)

    def _begin_conversation(self, year: int) -> Conversation:
        """A conversation in which nothing was said yet."""
        return Conversation(
            (),
            cache(lambda words: self._library.read_question(words, year)),
            self._labels_of,
            cache(lambda one: Assistant(self._library).recall(one, year)),
            cache(lambda word: self._is_written([word])),
        )

    def recall(self, intent: Intent, year: int) -> Answer:
        """What an intent of an earlier message is answered with, in the reports' own words."""
        session = ModelSession(year, lambda _text: None, None)
        return self._do(intent, [intent.matter], session)

    def answer(self, reading: MessageReading, show: Show = lambda _text: None) -> Answer:
        """Do what a message wants that was read; ``show`` as for ``ask``."""
        started = time.perf_counter()
        session = ModelSession(reading.year, show, self._model)
        with self._library.snapshot():
            answer = self._hear_whose(reading) or self._carry_out(reading, session)
            answer = session.add_origin(answer)
            answer = add_scan_note(answer)
            checked = add_doubt_note(answer, self._library.doubts)
        seconds = round(time.perf_counter() - started, 4)
        answer = replace(answer, text=checked, question=reading.typed, seconds=seconds)
        in_table = reading.intent.form is AnswerForm.TABLE
        kind = IntentKind.TABLE if in_table else reading.intent.kind
        answer = replace(
            answer,
            intent=kind.value,
            own_bureau=reading.own_bureau,
            matter=reading.intent.matter,
        )
        _log.log(
            logging.INFO if answer.prompts else logging.DEBUG,
            "answer intent=%s writer=%s prompt=%s model=%s status=%s citations=%d struck=%d"
            " seconds=%.2f",
            answer.intent, answer.writer, "+".join(answer.prompts) or "-", answer.model or "-",
            answer.status.value, len(answer.citations), len(answer.struck), seconds,
        )  # fmt: skip
        return answer

    def read_question(self, text: str, history: Sequence[str] = ()) -> Question:
        """A question as it is read without a model: the likeliest reading after those before."""
        return self._library.read_question(self.read_message(text, history).intent.matter)

    # -- reading

    def _name_own_bureau(self, messages: Sequence[str], own: str) -> tuple[list[str], str]:
        own = own or self._own_bureau
        names = self._library.bureau_names() if any(map(own_bureau_spans, messages)) else []
        own = names[0] if len(names) == 1 else own
        return name_own_bureau(messages, own, self._bureaus_named)

    def _bureaus_named(self, text: str) -> list[str]:
        """The bureaus that a message may mean, where it names one and no more than a period."""
        question = self._library.read_question(text)
        scope = question.scope
        rest = intent_words().introduced.sub("", without_spans(question.punctuated, scope))
        if len({bureau.names for bureau in scope.bureaus}) != 1 or rest:
            return []
        names, told = scope.bureaus[0].names, (scope.reports or frozenset()) - scope.plan_only
        held = {
            entry.identity.bureau.name
            for entry in self._library.reports()
            if entry.identity.bureau and entry.id in told
        }
        return sorted(names & held if scope.periods else names)

    def _labels_of(self, question: Question) -> list[str]:
        """The reports that a question is of, those that only plan for it left out."""
        scope = question.scope
        ids = (scope.reports or frozenset()) - scope.plan_only
        return [label(entry) for entry in self._library.reports() if entry.id in ids]

    def _hear_whose(self, reading: MessageReading) -> Answer | None:
        """That it is kept whose bureau ours is, or which of several is meant; None of others."""
        if reading.own_bureau and not reading.messages[-1] and reading.typed.strip():
            kept = reply("own_kept", bureau=reading.own_bureau)
            return Answer(reading.typed, AnswerStatus.TALK, kept)
        introduces = intent_words().introducing.match(reading.typed)
        names = self._bureaus_named(reading.typed) if introduces else []
        if len(names) < _SEVERAL:
            return None
        text = reply("whose_of", names="、".join(names))
        return Answer(reading.typed, AnswerStatus.ASKED_BACK, text, asked_back=tuple(names))

    # -- carrying out

    def _carry_out(self, reading: MessageReading, session: ModelSession) -> Answer:
        """What the message wants, with what is told besides it, in the form that is wanted."""
        intent = reading.intent
        if intent.name == "document_of":
            return self._tell(intent.besides[0], reading, session)
        if intent.kind is IntentKind.CHANGE:
            return self._talk(intent)
        if intent.form is AnswerForm.EVIDENCE:
            return self._show_evidence(reading, session)
        added_up = self._add_up_told(reading, session) if intent.name == "total" else None
        answer = added_up or self._tell(intent, reading, session)
        change = read_intent(reading.messages[-1])
        changes = change.kind is IntentKind.CHANGE
        last = reading.subjects[-1] if changes and reading.subjects else intent
        if changes and change.name == AnswerForm.SHORTER and last.matter == intent.matter:
            before = self._tell(last, reading, session)
            if len(answer.text) >= len(before.text) and answer.status in TOLD:
                return self._talk(Intent(IntentKind.TALK, intent.matter, "no_shorter"))
        of_last = any(one.matter == last.matter for one in (intent, *intent.besides))
        if of_last or self.recall(last, reading.year).status in TOLD:
            return answer
        note = reply("as_taken", who=f"“{intent.matter}”")  # of what was found before the last
        return replace(answer, text=f"{note}\n{answer.text}")

    def _tell(self, intent: Intent, reading: MessageReading, session: ModelSession) -> Answer:
        """What an intent wants, with what is told besides it, in its form."""
        parts = (intent, *intent.besides)
        answers = [self._do(one, reading.messages, session) for one in parts]
        if len(answers) > 1:
            answers = [
                self._as_part(one, answer) for one, answer in zip(parts, answers, strict=True)
            ]
        joined, of_things = join_answers(answers), intent.form is AnswerForm.PARAGRAPH
        if of_things:  # their lines are gone in a paragraph
            joined = self._edit(intent, joined, reading, session)
        told = self._in_columns(intent, answers) or self._in_form(intent, joined)
        for answer in answers if intent.form is not AnswerForm.PLAIN and told.citations else ():
            untold = f"{answer.text.partition('。')[0]}。"
            if not answer.citations and untold not in told.text:  # a table leaves it out
                told = add_line(told, untold)
        return told if of_things else self._edit(intent, told, reading, session)

    def _edit(
        self, intent: Intent, told: Answer, reading: MessageReading, session: ModelSession
    ) -> Answer:
        """What was told, with the edits that an intent has made to it."""
        everyone = self._bureaus_asked(intent) if intent.edits else []
        before = [edit for one in reading.subjects[-1:] for edit in one.edits]
        for edit in intent.edits if told.status in TOLD else ():
            edited = edit_answer(told, edit, everyone, is_new=edit not in before)
            if edited is None and edit.kind is EditKind.KEEP:
                edited = self._find_part(intent, edit, told, reading, session)
            told = edited or self._with_part(intent, edit.part, told, reading, session)
        return told

    def _find_part(
        self,
        intent: Intent,
        edit: Edit,
        told: Answer,
        reading: MessageReading,
        session: ModelSession,
    ) -> Answer:
        """What is to be kept of what was told: of all of it, else what is found of the part."""
        whole = replace(intent, form=AnswerForm.PLAIN, length="", besides=(), edits=())
        if whole != replace(intent, edits=()):
            kept = edit_answer(self._tell(whole, reading, session), edit)
            if kept:
                return kept
        parts = parts_added(whole, edit.part, self._begin_conversation(reading.year))
        found = [self._do(one, reading.messages, session) for one in parts]
        found = [one for one in found if one.status in TOLD]
        return join_answers(found) if found else add_line(told, reply("not_kept", part=edit.part))

    def _bureaus_asked(self, intent: Intent) -> list[Named]:
        """The bureaus that what was asked is of."""
        asked = self._library.read_question(intent.matter).scope.reports
        entries = (e for e in self._library.reports() if asked is None or e.id in asked)
        return [Named(name_bureau(entry.identity.bureau), label(entry)) for entry in entries]

    def _as_part(self, intent: Intent, answer: Answer) -> Answer:
        """An answer as it is told with others: with its figures, or with what was asked."""
        if answer.status in TOLD or intent.kind is IntentKind.STORE:
            return replace(answer, figures=figures_listed(self._library, answer))
        asked = "" if answer.citations else say("answer.part", ask=intent.matter)
        return replace(answer, text=asked + answer.text)

    def _add_up_told(self, reading: MessageReading, session: ModelSession) -> Answer | None:
        """The figures told last, or of the last two questions, with their sum; None of none."""
        for count in range(1, _SEVERAL + 1):
            asked = [replace(one, form=AnswerForm.PLAIN) for one in reading.subjects[-count:]]
            told = join_answers([self._do(one, reading.messages, session) for one in asked])
            matches = matches_told(self._library, told)
            if len(matches) >= _SEVERAL and len(matches) == len(told.figures):
                return tell_total(told, matches)
        return None

    def _in_columns(self, intent: Intent, answers: Sequence[Answer]) -> Answer | None:
        """Several questions in a table, each in a column; None where they tell of one bureau.

        Below stands what only comes near to what was asked.
        """
        if intent.form is not AnswerForm.TABLE or not answers[0].figures:
            return None
        told = join_answers([one for one in answers if one.figures])
        figures, columns = iter(told.figures), dict[str, list[AnswerFigure]]()
        for one, answer in zip((intent, *intent.besides), answers, strict=True):
            name = self._name_of_column(one)
            columns.setdefault(name, []).extend(islice(figures, len(answer.figures)))
        whose = {figure.who for figure in told.figures}
        cells = Counter((name, one.who) for name, of in columns.items() for one in of)
        if min(len(columns), len(whose)) < _SEVERAL or max(cells.values()) > _MOST_IN_CELL:
            return None
        table = tell_in_columns(told, columns, self._reports_asked(intent))
        return join_answers([table, *(one for one in answers if not one.figures)])

    def _name_of_column(self, intent: Intent) -> str:
        """What a question asks, in the words that are counted."""
        asked = matter_of(self._library.read_question(intent.matter))
        asked = intent_words().everyone.sub("", asked)
        return (subject_of(asked) or asked).strip(_LOOSE)

    def _reports_asked(self, intent: Intent) -> list[str]:
        """The reports that a question is of, where it is of several."""
        asked = [one.label for one in self._bureaus_asked(intent)]
        return asked if len(asked) >= _SEVERAL else []

    def _with_part(
        self,
        intent: Intent,
        part: str,
        told: Answer,
        reading: MessageReading,
        session: ModelSession,
    ) -> Answer:
        """What was told, with another part before it; behind it what answers that only nearly."""
        talk = self._begin_conversation(reading.year)
        parts = parts_added(replace(intent, edits=()), part, talk)
        added = [self._do(one, reading.messages, session) for one in parts]
        nearly = [one for one in added if one.status not in TOLD]
        return join_answers([*(one for one in added if one.status in TOLD), told, *nearly])

    def _show_evidence(self, reading: MessageReading, session: ModelSession) -> Answer:
        """Where what was told last stands; of an amount named, where that does.

        Where no report states it: which figures come to it, and what is stated in its unit.
        """
        if reading.intent.name == "where":
            asked = replace(reading.intent, name="", form=AnswerForm.PLAIN)
            return tell_places(self._do(asked, reading.messages, session))
        lately = map(amounts_named, reversed(reading.messages[-_SEVERAL:]))
        named = next(filter(None, lately), [])  # 246件哪来的, 这个数是全年的吗
        told = [
            self._do(replace(intent, form=AnswerForm.PLAIN), reading.messages, session)
            for intent in (reading.intent, *reversed(reading.subjects if named else ()))
        ]
        stating = (a for a in told if any(states(c.quote.text, named) for c in a.citations))
        if found := next(stating, None) or quotes_stating(self._library, named):
            evidence = tell_evidence(found, named)
            same = reading.intent.name == "claimed"
            return add_line(evidence, say("confirmed.same")) if same else evidence
        if not named:
            return tell_evidence(told[0])
        amount = next(iter(find_figures(named[0])), None)
        stated = ((one, figures_told(self._library, replace(one, figures=()))) for one in told)
        alike = ((one, in_unit(figures, amount)) for one, figures in stated)
        answer, beside = next((pair for pair in alike if pair[1]), (told[0], []))
        cited = {figure.n for figure in beside}
        kept = tuple(c for c in answer.citations if c.n in cited) or answer.citations
        evidence = tell_evidence(replace(answer, citations=kept))
        stands = reply("evidence_stands", figure="”、“".join(named))
        total = tell_sum(amount, beside) if amount else ""
        return replace(evidence, text="\n".join(filter(None, (stands, evidence.text, total))))

    def _do(self, intent: Intent, messages: Sequence[str], session: ModelSession) -> Answer:
        """What one intent wants, in its own form."""
        if own_bureau_spans(intent.matter) and has_subject(intent):
            return self._ask_whose(intent)
        match intent.kind:
            case IntentKind.TALK | IntentKind.STORE:
                return self._talk(intent)
            case IntentKind.ELSEWHERE if not (self._writes_of(intent) or self._asks_part(intent)):
                return self._talk(replace(intent, name="elsewhere"))
            case IntentKind.CHECK:
                return check_passage(self._library, intent)
            case IntentKind.FIND if self._asks_of_masks(intent):
                return self._talk(replace(intent, name="masks"))
        intent = self._of_indicator(intent)
        in_words = intent.kind is IntentKind.COMPARE and self._asks_no_table(intent)
        made = self._make(intent) if self._library.reports() and not in_words else None
        return made or self._answer_question(intent, messages, session)

    def _answer_question(
        self, intent: Intent, messages: Sequence[str], session: ModelSession
    ) -> Answer:
        """The answer to a question, and to what cannot be made of the reports."""
        asked = intent
        if intent.kind is not IntentKind.FIND:
            of_part = intent.kind in MADE_OF_ALL and self._asks_part(intent)
            matter = intent.matter if of_part else as_question(intent)
            asked = replace(intent, matter=matter or messages[-1])
        alone = len(messages) == 1 or asked.matter == messages[-1]
        said = self._library.read_question(asked.matter, session.year)
        if alone and says_nothing(said, self._is_written):
            name = "elsewhere" if terms_of(said.content) else "unclear"
            unclear = self._talk(replace(intent, name=name))
            return replace(unclear, status=AnswerStatus.NOT_FOUND)
        answer = self._find(asked, messages, session)
        if intent.name == "compared" and answer.status not in _FOUND:
            compared = replace(intent, kind=IntentKind.COMPARE)
            topic = topic_within(intent.matter)
            return (self._make(compared) if topic else None) or answer
        if intent.kind in MADE_OF_ALL and answer.status in _FOUND:
            return self._in_rows(intent, answer)
        if intent.name == "letter" and answer.status not in _FOUND:
            return self._talk(intent)
        if intent.name == "sums" and answer.citations:
            doubtful = doubtful_numbers(answer.citations, self._library.doubts)
            note = "" if doubtful else f"\n{reply('sums_agree')}"
            return replace(answer, text=answer.text + note)
        return answer

    def _in_rows(self, intent: Intent, answer: Answer) -> Answer:
        """An answer as a table or a chart of its figures."""
        figures = figures_told(self._library, answer)
        if intent.kind is IntentKind.CHART:
            return tell_as_chart(answer, figures, shares=intent.name == "shares")
        return tell_as_table(answer, figures, self._reports_asked(intent))

    def _in_form(self, intent: Intent, answer: Answer) -> Answer:
        """An answer in the form that is wanted; one that found nothing as it is."""
        told = answer.status in TOLD
        if not (told and answer.citations) or intent.kind in MADE_OF_ALL:
            return answer
        shortened = intent.kind is IntentKind.SUMMARISE and intent.length
        match AnswerForm.SHORTER if shortened and answer.status in _FOUND else intent.form:
            case AnswerForm.SHORTER:
                answer = tell_shorter(answer, intent.most)
            case AnswerForm.REST:
                answer = tell_rest(self._library, answer, intent.matter)
            case AnswerForm.LONGER if intent.kind is IntentKind.SUMMARISE:
                rest = tell_rest(self._library, answer, intent.matter)
                answer = join_answers([tell_paragraph(answer), rest])
            case AnswerForm.LONGER:
                answer = tell_whole_sections(self._library, answer)
            case AnswerForm.FIGURES:
                figures = figures_told(self._library, answer)
                answer = tell_figures(answer, figures) if figures else tell_shorter(answer)
            case AnswerForm.PARAGRAPH:
                answer = tell_paragraph(answer, _characters(intent.length))
            case AnswerForm.QUOTES:
                answer = tell_quotes(answer, intent.most)
                head = f"{reply('letter_quotes')}\n" * (intent.name == "letter")
                answer = replace(answer, text=f"{head}{answer.text}")
            case AnswerForm.TABLE:
                answer = self._in_rows(intent, answer)
                answer = replace(answer, status=AnswerStatus.ANSWERED)  # it has no title of its own
        return answer

    def _make(self, intent: Intent) -> Answer | None:
        """What is to be made; None where it is a question after all."""
        match intent.kind:
            case IntentKind.SUMMARISE | IntentKind.COMPARE:
                if intent.name == "unique":
                    return tell_unique(self._library, intent)
                return make_summary(self._library, intent, self._condenser)
            case IntentKind.DRAFT:
                return make_draft(self._library, intent, self._polisher)
            case IntentKind.TABLE | IntentKind.CHART if not self._asks_part(intent):
                listed = intent.kind is IntentKind.TABLE and intent.name == "all"
                return (list_figures if listed else make_table)(self._library, intent)
            case IntentKind.FIND if intent.length and not self._is_told_so_long(intent):
                made = make_summary(self._library, intent, self._condenser)
                return made if made and made.status is AnswerStatus.DONE else None
        return None

    def _is_told_so_long(self, intent: Intent) -> bool:
        """Whether it is the answer, and not a summary, that is to be of a length."""
        return intent.form is AnswerForm.PARAGRAPH or self._asks_part(intent)

    def _is_written(self, words: Sequence[str]) -> bool:
        """Whether the reports hold all that one of some words is made of."""
        tokens = [tokens_of(word) for word in words]
        known = self._library.passages_with(list(chain.from_iterable(tokens)))
        return any(one and all(token in known for token in one) for one in tokens)

    def _asks_part(self, intent: Intent) -> bool:
        """Whether a question is for the plans, the problems or another part of a report."""
        return bool(self._library.read_question(intent.matter).kinds)

    def _asks_no_table(self, intent: Intent) -> bool:
        """Whether a question is how something is to be done, or of whom there was most."""
        question = self._library.read_question(intent.matter)
        planned = (ask.role is StatementKind.PLAN and ask.subject for ask in question.texts)
        return question.ranks or any(planned)

    def _of_indicator(self, intent: Intent) -> Intent:
        """What is compared as a question of figures, where it is by its name a single indicator."""
        if intent.kind is not IntentKind.COMPARE:
            return intent
        name = matter_of(self._library.read_question(intent.matter)).strip(_LOOSE)
        if not indicator_catalogue().find_by_whole_name(_COMPARING.sub("", name)):
            return intent
        return replace(intent, kind=IntentKind.FIND, matter=f"{intent.matter}各多少")

    def _asks_of_masks(self, intent: Intent) -> bool:
        """Whether a question that names a bureau is about what is hidden: 市局为什么好多星号."""
        question = self._library.read_question(intent.matter)
        return bool(question.scope.spans) and read_intent(matter_of(question)).name == "masks"

    def _ask_whose(self, intent: Intent) -> Answer:
        names = self._library.bureau_names()
        if not names:
            return Answer(intent.matter, AnswerStatus.NOT_FOUND, say("answer.empty"))
        text = reply("whose", first=names[0], names="、".join(names))
        return Answer(intent.matter, AnswerStatus.ASKED_BACK, text, asked_back=tuple(names))

    def _writes_of(self, intent: Intent) -> bool:
        """Whether some report holds the words that a message is thought to be out of place for."""
        return all(self._is_written([word]) for word in elsewhere_words(intent.matter))

    def _talk(self, intent: Intent) -> Answer:
        """What is said without looking anything up in a report."""
        entries = self._library.reports()
        if not entries:
            return Answer(intent.matter, AnswerStatus.TALK, say("answer.empty"))
        if intent.kind is IntentKind.STORE:
            return Answer(intent.matter, AnswerStatus.TALK, self._tell_holdings(intent, entries))
        key = "document_how" if intent.kind is IntentKind.CHANGE else intent.name
        examples = list(islice(example_questions(self._library), _EXAMPLES))
        fields = {
            "example": examples[0],
            "examples": "\n".join(reply("example", question=each) for each in examples),
            "who": label(entries[0]),
            "count": len(intent.matter),
            "matter": intent.matter,
        }
        return Answer(intent.matter, AnswerStatus.TALK, reply(key, **fields))

    def _tell_holdings(self, intent: Intent, entries: Sequence[ReportEntry]) -> str:
        """What reports there are: all, the newest first of all, or those that are named."""
        if intent.name == "loaded":
            when = {label(entry): entry.loaded_at[:_DATE] for entry in entries}
            lines = [reply("loaded_line", who=who, when=day) for who, day in when.items()]
            return reply("loaded", when=max(when.values()), lines="\n".join(lines))
        if intent.name == "newest":
            newest = reply("newest", who=label(_newest(entries)))
            return f"{newest}\n{describe_holdings(entries)}"
        if intent.name not in ("has", "which"):
            return describe_holdings(entries)
        question = self._library.read_question(intent.matter)
        names = self._labels_of(question)
        if intent.name == "which":
            names = _labels_lasting(intent.matter, entries) or names
        if names and not question.scope.unknown:
            if intent.name == "which":
                listed = "、".join(names)
                return reply("which", of=intent.matter, count=len(names), names=listed)
            return reply("has", names="、".join(names))
        unknown = say("answer.no_report_of", unknown=intent.matter)
        return f"{unknown}{name_holdings(entries, question)}"

    # -- questions

    def _find(self, intent: Intent, messages: Sequence[str], session: ModelSession) -> Answer:
        question, *others = self._readings(intent, messages, session)
        answer = self._answer(question, session)
        for other in others if answer.status not in _FOUND else ():
            widens = bool(question.scope.bureaus) and not other.scope.bureaus
            if widens and other.wants is Wants.FIGURE:
                continue  # another bureau's figure is none of this one's
            found = self._answer(other, session)
            if found.status in _FOUND:
                note = _tell_widening(question, found) if widens else ""
                answer, question = replace(found, text=note + found.text), other
                break
        taken = _scope_taken(question, messages[-1])
        if taken and answer.citations and not _names_scope(answer.text, question):
            answer = replace(answer, text=reply("as_taken", who=taken) + "\n" + answer.text)
        return answer

    def _readings(
        self, intent: Intent, messages: Sequence[str], session: ModelSession
    ) -> list[Question]:
        """The readings of a question after those before it, the likeliest first."""
        matters = (intent.matter, *intent.otherwise)
        readings = [self._library.read_question(matter, session.year) for matter in matters]
        if not intent.otherwise or messages[-1] != intent.otherwise[-1]:
            return readings
        *history, text = messages
        rewritten = session.rewrite(text, history)
        if rewritten:
            question = self._library.read_question(rewritten, session.year)
            said = "\n".join([*history, readings[0].text])
            if is_faithful(question, readings[-1], said) and keeps_scope(question, readings[0]):
                return [question, *readings]
        return readings

    def _answer(self, question: Question, session: ModelSession) -> Answer:
        entries = self._library.reports()
        scope = question.scope
        if not entries:
            return Answer(question.text, AnswerStatus.NOT_FOUND, say("answer.empty"))
        if scope.reports is not None and not (scope.reports or question.told_elsewhere):
            return self._no_such_report(question, entries)
        foreword = _foreword(question)
        answer = self._write(question, session, foreword)
        if answer.status is AnswerStatus.NOT_FOUND:
            answer = self._found_nothing(answer, question, entries)
        if answer.status is AnswerStatus.NO_SUCH_REPORT:
            return answer
        return replace(answer, text=foreword + answer.text)

    def _found_nothing(
        self, answer: Answer, question: Question, entries: Sequence[ReportEntry]
    ) -> Answer:
        """The same, with what could be asked; what there is where no report is of the scope."""
        scope = question.scope
        if scope.reports is not None and not scope.reports and scope.unknown:
            return self._no_such_report(question, entries)
        if scope.reports and scope.reports == scope.plan_only:
            text = say("answer.only_planned", unknown=_scope_wording(question))
            return Answer(question.text, AnswerStatus.NO_SUCH_REPORT, text)
        if answer.citations:
            return answer
        example = next(example_questions(self._library))
        return replace(answer, text=f"{answer.text}{say('answer.could_ask', example=example)}")

    def _no_such_report(self, question: Question, entries: Sequence[ReportEntry]) -> Answer:
        scope = question.scope
        unknown = "、".join(f"“{u}”" for u in scope.unknown) or question.text
        text = say("answer.no_such_report", unknown=unknown)
        if question.told_elsewhere:
            telling = [label(entry) for entry in entries if entry.id in question.told_elsewhere]
            who = "、".join(telling[:_MOST_TELLING])
            text = say("answer.not_told_elsewhere", unknown=unknown, who=who)
        elif scope.unidentified:
            text += "\n" + say("answer.undated", count=len(scope.unidentified))
        text += "\n" + name_holdings(entries, question)
        return Answer(question.text, AnswerStatus.NO_SUCH_REPORT, text)

    def _write(self, question: Question, session: ModelSession, foreword: str) -> Answer:
        """The model's answer, or without one the answer in the reports' own sentences."""
        retrieval = Retrieval(self._library, question)
        if question.scope.reports is not None and not question.scope.reports:
            return self._extractive.answer(retrieval)
        answer = session.write_answer(retrieval, foreword)
        if answer is None:
            return self._extractive.answer(retrieval)
        return self._extractive.complete(answer, retrieval)


def _apart(intent: Intent, talk: Conversation) -> Intent:
    """What is asked of each of several reports for itself, told one after the other."""
    plain = intent.kind is IntentKind.FIND and not (intent.besides or intent.name)
    parts = questions_apart(talk.read(intent.matter)) if plain else ()
    first, *others = parts or (intent.matter,)
    besides = tuple(replace(intent, matter=other) for other in others)
    return replace(intent, matter=first, besides=besides) if parts else intent


def _go_on(talk: Conversation, said: Intent, intent: Intent) -> Conversation:
    """A conversation after another message, with what of it the next one may leave out."""
    wanted = intent.besides[0] if intent.name == "document_of" else intent
    if wanted.form is AnswerForm.EVIDENCE or wanted.name == "total":
        return talk  # it asks of what was told
    if intent.kind is IntentKind.STORE:
        return replace(talk, holdings=intent)
    kept = settle_subject(said, wanted, talk) if has_subject(wanted) else None
    if kept is None:
        return talk
    last = talk.questions[-1] if talk.subjects else None
    held = without_refused_scope(talk.read(kept.matter), last)
    kept = replace(kept, matter=held) if held else kept
    holdings = talk.holdings if said.matter.startswith(tuple(labels_held(talk))) else None
    return replace(talk, subjects=(*talk.subjects, kept), holdings=holdings)


def _characters(length: str) -> int:
    """How many characters a length is; 0 for one that has a name."""
    return int(length) if length.isdecimal() else 0


def _tell_widening(asked: Question, found: Answer) -> str:
    """That only others answer than those that were asked; empty where they do themselves."""
    if any(c.quote.report.id in (asked.scope.reports or ()) for c in found.citations):
        return ""
    who = "、".join(dict.fromkeys(b.standing for b in asked.scope.bureaus))
    return reply("widened", who=who) + "\n"


def _scope_taken(question: Question, typed: str) -> str:
    """The bureaus and periods of a question that the message leaves out or calls its own."""
    scope = question.scope
    left_out = [b for b in scope.bureaus if b.wording not in typed]
    periods = [str(p) for p in scope.periods if not (p.relative or str(p) in typed)]
    if question.text == typed or not (left_out or periods):
        return ""
    bureaus = [next(iter(b.names)) if len(b.names) == 1 else b.wording for b in scope.bureaus]
    return "、".join(dict.fromkeys(bureaus)) + "、".join(map(str, scope.periods))


def _names_scope(text: str, question: Question) -> bool:
    """Whether an answer names the bureaus and periods that a question was taken to be of."""
    scope = question.scope
    bureaus = all(any(name in text for name in b.names) for b in scope.bureaus)
    return bureaus and all(str(period) in text for period in scope.periods)


def _labels_lasting(words: str, entries: Sequence[ReportEntry]) -> list[str]:
    """The reports of half a year, or of a whole one, where some words ask for either."""
    asked = intent_words()
    parts = frozenset[YearPart]()
    if asked.half_year.fullmatch(words):
        parts = frozenset((YearPart.FIRST_HALF, YearPart.SECOND_HALF))
    elif asked.whole_year.fullmatch(words):
        parts = frozenset((YearPart.YEAR,))
    periods = ((entry, entry.identity.period) for entry in entries)
    return [label(entry) for entry, period in periods if period and period.part in parts]


def _newest(entries: Sequence[ReportEntry]) -> ReportEntry:
    """The report whose period ends last."""

    def end(entry: ReportEntry) -> tuple[int, int]:
        period = entry.identity.period
        return (period.year, period.part.months[1]) if period else (0, 0)

    return max(entries, key=end)


def _foreword(question: Question) -> str:
    """What is said before an answer: the years that were taken, the reports that there are not."""
    scope = question.scope
    unknown = "、".join(f"“{u}”" for u in scope.unknown)
    lines = [_tell_years_taken(question)] if scope.assumed_year else []
    if question.slips:
        lines.append(say("answer.slips", meant="”、“".join(slip.meant for slip in question.slips)))
    if scope.undated:
        lines.append(say("answer.undated_too"))
    if unknown:
        key = "answer.told_elsewhere" if question.told_elsewhere else "answer.partly_unknown"
        lines.append(say(key, unknown=unknown))
    for said, name in dict.fromkeys(scope.branches):
        lines.append(say("answer.assumed_bureau", said=said, name=name))
    for wording, period in scope.instead:
        lines.append(say("answer.instead_of", unknown=wording, period=period))
    return "".join(f"{line}\n" for line in lines)


def _tell_years_taken(question: Question) -> str:
    """Which years 今年 or 去年 was taken for, in the words that were said."""
    relative = [p for p in question.scope.periods if p.relative]
    return "".join(
        say("answer.assumed_year", said=question.punctuated[p.start : p.end], period=str(p))
        for p in relative
    )


def _scope_wording(question: Question) -> str:
    """The bureaus and periods of a question, in its own words."""
    scope = question.scope
    return "“" + "".join([b.wording for b in scope.bureaus] + [str(p) for p in scope.periods]) + "”"
