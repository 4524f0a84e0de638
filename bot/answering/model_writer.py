"""Answers a question in a language model's words, checked before anyone reads them.

``answer_chain`` is the chain of retriever, prompt and model that the product runs; others can take
it apart, docs/model.md shows how. ``ModelWriter`` drafts by it, checks, has it repaired once, and
strikes the rest: what is shown rests on quotes that are found here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import zip_longest
from typing import Any, TypeVar

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import (
    Runnable,
    RunnableLambda,
    RunnablePassthrough,
    RunnableSerializable,
)
from pydantic import ConfigDict

from bot.answering.figure_answers import answer_figures
from bot.answering.placed_statements import PlacedStatement
from bot.answering.session import Retrieval, Show, headings_at
from bot.answers import Answer, AnswerStatus, Citation, Footnotes, Quote
from bot.checking.checks import PassageChecker, load_words, quote_for
from bot.checking.drafts import read_draft
from bot.checking.sources import GivenPassage
from bot.checking.statements import (
    CheckedStatement,
    CheckedText,
    StatementRole,
    renumber_marks,
    showable_length,
)
from bot.checking.vocabulary import grounding_words
from bot.interruption import Deadline
from bot.model.checked_generation import (
    CheckedGenerator,
    Generation,
    give_passage,
    join_pieces,
    store_bureaus,
)
from bot.model.prompts import ModelPrompts
from bot.model.tokens import token_count
from bot.wording import say
from knowledge.library import Library
from knowledge.models import Section
from knowledge.retrieval.question import Wants
from knowledge.retrieval.search import Hit
from knowledge.understanding.figures import find_figures
from knowledge.understanding.sentences import Span
from prompts.forms import harmless, passage_form, statement_form, turn_form
from prompts.loading import Prompt

Message = TypeVar("Message", bound=AIMessage)
_LAST_TURNS = 4
_LONGEST_QUESTION = 200
_SENTENCE_END = re.compile(r"[。！？!?；;\n]")
_BOLD = re.compile(r"\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*")
_HASHES = re.compile(r"^#{1,6}[ \t]+", re.MULTILINE)


class NothingRetrieved(LookupError):
    """A question has no passages: no model is asked, since it would answer from itself."""


class PassageRetriever(BaseRetriever):
    """Passages for a question in plain Chinese, best first, within the scope that it names.

    Before all others come those that hold statements of just the figure that is asked for, with
    these in their metadata. ``limit`` is the most that are returned. Bind a ``retrieval`` where
    the question has been read already: its passages are returned, and searched for once for all
    its readers.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    limit: int | None = None

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        retrieval: Retrieval | None = None,
    ) -> list[Document]:
        del run_manager  # there are no steps to report
        with self.library.snapshot():
            if retrieval is None:
                retrieval = Retrieval(self.library, self.library.read_question(query))
            rows = zip_longest(*retrieval.groups)  # the best of each group, then the second best
            hits = [hit for row in rows for hit in row if hit is not None]
            answering = list(_answering_statements(self.library, retrieval)) if hits else []
            hits = _with_passages_of(answering, hits, self.library)
        return [document_of(hit, answering) for hit in hits[: self.limit]]


def _answering_statements(library: Library, retrieval: Retrieval) -> Iterator[PlacedStatement]:
    """The statements that answer a question for a figure."""
    if retrieval.question.wants is Wants.FIGURE:
        matches = answer_figures(library, retrieval, Footnotes()).matches
        yield from (match.placed for match in matches)


def _with_passages_of(
    statements: Sequence[PlacedStatement], hits: Sequence[Hit], library: Library
) -> list[Hit]:
    """The passages that hold statements, found or not, then the others that were found."""
    best = max((hit.score for hit in hits), default=0.0)
    holding: dict[str, Hit] = {}
    for placed in statements:
        hit = next((hit for hit in hits if _holds(hit, placed)), None)
        start = placed.statement.figure.start
        passage = None if hit else library.passage_at(placed.report.id, start)
        if passage:
            text = placed.report.text[passage.start : passage.end]
            hit = Hit(passage, placed.report, text, best)
        if hit:
            holding.setdefault(hit.passage.id, hit)
    return [*holding.values(), *(hit for hit in hits if hit.passage.id not in holding)]


def _holds(hit: Hit, placed: PlacedStatement) -> bool:
    inside = hit.passage.start <= placed.statement.figure.start < hit.passage.end
    return inside and hit.report.id == placed.report.id


