"""Checks of a draft's wording: numbering, punctuation, numerals, repeats, plans told as done.

Each takes the draft and the store's material and gives findings; pure. What stands at the head of
a paragraph is counted by ``bot.official.numbering``; marks within one, 一要 and 第一 are counted
here.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from difflib import SequenceMatcher

from bot.ledger.ledger import calendar_order
from bot.official.findings import FindingKind, StyleFault
from bot.official.numbering import (
    PlacedFault,
    item_faults,
    line_mark,
    looks_like_heading,
    mark_faults,
    mark_level,
)
from bot.official.style_check import (
    casual_faults,
    chat_faults,
    end_faults,
    is_within,
    long_faults,
    markdown_faults,
    punctuation_faults,
    quotation_spans,
    title_end_faults,
)
from bot.official.vocabulary import style_phrase
from bot.proofreading.amounts import amount
from bot.proofreading.findings import (
    MARKDOWN_SIGN,
    ProofDraft,
    ProofFinding,
    ProofKind,
    StoredMaterial,
)
from bot.proofreading.vocabulary import WordingRule, proof_phrase, proof_words
from knowledge.models import SectionKind
from knowledge.understanding.figures import Figure
from knowledge.understanding.mentions import fold_width
from knowledge.understanding.periods import YearPart
from knowledge.understanding.rows import find_rows
from knowledge.understanding.sentences import Span, trim_span
from knowledge.understanding.sums import plain_number

# -- lists


_ITEM = re.compile(r"(?P<before>^|[，；。：])\s*(?P<n>[一二三四五六七八九十]{1,2})[是要](?!否)")
_MARK_WITHIN = re.compile(
    r"(?:^\s*|(?<=[。；：]))(?P<mark>[（(]?(?P<n>\d{1,2})[)）、.．])\s?(?!\d)"
)
_SMALL = "〇一二三四五六七八九"
_OTHER_ITEMS = (
    re.compile(r"(?:^\s*|(?<=[。；：，]))(?P<item>(?P<n>[一二三四五六七八九])要)(?![求素点么害])"),
    re.compile(r"(?:^\s*|(?<=[。；：]))(?P<item>第(?P<n>[一二三四五六七八九]))(?=[，、])"),
)
_HEAD_REACH = 24
_HIGHEST = 2
"""The levels of headings that end a list: 一、 and （一）."""


def list_faults(lines: Sequence[str]) -> Iterator[PlacedFault]:
    """All of them, by kind."""
    yield from _items_without_stop(lines)
    yield from _items_apart(lines)
    yield from _marks_within(lines)
    yield from _other_items(lines)


def marks_once(lines: Sequence[str], faults: Iterator[PlacedFault]) -> Iterator[PlacedFault]:
    """The faults of numbering; those that only follow from one before are left out."""
    last: dict[int, int] = {}
    for n, fault in faults:
        mark = line_mark(lines[n][fault.start :]) if fault.key == "mark_sequence" else None
        if mark and last.get(mark.level) == mark.number - 1:
            last[mark.level] = mark.number
            continue
        if mark:
            last[mark.level] = mark.number
        yield n, fault


def _items_without_stop(lines: Sequence[str]) -> Iterator[PlacedFault]:
    """Items of a list that do not end as the one before: a heading would have a text below it."""
    filled = [(n, line.rstrip()) for n, line in enumerate(lines) if line.strip()]
    levels = [mark_level(line.lstrip()) for _, line in filled]
    ends: dict[int, bool] = {}
    for place, (n, line) in enumerate(filled):
        level = levels[place]
        below = levels[place + 1] if place + 1 < len(filled) else level
        ended = line.endswith("。")
        if not level:
            continue
        if ends.get(level) and 0 < below <= level and "，" in line:
            start = len(line) - line.endswith("；")
            if start < len(line) or line[-1].isalnum():
                yield n, StyleFault(FindingKind.PUNCTUATION, start, len(line), "no_stop", "。")
        ends[level] = ended
    for (n, line), level, below in zip(filled, levels, levels[1:], strict=False):
        if line.endswith("；") and 0 < below <= _HIGHEST and (not level or below < level):
            yield n, StyleFault(FindingKind.PUNCTUATION, len(line) - 1, len(line), "no_stop", "。")


def _items_apart(lines: Sequence[str]) -> Iterator[PlacedFault]:
    """三是 behind a comma where 二是 stands behind a ；; a ； that ends an item with a 。 in it."""
    for n, line in enumerate(lines):
        items = list(_ITEM.finditer(line))
        marks = [item["before"] for item in items[1:]]
        for item in items[1:]:
            strong = next((mark for mark in marks if mark in "；。"), "")
            if item["before"] == "，" and strong and item["n"] != "一":
                yield n, StyleFault(FindingKind.PUNCTUATION, *item.span("before"), "apart", strong)
        words = line.rstrip()
        mark = line_mark(words.lstrip())
        if mark and words.endswith("；") and "。" in words[_HEAD_REACH:]:
            end = len(words)
            yield n, StyleFault(FindingKind.PUNCTUATION, end - 1, end, "no_stop", "。")


def _marks_within(lines: Sequence[str]) -> Iterator[PlacedFault]:
    """1.…。2、…。（3）… within a paragraph: marks of another form than the first, or left out."""
    for n, line in enumerate(lines):
        marks = list(_MARK_WITHIN.finditer(line))
        if len(marks) < 2 or marks[0]["n"] != "1":
            continue
        form = Counter(map(_form, marks)).most_common(1)[0][0].replace("{}、", "{}.")
        for number, mark in enumerate(marks, 1):
            if (_form(mark), int(mark["n"])) != (form, number):
                key = "mark_form" if int(mark["n"]) == number else "mark_sequence"
                right = form.format(number)
                yield n, StyleFault(FindingKind.NUMBERING, *mark.span("mark"), key, right)


def _other_items(lines: Sequence[str]) -> Iterator[PlacedFault]:
    """一要, 二要 and 第一，第二， that are skipped or repeated; the first begins a sequence."""
    for pattern in _OTHER_ITEMS:
        number = 0
        for n, line in enumerate(lines):
            for match in pattern.finditer(line):
                found = _SMALL.index(match["n"])
                if found not in (1, number + 1) and number:
                    words = match["item"].replace(match["n"], _SMALL[number + 1])
                    kind, span = FindingKind.NUMBERING, match.span("item")
                    yield n, StyleFault(kind, *span, "item_sequence", words)
                number = found if found == 1 or number else 0


def _form(mark: re.Match[str]) -> str:
    form = mark["mark"].replace(mark["n"], "{}")
    return form.replace("．", ".").replace("(", "（").replace(")", "）")


# -- wording


_KINDS = {
    FindingKind.NUMBERING: ProofKind.NUMBERING,
    FindingKind.PUNCTUATION: ProofKind.PUNCTUATION,
    FindingKind.LONG: ProofKind.LONG,
}
_STANDARDS = {
    FindingKind.NUMBERING: "say.standard_form",
    FindingKind.PUNCTUATION: "say.standard_marks",
}
_HABITS = ("mark_form", "half_width", "straight_quote", "space", "no_stop", "long", "casual")
"""Faults that are told once, with how often they were made."""
_SURELY_WRONG = ("unpaired", "left_open")
"""Faults that have to be mended though only a person can say how."""
_SHORTEST_REPEAT, _SHORTEST_LIKENESS, _SHORTEST_CLAUSE = 12, 24, 6
_ALIKE = 0.9
_MARK = re.compile(r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]|[一二三四五六七八九十]是)+")
_WORDS = re.compile(r"[^\w*＊%％.]+")
_CLAUSE = re.compile(r"(?<![^，；：。、）\n])[\u4e00-\u9fff“”《》·\d]{6,}(?=[，；。、])")
_PERCENT_WORDS, _ALL, _TO_PERCENT = "百分之", 100, re.compile("[\u4e00-\u9fff]*[至到]百分")
_ALL_OF = re.compile("(?:率|达到?了?|为|实现|完成)$")
_FIGURES = re.compile(r"[\d*＊]+")
_COUNTED = re.compile(r"[一二三四五六七八九十百千万亿零〇两]+(?=[^\W\d])")
_PERCENT_SIGN = re.compile("[%％]")
_RATES = ("%", "‰")
_LISTED = re.compile(r"、[\u4e00-\u9fff]{0,6}\d")
_MOST_SPELT, _MOST_FEW, _FEWEST, _MANY_DIGITS = 10, 20, 3, 3
_FEW = ("个", "条", "项", "大", "种", "类", "字", "方面", "成")
_HALVES, _FIRST_HALF = (YearPart.FIRST_HALF, YearPart.SECOND_HALF), "上半年"
_OPENERS, _CLOSERS, _ATTACHED = ("（", "("), ("）", ")"), ("附件：", "附件:", "附：")
_CLAUSE_MARKS = "，；。："
_DONE, _AT_LEAST = "了", "以上"
_ORDERED, _ORDERED_BEFORE = ("届", "年", "月", "日"), ("次", "期", "天")
_NOT_COUNTED = ("第", "“", "《", "、", "前")


def style_findings(draft: ProofDraft, _stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Numbering after GB/T 9704, punctuation after GB/T 15834, over-long sentences, chat."""
    lines = [draft.text[slice(*line)] for line in draft.lines]
    if draft.is_markdown:  # its signs are the file's, not the writer's
        lines = [MARKDOWN_SIGN.sub(lambda sign: " " * len(sign[0]), line) for line in lines]
    is_spoken = bool(proof_words().spoken.search(next(filter(str.strip, lines), "")))
    for n, fault in _style_faults(lines, titled=bool(draft.report.identity.title)):
        if draft.is_markdown and fault.kind is FindingKind.MARKDOWN:
            continue
        if is_spoken and fault.kind is FindingKind.CASUAL:
            continue
        if fault.key == "space" and looks_like_heading(lines[n]):  # a name set apart: 局长 王某
            continue
        if _is_beside_the_text(fault, lines, n):
            continue
        yield _of_fault(fault, lines[n], draft.lines[n].start)


