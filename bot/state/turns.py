"""When something may be said: moments that are counted here, or in the database that all share.

Under each key lie the last moments that were given away, as many as there may be in a span.
"""

import time
from collections import defaultdict
from collections.abc import Callable
from threading import Lock
from typing import Protocol

from knowledge.storage.database import Database


class Turns(Protocol):
    """Moments by the key of what is limited."""

    def reserve(self, key: str, most: int, span: float) -> float:
        """Take the next moment that leaves at most so many in any span; seconds until then."""

    def take(self, key: str, most: int, span: float) -> bool:
        """Take a moment if it is now."""

    def delay(self, key: str, seconds: float) -> None:
        """Have the last moment that was taken be so many seconds from now, if it is earlier."""

    def forget_old(self, seconds: float) -> None:
        """Let go of keys whose last moment is so long ago."""


class LocalTurns:
    """The moments of a process that speaks alone, by ``clock``.

    ``begun`` is when an earlier run may have said something: each key begins with that.
    """

    def __init__(self, begun: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._moments = defaultdict[str, list[float]](lambda: [begun])
        self._lock = Lock()

    def reserve(self, key: str, most: int, span: float) -> float:
        with self._lock:
            moment = self._next(key, most, span)
            self._moments[key] = [*self._moments[key], moment][-most:]
            return max(0.0, moment - self._clock())

    def take(self, key: str, most: int, span: float) -> bool:
        with self._lock:
            moment = self._next(key, most, span)
            if is_now := moment <= self._clock():
                self._moments[key] = [*self._moments[key], moment][-most:]
            return is_now

    def delay(self, key: str, seconds: float) -> None:
        with self._lock:
            self._moments[key][-1] = max(self._moments[key][-1], self._clock() + seconds)

    def forget_old(self, seconds: float) -> None:
        with self._lock:
            before = self._clock() - seconds
            for key in [key for key, moments in self._moments.items() if moments[-1] < before]:
                del self._moments[key]

    def _next(self, key: str, most: int, span: float) -> float:
        """The moment from which on there is room in a span."""
        now, moments = self._clock(), self._moments[key]
        return max(now, moments[-1], moments[-most] + span if len(moments) >= most else now)


_NOW = "extract(epoch FROM clock_timestamp())::double precision"
_FREE = (  # the moment from which on there is room in a span
    "greatest({now}, t.moments[cardinality(t.moments)],"
    " t.moments[cardinality(t.moments) - ?::integer + 1] + ?::double precision)"
).replace("{now}", _NOW)
_KEPT = "t.moments[cardinality(t.moments) - ?::integer + 2 :]"
_TAKE = (
    f"INSERT INTO turns AS t (key, moments) VALUES (?, ARRAY[{_NOW}])"  # noqa: S608 - constants
    f" ON CONFLICT (key) DO UPDATE SET moments = {_KEPT}"
)


class SharedTurns:
    """The moments of all processes on a PostgreSQL database; times are those of the server."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reserve(self, key: str, most: int, span: float) -> float:
        return float(
            self._database.value(
                f"{_TAKE} || {_FREE} RETURNING greatest(0, moments[cardinality(moments)] - {_NOW})",
                (key, most, most, span),
            )
        )

    def take(self, key: str, most: int, span: float) -> bool:
        return bool(
            self._database.rows(
                f"{_TAKE} || {_NOW} WHERE {_FREE} <= {_NOW} RETURNING key",
                (key, most, most, span),
            )
        )

    def delay(self, key: str, seconds: float) -> None:
        self._database.run(
            f"INSERT INTO turns AS t (key, moments) VALUES (?, ARRAY[{_NOW} + ?::double precision])"  # noqa: S608 - constants
            " ON CONFLICT (key) DO UPDATE SET moments = t.moments[: cardinality(t.moments) - 1]"
            " || greatest(t.moments[cardinality(t.moments)], excluded.moments[1])",
            (key, seconds),
        )

    def forget_old(self, seconds: float) -> None:
        self._database.run(
            f"DELETE FROM turns WHERE moments[cardinality(moments)] < {_NOW} - ?",  # noqa: S608 - a constant
            (seconds,),
        )
