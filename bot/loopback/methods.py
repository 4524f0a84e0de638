"""The methods that there are but those that write into a chat; getUpdates is the server's own."""

import re
from collections.abc import Callable
from typing import Any

from bot.loopback import sending
from bot.loopback.calls import Given
from bot.loopback.records import Json
from bot.loopback.refusals import bad_request
from bot.loopback.sending import read_text
from bot.loopback.world import Webhook, World

LARGEST_DOWNLOAD = 20 * 1024 * 1024
MOST_COMMANDS = 100

_FIELDS = {"name": 64, "description": 512, "short_description": 120}
_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
_CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")


def get_me(world: World, _given: Given) -> Json:
    """Who the bot is."""
    return world.bot.as_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def always(_world: World, _given: Given) -> bool:
    """Agree, and do nothing."""
    return True


def get_chat(world: World, given: Given) -> Json:
    """All about a chat."""
    return world.known_chat(given.text("chat_id")).as_json() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }


def get_file(world: World, given: Given) -> Json:
    """Where a file can be fetched."""
    document = world.files.get(given.text("file_id"))
    if document is None:
        raise bad_request("invalid file_id")
    if len(document.content) > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    told = document.as_json()
    kept = {key: told[key] for key in ("file_id", "file_unique_id", "file_size")}
    return kept | {"file_path": f"documents/{document.file_id}"}


def set_commands(world: World, given: Given) -> bool:
    """Offer commands to those of a scope and language."""
    commands = [_command(item) for item in given.items("commands", "BotCommand")]
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    place = _scope(world, given), _language(given)
    if commands:
        world.commands[place] = commands
    else:
        world.commands.pop(place, None)
    return True


def get_commands(world: World, given: Given) -> list[Json]:
    """The commands of a scope and language, those alone."""
    return world.commands.get((_scope(world, given), _language(given)), [])


def delete_commands(world: World, given: Given) -> bool:
    """Offer none to those of a scope and language."""
    world.commands.pop((_scope(world, given), _language(given)), None)
    return True


