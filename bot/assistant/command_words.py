"""Reads the words after a command: reports, a line of work, a kind of section, a length."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

from bot.assistant.intents import intent_words
from bot.summarising.belonging import topic_words
from bot.summarising.vocabulary import choice_words
from knowledge.library import Library
from knowledge.models import SectionKind
from knowledge.retrieval.question import without_spans
from knowledge.retrieval.scope import Scope
from knowledge.storage.protocols import ReportEntry
from knowledge.understanding.periods import Period, YearPart, part_of_months
from knowledge.understanding.topics import topics

_APART = re.compile(r"(?:[\s，,；;：:。？?！!]|(?<![一二三四五六七八九十])、)+")

_JOINED = re.compile(r"(?:监管|安全|工作|方面|这块)*(?:[、和跟与及]|以及)")


@dataclass(slots=True)
class CommandWords:
    """What was understood; ``rest`` are the words that were not.

    ``report_ids`` are those of those that fit, None where the words name neither bureau, period
    nor file; ``marks`` are words of the command's own; ``unknown`` are bureaus and periods that
    no report is of.
    """

    scope: Scope
    report_ids: tuple[str, ...] | None
    unknown: str = ""
    topic: str = ""
    kind: SectionKind | None = None
    length: str = ""
    whole: bool = False
    marks: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)


def read_words(
    library: Library, words: str, lengths: Collection[str], marks: Collection[str] = ()
) -> CommandWords:
    """Read the words after a command; ``lengths`` and ``marks`` are words that it knows."""
    entries = library.reports()
    files, others = _files(library, words)
    question = library.read_question(others)
    scope = question.scope
    fitting = files or _fitting(scope, entries)
    read = CommandWords(scope, fitting, "、".join(scope.unknown))
    for piece in filter(None, _APART.split(without_spans(question.punctuated, scope))):
        if piece in marks:
            read.marks.append(piece)
        elif not (_take(read, piece, lengths) or _take(read, bare_piece(piece), lengths)):
            read.rest.append(bare_piece(piece))
    return read


def topic_within(text: str) -> str:
    """The line of work whose name, the longest, stands somewhere in a text; else empty."""
    return _topic_names().get(topic_word(text), "")


def topics_joined(text: str) -> list[str]:
    """The lines of work that a text names side by side (食品和特种设备); none of a single one."""
    names = sorted((name for name in _topic_names() if len(name) > 1), key=len, reverse=True)
    found = list(re.finditer("|".join(map(re.escape, names)), text))
    pairs = pairwise(found)
    joined = [
        one for a, b in pairs if _JOINED.fullmatch(text[a.end() : b.start()]) for one in (a, b)
    ]
    return list(dict.fromkeys(_topic_names()[one[0]] for one in joined))


def topic_word(text: str) -> str:
    """The word of a text, the longest, that names a line of work; else empty."""
    standing = [name for name in _topic_names() if len(name) > 1 and name in text]
    return max(standing, key=len, default="")


def topic_of(text: str) -> str:
    """What a text calls the line of work that it names (价格 of 价格监管), else what that is."""
    if word := topic_word(text):
        return bare_piece(word)
    standing = {word: topic.name for topic in topics() for word in topic.words if word in text}
    return standing[max(standing, key=len)] if standing else ""


def names_broadly(text: str) -> bool:
    """Whether a text names no line of work, or only one that runs through the others: 案件."""
    topic = topic_within(text)
    return not topic or topic in topic_words(topic).broad


@cache
def _topic_names() -> dict[str, str]:
    return {name: t.name for t in topics() for name in (t.name, *t.aliases)}


def period_named(scope: Scope) -> str:
    """The period that a scope names alone: a year, half or quarter; a half may lack its year."""
    if len(scope.periods) != 1:
        return ""
    asked = scope.periods[0]
    part = part_of_months(asked.months) if asked.months else YearPart.YEAR
    if part is None:
        return ""
    if asked.year:
        return str(Period(asked.year, part))
    return part.wording if part in (YearPart.FIRST_HALF, YearPart.SECOND_HALF) else ""


def _files(library: Library, words: str) -> tuple[tuple[str, ...], str]:
    """The reports that are named by file or id, and the words without them.

    A file's bare name that is a bureau's or tells a period is read as that: 云溪县.txt.
    """
    named: dict[str, str] = {}
    for entry in library.all_reports():
        path = Path(entry.file)
        named |= dict.fromkeys((entry.id, entry.file, path.name, path.stem), entry.id)
    tokens = [words.strip()] if words.strip() in named else words.split()
    files = [
        token
        for token in tokens
        if token in named
        and (Path(token).suffix or library.read_question(token).scope.reports is None)
    ]
    found = dict.fromkeys(named[token] for token in files)
    return tuple(found), " ".join(token for token in tokens if token not in files)


def _fitting(scope: Scope, entries: Sequence[ReportEntry]) -> tuple[str, ...] | None:
    """The reports of a scope in the store's order; those that only plan for it are none."""
    if scope.reports is None:
        return None
    return tuple(e.id for e in entries if e.id in scope.reports - scope.plan_only)


def _take(read: CommandWords, piece: str, lengths: Collection[str]) -> bool:
    """Whether a piece is a word that is known; what it says is noted."""
    if not piece:
        return True
    topic = next((t.name for t in topics() if piece == t.name or piece in t.aliases), "")
    if piece in intent_words().whole:
        read.whole = True
    elif piece in lengths and not read.length:
        read.length = piece
    elif piece in choice_words().kinds and not read.kind:
        read.kind = choice_words().kinds[piece]
    elif topic and not read.topic:
        read.topic = topic
    else:
        return False
    return True


def bare_piece(piece: str) -> str:
    """A piece without the words around it that say nothing here: 食品安全方面的工作."""
    words = intent_words()
    before = ""
    while piece and piece != before:
        before = piece
        for word in words.leading:
            piece = piece.removeprefix(word)
        if piece in choice_words().kinds or any(piece == t.name for t in topics()):
            break
        for word in words.trailing:
            piece = piece.removesuffix(word)
    return piece


def is_part_name(words: str) -> bool:
    """Whether words only name a line of work or a kind of section: 药品, 食品安全方面的."""
    read = CommandWords(Scope(None), None)
    pieces = [piece for piece in _APART.split(words) if piece]
    return all(_take(read, piece, ()) or _take(read, bare_piece(piece), ()) for piece in pieces)


def length_ladder() -> list[str]:
    """The lengths of a summary by name, the shortest first."""
    rules = sorted(choice_words().length.values(), key=lambda rule: rule.characters)
    return [rule.names[0] for rule in rules]


def length_names() -> tuple[str, ...]:
    """What people call the lengths of a summary."""
    return tuple(choice_words().lengths)


def length_called(name: str) -> str:
    """The length that people call so; empty for none."""
    return choice_words().lengths[name].value if name else ""
