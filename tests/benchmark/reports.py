"""Synthetic reports with the habits of real ones, and questions that people would ask of them.

All that is random comes from the seed and the number of the report: the first thousand reports of
a large set are those of a small one, and every run makes the same.
"""

import random
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.understanding.topics import Topic, topics

PERIODS = 16
_SEED = "benchmark 1"
_LINES = (9, 12)
_MASKED = 0.04
_FIRST_YEAR = 2016
DISTINCT_PLACES = 2_000
"""How many names of two characters there are, and a few more."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and the file name of the report that it asks."""

    text: str
    file: str


@cache
def _wording() -> dict[str, Any]:
    path = Path(__file__).with_name("wording.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


class _Writer:
    """Writes one report: which one is told by its number alone."""

    def __init__(self, number: int) -> None:
        self._random = random.Random(f"{_SEED} {number}")  # noqa: S311 - no secret, but repeatable
        self.place = place_name(number // PERIODS)
        self.bureau = f"{self.place}市场监督管理局"
        year, half = divmod(number % PERIODS, 2)
        self.first_half = half == 0
        self.period = f"{_FIRST_YEAR + year}年{'上半年' if self.first_half else ''}"
        self.file = f"{number // 1000:03}/{number:06}.txt"
        self.facts: list[tuple[str, str, str]] = []

    def text(self) -> str:
        words = _wording()["report"]
        done, problems, plans = words["first_half" if self.first_half else "whole_year"]
        lines = self._random.sample(topics(), self._random.randint(*_LINES))
        intro = self._filled(self._pick(words["intro"]), lines[0])
        parts = [f"{self.bureau}{self.period}工作总结", intro, done]
        for ordinal, line in zip(words["ordinals"], lines, strict=False):
            heading = self._filled(self._pick(words["headings"]), line)
            parts.append(f"（{ordinal}）{heading}。{self._run_ins(line)}")
        parts += [problems, self._listed(words["problems"], 3)]
        parts += [plans, self._listed(words["plans"], 5)]
        return "\n".join(parts) + "\n"

    def question(self) -> Question:
        """A question that this report answers."""
        self.text()
        act, unit, word = self._pick(self.facts)
        form = self._pick(_wording()["questions"]["forms"])
        fields = {"bureau": self.bureau, "place": self.place, "period": self.period}
        return Question(form.format(**fields, act=act, unit=unit, word=word), self.file)

    def _run_ins(self, line: Topic) -> str:
        words = _wording()["report"]
        count = self._random.randint(2, 4)
        return "".join(
            f"{ordinal}是{self._filled(self._pick(words['run_in']), line)}。"
            + "".join(self._sentence(line) for _ in range(self._random.randint(2, 3)))
            for ordinal in words["ordinals"][:count]
        )

    def _sentence(self, line: Topic) -> str:
        words = _wording()["report"]
        facts = self._random.sample(words["facts"], self._random.randint(1, 3))
        told = [self._fact(fact, line) for fact in facts]
        ends = (self._pick(words["leads"]), self._pick(words["closes"]))
        lead, close = (self._filled(end, line) for end in ends)
        return f"{lead}，{'、'.join(told)}，{close}。"

    def _fact(self, fact: str, line: Topic) -> str:
        act, unit = fact.split("|")
        self.facts.append((act, unit, self._pick(line.words)))
        return f"{act}{self._number()}{unit}"

    def _listed(self, forms: list[str], count: int) -> str:
        ordinals = _wording()["report"]["ordinals"]
        return "".join(
            f"{ordinal}是{self._filled(self._pick(forms), self._pick(topics()))}。"
            for ordinal in ordinals[:count]
        )

    def _filled(self, form: str, line: Topic) -> str:
        """A form with its blanks filled, each with something of its own."""
        makers: dict[str, Callable[[], str]] = {
            "{word}": lambda: self._pick(line.words),
            "{place}": self._town,
            "{n}": self._number,
            "{rate}": lambda: f"{self._random.uniform(70, 100):.2f}",
            "{money}": lambda: f"{self._random.uniform(1, 900):.1f}",
            "{line}": lambda: line.name,
            "{bureau}": lambda: self.bureau,
            "{period}": lambda: self.period,
            "{level}": lambda: self.place[-1],
        }
        for blank, make in makers.items():
            while blank in form:
                form = form.replace(blank, make(), 1)
        return form

    def _number(self) -> str:
        if self._random.random() < _MASKED:
            return "*"
        number = int(self._random.lognormvariate(4.5, 1.4)) + 1
        return f"{number:,}" if self._random.random() < 0.5 else str(number)

    def _town(self) -> str:
        places = _wording()["places"]
        first, second = self._pick(places["second"]), self._pick(places["first"])
        return f"{first}{second}{self._pick(places['towns'])}"

    def _pick(self, among: Any) -> Any:
        return self._random.choice(among)


def place_name(number: int) -> str:
    """The name of a place that does not exist; no two numbers have the same."""
    places = _wording()["places"]
    first, second = places["first"], places["second"]
    if number >= DISTINCT_PLACES:  # names of three characters
        return str(second[number // DISTINCT_PLACES - 1]) + place_name(number % DISTINCT_PLACES)
    row, column = divmod(number * 7, len(second))  # 7 is prime to what it is divided by
    suffix = places["suffixes"][number % len(places["suffixes"])]
    return str(first[(row + column) % len(first)] + second[column] + suffix)


def write_reports(folder: Path, numbers: range) -> None:
    """Put reports into a folder, in the files that ``Question.file`` names."""
    for number in numbers:
        writer = _Writer(number)
        path = folder / writer.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(writer.text(), encoding="utf-8")


def report_text(number: int) -> str:
    """The text of one report."""
    return _Writer(number).text()


def change_reports(folder: Path, numbers: range) -> None:
    """Give reports of a folder a sentence more each."""
    for number in numbers:
        path = folder / _Writer(number).file
        path.write_text(path.read_text(encoding="utf-8") + f"补充材料{number}份。\n", "utf-8")


def questions(count: int, reports: int) -> Iterator[Question]:
    """Questions with bureau and period, spread over a number of reports."""
    for number in range(count):
        yield _Writer(number * reports // count).question()
