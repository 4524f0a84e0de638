"""The page's whole service over a folder, on the loopback, while a test talks as browsers do."""

import asyncio
import json
import re
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import takewhile
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx

from bot.conversation.service import ConversationService
from bot.serving import serve_opened
from bot.settings import Settings
from bot.state.opening import State
from bot.state.people import Role
from bot.web.adapter import person_id
from bot.web.app import open_page
from bot.web.entry import hash_password
from tests.patience import PATIENCE

PASSWORD = "正确的密码123"  # noqa: S105 - a test's
OPENINGS = ("正在翻报告", "已收到", "前面还有")

Json = dict[str, Any]


class Visitor:
    """A browser: its cookies, and what its page knows of who is signed in."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = httpx.Client(base_url=url, timeout=PATIENCE)
        self.guard = ""

    def close(self) -> None:
        self.client.close()

    def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """What the page does; ``headers`` may be others than its own."""
        return self.send("POST", path, json={} if body is None else body, headers=headers)

    def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        own = {"origin": self.url, "x-guard": self.guard}
        more["headers"] = {
            k.replace("_", "-"): v for k, v in (own | more.get("headers", {})).items()
        }
        return self.client.request(method, path, **more)

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.client.get(path, params=query)

    def sign_in(self, name: str, password: str = PASSWORD) -> Json:
        """Sign in, and read who one is."""
        entered = self.post("/api/sign-in", {"name": name, "password": password})
        assert entered.status_code == 204, entered.text
        return self.enter()

    def enter(self) -> Json:
        """Who is signed in."""
        me: Json = self.get("/api/me").json()
        self.guard = me["guard"]
        return me

    def begin(self) -> int:
        """A new conversation."""
        return int(self.post("/api/chats").json()["id"])

    def say(self, chat: int, text: str, key: str = "") -> int:
        """Write in a conversation."""
        body = {"chat": chat, "key": key or uuid.uuid4().hex, "text": text}
        said = self.post("/api/say", body)
        assert said.status_code == 200, said.text
        return int(said.json()["id"])

    def upload(self, chat: int, name: str, content: bytes, caption: str = "") -> httpx.Response:
        """Send a file."""
        query = {"chat": str(chat), "key": uuid.uuid4().hex, "name": name, "caption": caption}
        return self.send("POST", "/api/upload", params=query, content=content)

    def press(self, message: Json, label: str) -> Json:
        """Press the button of a message whose label holds some words."""
        data = next(b["data"] for row in message["rows"] for b in row if label in b["text"])
        return self.press_data(message, data)

    def press_data(self, message: Json, data: str) -> Json:
        """Press the button of a message with some data."""
        body = {"chat": message["chat"], "message": message["id"], "data": data}
        return dict(self.post("/api/press", body).json())

    def messages(self, chat: int) -> list[Json]:
        """All that stands in a conversation."""
        return list(self.get(f"/api/chats/{chat}").json()["messages"])

    def wait_for(self, chat: int, fits: Callable[[Json], bool], after: int = 0) -> Json:
        """The first message of the assistant's that fits, as soon as it is there."""
        return self._wait_for(lambda m: m["chat"] == chat and m["id"] > after and fits(m))

    def wait_for_notice(self, words: str) -> Json:
        """The first message, of whatever conversation, that holds some words."""
        return self._wait_for(lambda m: words in m["text"])

    def _wait_for(self, fits: Callable[[Json], bool]) -> Json:
        for kind, news in self.events(0):
            if kind == "message" and not news["mine"] and is_final(news) and fits(news):
                return news
        raise AssertionError("the stream ended")

    def events(self, since: int) -> Iterator[tuple[str, Json]]:
        """What happens, for as long as it is read."""
        kind = ""
        with self.client.stream("GET", "/api/events", params={"since": since}) as stream:
            assert stream.status_code == 200
            for line in stream.iter_lines():
                if line.startswith("event: "):
                    kind = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    yield kind, json.loads(line.removeprefix("data: "))

    def first_news(self) -> list[str]:
        """What a page is told as it begins to listen: the lines before the first sign of life."""
        with self.client.stream("GET", "/api/events", params={"since": 0}) as stream:
            return list(takewhile(lambda line: line != ":", stream.iter_lines()))

    def ask(self, text: str, chat: int = 0) -> Json:
        """What is answered to a text at last."""
        chat = chat or self.begin()
        said = self.say(chat, text)
        return self.wait_for(chat, lambda _message: True, after=said)


def is_final(message: Json) -> bool:
    """Whether a message holds more than that it is being worked on."""
    text = str(message["text"])
    return not text.startswith(OPENINGS) and not text.endswith("▍")


class PageOffice:
    """A running page: its address, its state, and browsers that look at it."""

    def __init__(self, url: str, state: State) -> None:
        self.url = url
        self.state = state
        self._visitors: list[Visitor] = []

    def visitor(self) -> Visitor:
        """A browser where nobody is signed in."""
        visitor = Visitor(self.url)
        self._visitors.append(visitor)
        return visitor

    def person(self, name: str, role: Role = Role.READER) -> Visitor:
        """The browser of somebody who is signed in, with an account of a role."""
        account = self.state.accounts.add(name, _hash(), 0.0)
        assert account
        if role is not Role.STRANGER:
            self.state.people.give(person_id(account.id), name, role, 0.0)
        visitor = self.visitor()
        visitor.sign_in(name)
        return visitor

    def close(self) -> None:
        for visitor in self._visitors:
            visitor.close()


@cache
def _hash() -> str:
    return hash_password(PASSWORD)


@contextmanager
def page_office(folder: Path, **more: Any) -> Iterator[PageOffice]:
    """The page over a folder, for as long as the block runs."""
    settings = Settings.model_construct(
        data_dir=folder, web_listen="127.0.0.1:0", rate_per_minute=10_000, **more
    )
    greetings: list[str] = []
    ready, failures = Event(), list[BaseException]()
    state = State.open(folder)
    stop: list[Callable[[], object]] = []

    async def serve() -> None:
        stopping, loop = asyncio.Event(), asyncio.get_running_loop()
        stop.append(lambda: loop.call_soon_threadsafe(stopping.set))

        def announce(greeting: str) -> None:
            greetings.append(greeting)
            ready.set()

        async with open_page(settings, folder, state) as page:
            service = ConversationService(settings, folder, state, [page.adapter])
            try:
                await serve_opened(service, [page], stopping, announce)
            finally:
                service.close()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            failures.append(error)
            raise
        finally:
            ready.set()

    thread = Thread(target=run, name="page")
    thread.start()
    try:
        assert ready.wait(PATIENCE)
        assert not failures
        url = re.findall(r"http://[0-9.:]+", greetings[0])[0]
        office = PageOffice(url, state)
        try:
            yield office
        finally:
            office.close()
    finally:
        for end in stop:
            end()
        thread.join(PATIENCE)
        state.close()
    assert not failures


def folder_like(data_dir: Path, tmp_path: Path) -> Path:
    """A copy of a store of one's own."""
    folder = tmp_path / "own"
    shutil.copytree(data_dir, folder)
    return folder
