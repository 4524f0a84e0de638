"""What a section is for, and what is page furniture, by the wording in ``data/outline.toml``."""

import re
from functools import cache, cached_property, partial

from knowledge.models import SectionKind
from knowledge.understanding.headings import CN
from knowledge.understanding.sentences import without_blanks
from knowledge.vocabulary import (
    DATA,
    Either,
    Pattern,
    Vocabulary,
    Words,
    at,
    load_vocabulary,
    longest_first,
)

_MARK = re.compile(
    rf"^[#*\s]*(?:第\s?(?:[{CN}]{{1,3}}|\d{{1,2}})\s?(?:部分|板块|章|篇)"
    r"|\d{1,2}(?:[.．]\d{1,2})+(?=[\s、])"
    rf"|[（(〔]?\s?(?:[{CN}]{{1,3}}|\d{{1,2}})\s?[)）〕、.．﹑]"
    rf"|[①-⒛㈠-㈩]|[{CN}]{{1,3}}[是要]|[{CN}]{{1,3}}[ \t\u3000]+|—+)[、.．，,:：\s*]*"
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


class KindRule(Vocabulary):
    """Wordings that make a heading of one kind; ``weak`` ones only at the top of the tree.

    ``later`` ones as well, and only with a year after the report's own.
    """

    kind: SectionKind
    strong: Pattern
    weak: tuple[Pattern, ...] = ()
    later: tuple[Pattern, ...] = ()


class OpeningRule(Vocabulary):
    """Wordings that tell the kind of a section when its first paragraph opens with them."""

    kind: SectionKind
    patterns: tuple[Pattern, ...]


class TitleWords(Vocabulary):
    """What tells a title, the letterhead above it and the signature at the end."""

    words: Pattern
    complete: Pattern
    occasion: Pattern
    speaker: Pattern
    governmental: Pattern
    plans: Pattern
    letterhead: Pattern
    organs: Words


class SpeechWords(Vocabulary, extra="forbid"):
    """How a speaker addresses an assembly: admits problems, closes, turns to it.

    ``announces`` is what says that more follows and is no heading, ``notes`` what heads the notes
    after a report, ``reflects`` what still looks back.
    """

    admission: Pattern
    closing: Pattern
    announces: Pattern
    addresses: Pattern
    this_year: Pattern
    notes: Pattern
    reflects: Pattern


class FurnitureWords(Vocabulary):
    """What a web page adds around a text: words, fields with values, and other tokens."""

    words: Either
    fields: Words
    tokens: Pattern
    lines: Pattern
    contents: Pattern

    @cached_property
    def line(self) -> re.Pattern[str]:
        """A whole line: one of ``lines``, or words, fields and tokens in a row."""
        labels = "|".join(_spaced_pattern(field) for field in longest_first(self.fields))
        field = rf"(?:{labels})\s*[:：](?:\s*{_VALUE}(?!\s*[:：])|(?=\s|$))"
        piece = rf"(?>{self.tokens.pattern}|{field}|(?:{self.words.pattern}))"
        apart = r"(?:(?!\w)|(?<!\w))"
        return re.compile(rf"{self.lines.pattern}|{_GAPS}(?:{piece}{apart}{_GAPS})+", re.IGNORECASE)


class OutlineWords(Vocabulary):
    """The labels of unheaded leaves, the furniture patterns and the rules for kinds."""

    title: str = at("labels.title")
    lead: str = at("labels.lead")
    body: str = at("labels.body")
    furniture: str = at("labels.furniture")
    furniture_words: FurnitureWords = at("furniture")
    titles: TitleWords = at("title")
    kinds: tuple[KindRule, ...] = at("kind")
    openings: tuple[OpeningRule, ...] = at("opening")
    overview_closes: Pattern = at("overview.closes")
    after_sections: Pattern = at("overview.after")
    speech: SpeechWords

    def is_furniture(self, line: str) -> bool:
        """Whether a whole line is what a web page adds around a text."""
        bare = line.strip()
        return 0 < len(bare) <= _FURNITURE_LIMIT and bool(self.furniture_words.line.fullmatch(bare))

    def admits(self, paragraph: str) -> bool:
        """Whether a paragraph's first words admit problems."""
        return self.speech.admission.match(paragraph[:_OPENING_LIMIT]) is not None

    def closes_all(self, paragraph: str) -> bool:
        """Whether a paragraph closes all before it: 各位代表！…, or admitted problems."""
        return self.speech.closing.match(paragraph) is not None or self.admits(paragraph)

    def heads_notes(self, title: str) -> bool:
        """Whether a line heads the notes at the end: 名词解释."""
        return len(title) <= _NOTES_LIMIT and self.speech.notes.fullmatch(_fold(title)) is not None

    def kind_of_heading(
        self, title: str, *, top: bool, run_in: bool = False, later: bool = False
    ) -> SectionKind | None:
        """The kind that a heading's words name, or None; the first rule that fits wins.

        A heading inside a paragraph must begin with them. ``later`` says that the heading names
        a year after the report's.
        """
        words = _fold(without_mark(title))
        if top and self.heads_notes(title):
            return SectionKind.OTHER
        for rule in self.kinds:
            if rule.strong.match(words) if run_in else rule.strong.search(words):
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
        words = _fold(title)
        return any(
            rule.strong.search(words) or any(p.fullmatch(words) for p in rule.later)
            for rule in self.kinds
            if words
        )

    def kind_of_opening(self, paragraph: str) -> SectionKind | None:
        """The kind that an unheaded paragraph's first words tell, or None."""
        words = paragraph[:_OPENING_LIMIT].strip().translate(_NARROW)
        for rule in self.openings:
            if any(p.search(words) for p in rule.patterns):
                return rule.kind
        return None


def _fold(words: str) -> str:
    """Words without blanks, their digits half-width."""
    return without_blanks(words).translate(_NARROW)


def without_mark(title: str) -> str:
    """A heading's words without 一、（一）1. and the like."""
    return _MARK.sub("", title).strip()


outline_words = cache(partial(load_vocabulary, OutlineWords, path=DATA / "outline.toml"))


def _spaced_pattern(label: str) -> str:
    """A label as it is also typed, with blanks between its characters: 索 引 号."""
    return r"\s?".join(re.escape(c) for c in label)
