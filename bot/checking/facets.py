"""What a figure is said of, facet by facet, and whether a report's statement says the same.

A model's sentence is read as reports are. It says of a figure what a statement says where the
quantity is of one kind, and every telling word of its subject, measure and condition stands in
the statement's own words, in those that it goes on with, or in the headings above it.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from bot.checking.readings import JOINT
from bot.checking.telling_words import (
    TellingWord,
    is_same_rate,
    lines_of_work,
    telling_words,
    unborne_words,
)
from bot.checking.vocabulary import entailment_words, grounding_words
from bot.checking.wordings import (
    plain_text,
    replacements,
    telling_places,
    unborne_runs,
)
from knowledge.models import Quantity, Section, SectionKind, Statement
from knowledge.understanding.figures import Figure
from knowledge.understanding.mentions import CHINESE, unit_words
from knowledge.understanding.phrases import statement_words
from knowledge.understanding.sentences import Span
from knowledge.understanding.statements import read_statements

_BREAK = re.compile(r"[，,。；;：:！？!?（）()\n]")
_BRACKETS = re.compile(r"[（(][^（()）]*[)）]")
SENTENCE_ENDS = "。！？!?\n"
_SHORT_NAME = re.compile(r"(?<=[A-Za-z])[（(](?P<name>[^（()）]+)[)）]")  # ODR（在线纠纷解决）
_OCCASION = re.compile("[^|]*期间")
_WORD = re.compile(r"\w")
_COUNTED_BEFORE = re.compile(rf"\|(?P<thing>\w+?(?=(?:{JOINT.pattern})$)|\w{{1,3}}$)")
"""What a figure before counts: 品种 of 涉及12个品种、64批次 and of 12个品种64批次."""
_SAID_OF_ALL = re.compile(
    rf"(?:(?:{JOINT.pattern})[^，,。；;、|]+\|+)+(?P<said>[均都全][^，,。；;、]*)"
)
_NUMBERED = re.compile(rf"(?<![a-z])[a-z](?=[类级档])|第(?:\d+|{CHINESE})")
_CLOSE = 8
"""How near to a number a word stands that tells of more or of less."""
_IS, _LABEL, _HEAD = "是为", 8, 2
PART = "其中"
"""What tells a part of what was counted before."""
_NAMED_BY_MEASURE = frozenset({Quantity.RATE, Quantity.CHANGE})


@dataclass(frozen=True)  # no slots: its properties are cached
class StatedFigure:
    """A figure with the words that tell what it states, as plain texts.

    ``before`` and ``after`` stand beside it. ``leads`` are the clauses without figures that lead
    to it, ``earlier`` all clauses of its sentence before it, ``above`` the headings and sentences
    that it goes on with, ``behind`` what follows it up to the next figure, ``beyond`` as much of
    that as no mark parts from it; ``in_full`` is what the bracket behind a short name says that
    this stands for. ``sentence`` is all of its sentence, ``text`` all of its text; ``runs_on``: its
    words go on to the next figure, of which they may be said as well.
    """

    statement: Statement
    subject: str
    before: str
    after: str
    leads: str
    earlier: str
    above: str
    behind: str
    beyond: str
    in_full: str
    sentence: str
    text: str
    runs_on: bool

    @cached_property
    def measure(self) -> str:
        """The name of its measure."""
        return plain_text(self.statement.measure)

    @cached_property
    def beside(self) -> str:
        """The words before and after it."""
        return f"{self.before}|{self.after}"

    @cached_property
    def own(self) -> str:
        """The words beside it, but for the name of a rate or of a change."""
        named = self.measure and self.statement.quantity in _NAMED_BY_MEASURE
        return self.beside.replace(self.measure, "|", 1) if named else self.beside

    @cached_property
    def has_own_subject(self) -> bool:
        """Whether the words beside it name what it is of, not only how that went."""
        things = (word for word in telling_words(self.own) if not word.is_stage)
        return any(word.stands_in(self.subject) for word in things)

    @property
    def names_own_rate(self) -> bool:
        """Whether its rate says what it is of: 城镇化率, not 合格率."""
        stem = self.measure.removesuffix("率")
        bare = not telling_words(stem) or statement_words().stage.fullmatch(stem)
        return self.measure.endswith("率") and not bare

    @cached_property
    def near(self) -> str:
        """What is said of it alone; with the words that its place in a list leaves out."""
        unit = self.statement.figure.unit
        beside = f"{self.beside}|{self.measure}|{unit}|{self.in_full}"
        return f"{beside}|{self.subject}" if self.has_own_subject else beside

    @cached_property
    def said(self) -> str:
        """What is said of it; with the subject that it goes on with."""
        return f"{self.near}|{self.subject}"

    @cached_property
    def whole(self) -> str:
        """All that may bear out what is said of it."""
        return f"{self.said}|{self.beyond}|{self.earlier}|{self.above}|{self.behind}"

    @cached_property
    def quantity(self) -> Quantity:
        """What kind of amount it is; 25.3万元 of 比上年多罚没25.3万元 is a change."""
        kind = self.statement.quantity
        compared = grounding_words().compared.search(self.before)
        return Quantity.CHANGE if compared and kind is not Quantity.DURATION else kind

    @cached_property
    def direction(self) -> str:
        """Whether it tells of more or of less, if of either."""
        rising, falling = _changes()
        change = self.statement.quantity is Quantity.CHANGE
        near = self.beside if change else self.before[-_CLOSE:]
        rises, falls = rising.search(near), falling.search(near)
        return "" if bool(rises) == bool(falls) else "more" if rises else "less"

    @cached_property
    def is_reached(self) -> bool:
        """Whether it is what a change led to: 缩短到40分钟."""
        before = self.before.rstrip("|")
        by_so_much = grounding_words().compared.search(before)  # 涨幅为2.1%
        return bool(self.direction) and before.endswith(("到", "至", "为")) and not by_so_much

    @cached_property
    def is_step(self) -> bool:
        """Whether it is by how much something changed: 缩短40分钟."""
        before = self.before.rstrip("|了")
        found = [match for pattern in _changes() for match in pattern.finditer(before)]
        last = max((match.end() for match in found), default=-1)
        return last == len(before) and not self.is_reached

    @cached_property
    def is_former(self) -> bool:
        """Whether it is what there was before a change."""
        changed = grounding_words().changed.search(f"{self.after}|{self.behind}")
        from_it = self.before.rstrip("|的").endswith(("由", "从"))  # 从2003年的250家
        led = from_it or self.statement.condition.endswith("由")  # not 由15家企业打分
        marked = led and (bool(changed) or not telling_places(self.after))
        return marked or bool(grounding_words().former.search(self.before))

    def goes_on_with(self, other: "StatedFigure") -> bool:
        """Whether it takes its subject over from another, or is told as a part: 其中企业612户."""
        part = self.statement.condition.startswith(PART)
        own = self.has_own_subject or self.names_own_rate or self.subject != other.subject
        return (part and self.quantity is not Quantity.RATE) or (self.carries(other) and not own)

    def carries(self, other: "StatedFigure") -> bool:
        """Whether its words go on with the clause of another."""
        place = other.statement.figure.start
        return any(span.start <= place < span.end for span in self.statement.context)


def _changes() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What tells of more, and of less."""
    turning = entailment_words().turning
    return turning["rises"], turning["falls"]


