"""The style check: what in a draft's wording a native reader of official prose would mark.

Punctuation, leftovers of the report and of Markdown, wording that does not belong, numbering.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain, groupby

from bot.compositions import Draft, Paragraph
from bot.official.findings import FindingKind, StyleContext, StyleFault, StyleFinding
from bot.official.numbering import (
    PlacedFault,
    item_faults,
    line_mark,
    looks_like_heading,
    mark_faults,
)
from bot.official.vocabulary import style_phrase, style_words
from knowledge.understanding.figures import find_figures
from knowledge.understanding.mentions import unit_words
from knowledge.understanding.periods import Period, YearPart, period_mentions
from knowledge.understanding.sentences import Span, sentence_spans, trim_span

_HAN = r"\u3400-\u9fff〇"
_CHARACTER = re.compile(f"[{_HAN}]")
_CHINESE = re.compile(rf"[{_HAN}，。；：？！、（）《》“”‘’〔〕【】％…]")
_HALF = re.compile(r"[,;:?!](?!//)")
_FULL = dict(zip(",;:?!()", "，；：？！（）", strict=True))
_BRACKETS = re.compile(r"[(（](?P<within>[^()（）\n]{1,60})[)）]")
_DOUBLED = re.compile(r"[，、；：。！？]{2,}")
_QUOTED = re.compile(r"“[^“”\n]*”|《[^《》\n]*》")
_SPACE = re.compile(
    rf"(?<=[{_HAN}])[ \t]{{1,3}}(?=[{_HAN}\d，。；：？！、）》”])"
    rf"|(?<=[，。；：？！、（《“）])[ \t]+(?=[{_HAN}\d“《（])"
    rf"|(?<=[\d%％])(?<!^\d)(?<!^\d\d)[ \t]+(?=[{_HAN}，。；：、）])"
)
_PAIRS = ("“”", "（）", "《》", "【】", "〔〕")
_CLOSERS = "”’）》】"
_ENDED = "。！？；：…—"
_STOPLESS = re.compile(rf"[{_HAN}A-Za-z\d%％*＊‰℃]")
_HALF_STOP = re.compile(rf"[{_HAN}][.．]$")
_PROSE = re.compile(r"[。！？；].")
TITLE = 0
"""The paragraph number of the title."""
_MOST_ROUNDS = 20
_WORDS_SHOWN = 30
_JOINED_FIGURES = re.compile(r"[\d*＊.,]{2}")
# Periods
_WITH_YEAR = re.compile(r"\d\s?年度?的?$")
_DATE = re.compile(r"\s?\d{1,2}\s?月|\s?[-—–至到]")
_DATE_LINE = re.compile(r"\s*\d{4}年\d{1,2}月(?:\d{1,2}日)?\s*")  # of a signature
# Markdown
_LINE = re.compile(
    r"\s*(?P<mark>#{1,6}(?!\d)[ \t]*|>[ \t]+|(?:[-+•·●][ \t]+|\*[ \t]+)(?=[^\s*\d]))"
)
_ALONE = re.compile(r"\s*(?:```+\w*|~~~+\w*|[-_=]{3,}|\|?(?:\s*:?-{3,}:?\s*\|?)+)\s*")
_FENCE = re.compile(r"`+")
# A pair around words: an edge or punctuation outside it, words without a mask inside it.
_BOLD = re.compile(
    r"(?:(?<=^)|(?<=[\s，。；：！？、（）“.]))(?P<mark>\*\*|__)(?=[^\s*_])"
    r"(?P<within>[^*\n。；]{1,40}[。；：]?)(?<!\s)(?P=mark)(?!\*)"
)
_MORE_CLAUSES = re.compile(r"[，、“”《》\d]")
_FOLLOWS_BOLD = re.compile(r"$|[\s，。；：！？、）”]")
_ENDS_WITHIN = "。；：:"
_MARK_WITHIN = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．是]")
_STRESSED = re.compile(r"(?<=[\u3400-\u9fff])\*\*(?P<within>[\u3400-\u9fff]{2,16})\*\*(?!\*)")
# Sentences
_LONGEST = 120
_ALIKE = 3
_LEAD_LIMIT = 120
_OPENING = re.compile(r"[\u3400-\u9fff]{2}")
_HAN_LETTER = re.compile(r"[\u3400-\u9fff]")


def punctuation_faults(text: str) -> Iterator[StyleFault]:
    """What is wrong within a text; its end is another matter."""
    yield from _half_width(text)
    yield from _brackets(text)
    yield from _straight_quotes(text)
    yield from _mark_runs(text)
    yield from _lone_marks(text)
    quoted = quotation_spans(text)
    for match in _SPACE.finditer(text):
        if not is_within(match.start(), quoted):
            yield _fault(match.start(), match.end(), "space", "")


def end_faults(text: str, *, last: bool) -> Iterator[StyleFault]:
    """A paragraph that does not end as it should; ``last`` is the last of all."""
    words = text.rstrip()
    end = len(words)
    inner = words.rstrip(_CLOSERS)
    if not inner:
        return
    if words[-1] in "，、" or (words[-1] == "；" and last) or _HALF_STOP.search(words):
        yield _fault(end - 1, end, "no_stop", "。")
    elif words[-1] == "：" and last and _PROSE.search(words):
        yield _fault(end - 1, end, "left_open")
    elif inner[-1] not in _ENDED and _STOPLESS.match(inner[-1]) and _is_prose(words):
        yield _fault(end, end, "no_stop", "。")


def title_end_faults(title: str) -> Iterator[StyleFault]:
    """A title that ends as a sentence."""
    words = title.rstrip()
    if words.endswith("。"):
        yield _fault(len(words) - 1, len(words), "title_stop", "")


def is_within(position: int, spans: Sequence[Span]) -> bool:
    """Whether a position lies inside one of the spans."""
    return any(span.start < position < span.end for span in spans)


def quotation_spans(text: str) -> list[Span]:
    """What stands in “” or 《》: other people's words."""
    return [Span(*match.span()) for match in _QUOTED.finditer(text)]


