"""The subject in a figure's own words."""

import re

from knowledge.models import Quantity
from knowledge.understanding.clauses import ClauseReader, Label
from knowledge.understanding.figures import clause_words
from knowledge.understanding.measures import RATE_AT_END
from knowledge.understanding.phrases import (
    CLOSE,
    EDGES,
    SHORTEST,
    SPACE,
    SourceText,
    find_verb,
    has_thing,
    statement_words,
    trim_phrase,
    without_fillers,
    without_last,
)
from knowledge.understanding.sentences import Span

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
