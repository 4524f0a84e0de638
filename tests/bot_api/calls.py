"""What a call brings: its fields, with the leniency of Telegram's types, and its files."""

import json
import re
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from tests.bot_api.refusals import bad_request

T = TypeVar("T")

_NOT_UTF8 = "strings must be encoded in UTF-8"
_PARAMETER = re.compile(rb';\s*([a-zA-Z-]+\*?)=(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))')


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
        value = self.fields.get(name, "")
        if value is None:
            return ""
        if isinstance(value, (dict, list, bool)):
            return json.dumps(value)
        return _require_unicode(str(value))

    def number(self, name: str, default: int = 0) -> int:
        """A field as a whole number; the default where it is none."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        """A field as a truth value."""
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def nested(self, name: str, what: str) -> Any:
        """A nested field, None where it is missing; ``what`` names it in a refusal."""
        value = self.fields.get(name)
        if not isinstance(value, str):
            return _require_unicode(value)
        if not value.strip():
            return None
        try:
            return _require_unicode(json.loads(value))
        except ValueError:
            raise bad_request(f"can't parse {what} JSON object") from None

    def items(self, name: str, what: str) -> list[Any]:
        """A nested field that is a list; empty where it is missing."""
        value = self.nested(name, what)
        if value is None:
            return []
        if not isinstance(value, list):
            raise bad_request(f"can't parse {what}: expected an Array of {what}")
        return value


def read_request(query: bytes, content_type: bytes, body: bytes) -> ApiRequest:
    """Read the fields and files of an HTTP request; raises ApiError."""
    fields: dict[str, Any] = _read_form(query)
    kind = content_type.split(b";")[0].strip().lower()
    if kind == b"application/json":
        return ApiRequest(fields | _read_json(body))
    if kind == b"application/x-www-form-urlencoded":
        return ApiRequest(fields | _read_form(body))
    if kind != b"multipart/form-data":
        return ApiRequest(fields)
    boundary = _parameters(content_type).get(b"boundary", b"")
    if not boundary:
        raise bad_request("boundary of the multipart form is empty")
    files = {}
    for head, content in _split_parts(body, boundary):
        name, upload = _read_part(head, content)
        if upload:
            files[name] = upload
        else:
            fields[name] = _decode(content)
    return ApiRequest(fields, files)


def _require_unicode(value: T) -> T:
    """The value itself; raises ApiError where a string of it holds half a character."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise bad_request(_NOT_UTF8) from None
    return value


def _decode(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise bad_request(_NOT_UTF8) from None


def _read_form(raw: bytes) -> dict[str, str]:
    try:
        text = raw.decode("ascii")
        return dict(parse_qsl(text, keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        raise bad_request(_NOT_UTF8) from None


def _read_json(raw: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(_decode(raw) or "{}")
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise bad_request("can't parse JSON object")
    return _require_unicode(fields)


def _parameters(header: bytes) -> dict[bytes, bytes]:
    """The parameters of a header's value, by their names in small letters."""
    return {
        match[1].lower(): re.sub(rb"\\(.)", rb"\1", match[2]) if match[2] is not None else match[3]
        for match in _PARAMETER.finditer(header)
    }


def _split_parts(body: bytes, boundary: bytes) -> list[tuple[bytes, bytes]]:
    """The head and content of each part; raises ApiError for a form that is cut off."""
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise bad_request("the multipart form is not closed")
    parts = []
    for piece in pieces[1:-1]:
        head, separator, content = piece.lstrip(b" \t").partition(b"\r\n\r\n")
        if not separator:
            raise bad_request("a part of the multipart form has no head")
        parts.append((head, content))
    return parts


def _read_part(head: bytes, content: bytes) -> tuple[str, ApiUpload | None]:
    """The name of a part's field, and its file if it is one."""
    headers = {
        name.strip().lower(): value
        for name, colon, value in (line.partition(b":") for line in head.split(b"\r\n"))
        if colon
    }
    disposition = _parameters(headers.get(b"content-disposition", b""))
    name = _decode(disposition.get(b"name", b""))
    if not name:
        raise bad_request("a part of the multipart form has no name")
    if b"filename" not in disposition:
        return name, None
    mime_type = _decode(headers.get(b"content-type", b"")).strip()
    return name, ApiUpload(_decode(disposition[b"filename"]), mime_type, content)
