"""From a text to all that is understood of it; pure, and the same text gives the same result.

Last come the passages: whole sentences of one section, sized for retrieval, nothing left out.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.models import (
    FigureText,
    Identity,
    Page,
    Passage,
    ReadReport,
    Report,
    Section,
    SectionKind,
    StatementText,
)
from knowledge.understanding.figures import find_figures
from knowledge.understanding.governments import reviewed_period
from knowledge.understanding.identity import bureau_named, read_identity
from knowledge.understanding.outline import read_outline
from knowledge.understanding.periods import Period
from knowledge.understanding.sentences import Span, has_words, sentence_spans
from knowledge.understanding.statements import read_statements
from knowledge.understanding.sums import find_doubts
from knowledge.understanding.topics import Topic, topics, topics_of
from knowledge.vocabulary import DATA

TARGET = 420
"""Characters that a passage is filled up to; see docs/measurements.md."""
LONGEST_SENTENCE = 4 * TARGET
"""A sentence that is longer is cut at a comma: text without any 。 must not be one passage."""
_WEAK_STOPS = "，、,：: \t\u3000"
_CODE_VERSION = "24"
_READ_FROM = (
    "outline.toml", "identity.toml", "governments.toml", "topics.toml", "units.toml",
    "clauses.toml", "statements.toml", "tables.toml",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of one leaf on its way into a passage; ``bare`` is a heading alone."""

    start: int
    end: int
    path: tuple[str, ...]
    kind: SectionKind
    bare: bool

    @property
    def size(self) -> int:
        return self.end - self.start


def cut_passages(
    report_id: str,
    text: str,
    sections: Sequence[Section],
    known: Sequence[Topic],
    target: int = TARGET,
) -> tuple[Passage, ...]:
    """Cut a report into passages that cover all of it but its page furniture, in order.

    Small neighbours under one heading share a passage; its path is what they have in common.
    """
    groups = _group_pieces(list(_pieces(text, sections, target)), target)
    passages = []
    for ordinal, group in enumerate(groups):
        bodies = [p for p in group if not p.bare] or group
        path = _common([p.path for p in bodies])
        start, end = group[0].start, group[-1].end
        passages.append(
            Passage(
                id=f"{report_id}-{start:06d}",
                report_id=report_id,
                ordinal=ordinal,
                path=path,
                kind=bodies[0].kind,
                topics=topics_of(text[start:end], path, known),
                start=start,
                end=end,
            )
        )
    return tuple(passages)


def _pieces(text: str, sections: Sequence[Section], target: int) -> Iterator[_Piece]:
    """Every leaf, long ones in balanced parts at sentence ends."""
    for leaf in sections:
        if not leaf.leaf or leaf.furniture:
            continue
        bare = leaf.level == 0 or not (leaf.run_in or has_words(text[leaf.heading_end : leaf.end]))
        spans = [Span(leaf.start, leaf.end)] if bare else _parts(text, leaf, target)
        for span in spans:
            yield _Piece(span.start, span.end, leaf.path, leaf.kind, bare)


def _parts(text: str, leaf: Section, target: int) -> list[Span]:
    length = leaf.end - leaf.start
    if length <= target * 1.25:
        return [Span(leaf.start, leaf.end)]
    share = length / round(length / target)
    parts: list[Span] = []
    for sentence in _sentences(text, leaf):
        filled = parts[-1].end - parts[-1].start if parts else 0
        if parts and filled + (sentence.end - sentence.start) / 2 <= share:
            parts[-1] = Span(parts[-1].start, sentence.end)
        else:
            parts.append(sentence)
    return parts


def _sentences(text: str, leaf: Section) -> Iterator[Span]:
    for start, end in sentence_spans(text, leaf.start, leaf.end):
        begin = start
        while end - begin > LONGEST_SENTENCE:
            limit = begin + LONGEST_SENTENCE
            stop = max(text.rfind(c, begin + LONGEST_SENTENCE // 2, limit) for c in _WEAK_STOPS)
            cut = stop + 1 or limit
            yield Span(begin, cut)
            begin = cut
        yield Span(begin, end)


def _group_pieces(pieces: Sequence[_Piece], target: int) -> list[list[_Piece]]:
    """Neighbours that may share a passage; headings alone go with what follows them."""
    groups: list[list[_Piece]] = []
    for piece in pieces:
        if groups and _joins(groups[-1], piece, target):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def _joins(group: Sequence[_Piece], piece: _Piece, target: int) -> bool:
    last = group[-1]
    if last.end != piece.start:  # furniture stands between
        return False
    if all(p.bare for p in group):
        return group[-1].end - group[0].start <= target
    if piece.bare or last.bare:
        return False
    size = sum(p.size for p in group if not p.bare) + piece.size
    return size <= target and last.kind is piece.kind and last.path[:-1] == piece.path[:-1]


def _common(paths: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    first = paths[0]
    depth = min(len(p) for p in paths)
    same = next((i for i in range(depth) if any(p[i] != first[i] for p in paths)), depth)
    return first[:same] or first


@dataclass(frozen=True, slots=True)
class Overrides:
    """Bureau and period as a manifest, a caption or the command line states them.

    They win over the text; empty and None leave it to the text.
    """

    bureau: str = ""
    period: Period | None = None


def understand(
    text: str,
    *,
    file: str,
    sha256: str,
    overrides: Overrides | None = None,
    pages: tuple[Page, ...] = (),
) -> ReadReport:
    """Outline, identity, figures and passages of one report.

    ``file`` is the path as it was given; the report's id comes from the text alone.
    ``pages`` are those of its file.
    """
    report_id = hashlib.sha256(text.encode()).hexdigest()[:16]
    sections = read_outline(text)
    identity = _identify(text, sections, file, overrides or Overrides())
    figures = find_figures(text)
    statements = read_statements(text, sections, figures, identity.period)
    return ReadReport(
        Report(report_id, file, sha256, identity, text, pages),
        sections,
        cut_passages(report_id, text, sections, topics()),
        len(find_doubts(text, statements)),
        FigureText.of(figures),
        StatementText.of(statements),
    )


def restate(read: ReadReport, *, file: str, overrides: Overrides) -> ReadReport:
    """A report that was understood already, as ``understand`` reads it from another path.

    Its identity alone depends on that, on what is stated of it, and the periods of statements.
    """
    report = read.report
    identity = _identify(report.text, read.sections, file, overrides)
    if identity.period != report.identity.period:
        statements = read_statements(report.text, read.sections, read.figures, identity.period)
        doubts = len(find_doubts(report.text, statements))
        read = replace(read, doubtful_sums=doubts, statement_text=StatementText.of(statements))
    return replace(read, report=replace(report, file=file, identity=identity))


def _identify(text: str, sections: Sequence[Section], file: str, overrides: Overrides) -> Identity:
    """Whose report it is and for when: as it is stated, else as the text tells."""
    identity = read_identity(text, sections, file)
    if overrides.bureau:
        identity = replace(identity, bureau=bureau_named(overrides.bureau, text))
    period = overrides.period or identity.period
    reviews = reviewed_period(text, sections, period) if period else None
    return replace(identity, period=period, reviews=reviews)


def understanding_version() -> str:
    """What changes when the reading of reports does: stored reports are then read anew."""
    digest = hashlib.sha256(_CODE_VERSION.encode())
    for name in _READ_FROM:
        path = DATA / name
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()[:12]
