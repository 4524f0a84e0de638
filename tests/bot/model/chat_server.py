"""A model endpoint on the loopback that speaks the OpenAI protocol, and misbehaves on request."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-geheim-4711-9f3c"
Request = dict[str, Any]
Behaviour = Callable[["Reply", Request], None]
"""What the endpoint does with a request."""


class ChatServer(ThreadingHTTPServer):
    """Behaves as it is scripted, request by request, and then as ``always``; keeps the requests."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Reply)
        self.script: list[Behaviour] = []
        self.always: Behaviour = says("好的。")
        self.requests: list[Request] = []
        self.keys: list[str | None] = []
        self.gone = threading.Event()
        """Set when a client has let go before the end."""
        self.released = threading.Event()
        self.turn = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/{self.turn}/v1"

    def start_anew(self) -> None:
        """Forget all; a request to the former address may come late and is not seen any more."""
        self.turn += 1
        for seen in (self.script, self.requests, self.keys):
            seen.clear()
        self.always = says("好的。")
        self.gone.clear()
        self.released.clear()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no fault of the server's."""

    def prompts(self) -> list[str]:
        """All that was sent to be read, request by request."""
        return ["\n".join(m["content"] for m in r["messages"]) for r in self.requests]


class Reply(BaseHTTPRequestHandler):
    server: ChatServer

    def do_POST(self) -> None:
        """Do the next of the script."""
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self._is_of_now():
            return
        self.server.requests.append(request)
        self.server.keys.append(self.headers["Authorization"])
        script = self.server.script
        (script.pop(0) if script else self.server.always)(self, request)

    def _is_of_now(self) -> bool:
        return self.path.startswith(f"/{self.server.turn}/")

    def begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()

    def data(self, body: str) -> None:
        try:
            self.wfile.write(f"data: {body}\n\n".encode())
            self.wfile.flush()
        except OSError:
            if self._is_of_now():
                self.server.gone.set()
            raise

    def piece(self, text: str | None, finish: str | None = None, **delta: Any) -> None:
        content = {} if text is None else {"content": text}
        choice = {"index": 0, "delta": content | delta, "finish_reason": finish}
        chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        self.data(json.dumps(chunk | {"choices": [choice]}, ensure_ascii=False))

    def end(self, finish: str = "stop") -> None:
        self.piece(None, finish)
        self.data("[DONE]")

    def whole(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


@contextmanager
def serving() -> Iterator[ChatServer]:
    with ChatServer() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.released.set()
        server.shutdown()


def says(text: str, finish: str = "stop", size: int = 3) -> Behaviour:
    """Streams a text in small pieces."""

    def behave(reply: Reply, _request: Request) -> None:
        reply.begin()
        reply.piece("", role="assistant")
        for start in range(0, len(text), size):
            reply.piece(text[start : start + size])
        reply.end(finish)

    return behave


def counts(tokens: int, text: str = "好") -> Behaviour:
    """Tells how many tokens it has read."""

    def behave(reply: Reply, _request: Request) -> None:
        reply.begin()
        reply.piece(text)
        reply.piece(None, "stop")
        usage = {"prompt_tokens": tokens, "completion_tokens": 1, "total_tokens": tokens + 1}
        chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        reply.data(json.dumps(chunk | {"choices": [], "usage": usage}))
        reply.data("[DONE]")

    return behave


def answers(write: Callable[[Request], str]) -> Behaviour:
    """Streams what is written on reading the request."""
    return lambda reply, request: says(write(request))(reply, request)


def thinks(thought: str, text: str) -> Behaviour:
    """Thinks in a field of its own, as DeepSeek does, then speaks."""

    def behave(reply: Reply, _request: Request) -> None:
        reply.begin()
        for character in thought:
            reply.piece(None, reasoning_content=character)
        reply.piece(text)
        reply.end()

    return behave


def refuses(status: int, code: str = "", message: str = "no", **headers: str) -> Behaviour:
    """Answers with an error, the key in its message as some servers do."""

    def behave(reply: Reply, _request: Request) -> None:
        told = {"message": f"{message} {reply.headers['Authorization']}", "code": code}
        body = json.dumps({"error": told}).encode()
        reply.whole(status, body, Content_Type="application/json", **headers)

    return behave


def cuts(text: str, *, reset: bool = False) -> Behaviour:
    """Closes the connection in the middle of a text."""

    def behave(reply: Reply, _request: Request) -> None:
        reply.begin()
        reply.piece(text)
        if reset:
            linger = struct.pack("ii", 1, 0)
            reply.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        reply.connection.close()

    return behave


def stalls(text: str = "") -> Behaviour:
    """Says something, or nothing, and then no more."""

    def behave(reply: Reply, _request: Request) -> None:
        if text:
            reply.begin()
            reply.piece(text)
        reply.server.released.wait()

    return behave


def opens() -> Behaviour:
    """Opens an answer, says nothing in it, and then no more."""

    def behave(reply: Reply, _request: Request) -> None:
        reply.begin()
        reply.piece("", role="assistant")
        reply.server.released.wait()

    return behave


def drips(text: str) -> Behaviour:
    """Says the same again and again until the client goes."""

    def behave(reply: Reply, _request: Request) -> None:
        reply.begin()
        with suppress(OSError):
            while not reply.server.released.wait(0.01):
                reply.piece(text)

    return behave


def sends(bodies: Sequence[str]) -> Behaviour:
    """Streams bodies as they are, in the protocol or not."""

    def behave(reply: Reply, _request: Request) -> None:
        reply.begin()
        for body in bodies:
            reply.data(body)

    return behave


def gives(body: bytes, content_type: str = "text/html", status: int = 200) -> Behaviour:
    """Answers with a body as it is."""
    return lambda reply, _request: reply.whole(status, body, Content_Type=content_type)
