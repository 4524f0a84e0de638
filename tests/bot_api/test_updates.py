"""What reaches the bot, in what order, and how often."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest
from telegram import Bot

from tests.bot_api.conftest import Caller
from tests.bot_api.driving import CannotBeDone, LoopbackDriver, NothingCame
from tests.bot_api.server import serving
from tests.patience import PATIENCE


@pytest.fixture
def own(caller: Caller) -> Iterator[LoopbackDriver]:
    """A server with nothing waiting."""
    api = caller.api
    caller.post("deleteWebhook", drop_pending_updates=True)
    caller.post("getUpdates", allowed_updates="[]")
    yield api
    caller.post("deleteWebhook", drop_pending_updates=True)


def updates(caller: Caller, **fields: Any) -> list[dict[str, Any]]:
    return list(caller.post("getUpdates", **fields)["result"])


def test_an_update_stays_until_it_is_acknowledged(own: LoopbackDriver, caller: Caller) -> None:
    user = own.user()
    own.user_says(user, user, "一")
    own.user_says(user, user, "二")
    first, second = updates(caller)
    assert [first, second] == updates(caller)
    assert updates(caller, limit=1) == [first]
    assert updates(caller, offset=first["update_id"] + 1) == [second]
    assert updates(caller, offset=second["update_id"] + 1) == []
    own.user_says(user, user, "三")
    own.user_says(user, user, "四")
    assert [u["message"]["text"] for u in updates(caller, offset=-1)] == ["四"]
    own.wait_for(lambda api: len(api.pending()) == 1)


def test_a_long_poll_wakes_at_once_and_a_second_ends_the_first(
    own: LoopbackDriver, caller: Caller
) -> None:
    user = own.user()
    with ThreadPoolExecutor() as pool:
        first = pool.submit(caller.post, "getUpdates", timeout=50)
        second = pool.submit(caller.post, "getUpdates", timeout=50)
        own.user_says(user, user, "醒")
        answers = [first.result(), second.result()]
    taken = [answer for answer in answers if answer["ok"]]
    assert taken
    for answer in answers:
        assert answer["ok"] or answer["error_code"] == 409


def test_only_the_kinds_that_were_asked_for_come(own: LoopbackDriver, caller: Caller) -> None:
    user = own.user()
    updates(caller, allowed_updates=["callback_query"])
    own.user_says(user, user, "一")
    assert updates(caller) == []
    updates(caller, allowed_updates=[])
    own.user_says(user, user, "二")
    assert len(updates(caller)) == 1


def test_what_people_do_is_told_as_telegram_tells_it(own: LoopbackDriver, caller: Caller) -> None:
    user, other = own.user("张三"), own.user("李四")
    said = own.user_says(user, user, "/start 你好")
    own.edits(said, "新")
    own.forwards(other, other, said)
    own.user_says(user, user, "答", reply_to=said)
    own.sends_document(user, user, "a.docx", b"1", "说明")
    own.blocks(user)
    own.put_update({"odd": {"id": None}})

    async def work(bot: Bot) -> Any:
        return await bot.get_updates()

    first, edited, forwarded, reply, sent, blocked, odd = caller.bot(work)
    assert first.message.entities[0].type == "bot_command"
    assert edited.edited_message.text == "新"
    assert edited.edited_message.edit_date
    assert forwarded.message.forward_origin.sender_user.first_name == "张三"
    assert reply.message.reply_to_message.text == "新"
    assert (sent.message.caption, sent.message.document.file_name) == ("说明", "a.docx")
    assert blocked.my_chat_member.new_chat_member.status == "kicked"
    assert odd.to_dict().get("odd") == {"id": None}


def test_in_a_group_the_bot_sees_what_is_meant_for_it(own: LoopbackDriver, caller: Caller) -> None:
    user, group = own.user(), own.group()
    caller.post("sendMessage", chat_id=group.id, text="在")
    mine = own.bot_messages(group)[0]
    name = own.bot.username
    for text in ("闲话", "/ask 甲", f"/ask@{name}", "/ask@other_bot", f"@{name} 问", f"@{name}问"):
        own.user_says(group, user, text)
    own.user_says(group, user, "回", reply_to=mine)
    seen = [u["message"]["text"] for u in updates(caller)]
    assert seen == ["/ask 甲", f"/ask@{name}", f"@{name} 问", "回"]


def test_a_supergroup_counts_for_itself(own: LoopbackDriver) -> None:
    user, group, supergroup = own.user(), own.group(), own.group(supergroup=True)
    first, second = own.user_says(user, user, "一"), own.user_says(group, user, "二")
    assert second.id == first.id + 1
    assert own.user_says(supergroup, user, "三").id == 1


def test_nobody_taps_what_is_not_there(own: LoopbackDriver, caller: Caller) -> None:
    user = own.user()
    caller.post("sendMessage", chat_id=user.id, text="甲")
    with pytest.raises(CannotBeDone):
        own.taps(own.bot_messages(user)[0], "乙")


def test_waiting_in_vain_says_what_was_called(own: LoopbackDriver, caller: Caller) -> None:
    user = own.user()
    caller.post("sendChatAction", chat_id=user.id, action="typing")
    with pytest.raises(NothingCame, match="sendChatAction"):
        own.wait_for_message(user, timeout=0.01)


class Hook(HTTPServer):
    """A webhook that fails at its first update and takes the rest."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Hooked)
        self.taken: list[tuple[str | None, Any]] = []


class Hooked(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, Hook)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.taken.append((self.headers["X-Telegram-Bot-Api-Secret-Token"], body))
        self.send_response(500 if len(server.taken) == 1 else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


def test_updates_are_posted_to_a_webhook_until_they_are_taken(
    own: LoopbackDriver, caller: Caller
) -> None:
    user = own.user()
    hook = Hook()
    thread = Thread(target=hook.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    url = f"http://127.0.0.1:{hook.server_port}/hook"
    assert caller.post("setWebhook", url=url, secret_token="s-1")["ok"]  # noqa: S106 - nobody's
    refused = caller.post("getUpdates")
    assert (refused["error_code"], refused["description"]) == (
        409,
        (
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        ),
    )
    own.user_says(user, user, "一")
    own.user_says(user, user, "二")
    own.wait_until_read()
    hook.shutdown()
    thread.join()
    hook.server_close()
    assert [secret for secret, _ in hook.taken] == ["s-1"] * 3
    assert [update["message"]["text"] for _, update in hook.taken] == ["一", "一", "二"]
    told = caller.post("getWebhookInfo")["result"]
    assert told["url"] == url
    assert "500" in told["last_error_message"]


def test_a_token_can_be_revoked() -> None:
    with serving() as api:
        api.revoke_token()
        url = f"{api.url}/bot{api.token}/getMe"
        assert httpx.get(url, trust_env=False, timeout=PATIENCE).status_code == 401
