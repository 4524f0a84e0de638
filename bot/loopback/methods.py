"""The Bot API methods that our bot calls, but getUpdates, which the server itself answers."""

import re
from collections.abc import Callable
from typing import Any

from bot.loopback import writing
from bot.loopback.calls import ApiRequest
from bot.loopback.records import Json
from bot.loopback.refusals import bad_request
from bot.loopback.world import World

LARGEST_DOWNLOAD = 20 * 1024 * 1024
_MOST_COMMANDS = 100
_LONGEST_NOTICE = 200
_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
_CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")


def get_me(world: World, _request: ApiRequest) -> Json:
    """The bot's account."""
    return world.bot.as_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_file(world: World, request: ApiRequest) -> Json:
    """Where a file can be fetched."""
    file = world.files.get(request.text("file_id"))
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.content) > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    about = {key: file.as_json()[key] for key in ("file_id", "file_unique_id", "file_size")}
    return about | {"file_path": f"documents/{file.file_id}"}


def set_commands(world: World, request: ApiRequest) -> bool:
    """Offer commands to those of a scope and language; an empty list takes them away."""
    commands = [_read_command(item) for item in request.items("commands", "BotCommand")]
    if len(commands) > _MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.commands[read_scope(world, request), read_language(request)] = commands
    return True


def _read_command(item: Any) -> Json:
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


def read_scope(world: World, request: ApiRequest) -> str:
    """The scope of commands as one string (``default``, ``chat 7``…); raises ApiError."""
    scope = request.nested("scope", "BotCommandScope") or {"type": "default"}
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind in _SCOPES:
        return str(kind)
    if kind not in _CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    chat = world.find_chat(scope.get("chat_id", ""))
    if kind != "chat" and chat.type == "private":
        raise bad_request("can't use the scope in a private chat")
    return f"{kind} {chat.id} {scope.get('user_id', '')}".strip()


def read_language(request: ApiRequest) -> str:
    """The language of a call, empty for any; raises ApiError."""
    code = request.text("language_code")
    if code and not re.fullmatch("[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code


def delete_webhook(world: World, request: ApiRequest) -> bool:
    """Have updates wait to be asked for, as they do here in any case."""
    if request.flag("drop_pending_updates"):
        world.updates.pending.clear()
    return True


def answer_tap(world: World, request: ApiRequest) -> bool:
    """Answer a tap, once, with a notice or without."""
    notice = request.text("text")
    if len(notice) > _LONGEST_NOTICE:
        raise bad_request("MESSAGE_TOO_LONG")
    answer = {"text": notice, "show_alert": request.flag("show_alert"), "url": request.text("url")}
    world.answer_query(request.text("callback_query_id"), answer)
    return True


Method = Callable[[World, ApiRequest], Any]

METHODS: dict[str, Method] = {
    "answerCallbackQuery": answer_tap,
    "deleteWebhook": delete_webhook,
    "editMessageText": writing.edit_text,
    "getFile": get_file,
    "getMe": get_me,
    "sendChatAction": writing.send_action,
    "sendDocument": writing.send_document,
    "sendMessage": writing.send_message,
    "setMyCommands": set_commands,
}
