"""The Bot API methods that our bot calls, but getUpdates, which the server itself answers."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.bot_api import writing
from tests.bot_api.calls import ApiRequest
from tests.bot_api.markup import Entity
from tests.bot_api.records import Json
from tests.bot_api.refusals import bad_request
from tests.bot_api.world import World
from tests.bot_api.writing import (
    LONGEST_TEXT,
    edit_message,
    editable_message,
    read_caption,
    read_marked,
    read_markup,
    read_text,
)

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
    "sendPhoto": writing.send_photo,
    "sendMessage": writing.send_message,
    "setMyCommands": set_commands,
}


OLDEST_DELETED = 48 * 3600
MOST_RESULTS = 50

_FIELDS = {"name": 64, "description": 512, "short_description": 120}
_EMOJI = """
👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡
🥱 🥴 😍 🐳 ❤️‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈
😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿
🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂️ 🤷 🤷‍♀️ 😡
"""
REACTIONS = frozenset(_EMOJI.split())
"""Those that a bot may set."""


@dataclass(frozen=True, slots=True)
class MessageDraft:
    """A message in the making, as its reader sees it grow."""

    chat_id: int
    id: int
    text: str
    entities: tuple[Entity, ...]


@dataclass(slots=True)
class MoreMethods:
    """The methods, and what they keep beside the world.

    ``profile``: the bot's name and descriptions, by field and language. ``reactions``: the bot's,
    by chat and message.
    """

    drafts: list[MessageDraft] = field(default_factory=list)
    profile: dict[tuple[str, str], str] = field(default_factory=dict)
    reactions: dict[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)

    def all(self) -> dict[str, Method]:
        """Every method by its name, those of the product among them."""
        return METHODS | {
            "answerInlineQuery": answer_inline,
            "close": agree,
            "deleteMessage": delete_message,
            "deleteMyCommands": delete_commands,
            "editMessageCaption": edit_caption,
            "editMessageReplyMarkup": edit_markup,
            "getChat": get_chat,
            "getMyCommands": get_commands,
            "getMyDescription": self.get_description,
            "getMyName": self.get_name,
            "getMyShortDescription": self.get_short_description,
            "logOut": agree,
            "sendMessageDraft": self.send_draft,
            "setMessageReaction": self.set_reaction,
            "setMyDescription": self.set_profile,
            "setMyName": self.set_profile,
            "setMyShortDescription": self.set_profile,
        }

    def set_profile(self, _world: World, request: ApiRequest) -> bool:
        """Set the bot's name, description or short description, whichever is there."""
        for name, longest in _FIELDS.items():
            if name in request.fields:
                text = request.text(name)
                if len(text) > longest:
                    raise bad_request(f"bot {name.replace('_', ' ')} is too long")
                self.profile[name, read_language(request)] = text
        return True

    def get_name(self, world: World, request: ApiRequest) -> Json:
        """The bot's name in a language."""
        return {"name": self._profile("name", request) or world.bot.first_name}

    def get_description(self, _world: World, request: ApiRequest) -> Json:
        """The bot's description in a language."""
        return {"description": self._profile("description", request)}

    def get_short_description(self, _world: World, request: ApiRequest) -> Json:
        """The bot's short description in a language."""
        return {"short_description": self._profile("short_description", request)}

    def _profile(self, name: str, request: ApiRequest) -> str:
        localised = self.profile.get((name, read_language(request)))
        return localised or self.profile.get((name, ""), "")

    def send_draft(self, world: World, request: ApiRequest) -> bool:
        """Show a message in the making, in a private chat alone."""
        chat = world.writable_chat(request.text("chat_id"))
        if chat.type != "private":
            raise bad_request("message drafts can be sent only to private chats")
        number = request.number("draft_id")
        if not number:
            raise bad_request("draft identifier must be non-zero")
        text, entities = read_marked(world, request, "text", "entities")
        if len(text.encode("utf-16-le")) // 2 > LONGEST_TEXT:
            raise bad_request("message is too long")
        self.drafts.append(MessageDraft(chat.id, number, text, entities))
        return True

    def set_reaction(self, world: World, request: ApiRequest) -> bool:
        """Set the bot's one reaction to a message, or take it away."""
        chat = world.writable_chat(request.text("chat_id"))
        message = world.message(chat.id, request.number("message_id"))
        if message is None:
            raise bad_request("message to react not found")
        chosen = [_read_emoji(item) for item in request.items("reaction", "ReactionType")]
        if len(chosen) > 1:
            raise bad_request("REACTIONS_TOO_MANY")
        self.reactions[chat.id, message.id] = tuple(chosen)
        return True


def _read_emoji(item: Any) -> str:
    emoji = item.get("emoji") if isinstance(item, dict) else None
    if emoji not in REACTIONS:
        raise bad_request("REACTION_INVALID")
    return str(emoji)


def agree(_world: World, _request: ApiRequest) -> bool:
    """Agree, and do nothing."""
    return True


def get_chat(world: World, request: ApiRequest) -> Json:
    """All about a chat."""
    return world.find_chat(request.text("chat_id")).as_json() | {
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


def get_commands(world: World, request: ApiRequest) -> list[Json]:
    """The commands of a scope and language, those alone."""
    return world.commands.get((read_scope(world, request), read_language(request)), [])


def delete_commands(world: World, request: ApiRequest) -> bool:
    """Offer none to those of a scope and language."""
    world.commands.pop((read_scope(world, request), read_language(request)), None)
    return True


def edit_caption(world: World, request: ApiRequest) -> Json:
    """Change the caption of a file of the bot's."""
    message = editable_message(world, request)
    if not message.document:
        raise bad_request("there is no caption in the message to edit")
    caption = read_caption(world, request)
    return edit_message(world, message, caption, read_markup(request, inline_only=True))


def edit_markup(world: World, request: ApiRequest) -> Json:
    """Change the keyboard under a message of the bot's, or remove it."""
    message = editable_message(world, request)
    markup = read_markup(request, inline_only=True)
    return edit_message(world, message, (message.text, message.entities), markup)


def delete_message(world: World, request: ApiRequest) -> bool:
    """Take a message away: any of a private chat, the bot's own elsewhere."""
    chat = world.writable_chat(request.text("chat_id"))
    message = world.message(chat.id, request.number("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    foreign = chat.type != "private" and not message.from_bot
    if foreign or world.now() - message.date > OLDEST_DELETED:
        raise bad_request("message can't be deleted")
    world.keep(replace(message, deleted=True))
    return True


def answer_inline(world: World, request: ApiRequest) -> bool:
    """Answer an inline question with results to choose from."""
    results = request.items("results", "InlineQueryResult")
    if len(results) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    for result in results:
        _check_result(world, result)
    if len({result["id"] for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    answer = {"results": results, "next_offset": request.text("next_offset")}
    world.answer_query(request.text("inline_query_id"), answer)
    return True


def _check_result(world: World, result: Any) -> None:
    """An article with what it would send, checked as if it were sent; raises ApiError."""
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
    read_text(world, ApiRequest(fields))


def check_webhook(url: str, secret: str) -> None:
    """Raises ApiError for an address or a secret that Telegram would refuse.

    Plain http will do here, as for Telegram's own server when it runs locally.
    """
    if not re.fullmatch(r"https?://[^\s/]+(?:/\S*)?", url):
        raise bad_request("bad webhook: invalid webhook URL specified")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]+", secret):
        raise bad_request("secret token contains unallowed characters")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
