"""Questions that a store can answer, for people who do not know yet what to ask."""

from collections.abc import Iterator
from itertools import islice

from bot.assistant.intents import reply
from knowledge.library import Library, label
from knowledge.models import SectionKind

_KINDS = {
    SectionKind.PROBLEMS: "ask_problems",
    SectionKind.PLAN: "ask_plan",
    SectionKind.HIGHLIGHTS: "ask_highlights",
}
_LOOKED_AT = 20  # reports; few stores need more, and the outlines of thousands take seconds


def example_questions(library: Library) -> Iterator[str]:
    """Questions of different kinds on different reports, then one for a figure of each report.

    Those on a kind of section are of one of the first reports that has it; a bureau whose name is
    masked comes last, for it is a poor example.
    """
    entries = sorted(library.reports(), key=lambda entry: "*" in label(entry))
    used: set[str] = set()
    for kind, key in _KINDS.items():
        for entry in islice(entries, _LOOKED_AT):
            sections, _ = library.outline(entry.id)
            if entry.id not in used and any(s.kind is kind for s in sections):
                used.add(entry.id)
                yield reply(key, who=label(entry))
                break
    yield from (reply("ask_figure", who=label(entry)) for entry in entries)