def read_prose(text: str, figures: Sequence[Figure]) -> tuple[Statement, ...]:
    """What the figures of a text without headings state."""
    whole = Section((), 0, SectionKind.OTHER, 0, len(text), 0, leaf=True)
    return read_statements(text, (whole,), figures, None)


def state_figures(
    text: str, statements: Sequence[Statement], headings: Sequence[str] = ()
) -> tuple[StatedFigure, ...]:
    """The figures of neighbouring statements of a text, each with its words."""
    text = _veil(text, [statement.figure for statement in statements])
    ends = [*(_end_of_words(text, *pair) for pair in pairwise(statements)), len(text)]
    pairs = zip(statements, ends, strict=False)  # there is an end even where there is no figure
    sentences = [statement.sentence for statement in statements]
    beside = plain_text("|".join(text[slice(*span)] for span in dict.fromkeys(sentences)))
    return tuple(_state(text, one, headings, end, beside) for one, end in pairs)


def _end_of_words(text: str, one: Statement, following: Statement) -> int:
    """Where the words of a figure end that another follows; what no mark parts is said of both.

    配备公平秤 of 为6个集贸市场配备公平秤12台 is of the 6个 too, 打分 of 1,200家企业对96个科所打分
    of the 1,200家.
    """
    between = text[one.figure.end : following.figure.start]
    if _BREAK.search(between) or JOINT.search(between):
        return following.clause.start
    mark = _BREAK.search(text, following.figure.end)
    return mark.start() if mark else len(text)


