"""Statements in their reports, with the headings and clauses that say what they are of."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from bot.answering.concepts import done_in
from bot.answering.measures import measures
from knowledge.lexicon import normalise
from knowledge.library import Library
from knowledge.models import Quantity, Report, Section, Statement
from knowledge.understanding.figures import find_figures
from knowledge.understanding.kinds import without_mark
from knowledge.understanding.mentions import fold_width
from knowledge.understanding.phrases import statement_words
from knowledge.understanding.rows import NAMED_BY, NEXT_CELL, unit_in_cell, unit_in_name
from knowledge.understanding.sentences import Span

# Clauses that lead to a figure with a list of things are about all of them, not about each.
_ENUMERATED = re.compile(
    r"(?:[^、|，,。；;“”《》]{1,14}、)+(?:[^、|，,。；;“”《》]{1,14}等(?=各类))?(?![^“”|]*”)"
)
_ALL_KINDS = "各类"
_FUNDS = ("资金", "经费")
# 2023年工作总结 is about all that a bureau does, 2024年行政处罚案件统计表 about one thing.
_OF_ALL_WORK = re.compile(r".*(?:工作|政府)(?:总结|汇报|报告|情况|谋划|打算|计划|要点|安排).*")
_PURPOSE = re.compile(r"[，,]([^，,。；;]+)(?=[，,。；;])")
_CHANGE = re.compile(r"[^，,。；;\d]{2,6}(?=\d)")
_TITLE = re.compile("《[^》]*》")
_AND_SUCH = re.compile(r"、[^、]*等(?!各类)")
_ASIDE = re.compile(r"[（(][^（()）|]{1,12}[)）]")


@dataclass(frozen=True)  # no slots: its properties are cached
class PlacedStatement:
    """A statement in its report, with the headings that it stands under."""

    report: Report
    statement: Statement
    path: tuple[str, ...]

    @cached_property
    def own(self) -> str:
        """The words of its own clause, and what is known of them."""
        one = self.statement
        label = self.report.text[one.clause.start : one.clause.end].replace(one.figure.text, "|", 1)
        label = f"{label}|{_ASIDE.sub('', label)}" if _ASIDE.search(label) else label
        behind = self._purpose or self._change
        parts = (label, one.measure, one.condition, one.figure.unit, behind)
        return normalise("|".join(parts).rstrip("|"))

    @cached_property
    def counted(self) -> str:
        """Its own words without the titles that only say which documents were counted.

        《指令书》3份 counts what is called so, 《地理标志产品》地方标准10个 counts standards.
        """
        _before, behind, *_rest = (*self.own.split("|"), "")
        return _TITLE.sub("", self.own) if behind else self.own

    @property
    def _purpose(self) -> str:
        """What money was for, where only the clause behind it says so: 筹措资金4万元，用于创卫."""
        one = self.statement
        if one.quantity is not Quantity.MONEY or not one.subject.endswith(_FUNDS):
            return ""
        behind = _PURPOSE.match(self.report.text, one.figure.end, one.sentence.end)
        return behind[1] if behind and not find_figures(behind[1]) else ""

    @property
    def _change(self) -> str:
        """What became of an amount that is told as it was before: 压减为 of 由45天压减为20天."""
        one = self.statement
        behind = _CHANGE.match(self.report.text, one.figure.end, one.sentence.end)
        return behind[0] if behind and one.condition.endswith("由") else ""

    @cached_property
    def subject_words(self) -> str:
        """Its subject, spelt as words are compared; of all kinds without those named as such."""
        subject = self.statement.subject
        return normalise(_without_members(subject) if _ALL_KINDS in subject else subject)

    @cached_property
    def said(self) -> str:
        """Its own words and its subject."""
        return f"{self.own}|{self.subject_words}"

    @cached_property
    def own_of_all(self) -> str:
        """Its own words without the first members of a list before it: it counts all of them."""
        before, mark, after = self.own.partition("|")
        return f"{_without_members(before)}{mark}{after}"

    @cached_property
    def carried(self) -> str:
        """The subject that it goes on with, in the words of the clauses that set it."""
        led = _TITLE.sub("", self.led_by)  # what a document is called is no matter of a figure
        return normalise(_without_members(f"{self.statement.subject}|{led}"))

    @cached_property
    def subject_of_all(self) -> str:
        """Its subject without the first members of a list, spelt as words are compared."""
        return normalise(_without_members(self.statement.subject))

    @cached_property
    def led_in_sentence_of_all(self) -> str:
        """The clauses of its own sentence that lead to it, without members of lists."""
        return "|".join(map(_without_members, self.led_in_sentence.split("|")))

    @cached_property
    def led_by(self) -> str:
        """The clauses that lead to it, in the report's words."""
        text = self.report.text
        return "|".join(text[span.start : span.end] for span in self.statement.context)

    @cached_property
    def campaign(self) -> str:
        """The campaigns (专项整治) that its sentence leads to it with; "" for a whole period's."""
        one, text = self.statement, self.report.text
        led = self._led_in_sentence
        names = [self._campaign_in(span) for span in led]
        nearest = next((span for span, name in zip(led, names, strict=True) if name), None)
        if nearest is None or measures().of_period.search(text[nearest.end : one.clause.end]):
            return ""
        run = next(list(same) for name, same in groupby(names, bool) if name)
        return "、".join(reversed(run))

    @cached_property
    def only_campaign(self) -> str:
        """The one campaign that its sentence leads to it with, spelt as words are compared."""
        named = [name for span in self._led_in_sentence if (name := self._campaign_in(span))]
        return normalise(named[0]) if len(named) == 1 else ""

    @cached_property
    def sentence_words(self) -> str:
        """Its whole sentence, spelt as words are compared."""
        return normalise(self.report.text[slice(*self.statement.sentence)])

    @cached_property
    def led_in_sentence(self) -> str:
        """The clauses of its own sentence that lead to it, spelt as words are compared."""
        text = self.report.text
        return normalise("|".join(text[slice(*span)] for span in self._led_in_sentence))

    @property
    def _led_in_sentence(self) -> list[Span]:
        """The clauses of its own sentence that lead to it, the nearest first."""
        one = self.statement
        return [s for s in reversed(one.context) if s.start >= one.sentence.start]

    def _campaign_in(self, span: Span) -> str:
        found = measures().campaign.search(self.report.text[slice(*span)])
        return found["name"] if found else ""

    @cached_property
    def acts(self) -> frozenset[str]:
        """The characters of the verbs of its own clause: 收, 取 of 收取有效问卷270份."""
        clause = self.report.text[slice(*self.statement.clause)]
        return done_in(measures().no_acts.sub(" ", clause))

    @cached_property
    def words_of_all(self) -> tuple[str, ...]:
        """The words that are of all it counts: its own, its subject, what leads to it.

        Clauses with figures of their own are left out, and the members of lists.
        """
        led = (words for words in self.led_by.split("|") if not find_figures(words))
        texts = (normalise(_without_members(words)) for words in led)
        return (self.own_of_all, self.subject_of_all, *texts)

    @cached_property
    def members(self) -> tuple[str, ...]:
        """The members of the list that its own clause counts together; maybe none."""
        listed = self.own.partition("|")[0].split("、")
        return tuple(listed) if len(listed) > 1 else ()

    @cached_property
    def lists_led_by(self) -> tuple[tuple[str, ...], ...]:
        """The members of the lists in the clauses of its sentence that lead to it: 茶叶、月饼."""
        lists = (words.split("、") for words in self.led_in_sentence.split("|"))
        return tuple(tuple(members) for members in lists if len(members) > 1)

    @property
    def lists_examples(self) -> bool:
        """Whether the members are only some of what it counts: 代办、帮办等服务."""
        return bool(_AND_SUCH.search(self.own.partition("|")[0]))

    @cached_property
    def headings(self) -> str:
        """The headings above it, and what the title says that all of the report is about."""
        title = _OF_ALL_WORK.sub("", self.report.identity.title)
        return normalise("|".join((title, *self.path)))

    @property
    def wording(self) -> str:
        """What it states, in a few words: 食品安全监督抽检合格率97.8%."""
        one = self.statement
        condition = one.condition.removeprefix("其中").removesuffix("由")
        named = one.measure if one.measure not in one.subject else ""
        shown = condition if condition not in one.subject else ""
        words = without_mark(f"{one.subject}{shown}{named}")
        if one.quantity is Quantity.RATE:
            words = _ACT.sub("", words)
        opened = words.rpartition("(")[2]
        return words + ")" * ("(" in words and ")" not in opened) + self.amount

    @property
    def amount(self) -> str:
        """The figure as it is told: in a table with the unit of its row or column, 50.83万元."""
        one, text = self.statement, self.report.text
        figure = one.figure
        if figure.approximate and (behind := _OTHER_END.match(text, figure.end, one.sentence.end)):
            return figure.text + behind[0]  # 6%-6.5%
        column = text[one.clause.start : figure.start]
        if not figure.unit or not column.endswith(NAMED_BY) or figure.text.endswith(figure.unit):
            return figure.text
        row, *cells = text[slice(*one.sentence)].split(NEXT_CELL)
        units = [unit_in_name(fold_width(name)) for name in (column.removesuffix(NAMED_BY), row)]
        units += map(unit_in_cell, cells)
        named = next((unit for unit in units if unit and unit.unit == figure.unit), None)
        return figure.text + "".join(named or "")


