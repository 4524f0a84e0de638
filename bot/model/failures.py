"""What an endpoint's failure means, and whether it is worth another try."""

from email.utils import parsedate_to_datetime

import openai

from bot.errors import (
    EndpointBroken,
    EndpointBusy,
    EndpointCut,
    EndpointFailed,
    EndpointFiltered,
    EndpointOdd,
    EndpointRefused,
    EndpointRejected,
    EndpointSlow,
    EndpointUnknownModel,
    EndpointUnpaid,
    EndpointUnreachable,
)

ODD = (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError)
"""What the vendors' code raises on answers that are not in the protocol."""

FAILURES = (openai.OpenAIError, TimeoutError, *ODD)
"""Everything that a call to an endpoint may raise."""

_TRIES = 3
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 20.0
_REFUSED, _UNPAID, _UNKNOWN, _BUSY = frozenset({401, 403}), 402, 404, 429
_PASSING = (EndpointBusy, EndpointBroken, EndpointUnreachable)


def failure_of(error: BaseException, *, begun: bool) -> EndpointFailed:
    """The error of our tree for a vendor's; ``begun`` tells that some text had come."""
    if isinstance(error, (TimeoutError, openai.APITimeoutError)):
        return EndpointSlow()
    if isinstance(error, openai.APIConnectionError):
        return EndpointCut() if begun else EndpointUnreachable()
    if isinstance(error, openai.APIStatusError):
        return _by_status(error)
    if isinstance(error, openai.APIError):
        return EndpointFiltered() if _is_filter(error) else EndpointBroken()
    return EndpointOdd()


def pause_before_retry(
    error: BaseException, failure: EndpointFailed, tried: int, left: float
) -> float | None:
    """Seconds to wait before another try; None where it would not help, or takes too long.

    ``tried`` counts the tries made. A server's ``Retry-After`` (RFC 9110, 10.2.3) is kept to.
    """
    if not isinstance(failure, _PASSING) or tried >= _TRIES:
        return None
    pause = _FIRST_PAUSE * 2 ** (tried - 1)
    if isinstance(error, openai.APIStatusError):
        pause = max(pause, _retry_after(error))
    return pause if pause <= _LONGEST_PAUSE and pause < left / 2 else None


def refuses_temperature(error: BaseException) -> bool:
    """Whether a model takes no temperature but its own."""
    return isinstance(error, openai.BadRequestError) and "temperature" in str(error.body)


def _by_status(error: openai.APIStatusError) -> EndpointFailed:
    status = error.status_code
    if status in _REFUSED:
        return EndpointRefused()
    if status == _UNPAID or error.code == "insufficient_quota":
        return EndpointUnpaid()
    if status == _UNKNOWN:
        return EndpointUnknownModel()
    if status == _BUSY:
        return EndpointBusy()
    if status >= 500:
        return EndpointBroken()
    return EndpointFiltered() if _is_filter(error) else EndpointRejected()


def _is_filter(error: openai.APIError) -> bool:
    told = f"{error.code} {error.body}".lower()
    return "content_filter" in told or "content_policy" in told or "data_inspection" in told


def _retry_after(error: openai.APIStatusError) -> float:
    """The seconds that the server asks for; 0 where it asks for none that can be read."""
    headers = error.response.headers
    try:
        if milliseconds := headers.get("retry-after-ms"):
            return float(milliseconds) / 1000
        told = headers.get("retry-after", "0")
        if told.replace(".", "", 1).isdigit():
            return float(told)
        date = error.response.headers.get("date", "")
        return (parsedate_to_datetime(told) - parsedate_to_datetime(date)).total_seconds()
    except (ValueError, TypeError):
        return 0.0
