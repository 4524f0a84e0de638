"""What a section is for, and what is page furniture, by the wording in ``data/outline.toml``."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.datafiles import DATA, read_toml
from knowledge.errors import DataFileError
from knowledge.models import SectionKind

_CN = "一二三四五六七八九十"
_MARK = re.compile(
    rf"^[#*\s]*(?:第\s?(?:[{_CN}]{{1,3}}|\d{{1,2}})\s?(?:部分|板块|章|篇)"
    r"|\d{1,2}(?:[.．]\d{1,2})+(?=[\s、])"
    rf"|[（(〔]?\s?(?:[{_CN}]{{1,3}}|\d{{1,2}})\s?[)）〕、.．﹑]"
    rf"|[①-⒛㈠-㈩]|[{_CN}]{{1,3}}[是要]|[{_CN}]{{1,3}}[ \t\u3000]+|—+)[、.．，,:：\s*]*",
)
_FURNITURE_LIMIT = 120
_OPENING_LIMIT = 200
_NOTES_LIMIT = 40
_NARROW = str.maketrans("０１２３４５６７８９", "0123456789")
_GAPS = r"[\s|｜/·【】\[\]（）()<>＜＞，,、:：×]*+"
_MEASURED = r"\d[\d,.]*\s*[余多]?[万亿]?\s*[家件户个起批人万元亿台条份%％]"
# A field's value holds no clause and no measured amount; a time of day may follow a date.
_VALUE = (
    rf"(?:(?!{_MEASURED})[^\s。；！？，,、|｜【】:：]){{0,40}}+"
    r"(?:\s+\d{1,2}[:：]\d{2}(?:[:：]\d{2})?|\s*次)?"
)


@dataclass(frozen=True, slots=True)
class KindRule:
    """Wordings that make a heading of one kind; ``weak`` ones only at the top of the tree.

    ``later`` ones as well, and only with a year after the report's own.
    """

    kind: SectionKind
    strong: tuple[re.Pattern[str], ...]
    weak: tuple[re.Pattern[str], ...] = ()
    later: tuple[re.Pattern[str], ...] = ()


@dataclass(frozen=True, slots=True)
class TitleWords:
    """What tells a title, the letterhead above it and the signature at the end."""

    words: re.Pattern[str]
    complete: re.Pattern[str]
    occasion: re.Pattern[str]
    speaker: re.Pattern[str]
    governmental: re.Pattern[str]
    plans: re.Pattern[str]
    letterhead: re.Pattern[str]
    organs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpeechWords:
    """How one speaks to an assembly: owns to problems, closes, addresses it, and what that tells.

    ``announces`` is what says that more follows and is no heading, ``notes`` what heads the notes
    after a report, ``reflects`` what still looks back.
    """

    admission: re.Pattern[str]
    closing: re.Pattern[str]
    announces: re.Pattern[str]
    addresses: re.Pattern[str]
    this_year: re.Pattern[str]
    notes: re.Pattern[str]
    reflects: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class OutlineWords:
    """The labels of unheaded leaves, the furniture patterns and the rules for kinds."""

    title: str
    lead: str
    body: str
    furniture: str
    furniture_line: re.Pattern[str]
    contents: re.Pattern[str]
    titles: TitleWords
    kinds: tuple[KindRule, ...]
    openings: tuple[KindRule, ...]
    overview_closes: re.Pattern[str]
    after_sections: re.Pattern[str]
    speech: SpeechWords

    def is_furniture(self, line: str) -> bool:
        """Whether a whole line is what a web page adds around a text."""
        bare = line.strip()
        return 0 < len(bare) <= _FURNITURE_LIMIT and bool(self.furniture_line.fullmatch(bare))

    def admits(self, paragraph: str) -> bool:
        """Whether a paragraph's first words own to what is wrong."""
        return self.speech.admission.match(paragraph[:_OPENING_LIMIT]) is not None

    def closes_all(self, paragraph: str) -> bool:
        """Whether a paragraph closes all that came before it: 各位代表！…, or what it owns to."""
        return self.speech.closing.match(paragraph) is not None or self.admits(paragraph)

    def heads_notes(self, title: str) -> bool:
        """Whether a line heads the notes at the end: 名词解释."""
        return (
            len(title) <= _NOTES_LIMIT and self.speech.notes.fullmatch(_folded(title)) is not None
        )

    def kind_of_heading(
        self, title: str, *, top: bool, run_in: bool = False, later: bool = False
    ) -> SectionKind | None:
        """The kind that a heading's words name, or None; the first rule that fits wins.

        A heading inside a paragraph must begin with them. ``later`` says that the heading names
        a year after the report's.
        """
        words = _folded(without_mark(title))
        if top and self.heads_notes(title):
            return SectionKind.OTHER
        for rule in self.kinds:
            if any((m := p.search(words)) and not (run_in and m.start()) for p in rule.strong):
                return rule.kind
        if not top:
            return None
        for rule in self.kinds:
            patterns = rule.weak + (rule.later if later else ())
            if any(p.search(words) for p in patterns):
                return rule.kind
        return None

    def heads_alone(self, title: str) -> bool:
        """Whether words without any mark are a heading of the top, by their wording alone."""
        words = _folded(title)
        return any(
            any(p.search(words) for p in rule.strong) or any(p.fullmatch(words) for p in rule.later)
            for rule in self.kinds
            if words
        )

    def kind_of_opening(self, paragraph: str) -> SectionKind | None:
        """The kind that an unheaded paragraph's first words tell, or None."""
        words = paragraph[:_OPENING_LIMIT].strip().translate(_NARROW)
        for rule in self.openings:
            if any(p.search(words) for p in rule.strong):
                return rule.kind
        return None


