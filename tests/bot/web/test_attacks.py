"""What somebody tries who should not: no report's text reaches them, and the service goes on."""

import socket
from typing import Any

import pytest

from bot.state.people import Role
from tests.bot.web.office import PASSWORD, PageOffice, Visitor

QUESTION = "清河县2023年上半年检查药店多少家"
READING = [
    "/api/me", "/api/chats", "/api/chats/1", "/api/chats/1/export", "/api/events",
    "/api/sources/2/1", "/api/files/x", "/api/answers/2",
]  # fmt: skip
ACTS: list[tuple[str, dict[str, Any]]] = [
    ("/api/say", {"chat": 1, "key": "0123456789abcdef", "text": QUESTION}),
    ("/api/press", {"chat": 1, "message": 2, "data": "q:1:1"}),
    ("/api/trace", {"message": 2}),
    ("/api/chats", {}),
    ("/api/invitations", {"role": "admin"}),
    ("/api/password", {"old": PASSWORD, "new": "另外一个密码123"}),
]


@pytest.fixture
def person(office: PageOffice) -> Visitor:
    """Somebody who has asked a question in conversation 1, answered by message 2."""
    person = office.person("甲", Role.EDITOR)
    assert person.ask(QUESTION)["id"] == 2
    return person


@pytest.mark.usefixtures("person")
def test_nothing_is_told_to_who_is_not_signed_in(office: PageOffice) -> None:
    nobody = office.visitor()
    assert [nobody.get(path).status_code for path in READING] == [401] * len(READING)
    assert {nobody.post(path, body).status_code for path, body in ACTS} == {401}
    assert nobody.get("/").headers["location"] == "/sign-in"


def test_another_person_s_conversations_files_and_quotes_are_not_there(
    office: PageOffice, person: Visitor
) -> None:
    other = office.person("乙", Role.ADMIN)
    paths = READING[2:4] + READING[5:]
    assert {other.get(path).status_code for path in paths} == {404}
    for path, body in ACTS[:3]:
        assert other.post(path, body).status_code == 404, path
    for method in ("PATCH", "DELETE"):
        assert other.send(method, "/api/chats/1", json={"title": "x"}).status_code == 404
    assert other.upload(1, "x.txt", b"x").status_code == 404
    assert len(person.messages(1)) == 2


def test_a_page_of_another_origin_does_nothing(person: Visitor) -> None:
    foreign = [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec_fetch_site": "cross-site"},
    ]
    for headers in foreign:
        for path, body in ACTS:
            assert person.post(path, body, **headers).status_code == 403, (path, headers)
    assert person.client.post("/api/chats", json={}).status_code == 403  # a form of elsewhere
    assert len(person.messages(1)) == 2


def test_without_the_session_s_guard_nothing_is_done(office: PageOffice, person: Visitor) -> None:
    other = office.person("乙")
    for shown in ("", "x", other.guard):
        for path, body in ACTS:
            assert person.post(path, body, x_guard=shown).status_code == 403, path


def test_a_name_that_was_pointed_at_us_is_not_answered(person: Visitor) -> None:
    for host in ("evil.example", "evil.example:80", "127.0.0.1.evil.example", ""):
        assert person.client.get("/api/me", headers={"host": host}).status_code == 421, host
    for host in ("localhost:1", "192.168.1.20:8600", "[::1]:8600"):
        assert person.client.get("/api/me", headers={"host": host}).status_code == 200, host


def test_a_session_that_is_over_is_worth_nothing(office: PageOffice, person: Visitor) -> None:
    stolen = dict(person.client.cookies)
    person.post("/api/sign-out")
    thief = office.visitor()
    thief.client.cookies.update(stolen)
    assert thief.get("/api/chats").status_code == 401


def test_another_password_ends_all_other_sessions(office: PageOffice, person: Visitor) -> None:
    elsewhere = office.visitor()
    elsewhere.sign_in("甲")
    change = {"old": PASSWORD, "new": "另外一个密码123"}
    assert person.post("/api/password", change | {"old": "不对"}).status_code == 403
    assert person.post("/api/password", change).status_code == 204
    assert elsewhere.get("/api/chats").status_code == 401
    assert person.get("/api/chats").status_code == 200


def test_a_role_cannot_be_claimed(office: PageOffice, person: Visitor) -> None:
    stranger = office.person("丙", Role.STRANGER)
    assert stranger.post("/api/invitations", {"role": "reader"}).status_code == 403
    assert person.post("/api/invitations", {"role": "admin"}).status_code == 403
    assert stranger.post("/api/chats").status_code == 403
    assert stranger.get("/api/chats").json() == {"chats": []}
    joined = {"name": "丁", "password": PASSWORD, "token": "x", "role": "admin"}
    assert office.visitor().post("/api/join", joined).status_code == 410