def _fault(start: int, end: int, key: str, right: str | None = None) -> StyleFault:
    return StyleFault(FindingKind.PUNCTUATION, start, end, key, right)


def _is_prose(words: str) -> bool:
    return bool(_PROSE.search(words)) or not looks_like_heading(words)


def _is_chinese(text: str, position: int) -> bool:
    return 0 <= position < len(text) and bool(_CHINESE.match(text[position]))


def _half_width(text: str) -> Iterator[StyleFault]:
    for match in _HALF.finditer(text):
        at = match.start()
        if _is_chinese(text, at - 1) or _is_chinese(text, at + 1):
            yield _fault(at, at + 1, "half_width", _FULL[match[0]])


def _brackets(text: str) -> Iterator[StyleFault]:
    lead = len(text) - len(text.lstrip())
    mark = line_mark(text[lead:])  # its form is the numbering's
    for match in _BRACKETS.finditer(text, lead + mark.end if mark else 0):
        start, last = match.start(), match.end() - 1
        half = [at for at in (start, last) if text[at] in "()"]
        mixed = len(half) == 1
        beside = _is_chinese(text, start - 1) or _is_chinese(text, last + 1)
        formula = start > 0 and text[start - 1].isascii() and text[start - 1].isalnum()
        chinese = bool(_CHARACTER.search(match["within"]))
        if mixed or chinese or (beside and not formula):
            yield from (_fault(at, at + 1, "half_width", _FULL[text[at]]) for at in half)


def _straight_quotes(text: str) -> Iterator[StyleFault]:
    """Straight quotes: each closes what is open, or else opens; certain if all then pair."""
    if not _CHARACTER.search(text):
        return
    places, right = [], list(text)
    opened = False
    for at, character in enumerate(text):
        if character == '"':
            places.append(at)
            right[at] = "”" if opened else "“"
        if character in '"“”':
            opened = right[at] == "“"
    paired = _first_unpaired("".join(right), "“”") is None
    for at in places if paired else places[:1]:
        if paired:
            yield _fault(at, at + 1, "straight_quote", right[at])
        else:
            yield _fault(at, at + 1, "unpaired")


