"""The methods that write into a chat: text, entities, keyboards and files are checked and kept."""

import re
from dataclasses import replace
from typing import Any

from tests.bot_api.calls import ApiRequest, ApiUpload
from tests.bot_api.markup import (
    Entity,
    find_entities,
    normalise,
    parse_html,
    slice_of,
    utf16_length,
)
from tests.bot_api.records import ApiChat, ApiFile, ApiMessage, Json
from tests.bot_api.refusals import ApiError, bad_request
from tests.bot_api.world import World

LONGEST_TEXT, LONGEST_CAPTION = 4096, 1024
LARGEST_UPLOAD = 50 * 1024 * 1024
_MOST_BUTTONS, _MOST_IN_A_ROW = 100, 8
_LONGEST_DATA = 64

_DETECTED = {
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number",
}  # fmt: skip
"""Types of entities that Telegram finds itself, whatever a call says."""
_ENTITY_TYPES = _DETECTED | {
    "bold", "italic", "underline", "strikethrough", "spoiler", "blockquote",
    "expandable_blockquote", "code", "pre", "text_link", "text_mention", "custom_emoji",
}  # fmt: skip
_OTHER_MARKUP = ("keyboard", "remove_keyboard", "force_reply")
_BUTTON_ACTIONS = (
    "callback_data", "url", "web_app", "login_url", "switch_inline_query",
    "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text",
    "callback_game", "pay",
)  # fmt: skip
_CHAT_ACTIONS = (
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "record_audio", "upload_audio", "upload_document", "choose_sticker", "find_location",
    "record_video_note", "upload_video_note",
)  # fmt: skip
_PNG = b"\x89PNG\r\n\x1a\n"
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)

Text = tuple[str, tuple[Entity, ...]]


def send_message(world: World, request: ApiRequest) -> Json:
    """Write a text into a chat."""
    chat = world.writable_chat(request.text("chat_id"))
    return _post(world, chat, request, read_text(world, request))


def send_document(world: World, request: ApiRequest) -> Json:
    """Write a file into a chat: one that comes with the call, or one that was sent before."""
    chat = world.writable_chat(request.text("chat_id"))
    caption = read_caption(world, request)
    return _post(world, chat, request, caption, _read_file(world, request))


def send_photo(world: World, request: ApiRequest) -> Json:
    """Show a picture in a chat: one that comes with the call, as a PNG."""
    chat = world.writable_chat(request.text("chat_id"))
    caption = read_caption(world, request)
    picture = _read_file(world, request, "photo")
    if not picture.content.startswith(_PNG):
        raise bad_request("IMAGE_PROCESS_FAILED")
    return _post(world, chat, request, caption, replace(picture, is_photo=True))


def edit_text(world: World, request: ApiRequest) -> Json:
    """Change the text of a message of the bot's; a keyboard that is not repeated is removed."""
    message = editable_message(world, request)
    text = read_text(world, request)
    if message.document:
        raise bad_request("there is no text in the message to edit")
    return edit_message(world, message, text, read_markup(request, inline_only=True))


def send_action(world: World, request: ApiRequest) -> bool:
    """Show what the bot is doing."""
    chat = world.writable_chat(request.text("chat_id"))
    action = request.text("action").lower()
    if action not in _CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.actions.append((chat.id, action))
    return True


def editable_message(world: World, request: ApiRequest) -> ApiMessage:
    """Find the message that a call changes; raises ApiError unless it is the bot's."""
    chat = world.writable_chat(request.text("chat_id"))
    number = request.number("message_id")
    if not number:
        raise bad_request("message identifier is not specified")
    message = world.message(chat.id, number)
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    return message


def edit_message(world: World, message: ApiMessage, text: Text, markup: Json | None) -> Json:
    """Give a message another content; raises ApiError where it is the same."""
    if (message.text, message.entities, message.markup) == (*text, markup):
        raise bad_request(_NOT_MODIFIED)
    return world.as_json(world.edit(message, *text, markup))


