"""A chat store of the version that knew Telegram alone goes on where it was left."""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.state.opening import FILE, State
from bot.state.people import Role
from bot.uploads.uploader import UploadFolder
from knowledge.library import Library
from knowledge.storage.sqlite import SQLiteDatabase
from tests.bot.conftest import CLEAR, MARSH
from tests.bot.telegram.running import ADMIN, is_final, while_serving
from tests.bot_api.driving import LoopbackDriver
from tests.bot_api.records import ApiMessage, ApiUser
from tests.bot_api.server import serving
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[3]
READER, UPLOADER = 8, 9
QUOTE = "检查药店83家、诊所129家"
ANSWERED = 41
"""The last update that the old version had answered; those after it were left open."""


@pytest.fixture
def api() -> Iterator[LoopbackDriver]:
    with serving() as server:
        yield server


@pytest.fixture
def folder(library: Library, data_dir: Path, tmp_path: Path) -> Path:
    assert library
    folder = tmp_path / "own"
    shutil.copytree(data_dir, folder)
    return folder


class OldStore:
    """The tables as the first two migrations made them, filled by hand."""

    def __init__(self, folder: Path) -> None:
        steps = sorted((ROOT / "bot" / "state" / "steps" / "sqlite").glob("*.sql"))[:2]
        scripts = [step.read_text(encoding="utf-8") for step in steps]
        self._database = SQLiteDatabase.of_steps(folder / FILE, scripts)

    def add(self, table: str, **row: object) -> None:
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        self._database.run(
            f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608 - our own names
            tuple(row.values()),
        )

    def close(self) -> None:
        self._database.close()


def sent_by_bot(api: LoopbackDriver, chat: ApiUser, text: str) -> int:
    """A message that the old version sent; its number."""
    url, said = f"{api.url}/bot{api.token}/sendMessage", {"chat_id": chat.id, "text": text}
    told = httpx.post(url, json=said, trust_env=False, timeout=PATIENCE).json()
    return int(told["result"]["message_id"])


def raw_question(number: int, user: ApiUser, text: str) -> str:
    sender = {"id": user.id, "is_bot": False, "first_name": user.first_name}
    chat = {"id": user.id, "type": "private"}
    message = {"message_id": 900, "date": 1, "chat": chat, "from": sender, "text": text}
    return json.dumps({"update_id": number, "message": message})


def fill(store: OldStore, report: Any, messages: dict[str, int]) -> None:
    """What the old version wrote down while it answered, and what it left open."""
    now = time.time()
    start = report.text.index(QUOTE)
    quote = {
        "n": 1, "report_id": report.id, "bureau": CLEAR, "period": "2023年上半年",
        "path": ["一、主要工作开展情况"], "start": start, "end": start + len(QUOTE), "text": QUOTE,
    }  # fmt: skip
    store.add("people", user_id=READER, name="小陈", role="reader", since=now)
    store.add("people", user_id=UPLOADER, name="小林", role="editor", since=now)
    decision = {"update_id": 11, "by": ADMIN, "name": "周主任"}
    store.add("notes", name=f"decided:{READER}", value=json.dumps(decision))
    store.add("notes", name=f"name:{ADMIN}", value="周主任")
    store.add("notes", name=f"asked:{READER}", value="10")
    store.add("audit", at=now, user_id=ADMIN, deed="let_in", matter="小陈")
    store.add(
        "answers", id=ANSWERED, chat_id=ADMIN, user_id=ADMIN, asked_at=now, question="多少家药店",
        answer="83家[1]", citations=json.dumps([quote]), writer="extractive", prompt="",
    )  # fmt: skip
    history = json.dumps([[ANSWERED, "清河县2023年上半年立案多少件"]])
    store.add("conversations", chat_id=ADMIN, history=history)
    example = json.dumps({"question": "清河县2023年上半年检查药店多少家"})
    store.add("choices", id=5, chat_id=ADMIN, user_id=ADMIN, made_at=now, kind="example",
              held=example)  # fmt: skip
    store.add(
        "uploads", id=3, update_id=30, n=0, user_id=UPLOADER, at=now, name="甲.txt", sha256="ab",
        size=10, report_id="r", bureau="", period="",
    )  # fmt: skip
    raw = {"received_at": now, "attempts": 1}
    store.add("inbox", update_id=ANSWERED, chat_id=ADMIN, raw="", received_at=now, state="done")
    store.add("inbox", update_id=42, chat_id=ADMIN, raw="{}", state="composed", **raw)
    html = f"<b>甲</b>&lt;3家\n<blockquote expandable>{QUOTE}</blockquote>"
    rows = [[["[1]", f"q:{ANSWERED}:1"]], [["有用", f"f:{ANSWERED}:good"], ["例", "e:5"]]]
    half_sent = json.dumps({"text": html, "rows": rows, "reply_to": None})
    store.add("parcels", update_id=42, n=0, chat_id=ADMIN, kind="text", body=half_sent,
              message_id=messages["half sent"], state="open")  # fmt: skip
    page = json.dumps({"text": "<i>第二页</i>", "rows": [], "reply_to": None})
    store.add("parcels", update_id=42, n=1, chat_id=ADMIN, kind="page", body=page,
              message_id=messages["page"], state="new")  # fmt: skip
    store.add("parcels", update_id=42, n=2, chat_id=ADMIN, kind="document",
              body='{"name": "\\u8ba1\\u5212.docx"}', content=b"docx", state="opening")  # fmt: skip
    notice = json.dumps({"text": "可以用了", "rows": [], "reply_to": None})
    store.add("parcels", update_id=42, n=3, chat_id=READER, kind="text", body=notice, state="new")
    store.add("parcels", update_id=42, n=4, chat_id=ADMIN, kind="text", body=half_sent,
              message_id=1, state="done")  # fmt: skip