def _mark_runs(text: str) -> Iterator[StyleFault]:
    for match in _DOUBLED.finditer(text):
        marks = match[0]
        if set(marks) == {"！", "？"}:
            continue
        exclaiming = (mark for mark in marks if mark in "！？")
        weighty = (mark for mark in "。：；，" if mark in marks)
        right = next(chain(exclaiming, weighty), marks[0])
        yield _fault(match.start(), match.end(), "doubled", right)


def _lone_marks(text: str) -> Iterator[StyleFault]:
    for pair in _PAIRS:
        if '"' in text and pair == "“”":
            continue  # a matter of the straight quotes
        at = _first_unpaired(text, pair)
        if at is None:
            continue
        following = [i for i in range(at + 1, len(text)) if text[i] in pair][:2]
        if following and all(text[i] == pair[0] for i in (at, *following)):
            yield _fault(following[0], following[0] + 1, "unpaired", pair[1])  # “质量月“
        else:
            yield _fault(at, at + 1, "unpaired")


def _first_unpaired(text: str, pair: str) -> int | None:
    """Where the first mark of a pair stands that has no other; marks may be nested."""
    opened: list[int] = []
    for at, character in enumerate(text):
        if character == pair[0]:
            opened.append(at)
        elif character == pair[1]:
            if not opened:
                return at
            opened.pop()
    return opened[0] if opened else None


def check_style(
    title: str, paragraphs: Sequence[str], context: StyleContext
) -> tuple[StyleFinding, ...]:
    """All findings, by paragraph and place; ``""`` for no title."""
    placed = [(index + 1, fault) for index, fault in _body_faults(paragraphs, context)]
    placed += [(TITLE, fault) for fault in _line_faults(title, context)]
    placed += [(TITLE, fault) for fault in title_end_faults(title)]
    texts = [title, *paragraphs]
    findings = {
        _describe(texts[number], number, fault, context)
        for number, fault in _drop_within_removed(placed)
    }
    return tuple(sorted(findings, key=lambda f: (f.paragraph, f.start, f.end, f.kind, f.sentence)))


def mend_draft(draft: Draft, context: StyleContext) -> Draft:
    """The draft mended, its citations kept; ``findings`` tell what a person has to decide.

    Sentences and paragraphs of which nothing is left are dropped.
    """
    for _ in range(_MOST_ROUNDS):
        texts = [paragraph.text for paragraph in draft.paragraphs]
        findings = check_style(draft.title, texts, context)
        if not any(finding.certain for finding in findings):
            break
        draft = _apply_fixes(draft, findings)
    return replace(draft, findings=tuple(finding.sentence for finding in findings))


def _apply_fixes(draft: Draft, findings: Sequence[StyleFinding]) -> Draft:
    by_paragraph: dict[int, list[StyleFinding]] = {}
    for finding in findings:
        by_paragraph.setdefault(finding.paragraph, []).append(finding)
    paragraphs = (
        _fix_paragraph(paragraph, by_paragraph.get(number, []))
        for number, paragraph in enumerate(draft.paragraphs, 1)
    )
    (title,) = mend_pieces([draft.title], by_paragraph.get(TITLE, []))
    filled = tuple(paragraph for paragraph in paragraphs if paragraph.text.strip())
    return replace(draft, title=title, paragraphs=filled)


def _fix_paragraph(paragraph: Paragraph, findings: Sequence[StyleFinding]) -> Paragraph:
    pieces = [paragraph.heading, *(sentence.text for sentence in paragraph.sentences)]
    heading, *texts = mend_pieces(pieces, findings)
    sentences = tuple(
        replace(sentence, text=text)
        for sentence, text in zip(paragraph.sentences, texts, strict=True)
        if text.strip()
    )
    return Paragraph(heading, sentences)


def mend_pieces(pieces: Sequence[str], findings: Sequence[StyleFinding]) -> list[str]:
    """A text in pieces with its certain findings mended; spans are those of all pieces joined.

    What is put in goes to the piece in which the words began; an addition at the very end goes
    to the last piece that is not empty. Where two findings overlap, the first counts.
    """
    bounds = [0, *accumulate(map(len, pieces))]
    result = list(pieces)
    for finding in reversed(_not_overlapping([f for f in findings if f.certain])):
        holder = _piece_of(finding.start, bounds)
        for number, piece in enumerate(pieces):
            start = min(max(finding.start - bounds[number], 0), len(piece))
            end = min(max(finding.end - bounds[number], 0), len(piece))
            words = (finding.replacement or "") if number == holder else ""
            result[number] = result[number][:start] + words + result[number][end:]
    return result