def document_of(hit: Hit, statements: Sequence[PlacedStatement] = ()) -> Document:
    """A passage as a document; its metadata say whose words they are and where they stand.

    Of the statements, those that stand in it are told there in a few words each.
    """
    bureau, period = hit.report.identity.bureau, hit.report.identity.period
    return Document(
        id=hit.passage.id,
        page_content=hit.text,
        metadata={
            "report_id": hit.report.id,
            "file": hit.report.file,
            "bureau": bureau.name if bureau else "",
            "period": str(period or ""),
            "section": list(hit.passage.path),
            "kind": hit.passage.kind.value,
            "start": hit.passage.start,
            "end": hit.passage.end,
            "score": hit.score,
            "statements": [one.wording for one in statements if _holds(hit, one)],
        },
    )


def fit_documents(documents: Sequence[Document], room: int) -> list[Document]:
    """The best documents, whole, that take at most ``room`` tokens together; at least one.

    They are put in report order, so that what belongs together is read together.
    """
    fitting: list[Document] = []
    for document in documents:
        needed = token_count(_format_document(0, document))
        if fitting and needed > room:
            continue
        fitting.append(document)
        room -= needed
    return sorted(fitting, key=_report_order)


def answer_chain(
    passages: Runnable[str, list[Document]], prompt: Prompt, model: Runnable[Any, Message]
) -> RunnableSerializable[str, Message]:
    """A question in, the model's message out; raises NothingRetrieved.

    The passages are numbered from 1 in the order in which they come.
    """
    filled = {
        "passages": passages | RunnableLambda(_format_documents),
        "question": RunnableLambda(harmless),
    }
    return filled | prompt.template | model


def _format_documents(documents: list[Document]) -> str:
    if not documents:
        raise NothingRetrieved
    return "\n".join(_format_document(n, document) for n, document in enumerate(documents, 1))


def _format_document(n: int, document: Document) -> str:
    about = document.metadata
    passage = passage_form(
        n, about["bureau"], about["period"], about["section"], document.page_content
    )
    return "\n".join([passage, *(statement_form(n, s) for s in about.get("statements", ()))])


def _report_order(document: Document) -> tuple[str, str, int]:
    about = document.metadata
    bureau = about["bureau"] or say("answer.unknown_bureau")
    period = about["period"] or say("answer.unknown_period")
    return bureau + period, about["report_id"], about["start"]


class ModelWriter:
    """The writer of answers that asks a model.

    ``context`` is how many tokens the model reads at once, ``seconds`` how long a question may
    take.
    """

    name = "model"

    def __init__(
        self,
        generator: CheckedGenerator,
        prompts: ModelPrompts,
        library: Library,
        *,
        context: int,
        seconds: float,
    ) -> None:
        self._generator = generator
        self._prompts = prompts
        self._library = library
        self._retriever = PassageRetriever(library=library)
        self._context = context
        self._seconds = seconds
        load_words()  # now, rather than between an answer's first sentence and its being shown

    @property
    def rewrite_label(self) -> str:
        """The prompt and version that rewrites."""
        return self._prompts.rewrite.label

    def deadline(self) -> Deadline:
        """The time that one question has, from now on."""
        return Deadline(self._seconds)

    def rewrite(self, text: str, history: Sequence[str], deadline: Deadline) -> str:
        """A follow-up as a question that stands alone; empty where the model gave no such thing.

        Raises EndpointFailed.
        """
        turns = "\n".join(map(turn_form, history[-_LAST_TURNS:]))
        variables = {"history": turns, "question": harmless(text)}
        return _single_line(self._generator.complete(self._prompts.rewrite, variables, deadline))

    def answer(self, retrieval: Retrieval, show: Show, deadline: Deadline) -> Answer:
        """The answer to a question whose scope the store holds; raises EndpointFailed.

        A text of which nothing passes the checks is NOT_FOUND, its text empty.
        """
        prompt, question = self._prompts.answer, retrieval.question.text
        room = self._generator.room(prompt, self._context, question)
        draft = _Draft(self._library, retrieval, show)
        passages = (
            self._retriever.bind(retrieval=retrieval)
            | RunnableLambda(partial(fit_documents, room=room))
            | RunnablePassthrough(draft.begin)
        )
        chain = answer_chain(passages, prompt, self._generator.model_for(prompt, deadline))
        try:
            for piece in chain.stream(question):
                draft.add(piece)
        except NothingRetrieved:
            return Answer(question, AnswerStatus.NOT_FOUND, "", writer=self.name)
        generation = self._generator.repair(
            prompt, draft.check(), question, draft.checker, deadline
        )
        answer = self._answer_of(question, draft.compose(generation.checked), generation)
        model, labels = self._generator.model_name, generation.prompts
        return replace(answer, prompt=prompt.label, prompts=labels, model=model)

    def _answer_of(self, question: str, made: "ComposedAnswer", generation: Generation) -> Answer:
        struck = generation.struck
        if not made.asserts:
            return Answer(question, AnswerStatus.NOT_FOUND, "", struck=struck, writer=self.name)
        status = AnswerStatus.MASKED if made.masked else AnswerStatus.ANSWERED
        text = f"{made.text}\n{say('answer.struck')}" if struck else made.text
        recited = generation.checked.recited
        return Answer(question, status, text, made.citations, struck, self.name, recited=recited)