def said(api: LoopbackDriver, user: ApiUser, number: int) -> ApiMessage:
    return next(message for message in api.bot_messages(user) if message.id == number)


def check_delivered(api: LoopbackDriver, admin: ApiUser, messages: dict[str, int]) -> ApiMessage:
    """What was half sent arrives; the message with the buttons."""
    api.wait_for(lambda _api: is_final(said(api, admin, messages["half sent"])))
    half_sent = said(api, admin, messages["half sent"])
    assert half_sent.text == f"甲<3家\n{QUOTE}"
    assert half_sent.marked.tags == {"b", "blockquote expandable"}
    document = api.wait_for_message(admin, lambda m: m.document is not None).document
    assert document
    assert (document.name, document.content) == ("计划.docx", b"docx")
    assert said(api, admin, messages["page"]).text == "第二页"
    return half_sent


def check_buttons(api: LoopbackDriver, admin: ApiUser, shown: ApiMessage) -> None:
    """The buttons of the old version still do what they did."""
    api.taps(shown, "[1]", admin)
    quote = api.wait_for_message(admin, lambda m: m.text.startswith("[1]"))
    assert CLEAR in quote.text
    assert QUOTE in quote.text
    api.wait_for_answer(api.taps(shown, "有用", admin))
    api.taps(shown, "例", admin)
    api.wait_for_message(admin, lambda m: m.text.startswith("问：清河县2023年上半年检查药店"))
    users = api.user_says(admin, admin, "/users")
    listed = api.wait_for_message(admin, is_final, after=users)
    buttons = {b.data: b.text for row in listed.buttons for b in row}
    assert f"u:c:{READER}" in buttons
    assert "周主任" in buttons[f"u:c:{ADMIN}"]


def check_kept(state: State, folder: Path) -> None:
    assert not state.inbox.count_open(["telegram"])
    person = state.people.find(f"telegram:{READER}")
    assert person
    assert person.role is Role.READER
    assert state.answers.judgement(ANSWERED, f"telegram:{ADMIN}") == ("good", "")
    version = state.uploads.find(3)
    assert version
    assert version.user_id == f"telegram:{UPLOADER}"
    path = UploadFolder(folder, state.uploads).path(version.user_id, version.name)
    assert path == folder / "uploads" / "9" / "甲.txt"
    assert state.notes.read(f"asked:telegram:{READER}") == "10"
    assert json.loads(state.notes.read(f"decided:telegram:{READER}"))["by"] == f"telegram:{ADMIN}"
    assert state.audit.latest(10, without="ask")[-1].subject == "小陈"
    assert state._database.rows("SELECT min(id) FROM inbox WHERE length(app_update_id) = 4") == [
        (44,)
    ]


def test_a_store_of_the_version_before_goes_on_with_nothing_lost(
    api: LoopbackDriver, folder: Path, library: Library
) -> None:
    admin, reader = api.user("周主任", ADMIN), api.user("小陈", READER)
    messages = {name: sent_by_bot(api, admin, "正在翻报告……") for name in ("half sent", "page")}
    opened = sent_by_bot(api, reader, "正在翻报告……")
    store = OldStore(folder)
    entry = next(e for e in library.reports() if "清河县2023" in Path(e.file).name)
    fill(store, library.report(entry.id), messages)
    question = raw_question(43, reader, "苇塘区2023年上半年立案多少件")
    store.add("inbox", update_id=43, chat_id=READER, raw=question, received_at=time.time())
    body = '{"text": "", "rows": [], "reply_to": null}'
    store.add("parcels", update_id=43, n=0, chat_id=READER, kind="text", body=body,
              message_id=opened, state="open")  # fmt: skip
    store.close()

    def talk() -> None:
        shown = check_delivered(api, admin, messages)
        api.wait_for_message(reader, lambda m: m.text == "可以用了")
        assert api.wait_for_message(reader, lambda m: "205件" in m.text).id == opened
        follow = api.user_says(admin, admin, "苇塘区呢？")
        api.wait_for_message(admin, lambda m: m.text.startswith(f"{MARSH}2023"), after=follow)
        check_buttons(api, admin, shown)

    while_serving(api, folder, talk)
    with closing(State.open(folder)) as state:
        check_kept(state, folder)


def test_new_numbers_go_on_after_those_of_everything_that_was_kept(tmp_path: Path) -> None:
    """Of an inbox that was emptied long ago the answers and menus are left."""
    store = OldStore(tmp_path)
    store.add(
        "answers", id=700, chat_id=1, user_id=1, asked_at=0, question="", answer="",
        citations="[]", writer="", prompt="",
    )  # fmt: skip
    store.add("choices", id=50, chat_id=1, user_id=1, made_at=0, kind="plan", held="{}")
    store._database.run("DELETE FROM choices")
    store.close()
    state = State.open(tmp_path)
    numbers = state._database.rows("SELECT name, seq FROM sqlite_sequence ORDER BY name")
    assert numbers == [("choices", 50), ("inbox", 700)]
    state.close()