def _piece_of(position: int, bounds: Sequence[int]) -> int:
    filled = [n for n in range(len(bounds) - 1) if bounds[n] < bounds[n + 1]]
    holder = next((n for n in filled if bounds[n] <= position < bounds[n + 1]), None)
    return holder if holder is not None else max(filled, default=0)


def _not_overlapping(findings: Sequence[StyleFinding]) -> list[StyleFinding]:
    apart: list[StyleFinding] = []
    for finding in sorted(findings, key=lambda f: (f.start, -f.end)):
        if not apart or finding.start >= apart[-1].end:
            apart.append(finding)
    return apart


def _body_faults(paragraphs: Sequence[str], context: StyleContext) -> Iterator[PlacedFault]:
    yield from mark_faults(paragraphs)
    yield from item_faults(paragraphs)
    yield from chat_faults(paragraphs)
    last = max((n for n, text in enumerate(paragraphs) if text.strip()), default=-1)
    for index, text in enumerate(paragraphs):
        faults = (
            *_line_faults(text, context),
            *past_faults(text, context),
            *casual_faults(text),
            *long_faults(text),
            *repetition_faults(text),
            *end_faults(text, last=index == last),
        )
        yield from ((index, fault) for fault in faults)


def _line_faults(text: str, context: StyleContext) -> Iterator[StyleFault]:
    """What is checked of titles and paragraphs alike."""
    yield from markdown_faults(text)
    yield from punctuation_faults(text)
    yield from period_faults(text, context)
    yield from foreign_faults(text, context)


def _drop_within_removed(placed: Sequence[PlacedFault]) -> list[PlacedFault]:
    """The faults without those of words that are removed as chat."""
    removed = [(n, f) for n, f in placed if f.kind is FindingKind.CHAT and f.right == ""]
    return [
        (number, fault)
        for number, fault in placed
        if (number, fault) in removed
        or not any(n == number and f.start <= fault.start < f.end for n, f in removed)
    ]


def _describe(text: str, number: int, fault: StyleFault, context: StyleContext) -> StyleFinding:
    words = text[fault.start : fault.end]
    shown = str(len(words)) if fault.kind is FindingKind.LONG else words.strip()[:_WORDS_SHOWN]
    right, planned = fault.right or "", context.planned or ""
    place = style_phrase("paragraph", n=number) if number else style_phrase("title")
    said = style_phrase(fault.key, words=shown, right=right, planned=planned)
    sentence = style_phrase("finding", place=place, said=said)
    replacement = None if _joins_figures(text, fault) else fault.right
    return StyleFinding(fault.kind, number, fault.start, fault.end, words, sentence, replacement)


def _joins_figures(text: str, fault: StyleFault) -> bool:
    """Whether two figures or masks would run into one if the words between them went."""
    before, after = text[: fault.start][-1:], text[fault.end :][:1]
    return fault.right == "" and bool(_JOINED_FIGURES.fullmatch(before + after))


@dataclass(frozen=True, slots=True)
class _OldPeriod:
    """An old period where a text names it, and how the planned one would be named there."""

    start: int
    end: int
    right: str


def period_faults(text: str, context: StyleContext) -> Iterator[StyleFault]:
    """Old periods in a plan; certain where only the plan's own period can be meant."""
    if context.planned is None or _DATE_LINE.fullmatch(text):
        return
    quoted = quotation_spans(text)
    for old in _old_periods(text, context.planned, context):
        if is_within(old.start, quoted) or _is_reference(text, old):
            continue
        right = old.right if _is_leftover(text, old) else None
        yield StyleFault(FindingKind.PERIOD, old.start, old.end, "old_period", right)


def past_faults(text: str, context: StyleContext) -> Iterator[StyleFault]:
    """Clauses on what was done, one a sentence; none of them certain."""
    if context.planned is None:
        return
    words, quoted = style_words(), quotation_spans(text)
    for sentence in sentence_spans(text):
        if words.grounds.search(text, *sentence):
            continue
        matches = [*words.past.finditer(text, *sentence)]
        if not words.targets.search(text, *sentence):
            matches += words.results.finditer(text, *sentence)
        own = (match for match in matches if not is_within(match.start(), quoted))
        if first := next(own, None):
            yield StyleFault(FindingKind.PAST, *first.span(), "past")