def _veil(text: str, figures: Sequence[Figure]) -> str:
    """A text with bars for its figures: no figure tells what another is of."""
    parts, end = [], 0
    for figure in figures:
        parts += [text[end : figure.start], "|" * (figure.end - figure.start)]
        end = figure.end
    return "".join((*parts, text[end:]))


def _state(
    text: str, one: Statement, headings: Sequence[str], end: int, beside: str
) -> StatedFigure:
    """A figure with its words, which end where the next figure's begin; ``beside`` are all."""
    clause, sentence = one.clause, one.sentence
    before, after = _words_beside(text, one)
    inner = _BRACKETS.findall(before + after)
    names = (match["name"] for match in _SHORT_NAME.finditer(before + after))
    outside = [text[slice(*span)] for span in one.context if span.start < sentence.start]
    of_all = [text[slice(*span)] for span in one.context if span.start >= clause.end]
    subject, before, after = (
        plain_text(_BRACKETS.sub("", part))
        for part in (one.subject, before, "|".join((after, *of_all)))
    )
    return StatedFigure(
        statement=one,
        subject=subject,
        before=before,
        after=after,
        leads=plain_text("|".join(_lead_clauses(text, one))),
        earlier=plain_text(text[sentence.start : clause.start]),
        in_full=plain_text("|".join(names)),
        above=plain_text("|".join((*headings, *outside))),
        behind=plain_text(
            "|".join((*inner, re.split("[；;]", text[clause.end : min(end, sentence.end)])[0]))
        ),
        beyond=plain_text(
            f"{_shared_words(text, clause)}|{_BREAK.split(text[clause.end : end])[0]}"
        ),
        sentence=plain_text(text[slice(*sentence)]),
        text=beside,
        runs_on="|" in _BREAK.split(JOINT.split(text[one.figure.end :])[0])[0],
    )


def _shared_words(text: str, clause: Span) -> str:
    """What the items of a list share: 建成 of 建成甲4个、乙3个, 办结 of 甲9件、乙8件全部办结."""
    before, after = text[: clause.start], _SAID_OF_ALL.match(text, clause.end)
    first = _BREAK.split(before)[-1] if JOINT.fullmatch(before[-1:]) else ""
    return f"{first}|{after['said'] if after else ''}"


def _words_beside(text: str, one: Statement) -> tuple[str, str]:
    """The words of a figure's clause; what it is of where they tell nothing, or it fills a cell.

    What is dealt out (甲所9家，乙所7家；立案分别为2件、1件) is of something named before besides.
    """
    before = text[one.clause.start : one.figure.start]
    after = text[one.figure.end : one.clause.end]
    if JOINT.match(text, one.clause.end):  # 检查药店9家以及甲、乙等6家: the list is another's
        after = entailment_words().list_marks.split(after)[0]
    in_cell = "\n" in f"{before}{after}".strip()
    if in_cell or not _WORD.search(JOINT.sub("", before + after)):
        told = text[one.sentence.start : one.clause.start]
        clause = _BREAK.split(told.rstrip("：:"))[-1]
        label = told.endswith(("：", ":")) and not in_cell and _WORD.search(clause)
        named = f"{clause}|{one.subject}" if label else one.subject or clause
        if listed := _COUNTED_BEFORE.search(told):
            named = named.removesuffix(listed["thing"])
        return f"{named}|{one.measure}", ""
    if grounding_words().respectively.search(before):
        before = f"{one.subject}|{before}"
    return before, after


def _lead_clauses(text: str, one: Statement) -> Iterator[str]:
    """The clauses of a figure's sentence, without figures, that lead to it."""
    for start, end in one.context:
        clause = text[start:end]
        if start >= one.sentence.start and _BREAK.match(text, end) and "|" not in clause:
            yield clause


