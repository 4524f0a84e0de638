"""How a call is written in HTTP: a query, a form, a form with files, or JSON."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from bot.loopback.given import NOT_UTF8, Given, Upload, checked
from bot.loopback.refusals import bad_request

_PARAMETER = re.compile(rb';\s*([a-zA-Z-]+\*?)=(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))')


def read_call(query: bytes, content_type: bytes, body: bytes) -> Given:
    """The fields and files of a request; raises Refused."""
    fields: dict[str, Any] = _form(query)
    kind = content_type.split(b";")[0].strip().lower()
    if kind == b"application/json":
        return Given(fields | _json(body))
    if kind == b"application/x-www-form-urlencoded":
        return Given(fields | _form(body))
    if kind != b"multipart/form-data":
        return Given(fields)
    boundary = _parameters(content_type).get(b"boundary", b"")
    if not boundary:
        raise bad_request("boundary of the multipart form is empty")
    files = {}
    for head, content in _parts(body, boundary):
        name, upload = _part(head, content)
        if upload:
            files[name] = upload
        else:
            fields[name] = _decoded(content)
    return Given(fields, files)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise bad_request(NOT_UTF8) from None


def _form(raw: bytes) -> dict[str, str]:
    try:
        text = raw.decode("ascii")
        return dict(parse_qsl(text, keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        raise bad_request(NOT_UTF8) from None


def _json(raw: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(_decoded(raw) or "{}")
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise bad_request("can't parse JSON object")
    checked(fields)
    return fields


def _parameters(header: bytes) -> dict[bytes, bytes]:
    """The parameters of a header's value, their names in small letters."""
    return {
        match[1].lower(): re.sub(rb"\\(.)", rb"\1", match[2]) if match[2] is not None else match[3]
        for match in _PARAMETER.finditer(header)
    }


def _parts(body: bytes, boundary: bytes) -> list[tuple[bytes, bytes]]:
    """Each part's head and content; raises Refused for a form that is cut off."""
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise bad_request("the multipart form is not closed")
    parts = []
    for piece in pieces[1:-1]:
        head, found, content = piece.lstrip(b" \t").partition(b"\r\n\r\n")
        if not found:
            raise bad_request("a part of the multipart form has no head")
        parts.append((head, content))
    return parts


def _part(head: bytes, content: bytes) -> tuple[str, Upload | None]:
    """The field that a part is of, and its file if it is one."""
    headers = {
        line.split(b":", 1)[0].strip().lower(): line.split(b":", 1)[1]
        for line in head.split(b"\r\n")
        if b":" in line
    }
    about = _parameters(headers.get(b"content-disposition", b""))
    name = _decoded(about.get(b"name", b""))
    if not name:
        raise bad_request("a part of the multipart form has no name")
    if b"filename" not in about:
        return name, None
    mime_type = _decoded(headers.get(b"content-type", b"")).strip()
    return name, Upload(_decoded(about[b"filename"]), mime_type, content)
