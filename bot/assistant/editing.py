"""Answers edited: parts left out, kept or put first; tables turned, sorted and filled. Pure."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from bot.answering.concepts import terms_of
from bot.answers import Answer
from bot.assistant.command_words import bare_piece, topic_of, topic_within
from bot.assistant.forms import ITEM, add_line, bare_unit, with_text
from bot.assistant.intents import Edit, EditKind, reply
from bot.assistant.phrases import items_meant
from bot.display import column_lines, text_width
from bot.wording import say
from knowledge.understanding.figures import Figure, find_figures

_AND, _IN_TABLE, _INDENT, _EMPTY = "、", "  ", "\u3000\u3000", "\0"
_SECTION = re.compile("[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）")
_PART = re.compile("（[一二三四五六七八九十]+）")
_MARKS = re.compile(r"(?:\[\d+\])+")
_CELL = re.compile(r"\S+(?: \S+)*")
_PIECE = re.compile(r"[^。；！？]+[。；！？]?(?:\[\d+\])*[。；]?|.")
_SENTENCE = re.compile(r"[^。！？]+[。！？]?(?:\[\d+\])*[。！？]?")
_HEAD = re.compile(r"(?:\d+\. )?[^：。；\[]{2,40}：(?=.)")
_LONGEST_HEAD, _ROW_HEADS = 24, 2
_NONE = ("", "—")
_UPWARDS = "asc"
_JOINED = re.compile("[、和跟与]")
Rows = list[list[str]]


class Named(NamedTuple):
    """A bureau with a report, as tables name it and as answers do."""

    bureau: str
    label: str


def edit_answer(
    answer: Answer, edit: Edit, everyone: Sequence[Named] = (), *, is_new: bool = True
) -> Answer | None:
    """An answer with one edit made; that a new one cannot be is said in it.

    ``everyone`` are the bureaus that have a row where what is not written is to be marked. None
    where a part that is to be kept or put first is no part of it.
    """
    text = _Text(answer.text.splitlines())
    match edit.kind:
        case EditKind.REMOVE | EditKind.KEEP | EditKind.FIRST:
            lines = _EDITS[edit.kind](text, edit.part)
        case EditKind.DISCLOSED:
            lines = text.disclosed()
        case EditKind.TITLE:
            lines = text.titled(edit.part)
        case EditKind.SENTENCES:
            lines = text.sentences(int(edit.part))
        case EditKind.TRANSPOSE:
            lines = text.map_tables(lambda rows: [list(row) for row in zip(*rows, strict=True)])
        case EditKind.SORT:
            lines = text.map_tables(lambda rows: _sort_rows(rows, upwards=edit.part == _UPWARDS))
        case EditKind.BLANKS:
            lines = text.map_tables(lambda rows: _fill_rows(rows, edit.part, everyone))
    if lines is not None:
        edited = with_text(answer, "\n".join(filter(_says_anything, lines)))
        return add_line(edited, reply("sorted")) if edit.kind is EditKind.SORT else edited
    if edit.kind in (EditKind.FIRST, EditKind.KEEP):
        return None
    said = reply(f"not_{edit.kind.value}", part=edit.part)
    return add_line(answer, said) if is_new else answer


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of a text, from one line to before another."""

    start: int
    end: int
    rows: Rows

    def about(self, words: Collection[str]) -> tuple[list[int], list[int]]:
        """The rows and the columns whose heads hold some words."""
        rows = [n for n, row in enumerate(self.rows) if n and _holds(row[:_ROW_HEADS], words)]
        columns = [n for n, head in enumerate(self.rows[0]) if n and _holds([head], words)]
        return rows, columns

    def untold(self) -> list[int]:
        """The rows that tell no amount, where others do."""
        skipped = _ROW_HEADS if self.rows[0][1:_ROW_HEADS] == [reply("table_what")] else 1
        told = [any(map(_amount_in, row[skipped:])) for row in self.rows]
        return [n for n, tells in enumerate(told) if n and not tells] if any(told[1:]) else []