def says_same(claim: StatedFigure, one: StatedFigure) -> bool:
    """Whether a statement says of a figure what is claimed of it."""
    return (
        (claim.quantity == one.quantity or claim.direction == one.direction != "")
        and claim.is_former == one.is_former
        and (claim.direction in ("", one.direction) or _is_said_to_rise(claim, one))
        and not (claim.is_reached and one.is_step)
        and not (claim.is_step and one.is_reached)
        and _is_same_rate(claim, one)
        and not _foreign_words(claim, one)
        and not _is_other_line(claim, one)
        and not _is_replaced(claim, one)
        and not _is_one_of_several(claim, one)
    )


def _is_said_to_rise(claim: StatedFigure, one: StatedFigure) -> bool:
    """Whether 增至71家 is claimed of 发展到71家."""
    return claim.direction == "more" and bool(
        entailment_words().turning_said["rises"].search(one.before)
    )


def bears_subject(claim: StatedFigure, one: StatedFigure) -> bool:
    """Whether a statement is of the subject that a claim only goes on with."""
    words = () if claim.has_own_subject else telling_words(claim.subject)
    return all(word.stands_in(one.whole) for word in words)


def is_nearer(claim: StatedFigure, one: StatedFigure, other: StatedFigure, sentence: str) -> bool:
    """Whether of two statements that say the same one says just that, the other more, or less.

    发明专利 is said of 现有发明专利33件, not of 高价值发明专利11件. ``sentence`` is the plain text
    of the sentence that the claim stands in.
    """
    led = (word for word in telling_words(claim.leads) if word.stands_in(one.whole))
    if not all(word.stands_in(other.whole) for word in led):
        return False
    far, beside, extra = _distance(claim, one, sentence)
    other_far, other_beside, other_extra = _distance(claim, other, sentence)
    return far < other_far or (far == other_far and beside <= other_beside and extra < other_extra)


def _distance(
    claim: StatedFigure, one: StatedFigure, sentence: str
) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The words of a claim that are not said of a figure, not beside it, and what else is there."""
    words, extra = telling_words(claim.own), telling_words(one.own)
    return (
        frozenset(word.text for word in words if not word.stands_in(one.said)),
        frozenset(word.text for word in words if not word.stands_in(one.near)),
        frozenset(word.text for word in extra if not word.stands_in(sentence)),
    )


def _is_same_rate(claim: StatedFigure, one: StatedFigure) -> bool:
    if claim.quantity is not Quantity.RATE or not claim.measure:
        return True
    level = entailment_words().levels.search(claim.measure)
    if level and level[1] not in one.near:  # 占全市的 is not said by 占监管所的
        return False
    if one.before.endswith("的") and claim.measure.startswith("占"):  # 达到农户的50%
        return True
    stem = one.measure.removesuffix("率")
    rate = one.before if stem != one.measure and not telling_places(stem) else one.measure  # 完成率
    measure, rate = claim.measure.lstrip(_IS), rate.lstrip(_IS)
    return is_same_rate(measure, f"{claim.before}|{claim.subject}", rate, one.whole)


def _foreign_words(claim: StatedFigure, one: StatedFigure) -> list[TellingWord]:
    """The words of a claim that its statement's text has, but does not say of the figure.

    Those that it has not are what the claim adds, which ``entailment`` judges.
    """
    if claim.runs_on:
        return []
    runs = unborne_runs(claim.own, one.whole, plan=True)
    return [
        w for w in unborne_words(claim.own, one.whole, one.near)
        if not (_is_change(w, claim) or w.text in grounding_words().finding)
        and (w.denied or (w.stands_in(one.text) and _overlaps(w.span, runs)))
    ]  # fmt: skip


def _overlaps(span: Span, runs: Iterable[Span]) -> bool:
    return any(span.start < run.end and run.start < span.end for run in runs)


def _is_change(word: TellingWord, stated: StatedFigure) -> bool:
    """Whether a word tells of more or of less, which is compared as such."""
    return bool(stated.direction) and any(pattern.search(word.text) for pattern in _changes())


def _far_words(claim: StatedFigure, one: StatedFigure) -> list[TellingWord]:
    """The words of a claim that do not stand beside a statement's figure."""
    words, near = telling_words(claim.own), f"{one.near}|{one.beyond}"
    near = f"{near}|{one.sentence}" if claim.runs_on else near
    runs = unborne_runs(claim.own, near, plan=True)
    return [
        w for w in words
        if not (w.stands_in(near) or w.is_short_for(near) or _is_change(w, claim))
        and _overlaps(w.span, runs)
        and (w.is_stage or w.stands_in(one.text))
    ]  # fmt: skip


