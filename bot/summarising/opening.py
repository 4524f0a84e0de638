"""How a summary opens: whose report, for when, and the whole in one sentence of the report."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answers import Quote
from bot.summarising.clauses import DigestClause, DigestClauseReader
from bot.summarising.units import Unit, is_announcing, span_without_number
from bot.summarising.vocabulary import choice_words
from bot.summarising.wording import PointWriter
from knowledge.models import Report, SectionKind
from knowledge.understanding.sentences import Span


@dataclass(frozen=True, slots=True)
class DigestOpening:
    """The opening sentences, without their last stop, and what they rest on."""

    text: str
    quotes: tuple[Quote, ...]
    units: tuple[Unit, ...]


def lead_of(report: Report) -> str:
    """``2023年，云溪县市场监管局``: when and who, as far as they are known."""
    identity = report.identity
    period = f"{identity.period}，" if identity.period else ""
    return period + (identity.bureau.name if identity.bureau else "")


def write_opening(
    units: Sequence[Unit], writer: PointWriter, clauses: DigestClauseReader, room: int
) -> DigestOpening | None:
    """The opening out of a report's first sentences, else out of its headings; None of neither.

    What only says under whose guidance is left out as far as the rest says anything.
    """
    lead = lead_of(writer.reading.report)
    first = [u for u in units if u.kind is SectionKind.OVERVIEW and not u.path and not u.headline]
    told = [u for u in first if not is_announcing(u)] or [
        u for u in first if len(clauses.read(u)) > 2
    ]
    for unit in told[:3]:
        if opening := _from_sentence(unit, clauses.read(unit), writer, lead, room):
            return opening
    return _from_headings(units, writer, clauses, lead, room)


def _from_sentence(
    unit: Unit, clauses: Sequence[DigestClause], writer: PointWriter, lead: str, room: int
) -> DigestOpening | None:
    report = unit.report
    scored = [(_worth(report, c), n) for n, c in enumerate(clauses)]
    chosen: list[int] = []
    left = room - len(lead)
    for worth, n in sorted(scored, key=lambda pair: (-pair[0], pair[1])):
        length = clauses[n].span.end - clauses[n].span.start + 1
        if worth > 0 and (length <= left or not chosen):
            chosen.append(n)
            left -= length
    first = min(chosen, default=0)
    while first > 0 and choice_words().subjects.match(report.text[slice(*clauses[first].span)]):
        first -= 1
        chosen.append(first)
    spans = [clauses[n].span for n in sorted(set(chosen))]
    text = writer.write(spans, unit.span, unit.path, lead) if spans else None
    if text is None:
        return None
    return DigestOpening(text, (Quote(report, unit.path, unit.span),), (unit,))


def _worth(report: Report, clause: DigestClause) -> float:
    """What a clause of the first sentence says of the whole; of whose report it is, nothing."""
    words, written = choice_words(), report.text[slice(*clause.span)]
    bureau = report.identity.bureau
    says_nothing = (
        (bureau and bureau.name in written)
        or words.only_dates.fullmatch(written)
        or words.slogans.search(written)
        or words.announcing.search(written)
    )
    if says_nothing or clause.hidden:
        return 0.0
    worth = 1.0 + 2.0 * bool(words.purposes.search(written)) + clause.worth
    return worth - len(written) / 60


def _from_headings(
    units: Sequence[Unit], writer: PointWriter, clauses: DigestClauseReader, lead: str, room: int
) -> DigestOpening | None:
    """The headings of what was done, one after the other, as what the bureau did."""
    heads = [u for u in units if u.headline and u.kind is SectionKind.DONE]
    depth = next((n for n in (1, 2) if sum(len(u.path) == n for u in heads) > 2), 0)
    pieces: list[str] = []
    shown: list[Unit] = []
    for unit in (u for u in heads if len(u.path) == depth):
        span = telling_clause(unit, clauses.read(unit))
        text = writer.write([span], unit.span, unit.path)
        if text and len(lead) + len("".join(pieces)) + len(text) <= room:
            pieces.append(text)
            shown.append(unit)
    if not shown:
        return None
    quotes = tuple(Quote(u.report, u.path, u.span) for u in shown)
    return DigestOpening(lead + "，".join(pieces), quotes, tuple(shown))


def telling_clause(unit: Unit, clauses: Sequence[DigestClause]) -> Span:
    """The first clause of a heading that does more than say where it stands."""
    start, text = span_without_number(unit).start, unit.report.text
    spans = [Span(max(start, c.span.start), c.span.end) for c in clauses if c.span.end > start]
    telling = (s for s in spans if not choice_words().framing.match(text[slice(*s)]))
    return next(telling, spans[0])
