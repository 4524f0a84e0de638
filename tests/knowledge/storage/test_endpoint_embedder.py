"""The embedder against a real HTTP server on the loopback."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from copy import copy
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from knowledge.errors import EmbeddingFailed
from knowledge.storage.endpoint_embedder import EndpointEmbedder, is_http_address
from tests.patience import PATIENCE, address_of_nobody

KEY = "sk-geheim-0123456789"
Reply = tuple[int, object]
"""A status and a body: bytes as they are, anything else as JSON."""


def vector_of(text: str) -> list[float]:
    return [float(len(text)), 1.0, 2.0]


def given(request: dict[str, Any]) -> Reply:
    """What an endpoint gives that works."""
    data = [
        {"object": "embedding", "index": n, "embedding": vector_of(text)}
        for n, text in enumerate(request["input"])
    ]
    return 200, {"object": "list", "data": data, "model": request["model"], "usage": {}}


class Endpoint(ThreadingHTTPServer):
    """Answers as it is scripted, and then as an endpoint that works; remembers what it was sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script: list[Callable[[dict[str, Any]], Reply]] = []
        self.requests: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.keys: list[str | None] = []
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        """Answer the next of the script."""
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(request)
        self.server.paths.append(self.path)
        self.server.keys.append(self.headers["Authorization"])
        status, body = (self.server.script.pop(0) if self.server.script else given)(request)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("retry-after-ms", "1")
        self.end_headers()
        with suppress(BrokenPipeError):  # who asked has given up
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


@contextmanager
def serving() -> Iterator[Endpoint]:
    with Endpoint() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.released.set()
        server.shutdown()


@pytest.fixture(scope="module")
def _endpoint() -> Iterator[Endpoint]:
    with serving() as server:
        yield server


@pytest.fixture
def endpoint(_endpoint: Endpoint) -> Endpoint:
    for seen in (_endpoint.script, _endpoint.requests, _endpoint.paths, _endpoint.keys):
        seen.clear()
    return _endpoint


def embedder_at(url: str, timeout: float = PATIENCE) -> EndpointEmbedder:
    """A new one: it learns what its endpoint takes, which is no matter of the next test."""
    return copy(_embedder_at(url, timeout))


@cache  # a client takes a seventh of a second to build
def _embedder_at(url: str, timeout: float) -> EndpointEmbedder:
    embedder = EndpointEmbedder("text-embedding-x", KEY, url, timeout)
    assert embedder._client
    return embedder


def failure_of(embedder: EndpointEmbedder, texts: list[str]) -> str:
    with pytest.raises(EmbeddingFailed) as told:
        embedder.embed(texts)
    sentence = str(told.value)
    assert "\n" not in sentence
    assert sentence.endswith("。")
    assert "OPENAI_BASE_URL" in sentence
    assert KEY not in sentence
    return sentence


def test_texts_are_sent_as_texts_and_vectors_come_back_as_unit_vectors(endpoint: Endpoint) -> None:
    vectors = embedder_at(endpoint.url).embed(["食品", "药品监管"])
    (request,) = endpoint.requests
    assert request["input"] == ["食品", "药品监管"]
    assert request["model"] == "text-embedding-x"
    assert request["encoding_format"] == "float"
    assert endpoint.paths == ["/v1/embeddings"]
    assert endpoint.keys == [f"Bearer {KEY}"]
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1])
    expected = np.array([vector_of("食品"), vector_of("药品监管")])
    assert vectors == pytest.approx(expected / np.linalg.norm(expected, axis=1, keepdims=True))


def test_many_texts_go_in_batches_and_keep_their_order(endpoint: Endpoint) -> None:
    texts = ["食" * (n + 1) for n in range(150)]
    vectors = embedder_at(endpoint.url).embed(texts)
    assert [len(r["input"]) for r in endpoint.requests] == [64, 64, 22]
    lengths = vectors[:, 0] / vectors[:, 1]
    assert lengths == pytest.approx([len(t) for t in texts], rel=1e-5)