def _folded(words: str) -> str:
    """Words without blanks, their digits half-width."""
    return re.sub(r"\s", "", words).translate(_NARROW)


def without_mark(title: str) -> str:
    """A heading's words without 一、（一）1. and the like."""
    return _MARK.sub("", title).strip()


@cache
def outline_words(path: Path = DATA / "outline.toml") -> OutlineWords:
    """The wording file, compiled; raises DataFileError where it does not fit."""
    data = read_toml(path)
    try:
        return OutlineWords(
            **{name: data["labels"][name] for name in ("title", "lead", "body", "furniture")},
            furniture_line=_furniture(data["furniture"]),
            contents=re.compile(data["furniture"]["contents"]),
            titles=TitleWords(
                _any(data["title"]["words"]),
                re.compile(data["title"]["complete"]),
                re.compile(data["title"]["occasion"]),
                re.compile(data["title"]["speaker"]),
                re.compile(data["title"]["governmental"]),
                re.compile(data["title"]["plans"]),
                _any(data["title"]["letterhead"]),
                tuple(data["title"]["organs"]),
            ),
            kinds=tuple(_rule(k["kind"], k["strong"], k.get("weak", []), k) for k in data["kind"]),
            openings=tuple(_rule(k["kind"], k["patterns"], [], k) for k in data["opening"]),
            overview_closes=re.compile(data["overview"]["closes"]),
            after_sections=re.compile(data["overview"]["after"]),
            speech=SpeechWords(**{n: re.compile(p) for n, p in data["speech"].items()}),
        )
    except (KeyError, TypeError, ValueError, re.error) as error:
        raise DataFileError(name=path.name, fault=f"{error}。") from error


def _rule(kind: str, strong: list[str], weak: list[str], table: dict[str, Any]) -> KindRule:
    return KindRule(
        SectionKind(kind), _compiled(strong), _compiled(weak), _compiled(table.get("later", []))
    )


def _compiled(patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(p) for p in patterns)


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns))


def _furniture(table: dict[str, Any]) -> re.Pattern[str]:
    """One pattern for a whole line: one of ``lines``, or words, fields and tokens in a row."""
    words = "|".join(re.escape(w) for w in sorted(table["words"], key=len, reverse=True))
    labels = "|".join(_spaced(w) for w in sorted(table["fields"], key=len, reverse=True))
    tokens = "|".join(f"(?:{t})" for t in table["tokens"])
    lines = "|".join(f"(?:{line})" for line in table["lines"])
    piece = rf"(?>{tokens}|(?:{labels})\s*[:：](?:\s*{_VALUE}(?!\s*[:：])|(?=\s|$))|(?:{words}))"
    apart = r"(?:(?!\w)|(?<!\w))"
    return re.compile(rf"{lines}|{_GAPS}(?:{piece}{apart}{_GAPS})+", re.IGNORECASE)


def _spaced(label: str) -> str:
    """A label as it is also typed, with blanks between its characters: 索 引 号."""
    return r"\s?".join(re.escape(c) for c in label)