def _is_beside_the_text(fault: StyleFault, lines: Sequence[str], n: int) -> bool:
    """Whether a fault is of what stands below a text: a list of attachments, a line in brackets."""
    words = lines[n].strip()
    if fault.key == "no_stop" and words.startswith(_OPENERS) and words.endswith(_CLOSERS):
        return True
    of_marks = fault.kind is FindingKind.NUMBERING
    return of_marks and any(line.lstrip().startswith(_ATTACHED) for line in lines[:n])


def _style_faults(lines: Sequence[str], *, titled: bool) -> Iterator[PlacedFault]:
    yield from marks_once(lines, mark_faults(lines))
    yield from item_faults(lines)
    yield from chat_faults(lines)
    yield from list_faults(lines)
    last = max((n for n, line in enumerate(lines) if line.strip()), default=-1)
    rows = {row.span.start for row in find_rows(fold_width("\n".join(lines)))}
    start = 0
    for n, line in enumerate(lines):
        is_title = titled and n == 0
        faults = (
            *markdown_faults(line),
            *punctuation_faults(line),
            *casual_faults(line),
            *long_faults(line),
            *(title_end_faults(line) if is_title else ()),
            *(() if is_title or start in rows else end_faults(line, last=n == last)),
        )
        yield from ((n, fault) for fault in faults)
        start += len(line) + 1