def _command(item: Any) -> Json:
    if not isinstance(item, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    command = str(item.get("command", "")).strip().removeprefix("/")
    description = str(item.get("description", "")).strip()
    if not command:
        raise bad_request("command must be non-empty")
    if len(command) > 32:
        raise bad_request("command length must not exceed 32")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > 256:
        raise bad_request("command description length must not exceed 256")
    if not re.fullmatch(r"[a-z0-9_]+", command):
        raise bad_request("BOT_COMMAND_INVALID")
    return {"command": command, "description": description}


def _scope(world: World, given: Given) -> str:
    scope = given.parsed("scope", "BotCommandScope") or {"type": "default"}
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind in _SCOPES:
        return str(kind)
    if kind not in _CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    chat = world.known_chat(scope.get("chat_id", ""))
    if kind != "chat" and chat.type == "private":
        raise bad_request("can't use the scope in a private chat")
    return f"{kind} {chat.id} {scope.get('user_id', '')}".strip()


def _language(given: Given) -> str:
    code = given.text("language_code")
    if code and not re.fullmatch("[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code


def set_told(world: World, given: Given) -> bool:
    """Set the bot's name, description or short description, whichever is given."""
    for name, longest in _FIELDS.items():
        if name in given.fields:
            text = given.text(name)
            if len(text) > longest:
                raise bad_request(f"bot {name.replace('_', ' ')} is too long")
            world.told[name, _language(given)] = text
    return True


def get_name(world: World, given: Given) -> Json:
    """The bot's name in a language."""
    own = world.told.get(("name", ""), "") or world.bot.first_name
    return {"name": world.told.get(("name", _language(given))) or own}


def get_description(world: World, given: Given) -> Json:
    """The bot's description in a language."""
    return {"description": _told(world, "description", given)}


def get_short_description(world: World, given: Given) -> Json:
    """The bot's short description in a language."""
    return {"short_description": _told(world, "short_description", given)}


def _told(world: World, name: str, given: Given) -> str:
    return world.told.get((name, _language(given))) or world.told.get((name, ""), "")


def allow_kinds(world: World, given: Given) -> None:
    """Take the kinds of updates that a call asks for; what is not given stays."""
    if given.text("allowed_updates"):
        kinds = given.items("allowed_updates", "allowed updates")
        world.updates.allow(str(kind) for kind in kinds)


def set_webhook(world: World, given: Given) -> bool:
    """Have updates posted to an address.

    Plain http will do here, as for Telegram's own server when it runs locally.
    """
    url, secret = given.text("url").strip(), given.text("secret_token")
    if not url:
        return delete_webhook(world, given)
    if not re.fullmatch(r"https?://[^\s/]+(?:/\S*)?", url):
        raise bad_request("bad webhook: invalid webhook URL specified")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]+", secret):
        raise bad_request("secret token contains unallowed characters")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    allow_kinds(world, given)
    if given.flag("drop_pending_updates"):
        world.updates.pending.clear()
    world.updates.webhook = Webhook(url, secret, given.number("max_connections", 40))
    return True


def delete_webhook(world: World, given: Given) -> bool:
    """Have updates wait to be asked for."""
    if given.flag("drop_pending_updates"):
        world.updates.pending.clear()
    world.updates.webhook = None
    return True


def webhook_info(world: World, _given: Given) -> Json:
    """Where updates go, and how many wait."""
    return world.updates.webhook_info()


MOST_RESULTS = 50
LONGEST_NOTICE = 200


def answer_tap(world: World, given: Given) -> bool:
    """Answer a tap, once, with a notice or without."""
    query_id = given.text("callback_query_id")
    notice = given.text("text")
    if len(notice) > LONGEST_NOTICE:
        raise bad_request("MESSAGE_TOO_LONG")
    answer = {"text": notice, "show_alert": given.flag("show_alert"), "url": given.text("url")}
    world.answered(query_id, answer)
    return True


def answer_inline(world: World, given: Given) -> bool:
    """Answer an inline question with results to choose from."""
    results = given.items("results", "InlineQueryResult")
    if len(results) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    for result in results:
        _check_result(world, result)
    if len({result["id"] for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    answer = {"results": results, "next_offset": given.text("next_offset")}
    world.answered(given.text("inline_query_id"), answer)
    return True


def _check_result(world: World, result: Any) -> None:
    """An article with what it would send, checked as if it were sent; raises Refused."""
    if not isinstance(result, dict) or not isinstance(result.get("id"), str):
        raise bad_request("can't parse inline query result: expected an Object with an identifier")
    if not 1 <= len(result["id"].encode()) <= 64:
        raise bad_request("RESULT_ID_INVALID")
    if result.get("type") != "article":
        return
    if not result.get("title"):
        raise bad_request("RESULT_TITLE_EMPTY")
    content = result.get("input_message_content")
    if not isinstance(content, dict):
        raise bad_request("can't parse inline query result: input message content is not specified")
    fields = content | {"text": content.get("message_text", "")}
    read_text(world, Given(fields))


Method = Callable[[World, Given], Any]

METHODS: dict[str, Method] = {
    "answerCallbackQuery": answer_tap,
    "answerInlineQuery": answer_inline,
    "close": always,
    "deleteMessage": sending.delete_message,
    "deleteMyCommands": delete_commands,
    "deleteWebhook": delete_webhook,
    "editMessageCaption": sending.edit_caption,
    "editMessageReplyMarkup": sending.edit_markup,
    "editMessageText": sending.edit_text,
    "getChat": get_chat,
    "getFile": get_file,
    "getMe": get_me,
    "getMyCommands": get_commands,
    "getMyDescription": get_description,
    "getMyName": get_name,
    "getMyShortDescription": get_short_description,
    "getWebhookInfo": webhook_info,
    "logOut": always,
    "sendChatAction": sending.send_action,
    "sendDocument": sending.send_document,
    "sendMessage": sending.send_message,
    "sendMessageDraft": sending.send_draft,
    "setMessageReaction": sending.set_reaction,
    "setMyCommands": set_commands,
    "setMyDescription": set_told,
    "setMyName": set_told,
    "setMyShortDescription": set_told,
    "setWebhook": set_webhook,
}

NAMES = {name.lower(): name for name in (*METHODS, "getUpdates")}
"""Names as they are spelt, by their small letters: Telegram takes any case."""

WRITING = frozenset(
    {"sendMessage", "sendDocument", "editMessageText", "editMessageCaption"}
    | {"editMessageReplyMarkup"}
)
"""The methods that count against the flood limits."""
