"""What the page's endpoints share: bodies within limits, refusals, events."""

import asyncio
import json
from http import HTTPStatus
from typing import Any, NoReturn, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.web.adapter import CannotBeDone
from bot.web.words import phrase
from knowledge.errors import StoreError

LARGEST_ACT = 64 << 10
_BODY_SECONDS = 120.0
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


async def read_body(request: Request, most: int) -> bytes:
    """The whole body; refused where it is longer than ``most`` bytes, or takes too long."""
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > most:
        fail(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    fail(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except TimeoutError:
        fail(HTTPStatus.REQUEST_TIMEOUT)
    return bytes(body)


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
