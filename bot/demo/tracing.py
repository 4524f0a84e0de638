"""How an answer came about, for the page's panel."""

import time
from collections.abc import Sequence
from typing import Any

from bot.display import names_of
from bot.followup import stand_alone
from knowledge.library import Library
from knowledge.question import Question

_PASSAGES = 6


def trace_of(library: Library, question: str, history: Sequence[str]) -> dict[str, Any]:
    """How a question is read after those before it, and which passages are found for it."""
    begun = time.perf_counter()
    read = _read(library, question, history)
    understood = time.perf_counter()
    hits = library.look_up(read, _PASSAGES)
    found = time.perf_counter()
    passages = []
    for n, hit in enumerate(hits, 1):
        bureau, period = names_of(hit.report)
        place = {"n": n, "bureau": bureau, "period": period, "section": list(hit.passage.path)}
        passages.append(place | {"score": round(hit.score, 3), "text": hit.text.strip()})
    steps = [("read", understood - begun), ("search", found - understood)]
    return {
        "question": question,
        "understood": _understood(read, question),
        "passages": passages,
        "steps": [{"name": name, "ms": round(1000 * seconds, 1)} for name, seconds in steps],
    }


def _read(library: Library, question: str, history: Sequence[str]) -> Question:
    """The likeliest reading, made to stand alone after what was asked before."""
    previous: Question | None = None
    for text in (*history, question):
        alone = library.read_question(text)
        if previous is not None:
            readings = stand_alone(text, alone, previous)
            alone = library.read_question(readings[0])
        previous = alone
    return previous or library.read_question(question)


def _understood(read: Question, asked: str) -> dict[str, Any]:
    scope = read.scope
    told: dict[str, Any] = {} if read.text == asked else {"standalone": read.text}
    return told | {
        "bureaus": sorted({name for bureau in scope.bureaus for name in bureau.names}),
        "periods": [str(period) for period in scope.periods],
        "unknown": list(scope.unknown),
        "wants": read.wants.value,
        "kinds": [kind.value for kind in read.kinds],
        "compares": read.compares,
        "searched": read.searched,
    }
