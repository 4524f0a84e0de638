"""What a call brings: its fields and its files; and the errors that it is answered with."""

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

_PARAMETER = re.compile(rb';\s*([a-zA-Z-]+)=(?:"([^"]*)"|([^;\s]*))')


class ApiError(Exception):
    """A call is answered with ``ok: false``: a code, a description, parameters for the client."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        body = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(reason: str) -> ApiError:
    """The call is malformed or cannot be carried out."""
    return ApiError(400, f"Bad Request: {reason}")


def too_many(seconds: int) -> ApiError:
    """The call came too soon; ``seconds`` to wait."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


@dataclass(frozen=True, slots=True)
class ApiUpload:
    """A file that came with a call."""

    name: str
    mime_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """The fields and files of a call. A nested value is JSON, in a string or as it is."""

    fields: dict[str, Any] = field(default_factory=dict)
    files: dict[str, ApiUpload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A field as a string; empty where it is missing."""
        return str(self.fields.get(name, ""))

    def number(self, name: str) -> int:
        """A field as a whole number; 0 where it is none."""
        text = self.text(name)
        return int(text) if re.fullmatch(r"-?\d+", text) else 0

    def flag(self, name: str) -> bool:
        """A field as a truth value."""
        return self.text(name).lower() == "true"

    def nested(self, name: str) -> Any:
        """A nested field, None where it is missing."""
        value = self.fields.get(name)
        return json.loads(value) if isinstance(value, str) and value else value or None


def read_request(kind: bytes, body: bytes) -> ApiRequest:
    """Read the fields and files of an HTTP request; raises ApiError."""
    try:
        if kind.startswith(b"application/json"):
            return ApiRequest(json.loads(body or b"{}"))
        if not kind.startswith(b"multipart/form-data"):
            return ApiRequest(dict(parse_qsl(body.decode(), keep_blank_values=True)))
        return _read_form(_parameters(kind)[b"boundary"], body)
    except (ValueError, KeyError):
        raise bad_request("the call cannot be read") from None


def _parameters(header: bytes) -> dict[bytes, bytes]:
    """The parameters of a header's value, by their names."""
    return {match[1]: match[2] or match[3] or b"" for match in _PARAMETER.finditer(header)}


def _read_form(boundary: bytes, body: bytes) -> ApiRequest:
    fields: dict[str, Any] = {}
    files = {}
    for piece in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:-1]:
        head, _, content = piece.partition(b"\r\n\r\n")
        headers = {
            name.strip().lower(): value
            for name, _, value in (line.partition(b":") for line in head.split(b"\r\n"))
        }
        about = _parameters(headers[b"content-disposition"])
        name = about[b"name"].decode()
        if b"filename" in about:
            kind = headers.get(b"content-type", b"").decode().strip()
            files[name] = ApiUpload(about[b"filename"].decode(), kind, content)
        else:
            fields[name] = content.decode()
    return ApiRequest(fields, files)
