"""How a request is read: any form that a client writes, and none that is broken."""

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bot_api.calls import ApiRequest, read_request
from tests.bot_api.refusals import ApiError

NAMES = st.text("abc_", min_size=1, max_size=6)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)


def read(request: httpx.Request) -> ApiRequest:
    return read_request(b"", request.headers["content-type"].encode(), request.read())


@given(st.dictionaries(NAMES, WORDS, min_size=1))
@settings(max_examples=40)
def test_a_form_is_read_as_it_was_written(fields: dict[str, str]) -> None:
    request = httpx.Request("POST", "http://x/", data=fields)
    assert read(request).fields == fields
    assert read(httpx.Request("POST", "http://x/", json=fields)).fields == fields


@given(WORDS, st.binary(max_size=40) | st.just(b"\r\n--\r\n"))
@settings(max_examples=40)
def test_files_are_read_to_the_byte(caption: str, content: bytes) -> None:
    request = httpx.Request(
        "POST", "http://x/", data={"caption": caption}, files={"document": ("报告.docx", content)}
    )
    given_ = read(request)
    assert given_.fields == {"caption": caption}
    assert given_.files["document"].content == content
    assert given_.files["document"].name == "报告.docx"


@given(st.binary(max_size=60))
@settings(max_examples=40)
@pytest.mark.parametrize(
    "kind",
    [b"application/json", b"multipart/form-data; boundary=x", b"application/x-www-form-urlencoded"],
)
def test_any_body_is_read_or_refused(kind: bytes, body: bytes) -> None:
    for written in (body, b"--x\r\n" + body + b"\r\n--x--"):
        try:
            read_request(b"", kind, written)
        except ApiError as refused:
            told = refused
        else:
            continue
        assert told.code == 400


def test_a_query_is_read_too() -> None:
    assert read_request(b"a=%E7%94%B2&b=", b"", b"").fields == {"a": "甲", "b": ""}