def _old_periods(text: str, planned: Period, context: StyleContext) -> Iterator[_OldPeriod]:
    for mention in period_mentions(text):
        if _is_old(mention.period, planned, context):
            yield _OldPeriod(mention.start, mention.end, str(planned))
    words = style_words()
    year = (
        planned.year - 1 if planned.part in {YearPart.YEAR, YearPart.FIRST_HALF} else planned.year
    )
    for part, pattern in (
        (YearPart.FIRST_HALF, words.period.first_half),
        (YearPart.SECOND_HALF, words.period.second_half),
    ):
        half = Period(year, part)
        own = planned.contains(Period(planned.year, part)) and half not in context.old
        if own or not _is_old(half, planned, context):
            continue  # 上半年 in the plan of a year that follows a year is that year's own
        for match in pattern.finditer(text):
            if not _WITH_YEAR.search(text, 0, match.start()):
                whole = year != planned.year or match[0] != part.wording
                right = str(planned) if whole else planned.part.wording
                yield _OldPeriod(*match.span(), right)
    if any(old.year < planned.year for old in context.old):
        halves = [*words.period.first_half.finditer(text), *words.period.second_half.finditer(text)]
        for match in words.period.shifting_years.finditer(text):
            if not any(half.start() <= match.start() < half.end() for half in halves):
                yield _OldPeriod(*match.span(), str(planned))


def _is_old(period: Period, planned: Period, context: StyleContext) -> bool:
    """Whether a period is of the old ones and no part of the planned one, nor around it."""
    if planned.contains(period) or period.contains(planned):
        return False
    return any(old.contains(period) or period.contains(old) for old in context.old)


def _is_reference(text: str, old: _OldPeriod) -> bool:
    """Whether the past is rightly meant: 较2023年, 在2023年基础上."""
    words = style_words()
    before = text[max(0, old.start - 6) : old.start]
    return bool(words.period.reference_before.search(before)) or bool(
        words.period.reference_after.match(text, old.end)
    )


def _is_leftover(text: str, old: _OldPeriod) -> bool:
    """Whether only the planned period can be meant: 2023年工作打算, or 2023年，我局将…."""
    words = style_words()
    if _DATE.match(text, old.end):
        return False
    if words.period.planned_after.match(text, old.end):
        return True
    sentence = next(s for s in sentence_spans(text) if s.start <= old.start < s.end)
    opens = not text[sentence.start : old.start].strip()
    if not (opens and words.period.intends_after.match(text, old.end)):
        return False
    rest = Span(old.end, sentence.end)
    intends = words.period.intentions.search(text, *rest)
    tells = words.past.search(text, *rest) or find_figures(text[slice(*rest)])
    return bool(intends) and not tells


def markdown_faults(text: str) -> Iterator[StyleFault]:
    """Signs of layout that have no place in an official document."""
    if _ALONE.fullmatch(text):
        yield StyleFault(FindingKind.MARKDOWN, 0, len(text), "markdown", "")
        return
    line = _LINE.match(text)
    if line and not (line["mark"].startswith("*") and _opens_with_unit(text[line.end() :])):
        yield _markdown_fault(*line.span("mark"))
    for fence in _FENCE.finditer(text):
        yield _markdown_fault(*fence.span())
    for bold in _BOLD.finditer(text):
        if _is_bold(text, bold):
            yield _markdown_fault(bold.start("mark"), bold.start("within"))
            yield _markdown_fault(bold.end("within"), bold.end())
    for stressed in _STRESSED.finditer(text):  # 要**压实责任**, or two masks: a person has to look
        if not _opens_as_after_mask(stressed["within"]):
            yield StyleFault(FindingKind.MARKDOWN, *stressed.span(), "markdown_maybe")


def _markdown_fault(start: int, end: int) -> StyleFault:
    return StyleFault(FindingKind.MARKDOWN, start, end, "markdown", "")