def _is_other_line(claim: StatedFigure, one: StatedFigure) -> bool:
    """Whether a claim names another line of work than a statement: 食品 for 药品; 12345 for 12315.

    A heading may name both, of which the statement's words then name one.
    """
    numbers = _number_names(claim), _number_names(one)
    own = lines_of_work(one.said)
    known, headed = own | lines_of_work(f"{one.earlier}|{one.behind}"), lines_of_work(one.above)
    known = known if own & headed else known | headed
    far = (lines_of_work(word.text) for word in _far_words(claim, one))
    other = any(lines and not lines & known for lines in far)
    named = lines_of_work(claim.own) & own
    heads = "|".join(lead for lead in claim.leads.split("|") if len(lead) <= _LABEL)
    led, told = lines_of_work(heads), lines_of_work(f"{one.whole}|{one.sentence}")
    if led and told and not led & told:
        return True
    return (all(numbers) and numbers[0] != numbers[1]) or bool(own and other and not named)


def _number_names(stated: StatedFigure) -> frozenset[str]:
    """What tells things of one name apart: 12315 and 12345, A级 and B级, 第二 and 第三."""
    names = (word.text for word in telling_words(stated.own))
    numbered = _NUMBERED.findall(stated.own)
    return frozenset((*numbered, *(name for name in names if name in unit_words().names)))


def _is_replaced(claim: StatedFigure, one: StatedFigure) -> bool:
    """Whether a claim has another thing, or another stage, in the place of a statement's own.

    检查药店14件 has words of the clauses before 立案14件, not its own; 使用他人专利名称 has 专利
    where 使用他人地理标志名称 has 地理标志.
    """
    if any(w.is_denied_in(one.own) for w in telling_words(claim.own)):
        return True
    unborne = unborne_runs(one.own, claim.said, plan=True)
    unsaid = [
        w for w in unborne_words(one.own, claim.said, claim.near) if _overlaps(w.span, unborne)
    ]
    far = _far_words(claim, one)
    for stage in (True, False):
        own = [w for w in telling_words(one.own) if w.is_stage is stage and not _is_change(w, one)]
        others = any(word.is_stage is stage for word in far)
        if own and others and all(word in unsaid for word in own):
            return True
    light = {word.span for word in telling_words(one.own) if _is_change(word, one)}
    left = {word.span for word in unsaid} | {*unborne}
    undertakings = filter(grounding_words().undertakings.search, one.leads.split("|"))
    said = _OCCASION.sub(lambda match: "|" * len(match[0]), claim.own)
    new = unborne_runs(said, "|".join((one.said, one.beyond, *undertakings)), plan=True)
    new = [run for run in new if run not in unborne_runs(said, one.text, plan=True)]
    return _stands_in_place(new, said, left - light, one.own)


def _stands_in_place(
    runs: Collection[Span], text: str, other_runs: Collection[Span], other: str
) -> bool:
    """Whether a text has words between the same neighbours where another has others."""
    return any(
        _overlaps(Span(start, end), runs) and _overlaps(Span(*place), other_runs)
        for start, end, *place in replacements(text, other)
    )


def _is_one_of_several(claim: StatedFigure, one: StatedFigure) -> bool:
    """Whether a claim names some of the things that a statement counts together, not all.

    A thing is named by its last characters, the last of them by its first: 商超、停车场经营者. It
    is left out where none is said that is its own.
    """
    listed, _, head = one.before.rpartition("等")
    if listed and any(w.stands_in(claim.said) for w in telling_words(f"{head}|{one.after}")):
        return False
    counted = plain_text(one.statement.figure.counted)
    items = JOINT.split(listed or (counted if counted in one.own else ""))
    heads = [*(item[-_HEAD:] for item in items[:-1]), items[-1][:_HEAD]]
    shared = {c for item in items for c in item if sum(c in other for other in items) > 1}
    said = f"{claim.said}|{claim.leads}"
    own = [{*head} - shared for head in heads if len(head) == _HEAD]  # 惠及企业 is one
    named = any(head in said for head in heads if {*head} - shared)  # not 人员 of each
    left_out = any(characters and not characters & {*said} for characters in own)
    return named and left_out and "等" not in claim.own
