"""Whole conversations on an app in memory: what happens in a chat, whatever the app."""

import asyncio
import logging
import shutil
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

import bot.conversation.service
from bot import speech
from bot.conversation import update_handler
from bot.conversation.adapter import Abilities, ChatClosed, OutcomeUnknown, RetryLater
from bot.conversation.context import RequestContext
from bot.conversation.dispatcher import Route, Where
from bot.conversation.messages import Outcome
from bot.conversation.routes import ROUTES
from bot.conversation.wording import plain
from bot.ledger.chart import has_chinese_font
from bot.state.opening import State
from bot.state.people import Role
from knowledge.library import Library
from tests.bot.conftest import CLEAR, MARSH
from tests.bot.conversation.memory_app import ADMIN, MemoryApp, serving_memory

QUESTION = "清河县2023年上半年检查药店多少家"
ANSWER, MARSH_ANSWER = "83家", "205件"
GROUP, STRANGER = "memory:group", "memory:stranger"
OPENING = plain("wait.opening")


@pytest.fixture
def folder(library: Library, data_dir: Path, tmp_path: Path) -> Path:
    assert library
    shutil.copytree(data_dir, tmp_path / "own")
    return tmp_path / "own"


@pytest.fixture
def app() -> MemoryApp:
    return MemoryApp()


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What our own log says, as an entry point writes it."""
    handler, ours = logging.StreamHandler(written := StringIO()), logging.getLogger("bot")
    handler.setFormatter(speech._FORMATTER)
    before = ours.level
    ours.addHandler(handler)
    ours.setLevel(logging.DEBUG)
    yield written
    ours.removeHandler(handler)
    ours.setLevel(before)


def lines_of(log: StringIO, number: int) -> list[str]:
    return [line for line in log.getvalue().splitlines() if f" update={number} " in line]


def talk(folder: Path, app: MemoryApp, conversation: Callable[[], Awaitable[None]]) -> None:
    """Have a conversation while the core serves; all that was begun is done with at the end."""

    async def run() -> None:
        async with serving_memory(folder, app):
            await conversation()

    asyncio.run(run())
    state = State.open(folder)
    assert not state.inbox.count_open(["memory"])
    state.close()


def test_what_is_wanted_in_plain_words_is_done_as_by_command(folder: Path, app: MemoryApp) -> None:
    async def conversation() -> None:
        app.say(ADMIN, "总结一下清河县2023年上半年的食品安全")
        page = await app.message(ADMIN, "412批次")
        assert {"一句话", "半页", "存成文档"} <= {b.label for row in page.rows for b in row}
        app.say(ADMIN, "那苇塘区呢")
        await app.message(ADMIN, f"{MARSH}2023年上半年")
        app.say(ADMIN, "存成word")
        _, name, _ = await app.wait_for(lambda: app.documents and app.documents[0])
        assert name.endswith(".docx")
        app.say(ADMIN, "写个清河县明年的工作计划")
        await app.message(ADMIN, "2024年工作")
        app.say(ADMIN, "把各局的立案数列个表")
        table = await app.message(ADMIN, "205")
        assert plain("figures.chart") in {b.label for row in table.rows for b in row}

    talk(folder, app, conversation)


def test_whose_bureau_ours_is_is_asked_with_buttons_and_remembered(
    folder: Path, app: MemoryApp
) -> None:
    async def conversation() -> None:
        app.say(ADMIN, "我们局立案多少件")
        asked = await app.message(ADMIN, "您是哪个局的")
        app.press(ADMIN, asked, MARSH)
        await app.message(ADMIN, MARSH_ANSWER)
        app.say(ADMIN, "/bureau")
        await app.message(ADMIN, f"您是{MARSH}的")
        app.say(ADMIN, "/new")
        app.say(ADMIN, "/bureau 清河县")
        await app.message(ADMIN, f"“我们局”就是{CLEAR}")
        app.say(ADMIN, "本局2023年上半年罚没款多少")
        await app.message(ADMIN, "88.6万元")

    talk(folder, app, conversation)


def test_in_a_group_only_what_the_group_may_read_is_told_even_to_an_administrator(
    folder: Path, app: MemoryApp
) -> None:
    async def conversation() -> None:
        rules.limit(MARSH)
        app.say(ADMIN, "苇塘区2023年上半年立案多少件", GROUP)
        refusal = await app.message(GROUP, "库里没有")
        assert MARSH not in refusal.text
        app.say(ADMIN, "苇塘区2023年上半年立案多少件")
        await app.message(ADMIN, MARSH_ANSWER)
        app.say(ADMIN, f"/access 群 {GROUP} 苇塘区")
        await app.message(ADMIN, f"现在能看 {MARSH}")
        app.say(ADMIN, "苇塘区2023年上半年立案多少件", GROUP)
        await app.message(GROUP, MARSH_ANSWER)

    with closing(State.open(folder)) as state:
        rules = state.restrictions
        talk(folder, app, conversation)


def test_a_question_its_quote_and_a_question_that_follows_on(folder: Path, app: MemoryApp) -> None:
    async def conversation() -> None:
        app.say(ADMIN, QUESTION)
        answer = await app.message(ADMIN, ANSWER)
        assert answer.versions[0].plain == OPENING
        assert answer.text.startswith(f"{CLEAR}2023年上半年：检查药店{ANSWER}")
        press = app.press(ADMIN, answer, "[1]")
        quote = await app.message(ADMIN, "查扣假药*盒")
        assert quote.text.startswith(f"[1] {CLEAR} 2023年上半年")
        assert await app.toast(press) == ("", False)
        app.press(ADMIN, answer, plain("ask.good"))
        app.say(ADMIN, "清河县2023年上半年立案多少件")
        await app.message(ADMIN, "146件")
        app.say(ADMIN, "苇塘区呢？")
        assert (await app.message(ADMIN, MARSH_ANSWER)).text.startswith(MARSH)

    talk(folder, app, conversation)
    assert app.typing
    assert set(app.commands) == {"private", "group", ADMIN}
    assert "status" in app.commands[ADMIN]


def test_a_summary_is_chosen_in_a_menu_and_saved_as_a_file(folder: Path, app: MemoryApp) -> None:
    async def conversation() -> None:
        app.say(ADMIN, "/summary")
        menu = await app.message(ADMIN, "看哪个单位的报告？")
        app.press(ADMIN, menu, MARSH)
        await app.wait_for(lambda: "要哪一部分？" in menu.text)
        app.press(ADMIN, menu, plain("summary.whole"))
        summary = await app.message(ADMIN, f"{MARSH}2023年上半年工作总结")
        assert summary.id != menu.id
        app.press(ADMIN, summary, plain("choosing.save"))
        _, name, content = await app.wait_for(lambda: app.documents and app.documents[0])
        assert name.endswith(".docx")
        assert content.startswith(b"PK")

    talk(folder, app, conversation)


def test_the_ledger_is_shown_with_its_quotes_and_saved(folder: Path, app: MemoryApp) -> None:
    async def conversation() -> None:
        app.say(ADMIN, "/figures 食品抽检合格率")
        table = await app.message(ADMIN, "食品抽检合格率（%）")
        assert f"{CLEAR}\n2022年" in table.text
        app.press(ADMIN, table, "[3]")
        quote = await app.message(ADMIN, f"[3] {CLEAR} 2023年上半年")
        assert "合格率97.3%" in quote.text
        app.press(ADMIN, table, plain("figures.workbook"))
        _, name, content = await app.wait_for(lambda: app.documents and app.documents[0])
        assert (name, content[:2]) == ("食品抽检合格率.xlsx", b"PK")
        app.press(ADMIN, table, plain("figures.chart"))
        if not has_chinese_font():
            assert "97.3" in (await app.message(ADMIN, "没有中文字体")).text
            return
        _, name, content = await app.wait_for(lambda: app.pictures and app.pictures[0])
        assert (name, content[:4]) == ("食品抽检合格率.png", b"\x89PNG")
        await app.wait_for(lambda: len(app.documents) == 2)
        assert app.documents[1] == app.pictures[0]

    talk(folder, app, conversation)


def test_a_file_is_taken_into_the_folder_that_is_served(folder: Path, app: MemoryApp) -> None:
    async def conversation() -> None:
        report = "白石县市场监管局2023年工作总结\n\n一、主要工作\n检查超市71家。\n"
        app.send_file(ADMIN, "白石县.txt", report.encode())
        card = await app.message(ADMIN, "白石县")
        await app.wait_for(lambda: card.rows)
        lies = folder / "uploads" / "memory-admin" / "白石县.txt"
        assert lies.read_text(encoding="utf-8") == report
        app.say(ADMIN, "白石县检查超市多少家")
        await app.message(ADMIN, "71家")
        app.press(ADMIN, card, plain("upload.undo"))
        await app.wait_for(lambda: not lies.exists())
        app.send_file(ADMIN, "大.txt", b"x" * ((1 << 20) + 1))
        await app.message(ADMIN, plain("wait.too_large", size=2, limit=1))

    talk(folder, app, conversation)
    assert not (folder / "not-here").exists()


def test_a_stranger_is_let_in_and_may_ask(folder: Path, app: MemoryApp) -> None:
    async def conversation() -> None:
        app.say(STRANGER, QUESTION)
        told = await app.message(STRANGER, STRANGER)
        app.press(STRANGER, told, plain("people.ask"))
        request = await app.message(ADMIN, "stranger")
        app.press(ADMIN, request, plain("people.allow_reader"))
        await app.message(STRANGER, plain("people.welcome_reader"))
        app.say(STRANGER, QUESTION)
        assert CLEAR in (await app.message(STRANGER, ANSWER)).text
        refused = app.press_data(STRANGER, told, "d:y:1")
        assert await app.toast(refused) == (plain("access.needs_admin"), True)

    talk(folder, app, conversation)
    assert not any(CLEAR in m.text for m in app.messages[:2])


def test_what_waits_is_stopped_before_it_begins(folder: Path, app: MemoryApp) -> None:
    async def conversation() -> None:
        for text in (QUESTION, "苇塘区2023年上半年立案多少件", "/stop"):
            app.say(ADMIN, text)
        await app.message(ADMIN, plain("wait.stopping"))
        assert len(app.messages) == 1

    talk(folder, app, conversation)


def _until_stopped(context: RequestContext, _words: str) -> Outcome:
    while True:
        context.show("写到一半")


@pytest.fixture
def endless_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    ask = Route(_until_stopped, where=Where.ASKING)
    routes = replace(ROUTES, commands={**ROUTES.commands, "ask": ask})
    monkeypatch.setattr(bot.conversation.service, "ROUTES", routes)


@pytest.mark.usefixtures("endless_questions")
def test_what_is_under_way_is_shown_and_stopped(folder: Path, app: MemoryApp) -> None:
    async def conversation() -> None:
        app.say(ADMIN, QUESTION)
        shown = await app.message(ADMIN, "写到一半")
        app.say(ADMIN, "/stop")
        await app.message(ADMIN, plain("wait.stopping"))
        assert shown.text == plain("wait.stopped")

    talk(folder, app, conversation)


def test_in_a_group_the_answer_replies_to_the_question(folder: Path, app: MemoryApp) -> None:
    async def conversation() -> None:
        asked = app.say(ADMIN, QUESTION, GROUP)
        answer = await app.message(GROUP, ANSWER)
        assert answer.reply_to == asked
        app.say(ADMIN, "/users", GROUP)
        await app.message(GROUP, plain("access.in_private"))

    talk(folder, app, conversation)


def test_whatever_the_app_loses_nothing_is_said_twice(folder: Path, app: MemoryApp) -> None:
    app.faults.extend([None, RetryLater(0.0), OutcomeUnknown("lost"), OutcomeUnknown("lost")])

    async def conversation() -> None:
        app.say(ADMIN, QUESTION)
        app.say(ADMIN, "苇塘区2023年上半年立案多少件")
        await app.message(ADMIN, MARSH_ANSWER)

    talk(folder, app, conversation)
    assert [ANSWER in m.text for m in app.messages] == [True, False]
    assert not app.faults


def test_what_an_earlier_run_left_goes_on_in_the_message_that_it_opened(
    folder: Path, app: MemoryApp
) -> None:
    """The core is cut off while the answer is being delivered."""
    app.faults.extend([None, *[OutcomeUnknown("lost")] * 1000])

    async def cut_off() -> None:
        async with serving_memory(folder, app):
            app.say(ADMIN, QUESTION)
            await app.message(ADMIN, OPENING)
            await app.wait_for(lambda: len(app.faults) < 1000)

    bot.conversation.service.GRACE, grace = 0.0, bot.conversation.service.GRACE
    try:
        asyncio.run(cut_off())
    finally:
        bot.conversation.service.GRACE = grace
    app.faults.clear()
    app.changed = asyncio.Event()

    async def conversation() -> None:
        await app.message(ADMIN, ANSWER)

    talk(folder, app, conversation)
    assert len(app.messages) == 1


def test_an_app_without_edits_gets_each_answer_at_once(folder: Path) -> None:
    app = MemoryApp(Abilities(edits=False, typing=False, command_menu=False))

    async def conversation() -> None:
        app.say(ADMIN, QUESTION)
        answer = await app.message(ADMIN, ANSWER)
        app.press(ADMIN, answer, "[1]")
        await app.message(ADMIN, "查扣假药*盒")

    talk(folder, app, conversation)
    assert [len(m.versions) for m in app.messages] == [1, 1]
    assert not app.typing
    assert not app.commands


def test_a_long_answer_is_cut_to_what_the_app_takes(folder: Path, app: MemoryApp) -> None:
    async def conversation() -> None:
        app.say(ADMIN, "/summary 清河县2023年上半年 全文")
        last = await app.message(ADMIN, "（二）整治燃气具")
        await app.wait_for(lambda: last.rows)

    talk(folder, app, conversation)
    assert len(app.messages) > 1
    assert all(len(m.text) <= app.limits.message_length for m in app.messages)


def test_a_chat_that_is_closed_to_us_holds_nobody_up_and_the_log_says_so(
    folder: Path, app: MemoryApp, log: StringIO
) -> None:
    app.faults.append(ChatClosed("blocked"))

    async def conversation() -> None:
        app.say(STRANGER, QUESTION)
        await app.wait_for(lambda: not app.faults)
        app.say(ADMIN, QUESTION)
        await app.message(ADMIN, ANSWER)

    talk(folder, app, conversation)
    assert "update=1 nobody to answer chat=memory:stranger: ChatClosed" in log.getvalue()
    assert "status=closed" in next(line for line in lines_of(log, 1) if "kind=" in line)


def test_a_message_can_be_followed_in_the_log_by_its_number(
    folder: Path, app: MemoryApp, log: StringIO
) -> None:
    async def conversation() -> None:
        app.say(ADMIN, QUESTION)
        await app.message(ADMIN, ANSWER)

    talk(folder, app, conversation)
    received, answer, closing = lines_of(log, 1)
    assert f"received app=memory id={app.received[0].update.id} verdict=-" in received
    assert "answer intent=find" in answer  # of a worker's thread
    assert "chat=memory:admin kind=ask status=composed" in closing
    assert QUESTION not in log.getvalue()
    assert ANSWER not in log.getvalue()


def test_what_killed_its_process_again_and_again_is_given_up_and_the_log_says_so(
    folder: Path, app: MemoryApp, log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update_handler, "_MOST_ATTEMPTS", 0)

    async def conversation() -> None:
        app.say(ADMIN, QUESTION)
        await app.message(ADMIN, plain("wait.broken"))

    talk(folder, app, conversation)
    assert "update=1 given up after 0 attempts" in log.getvalue()
    assert "status=given_up" in lines_of(log, 1)[-1]


def test_an_update_that_comes_again_is_answered_once(folder: Path, app: MemoryApp) -> None:
    async def conversation() -> None:
        app.say(ADMIN, QUESTION)
        assert app.sink
        app.sink.take([app.received[-1]])
        app.say(ADMIN, "/new")
        await app.message(ADMIN, plain("start.fresh"))

    talk(folder, app, conversation)
    assert sum(ANSWER in m.text for m in app.messages) == 1


def test_roles_of_different_apps_do_not_mix(folder: Path, app: MemoryApp) -> None:
    state = State.open(folder)
    state.people.give("other:stranger", "别人", Role.EDITOR, 0.0)
    state.close()

    async def conversation() -> None:
        app.say(STRANGER, QUESTION)
        told = await app.message(STRANGER, STRANGER)
        assert told.button(plain("people.ask"))

    talk(folder, app, conversation)
    assert not any(ANSWER in m.text for m in app.messages)
