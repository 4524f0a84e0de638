"""The wordings that tell how a question is meant, from ``data/question.toml``."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.datafiles import DATA, read_toml
from knowledge.errors import DataFileError
from knowledge.models import SectionKind


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """Compiled wordings; see the data file for what each is."""

    figure: re.Pattern[str]
    list_: re.Pattern[str]
    compare: re.Pattern[str]
    parties: re.Pattern[str]
    superlative: re.Pattern[str]
    superlative_between: re.Pattern[str]
    superlative_words: re.Pattern[str]
    empty: re.Pattern[str]
    not_besides: re.Pattern[str]
    kinds: tuple[tuple[SectionKind, re.Pattern[str]], ...]
    this_year: re.Pattern[str]
    last_year: re.Pattern[str]
    year_before: re.Pattern[str]
    of_no_report: re.Pattern[str]
    other_party_before: tuple[str, ...]
    other_party_after: tuple[str, ...]
    not_places: frozenset[str]
    lead_ins: tuple[str, ...]


@cache
def question_words(path: Path = DATA / "question.toml") -> QuestionWords:
    """The wording file, compiled; raises DataFileError where it does not fit."""
    data = read_toml(path)
    try:
        relative, party = data["relative"], data["other_party"]
        empty = sorted(data["empty_words"], key=len, reverse=True)
        return QuestionWords(
            figure=_any(data["figure"]),
            list_=_any(data["list"]),
            compare=_any(data["compare"]),
            parties=_any(data["parties"]),
            superlative=_any(data["superlative"]["asked"]),
            superlative_between=_any(data["superlative"]["between"]),
            superlative_words=_any(data["superlative"]["words"]),
            empty=_any([re.escape(word) for word in empty]),
            not_besides=_any([re.escape(word) for word in data["not_besides"]]),
            kinds=tuple((SectionKind(k), _any(v)) for k, v in data["kinds"].items()),
            this_year=_any(relative["this_year"]),
            last_year=_any(relative["last_year"]),
            year_before=_any(relative["year_before"]),
            of_no_report=_any(relative["of_no_report"]),
            other_party_before=tuple(party["before"]),
            other_party_after=tuple(party["after"]),
            not_places=frozenset(data["not_places"]["words"]),
            lead_ins=tuple(data["not_places"]["lead_ins"]),
        )
    except (KeyError, ValueError, TypeError, re.error) as error:
        raise DataFileError(name=path.name, fault=f"{error}。") from error


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))
