import os
import socket
from pathlib import Path

import pytest

from bot.settings import Settings, read_settings
from tests.conftest import NetworkRefused


def test_nothing_but_the_loopback_can_be_reached() -> None:
    with socket.socket() as outside, pytest.raises(NetworkRefused):
        outside.connect(("192.0.2.1", 80))
    with socket.socket() as outside, pytest.raises(NetworkRefused):
        outside.connect_ex(("192.0.2.1", 80))
    with pytest.raises(NetworkRefused):
        socket.getaddrinfo("example.invalid", 80)


def test_the_loopback_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_no_setting_of_the_machine_reaches_a_test(tmp_path: Path) -> None:
    assert Path.cwd() == tmp_path
    assert not {name.upper() for name in Settings.model_fields} & set(os.environ)
    assert read_settings() == Settings.model_construct()
