"""The subjects that clauses name, and how they are carried over the clauses that follow."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from knowledge.models import Quantity
from knowledge.understanding.clauses import ClauseReader, Label
from knowledge.understanding.figures import Figure, clause_words
from knowledge.understanding.measures import RATE_AT_END
from knowledge.understanding.phrases import (
    CLOSE,
    EDGES,
    SHORTEST,
    SPACE,
    SourceText,
    balance_quotes,
    find_verb,
    has_thing,
    statement_words,
    trim_phrase,
    trim_start,
    without_fillers,
    without_last,
)
from knowledge.understanding.sentences import Span

# -- the subject in a figure's own words


_OWNERS = tuple("业镇村民险")  # 工业 of 工业、服务业增加值
_OWNED = re.compile(rf".*[{''.join(_OWNERS)}](.{{2,}})")
_JOINTS = ("、", "和", "与", "及")
_AMOUNT_ENDS = tuple("额量值数率口资P")  # 投资, 进出口, GDP
_COMPARED = re.compile(
    r"(?:比|较)(?:去年|上年|年初|同期|前|过去|\d{1,2}年前|\d{4}年|上一?个)[^，,。；;、]{0,6}$"
)
_LONGEST_PREDICATE = 20
_LONGEST_PURPOSE = 30


class SubjectReader:
    """Reads the subjects that the figures of one text set by their own words."""

    def __init__(self, source: SourceText, clauses: ClauseReader) -> None:
        self._source = source
        self._text = source.text
        self._clauses = clauses
        self._words = statement_words()

    def subject(
        self, label: Label, measured: tuple[str, Quantity], lead: Span | None, *, opens: bool
    ) -> str:
        """A figure's own words as a phrase: what stands before it, else what it counts.

        ``lead`` is the last clause without figures; ``opens``: no figure stands between.
        """
        _measure, quantity = measured
        if label.item:
            return self._dealt_subject(label, label.item, measured)
        if label.bound:
            return trim_phrase(self._text[label.before.start : label.after.end])
        said = self._source.slice(label.after)
        before = self._words_before(label, measured)
        bare = not before or (opens and self._is_bare(before, quantity))
        if bare and lead and not label.purpose and not said.strip(EDGES):
            before = trim_phrase(self._source.slice(lead))
        shared = label.purpose
        if shared or (label.tail and (shared := self._clauses.said_of_all(label))):
            return before + trim_phrase(self._source.slice(shared))
        if end := self._clauses.end_of_counted(label):
            counted = label.figure.counted
            if quantity is Quantity.COUNT:
                counted = RATE_AT_END.sub("", counted) or counted
            return self._act_on_last(label, before) + counted + self._predicate(label, end)
        if self._completes(label, before, measured):
            return self._act_on_last(label, before) + trim_phrase(said)
        named = before if has_thing(before) else before + trim_phrase(said)
        return named or trim_phrase(self._clauses.up_to_next(label))

    def _is_bare(self, before: str, quantity: Quantity) -> bool:
        """Whether words name nothing of their own: 完成投资 of 水厂全面建设，完成投资3亿元."""
        if quantity is Quantity.MONEY:
            spent = next((o for o in self._words.outlays if before.endswith(o)), "")
            before = before.removesuffix(spent)
        return before in self._words.bare or not without_fillers(before).strip(EDGES)

    def _words_before(self, label: Label, measured: tuple[str, Quantity]) -> str:
        """What stands before a figure but for its measure, as a phrase."""
        measure, quantity = measured
        if quantity is Quantity.MONEY:
            measure = ""  # 服务业增加值 is both
        before = self._without_progress(self._source.slice(label.before), measure, quantity)
        before, raw = trim_phrase(before), before.strip(EDGES)
        empty = before and not has_thing(before) and has_thing(raw)
        return raw if empty or raw in self._words.helping else before

    def _completes(self, label: Label, before: str, measured: tuple[str, Quantity]) -> bool:
        """Whether what stands behind a figure belongs to its subject: 投资3亿元修建桥梁."""
        measure, quantity = measured
        said, text = self._source.slice(label.after), self._source.slice(label.before)
        sized = label.figure.unit in clause_words().left_first
        counted = quantity in (Quantity.COUNT, Quantity.DURATION)
        if counted and self._is_thing(said):
            return len(said) <= _LONGEST_PURPOSE
        if sized and 0 < len(said) <= _LONGEST_PURPOSE:
            verb = find_verb(before)
            acts = len(before) <= SHORTEST or (verb is not None and verb.end == len(before))
            short = said.startswith("的") and len(before) <= SHORTEST * 2  # 总长度
            if acts or short or before.endswith(self._words.outlays):
                return True
        of_rate = quantity is Quantity.RATE and not measure and said.startswith("的")
        follows = of_rate or (text.endswith(("的", "等")) and not self._words.turned.search(said))
        follows = follows or (bool(said) and label.after.end > self._clauses.next_start(label))
        things = follows or (len(said) == 1 and bool(label.figure.unit))
        return len(said) <= _LONGEST_PREDICATE and things

    def _is_thing(self, said: str) -> bool:
        """Whether words behind a figure name the thing measured: 库房 of 书城4000平方米库房."""
        if said[:1] in f"{EDGES}口" or not has_thing(said):  # 9亿人口
            return False
        words = clause_words()
        acts = words.verbs.match(said) or words.stops.match(said)
        return not (acts or self._words.own_acts.match(said))

    def _act_on_last(self, label: Label, before: str) -> str:
        """What is done to the last of several, which alone is counted: 建成市场、公园和3座桥."""
        text = self._source.slice(label.before).rstrip(SPACE)
        if not text.endswith(_JOINTS):
            return before
        if act := self._words.own_acts.match(before):
            return act[0]
        if verb := find_verb(before):
            return before[: verb.end]
        return "" if text.endswith("、") else before

    def _without_progress(self, before: str, measure: str, quantity: Quantity) -> str:
        """What stands before a figure without its measure, and what it changed from or to."""
        words = self._words
        if quantity is Quantity.CHANGE:
            before = without_last(measure, words.compared_with.sub("", before))
            return _COMPARED.sub("", before)
        if quantity is Quantity.RATE and measure:
            named, _, rest = before.partition(measure)
            return named if has_thing(named) else named + rest
        if found := self._words.changed_from.search(before, max(0, len(before) - CLOSE)):
            before = before[: found.start()]
        elif before.rstrip(SPACE).endswith(words.changed_to):
            before = words.turned.sub("", before)
        return before.replace(measure, "", 1) if measure else before

    def _predicate(self, label: Label, end: int) -> str:
        """What is said of the things counted: 列入名录 of 5户企业列入名录."""
        said = trim_phrase(self._source.slice(label.after)[end:])
        if not said and label.tail:
            tail = trim_phrase(self._source.slice(label.tail))
            said = "" if label.figure.counted.endswith(tail) else tail
        return said if SHORTEST <= len(said) <= _LONGEST_PREDICATE else ""

    def _complete_amount(self, label: Label, own: str, last: str) -> str:
        """An item with what it leaves out.

        货物吞吐量 of 货物、集装箱吞吐量, 企业收入 of 企业资产、收入.
        """
        amounts = self._words.amounts
        named = next((a for a in amounts if own.endswith(a)), "")
        if not named:
            measured = own.endswith(_AMOUNT_ENDS)
            return own if measured else own + next((a for a in amounts if last.endswith(a)), "")
        first = self._source.slice(label.clause.items[0])
        of_first = next((a for a in amounts if first.endswith(a)), "")
        return first.removesuffix(of_first) + own if own == named and of_first else own

    def _dealt_subject(self, label: Label, item: Span, measured: tuple[str, Quantity]) -> str:
        """An item of a list with what is dealt out: 交通完成投资 of 交通、水利分别完成投资."""
        said = label.clause.dealt.removeprefix("分别")
        measure, quantity = measured
        own, last = self._source.slice(item), self._source.slice(label.clause.items[-1])
        if quantity in (Quantity.RATE, Quantity.CHANGE):
            own, said, last = (words.replace(measure, "", 1) for words in (own, said, last))
        owned = _OWNED.fullmatch(last)
        others = map(self._source.slice, label.clause.items[:-1])
        if owned and own.endswith(_OWNERS) and all(o.endswith(_OWNERS) for o in others):
            own += owned[1]
        else:
            own = self._complete_amount(label, own, last)
        said = trim_phrase(said)
        return trim_phrase(own) + ("" if self._words.progress_only.fullmatch(said) else said)


# -- subjects that are carried


_ACT = 2
MOST_CARRIED = 12  # of what is carried over, so that long sentences take no longer in proportion
_REACHES = re.compile(r"(?:已|累计|总计)*(?:达到?|突破|超过)?")


class Head(NamedTuple):
    """A figure that set a subject, and what it carries over to those after it.

    ``action`` are the words that the next in a list leaves out: 药品抽检33批次，化妆品4批次.
    ``before`` is the one before it in a list: what comes after the list is of both.
    ``stage`` is how far a carried subject had come (立案), which holds of its parts too.
    """

    subject: str
    measure: str
    figure: Figure
    span: Span
    action: Span | None
    context: tuple[Span, ...]
    quantity: Quantity
    part: bool = False
    before: "Head | None" = None
    stage: str = ""

    @property
    def unit(self) -> str:
        """What it is counted in."""
        return self.figure.unit

    @property
    def spans(self) -> tuple[Span, ...]:
        """All that is carried to a clause that says only how it went."""
        return (*self.context, self.span)


@dataclass(slots=True)
class CarriedTopic:
    """What has been spoken of so far.

    ``amounts`` are all its figures, those without a subject of their own too, ``wholes`` those
    that are no parts of others; ``bracketed``:
    what comes stands in brackets behind one of them. ``place`` began the paragraph: 高新区.
    ``goal`` and ``result``: a clause before said so, 主要目标是： and 初步预计.

    ``announced`` is the last sentence of its section without figures, ``previous`` the last
    subject of the sentence before; ``leads`` are the clauses without figures and ``heads`` the
    subjects of the sentence itself.
    """

    announced: tuple[Span, ...] = ()
    previous: Head | None = None
    leads: list[Span] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)
    amounts: list[Head] = field(default_factory=list)
    wholes: list[Head] = field(default_factory=list)
    bracketed: bool = False
    place: Span | None = None
    dealt: dict[int, Head] = field(default_factory=dict)
    goal: bool = False
    result: bool = False

    def add(self, amount: Head, head: Head | None) -> None:
        """Take note of a figure, and of the subject that it sets."""
        self.amounts.append(amount)
        if not amount.part:
            self.wholes.append(amount)
        if head:
            self.heads.append(head)

    def deal_out(self, figures: Sequence[Figure]) -> None:
        """Give each figure of a clause that says 分别 one of the subjects before it."""
        heads = self.heads[-len(figures) :] if figures else []
        fits = figures and len(heads) == len(figures)
        self.dealt = dict(zip((f.start for f in figures), heads, strict=True)) if fits else {}

    def total(self, part: Figure) -> Head | None:
        """What a part is of: the last whole of its unit that is as large, else the last."""
        whole = self.wholes[-1] if self.wholes else self.previous
        large = [head for head in self.wholes[-MOST_CARRIED:] if not exceeds(part, head.figure)]
        return _last(large, part.unit) or _last(self.wholes, part.unit) or whole

    @property
    def starts_with_leads(self) -> bool:
        """Whether clauses without figures are all that was said in the sentence."""
        return bool(self.leads and not self.heads)

    @property
    def starts_anew(self) -> bool:
        """Whether nothing was spoken of yet in the sentence."""
        return not (self.heads or self.leads)

    @property
    def head(self) -> Head | None:
        """The subject that a clause without one goes on with."""
        return self.heads[-1] if self.heads else None if self.leads else self.previous

    def next_sentence(self, *, continued: bool) -> "CarriedTopic":
        """What the next sentence takes over: all of it after ；."""
        if continued:
            return replace(self, heads=[head for head in self.heads if not head.part])
        last = self.heads[-1] if self.heads else None
        return CarriedTopic(self.announced, last, place=self.place)


class HeadReader:
    """Reads which subject each figure of one text sets, or goes on with."""

    def __init__(self, source: SourceText, clauses: ClauseReader) -> None:
        self._source = source
        self._text = source.text
        self._words = statement_words()
        self._subjects = SubjectReader(source, clauses)

    def new_head(
        self, label: Label, topic: CarriedTopic, measured: tuple[str, Quantity], *, part: bool
    ) -> Head:
        """The subject that a figure's own words set, with what it takes over from those before."""
        unit, item = label.figure.unit, label.item
        measure, quantity = measured
        verb = None if item else self._source.verb(label.before)
        last = topic.heads[-1] if topic.heads else None
        around = (*topic.announced, *topic.leads[-MOST_CARRIED:])
        shared = None if item or verb else self._shared_act(label.before)
        action = self._action(label.before, verb) if verb else shared
        named = measure and quantity is not Quantity.MONEY
        context, stage = around, ""
        shared_by = last.action if last and self._shares_action(label, last, quantity) else None
        if part:
            total = topic.total(label.figure)
            context, stage = self._of_total(label, total) if total else (around, "")
            if shared_by and last and last.part and not (action or named):
                action = shared_by
                context = (*context, action)
        elif last is None:
            pass
        elif last.part and last.unit == unit and self._is_next_part(label, verb):
            context, part, stage = last.context, True, last.stage
        elif shared_by and not (action or named or item):
            action = shared_by
            context = (*around, action)
        elif last.unit.removesuffix("次") != unit.removesuffix("次"):  # 家 and 家次 are one
            context = (*around, *[head.span for head in topic.heads[-MOST_CARRIED:]])
        elif (
            not (action or measure or item) and last.action and self._leaves_out_action(label, last)
        ):
            action = last.action
            context = (*around, action)
        inherited = ""
        if action and not (verb or shared):
            inherited = trim_start(self._source.slice(action))
        if inherited in self._words.achieved:
            inherited = ""
        subject = balance_quotes(
            inherited
            + self._owner(label, measure)
            + self._subjects.subject(
                label,
                measured,
                topic.leads[-1] if topic.leads else None,
                opens=topic.starts_with_leads,
            )
        )
        subject, more = self._whose(subject, topic)
        purpose = (label.purpose,) if label.purpose else ()
        context = (*more, *purpose, *context)
        span = item or Span(label.before.start, label.after.end)
        return Head(
            subject, measure, label.figure, span, action,
            context, quantity, part, last if label.listed else None, stage,
        )  # fmt: skip

    def _of_total(self, label: Label, total: Head) -> tuple[tuple[Span, ...], str]:
        """What a part takes from its total: all that is carried, and how far it had come.

        A part that says itself what was done (其中食用农产品抽检) is of all that of which it was.
        """
        act = total.subject[-_ACT:]
        again = len(act) == _ACT and self._source.slice(label.before).rstrip().endswith(act)
        return total.spans, "" if again else total.stage

    def _action(self, before: Span, verb: Span) -> Span:
        """What the next in a list leaves out: 平台受理 of 平台受理投诉, 抽检 of 药品抽检."""
        last = not without_fillers(self._text[verb.end : before.end])
        return verb if last else Span(before.start, verb.end)

    def item_spans(self, label: Label) -> tuple[Span, ...]:
        """The item that is dealt out to a figure, with the one that holds what it leaves out.

        对东盟、中东出口分别增长 deals out 对东盟 and 中东出口.
        """
        items, item = label.clause.items, label.item
        if not item:
            return ()
        longest = max((items[0], items[-1]), key=lambda span: span.end - span.start)
        shorter = longest.end - longest.start > item.end - item.start
        return (item, longest) if shorter else (item,)

    def _whose(self, subject: str, topic: CarriedTopic) -> tuple[str, tuple[Span, ...]]:
        """A subject with whose it is where it does not say so, and what says it.

        粮食产量 for 产量 after 粮食播种面积; with the place that its paragraph began with.
        """
        said: list[Span] = []
        holder, place = topic.head, topic.place
        if holder and subject in self._words.amount_names:
            other = next((a for a in self._words.amounts if holder.subject.endswith(a)), "")
            if other or holder.quantity is Quantity.COUNT:
                subject = holder.subject.removesuffix(other) + subject
            said.append(holder.span)
        if place and self._source.slice(place) not in subject:
            subject = self._source.slice(place) + subject
            said.append(place)
        return subject, tuple(said)

    def _owner(self, label: Label, measure: str) -> str:
        """The things of the figure before where this one is theirs, but for its own rate."""
        return label.of.removesuffix(measure) if measure.endswith("率") else label.of

    def _is_next_part(self, label: Label, verb: Span | None) -> bool:
        """Whether a figure after a part is one more: no act of its own, or one done to it (被)."""
        before = self._source.slice(label.before).lstrip(EDGES)
        apart = verb or self._words.own_acts.match(before) or self._words.total.search(before)
        return before.startswith("被") or not apart

    def _shares_action(self, label: Label, last: Head, quantity: Quantity) -> bool:
        """Whether an item of a list is done what is done to the one before it."""
        if not (label.listed and last.action):
            return False
        before = self._source.slice(label.before).lstrip(EDGES)
        adds = self._source.slice(last.action) in self._words.added
        apart = quantity is Quantity.MONEY and last.quantity is not Quantity.MONEY
        return not (apart or self._words.own_acts.match(before) or (adds and before[:1] == "总"))

    def _leaves_out_action(self, label: Label, last: Head) -> bool:
        """Whether a clause goes on with the action of the one before: 抽检甲33批次，乙4批次."""
        before = self._source.slice(label.before).lstrip(EDGES)
        shared = last.action and self._words.shared_act.fullmatch(self._source.slice(last.action))
        stage = self._words.stage.match(before)
        named = stage and clause_words().noun_tails.match(before, stage.end())
        acts = self._words.own_acts.match(before) or (stage and not named)
        return not (shared or acts or self._source.verb(label.after))

    def _shared_act(self, before: Span) -> Span | None:
        """A word that the next items of a list leave out: 新增 of 新增甲35人、乙47人."""
        found = self._words.shared_act.search(self._text, *before)
        if found is None or without_fillers(self._text[before.start : found.start()]):
            return None  # 培育 of 优势培育企业 is no act
        return Span(*found.span())

    def carried_head(
        self, label: Label, topic: CarriedTopic, head: Head, own: str, *, part: bool
    ) -> Head:
        """The subject that a figure without one of its own goes on with.

        What ends a course (结案, 整改) ends the last amount of its unit; what follows from an
        inspection (立案) is of what was inspected, not of 封存设备 between them.
        """
        unit, found = label.figure.unit, head
        if label.figure.start in topic.dealt:
            return head
        if head.unit != unit:
            if part:
                found = _last(topic.heads, unit) or head
            elif self._is_finding(label):
                found = self._last_inspected(topic.heads) or head
            elif unit not in self._words.money and self._ends_course(own):
                found = _last(topic.amounts, unit) or head
        if found.span.start >= label.clause.span.start or not found.before:
            return found
        if found.part:
            return topic.total(found.figure) or found
        return self._listed_head(found)

    def _ends_course(self, own: str) -> bool:
        """Whether words tell the end of what was begun: 结案, 整改."""
        return any(end in own for _start, end in self._words.courses)

    def _is_finding(self, label: Label) -> bool:
        """Whether a figure tells what an inspection led to."""
        said = self._source.slice(label.before) + self._source.slice(label.after)
        return any(finding in said for finding in self._words.findings)

    def _last_inspected(self, heads: Sequence[Head]) -> Head | None:
        """The last of some subjects that was inspected."""
        inspected = self._words.inspections
        recent = reversed(heads[-MOST_CARRIED:])
        return next((head for head in recent if head.subject.startswith(inspected)), None)

    def _listed_head(self, head: Head) -> Head:
        """All that a list names as one subject: 责令整改28家 after 检查药店71家、医院33家."""
        listed, at = [head], head.before
        while at and len(listed) < MOST_CARRIED:
            if at.quantity is head.quantity:
                listed.append(at)
            at = at.before
        first, *others = reversed(listed)
        action = trim_start(self._source.slice(head.action)) if head.action else ""
        names = (first.subject, *(one.subject.removeprefix(action) for one in others))
        spans = (span for one in (first, *others[:-1]) for span in one.spans)
        context = tuple(dict.fromkeys((*spans, *head.context)))
        return head._replace(subject="、".join(names), context=context, before=None)

    def carried_subject(
        self, label: Label, topic: CarriedTopic, head: Head, measured: tuple[str, Quantity]
    ) -> str:
        """The subject that is carried to a figure: of a total not only the new ones."""
        measure, quantity = measured
        total = self._words.total.fullmatch(without_fillers(self._source.slice(label.before)))
        if total or measure.startswith("净增") or self._reaches(label, head):
            return self._whole(head.subject)
        return self._subject_of_change(head, topic) if quantity is Quantity.CHANGE else head.subject

    def _subject_of_change(self, head: Head, topic: CarriedTopic) -> str:
        """What changed: the money, where it is that of things: 9个项目完成投资3亿元，增长5%."""
        last = topic.amounts[-1] if topic.amounts else None
        measured = last and last.quantity in (Quantity.MONEY, Quantity.RATE)
        if last is None or not measured or last.subject != head.subject:
            return head.subject
        return head.subject + ("" if last.measure in head.subject else last.measure)

    def _reaches(self, label: Label, head: Head) -> bool:
        """Whether a figure is all that there is by now: 书店新增9家，达到20家."""
        before = self._source.slice(label.before).strip(EDGES)
        reached = before or (label.figure.text.startswith("突破") and not label.listed)
        return (
            bool(reached and _REACHES.fullmatch(before))
            and head.unit == label.figure.unit
            and any(word in head.subject for word in self._words.added)
        )

    def _whole(self, subject: str) -> str:
        """A subject of which not only the new ones are counted."""
        for word in self._words.added:
            subject = subject.replace(word, "", 1)
        return subject

    def goes_on_with_measure(self, label: Label, topic: CarriedTopic) -> bool:
        """Whether a figure without words follows a change or a share: 分别增长7%和9%."""
        last = topic.amounts[-1] if topic.amounts else None
        return (
            last is not None
            and (last.quantity is Quantity.CHANGE or last.quantity is Quantity.RATE)
            and last.unit == label.figure.unit
            and not label.figure.text.startswith("突破")
            and last.span.start >= label.clause.span.start
            and not without_fillers(self._source.slice(label.before)).strip(EDGES)
        )

    def is_noun(self, label: Label) -> bool:
        """Whether what follows a figure is counted, though before one it would be a stage."""
        counted = self._text.startswith(self._words.nouns, label.after.start)
        return counted and not without_fillers(self._source.slice(label.before))


def exceeds(part: Figure, whole: Figure) -> bool:
    """Whether a figure is more than another of its unit, of which it can be no part."""
    if part.value is None or whole.value is None:
        return False
    return part.unit == whole.unit and part.value > whole.value


def _last(heads: Sequence[Head], unit: str) -> Head | None:
    """The last of some subjects that is counted in a unit."""
    return next(
        (head for head in reversed(heads[-MOST_CARRIED:]) if head.figure.unit == unit), None
    )