def _is_bold(text: str, bold: re.Match[str]) -> bool:
    """Whether a pair embraces words, rather than two masks that stand around them."""
    within = bold["within"]
    ended = within[-1] in _ENDS_WITHIN or bool(_FOLLOWS_BOLD.match(text, bold.end()))
    if not ended or _opens_as_after_mask(within):
        return False
    whole = bold[0] == text.strip()
    return whole or bool(_MARK_WITHIN.match(within)) or not _MORE_CLAUSES.search(within)


def _opens_as_after_mask(words: str) -> bool:
    """Whether words begin as they do after a masked number or name: 家, 县, 有限公司."""
    return _opens_with_unit(words) or bool(style_words().after_masked_names.match(words))


def _opens_with_unit(words: str) -> bool:
    """Whether words begin as they do after a mask: 家, 户次, 余件, 万元."""
    bare = words.lstrip("余多 ").lstrip("万亿")
    return bare != words or bare.startswith(tuple(unit_words().written))


def chat_faults(paragraphs: Sequence[str]) -> Iterator[PlacedFault]:
    """Phrases of a conversation; lead lines and closing sentences can certainly go."""
    words = style_words()
    filled = [index for index, text in enumerate(paragraphs) if text.strip()]
    for index, text in enumerate(paragraphs):
        if filled and index == filled[0] and _is_lead(text):
            yield index, StyleFault(FindingKind.CHAT, 0, len(text), "chat", "")
            continue
        removed: list[Span] = []
        for sentence in sentence_spans(text):
            span = trim_span(text, sentence)
            if words.chat_closer.fullmatch(text, *span):
                removed.append(span)
                yield index, StyleFault(FindingKind.CHAT, *span, "chat", "")
        for match in words.chat.finditer(text):
            if not any(span.start <= match.start() < span.end for span in removed):
                yield index, StyleFault(FindingKind.CHAT, *match.span(), "chat")


def _is_lead(text: str) -> bool:
    """Whether a paragraph only leads up to a draft, as 好的，以下是……： does."""
    words = text.strip()
    chat = style_words().chat_lead.match(words)
    return bool(chat) and len(words) <= _LEAD_LIMIT and words[-1] in "：:。！!～~"


def casual_faults(text: str) -> Iterator[StyleFault]:
    """Spoken words, outside quotations."""
    quoted = quotation_spans(text)
    for match in style_words().casual.finditer(text):
        if not is_within(match.start(), quoted) and text[match.start() - 1 : match.start()] != "自":
            yield StyleFault(FindingKind.CASUAL, *match.span(), "casual")


def foreign_faults(text: str, context: StyleContext) -> Iterator[StyleFault]:
    """Names of others, except masked ones and those within the own bureau's name."""
    names = [name for name in context.other_names if _is_telling_name(name, context.own_bureau)]
    if not names:
        return
    own = [context.own_bureau] if context.own_bureau else []
    either = "|".join(re.escape(n) for n in sorted({*own, *names}, key=len, reverse=True))
    for match in re.finditer(either, text):
        if match[0] in names and not style_words().not_foreign_before.match(text, match.end()):
            yield StyleFault(FindingKind.FOREIGN, *match.span(), "foreign")


def _is_telling_name(name: str, own: str) -> bool:
    return "*" not in name and len(_HAN_LETTER.findall(name)) > 1 and name not in own


def long_faults(text: str) -> Iterator[StyleFault]:
    """Sentences of more than 120 characters."""
    for sentence in sentence_spans(text):
        span = trim_span(text, sentence)
        if span.end - span.start > _LONGEST:
            yield StyleFault(FindingKind.LONG, *span, "long")


def repetition_faults(text: str) -> Iterator[StyleFault]:
    """Three sentences in a row that open with the same two characters; one fault a row."""
    openings = []
    mark = line_mark(text)
    for sentence in sentence_spans(text, mark.end if mark else 0):
        start = trim_span(text, sentence).start
        match = _OPENING.match(text, start)
        openings.append((match[0] if match else "", start))
    for words, alike in groupby(openings, key=lambda opening: opening[0]):
        row = list(alike)
        if words and len(row) >= _ALIKE:
            start = row[_ALIKE - 1][1]
            yield StyleFault(FindingKind.REPEATED, start, start + len(words), "repeated")