def test_who_is_let_in_no_more_reads_nothing_of_what_was_said(
    office: PageOffice, person: Visitor
) -> None:
    office.state.people.give("web:1", "甲", Role.REFUSED, 1.0)
    assert person.get("/api/chats").json() == {"chats": []}
    assert {person.get(path).status_code for path in READING[2:4] + READING[5:]} == {404}
    assert person.first_news() == []


def test_a_button_that_is_not_there_cannot_be_pressed(person: Visitor) -> None:
    for data in ("d:1:x", "u:ok:admin:web:1", "q:1:2", "", "x" * 200):
        body = {"chat": 1, "message": 2, "data": data}
        assert person.post("/api/press", body).status_code == 409, data


def test_paths_lead_nowhere_else(person: Visitor) -> None:
    for path in ("/page/../server.py", "/page/%2e%2e%2fserver.py", "/page/..%5cserver.py",
                 "/page//etc/passwd", "/api/files/..%2f..%2fchats.sqlite3", "/page/"):  # fmt: skip
        assert person.client.get(path).status_code == 404, path


def test_what_does_not_fit_is_refused_in_order(person: Visitor) -> None:
    for body in (b"", b"{", b"[]", b'{"chat":1}', b'{"chat":"x","key":"y","text":1}'):
        sent = person.send("POST", "/api/say", content=body)
        assert sent.status_code == 400, body
    assert person.send("POST", "/api/say", content=b"x" * (70 << 10)).status_code == 413
    assert person.upload(1, "x.txt", b"x" * ((20 << 20) + 1)).status_code == 413
    said = {"chat": 1, "key": "0" * 16, "text": "字" * 5000}
    assert person.post("/api/say", said).status_code == 400


def test_a_body_that_is_claimed_to_be_long_is_not_waited_for(person: Visitor) -> None:
    host, port = person.url.removeprefix("http://").split(":")
    head = (
        "POST /api/upload?chat=1&key=0123456789abcdef&name=x HTTP/1.1\r\n"
        f"Host: {host}:{port}\r\nOrigin: {person.url}\r\nX-Guard: {person.guard}\r\n"
        f"Cookie: session={person.client.cookies['session']}\r\nContent-Length: {60 << 20}\r\n\r\n"
    )
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(head.encode())
        assert b" 413 " in connection.recv(100)


def test_guessing_passwords_is_slowed_down_and_tells_nothing(office: PageOffice) -> None:
    office.person("甲")
    guesser = office.visitor()
    known = [guesser.post("/api/sign-in", {"name": "甲", "password": str(n)}) for n in range(6)]
    unknown = [guesser.post("/api/sign-in", {"name": "没有", "password": str(n)}) for n in range(6)]
    assert [r.status_code for r in known] == [401] * 5 + [429]
    assert [r.json() for r in known] == [r.json() for r in unknown]
    right = guesser.post("/api/sign-in", {"name": "甲", "password": PASSWORD})
    assert right.status_code == 429


def test_connections_that_say_nothing_hold_nobody_up(office: PageOffice, person: Visitor) -> None:
    host, port = office.url.removeprefix("http://").split(":")
    halves = [socket.create_connection((host, int(port))) for _ in range(300)]
    try:
        for half in halves:
            half.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-")
        assert "83家" in person.ask(QUESTION)["text"]
    finally:
        for half in halves:
            half.close()


def test_every_answer_keeps_the_browser_from_anything_foreign(person: Visitor) -> None:
    for path in ("/", "/sign-in", "/api/me", "/page/app.js", "/nowhere"):
        headers = person.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers


def test_the_session_is_for_our_page_alone(office: PageOffice) -> None:
    office.person("甲")
    visitor = office.visitor()
    entered = visitor.post("/api/sign-in", {"name": "甲", "password": PASSWORD})
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie  # by plain HTTP it would never come back


def test_a_proxy_s_header_is_worth_nothing_unless_it_is_set(office: PageOffice) -> None:
    office.person("甲", Role.ADMIN)
    visitor = office.visitor()
    entered = visitor.client.get("/", headers={b"x-remote-user": "甲".encode()})
    assert entered.headers["location"] == "/sign-in"
    assert visitor.get("/api/me").status_code == 401
