"""Which reports a question is about: bureaus and periods read against what the store holds."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.askedperiods import Asked, find_periods
from knowledge.bureaus import BureauMention, Occurs, find_bureaus
from knowledge.models import Bureau
from knowledge.pairing import Pair, paired
from knowledge.periods import Period
from knowledge.questionwords import question_words
from knowledge.sentences import Span

_ANCHOR = 4


@dataclass(frozen=True, slots=True)
class Listed:
    """A report as the reading of questions knows it."""

    id: str
    bureau: Bureau | None
    period: Period | None


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question is limited to.

    ``reports`` is None where it names neither bureau nor period. ``plan_only`` are those of
    them that only plan for the period asked. ``unknown`` holds wordings that fit nothing in
    the store. ``anchored`` reports are in for their words alone; ``undated`` reports would be
    searched if their bureau and period were known. ``pairs`` tell which bureau goes with which
    period.
    """

    reports: frozenset[str] | None
    plan_only: frozenset[str] = frozenset()
    bureaus: tuple[BureauMention, ...] = ()
    periods: tuple[Asked, ...] = ()
    unknown: tuple[str, ...] = ()
    undated: frozenset[str] = frozenset()
    anchored: frozenset[str] = frozenset()
    assumed_year: int | None = None
    pairs: tuple[Pair, ...] = ()

    @property
    def spans(self) -> list[Span]:
        """Where bureaus and periods stand in the question."""
        return sorted(
            [Span(b.start, b.end) for b in self.bureaus]
            + list({place for p in self.periods for place in p.places})
        )


def read_scope(question: str, listed: Sequence[Listed], this_year: int, occurs: Occurs) -> Scope:
    """The scope of a question. ``this_year`` is the calendar's, for 今年 and 去年."""
    words = question_words()
    known = list({r.bureau.name: r.bureau for r in listed if r.bureau}.values())
    bureaus = find_bureaus(question, known, words, occurs)
    years = {r.period.year for r in listed if r.period}
    named_periods, assumed = find_periods(question, years, this_year, words)
    pairs = paired(question, bureaus, named_periods)
    asked = list(dict.fromkeys(a for _, periods in pairs for a in periods))
    if not bureaus and not asked:
        return Scope(None)
    named = frozenset(n for b in bureaus for n in b.names)
    unknown = [b.wording for b in bureaus if not b.names]
    of_bureau = [r for r in listed if r.bureau and r.bureau.name in named] if bureaus else listed
    whole, plan_only, by_words = list(of_bureau), list[Listed](), frozenset[str]()
    if asked:
        whole = []
        for mentions, periods in pairs:
            mine = [r for r in of_bureau if not mentions or _is_one_of(r, mentions)]
            held, planned = _held(periods, mine)
            whole += held
            plan_only += planned
            unknown += _not_held(mentions, periods, mine)
        anchored = _anchored(question, asked, of_bureau, occurs)
        unknown = [] if anchored and not whole and not plan_only else unknown
        by_words = frozenset(r.id for r in anchored) - {r.id for r in whole}
        whole += anchored
    ids = frozenset(r.id for r in whole)
    return Scope(
        reports=ids | frozenset(r.id for r in plan_only),
        plan_only=frozenset(r.id for r in plan_only) - ids,
        bureaus=tuple(bureaus),
        periods=tuple(asked),
        unknown=tuple(unknown),
        undated=frozenset(
            r.id for r in listed
            if (bureaus and r.bureau is None) or (asked and r.period is None)
        ),
        anchored=by_words,
        pairs=tuple(pairs),
        assumed_year=assumed if any(a.counted for a in asked) else None,
    )  # fmt: skip


def _is_one_of(report: Listed, mentions: Sequence[BureauMention]) -> bool:
    return report.bureau is not None and any(report.bureau.name in m.names for m in mentions)


def _not_held(
    mentions: Sequence[BureauMention], periods: Sequence[Asked], mine: Sequence[Listed]
) -> list[str]:
    """What was named together and no report holds: 云溪县2021年, or 2021年 of two periods."""
    known = [m for m in mentions if m.names]
    if mentions and not known:
        return []
    wording = "、".join(map(str, periods))
    lacking = [
        m.wording + wording
        for m in known
        if not any(_held(periods, [r for r in mine if _is_one_of(r, [m])]))
    ]
    if known and len(lacking) == len(known):
        return ["".join(m.wording for m in known) + wording] if len(known) == 1 else lacking
    if not known and not any(_held(periods, mine)):
        return [wording]
    return lacking + [str(p) for p in periods if not any(_held([p], mine))]


def _held(asked: Sequence[Asked], listed: Sequence[Listed]) -> tuple[list[Listed], list[Listed]]:
    """The reports of the periods asked for, and those that plan for them."""
    whole: list[Listed] = []
    plans: list[Listed] = []
    for one in asked:
        for group in _by_bureau(listed).values():
            exact = [r for r in group if r.period and one.is_of(r.period)]
            inside = [r for r in group if r.period and one.covers(r.period)]
            whole += exact or inside
            if not exact:
                plans += [r for r in group if r.period and one.is_of(r.period.next())]
    return whole, [r for r in plans if r not in whole]


def _by_bureau(listed: Sequence[Listed]) -> dict[str, list[Listed]]:
    groups: dict[str, list[Listed]] = {}
    for report in listed:
        groups.setdefault(report.bureau.name if report.bureau else report.id, []).append(report)
    return groups


def _anchored(
    question: str, asked: Sequence[Asked], listed: Sequence[Listed], occurs: Occurs
) -> list[Listed]:
    """Reports that write the period with the words after it: 2022年度企业年报率 in one of 2023.

    For a single month, those that cover it and name it.
    """
    found = []
    within = [r.id for r in listed]
    for one in asked:
        if one.month:
            ids = occurs(f"{one.month}月", within)
            found += [r for r in listed if r.id in ids and r.period and one.lies_in(r.period)]
        phrase = question[one.start : one.end + _ANCHOR].rstrip("？?。 ")
        if one.year and len(phrase) == one.end - one.start + _ANCHOR:
            ids = occurs(phrase, within)
            found += [r for r in listed if r.id in ids]
    return found
