"""50 people at the page at once, which is killed, with half-open connections all the while."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from bot.state.opening import State
from bot.state.people import Role
from bot.web.entry import hash_password
from tests.load.bot_process import BotProcess, load_reports
from tests.load.fake_telegram import BotMessage
from tests.load.questions import JUDGED, OPENINGS, Expected, answers_of_golden_questions, judge
from tests.patience import free_port

_PEOPLE = 50
_HALF_OPEN = 1_200
_PASSWORD = "正确的密码123"  # noqa: S105 - of nobody
_PAUSE = 0.2
_LONGEST_RUN = 420.0
Json = dict[str, Any]


class Person:
    """Somebody at the page, who writes again what was not taken, and signs in once."""

    def __init__(self, url: str, name: str, asked: Sequence[Expected]) -> None:
        self.asked = asked
        self.messages: list[BotMessage] = []
        self.waited: list[float] = []
        self._name = name
        self._client = httpx.AsyncClient(base_url=url, timeout=30.0, headers={"origin": url})
        self._chat = 0

    async def come(self) -> None:
        """Sign in, and begin a conversation."""
        password = {"name": self._name, "password": _PASSWORD}
        await self._send("POST", "/api/sign-in", password)
        self._client.headers["x-guard"] = (await self._send("GET", "/api/me"))["guard"]
        self._chat = int((await self._send("POST", "/api/chats", {}))["id"])

    async def ask_all(self, keys: Iterator[int]) -> None:
        """Ask one question after another, each once the one before is answered."""
        for expected in self.asked:
            begun = time.monotonic()
            body = {"chat": self._chat, "key": f"{next(keys):016x}", "text": expected.question}
            await self._send("POST", "/api/say", body)
            while not await self._has_answers(len(self.waited) + 1):  # noqa: ASYNC110 - may be killed
                await asyncio.sleep(_PAUSE)
            self.waited.append(time.monotonic() - begun)

    async def _has_answers(self, count: int) -> bool:
        """Whether so many messages are there, right or wrong, that will not change any more."""
        opened = await self._send("GET", f"/api/chats/{self._chat}")
        told = [m for m in opened["messages"] if not m["mine"]]
        self.messages = [
            BotMessage(m["id"], m["text"], labels=tuple(b["text"] for r in m["rows"] for b in r))
            for m in told
        ]
        return sum(not m.text.startswith(OPENINGS) for m in self.messages) >= count

    async def _send(self, method: str, path: str, body: Json | None = None) -> Json:
        """What a request is answered with at last: the page may be killed meanwhile."""
        while True:
            try:
                answer = await self._client.request(method, path, json=body)
                if answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                    return dict(answer.raise_for_status().json() if answer.content else {})
            except httpx.TransportError:
                pass
            await asyncio.sleep(_PAUSE)

    async def leave(self) -> None:
        """Close the connections."""
        await self._client.aclose()


class HalfOpen:
    """Connections on which half a request is sent, opened again whenever they are cut."""

    def __init__(self, address: str) -> None:
        host, _, port = address.partition(":")
        self._place = host, int(port)
        self._open = 0
        self.most = 0
        """How many there were at once."""

    async def keep(self) -> None:
        """Keep one open until cancelled."""
        while True:
            try:
                reader, writer = await asyncio.open_connection(*self._place)
            except OSError:  # the page is not there just now
                await asyncio.sleep(_PAUSE)
                continue
            self._open += 1
            self.most = max(self.most, self._open)
            try:
                writer.write(b"POST /api/sign-in HTTP/1.1\r\nHost: ")
                await reader.read()
            except OSError:
                pass
            finally:
                self._open -= 1
                writer.close()


def run_page(folder: Path, seed: int, questions: int, kills: int) -> dict[str, float]:
    """Ask ``questions`` from 50 people while the page is killed ``kills`` times; the figures."""
    load_reports(folder)
    dice = random.Random(seed)
    pool = answers_of_golden_questions(folder)
    names = [f"同事{n}" for n in range(_PEOPLE)]
    _make_accounts(folder / "data", names)
    address = f"127.0.0.1:{free_port()}"
    people = [
        Person(f"http://{address}", name, dice.sample(pool, questions // _PEOPLE)) for name in names
    ]
    page = BotProcess(folder, "web", WEB_LISTEN=address)
    try:
        begun, half_open = time.monotonic(), HalfOpen(address)
        restarts = asyncio.run(_ask_and_kill(people, page, half_open, kills, dice))
        seconds = time.monotonic() - begun
        page.stop()
    finally:
        page.close()
    figures: Counter[str] = Counter()
    for person in people:
        figures.update(judge(person.asked, person.messages))
    waited = sorted(seconds for person in people for seconds in person.waited)
    return {
        "questions": sum(len(person.asked) for person in people),
        **{name: figures[name] for name in JUDGED},
        **{name: n for name, n in figures.items() if name.startswith("- ")},
        "tracebacks": page.count_tracebacks(),
        "unclean_ends": page.unclean_ends,
        "half_open": half_open.most,
        "kills": restarts,
        "median_seconds": round(waited[len(waited) // 2], 2) if waited else 0.0,
        "seconds": round(seconds, 1),
    }


def _make_accounts(folder: Path, names: Sequence[str]) -> None:
    state, hashed = State.open(folder), hash_password(_PASSWORD)
    for name in names:
        account = state.accounts.add(name, hashed, 0.0)
        if account:
            state.people.give(f"web:{account.id}", name, Role.READER, 0.0)
    state.close()


async def _ask_and_kill(
    people: Sequence[Person],
    page: BotProcess,
    half_open: HalfOpen,
    kills: int,
    dice: random.Random,
) -> int:
    """Until all is answered or the time is up; how often it was killed."""
    keys, killed, begun = count(1), 0, time.monotonic()
    hanging = [asyncio.create_task(half_open.keep()) for _ in range(_HALF_OPEN)]
    await asyncio.gather(*(person.come() for person in people))
    asking = [asyncio.create_task(person.ask_all(keys)) for person in people]
    while not all(task.done() for task in asking) and time.monotonic() - begun < _LONGEST_RUN:
        done = sum(len(person.waited) for person in people)
        if killed < kills and done >= (killed + 1) * len(people) // 2:
            await asyncio.sleep(dice.uniform(0.0, 0.5))
            page.kill_and_restart()
            killed += 1
        await asyncio.sleep(_PAUSE)
    for task in (*hanging, *asking):
        task.cancel()
    await asyncio.gather(*hanging, *asking, return_exceptions=True)
    await asyncio.gather(*(person.leave() for person in people))
    return killed
