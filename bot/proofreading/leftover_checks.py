"""Checks of what is left over in a draft: old periods, names of other bureaus, blanks; pure."""

import re
from collections.abc import Iterator, Mapping

from bot.official.numbering import line_mark, looks_like_heading
from bot.official.style_check import is_within, quotation_spans
from bot.proofreading.findings import ProofDraft, ProofFinding, ProofKind, StoredMaterial
from bot.proofreading.vocabulary import proof_phrase, proof_words
from knowledge.models import Level
from knowledge.retrieval.bureau_names import parts_of
from knowledge.retrieval.place_names import find_places
from knowledge.understanding.governments import is_governmental
from knowledge.understanding.identity import bureau_mentions, identity_words
from knowledge.understanding.periods import (
    Period,
    PeriodMention,
    YearPart,
    part_named,
    period_mentions,
)
from knowledge.understanding.sentences import Span, find_all

_LEVELS = {"省": Level.PROVINCE, "市": Level.CITY, "州": Level.CITY, "县": Level.COUNTY}
_LEVELS |= {"旗": Level.COUNTY, "区": Level.DISTRICT}
_LOWEST = (Level.COUNTY, Level.DISTRICT)
_COUNTIES = ("县", "旗")
_SHORT_PLACE = 3
_PLACE_ENDS = (*_LEVELS, "镇", "乡", "村", "路", "街", "树", "社区", "小区")
_AUTONOMOUS, _OUR_CITY = "自治", "我市"
_REACH, _CLAUSES = 16, "，；：、"
_UNTIL = ("到", "至", "力争到", "力争", "确保到")
_BOLD = re.compile(r"\*\*(?=\S)[^*\n]+(?<=\S)\*\*")
_HALVES = (YearPart.SECOND_HALF, YearPart.FIRST_HALF)
_BARE_HALF = re.compile("(?<!年)[上下]半年|(?<=今年)[上下]半年")
_ANY_PERIOD = re.compile(r"(?:20\d\d|[今明])年(?:[上下]半年)?|[上下]半年")
_MARK = re.compile(r"^[#\s]*(?:第?[（(]?[一二三四五六七八九十\d]{1,3}[)）]?(?:部分|[、.．])?)?\s*")


