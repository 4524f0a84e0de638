"""Problems, plans and highlights: each by its heading with what stands below it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.answers import Quote
from bot.summarising.choice import ClauseChoice
from bot.summarising.clauses import DigestClause, DigestClauseReader
from bot.summarising.condenser import Point
from bot.summarising.lines import LinesOfWork
from bot.summarising.opening import telling_clause
from bot.summarising.units import Unit, is_announcing
from bot.summarising.wording import PointWriter, with_stop
from knowledge.understanding.sentences import Span

_LEAST_ROOM = 20
_CONNECTIVE = 3
_LONGEST_QUOTE = 300


@dataclass(frozen=True, slots=True)
class Node:
    """One problem, plan or highlight: its heading, if it has one, and its sentences."""

    head: Unit | None
    units: tuple[Unit, ...]


def nodes_of(units: Sequence[Unit], depth: int) -> list[Node]:
    """The nodes below the headings of a depth; where there is none below, all is one."""
    below = [u for u in units if not (u.headline and len(u.path) <= depth)]
    if not any(len(u.path) > depth for u in below):
        return [Node(None, _sentences(below))] if _sentences(below) else []
    nodes: list[Node] = []
    for path, group in groupby(below, key=lambda u: u.path[: depth + 1]):
        members = tuple(group)
        if len(path) > depth:  # else it only leads to the nodes
            head = next((u for u in members if u.headline and u.path == path), None)
            nodes.append(Node(head, _sentences(members)))
    return nodes


def _sentences(units: Sequence[Unit]) -> tuple[Unit, ...]:
    return tuple(u for u in units if not u.headline and not is_announcing(u))


@dataclass(frozen=True, slots=True)
class NodeWriter:
    """Writes nodes in a given room."""

    clauses: Mapping[int, Sequence[DigestClause]]
    reader: DigestClauseReader
    lines: LinesOfWork
    writer: PointWriter

    def write(self, nodes: Sequence[Node], room: int) -> Iterator[tuple[Point, list[Unit]]]:
        """The points of the nodes that the room holds, each with the units that it tells of."""
        shown = nodes[: max(1, room // _LEAST_ROOM)]
        left = room
        for n, node in enumerate(shown):
            share = left // (len(shown) - n)
            for point, units in self._write_node(node, share):
                left -= len(point.text)
                yield point, units

    def _write_node(self, node: Node, room: int) -> Iterator[tuple[Point, list[Unit]]]:
        head = self._head_text(node.head) if node.head else ""
        choice = ClauseChoice(self.clauses, self.lines, self.writer, varied=False)
        choice.choose([node.units], room - len(head) - 1)
        told = [unit for unit in node.units if choice.text(unit)]
        if not told and node.head and head:
            yield Point(with_stop(head), (_quote(node.head),)), [node.head]
        for n, unit in enumerate(told):
            text = choice.text(unit) + ("" if unit is told[-1] else "；")
            if n == 0 and node.head and head:
                quotes = _with_heading(node.head, unit)
                yield Point(with_stop(f"{head}：{text}"), quotes), [node.head, unit]
            else:
                yield Point(with_stop(text), (_quote(unit),)), [unit]

    def _head_text(self, head: Unit) -> str:
        """The clause of a heading that says what it is about, without its number."""
        span = telling_clause(head, self.reader.read(head))
        if span.end - span.start <= _CONNECTIVE:  # 首先
            return ""
        return self.writer.write([span], head.span, head.path) or head.report.text[slice(*span)]


def _quote(unit: Unit) -> Quote:
    return Quote(unit.report, unit.path, unit.span)


def _with_heading(head: Unit, unit: Unit) -> tuple[Quote, ...]:
    """One quote from the heading on, or two where that would be long."""
    span = Span(head.span.start, unit.span.end)
    if span.end - span.start <= _LONGEST_QUOTE:
        return (Quote(unit.report, unit.path, span),)
    return _quote(head), _quote(unit)
