"""The methods that write into a chat."""

import re
from dataclasses import replace
from typing import Any

from bot.loopback.calls import Given, Upload
from bot.loopback.markup import Entity, found_entities, parse_html, settled, slice_of, utf16_length
from bot.loopback.records import Chat, Document, Draft, Json, Message
from bot.loopback.refusals import Refused, bad_request
from bot.loopback.world import World

LONGEST_TEXT, LONGEST_CAPTION = 4096, 1024

_KINDS = {
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold",
    "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote",
    "code", "pre", "text_link", "text_mention", "custom_emoji",
}  # fmt: skip
_FOUND_BY_TELEGRAM = {
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number",
}  # fmt: skip

Text = tuple[str, tuple[Entity, ...]]


def read_text(world: World, given: Given) -> Text:
    """The text of a message; raises Refused when it is empty, too long or badly marked."""
    if not given.text("text"):
        raise bad_request("message text is empty")
    text, entities = read_marked(world, given, "text", "entities")
    if not text:
        raise bad_request("text must be non-empty")
    if utf16_length(text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return text, entities


def read_caption(world: World, given: Given) -> Text:
    """The caption of a document, which may be empty; raises Refused."""
    text, entities = read_marked(world, given, "caption", "caption_entities")
    if utf16_length(text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return text, entities


def read_marked(world: World, given: Given, field: str, entities: str) -> Text:
    """A field's plain text and entities, by its parse mode or beside it; raises Refused."""
    text = given.text(field)
    match given.text("parse_mode").strip().lower():
        case "html":
            text, marked = parse_html(text)
        case "":
            marked = [_entity(item, text) for item in given.items(entities, "MessageEntity")]
        case _:
            raise bad_request("unsupported parse_mode")
    # a mention of a user whom the bot never met is plain text
    met = [e for e in marked if not e.user_id or e.user_id in world.users]
    text, kept = settled(text, [e for e in met if e.type not in _FOUND_BY_TELEGRAM])
    return text, tuple(found_entities(text, kept))


def _entity(item: Any, text: str) -> Entity:
    """An entity that came beside its text; raises Refused."""
    if not isinstance(item, dict):
        raise bad_request("can't parse MessageEntity: expected an Object")
    kind = item.get("type")
    if kind not in _KINDS:
        raise bad_request("can't parse MessageEntity: unsupported type specified")
    numbers = [item.get("offset"), item.get("length")]
    if not all(isinstance(n, int) and abs(n) < 2**31 for n in numbers):
        raise bad_request('can\'t parse MessageEntity: Field "offset" must be of type Number')
    entity = Entity(kind, int(item["offset"]), int(item["length"]))
    user = item.get("user")
    return Entity(
        kind,
        entity.offset,
        entity.length,
        url=str(item.get("url", "")) or (slice_of(text, entity) if kind == "text_link" else ""),
        user_id=int(user.get("id", 0)) if isinstance(user, dict) else 0,
        language=str(item.get("language", "")) if kind == "pre" else "",
        custom_emoji_id=str(item.get("custom_emoji_id", "")),
    )


MOST_BUTTONS, MOST_IN_A_ROW = 100, 8
LONGEST_DATA = 64

_WHAT = "reply keyboard markup"
_OTHERS = ("keyboard", "remove_keyboard", "force_reply")
_ACTIONS = (
    "callback_data", "url", "web_app", "login_url", "switch_inline_query",
    "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text",
    "callback_game", "pay",
)  # fmt: skip


def read_markup(given: Given, *, inline_only: bool = False) -> Json | None:
    """The markup, None for none and for an inline keyboard without a button; raises Refused.

    A message that is edited takes an inline keyboard alone.
    """
    markup = given.parsed("reply_markup", _WHAT)
    if markup is None or markup == {}:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return _inline(markup["inline_keyboard"])
    if inline_only:
        raise bad_request("inline keyboard expected")
    if not any(key in markup for key in _OTHERS):
        return None
    if "keyboard" in markup:
        _check_rows(markup["keyboard"], "keyboard")
    return markup


def _inline(rows: Any) -> Json | None:
    _check_rows(rows, "inline_keyboard")
    kept = [[_button(button) for button in row] for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def _check_rows(rows: Any, field: str) -> None:
    if not isinstance(rows, list):
        raise bad_request(f'field "{field}" of the ReplyKeyboardMarkup must be an Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{field}" must be an Array of Arrays')
    if sum(map(len, rows)) > MOST_BUTTONS or any(len(row) > MOST_IN_A_ROW for row in rows):
        raise bad_request("reply markup is too long")


def _unparsable(reason: str) -> Refused:
    return bad_request(f"can't parse inline keyboard button: {reason}")


def _button(button: Any) -> Json:
    """A button as it is kept; raises Refused."""
    if not isinstance(button, dict):
        raise _unparsable("InlineKeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str):
        raise _unparsable('Field "text" must be of type String')
    if not text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    actions = [action for action in _ACTIONS if action in button]
    if not actions:
        raise _unparsable("Text buttons are unallowed in the inline keyboard")
    if "callback_data" in button:
        _check_data(button["callback_data"])
    elif "url" in button:
        _check_url(button["url"])
    return {"text": text, actions[0]: button[actions[0]]}


def _check_data(data: Any) -> None:
    if not isinstance(data, str):
        raise _unparsable('Field "callback_data" must be of type String')
    if not 1 <= len(data.encode()) <= LONGEST_DATA:
        raise bad_request("BUTTON_DATA_INVALID")


def _check_url(url: Any) -> None:
    pattern = r"(?:https?|tg|ton)://\S+|(?:[\w-]+\.)+\w{2,}\S*"
    if not isinstance(url, str) or not re.fullmatch(pattern, url, re.IGNORECASE):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


LARGEST_UPLOAD = 50 * 1024 * 1024
OLDEST_DELETED = 48 * 3600

_SENDING_ACTIONS = (
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
    if action not in _SENDING_ACTIONS:
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
