"""Every method, called by python-telegram-bot as it is."""

import pytest
from telegram import (
    Bot,
    BotCommandScopeAllPrivateChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    MessageEntity,
)
from telegram.constants import ChatAction, ParseMode, ReactionEmoji
from telegram.error import BadRequest, Forbidden

from tests.bot_api.conftest import Caller
from tests.bot_api.driving import LoopbackDriver
from tests.bot_api.markup import Entity
from tests.bot_api.methods import REACTIONS
from tests.bot_api.server import FullDispatcher

KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("甲", callback_data="a")]])


def test_the_bot_learns_who_it_is(caller: Caller) -> None:
    async def work(bot: Bot) -> tuple[str, bool]:
        return (await bot.get_me()).username or "", await bot.log_out() and await bot.close()

    assert caller.bot(work) == (caller.api.bot.username, True)


def test_a_message_is_written_edited_and_taken_away(api: LoopbackDriver, caller: Caller) -> None:
    user = api.user()
    asked = api.user_says(user, user, "多少家？")

    async def work(bot: Bot) -> None:
        sent = await bot.send_message(
            user.id, "<b>159</b>家 &lt;", ParseMode.HTML, reply_markup=KEYS,
            reply_to_message_id=asked.id,
        )  # fmt: skip
        assert (sent.text, sent.reply_to_message and sent.reply_to_message.text) == (
            "159家 <",
            "多少家？",
        )
        await bot.edit_message_text("160家", user.id, sent.message_id, reply_markup=KEYS)
        await bot.edit_message_reply_markup(user.id, sent.message_id)

    caller.bot(work)
    (said,) = api.bot_messages(user)
    assert (said.text, said.reply_to, said.buttons) == ("160家", asked.id, ())
    assert [(v.text, v.entities) for v in said.versions] == [
        ("159家 <", (Entity("bold", 0, 3),)),
        ("160家", ()),
    ]

    async def delete(bot: Bot) -> bool:
        return await bot.delete_message(user.id, said.id)

    assert caller.bot(delete)
    assert api.history(user) == (asked,)
    assert api.now(said).deleted


def test_entities_come_beside_a_text_as_well(api: LoopbackDriver, caller: Caller) -> None:
    user = api.user()

    async def work(bot: Bot) -> None:
        await bot.send_message(user.id, "甲乙", entities=[MessageEntity("bold", 1, 1)])

    caller.bot(work)
    assert api.bot_messages(user)[0].entities == (Entity("bold", 1, 1),)


def test_a_document_goes_up_and_comes_down(api: LoopbackDriver, caller: Caller) -> None:
    user = api.user()
    content = b"\r\n--x\r\n\0\xff" * 9

    async def work(bot: Bot) -> bytes:
        sent = await bot.send_document(user.id, content, "<i>说明</i>", parse_mode="HTML",
                                       filename='总结"1".docx')  # fmt: skip
        assert sent.document
        again = await bot.send_document(user.id, sent.document.file_id)
        assert again.document == sent.document
        await bot.edit_message_caption(user.id, sent.message_id, caption="改")
        file = await bot.get_file(sent.document)
        return bytes(await file.download_as_bytearray())

    assert caller.bot(work) == content
    first, second = api.bot_messages(user)
    assert first.document == second.document
    assert first.document
    assert (first.text, first.document.name) == ("改", "总结%221%22.docx")


def test_a_picture_goes_up(api: LoopbackDriver, caller: Caller) -> None:
    user = api.user()
    content = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x07\0\0\0\x09rest"

    async def work(bot: Bot) -> tuple[int, int]:
        sent = await bot.send_photo(user.id, content, filename="图.png")
        (size,) = sent.photo
        return size.width, size.height

    assert caller.bot(work) == (7, 9)
    (message,) = api.bot_messages(user)
    assert message.document
    assert message.document.is_photo


def test_a_person_s_file_is_fetched(api: LoopbackDriver, caller: Caller) -> None:
    user = api.user()
    sent = api.sends_document(user, user, "报告.txt", b"abc", "请看")
    assert sent.document

    async def work(bot: Bot) -> bytes:
        file = await bot.get_file(sent.document.file_id if sent.document else "")
        return bytes(await file.download_as_bytearray())

    assert caller.bot(work) == b"abc"


