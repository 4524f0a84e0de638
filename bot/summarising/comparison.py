"""Several reports side by side: their leading indicators, and what each alone does."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from bot.summarising.condenser import Point
from bot.summarising.digest import DigestWriter
from bot.summarising.scope import ReportScope
from bot.summarising.units import HEADING_LED_KINDS, Unit, is_announcing
from bot.summarising.vocabulary import choice_words
from knowledge.lexicon import tag_words
from knowledge.models import SectionKind, Statement
from knowledge.retrieval.vocabulary import synonyms
from knowledge.understanding.indicators import Indicator, indicator_catalogue

_SHARED = 0.6
"""The share of a clause's telling words, by length, that another report's sentence has at least."""
_NAMED = re.compile("“([^”*＊]{3,12})”|「([^」*＊]{3,12})」")
_TELLING_TAGS = "nvjl"
_MOST_ROWS = 20


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """What each report states of an indicator, None where it states nothing; how many are known."""

    name: str
    cells: tuple[Point | None, ...]
    known: int = 0


def leading_rows(
    scopes: Sequence[ReportScope], writers: Sequence[DigestWriter]
) -> list[IndicatorRow]:
    """The leading indicators that the reports state, in the catalogue's order.

    Of a topic all of its own; of many, those that several reports state.
    """
    stated = [writer.stated for writer in writers]
    rows = [
        IndicatorRow(indicator.name, tuple(map(_cell, scopes, found)), _count_known(found))
        for indicator in indicator_catalogue().indicator
        if _is_of(indicator, scopes[0].topic)
        and any(found := [of_report.get(indicator.name) for of_report in stated])
    ]
    common = [row for row in rows if row.known and sum(cell is not None for cell in row.cells) > 1]
    return rows if len(rows) <= _MOST_ROWS else common


def _count_known(found: Iterable[Statement | None]) -> int:
    return sum(statement is not None and not statement.figure.masked for statement in found)


def _is_of(indicator: Indicator, topic: str) -> bool:
    """Whether an indicator is of a topic; of none of the catalogue's, whether it leads."""
    known = any(i.topic == topic for i in indicator_catalogue().indicator)
    return indicator.topic == topic if known else indicator.leading


def _cell(scope: ReportScope, statement: Statement | None) -> Point | None:
    if statement is None:
        return None
    place = statement.figure.start
    unit = next(u for u in scope.units if u.span.start <= place < u.span.end and not u.headline)
    return Point(statement.figure.text.strip(), (unit.quote,))


def points_alone(
    scopes: Sequence[ReportScope], writers: Sequence[DigestWriter], characters: int
) -> Iterator[tuple[Point, ...]]:
    """For each report what it alone tells, in about so many characters for all of them.

    What the ledger's indicators count is not: every bureau does that.
    """
    spoken = [_sentences(scope) for scope in scopes]
    for n, (sentences, writer) in enumerate(zip(spoken, writers, strict=True)):
        others = [  # each with the heading that it stands under
            "".join(unit.path[-1:]) + unit.text
            for m, units in enumerate(spoken) if m != n
            for unit in units
        ]  # fmt: skip
        choice = writer.choice_without(partial(_is_told_in, others))
        choice.choose([sentences], characters // len(scopes))
        yield tuple(writer.points_of(choice, sentences))


def practices_alone(units: Iterable[Unit], is_its_own: Callable[[str], bool]) -> Iterator[Unit]:
    """The sentences on what a bureau has done its own way, what it is proud of first.

    They name a thing (“后厨直播”) that ``is_its_own``.
    """
    told, leaves = [unit for unit in units if not unit.headline], set[int]()
    proud = [unit for unit in told if unit.kind is SectionKind.HIGHLIGHTS]
    done = [unit for unit in told if unit.kind in (SectionKind.DONE, SectionKind.OTHER)]
    for unit in (*proud, *done):
        names = [name[1] or name[2] for name in _NAMED.finditer(unit.text)]
        if unit.leaf not in leaves and (
            unit.kind is SectionKind.HIGHLIGHTS or any(map(is_its_own, names))
        ):
            leaves.add(unit.leaf)
            yield unit


def _sentences(scope: ReportScope) -> list[Unit]:
    """What a report says that it has done."""
    done = [u for u in scope.units if not u.headline and u.kind not in HEADING_LED_KINDS]
    highlights = [u for u in scope.units if not u.headline and u.kind in HEADING_LED_KINDS]
    return [u for u in (done or highlights) if not is_announcing(u)]


def _is_told_in(others: Sequence[str], clause: str) -> bool:
    """Whether most of what a clause speaks of stands together in another sentence."""
    words = _telling_words(clause)
    most = _SHARED * sum(map(len, words))
    return any(
        sum(len(word) for word, forms in words.items() if any(form in other for form in forms))
        >= most
        for other in others
    )


def _telling_words(clause: str) -> dict[str, tuple[str, ...]]:
    """The words of a clause that say what it is of, each with what else it is called."""
    words = (word for word, tag in tag_words(clause) if tag[0] in _TELLING_TAGS and len(word) > 1)
    common = choice_words().common
    return {word: (word, *synonyms().same(word)) for word in words if word not in common}
