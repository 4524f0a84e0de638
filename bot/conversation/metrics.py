"""What the service notes of itself, for /status and the health endpoint."""

import statistics
import time
from collections import deque
from dataclasses import dataclass

_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Live:
    """Figures of the running process.

    Errors are sentences or names of kinds, each the last of its sort, empty where there was none;
    times of work in milliseconds, without the waiting for others.
    """

    started_at: float
    waiting: int = 0
    working: int = 0
    answered: int = 0
    median_ms: float = 0.0
    p95_ms: float = 0.0
    receiving_ok: bool = True
    app_error: str = ""
    model_error: str = ""
    last_error: str = ""


class Metrics:
    """Counts and times since the start."""

    def __init__(self) -> None:
        self.started_at = time.time()
        self.answered = 0
        self.receiving_ok = True
        self.last_error = ""
        self._seconds: deque[float] = deque(maxlen=_KEPT)

    def note_answer(self, seconds: float) -> None:
        """Note how long a request was worked on, without waiting for others or for the app."""
        self.answered += 1
        self._seconds.append(seconds)

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