def _of_fault(fault: StyleFault, line: str, start: int) -> ProofFinding:
    words = line[fault.start : fault.end]
    shown = str(len(words)) if fault.kind is FindingKind.LONG else words.strip()
    right = fault.right or ""
    if fault.key == "apart":
        said = proof_phrase("say.apart", right=right)
    else:
        said = style_phrase(fault.key, words=shown, right=right, planned="")
    if standard := _STANDARDS.get(fault.kind):
        said = proof_phrase(standard, said=said.rstrip("。"))
    return ProofFinding(
        _KINDS.get(fault.kind, ProofKind.WORDING),
        start + fault.start,
        start + fault.end,
        said,
        fault.right,
        habit=fault.key if fault.key in _HABITS else "",
        certain=fault.right is not None or fault.key in _SURELY_WRONG,
    )


def rule_findings(draft: ProofDraft, _stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Numerals after GB/T 15835, and whatever else a pattern of the data file tells."""
    for rule in proof_words().rule:
        for line in draft.lines:
            for match in rule.pattern.finditer(draft.text[slice(*line)]):
                right = _mend(rule, match)
                if right != match[0]:
                    yield ProofFinding(
                        rule.kind,
                        line.start + match.start(),
                        line.start + match.end(),
                        rule.say.format(words=match[0], right=right),
                        right,
                        habit=rule.say,
                        certain=rule.certain,
                    )


def _mend(rule: WordingRule, match: re.Match[str]) -> str | None:
    if rule.change:
        return match[0].translate(str.maketrans(*rule.change))
    return None if rule.right is None else match.expand(rule.right)


def repeat_findings(draft: ProofDraft, _stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Sentences that stand there twice, to the letter or nearly."""
    seen: set[str] = set()
    clauses: set[str] = set()
    paragraph = -1
    for sentence in draft.sentences:
        span = trim_span(draft.text, sentence)
        if paragraph != (paragraph := draft.text.rfind("\n", 0, span.start)):
            clauses = set()
        said = draft.text[slice(*span)]
        mark = _MARK.match(said)
        words = _WORDS.sub("", said[mark.end() :] if mark else said)
        if len(words) < _SHORTEST_REPEAT:
            continue
        if words in seen | clauses:
            why, certain = proof_phrase("say.repeated"), mark is None
            yield ProofFinding(ProofKind.REPEATED, *span, why, habit=why, certain=certain)
        elif len(words) >= _SHORTEST_LIKENESS and any(_is_alike(words, old) for old in seen):
            why = proof_phrase("say.repeated_nearly")
            yield ProofFinding(ProofKind.REPEATED, *span, why, habit=why)
        seen.add(words)
        clauses |= {_WORDS.sub("", clause) for clause in said.split("，")}
    yield from _repeated_clauses(draft)


def _repeated_clauses(draft: ProofDraft) -> Iterator[ProofFinding]:
    """Clauses that stand twice in a sentence, though not side by side."""
    for sentence in draft.sentences:
        seen: set[str] = set()
        for match in _CLAUSE.finditer(draft.text, *sentence):
            said = proof_words().intensifiers.sub("", match[0])
            if said in seen and len(said) >= _SHORTEST_CLAUSE:
                why = proof_phrase("say.repeated_clause", words=said)
                yield ProofFinding(ProofKind.REPEATED, *match.span(), why, certain=True)
            seen.add(said)


def _is_alike(words: str, other: str) -> bool:
    """Whether two sentences say nearly the same; other figures make another sentence."""
    if not _ALIKE < len(words) / len(other) < 1 / _ALIKE:
        return False
    if _FIGURES.findall(words) != _FIGURES.findall(other):
        return False
    matcher = SequenceMatcher(None, words, other, autojunk=False)
    return matcher.quick_ratio() > _ALIKE and matcher.ratio() > _ALIKE


def plan_findings(draft: ProofDraft, _stored: StoredMaterial) -> Iterator[ProofFinding]:
    """What is planned and worded as done, and what is done and worded as planned."""
    words, quoted = proof_words(), quotation_spans(draft.text)
    has_plan = any(section.kind is SectionKind.PLAN for section in draft.sections)
    for sentence in draft.sentences:
        planned = draft.is_planned_at(sentence.start)
        if not (planned or has_plan):  # a brief one says among what is done what comes next
            continue
        pattern = words.done if planned else words.planned
        if planned and _tells_before(draft, sentence):
            continue
        own = (
            match
            for match in pattern.finditer(draft.text, *sentence)
            if not is_within(match.start(), quoted)
            and not (planned and _is_aim(draft, sentence, match))
        )
        if match := next(own, None):
            key = "say.done_in_plan" if planned else "say.planned_in_done"
            why = proof_phrase(key, words=match[0])
            certain = planned and _is_headed_as_plan(draft, match.start())
            certain = certain and _has_figure(draft, sentence)
            yield ProofFinding(ProofKind.PLAN, *match.span(), why, certain=certain)


def _is_aim(draft: ProofDraft, sentence: Span, match: re.Match[str]) -> bool:
    """Whether what is worded as done is an aim or a premise: by its sentence, or its clause."""
    words, text = proof_words(), draft.text
    start = max(text.rfind(mark, sentence.start, match.start()) for mark in _CLAUSE_MARKS) + 1
    said = text[sentence.start : match.start()]
    half_is_over = draft.period is not None and draft.period.part in _HALVES
    if words.over.search(said) or (half_is_over and _FIRST_HALF in said):
        return True
    if not words.surely_done.search(match[0]):
        return bool(words.aims.search(text, *sentence))
    ends = (text.find(mark, match.end(), sentence.end) for mark in _CLAUSE_MARKS)
    end = min((end for end in ends if end >= 0), default=sentence.end)
    before, after = text[max(start, sentence.start) : match.start()], text[match.end() : end]
    beside = before + "，" + (after.removesuffix(_AT_LEAST) if match[0] == _DONE else after)
    return bool(words.drives.search(before) or words.aims.search(beside))


def _tells_before(draft: ProofDraft, sentence: Span) -> bool:
    """Whether all figures of a plan's sentence tell of a period before the draft's."""
    own = draft.period
    told = [
        e.period for e in draft.entries if sentence.start <= e.statement.figure.start < sentence.end
    ]
    return (
        own is not None
        and bool(told)
        and all(
            period is not None and calendar_order(period) < calendar_order(own) for period in told
        )
    )


def _has_figure(draft: ProofDraft, sentence: Span) -> bool:
    places = (entry.statement.figure.start for entry in draft.entries)
    return any(sentence.start <= place < sentence.end for place in places)


def _is_headed_as_plan(draft: ProofDraft, place: int) -> bool:
    headings = "".join(draft.path_at(place))
    return draft.is_plan or bool(proof_words().plan_headed.search(headings))


def arabic_findings(draft: ProofDraft, _stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Counts written in Chinese numerals where the draft counts in digits (GB/T 15835, 4.1.1).

    Certain from eleven on; a few (七户) are a hint where such a few are written in digits as well.
    """
    text = draft.text
    statements = [entry.statement for entry in draft.entries]
    in_digits: dict[Span | None, set[str]] = defaultdict(set)
    counts = Counter[Span]()
    for statement in statements:
        figure = statement.figure
        if _has_digit(figure.text):
            in_digits[statement.sentence].add(figure.unit)
            counts[statement.sentence] += 1
            in_digits[None] |= {figure.unit} if amount(figure) <= _MOST_SPELT else set()
    if not any(_has_digit(statement.figure.text) for statement in statements):
        return
    for statement in statements:
        figure = statement.figure
        counted = _COUNTED.match(figure.text)
        is_count = counted and figure.value and figure.unit not in ("", *_RATES)
        if not (counted and is_count and figure.value) or _is_round(figure):
            continue
        ends = text[figure.end : figure.end + 1] in ("、", *_CLAUSE_MARKS)
        named = text[figure.start - 1 : figure.start] in _NOT_COUNTED or figure.unit in _ORDERED
        named = named or (figure.unit in _ORDERED_BEFORE and not ends)
        certain = figure.value > _MOST_SPELT
        beside = figure.unit in in_digits[statement.sentence if certain else None]
        beside = beside or bool(_LISTED.match(text, figure.end))
        beside = beside or (counts[statement.sentence] >= _MANY_DIGITS and figure.unit not in _FEW)
        few = figure.unit in _FEW and figure.value < _MOST_FEW
        if not named and figure.value >= _FEWEST and (beside or (certain and not few)):
            right = _in_digits(figure.value) + figure.text[counted.end() :]
            why = proof_phrase("say.arabic")
            yield ProofFinding(
                ProofKind.NUMERAL, figure.start, figure.end, why, right, habit=why, certain=certain
            )


def _is_round(figure: Figure) -> bool:
    """Whether it is a rough number in one numeral and its place: 三百余, not 四百五十余."""
    return figure.approximate and len(plain_number(amount(figure)).rstrip("0")) == 1


def percent_findings(draft: ProofDraft, _stored: StoredMaterial) -> Iterator[ProofFinding]:
    """百分之九十 in a draft of digits; certain where others have the sign. 百分之百满意 passes."""
    figures = [entry.statement.figure for entry in draft.entries]
    certain = bool(_PERCENT_SIGN.search(draft.text))
    if sum(_has_digit(figure.text) for figure in figures) * 2 < len(figures):
        return
    for figure in figures:
        is_all = figure.value == _ALL and not _ALL_OF.search(draft.text, 0, figure.start)
        is_range = _TO_PERCENT.match(draft.text, figure.end)
        if figure.text.startswith(_PERCENT_WORDS) and not (
            _has_digit(figure.text) or is_all or is_range or amount(figure) > _ALL
        ):
            why, right = proof_phrase("say.arabic"), f"{plain_number(amount(figure))}%"
            yield ProofFinding(
                ProofKind.NUMERAL, figure.start, figure.end, why, right, habit=why, certain=certain
            )


def _in_digits(value: Decimal) -> str:
    """A number in digits, in 万 or 亿 where it comes out even."""
    for scale, power in (("亿", 8), ("万", 4)):
        if value >= 10**power and not value % 10 ** (power - 2):
            return plain_number(value / 10**power) + scale
    return plain_number(value)


def _has_digit(text: str) -> bool:
    return any(c.isdecimal() for c in text)
