"""When which process may speak: moments that are counted in the database that all share."""

from knowledge.storage.database import Database

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


class Turns:
    """Moments by the key of what is limited; times are those of the server. PostgreSQL alone.

    Under each key lie the last moments that were given away, as many as there may be in a span.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def reserve(self, key: str, most: int, span: float) -> float:
        """Take the next moment that leaves at most so many in any span; seconds until then."""
        return float(
            self._database.value(
                f"{_TAKE} || {_FREE} RETURNING greatest(0, moments[cardinality(moments)] - {_NOW})",
                (key, most, most, span),
            )
        )

    def take(self, key: str, most: int, span: float) -> bool:
        """Take a moment if it is now."""
        return bool(
            self._database.rows(
                f"{_TAKE} || {_NOW} WHERE {_FREE} <= {_NOW} RETURNING key",
                (key, most, most, span),
            )
        )

    def delay(self, key: str, seconds: float) -> None:
        """Have the last moment that was taken be so many seconds from now, if it is earlier."""
        self._database.run(
            f"INSERT INTO turns AS t (key, moments) VALUES (?, ARRAY[{_NOW} + ?::double precision])"  # noqa: S608 - constants
            " ON CONFLICT (key) DO UPDATE SET moments = t.moments[: cardinality(t.moments) - 1]"
            " || greatest(t.moments[cardinality(t.moments)], excluded.moments[1])",
            (key, seconds),
        )

    def forget_old(self, seconds: float) -> None:
        """Let go of keys whose last moment is so long ago."""
        self._database.run(
            f"DELETE FROM turns WHERE moments[cardinality(moments)] < {_NOW} - ?",  # noqa: S608 - a constant
            (seconds,),
        )
