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
from knowledge.understanding.periods import Period, PeriodMention, YearPart, period_mentions
from knowledge.understanding.sentences import Span, find_all, trim_span

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
_ANY_PERIOD = re.compile(r"(?:20\d\d|[今明])年(?:[上下]半年)?|[上下]半年")
_MARK = re.compile(r"^[#\s]*(?:第?[（(]?[一二三四五六七八九十\d]{1,3}[)）]?(?:部分|[、.．])?)?\s*")


def period_findings(draft: ProofDraft, _stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Earlier periods where only the draft's own, or the one planned, can be meant."""
    period = draft.period
    if period is None or is_governmental(draft.text, draft.sections):  # it tells of last year
        return
    quoted = quotation_spans(draft.text)
    for mention in period_mentions(draft.text):
        if _is_introduced_as_older(draft, mention, period):
            why = proof_phrase(
                "say.old_heading", words=draft.text[mention.start : mention.end], period=period
            )
            span = mention.start, mention.end
            yield ProofFinding(ProofKind.PERIOD, *span, why, str(period), certain=True)
        elif mention.period.year < period.year + 1 and not is_within(mention.start, quoted):
            yield from _old_period(draft, mention, period)
    yield from _old_halves(draft, period)
    yield from _later_halves(draft, period)


def _is_introduced_as_older(draft: ProofDraft, mention: PeriodMention, period: Period) -> bool:
    """Whether the sentence that hands a draft over names an earlier period than the draft's."""
    sentence = draft.sentence_at(mention.start)
    words, before = proof_words(), draft.text[sentence.start : mention.start]
    introduces = words.period_introduced.search(before) and _is_lead(draft, mention.start)
    told = words.period_introduces.match(draft.text, mention.end, sentence.end)
    is_plan = words.period_plans.match(draft.text, mention.end)
    older = (mention.period.year, *mention.period.part.months) < (period.year, *period.part.months)
    return bool(introduces and told and older) and bool(
        is_plan or mention.period.part in (period.part, YearPart.YEAR)
    )


def _old_halves(draft: ProofDraft, period: Period) -> Iterator[ProofFinding]:
    """上半年工作打算 as a heading, or 上半年继续推进 in the plan, of a draft of the first half."""
    words = proof_words()
    if period.part is YearPart.YEAR:
        return
    places = [line.start + match.start("half") for line in draft.lines
              if (match := words.half_plans.match(draft.text[slice(*line)]))]  # fmt: skip
    for sentence in draft.sentences:
        span = trim_span(draft.text, sentence)
        opened = words.half_intends.match(draft.text, _behind_mark(draft, sentence))
        if opened and draft.is_planned_at(span.start):
            places.append(opened.start("half"))
    hints = [
        start for sentence in draft.sentences
        if _opens_plan(draft, start := _behind_mark(draft, sentence)) and start not in places
    ]  # fmt: skip
    for start in (*places, *hints):
        half = draft.text[start : start + len(period.part.wording)]
        if half == period.part.wording and not draft.is_plan:
            why, certain = proof_phrase("say.old_plan", words=half, period=period), start in places
            yield ProofFinding(ProofKind.PERIOD, start, start + len(half), why, certain=certain)


def _later_halves(draft: ProofDraft, period: Period) -> Iterator[ProofFinding]:
    """下半年工作情况, or 下半年受理投诉90件 in what is done, in a draft of the first half."""
    words, text = proof_words(), draft.text
    if draft.is_plan or period.part is not YearPart.FIRST_HALF:
        return
    for mention in re.finditer(f"(?<!年){YearPart.SECOND_HALF.wording}", text):
        start, end = mention.span()
        if certain := _opens_heading(draft, start):
            is_done = words.period_heads.match(text, end) and not words.period_plans.match(
                text, end
            )
        else:
            sentence = draft.sentence_at(start)
            told = any(
                sentence.start <= e.statement.figure.start < sentence.end for e in draft.entries
            )
            intends = words.period_intends.search(text, end, sentence.end)
            opens = not _MARK.sub("", text[sentence.start : start]) or text[start - 1] in _CLAUSES
            is_done = opens and told and not intends and not draft.is_planned_at(start)
        if is_done:
            why = proof_phrase("say.later_half", words=mention[0], period=period)
            right = period.part.wording if certain else None
            yield ProofFinding(ProofKind.PERIOD, start, end, why, right, certain=certain)


def _behind_mark(draft: ProofDraft, sentence: Span) -> int:
    """Where a sentence begins behind its number: 3.上半年，…."""
    span = trim_span(draft.text, sentence)
    mark = _MARK.match(draft.text[slice(*span)])
    return span.start + (mark.end() if mark else 0)


def _opens_plan(draft: ProofDraft, start: int) -> bool:
    """Whether a planned sentence that opens at a place tells of one period, and of new figures.

    What a plan builds on (2023年为720批次) is told as done or stands in the draft before.
    """
    sentence = draft.sentence_at(start)
    before = _MARK.sub("", draft.text[sentence.start : start])
    if before or not draft.is_planned_at(start):
        return False
    said = draft.text[slice(*sentence)]
    figures = [entry.statement.figure for entry in draft.entries]
    done = {(f.value, f.unit) for f in figures if not draft.is_planned_at(f.start)}
    own = [figure for figure in figures if sentence.start <= figure.start < sentence.end]
    told = proof_words().told.search(said) or len(list(_ANY_PERIOD.finditer(said))) > 1
    return bool(own) and not told and all((f.value, f.unit) not in done for f in own)


def _old_period(
    draft: ProofDraft, mention: PeriodMention, period: Period
) -> Iterator[ProofFinding]:
    words, text, start = proof_words(), draft.text, mention.start
    if draft.is_planned_at(start) and _is_old_target(draft, mention, period):
        why = proof_phrase("say.old_target", words=text[start : mention.end], period=period)
        certain = words.period_deadline.match(text, mention.end) is not None
        certain = certain and mention.period.year < period.year
        yield ProofFinding(ProofKind.PERIOD, start, mention.end, why, certain=certain)
        return
    if words.period_others.match(text, mention.end):
        return
    is_old, key, certain = mention.period.year < period.year, "", True
    if _opens_heading(draft, start):
        if words.period_plans.match(text, mention.end):
            key = "say.old_plan" if _is_reported(mention.period, draft) else ""
        elif is_old and words.period_heads.match(text, mention.end):
            key = "say.old_heading"
    elif _is_reported(mention.period, draft) and (
        (certain := _is_planned_before(draft, mention)) or _opens_plan(draft, start)
    ):
        key = "say.old_plan"
    elif is_old and _is_lead(draft, start) and words.period_aims.match(text, mention.end):
        key, certain = "say.old_heading", False
    elif is_old and _opens_as_older(draft, mention):
        before = mention.period.year == period.year - 1
        key, certain = "say.old_opening", before and _is_lead(draft, start)
    if key:
        right = str(Period(period.year, mention.period.part)) if certain else None
        right = None if key == "say.old_plan" else right
        why = proof_phrase(key, words=text[start : mention.end], period=period)
        yield ProofFinding(ProofKind.PERIOD, start, mention.end, why, right, certain=certain)


def _opens_as_older(draft: ProofDraft, mention: PeriodMention) -> bool:
    """Whether a sentence opens with a period as if that were the draft's own.

    Not one that names that too (2023年……，2024年……), nor what a plan goes by.
    """
    words, sentence = proof_words(), draft.sentence_at(mention.start)
    said = draft.text[slice(*sentence)]
    opens = sentence.start == mention.start and words.period_opens.match(draft.text, mention.end)
    names_own = any(each.period == draft.period for each in period_mentions(said))
    intends = words.period_intends.search(draft.text, mention.end, sentence.end)
    return bool(opens) and not names_own and (not draft.is_plan or bool(intends))


def _is_old_target(draft: ProofDraft, mention: PeriodMention, period: Period) -> bool:
    """Whether a sentence of a plan aims at a time that is over: 到2024年底，2024年五一前."""
    words, sentence, text = proof_words(), draft.sentence_at(mention.start), draft.text
    before = _MARK.sub("", text[sentence.start : mention.start])
    deadline = words.period_deadline.match(text, mention.end, sentence.end)
    if not (deadline or (mention.period.year < period.year and before in _UNTIL)):
        return False
    month = deadline and deadline["month"]
    ends = mention.period.year, int(month) if month else mention.period.part.months[1]
    now = period.year, period.part.months[0] - 1 if draft.is_plan else period.part.months[1]
    return ends <= now and not words.told.search(text, mention.end, sentence.end)


def _is_planned_before(draft: ProofDraft, mention: PeriodMention) -> bool:
    """Whether a sentence of a plan begins with a period that is over: 2023年，力争…."""
    sentence = draft.sentence_at(mention.start)
    if draft.is_plan or not draft.is_planned_at(mention.start):
        return False
    before = _MARK.sub("", draft.text[sentence.start : mention.start])
    opens = not before or before.endswith("，")
    comma = draft.text.startswith(("，", ","), mention.end)
    intends = proof_words().period_intends.search(draft.text, mention.end, sentence.end)
    clause = draft.text[mention.end : sentence.end].split("，")[0]
    at_once = proof_words().period_intends.search(clause)
    return opens and bool((comma and intends) or at_once) and _is_reported(mention.period, draft)


def _opens_heading(draft: ProofDraft, start: int) -> bool:
    """Whether a place stands at the head of a heading, after its mark, or in the title."""
    line = next(line for line in draft.lines if line.start <= start <= line.end)
    words, before = draft.text[slice(*line)], draft.text[line.start : start]
    title = draft.report.identity.title
    if title and words.strip("# \u3000") in title:
        return True
    return looks_like_heading(words) and not _MARK.sub("", before)


def _is_lead(draft: ProofDraft, start: int) -> bool:
    """Whether a place stands before the first numbered heading, where a draft tells its period."""
    before = (draft.text[slice(*line)] for line in draft.lines if line.end < start)
    return not any(line_mark(line.lstrip("# \u3000")) for line in before)


def _is_reported(mentioned: Period, draft: ProofDraft) -> bool:
    """Whether a period lies wholly in what the draft reports of, so that it cannot be planned."""
    period = draft.period
    if period is None or draft.is_plan:
        return False
    return (mentioned.year, mentioned.part.months[1]) <= (period.year, period.part.months[1])


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