_OTHER_END = re.compile(
    r"[ \u3000]?[-–—−－~～至到][ \u3000]?\d[\d,.]*[万亿]?"
    r"(?:[%％]|个?百分点|[\u4e00-\u9fff]{1,2}(?=[，,。；;、]))?"
)
"""The other end of a range whose first end is a figure: -6.5%."""
_ACT = re.compile(r"^(?:共|累计|完成|开展|实施|组织)+(?:我[省市县区])?(?=.{4})")
"""What was done, before the thing that a rate is of: 完成我市食品抽检任务合格率."""


def _without_members(words: str) -> str:
    """Some words without the first members of their lists.

    What is done with all kinds of things (查处甲、乙等各类案件) stands before the list.
    """

    def act(match: re.Match[str]) -> str:
        rest = re.split("[|，,。；;]", words[match.end() :], maxsplit=1)[0]
        return "".join(statement_words().stage.findall(match[0])) if _ALL_KINDS in rest else ""

    return _ENUMERATED.sub(act, words)


def place_statements(
    report: Report, sections: Sequence[Section], statements: Sequence[Statement]
) -> tuple[PlacedStatement, ...]:
    """The statements of a report with their headings, in reading order."""
    leaves = iter([s for s in sections if s.leaf])
    leaf = next(leaves, None)
    placed = []
    for statement in statements:
        while leaf and leaf.end <= statement.figure.start:
            leaf = next(leaves, None)
        placed.append(PlacedStatement(report, statement, leaf.path if leaf else ()))
    return tuple(_without_others_condition(placed))


def _without_others_condition(placed: Sequence[PlacedStatement]) -> Iterator[PlacedStatement]:
    """The statements, without a condition of what is too little to be what they are a part of.

    抽检1034批次，不合格19批次，其中农产品抽检412批次 tells of 412 that were tested.
    """
    values = {p.statement.clause: p.statement.figure.value for p in placed}
    for one in placed:
        told = one.statement
        condition, text = told.condition.removeprefix("其中"), one.report.text
        whole = values.get(told.context[-1]) if told.context else None
        if (
            told.condition.startswith("其中")
            and condition
            and condition not in text[slice(*told.clause)]
            and whole is not None
            and told.figure.value is not None
            and told.figure.value > whole
        ):
            yield replace(one, statement=told._replace(condition="其中"))
        else:
            yield one


def placed_statements(library: Library, report_id: str) -> tuple[PlacedStatement, ...]:
    """The statements of a report of the library, each with its headings."""
    sections, _figures = library.outline(report_id)
    return place_statements(library.report(report_id), sections, library.statements(report_id))
