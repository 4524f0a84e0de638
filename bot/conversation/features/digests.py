"""A summary or comparison that was sent, and the buttons under it: as a file, at other lengths."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.conversation.context import RequestContext, Services
from bot.conversation.features.choosing import Tap, data_for, keep, stale
from bot.conversation.features.filing import filed
from bot.conversation.features.kept import Held, held_summary, summary_of
from bot.conversation.features.pages import has_points, summary_blocks
from bot.conversation.messages import Button, Outcome, Reply, Rows
from bot.conversation.wording import plain
from bot.official.document import from_summary
from bot.summarising.request import SummaryRequest
from bot.summarising.summarising import summarise
from bot.summarising.vocabulary import Length
from knowledge.models import SectionKind

SAVE, RESIZE, OTHER = "d", "l", "o"
_ALL = "all"
_LENGTHS = (*(length.value for length in Length), _ALL)


@dataclass(frozen=True, slots=True)
class Result:
    """Whose result it is: the route's prefix, the kind of choice, what the way on is called."""

    prefix: str
    kind: str
    other: str


@dataclass(frozen=True, slots=True)
class Digest:
    """What was asked, as it is kept behind the buttons, and the summary that was shown."""

    reports: list[str]
    section: str
    topic: str
    kind: str
    length: str
    summary: Held | None = None

    @classmethod
    def asked(cls, request: SummaryRequest) -> "Digest":
        """What a request asks; without a length a topic is told whole, all else on a page."""
        length = request.length or (_ALL if request.topic else Length.PAGE)
        kind = request.kind.value if request.kind else ""
        return cls(list(request.report_ids), request.section, request.topic, kind, str(length))

    @classmethod
    def of(cls, held: Mapping[str, Any]) -> "Digest":
        """What was kept."""
        return cls(**held)

    @property
    def request(self) -> SummaryRequest:
        """The request again."""
        return SummaryRequest(
            tuple(self.reports),
            section=self.section,
            topic=self.topic,
            kind=SectionKind(self.kind) if self.kind else None,
            length=None if self.length == _ALL else Length(self.length),
        )


def written(
    services: Services, context: RequestContext, digest: Digest, result: Result
) -> Reply | None:
    """The summary with its buttons; None where it has nothing to say. Raises ReportNotFound."""
    summary = summarise(services.library, digest.request, context.progress, services.condenser)
    if not has_points(summary):
        return None
    held = asdict(replace(digest, summary=held_summary(summary)))
    number = keep(services, context, result.kind, held)
    return Reply(summary_blocks(summary), _rows(digest, number, result))


def digest_tapped(services: Services, context: RequestContext, tap: Tap, result: Result) -> Outcome:
    """The file of a summary, or the same at another length; raises ReportNotFound."""
    digest = Digest.of(tap.held)
    if tap.act == SAVE and digest.summary:
        summary = summary_of(digest.summary, services.library.report)
        document = filed(from_summary(summary, with_sources=True), context.now)
        return Outcome(documents=(document,))
    length = tap.picked(_LENGTHS) if tap.act == RESIZE else None
    if length is None or length not in _lengths(digest):
        return stale()
    reply = written(services, context, replace(digest, length=length, summary=None), result)
    return Outcome(replies=(reply,)) if reply else stale()


def _lengths(digest: Digest) -> list[str]:
    """The other lengths there are; only a topic can be told whole."""
    return [n for n in _LENGTHS if n != digest.length and (digest.topic or n != _ALL)]


def _rows(digest: Digest, number: int, result: Result) -> Rows:
    data = data_for(result.prefix, number)
    lengths = tuple(
        Button(plain(f"length.{name}"), data(RESIZE, _LENGTHS.index(name)))
        for name in _lengths(digest)
    )
    save = Button(plain("choosing.save"), data(SAVE))
    return ((save, Button(plain(result.other), data(OTHER))), lengths)
