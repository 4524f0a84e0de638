"""The page's server over real HTTP, without the bot and without a browser."""

import asyncio
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from bot.conversation.messages import Button, IncomingMessage, Rows, Text, bold
from bot.demo.chats import PageChats, PageMessage
from bot.demo.scene import Json, Scene
from bot.demo.server import HEADERS, serve_page
from bot.demo.words import players
from bot.errors import PortTaken
from bot.state.people import Role
from knowledge.errors import StoreBusy
from tests.bot.demo.bot_side import handed_over, next_press, send
from tests.patience import PATIENCE

ADMIN = players()[0]
BROKEN = "查不了的"
LARGE = 20 * 1024 * 1024 + 1


class Page:
    """Somebody's browser at the page."""

    def __init__(self, url: str, chats: PageChats) -> None:
        self.chats = chats
        self.url = url
        self.client = httpx.Client(base_url=url, trust_env=False, timeout=PATIENCE)
        parts = urlsplit(url)
        self.origin = f"{parts.scheme}://{parts.netloc}"

    def get(self, path: str = "", **headers: str) -> httpx.Response:
        return self.client.get(path, headers=headers)

    def post(self, path: str, body: Json | bytes, **headers: str) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(path, content=content, headers={"Origin": self.origin} | headers)

    def bot_says(self, text: Text | str, rows: Rows = ()) -> None:
        """Something that the bot writes to the administrator."""
        send(self.chats, ADMIN.number, text, rows)

    def events(self, count: int) -> list[tuple[str, Json]]:
        """The first events of a stream."""
        found: list[tuple[str, Json]] = []
        headers = {"Sec-Fetch-Site": "same-origin"}
        with self.client.stream("GET", "events", headers=headers) as stream:
            kind = ""
            for line in stream.iter_lines():
                name, _, value = line.partition(": ")
                if name == "event":
                    kind = value
                elif name == "data":
                    found.append((kind, json.loads(value)))
                if len(found) == count:
                    break
        return found


@pytest.fixture
def page() -> Iterator[Page]:
    def trace_of(question: str, history: tuple[str, ...]) -> Json:
        if question == BROKEN:
            raise StoreBusy(path="x")
        return {"question": question, "history": list(history)}

    with ThreadPoolExecutor(1) as worker:
        chats = PageChats(players())
        scene = Scene(chats, players(), lambda _number: Role.READER)
        with serve_page(scene, trace_of, worker) as url:
            opened = Page(url, chats)
            yield opened
            opened.client.close()


def last(page: Page) -> PageMessage:
    return page.chats.history(ADMIN.number)[-1]


def test_the_page_its_parts_and_its_words_are_there(page: Page) -> None:
    assert '<html lang="zh-CN">' in page.get().text
    for part in ("app.js", "chat.js", "style.css", "icon.svg"):
        assert page.get(part).status_code == 200
    words = page.get("words.json").json()
    assert [person["name"] for person in words["people"]] == [p.name for p in players()]


def test_every_word_that_the_page_names_is_in_the_file_of_words(page: Page) -> None:
    known = page.get("words.json").json()["page"]
    parts = ("", "app.js", "chat.js", "commands.js", "messages.js", "trace.js")
    named = {
        name
        for part in parts
        for name in re.findall(
            r'(?:word\(|data-word=|data-label=|\? )"(\w+)"(?=[,)>\s])', page.get(part).text
        )
    }
    assert {"send", "why", "heading", "offline"} <= named
    assert named <= known.keys()


def test_every_answer_keeps_the_page_to_itself(page: Page) -> None:
    for answer in (page.get(), page.get("nothing"), page.get(Host="example.org")):
        assert HEADERS.items() <= dict(answer.headers).items()
        assert not [name for name in answer.headers if name.startswith("access-control")]
        assert "server" not in answer.headers


def test_nothing_from_elsewhere_is_named_in_the_page(page: Page) -> None:
    for part in ("", "app.js", "chat.js", "messages.js", "style.css"):
        assert "//" not in page.get(part).text.replace("// ", "").replace("https?://", "").replace(
            "http://www.w3.org/", ""
        )


@pytest.mark.parametrize("path", ["", "app.js", "words.json", "events", "file/x"])
def test_another_host_reads_nothing(page: Page, path: str) -> None:
    assert page.get(path, Host="example.org").status_code == 403


def test_without_the_token_nothing_is_read_and_nothing_done(page: Page) -> None:
    for path in ("/", "/words.json", "/x/words.json", "/x/say"):
        assert httpx.get(page.origin + path, trust_env=False, timeout=PATIENCE).status_code == 404
    said = {"user": ADMIN.number, "text": "你好"}
    headers = {"Origin": page.origin}
    answer = httpx.post(
        page.origin + "/x/say", json=said, headers=headers, trust_env=False, timeout=PATIENCE
    )
    assert answer.status_code == 404
    assert not page.chats.history(ADMIN.number)