class _Draft:
    """A model's answer while it is written, shown sentence by sentence until one fails a check."""

    def __init__(self, library: Library, retrieval: Retrieval, show: Show) -> None:
        self._library = library
        self._retrieval = retrieval
        self._show = show
        self._pieces: list[AIMessageChunk] = []
        self._text = ""
        self._shown = 0
        self._sound = True

    def begin(self, documents: list[Document]) -> None:
        """Take the passages that the model is about to read."""
        passages = [self._passage(n, document) for n, document in enumerate(documents, 1)]
        report_ids = self._retrieval.question.scope.reports
        self.checker = PassageChecker(passages, report_ids, store_bureaus(self._library))
        self._sections = {p.report.id: self._library.outline(p.report.id)[0] for p in passages}

    def _passage(self, n: int, document: Document) -> GivenPassage:
        about = document.metadata
        report, span = self._library.report(about["report_id"]), Span(about["start"], about["end"])
        return give_passage(self._library, n, report, span, tuple(about["section"]))

    def add(self, piece: AIMessageChunk) -> None:
        """Take the next piece, and show what has been written if all of it passes the checks."""
        self._pieces.append(piece)
        self._text += piece.text
        if not self._sound or not _SENTENCE_END.search(self._text, self._shown):
            return
        text = read_draft(self._text)
        end = showable_length(text)
        if end > self._shown:
            self._shown = end
            self._show_checked(text[:end])

    def check(self) -> CheckedText:
        """All that was written, checked."""
        return self.checker.check(join_pieces(self._pieces))

    def compose(self, checked: CheckedText) -> "ComposedAnswer":
        """What of a checked text is shown."""
        return compose_answer(checked, self.checker.passages, self._sections)

    def _show_checked(self, text: str) -> None:
        checked = self.checker.with_right_marks(self.checker.check(text))
        if checked.faulty:
            self._sound = False
            return
        made = self.compose(checked)
        if made.asserts:
            self._show(made.text)


@dataclass(frozen=True, slots=True)
class ComposedAnswer:
    """An answer's text as it is shown and the quotes found for it.

    ``asserts``: it states something; ``masked``: it only states that the report hides something.
    """

    text: str
    citations: tuple[Citation, ...]
    asserts: bool
    masked: bool


def compose_answer(
    checked: CheckedText,
    passages: Sequence[GivenPassage],
    sections: Mapping[str, Sequence[Section]],
) -> ComposedAnswer:
    """The statements that pass the checks, each mark the number of the exact quote behind it.

    ``sections`` holds the sections of each passage's report, by its id.
    """
    by_number = {passage.n: passage for passage in passages}
    notes = Footnotes()
    parts: list[str] = []
    for statement in checked.passing:
        marks = {n: notes.cite(_quote(statement, by_number[n], sections)) for n in statement.cited}
        parts.append(renumber_marks(checked.text[statement.start : statement.end], marks))
    assertions = [s for s in checked.passing if s.role is StatementRole.ASSERTION]
    return ComposedAnswer(
        text=_strip_markdown("".join(parts).strip(), passages),
        citations=notes.citations(),
        asserts=bool(assertions),
        masked=bool(assertions) and all(map(_states_mask, assertions)),
    )


def _quote(
    statement: CheckedStatement, passage: GivenPassage, sections: Mapping[str, Sequence[Section]]
) -> Quote:
    span = quote_for(statement, passage)
    return Quote(passage.report, headings_at(sections[passage.report.id], span.start), span)


def _states_mask(statement: CheckedStatement) -> bool:
    figures = find_figures(statement.text)
    if any(not figure.masked for figure in figures):
        return False
    return bool(figures or grounding_words().concealed.search(statement.text))


def _strip_markdown(text: str, passages: Sequence[GivenPassage]) -> str:
    """The text without Markdown's marks, which models write in spite of the prompt; masks stay."""
    if any("**" in passage.text or "**" in "".join(passage.path) for passage in passages):
        return text
    return _HASHES.sub("", _BOLD.sub(r"\1", text))


def _single_line(written: str) -> str:
    """The one question of a model's reply; empty where it wrote more, or none."""
    lines = [line.strip().strip("“”\"'「」") for line in written.strip().splitlines()]
    lines = [line for line in lines if line]
    return lines[0] if len(lines) == 1 and len(lines[0]) <= _LONGEST_QUESTION else ""
