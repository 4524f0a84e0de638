"""The Bot API methods that our bot does not call, or calls in no demonstration."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from bot.loopback.calls import ApiRequest
from bot.loopback.markup import Entity
from bot.loopback.methods import METHODS, Method, read_language, read_scope
from bot.loopback.records import Json
from bot.loopback.refusals import bad_request
from bot.loopback.world import World
from bot.loopback.writing import (
    LONGEST_TEXT,
    edit_message,
    editable_message,
    read_caption,
    read_marked,
    read_markup,
    read_text,
)

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
