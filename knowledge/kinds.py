"""What a section is for, and what is page furniture, by the wording in ``data/outline.toml``."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.datafiles import DATA, read_toml
from knowledge.errors import DataFileError
from knowledge.models import SectionKind

_MARK = re.compile(
    r"^[#*\s]*(?:第[一二三四五六七八九十]{1,3}(?:部分|章|篇)|[（(]?\s?[一二三四五六七八九十0-9０-９]{1,3}\s?[)）、.．]|[①-⑳]|[一二三四五六七八九十]{1,2}[是要]|—+)[、.．，\s]*",
)
_FURNITURE_LIMIT = 80


@dataclass(frozen=True, slots=True)
class KindRule:
    """Wordings that make a heading of one kind; ``weak`` ones only at the top of the tree."""

    kind: SectionKind
    strong: tuple[re.Pattern[str], ...]
    weak: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class OutlineWords:
    """The labels of unheaded leaves, the furniture patterns and the rules for kinds."""

    title: str
    lead: str
    body: str
    furniture: str
    furniture_lines: tuple[re.Pattern[str], ...]
    kinds: tuple[KindRule, ...]
    openings: tuple[KindRule, ...]

    def is_furniture(self, line: str) -> bool:
        """Whether a whole line is what a web page adds around a text."""
        bare = line.strip(" \t\u3000\xa0\n")
        return 0 < len(bare) <= _FURNITURE_LIMIT and any(
            p.search(bare) for p in self.furniture_lines
        )

    def kind_of_heading(self, title: str, *, top: bool) -> SectionKind | None:
        """The kind that a heading's words name, or None; the first rule that fits wins."""
        words = without_mark(title)
        for rule in self.kinds:
            if any(p.search(words) for p in rule.strong):
                return rule.kind
        if top:
            for rule in self.kinds:
                if any(p.search(words) for p in rule.weak):
                    return rule.kind
        return None

    def kind_of_opening(self, paragraph: str) -> SectionKind | None:
        """The kind that an unheaded paragraph's first words tell, or None."""
        words = paragraph.strip()
        for rule in self.openings:
            if any(p.search(words) for p in rule.strong):
                return rule.kind
        return None


def without_mark(title: str) -> str:
    """A heading's words without 一、（一）1. and the like."""
    return _MARK.sub("", title).strip()


@cache
def outline_words(path: Path = DATA / "outline.toml") -> OutlineWords:
    """The wording file, compiled; raises DataFileError where it does not fit."""
    data = read_toml(path)
    try:
        labels = data["labels"]
        return OutlineWords(
            title=labels["title"],
            lead=labels["lead"],
            body=labels["body"],
            furniture=labels["furniture"],
            furniture_lines=_compiled(data["furniture"]["lines"]),
            kinds=tuple(
                KindRule(SectionKind(k["kind"]), _compiled(k["strong"]), _compiled(k["weak"]))
                for k in data["kind"]
            ),
            openings=tuple(
                KindRule(SectionKind(k["kind"]), _compiled(k["patterns"]), ())
                for k in data["opening"]
            ),
        )
    except (KeyError, TypeError, ValueError, re.error) as error:
        raise DataFileError(name=path.name, fault=f"{error}。") from error


def _compiled(patterns: list[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(p) for p in patterns)
