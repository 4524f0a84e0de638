"""Wording that does not belong: chat, spoken words, other bureaus' names, sameness, length."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from bot.official.findings import Fault, FindingKind, StyleContext
from bot.official.marks import line_mark
from bot.official.numbering import Placed
from bot.official.punctuation import quoted_spans, within
from bot.official.stylewords import style_words
from knowledge.sentences import sentence_spans, trimmed

_LONGEST = 120
_ALIKE = 3
_LEAD_LIMIT = 120
_OPENING = re.compile(r"[\u3400-\u9fff]{2}")
_HAN = re.compile(r"[\u3400-\u9fff]")


def chat_faults(paragraphs: Sequence[str]) -> Iterator[Placed]:
    """Phrases of a conversation; a lead line, and what is said in parting, can certainly go."""
    words = style_words()
    filled = [index for index, text in enumerate(paragraphs) if text.strip()]
    for index, text in enumerate(paragraphs):
        if filled and index == filled[0] and _is_lead(text):
            yield index, Fault(FindingKind.CHAT, 0, len(text), "chat", "")
            continue
        gone = []
        for sentence in sentence_spans(text):
            span = trimmed(text, sentence)
            if words.chat_closer.fullmatch(text, *span):
                gone.append(span)
                yield index, Fault(FindingKind.CHAT, *span, "chat", "")
        for match in words.chat.finditer(text):
            if not any(span.start <= match.start() < span.end for span in gone):
                yield index, Fault(FindingKind.CHAT, *match.span(), "chat")


def _is_lead(text: str) -> bool:
    """Whether a paragraph only leads up to a draft, as 好的，以下是……： does."""
    words = text.strip()
    chat = style_words().chat_lead.match(words)
    return bool(chat) and len(words) <= _LEAD_LIMIT and words[-1] in "：:。！!～~"


def casual_faults(text: str) -> Iterator[Fault]:
    """Spoken words, outside quotations."""
    quoted = quoted_spans(text)
    for match in style_words().casual.finditer(text):
        if not within(match.start(), quoted) and text[match.start() - 1 : match.start()] != "自":
            yield Fault(FindingKind.CASUAL, *match.span(), "casual")


def foreign_faults(text: str, context: StyleContext) -> Iterator[Fault]:
    """Names of others; a name within the own bureau's, and a masked one, tells nothing."""
    names = [name for name in context.other_names if _tells(name, context.own_bureau)]
    if not names:
        return
    own = [context.own_bureau] if context.own_bureau else []
    either = "|".join(re.escape(n) for n in sorted({*own, *names}, key=len, reverse=True))
    for match in re.finditer(either, text):
        if match[0] in names and not style_words().not_foreign_before.match(text, match.end()):
            yield Fault(FindingKind.FOREIGN, *match.span(), "foreign")


def _tells(name: str, own: str) -> bool:
    return "*" not in name and len(_HAN.findall(name)) > 1 and name not in own


def long_faults(text: str) -> Iterator[Fault]:
    """Sentences that nobody reads in one breath."""
    for sentence in sentence_spans(text):
        span = trimmed(text, sentence)
        if span.end - span.start > _LONGEST:
            yield Fault(FindingKind.LONG, *span, "long")


def repeated_faults(text: str) -> Iterator[Fault]:
    """Three sentences in a row that open with the same two characters; told once a row."""
    openings = []
    mark = line_mark(text)
    for sentence in sentence_spans(text, mark.end if mark else 0):
        start = trimmed(text, sentence).start
        match = _OPENING.match(text, start)
        openings.append((match[0] if match else "", start))
    for words, alike in groupby(openings, key=lambda opening: opening[0]):
        row = list(alike)
        if words and len(row) >= _ALIKE:
            start = row[_ALIKE - 1][1]
            yield Fault(FindingKind.REPEATED, start, start + len(words), "repeated")
