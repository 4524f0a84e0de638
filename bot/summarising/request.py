"""What a summary is asked to be of, and how long."""

from dataclasses import dataclass

from bot.errors import UnknownKind, UnknownLength
from bot.summarising.vocabulary import SummaryLength, choice_words
from knowledge.models import SectionKind


@dataclass(frozen=True, slots=True)
class SummaryRequest:
    """Reports by id, and at most one of heading, topic and kind; of all of it if none is given.

    Without ``length`` a topic is gathered whole, and everything else fills a page. Several
    reports are compared: they need a topic.
    """

    report_ids: tuple[str, ...]
    section: str = ""
    topic: str = ""
    kind: SectionKind | None = None
    length: SummaryLength | None = None


def parse_length(name: str) -> SummaryLength:
    """The length that people call so (一句话, 半页, 一页); raises UnknownLength."""
    names = choice_words().lengths
    if name not in names:
        raise UnknownLength(wanted=name, known="、".join(names))
    return names[name]


def parse_kind(name: str) -> SectionKind:
    """The kind of section that people call so (问题, 打算, problems); raises UnknownKind."""
    names = choice_words().kinds | {kind.value: kind for kind in SectionKind}
    if name not in names:
        raise UnknownKind(wanted=name, known="、".join(names))
    return names[name]
