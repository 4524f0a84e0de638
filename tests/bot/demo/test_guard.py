from http import HTTPStatus

import pytest

from bot.demo.server import refusal

FORBIDDEN, NOT_FOUND = HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND

PORT, TOKEN = 4711, "a-token-of-the-page"
HOST = f"127.0.0.1:{PORT}"
ORIGIN = f"http://{HOST}"


def status(*, path: str = f"/{TOKEN}/", acts: bool = False, **headers: str) -> int:
    sent = {"host": HOST} | {name.replace("_", "-"): value for name, value in headers.items()}
    return refusal(sent, path, port=PORT, token=TOKEN, acts=acts)


@pytest.mark.parametrize("host", [HOST, f"localhost:{PORT}", f"LOCALHOST:{PORT}"])
def test_the_page_may_be_read_under_the_machines_own_names(host: str) -> None:
    assert status(host=host) == 0


@pytest.mark.parametrize(
    "host",
    ["", "127.0.0.1", "localhost", f"127.0.0.1:{PORT + 1}", f"rebound.example:{PORT}",
     f"127.0.0.1.example:{PORT}", f"[::1]:{PORT}", f"localhost:{PORT}.example"],
)  # fmt: skip
def test_no_other_host_may_be_named(host: str) -> None:
    assert status(host=host) == FORBIDDEN


@pytest.mark.parametrize(
    "path",
    ["/", "//", f"/{TOKEN[:-1]}/", f"/{TOKEN}x/", "/words.json", f"/x/{TOKEN}/", "/监管/"],
)
def test_without_the_token_there_is_nothing(path: str) -> None:
    assert status(path=path) == NOT_FOUND


def test_what_acts_must_be_said_to_come_from_the_page() -> None:
    assert status(acts=True, origin=ORIGIN) == 0
    assert status(acts=True, sec_fetch_site="same-origin") == 0
    assert status(acts=True, origin=ORIGIN, sec_fetch_site="same-origin") == 0
    local = f"localhost:{PORT}"
    assert status(acts=True, host=local, origin=f"http://{local}") == 0


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"origin": "null"},
        {"origin": "https://example.org"},
        {"origin": f"https://{HOST}"},
        {"origin": f"http://localhost:{PORT}"},
        {"origin": f"http://127.0.0.1:{PORT + 1}"},
        {"origin": ORIGIN, "sec_fetch_site": "cross-site"},
        {"origin": ORIGIN, "sec_fetch_site": "same-site"},
        {"sec_fetch_site": "none"},
        {"sec_fetch_site": "cross-site"},
    ],
)
def test_no_other_origin_may_act(told: dict[str, str]) -> None:
    assert status(acts=True, **told) == FORBIDDEN
