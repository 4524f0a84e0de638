"""What a feature works with: the request, the services, and how the service is just now."""

import statistics
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.assistant.assistant import Assistant
from bot.conversation.access import Access, reports_of
from bot.conversation.messages import Outcome
from bot.drafting.polishing import Polisher
from bot.settings import Settings
from bot.state.opening import State
from bot.state.people import Role
from bot.summarising.condenser import Condenser
from knowledge.library import Library

_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Live:
    """Figures of the running process.

    Errors are sentences or names of kinds, each the last of its sort, empty where there was none;
    times of work in milliseconds, without the waiting for others. ``cut_off`` are the apps from
    which nothing can be received just now; ``chroma_ok`` is whether the index's server answers,
    None where there is none.
    """

    started_at: float
    waiting: int = 0
    working: int = 0
    answered: int = 0
    median_ms: float = 0.0
    p95_ms: float = 0.0
    cut_off: tuple[str, ...] = ()
    app_error: str = ""
    model_error: str = ""
    last_error: str = ""
    chroma_ok: bool | None = None

    @property
    def receiving_ok(self) -> bool:
        """Whether updates of every app can be received."""
        return not self.cut_off


class Metrics:
    """Counts and times since the start."""

    def __init__(self) -> None:
        self.started_at = time.time()
        self.answered = 0
        self._cut_off: set[str] = set()
        self.last_error = ""
        self._seconds: deque[float] = deque(maxlen=_KEPT)

    def note_answer(self, seconds: float) -> None:
        """Note how long a request was worked on, without waiting for others or for the app."""
        self.answered += 1
        self._seconds.append(seconds)

    @property
    def cut_off(self) -> tuple[str, ...]:
        """The apps from which nothing can be received just now."""
        return tuple(sorted(self._cut_off))

    def note_receiving(self, app: str, *, ok: bool) -> None:
        """Note whether updates of an app can be received just now."""
        (self._cut_off.discard if ok else self._cut_off.add)(app)

    def note_error(self, error: BaseException) -> None:
        """Note an error by its kind alone: its words may be anybody's."""
        self.last_error = type(error).__name__

    @property
    def median_ms(self) -> float:
        """The median time of the last thousand; 0 where there is none."""
        return round(statistics.median(self._seconds) * 1000, 1) if self._seconds else 0.0

    @property
    def p95_ms(self) -> float:
        """The time that one in twenty exceeds."""
        ordered = sorted(self._seconds)
        return round(ordered[int(0.95 * (len(ordered) - 1))] * 1000, 1) if ordered else 0.0


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document that was sent: its name as told by the sender, and where its bytes lie."""

    name: str
    size: int
    path: Path


@dataclass(frozen=True, kw_only=True)
class Request:
    """Who asks, where and when.

    ``message_id`` is the message that was sent, or whose button was pressed. ``show`` may be told
    a plain text as far as it is written, and ``progress`` how much is done of how much; both
    raise Stopped once somebody said /stop.
    """

    update_id: int
    chat_id: str
    user_id: str
    user_name: str
    role: Role
    private: bool
    message_id: str
    now: float
    show: Callable[[str], None]
    progress: Callable[[int, int], None]
    attachment: Attachment | None = None


@dataclass(frozen=True, kw_only=True)
class Services:
    """What one worker thread works with; every thread has a library of its own.

    ``data_dir`` is the folder that is served, whatever the settings name; ``live`` tells how the
    service is just now.
    """

    settings: Settings
    data_dir: Path
    library: Library
    assistant: Assistant
    condenser: Condenser | None
    polisher: Polisher | None
    state: State
    access: Access
    live: Callable[[], Live]


@dataclass(frozen=True, kw_only=True)
class RequestContext(Request, Services):
    """All that a feature is given besides the words or the button's data."""

    @classmethod
    def of(cls, request: Request, services: Services) -> "RequestContext":
        """A request with the services of the thread that answers it."""
        return cls(**vars(request), **vars(services))

    @property
    def closed_bureaus(self) -> frozenset[str]:
        """The bureaus whose reports may not be shown to whoever asks, where they ask."""
        return self.access.closed_bureaus(self.user_id, self.chat_id, in_group=not self.private)

    def hidden_reports(self) -> frozenset[str]:
        """The ids of their reports."""
        closed = self.closed_bureaus
        return reports_of(self.library.all_reports(), closed) if closed else frozenset()

    def note_action(self, action: str, matter: str) -> None:
        """Write down in the audit log what this user did now, and to what."""
        self.state.audit.note(self.user_id, action, matter, self.now)


Run = Callable[[RequestContext, str], Outcome]
"""A feature: takes the words of a request, gives what comes of it; may raise AssistantErrors."""