def period_findings(draft: ProofDraft, _stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Periods that are not the draft's own where only that, or the one planned, can be meant."""
    period = draft.period
    if period is None or is_governmental(draft.text, draft.sections):  # it tells of last year
        return
    has_halves = not draft.is_plan and period.part is not YearPart.YEAR
    bare = (  # 上半年, without its year, is that of the draft's own
        PeriodMention(Period(period.year, part_named(match[0])), *match.span())
        for match in (_BARE_HALF.finditer(draft.text) if has_halves else ())
    )
    for mention in (*period_mentions(draft.text), *bare):
        if found := _ReadMention(draft, mention, period).fault():
            key, certain, right = found
            words = draft.text[mention.start : mention.end]
            why = proof_phrase(f"say.{key}", words=words, period=period)
            span = mention.start, mention.end
            yield ProofFinding(ProofKind.PERIOD, *span, why, right, certain=certain)


_Fault = tuple[str, bool, str | None]
"""What is wrong, as the data file says it; whether it surely is; what is right, if that is told."""


class _ReadMention:
    """A period that a draft names, with what stands around it."""

    def __init__(self, draft: ProofDraft, mention: PeriodMention, own: Period) -> None:
        self._draft, self._text, self._own, self._when = draft, draft.text, own, mention.period
        self._start, self._end = mention.start, mention.end
        self._sentence = draft.sentence_at(self._start)
        self._said = self._text[slice(*self._sentence)]
        before = self._text[self._sentence.start : self._start]
        self._before = _MARK.sub("", before).removesuffix("今年")
        self._is_planned = draft.is_planned_at(self._start)
        self._is_old = self._when.year < own.year
        self._right = str(Period(own.year, self._when.part))
        ends = self._when.year, self._when.part.months[1]
        self._is_over = not draft.is_plan and ends <= (own.year, own.part.months[1])

    def fault(self) -> _Fault | None:
        """What is wrong with it; None for nothing."""
        words, when, own = proof_words(), self._when, self._own
        if self._is_introduced_as_older():
            return "old_heading", True, str(own)
        if when.year > own.year or is_within(self._start, quotation_spans(self._text)):
            return None
        if (when.part, own.part) == _HALVES and not self._is_old:
            return self._reported_too_early()
        if self._is_planned and self._is_old_target():
            return "old_target", self._is_old and bool(self._leads_to(words.period_deadline)), None
        if self._leads_to(words.period_others):
            return None
        return self._fault_of_heading() if self._is_heading() else self._fault_of_sentence()

    def _fault_of_heading(self) -> _Fault | None:
        if proof_words().period_plans.match(self._text, self._end):
            return ("old_plan", True, None) if self._is_over else None
        heads = self._is_old and proof_words().period_heads.match(self._text, self._end)
        return (
            ("old_heading", True, str(Period(self._own.year, self._when.part))) if heads else None
        )

    def _fault_of_sentence(self) -> _Fault | None:
        if self._is_over and self._is_planned and (self._is_aimed_at() or self._opens_plan()):
            return "old_plan", self._is_aimed_at(), None
        if self._is_old and self._is_lead() and self._leads_to(proof_words().period_aims):
            return "old_heading", False, None
        if self._is_old and self._opens_as_own():
            certain = self._when.year == self._own.year - 1 and self._is_lead()
            return "old_opening", certain, self._right if certain else None
        return None

    def _leads_to(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        return pattern.match(self._text, self._end, self._sentence.end)

    def _intends(self, end: int) -> bool:
        return bool(proof_words().period_intends.search(self._text, self._end, end))

    def _is_heading(self) -> bool:
        """Whether it stands at the head of a heading, after its mark, or in the title."""
        line = next(ln for ln in self._draft.lines if ln.start <= self._start <= ln.end)
        words, title = self._text[slice(*line)], self._draft.report.identity.title
        opens = not _MARK.sub("", self._text[line.start : self._start])
        of_title = bool(title) and words.strip("# \u3000") in title
        return of_title or (opens and looks_like_heading(words))

    def _is_lead(self) -> bool:
        """Whether it stands before the first numbered heading, where a draft tells its period."""
        lines = (line for line in self._draft.lines if line.end < self._start)
        return not any(line_mark(self._text[slice(*line)].lstrip("# \u3000")) for line in lines)

    def _is_introduced_as_older(self) -> bool:
        """Whether the sentence that hands a draft over names an earlier period than its own."""
        words, when, own = proof_words(), self._when, self._own
        before = self._text[self._sentence.start : self._start]
        if not (words.period_introduced.search(before) and self._is_lead()):
            return False
        is_plan = words.period_plans.match(self._text, self._end)
        is_alike = is_plan or when.part in (own.part, YearPart.YEAR)
        older = (when.year, *when.part.months) < (own.year, *own.part.months)
        return older and bool(is_alike and self._leads_to(words.period_introduces))

    def _reported_too_early(self) -> _Fault | None:
        """下半年工作情况, or 下半年受理投诉90件 in what is done, in a draft of the first half."""
        words, (first, last) = proof_words(), self._sentence
        if self._is_heading():
            plans = words.period_plans.match(self._text, self._end)
            heads = words.period_heads.match(self._text, self._end) and not plans
            return ("later_half", True, self._own.part.wording) if heads else None
        counts = any(first <= e.statement.figure.start < last for e in self._draft.entries)
        opens = not self._before or self._text[self._start - 1] in _CLAUSES
        is_done = opens and counts and not (self._is_planned or self._intends(last))
        return ("later_half", False, None) if is_done else None

    def _is_aimed_at(self) -> bool:
        """Whether a sentence of a plan begins with it: 2023年，力争…."""
        clause_end = self._text.find("，", self._end, self._sentence.end)
        led = self._text.startswith(("，", ","), self._end) and self._intends(self._sentence.end)
        at_once = self._intends(self._sentence.end if clause_end < 0 else clause_end)
        return (not self._before or self._before.endswith("，")) and (led or at_once)

    def _opens_plan(self) -> bool:
        """Whether a planned sentence opens with it and tells of no other period, and new figures.

        What a plan builds on (2023年为720批次) is told as done or stands in the draft before.
        """
        (first, last), planned = self._sentence, self._draft.is_planned_at
        is_old = proof_words().told.search(self._said) or len(_ANY_PERIOD.findall(self._said)) > 1
        figures = [entry.statement.figure for entry in self._draft.entries]
        done = {(f.value, f.unit) for f in figures if not planned(f.start)}
        own = {(f.value, f.unit) for f in figures if first <= f.start < last}
        return not (self._before or is_old or own & done) and bool(own)

    def _opens_as_own(self) -> bool:
        """Whether a sentence opens with it as if it were the draft's own period.

        Not one that names that too (2023年……，2024年……), nor what a plan goes by.
        """
        opens = self._sentence.start == self._start and self._leads_to(proof_words().period_opens)
        if not opens or any(each.period == self._own for each in period_mentions(self._said)):
            return False
        return not self._draft.is_plan or self._intends(self._sentence.end)

    def _is_old_target(self) -> bool:
        """Whether a sentence of a plan aims at a time that is over: 到2024年底，2024年五一前."""
        deadline = self._leads_to(proof_words().period_deadline)
        if not (deadline or (self._is_old and self._before in _UNTIL)):
            return False
        month = deadline and deadline["month"]
        ends = self._when.year, int(month) if month else self._when.part.months[1]
        first, last = self._own.part.months
        now = self._own.year, first - 1 if self._draft.is_plan else last
        told = proof_words().told.search(self._text, self._end, self._sentence.end)
        return ends <= now and not told


def foreign_findings(draft: ProofDraft, stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Names of other bureaus and their places, and words for another level (我区 in a county).

    A draft whose own bureau is masked, or told as 区局, may be of the place itself: a hint.
    """
    if not draft.bureau:
        return
    own_place = parts_of(draft.bureau)[0]
    found: dict[int, Span] = {}
    for name in _other_names(draft, stored, own_place):
        for span in find_all(name, draft.text):
            known = found.get(span.start)
            if known is None or known.end < span.end:
                found[span.start] = span
    certain = _is_telling(own_place)
    for span in found.values():
        if not _is_of_contact(draft.text, span):
            words = draft.text[slice(*span)]
            key = "say.foreign" if certain else "say.foreign_place"
            why = proof_phrase(key, words=words, bureau=draft.bureau)
            yield ProofFinding(ProofKind.FOREIGN, *span, why, habit=words, certain=certain)
    yield from _other_places(draft, own_place, found)
    yield from _short_names(draft, stored, own_place)
    yield from _of_other_levels(draft)


def _other_places(
    draft: ProofDraft, own_place: str, found: Mapping[int, Span]
) -> Iterator[ProofFinding]:
    """Known counties that no bureau of the store is of: hints in a draft of a county or district.

    What ends with 区 or 市 is too often no place's name: 旧城区, 文明城市.
    """
    if _LEVELS.get(own_place[-1:]) not in _LOWEST:
        return
    for place in find_places(draft.text):
        span = Span(*place)
        words = draft.text[slice(*span)]
        own = words in own_place or own_place in words
        known = words.endswith(_COUNTIES) and not own and span.start not in found
        if known and not _is_of_contact(draft.text, span):
            why = proof_phrase("say.foreign_place", words=words, bureau=draft.bureau)
            yield ProofFinding(ProofKind.FOREIGN, *span, why)


def _short_names(
    draft: ProofDraft, stored: StoredMaterial, own_place: str
) -> Iterator[ProofFinding]:
    """Places of other bureaus without 县 or 区 (云溪山茶油): hints, for they may be other words."""
    for name in _other_names(draft, stored, own_place):
        place = parts_of(name)[0]
        if len(place) != _SHORT_PLACE or name != place:
            continue
        for span in find_all(place[:-1], draft.text):
            if draft.text.startswith(_PLACE_ENDS, span.end) or _is_of_contact(draft.text, span):
                continue
            why = proof_phrase("say.foreign_place", words=place[:-1], bureau=draft.bureau)
            yield ProofFinding(ProofKind.FOREIGN, *span, why)


def _other_names(draft: ProofDraft, stored: StoredMaterial, own_place: str) -> list[str]:
    """Other bureaus of the draft's own level, by name and by place; none that are masked.

    A city's draft names its counties rightly, and a county's its city. Where the draft's own place
    is not told, the names in its text may be its own.
    """
    bureau, is_told = draft.report.identity.bureau, _is_telling(own_place)
    level = _LEVELS.get(own_place[-1:]) or (bureau.level if bureau else None)
    mentioned = bureau_mentions(draft.text, identity_words()) if is_told else ()
    names: dict[str, None] = {}
    for name in (*stored.other_bureaus, *mentioned):
        place = parts_of(name)[0]
        if not _is_telling(place) or (is_told and (place in own_place or own_place in place)):
            continue
        other = _LEVELS.get(place[-1:])
        if other is level or (other in _LOWEST and level in _LOWEST):
            names |= dict.fromkeys((name, place))
    return list(names)


def _is_telling(place: str) -> bool:
    """Whether a place is named: neither masked nor only its level (区)."""
    return "*" not in place and len(place) >= _SHORT_PLACE


def _is_of_contact(text: str, span: Span) -> bool:
    """Whether a name tells of dealings with others, or is part of another name."""
    words = proof_words()
    before = text[max(0, span.start - _REACH) : span.start]
    return bool(words.foreign_before.search(before) or words.foreign_after.match(text, span.end))


def _of_other_levels(draft: ProofDraft) -> Iterator[ProofFinding]:
    bureau = draft.report.identity.bureau
    level = bureau.level if bureau and not parts_of(bureau.name)[1] else None  # 市局某区分局
    if level is None or _AUTONOMOUS in draft.text + draft.bureau:
        return
    for match in proof_words().own_level.finditer(draft.text):
        other = next(_LEVELS[c] for c in match[0] if c in _LEVELS)
        lower = level not in _LOWEST and other in _LOWEST
        beside = {other, level} == set(_LOWEST)
        if match[0].startswith("我") and (lower or beside):
            why = proof_phrase("say.foreign_level", words=match[0], bureau=draft.bureau)
            yield ProofFinding(ProofKind.FOREIGN, *match.span(), why, certain=True)
        elif beside or lower or (match[0] == _OUR_CITY and level in _LOWEST):
            why = proof_phrase("say.foreign_level", words=match[0], bureau=draft.bureau)
            yield ProofFinding(ProofKind.FOREIGN, *match.span(), why)


def mask_findings(draft: ProofDraft, _stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Blanks and masks; of very many the first, with how many there are.

    In a draft of a bureau whose own name is masked, names are meant to be.
    """
    words = proof_words()
    stressed = [*_BOLD.finditer(draft.text)] if draft.is_markdown else []
    signs = {end for bold in stressed for end in (bold.start(), bold.end() - len("**"))}
    matches = [m for m in words.blanks.finditer(draft.text) if m.start() not in signs]
    if "*" in draft.bureau:
        matches = [
            match for match in matches if not words.masked_name.match(draft.text, match.start())
        ]
    if len(matches) > words.most_masks:
        why = proof_phrase("say.masks", count=len(matches))
        yield ProofFinding(ProofKind.MASK, *matches[0].span(), why, certain=True)
        return
    for match in matches:
        why, habit = proof_phrase("say.mask"), ProofKind.MASK
        yield ProofFinding(ProofKind.MASK, *match.span(), why, habit=habit, certain=True)
