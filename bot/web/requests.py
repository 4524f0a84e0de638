"""What the page's endpoints share: who may ask anything, bodies within limits, refusals, events."""

import hmac
import ipaddress
import json
from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Any, NoReturn, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.http_server import read_body
from bot.state.accounts import Session
from bot.web.adapter import CannotBeDone
from bot.web.words import phrase
from knowledge.errors import StoreError

COOKIE = "session"
GUARD_HEADER = "x-guard"
SAFE_METHODS = ("GET", "HEAD")

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
}
"""The headers of every answer."""
ENCRYPTED_HEADERS = HEADERS | {"cross-origin-opener-policy": "same-origin"}
"""Those of a page that is reached by HTTPS alone; elsewhere browsers complain of the one more."""


def refused_host(host: str, names: Collection[str]) -> bool:
    """Whether a Host header is one that this server does not answer to.

    An address of numbers cannot be made to point elsewhere; a name can, so only known ones count.
    """
    name = _name_of(host.lower())
    if name in ("localhost", *names):
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return True
    return False


def _name_of(host: str) -> str:
    """A host without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def refusal(headers: Mapping[str, str], method: str, session: Session | None) -> HTTPStatus | None:
    """Why a request that does something is refused; None where it may be answered.

    The browser must say that it comes from our own page, and a page where somebody is signed in
    must show that it was given the session's guard.
    """
    if method in SAFE_METHODS:
        return None
    if not _is_from_page(headers):
        return HTTPStatus.FORBIDDEN
    shown = headers.get(GUARD_HEADER, "")
    if session and not hmac.compare_digest(shown.encode(), session.guard.encode()):
        return HTTPStatus.FORBIDDEN
    return None


def _is_from_page(headers: Mapping[str, str]) -> bool:
    """Whether the browser says so: each sends the origin or the site, some only one of them."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is None and site is None:
        return False
    host = headers.get("host", "").lower()
    return origin in (None, f"http://{host}", f"https://{host}") and site in (None, "same-origin")


LARGEST_ACT = 64 << 10
_Model = TypeVar("_Model", bound=BaseModel)


def fail(status: HTTPStatus, words: str = "") -> NoReturn:
    """End a request; ``words`` are what the page tells the person."""
    raise HTTPException(status, words)


async def refuse(request: Request, error: Exception) -> Response:
    """What the page is told of a request that failed: words for the person, if there are any."""
    match error:
        case HTTPException():
            words = error.detail if error.detail != HTTPStatus(error.status_code).phrase else ""
            return JSONResponse({"error": words}, error.status_code)
        case ValidationError():
            status = HTTPStatus.BAD_REQUEST
        case CannotBeDone():
            status = HTTPStatus.CONFLICT
        case StoreError() if not request.url.path.startswith("/api/"):  # nobody's script reads it
            words = phrase("entry.unavailable")
            return PlainTextResponse(words, HTTPStatus.SERVICE_UNAVAILABLE)
        case StoreError():
            words = phrase("entry.unavailable")
            return JSONResponse({"error": words}, HTTPStatus.SERVICE_UNAVAILABLE)
        case _:
            status = HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse({"error": ""}, status)


async def read_act(request: Request, model: type[_Model]) -> _Model:
    """What a person does, from the body; raises ValidationError."""
    return model.model_validate_json(await read_body(request, LARGEST_ACT))


def attachment(name: str, content: bytes, media_type: str = "") -> Response:
    """A file to be saved under a name; its type is told only where the browser may show it."""
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, '')}"}
    return Response(content, media_type=media_type or "application/octet-stream", headers=headers)


def event(kind: str, news: Any) -> str:
    """A server-sent event."""
    return f"event: {kind}\ndata: {json.dumps(news, ensure_ascii=False)}\n\n"
