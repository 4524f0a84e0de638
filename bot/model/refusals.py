"""What is wrong, told from an endpoint's own code and message, in ``data/endpoint.toml``."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, partial
from pathlib import Path
from typing import Annotated

from bot.errors import (
    EndpointBroken,
    EndpointBusy,
    EndpointFailed,
    EndpointFiltered,
    EndpointNotFound,
    EndpointRefused,
    EndpointRejected,
    EndpointTooLong,
    EndpointUnknownModel,
    EndpointUnpaid,
    EndpointUnreachable,
)
from knowledge.vocabulary import Vocabulary, any_of, at, load_vocabulary

_FILE = Path(__file__).parent.parent / "data" / "endpoint.toml"
_SUCCESS = frozenset({"0", "200", "success", "ok", "none", "true"})
_LONGEST_MESSAGE = 2000
_DEEPEST = 3
_CODES = ("code", "error_code", "status_code", "errcode", "err_code")
_MESSAGES = (
    "message",
    "msg",
    "error_msg",
    "status_msg",
    "errmsg",
    "detail",
    "error",
    "param",
    "loc",
)
_WITHIN = ("error", "base_resp", "errors", "detail")
"""Where the vendors put an error's code, its message, and an object that holds both."""

_BY_STATUS: Mapping[int, type[EndpointFailed]] = {
    401: EndpointRefused,
    402: EndpointUnpaid,
    403: EndpointRefused,
    404: EndpointNotFound,
    405: EndpointNotFound,
    407: EndpointUnreachable,  # a proxy asks who we are
    413: EndpointTooLong,
    429: EndpointBusy,
}


class _Cause(StrEnum):
    UNPAID = "unpaid"
    FILTERED = "filtered"
    TOO_LONG = "too_long"
    NO_MODEL = "no_model"
    REFUSED = "refused"
    BUSY = "busy"


_ERRORS: Mapping[_Cause, type[EndpointFailed]] = {
    _Cause.UNPAID: EndpointUnpaid,
    _Cause.FILTERED: EndpointFiltered,
    _Cause.TOO_LONG: EndpointTooLong,
    _Cause.NO_MODEL: EndpointUnknownModel,
    _Cause.REFUSED: EndpointRefused,
    _Cause.BUSY: EndpointBusy,
}


class Part(StrEnum):
    """A part of a request that an endpoint may refuse, and that it can be asked without."""

    USAGE = "stream_options"
    TEMPERATURE = "temperature"
    SYSTEM = "system"
    STREAM = "stream"


_Wording = Annotated[re.Pattern[str], any_of(flags=re.IGNORECASE)]


class _CauseWords(Vocabulary):
    cause: _Cause
    codes: _Wording
    words: _Wording


class _EndpointWords(Vocabulary):
    causes: tuple[_CauseWords, ...] = at("causes")
    parts: Mapping[Part, _Wording] = at("parts")
    length: _Wording = at("finishes.length")
    filtered: _Wording = at("finishes.filtered")
    broken: _Wording = at("finishes.broken")
    none: _Wording = at("finishes.none")


_words = cache(partial(load_vocabulary, _EndpointWords, path=_FILE))


@dataclass(frozen=True, slots=True)
class Refusal:
    """What an endpoint says is wrong: its codes and its message, in its own words."""

    codes: tuple[str, ...]
    message: str

    def cause(self) -> type[EndpointFailed] | None:
        """What it means, as far as its code, or else its message, tells.

        Who says that a model does not take a part of the request speaks of the part.
        """
        causes = _words().causes
        for words in causes:
            if any(map(words.codes.search, self.codes)):
                return _ERRORS[words.cause]
        found = next((words.cause for words in causes if words.words.search(self.message)), None)
        if found is None or (found is _Cause.NO_MODEL and self.named_parts()):
            return None
        return _ERRORS[found]

    def named_parts(self) -> frozenset[Part]:
        """The parts of the request that it complains of."""
        text = " ".join((*self.codes, self.message))
        return frozenset(part for part, words in _words().parts.items() if words.search(text))


def read_refusal(body: object) -> Refusal | None:
    """The error that a body tells of, in any vendor's form; None where it tells of none."""
    if isinstance(body, str):
        return Refusal((), body[:_LONGEST_MESSAGE])
    codes, messages = list(filter(None, _texts(body, _CODES))), list(_texts(body, _MESSAGES))
    if isinstance(body, dict):
        codes += _texts([body.get(key) for key in _WITHIN], ("type",))
    faults = tuple(code for code in codes if code.casefold() not in _SUCCESS)
    if not faults and (codes or not messages):
        return None
    return Refusal(faults, " ".join(messages)[:_LONGEST_MESSAGE])


def _texts(body: object, keys: tuple[str, ...], depth: int = 0) -> Iterator[str]:
    """The texts and numbers under some keys of a body, and of the errors inside it."""
    if depth > _DEEPEST:
        return
    if isinstance(body, list):
        for item in body:
            yield from _texts(item, keys, depth + 1)
    if isinstance(body, dict):
        values = (body.get(key) for key in keys)
        yield from (
            str(v) for v in values if isinstance(v, str | int) and v is not True and v is not False
        )
        for key in _WITHIN:
            yield from _texts(body.get(key), keys, depth + 1)


def failure_of_refusal(status: int, refusal: Refusal | None) -> EndpointFailed:
    """Our error for what an endpoint says, else for its HTTP status."""
    cause = (refusal.cause() if refusal else None) or _BY_STATUS.get(status)
    if cause is not None:
        return cause()
    return EndpointRejected() if 400 <= status < 500 else EndpointBroken()


def read_finish(reason: object) -> str:
    """A ``finish_reason`` in the protocol's words, or ``error``; empty where it gives none."""
    written, words = str(reason or ""), _words()
    if not written or words.none.fullmatch(written):
        return ""
    if words.filtered.search(written):
        return "content_filter"
    if words.broken.search(written):
        return "error"
    return "length" if words.length.search(written) else "stop"
