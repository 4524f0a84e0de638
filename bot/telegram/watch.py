"""What the bot notes of itself, for /status and the health endpoint."""

import statistics
import time
from collections import deque

_KEPT = 1000


class Watch:
    """Counts and times since the start."""

    def __init__(self) -> None:
        self.started_at = time.time()
        self.answered = 0
        self.polling_ok = True
        self.last_error = ""
        self._seconds: deque[float] = deque(maxlen=_KEPT)

    def worked(self, seconds: float) -> None:
        """A request was worked on for so long, without waiting for others or for Telegram."""
        self.answered += 1
        self._seconds.append(seconds)

    def failed(self, error: BaseException) -> None:
        """Something went wrong; only its kind is told, its words may be anybody's."""
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