@pytest.mark.parametrize("origin", ["https://example.org", "null", "http://127.0.0.1:1"])
def test_another_origin_does_nothing_and_hears_nothing(page: Page, origin: str) -> None:
    said = {"user": ADMIN.number, "text": "你好"}
    assert page.post("say", said, Origin=origin).status_code == 403
    assert page.get("events", Origin=origin).status_code == 403
    assert page.get("events", **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert page.get("events").status_code == 403
    assert not page.chats.history(ADMIN.number)


@pytest.mark.parametrize("path", ["../server.py", "..%2fserver.py", "__init__.py", "x", "%00"])
def test_nothing_but_the_pages_own_parts_is_served(page: Page, path: str) -> None:
    answer = page.client.get(httpx.URL(page.url + path))
    assert answer.status_code == 404


def test_what_is_written_reaches_the_bot(page: Page) -> None:
    assert page.post("say", {"user": ADMIN.number, "text": " /start "}).status_code == 200
    (update,) = handed_over(page.chats)
    assert isinstance(update.content, IncomingMessage)
    assert (update.content.command, update.content.text) == ("start", "")
    assert update.user_name == ADMIN.name


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"user": 1, "text": "x"}', b'{"user": "x", "text": "x"}',
     json.dumps({"user": ADMIN.number, "text": " "}).encode(),
     json.dumps({"user": ADMIN.number, "text": "x" * 4097}).encode()],
)  # fmt: skip
def test_what_cannot_be_said_is_refused(page: Page, body: bytes) -> None:
    assert page.post("say", body).status_code == 400
    assert not handed_over(page.chats)


def test_a_stream_tells_what_there_is_and_what_comes(page: Page) -> None:
    page.bot_says(bold("好"))
    events = page.events(4)
    assert sorted(kind for kind, _ in events) == ["message", "person", "person", "person"]
    told = next(told for kind, told in events if kind == "message")
    assert (told["text"], told["mine"]) == ("好", False)
    assert told["entities"] == [{"type": "bold", "offset": 0, "length": 1}]


def test_a_tap_waits_for_what_the_bot_says_to_it(page: Page) -> None:
    page.bot_says("可以吗？", ((Button("好", "yes"),),))
    tapped = {"user": ADMIN.number, "message": last(page).number, "data": "yes"}
    with ThreadPoolExecutor(1) as other:
        answering = other.submit(page.post, "tap", tapped)
        press = next_press(page.chats)
        asyncio.run(page.chats.answer_press(press, "办好了", alert=True))
        answer = answering.result()
    assert answer.json() == {"answered": True, "text": "办好了", "alert": True}


def test_a_button_that_is_not_there_cannot_be_tapped(page: Page) -> None:
    page.bot_says("可以吗？")
    tapped = {"user": ADMIN.number, "message": last(page).number, "data": "yes"}
    assert page.post("tap", tapped).status_code == 409
    assert page.post("tap", tapped | {"message": 99}).status_code == 409


def test_a_file_goes_up_with_its_name_and_comes_down_as_a_file(page: Page) -> None:
    content = b"<script>alert(1)</script>"
    query = httpx.QueryParams({"user": ADMIN.number, "name": "报告 一.html", "caption": "说明"})
    assert page.post(f"upload?{query}", content).status_code == 200
    file = last(page).file
    assert file
    assert (file.name, last(page).text.plain) == ("报告 一.html", "说明")
    answer = page.get(f"file/{file.id}")
    assert answer.content == content
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E6")
    assert page.get("file/another").status_code == 404


def test_only_what_the_bot_shows_as_a_picture_is_served_as_one(page: Page) -> None:
    content = b"\x89PNG\r\n\x1a\n"
    asyncio.run(page.chats.send_picture(f"demo:{ADMIN.number}", "图.png", content))
    asyncio.run(page.chats.send_document(f"demo:{ADMIN.number}", "图.png", content))
    picture, file = (message.file for message in page.chats.history(ADMIN.number)[-2:])
    assert picture
    assert file
    kinds = [page.get(f"file/{f.id}").headers["content-type"] for f in (picture, file)]
    assert kinds == ["image/png", "application/octet-stream"]


def test_an_empty_or_too_large_file_does_not_go_up(page: Page) -> None:
    query = f"upload?user={ADMIN.number}&name=a.txt"
    assert page.post(query, b"").status_code == 400
    assert page.post(query, bytes(LARGE)).status_code == 413
    assert not handed_over(page.chats)


def test_the_trace_of_an_answer_is_of_its_question(page: Page) -> None:
    page.post("say", {"user": ADMIN.number, "text": "多少家？"})
    page.bot_says("12家")
    asked = {"user": ADMIN.number, "message": last(page).number}
    assert page.post("trace", asked).json() == {"question": "多少家？", "history": []}
    assert page.post("trace", asked | {"message": 1}).status_code == 409


def test_a_trace_that_cannot_be_made_is_refused_and_the_page_lives_on(page: Page) -> None:
    page.post("say", {"user": ADMIN.number, "text": BROKEN})
    page.bot_says("12家")
    asked = {"user": ADMIN.number, "message": last(page).number}
    assert page.post("trace", asked).status_code == 503
    assert page.get().status_code == 200


def test_a_port_that_is_taken_is_told(page: Page) -> None:
    scene = Scene(page.chats, players(), lambda _number: Role.READER)
    port = urlsplit(page.url).port or 0
    with (
        ThreadPoolExecutor(1) as worker,
        pytest.raises(PortTaken, match=str(port)),
        serve_page(scene, lambda _question, _history: {}, worker, port),
    ):
        pass
