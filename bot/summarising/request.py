"""What a summary is asked to be of, and how long."""

from dataclasses import dataclass

from bot.summarising.vocabulary import SummaryLength
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
