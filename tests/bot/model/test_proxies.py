"""The endpoint behind proxies, and behind what cannot be one."""

import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any

import openai
import pytest
from langchain_core.prompt_values import StringPromptValue

from bot.errors import (
    EndpointMisconfigured,
    EndpointProxyFailed,
    EndpointUntrusted,
    SettingsInvalid,
)
from bot.model.endpoint import ChatEndpoint, _failure_of
from bot.settings import check_connection_settings
from tests.bot.model.chat_server import KEY, ChatServer
from tests.patience import PATIENCE


def ask(url: str) -> str:
    endpoint = ChatEndpoint("m", KEY, url, PATIENCE)
    return endpoint.invoke(StringPromptValue(text="问")).text


class Socks(BaseRequestHandler):
    """Speaks SOCKS 5 without a password (RFC 1928), as far as it is needed here."""

    request: socket.socket

    def handle(self) -> None:
        """Connect where the client asks for, and pass on what each side sends."""
        _version, methods = self.request.recv(2)
        self.request.recv(methods)
        self.request.sendall(b"\x05\x00")
        _version, _command, _, kind = self.request.recv(4)
        if kind == 3:
            host = self.request.recv(self.request.recv(1)[0]).decode()
        else:
            host = socket.inet_ntoa(self.request.recv(4))
        (port,) = struct.unpack("!H", self.request.recv(2))
        with socket.create_connection((host, port)) as server:
            self.request.sendall(b"\x05\x00\x00\x01" + bytes(6))
            self.server.seen.append(port)  # type: ignore[attr-defined]  # SocksServer
            back = threading.Thread(target=_pass_on, args=(server, self.request))
            back.start()
            _pass_on(self.request, server)
            back.join()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    try:
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        return


class SocksServer(ThreadingTCPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Socks)
        self.seen: list[int] = []


@contextmanager
def socks() -> Iterator[SocksServer]:
    with SocksServer() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_a_socks_proxy_is_used(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    with socks() as proxy:
        monkeypatch.setenv("ALL_PROXY", f"{scheme}://127.0.0.1:{proxy.server_address[1]}")
        assert ask(server.url) == "好的。"
    assert proxy.seen == [server.server_port]


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_a_proxy_that_does_not_answer_is_named(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setattr("bot.model.endpoint._FIRST_PAUSE", 0.0)
    monkeypatch.setenv("all_proxy", f"{scheme}://127.0.0.1:1")
    with pytest.raises(EndpointProxyFailed, match="all_proxy"):
        ask(server.url)
    monkeypatch.setenv("NO_PROXY", "example.cn, 127.0.0.1")
    server.start_anew()  # the vendors keep a client for each address
    assert ask(server.url) == "好的。"


def test_a_proxy_that_no_client_takes_is_told(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "gopher://127.0.0.1:1")
    with pytest.raises(EndpointMisconfigured, match="ALL_PROXY"):
        ask(server.url)
    with pytest.raises(SettingsInvalid, match="ALL_PROXY"):
        check_connection_settings()


def test_a_certificate_that_nobody_vouches_for_is_told() -> None:
    error: Any = openai.APIConnectionError(request=None)  # type: ignore[arg-type]
    error.__cause__ = OSError()
    error.__cause__.__cause__ = ssl.SSLCertVerificationError()
    assert type(_failure_of(error, started=False)) is EndpointUntrusted
