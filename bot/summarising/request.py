"""What a summary is asked to be of, and how long."""

from dataclasses import dataclass, replace

from bot.errors import UnknownKind, UnknownLength
from bot.summarising.vocabulary import SummaryLength, choice_words
from knowledge.models import SectionKind


@dataclass(frozen=True, slots=True)
class SummaryRequest:
    """Reports by id, and at most one of heading, topic and kind; of all of it if none is given.

    Without ``length`` a topic is gathered whole, and everything else fills a page; ``characters``
    is how long in numbers, 0 for as long as that length usually is. Several reports are compared:
    they need a topic.
    """

    report_ids: tuple[str, ...]
    section: str = ""
    topic: str = ""
    kind: SectionKind | None = None
    length: SummaryLength | None = None
    characters: int = 0


def parse_length(name: str) -> SummaryLength:
    """The length that people call so (一句话, 半页, 一页); raises UnknownLength."""
    names = choice_words().lengths
    if name not in names:
        raise UnknownLength(wanted=name, known="、".join(names))
    return names[name]


def with_length(request: SummaryRequest, name: str) -> SummaryRequest:
    """A request at a length as people call it (半页, 200字); raises UnknownLength."""
    number = name.removesuffix("字")
    if not number.isdecimal() or not int(number):
        return replace(request, length=parse_length(name), characters=0)
    usual = choice_words().characters
    longer = [length for length, characters in usual.items() if characters >= int(number)]
    length = min(longer, key=lambda length: usual[length], default=SummaryLength.PAGE)
    return replace(request, length=length, characters=int(number))


def parse_kind(name: str) -> SectionKind:
    """The kind of section that people call so (问题, 打算, problems); raises UnknownKind."""
    names = choice_words().kinds | {kind.value: kind for kind in SectionKind}
    if name not in names:
        raise UnknownKind(wanted=name, known="、".join(names))
    return names[name]