@pytest.mark.parametrize("status", [400, 413, 422, 500])
def test_an_endpoint_that_takes_few_texts_at_once_gets_fewer(
    endpoint: Endpoint, status: int
) -> None:
    def at_most_ten(request: dict[str, Any]) -> Reply:
        few = len(request["input"]) <= 10
        return given(request) if few else (status, {"error": {"message": "batch size"}})

    endpoint.script = [at_most_ten] * 60
    embedder = EndpointEmbedder("text-embedding-x", KEY, endpoint.url, PATIENCE)
    texts = ["食" * (n + 1) for n in range(70)]
    vectors = embedder.embed(texts)
    assert vectors[:, 0] / vectors[:, 1] == pytest.approx(range(1, 71), rel=1e-5)
    asked = len(endpoint.requests)
    embedder.embed(texts[:8])
    assert len(endpoint.requests) == asked + 1


@pytest.mark.parametrize("message", ["Unrecognized request argument: encoding_format", "nein"])
def test_a_format_that_an_endpoint_does_not_know_is_left_out(
    endpoint: Endpoint, message: str
) -> None:
    def knows_no_format(request: dict[str, Any]) -> Reply:
        refused = "encoding_format" in request
        return (400, {"error": {"message": message}}) if refused else given(request)

    endpoint.script = [knows_no_format] * 4
    embedder = EndpointEmbedder("text-embedding-x", KEY, endpoint.url, PATIENCE)
    assert len(embedder.embed(["食品", "药品"])) == 2
    assert len(embedder.embed(["食品", "药品"])) == 2
    assert ["encoding_format" in r for r in endpoint.requests] == [True, False, False]


def test_a_text_too_long_for_an_endpoint_has_the_mean_of_its_halves(endpoint: Endpoint) -> None:
    def at_most_300(request: dict[str, Any]) -> Reply:
        fits = all(len(text) <= 300 for text in request["input"])
        return given(request) if fits else (400, {"error": {"message": "512 tokens"}})

    endpoint.script = [at_most_300] * 30
    embedder = EndpointEmbedder("text-embedding-x", KEY, endpoint.url, PATIENCE)
    vectors = embedder.embed(["食" * 500, "药品"])
    assert vectors == pytest.approx(embedder_at(endpoint.url).embed(["食" * 250, "药品"]), abs=1e-6)


def test_an_endpoint_that_gives_fewer_vectors_gets_fewer_texts(endpoint: Endpoint) -> None:
    def loses_one(request: dict[str, Any]) -> Reply:
        return _short(request) if len(request["input"]) > 1 else given(request)

    endpoint.script = [loses_one] * 10
    embedder = EndpointEmbedder("text-embedding-x", KEY, endpoint.url, PATIENCE)
    vectors = embedder.embed(["食", "药品"])
    assert vectors[:, 0] / vectors[:, 1] == pytest.approx([1, 2])


def test_vectors_in_base64_are_read(endpoint: Endpoint) -> None:
    written = base64.b64encode(np.array([3.0, 4.0], dtype="<f4").tobytes()).decode()
    endpoint.script = [_with_vectors(written)]
    vectors = EndpointEmbedder("m", KEY, endpoint.url, PATIENCE).embed(["食品"])
    assert vectors == pytest.approx(np.array([[0.6, 0.8]]))


def test_no_text_needs_no_endpoint(endpoint: Endpoint) -> None:
    assert embedder_at(endpoint.url).embed([]).shape[0] == 0
    assert not endpoint.requests


def test_the_name_is_the_models_own(endpoint: Endpoint) -> None:
    assert embedder_at(endpoint.url).name == "text-embedding-x"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_fault_that_passes_is_tried_again(endpoint: Endpoint, status: int) -> None:
    endpoint.script = [lambda _: (status, {"error": {"message": "busy"}})] * 2
    assert len(embedder_at(endpoint.url).embed(["食品"])) == 1
    assert len(endpoint.requests) == 3


@pytest.mark.parametrize(("status", "requests"), [(401, 1), (404, 1), (400, 2), (429, 3), (500, 6)])
def test_a_fault_that_stays_is_told_with_its_number(
    endpoint: Endpoint, status: int, requests: int
) -> None:
    message = {"error": {"message": f"Incorrect API key provided: {KEY}"}}
    endpoint.script = [lambda _: (status, message)] * 6
    embedder = EndpointEmbedder("text-embedding-x", KEY, endpoint.url, PATIENCE)
    assert str(status) in failure_of(embedder, ["食品"])
    assert len(endpoint.requests) == requests


def _short(request: dict[str, Any]) -> Reply:
    status, body = given(request)
    assert isinstance(body, dict)
    return status, body | {"data": body["data"][:-1]}


