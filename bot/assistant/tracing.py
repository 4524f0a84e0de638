"""The trace of an answer: the question as understood, what was found, checked and struck."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from bot.answering.explaining import ExplainedAsk, explain_asks
from bot.answering.session import Retrieval
from bot.answers import Answer, names_of
from bot.assistant.assistant import Assistant
from bot.display import hit_line
from bot.wording import tell
from knowledge.library import Library
from knowledge.retrieval.question import Question, Wants
from knowledge.retrieval.search import Hit
from knowledge.understanding.figures import find_figures
from knowledge.understanding.topics import topics, topics_of

_MOST_HITS = 8


@dataclass(frozen=True, slots=True)
class CitedFigure:
    """A figure of an answer, and the numbers of the quotes in which it stands."""

    text: str
    quotes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the work and how long it took."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Trace:
    """How one answer was made; ``topics`` are the lines of work that the question names."""

    question: Question
    topics: tuple[str, ...]
    hits: tuple[Hit, ...]
    answer: Answer
    figures: tuple[CitedFigure, ...]
    steps: tuple[Step, ...]
    asks: tuple[ExplainedAsk, ...]


def trace(library: Library, assistant: Assistant, text: str, history: Sequence[str] = ()) -> Trace:
    """Answer a question and trace it; raises what answering raises.

    Reading and searching are done once more beside the answer, so that each can be timed.
    """
    with library.snapshot():
        times = [time.perf_counter()]
        question = assistant.read_question(text, history)
        times.append(time.perf_counter())
        retrieval, held = Retrieval(library, question), question.scope.reports != frozenset()
        found = retrieval.groups if held else []
        times.append(time.perf_counter())
        answer = assistant.ask(text, history)
        times.append(time.perf_counter())
        asks = held and question.wants is Wants.FIGURE
        explained = tuple(explain_asks(library, retrieval)) if asks else ()
    seconds = [after - before for before, after in pairwise(times)]
    return Trace(
        question,
        topics_of("", (question.text,), topics()),
        tuple(hit for group in found for hit in group)[:_MOST_HITS],
        answer,
        tuple(_cited_figures(answer)),
        tuple(map(Step, ("reading", "searching", "answering"), seconds)),
        explained,
    )


def _passage(n: int, hit: Hit) -> dict[str, Any]:
    bureau, period = names_of(hit.report)
    section, score = list(hit.passage.path), round(hit.score, 3)
    place = {"n": n, "bureau": bureau, "period": period, "section": section}
    return place | {"score": score, "text": hit.text.strip()}


def _cited_figures(answer: Answer) -> Iterator[CitedFigure]:
    """Each figure once, in the order of the text."""
    for text in dict.fromkeys(figure.text for figure in find_figures(answer.text)):
        yield CitedFigure(text, tuple(c.n for c in answer.citations if text in c.quote.text))


def _ask_lines(asks: Sequence[ExplainedAsk]) -> Iterator[str]:
    """Each part as it was read, then the statements nearest to it with what they fail."""
    for ask, near in asks:
        words = "、".join(term.word for term in ask.subject) or tell("trace.none")
        kinds = "、".join(sorted(tell(f"quantity.{kind.value}") for kind in ask.quantities))
        unit = ask.unit or tell("trace.none")
        yield tell("trace.ask", wording=ask.wording.strip(), words=words, kinds=kinds, unit=unit)
        for one in near:
            report, unsaid = one.placed.report, "、".join(one.unsaid)
            why = "；".join(tell(f"requirement.{name}", words=unsaid) for name in one.failed)
            clause = report.text[slice(*one.placed.statement.clause)].strip()
            fields = dict(zip(("bureau", "period"), names_of(report), strict=True))
            yield tell("trace.near", clause=clause, why=why or tell("trace.taken"), **fields)


def trace_lines(traced: Trace) -> list[str]:
    """A trace for people."""
    question, answer, scope = traced.question, traced.answer, traced.question.scope
    none = tell("trace.none")
    lines = [
        tell("trace.title"),
        tell("trace.question", question=question.text),
        tell("trace.bureaus", bureaus="、".join(b.wording for b in scope.bureaus) or none),
        tell("trace.periods", periods="、".join(map(str, scope.periods)) or none),
        tell("trace.topics", topics="、".join(traced.topics) or none),
        tell("trace.wants", wants=tell(f"wants.{question.wants.value}")),
        *_ask_lines(traced.asks),
        tell("trace.found", count=len(traced.hits)),
    ]
    lines += [hit_line(n, hit) for n, hit in enumerate(traced.hits, 1)]
    prompts = "、".join(answer.prompts) or none
    lines.append(tell("trace.writer", writer=answer.writer, prompts=prompts))
    for figure in traced.figures:
        where = "".join(f"[{n}]" for n in figure.quotes) or none
        lines.append(tell("trace.figure", figure=figure.text, where=where))
    lines += [tell("trace.recited", statement=statement) for statement in answer.recited]
    lines += [tell("trace.struck", statement=statement) for statement in answer.struck]
    steps = [tell(f"trace.{s.name}", ms=round(s.seconds * 1000)) for s in traced.steps]
    return [*lines, tell("trace.time", steps="，".join(steps))]


def trace_record(traced: Trace) -> dict[str, Any]:
    """A trace as JSON, beside the fields of ``ask``."""
    question, scope = traced.question, traced.question.scope
    return {
        "understood": {
            "standalone": question.text,
            "bureaus": [b.wording for b in scope.bureaus],
            "periods": [str(p) for p in scope.periods],
            "unknown": list(scope.unknown),
            "topics": list(traced.topics),
            "wants": question.wants.value,
            "kinds": [kind.value for kind in question.kinds],
        },
        "asks": list(_ask_lines(traced.asks)),
        "passages": [_passage(n, hit) for n, hit in enumerate(traced.hits, 1)],
        "figures": [{"text": f.text, "quotes": list(f.quotes)} for f in traced.figures],
        "recited": list(traced.answer.recited),
        "struck": list(traced.answer.struck),
        "prompts": list(traced.answer.prompts),
        "steps": [{"name": s.name, "ms": round(s.seconds * 1000, 1)} for s in traced.steps],
    }