class _Text:
    """The lines of an answer, and what stands in them."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.tables = list(_find_tables(lines))

    def map_tables(self, change: Callable[[Rows], Rows | None]) -> list[str] | None:
        """The lines with each table changed; None where none is."""
        changed = [(table, rows) for table in self.tables if (rows := change(table.rows))]
        lines = list(self.lines)
        for table, rows in reversed(changed):
            lines[table.start : table.end] = column_lines(rows)
        return lines if changed else None

    def keep(self, part: str) -> list[str] | None:
        """Only what is about a part, under its heads."""
        if about := self.lines_about(part):
            heads = {head for n in about for head in self._heads_of(n)}
            return [line for n, line in enumerate(self.lines) if n in about | heads]
        if self.tables:
            return self._map_about(part, lambda table, rows, columns: (
                [0, *(rows or range(1, len(table.rows)))],
                [0, *(columns or range(1, len(table.rows[0])))],
            ))  # fmt: skip
        terms = terms_of(bare_piece(part))
        return self._map_sentences(lambda said: any(term.is_in(said) for term in terms))

    def _map_sentences(self, keeps: Callable[[str], bool]) -> list[str] | None:
        """The lines with those of their cited sentences that are kept; None where none is.

        A line that cites nothing is the head of others.
        """
        lines, kept = list[str](), False
        for line in self.lines:
            head = _HEAD.match(line)
            start = head.end() if head else 0
            said = [one for one in _SENTENCE.findall(line[start:]) if keeps(one)]
            cites = bool(_MARKS.search(line))
            kept = kept or bool(said and cites)
            lines.append((line[:start] + "".join(said) if said else _EMPTY) if cites else line)
        return lines if kept else None

    def remove(self, part: str) -> list[str] | None:
        """What is left without a part: lines, rows or columns, else clauses."""
        lines: list[str] | None = None
        for one in part.split(_AND):
            text = _Text(lines) if lines is not None else self
            lines = text.remove_one(one) or lines
        return lines

    def remove_one(self, part: str) -> list[str] | None:
        """The same of one part; of what is marked in brackets whole sentences."""
        if part.startswith("（"):
            lines = self._map_sentences(lambda said: part not in said) or []
            return [line for line in lines if part not in line] or None
        if about := self.lines_about(part):
            return [line for n, line in enumerate(self.lines) if n not in about]
        rest = self._map_about(part, lambda table, rows, columns: (
            [n for n in range(len(table.rows)) if n not in rows],
            [n for n in range(len(table.rows[0])) if n not in columns],
        ))  # fmt: skip
        if rest is None:
            rest = [_without_clauses(line, bare_piece(part)) for line in self.lines]
        return rest if rest != list(self.lines) else None

    def disclosed(self) -> list[str] | None:
        """The lines, and the rows of tables, without those that tell but what is masked.

        None where nothing is left of a table.
        """
        if not self.tables and say("answer.masked_mark") not in "".join(self.lines):
            return self._map_sentences(lambda said: not _is_masked(said))
        mark = say("answer.masked_mark")
        untold = {table.start + n for table in self.tables for n in table.untold()}
        left = {
            n
            for n, line in enumerate(self.lines)
            if n not in untold
            and (mark not in line or not _all_masked(find_figures(_MARKS.sub("", line))))
        }
        empty = any(not left & {*range(table.start + 1, table.end)} for table in self.tables)
        return None if empty else [line for n, line in enumerate(self.lines) if n in left]

    def titled(self, title: str) -> list[str]:
        """The lines under a title of their own."""
        has_title = len(self.lines) > 1 and not self.lines[1]
        return [title, "", *self.lines[2 * has_title :]]

    def put_first(self, part: str) -> list[str] | None:
        """A section, a line, a row or a column put before the others of its kind."""
        about = sorted(self.lines_about(part))
        if not about:
            return self._map_about(part, lambda table, rows, columns: (
                _ahead(rows, len(table.rows)), _ahead(columns, len(table.rows[0])),
            ))  # fmt: skip
        is_section = bool(_SECTION.match(self.lines[about[0]]))
        is_item = bool(ITEM.fullmatch(self.lines[about[0]]))
        about = about if is_section or is_item else about[:1]
        heading = next((n for n, line in enumerate(self.lines) if _SECTION.match(line)), 0)
        first = heading if is_section else heading + 1
        if is_item:  # behind the head of its own list
            first = max([n + 1 for n in self._heads_of(about[0])], default=0)
        rest = [(n, line) for n, line in enumerate(self.lines) if n not in about]
        return [
            *(line for n, line in rest if n < first),
            *(self.lines[n] for n in about),
            *(line for n, line in rest if n >= first),
        ]

    def sentences(self, most: int) -> list[str] | None:
        """At most so many sentences, of each line as many; a table stays as it is."""
        if self.tables:
            return None
        told = [n for n, line in enumerate(self.lines) if _MARKS.search(line)]
        whose = [n for n in told if not self._is_part(n)]
        lines, left = list(self.lines), most
        for n in told:
            room = max(1, most // len(whose)) if len(whose) > 1 else left
            said = _SENTENCE.findall(lines[n])[:room]
            lines[n] = "".join(said) or _EMPTY
            left -= len(said)
        return lines

    def lines_about(self, part: str) -> set[int]:
        """The lines of a section whose heading names a part, else those that begin with it."""
        items = [items_meant(one) for one in _JOINED.split(part)]
        if all(items):
            return {line for one in items if one for line in self._items(one)}
        words = _words_of(part)
        outside = [n for n, line in enumerate(self.lines) if not line.startswith(_IN_TABLE)]
        named = [n for n in outside if _names_part(_head_of(self.lines[n]), words)]
        sections = [n for n in named if _SECTION.match(self.lines[n])]
        return {line for n in sections or named for line in range(n, self._end_of(n))}

    def _end_of(self, start: int) -> int:
        """Where what stands under a line ends."""
        line = self.lines[start]
        lists = line.endswith("：")
        for n in range(start + 1, len(self.lines)):
            below = self.lines[n]
            within = below.startswith((_INDENT, _IN_TABLE)) or (lists and ITEM.fullmatch(below))
            if below and not (within and not line.startswith(_INDENT)):
                return n
        return len(self.lines)

    def _heads_of(self, n: int) -> Iterator[int]:
        """The line that names what the text is, and the head of the list that a line is of."""
        if len(self.lines) > 1 and not self.lines[1]:
            yield 0
        if _PART.match(self.lines[n]):
            yield from range(next(m for m, line in enumerate(self.lines) if _PART.match(line)))
        if ITEM.fullmatch(self.lines[n]):
            heads = (m for m in range(n - 1, -1, -1) if not ITEM.fullmatch(self.lines[m]))
            yield from [head for head in heads if self.lines[head].endswith("：")][:1]

    def _is_part(self, n: int) -> bool:
        return bool(ITEM.fullmatch(self.lines[n])) or self.lines[n].startswith(_INDENT)

    def _items(self, meant: slice) -> set[int]:
        """The items meant by number: the first ones of each list, another one of all."""
        items = [n for n, line in enumerate(self.lines) if ITEM.fullmatch(line)]
        parts = [n for n, line in enumerate(self.lines) if _PART.match(line)]
        items = items or [n for n in parts if _MARKS.search(self.lines[n])]
        if not items and (table := next(iter(self.tables), None)):
            head = {table.start} if meant.start is None else set[int]()
            return {*range(table.start + 1, table.end)[meant]} | head
        items = items or [n for n, line in enumerate(self.lines) if _MARKS.search(line)]
        if meant.start is not None:
            return set(items[meant])
        lists = groupby(enumerate(items), key=lambda one: one[1] - one[0])
        return {n for _, group in lists for _, n in [*group][meant]}

    def _map_about(
        self,
        part: str,
        choose: Callable[[_Table, list[int], list[int]], tuple[Sequence[int], Sequence[int]]],
    ) -> list[str] | None:
        """The lines with those rows and columns of the tables that are chosen."""
        found = {id(t.rows): t.about(_words_of(part)) for t in self.tables}
        if not any(rows or columns for rows, columns in found.values()):
            return None
        tables = {id(table.rows): table for table in self.tables}

        def change(rows: Rows) -> Rows:
            chosen, columns = choose(tables[id(rows)], *found[id(rows)])
            return [[rows[n][m] for m in columns] for n in chosen]

        return self.map_tables(change)


_EDITS: dict[EditKind, Callable[[_Text, str], list[str] | None]] = {
    EditKind.REMOVE: _Text.remove,
    EditKind.KEEP: _Text.keep,
    EditKind.FIRST: _Text.put_first,
}


def _is_masked(sentence: str) -> bool:
    """Whether a sentence tells but amounts that are hidden."""
    figures = find_figures(_MARKS.sub("", sentence))
    return bool(figures) and _all_masked(figures)


def _all_masked(figures: Sequence[Figure]) -> bool:
    return all(figure.masked for figure in figures)


def _find_tables(lines: Sequence[str]) -> Iterator[_Table]:
    """The tables of some lines, as ``column_lines`` writes them."""
    for inside, group in groupby(range(len(lines)), key=lambda n: lines[n].startswith(_IN_TABLE)):
        numbers = [*group]
        if inside and len(numbers) > 1:
            rows = _read_rows([lines[n] for n in numbers])
            yield _Table(numbers[0], numbers[-1] + 1, rows)


def _read_rows(lines: Sequence[str]) -> Rows:
    """The cells of lines in columns; a cell belongs to the column that begins nearest to it."""
    starts = [_offset(lines[0], cell) for cell in _CELL.finditer(lines[0])]
    rows = []
    for line in lines:
        row = [""] * len(starts)
        for cell in _CELL.finditer(line):
            at = _offset(line, cell)
            nearest = min(range(len(starts)), key=lambda n: abs(starts[n] - at))
            row[nearest] = f"{row[nearest]} {cell[0]}".strip()
        rows.append(row)
    return rows


def _offset(line: str, cell: re.Match[str]) -> int:
    return text_width(line[: cell.start()])


def _sort_rows(rows: Rows, *, upwards: bool) -> Rows | None:
    """The rows by their amount, those in one unit together; what is hidden or missing last.

    None where no two can be compared.
    """
    head, *others = rows
    amounts = [next(filter(None, map(_amount_in, reversed(row[1:]))), None) for row in others]
    units = [unit for unit, _ in Counter(one[1] for one in amounts if one).most_common()]
    if len(units) == len([*filter(None, amounts)]):
        return None

    def place(n: int) -> tuple[int, Decimal]:
        amount = amounts[n]
        if not amount:
            return len(units), Decimal(0)
        return units.index(amount[1]), amount[0] if upwards else -amount[0]

    return [head, *(others[n] for n in sorted(range(len(others)), key=place))]


def _amount_in(cell: str) -> tuple[Decimal, str] | None:
    """How much a cell tells, and in which unit; None where it tells, or shows, nothing."""
    told = _MARKS.sub("", cell)
    figure = next(iter(find_figures(told)), None)
    if figure and figure.value is not None and not figure.masked:
        return Decimal(figure.value), bare_unit(figure.unit)
    digits = re.search(r"\d[\d,]*(?:\.\d+)?", told)
    return (Decimal(digits[0].replace(",", "")), "") if digits else None


def _fill_rows(rows: Rows, word: str, everyone: Sequence[Named]) -> Rows:
    """The rows with a word where nothing is told, and one for each bureau that has none."""
    head = rows[0]
    none = (*_NONE, reply("table_untold"))
    filled = [[word if cell in none else cell for cell in row] for row in rows]
    if head[0] != reply("table_who"):
        return filled
    told = {row[0] for row in rows}
    labelled = any(one.label in told for one in everyone)
    names = [one.label if labelled else one.bureau for one in everyone]
    absent = [name for name in dict.fromkeys(names) if name not in told]
    return [*filled, *([name, *[word] * (len(head) - 1)] for name in absent)]


def _ahead(chosen: Sequence[int], count: int) -> list[int]:
    """All places from 0 to before ``count``, the head first, then the chosen ones."""
    return [0, *chosen, *(n for n in range(1, count) if n not in chosen)]


def _without_clauses(line: str, word: str) -> str:
    """A line without its clauses about something; of a table the same line.

    A sentence ends before the first of them: what follows may tell more of it (快检…，合格率…).
    """
    if line.startswith(_IN_TABLE) or not _MARKS.search(line):
        return line  # what cites nothing is a title, or what is left out
    rest = "".join(_cut_sentence(one[0], word) for one in _PIECE.finditer(line))
    return rest if rest.strip() or not line.strip() else _EMPTY


def _cut_sentence(sentence: str, word: str) -> str:
    """A sentence up to its clause about something, with its marks; empty where it begins so."""
    if word not in sentence:
        return sentence
    before = sentence[: max(sentence.rfind(mark, 0, sentence.index(word)) for mark in "，：") + 1]
    ending = "".join(_MARKS.findall(sentence)[-1:])
    return before if before.endswith("：") else f"{before.rstrip('，')}{ending}。" * bool(before)


def _says_anything(line: str) -> bool:
    return line != _EMPTY and not (line.endswith("：") and line.startswith(_INDENT))


def _words_of(part: str) -> set[str]:
    """The words by which a part is known: its own, and its line of work's."""
    words = {
        word
        for one in part.split(_AND)
        for word in (bare_piece(one), topic_of(one), topic_within(one))
    }
    return words - {""}


def _holds(cells: Sequence[str], words: Collection[str]) -> bool:
    return any(word in cell for cell in cells for word in words)


def _head_of(line: str) -> str:
    """What a line is about, as it begins: its heading, or what stands before its colon."""
    item = ITEM.fullmatch(line)
    said = item["said"] if item else line
    return said if _SECTION.match(said) else said.partition("：")[0][:_LONGEST_HEAD]


def _names_part(head: str, words: Collection[str]) -> bool:
    return any(word in head for word in words) or topic_within(head) in words