def _with_vectors(*vectors: object) -> Callable[[dict[str, Any]], Reply]:
    data = [{"index": n, "embedding": v} for n, v in enumerate(vectors)]
    return lambda _: (200, {"data": data, "model": "x", "usage": {}})


def _as_is(body: object) -> Callable[[dict[str, Any]], Reply]:
    return lambda _: (200, body)


ODD = {
    "one vector too few": _short,
    "no vectors": _as_is({"data": []}),
    "no data": _as_is({}),
    "null": _as_is(None),
    "a list": _as_is([1, 2]),
    "a string": _as_is("ok"),
    "an error with status 200": _as_is({"error": {"message": f"no such model, key {KEY}"}}),
    "not JSON": _as_is(b"<html>gateway</html>"),
    "half of it": _as_is(b'{"data": [{"embedding": [1.0, 2.0'),
    "nothing": _as_is(b""),
    "data without vectors": _as_is({"data": [{"index": 0}, {"index": 1}]}),
    "vectors of two lengths": _with_vectors([1.0, 2.0], [1.0]),
    "vectors of nothing": _with_vectors([], []),
    "words for numbers": _with_vectors(["a", "b"], ["c", "d"]),
    "holes": _with_vectors([1.0, None], [1.0, 2.0]),
    "no number": _with_vectors([float("nan"), 1.0], [1.0, 2.0]),
    "without end": _with_vectors([float("inf"), 1.0], [1.0, 2.0]),
    "zeros": _with_vectors([0.0, 0.0], [1.0, 2.0]),
    "a null vector": _with_vectors(None, [1.0]),
    "a vector in words": _with_vectors("[1.0, 2.0]", "[1.0, 2.0]"),
}


@pytest.mark.parametrize("case", ODD)
def test_an_odd_answer_is_told_in_one_sentence(endpoint: Endpoint, case: str) -> None:
    endpoint.script = [ODD[case]] * 5
    failure_of(embedder_at(endpoint.url), ["食品", "药品"])


def test_batches_of_different_dimension_are_refused(endpoint: Endpoint) -> None:
    endpoint.script = [given, _with_vectors(*[[1.0, 2.0]] * 6)]
    embedder = EndpointEmbedder("text-embedding-x", KEY, endpoint.url, PATIENCE)
    failure_of(embedder, ["食品"] * 70)


def test_vectors_out_of_order_are_put_in_order(endpoint: Endpoint) -> None:
    def backwards(request: dict[str, Any]) -> Reply:
        status, body = given(request)
        assert isinstance(body, dict)
        return status, body | {"data": body["data"][::-1]}

    endpoint.script = [backwards]
    vectors = embedder_at(endpoint.url).embed(["食", "药品", "特种设备"])
    assert vectors[:, 0] / vectors[:, 1] == pytest.approx([1, 2, 4])


def test_an_endpoint_that_does_not_answer_is_told() -> None:
    def wait(request: dict[str, Any]) -> Reply:
        silent.released.wait()
        return given(request)

    with serving() as silent:  # its own: what it is sent may come when nobody waits any more
        silent.script = [wait] * 5
        assert "超时" in failure_of(embedder_at(silent.url, timeout=0.05), ["食品"])


def test_an_endpoint_that_is_not_there_is_told() -> None:
    with address_of_nobody() as address:
        assert "连不上" in failure_of(embedder_at(f"http://{address}/v1"), ["食品"])


@pytest.mark.parametrize("url", ["127.0.0.1", "htp://x", "http://", "http://[", "http://a:b"])
def test_an_address_that_is_none_is_told(url: str) -> None:
    with pytest.raises(EmbeddingFailed) as told:
        embedder_at(url).embed(["食品"])
    assert KEY not in str(told.value)


def test_a_key_that_no_header_can_hold_is_told(endpoint: Endpoint) -> None:
    with pytest.raises(EmbeddingFailed) as told:
        EndpointEmbedder("m", "你的密钥", endpoint.url, 1.0).embed(["食品"])
    assert "你的密钥" not in str(told.value)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/v1", "https://x.example", "http://[::1]/v1"]
)
def test_an_address_of_a_server(url: str) -> None:
    assert is_http_address(url)


@pytest.mark.parametrize(
    "url", ["", "ftp://x/v1", "127.0.0.1:8000", "http://", "http://[x/v1", "http://x:0/", "x y"]
)
def test_what_is_no_address_of_a_server(url: str) -> None:
    assert not is_http_address(url)