def test_what_the_bot_shows_in_passing_is_kept(api: LoopbackDriver, caller: Caller) -> None:
    user = api.user()
    asked = api.user_says(user, user, "问")

    async def work(bot: Bot) -> None:
        await bot.send_chat_action(user.id, ChatAction.TYPING)
        await bot.send_message_draft(user.id, 7, "<b>正</b>在", parse_mode="HTML")
        await bot.set_message_reaction(user.id, asked.id, ReactionEmoji.THUMBS_UP)

    caller.bot(work)
    assert api.actions(user) == ("typing",)
    assert [(d.id, d.text) for d in api.drafts(user)] == [(7, "正在")]
    assert api.reactions(asked) == ("👍",)


def test_the_reactions_are_telegram_s() -> None:
    assert {emoji.value for emoji in ReactionEmoji} == REACTIONS


def test_a_tap_is_answered_once(api: LoopbackDriver, caller: Caller) -> None:
    user = api.user()

    async def write(bot: Bot) -> None:
        await bot.send_message(user.id, "选", reply_markup=KEYS)

    caller.bot(write)
    query = api.taps(api.wait_for_message(user), "甲")

    async def work(bot: Bot) -> None:
        update = (await bot.get_updates())[-1]
        assert update.callback_query
        assert update.callback_query.data == "a"
        await update.callback_query.answer("好", show_alert=True)
        with pytest.raises(BadRequest, match="too old and response timeout expired"):
            await update.callback_query.answer()

    caller.bot(work)
    assert api.wait_for_answer(query) == {"text": "好", "show_alert": True, "url": ""}


def test_an_inline_question_is_answered(api: LoopbackDriver, caller: Caller) -> None:
    query = api.inline_query(api.user(), "食品")
    result = InlineQueryResultArticle("1", "题", InputTextMessageContent("<b>文</b>", "HTML"))

    async def work(bot: Bot) -> bool:
        return await bot.answer_inline_query(query.id, [result])

    assert caller.bot(work)
    answer = api.wait_for_answer(query)
    assert [item["id"] for item in answer["results"]] == ["1"]


def test_commands_are_kept_by_scope_and_language(api: LoopbackDriver, caller: Caller) -> None:
    scope = BotCommandScopeAllPrivateChats()

    async def work(bot: Bot) -> list[int]:
        await bot.set_my_commands([("start", "开始")])
        await bot.set_my_commands([("ask", "提问"), ("new", "新")], scope, "zh")
        told = [await bot.get_my_commands(), await bot.get_my_commands(scope, "zh")]
        assert api.commands("all_private_chats", "zh") == {"ask": "提问", "new": "新"}
        await bot.delete_my_commands(scope, "zh")
        return [*map(len, told), len(await bot.get_my_commands(scope, "zh"))]

    assert caller.bot(work) == [1, 2, 0]


def test_the_bot_describes_itself(caller: Caller) -> None:
    async def work(bot: Bot) -> tuple[str, str, str]:
        await bot.set_my_name("助手")
        await bot.set_my_description("长")
        await bot.set_my_short_description("短")
        return (
            (await bot.get_my_name()).name,
            (await bot.get_my_description()).description,
            (await bot.get_my_short_description()).short_description,
        )

    assert caller.bot(work) == ("助手", "长", "短")


def test_a_chat_is_known_by_its_number_or_name(api: LoopbackDriver, caller: Caller) -> None:
    group = api.group("股室", supergroup=True, username="gushi")

    async def work(bot: Bot) -> tuple[int, int]:
        return (await bot.get_chat(group.id)).id, (await bot.get_chat("@GuShi")).id

    assert caller.bot(work) == (group.id, group.id)


def test_a_person_who_blocks_the_bot_is_not_written_to(api: LoopbackDriver, caller: Caller) -> None:
    user = api.user()

    async def write(bot: Bot) -> None:
        await bot.send_message(user.id, "在吗")

    api.blocks(user)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        caller.bot(write)
    api.unblocks(user)
    caller.bot(write)
    assert [message.text for message in api.bot_messages(user)] == ["在吗"]


def test_every_method_is_known_in_any_case(caller: Caller) -> None:
    for method in FullDispatcher(None).methods:
        assert caller.post(method.upper()).get("error_code") != 404
