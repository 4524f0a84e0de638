"""What a model may say of the sample reports, from ``said_of_samples.toml``."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from bot.checking.checks import PassageChecker
from bot.checking.sources import GivenPassage, statements_within
from bot.checking.statements import CheckedText
from knowledge.loading.report_reader import read_report
from knowledge.models import Bureau, ReadReport
from knowledge.understanding.pipeline import Overrides
from knowledge.understanding.sentences import Span
from tests.conftest import SAMPLES

_DATA = Path(__file__).parent / "said_of_samples.toml"
_MARK = re.compile(r"(?<=\[)([A-Z]\d{1,2})(?=\])")
_SAID: dict[str, Any] = tomllib.loads(_DATA.read_text(encoding="utf-8"))

STANDS: list[str] = _SAID["stands"]["faithful"]
FALLS: dict[str, list[str]] = _SAID["falls"]
_NOISE = ("I4", "Y2", "X4", "U4", "Z3", "S3")
"""Passages that are given with every text, so that no text is given only what it cites."""


@cache
def _read(file: str) -> ReadReport:
    return read_report(SAMPLES / "reports" / file, file, Overrides())


@cache
def _passage(name: str, n: int) -> GivenPassage:
    file, words = _SAID["passages"][name]
    read = _read(file)
    at = read.report.text.index(words)
    passage = next(p for p in read.passages if p.start <= at < p.end)
    span = Span(passage.start, passage.end)
    statements = statements_within(span, read.statements)
    return GivenPassage(n, read.report, span, passage.path, statements, passage.kind)


def check_said(text: str) -> CheckedText:
    """A text checked against the passages that it cites and some that it does not."""
    names = list(dict.fromkeys([*_MARK.findall(text), *_NOISE]))
    given = [_passage(name, n) for n, name in enumerate(names, 1)]
    known = {g.bureau for g in (_passage(name, 1) for name in _SAID["passages"]) if g.bureau}
    numbered = _MARK.sub(lambda mark: str(names.index(mark[1]) + 1), text)
    return PassageChecker(given, None, sorted(known, key=_name)).check(numbered)


def _name(bureau: Bureau) -> str:
    return bureau.name