def read_text(world: World, request: ApiRequest) -> Text:
    """The text of a message; raises ApiError where it is empty, too long or badly marked up."""
    if not request.text("text"):
        raise bad_request("message text is empty")
    text, entities = read_marked(world, request, "text", "entities")
    if not text:
        raise bad_request("text must be non-empty")
    if utf16_length(text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return text, entities


def read_caption(world: World, request: ApiRequest) -> Text:
    """The caption of a file, which may be empty; raises ApiError."""
    text, entities = read_marked(world, request, "caption", "caption_entities")
    if utf16_length(text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return text, entities


def read_marked(world: World, request: ApiRequest, field: str, entities: str) -> Text:
    """A field as plain text with its entities, from its markup or a second field.

    Raises ApiError.
    """
    text = request.text(field)
    match request.text("parse_mode").strip().lower():
        case "html":
            text, marked = parse_html(text)
        case "":
            marked = [_read_entity(item, text) for item in request.items(entities, "MessageEntity")]
        case _:
            raise bad_request("unsupported parse_mode")
    # a mention of a user whom the bot never met is plain text
    met = [e for e in marked if not e.user_id or e.user_id in world.users]
    text, explicit = normalise(text, [e for e in met if e.type not in _DETECTED])
    return text, tuple(find_entities(text, explicit))


def _read_entity(item: Any, text: str) -> Entity:
    if not isinstance(item, dict):
        raise bad_request("can't parse MessageEntity: expected an Object")
    kind = item.get("type")
    if kind not in _ENTITY_TYPES:
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


def read_markup(request: ApiRequest, *, inline_only: bool = False) -> Json | None:
    """The markup, None for none and for an inline keyboard without a button; raises ApiError.

    ``inline_only``: a message that is edited takes nothing but an inline keyboard.
    """
    markup = request.nested("reply_markup", "reply keyboard markup")
    if markup is None or markup == {}:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        _check_rows(markup["inline_keyboard"], "inline_keyboard")
        rows = [[_read_button(b) for b in row] for row in markup["inline_keyboard"] if row]
        return {"inline_keyboard": rows} if rows else None
    if inline_only:
        raise bad_request("inline keyboard expected")
    if not any(key in markup for key in _OTHER_MARKUP):
        return None
    if "keyboard" in markup:
        _check_rows(markup["keyboard"], "keyboard")
    return markup


def _check_rows(rows: Any, field: str) -> None:
    if not isinstance(rows, list):
        raise bad_request(f'field "{field}" of the ReplyKeyboardMarkup must be an Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{field}" must be an Array of Arrays')
    if sum(map(len, rows)) > _MOST_BUTTONS or any(len(row) > _MOST_IN_A_ROW for row in rows):
        raise bad_request("reply markup is too long")


def _read_button(button: Any) -> Json:
    """A button with its text and its one action; raises ApiError."""
    if not isinstance(button, dict):
        raise _bad_button("InlineKeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str):
        raise _bad_button('Field "text" must be of type String')
    if not text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    actions = [action for action in _BUTTON_ACTIONS if action in button]
    if not actions:
        raise _bad_button("Text buttons are unallowed in the inline keyboard")
    if "callback_data" in button:
        _check_data(button["callback_data"])
    elif "url" in button:
        _check_url(button["url"])
    return {"text": text, actions[0]: button[actions[0]]}


def _check_data(data: Any) -> None:
    if not isinstance(data, str):
        raise _bad_button('Field "callback_data" must be of type String')
    if not 1 <= len(data.encode()) <= _LONGEST_DATA:
        raise bad_request("BUTTON_DATA_INVALID")


def _check_url(url: Any) -> None:
    pattern = r"(?:https?|tg|ton)://\S+|(?:[\w-]+\.)+\w{2,}\S*"
    if not isinstance(url, str) or not re.fullmatch(pattern, url, re.IGNORECASE):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _bad_button(reason: str) -> ApiError:
    return bad_request(f"can't parse inline keyboard button: {reason}")


def _post(
    world: World, chat: ApiChat, request: ApiRequest, text: Text, file: ApiFile | None = None
) -> Json:
    markup = read_markup(request)
    reply_to = _read_reply(world, chat, request)
    number, now = world.next_id(chat), world.now()
    message = ApiMessage(number, chat.id, world.bot, now, *text, markup, file, reply_to)
    return world.as_json(world.keep(message))


def _read_reply(world: World, chat: ApiChat, request: ApiRequest) -> int:
    """The number of the message that is replied to, 0 for none; raises ApiError."""
    reply = request.nested("reply_parameters", "reply parameters") or {}
    if not isinstance(reply, dict):
        raise bad_request("object expected as reply parameters")
    optional = "allow_sending_without_reply"
    number = reply.get("message_id") or request.number("reply_to_message_id")
    if not number:
        return 0
    if isinstance(number, int) and world.message(chat.id, number):
        return number
    if reply.get(optional) or request.flag(optional):
        return 0
    raise bad_request("message to be replied not found")


def _read_file(world: World, request: ApiRequest, field: str = "document") -> ApiFile:
    reference = request.text(field)
    upload = request.files.get(reference.removeprefix("attach://") or field)
    if upload:
        return _keep_upload(world, upload)
    if not reference or reference.startswith("attach://"):
        raise bad_request(f"there is no {field} in the request")
    if reference not in world.files:
        raise bad_request("wrong remote file identifier specified: Wrong string length")
    return world.files[reference]


def _keep_upload(world: World, upload: ApiUpload) -> ApiFile:
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > LARGEST_UPLOAD:
        raise ApiError(413, "Request Entity Too Large")
    return world.keep_file(upload.name, upload.mime_type, upload.content)
