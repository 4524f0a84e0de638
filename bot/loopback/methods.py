"""The methods that there are; getUpdates, which may wait, is the server's own."""

from collections.abc import Callable
from typing import Any

from bot.loopback import account, answering, sending
from bot.loopback.given import Given
from bot.loopback.world import World

Method = Callable[[World, Given], Any]

METHODS: dict[str, Method] = {
    "answerCallbackQuery": answering.answer_tap,
    "answerInlineQuery": answering.answer_inline,
    "close": account.always,
    "deleteMessage": sending.delete_message,
    "deleteMyCommands": account.delete_commands,
    "deleteWebhook": account.delete_webhook,
    "editMessageCaption": sending.edit_caption,
    "editMessageReplyMarkup": sending.edit_markup,
    "editMessageText": sending.edit_text,
    "getChat": account.get_chat,
    "getFile": account.get_file,
    "getMe": account.get_me,
    "getMyCommands": account.get_commands,
    "getMyDescription": account.get_description,
    "getMyName": account.get_name,
    "getMyShortDescription": account.get_short_description,
    "getWebhookInfo": account.webhook_info,
    "logOut": account.always,
    "sendChatAction": sending.send_action,
    "sendDocument": sending.send_document,
    "sendMessage": sending.send_message,
    "sendMessageDraft": sending.send_draft,
    "setMessageReaction": sending.set_reaction,
    "setMyCommands": account.set_commands,
    "setMyDescription": account.set_told,
    "setMyName": account.set_told,
    "setMyShortDescription": account.set_told,
    "setWebhook": account.set_webhook,
}

NAMES = {name.lower(): name for name in (*METHODS, "getUpdates")}
"""Names as they are spelt, by their small letters: Telegram takes any case."""

WRITING = frozenset(
    {"sendMessage", "sendDocument", "editMessageText", "editMessageCaption"}
    | {"editMessageReplyMarkup"}
)
"""The methods that count against the flood limits."""
