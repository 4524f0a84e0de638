"""The methods that write into a chat."""

from dataclasses import replace
from typing import Any

from bot.loopback.given import Given, Upload
from bot.loopback.keyboards import read_markup
from bot.loopback.records import Chat, Document, Draft, Json, Message
from bot.loopback.refusals import Refused, bad_request
from bot.loopback.texts import LONGEST_TEXT, Text, read_caption, read_marked, read_text
from bot.loopback.world import World

LARGEST_UPLOAD = 50 * 1024 * 1024
OLDEST_DELETED = 48 * 3600

_ACTIONS = (
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "record_audio", "upload_audio", "upload_document", "choose_sticker", "find_location",
    "record_video_note", "upload_video_note",
)  # fmt: skip
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
_EMOJI = """
👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡
🥱 🥴 😍 🐳 ❤️‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈
😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿
🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂️ 🤷 🤷‍♀️ 😡
"""
REACTIONS = frozenset(_EMOJI.split())
"""Those that a bot may set."""


def send_message(world: World, given: Given) -> Json:
    """A text into a chat."""
    chat = world.open_chat(given.text("chat_id"))
    return _sent(world, chat, given, read_text(world, given))


def send_document(world: World, given: Given) -> Json:
    """A file into a chat: one that comes with the call, or one that is here already."""
    chat = world.open_chat(given.text("chat_id"))
    caption = read_caption(world, given)
    return _sent(world, chat, given, caption, _document(world, given))


def _sent(
    world: World, chat: Chat, given: Given, text: Text, document: Document | None = None
) -> Json:
    markup = read_markup(given)
    reply_to = _reply(world, chat, given)
    message = Message(
        world.next_id(chat), chat.id, world.bot, world.now(), *text, markup, document, reply_to
    )
    return world.show(world.keep(message))


def _reply(world: World, chat: Chat, given: Given) -> int:
    """The number of the message that is replied to, 0 for none; raises Refused."""
    about = given.parsed("reply_parameters", "reply parameters") or {}
    if not isinstance(about, dict):
        raise bad_request("object expected as reply parameters")
    wanted = about.get("message_id") or given.number("reply_to_message_id")
    optional = about.get("allow_sending_without_reply") or given.flag("allow_sending_without_reply")
    if not wanted:
        return 0
    if isinstance(wanted, int) and world.message(chat.id, wanted):
        return wanted
    if optional:
        return 0
    raise bad_request("message to be replied not found")


def _document(world: World, given: Given) -> Document:
    reference = given.text("document")
    upload = given.files.get(reference.removeprefix("attach://") or "document")
    if upload:
        return _uploaded(world, upload)
    if not reference or reference.startswith("attach://"):
        raise bad_request("there is no document in the request")
    if reference not in world.files:
        raise bad_request("wrong remote file identifier specified: Wrong string length")
    return world.files[reference]


def _uploaded(world: World, upload: Upload) -> Document:
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > LARGEST_UPLOAD:
        raise Refused(413, "Request Entity Too Large")
    return world.keep_file(upload.name, upload.mime_type, upload.content)


def _own(world: World, given: Given) -> Message:
    """The message that is to be changed; raises Refused unless it is the bot's."""
    chat = world.open_chat(given.text("chat_id"))
    number = given.number("message_id")
    if not number:
        raise bad_request("message identifier is not specified")
    message = world.message(chat.id, number)
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    return message


def edit_text(world: World, given: Given) -> Json:
    """Another text for a message of the bot's; a keyboard that is not given is taken away."""
    message = _own(world, given)
    text, entities = read_text(world, given)
    if message.document:
        raise bad_request("there is no text in the message to edit")
    return _edited(world, message, (text, entities), read_markup(given, inline_only=True))


def edit_caption(world: World, given: Given) -> Json:
    """Another caption for a document of the bot's."""
    message = _own(world, given)
    if not message.document:
        raise bad_request("there is no caption in the message to edit")
    caption = read_caption(world, given)
    return _edited(world, message, caption, read_markup(given, inline_only=True))


def edit_markup(world: World, given: Given) -> Json:
    """Another keyboard under a message of the bot's, or none."""
    message = _own(world, given)
    markup = read_markup(given, inline_only=True)
    return _edited(world, message, (message.text, message.entities), markup)


def _edited(world: World, message: Message, text: Text, markup: Json | None) -> Json:
    if (message.text, message.entities, message.markup) == (*text, markup):
        raise bad_request(_NOT_MODIFIED)
    return world.show(world.edited(message, *text, markup))


def delete_message(world: World, given: Given) -> bool:
    """Take a message away: any of a private chat, the bot's own elsewhere."""
    chat = world.open_chat(given.text("chat_id"))
    message = world.message(chat.id, given.number("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    foreign = chat.type != "private" and not message.from_bot
    if foreign or world.now() - message.date > OLDEST_DELETED:
        raise bad_request("message can't be deleted")
    world.keep(replace(message, deleted=True))
    return True


def send_action(world: World, given: Given) -> bool:
    """Show what the bot is doing."""
    chat = world.open_chat(given.text("chat_id"))
    action = given.text("action").lower()
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.actions.append((chat.id, action))
    return True


def send_draft(world: World, given: Given) -> bool:
    """Show a message in the making, in a private chat alone."""
    chat = world.open_chat(given.text("chat_id"))
    if chat.type != "private":
        raise bad_request("message drafts can be sent only to private chats")
    number = given.number("draft_id")
    if not number:
        raise bad_request("draft identifier must be non-zero")
    text, entities = read_marked(world, given, "text", "entities")
    if len(text.encode("utf-16-le")) // 2 > LONGEST_TEXT:
        raise bad_request("message is too long")
    world.drafts.append(Draft(chat.id, number, text, entities))
    return True


def set_reaction(world: World, given: Given) -> bool:
    """Set the bot's one reaction to a message, or take it away."""
    chat = world.open_chat(given.text("chat_id"))
    message = world.message(chat.id, given.number("message_id"))
    if message is None:
        raise bad_request("message to react not found")
    chosen = [_emoji(item) for item in given.items("reaction", "ReactionType")]
    if len(chosen) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    world.keep(replace(message, reactions=tuple(chosen)))
    return True


def _emoji(item: Any) -> str:
    emoji = item.get("emoji") if isinstance(item, dict) else None
    if emoji not in REACTIONS:
        raise bad_request("REACTION_INVALID")
    return str(emoji)
