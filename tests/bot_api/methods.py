"""One bot's Telegram: its users, chats, messages and files, and the methods that our bot calls."""

import html
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.bot_api.calls import ApiError, ApiRequest, bad_request
from tests.bot_api.records import (
    ApiButton,
    ApiChat,
    ApiFile,
    ApiMessage,
    ApiUser,
    Buttons,
    CallRecord,
    Json,
    MarkedText,
    PendingQuery,
    find_entities,
    utf16_length,
)

BOT = ApiUser(123456, "监管助手", "jianguan_bot", is_bot=True)
TOKEN = "123456:loopback-AAAAAAAAAAAAAAAAAAAAAAAAAAA"  # noqa: S105 - nobody's token
LARGEST_DOWNLOAD = 20 * 1024 * 1024
_LONGEST_TEXT, _LONGEST_NOTICE = 4096, 200
_MOST_BUTTONS, _MOST_IN_A_ROW, _LONGEST_DATA = 100, 8, 64
_PNG = b"\x89PNG\r\n\x1a\n"
_TAG = re.compile(r"<(?P<end>/?)(?P<tag>b|i|code|blockquote)(?P<more> expandable)?>")
_MENUS = ("all_private_chats", "all_group_chats")
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)


@dataclass(slots=True)
class World:
    """All that the server keeps; users of several threads hold the server's lock.

    ``allowed`` are the kinds of updates that the bot asked for; empty before it did.
    """

    users: dict[int, ApiUser] = field(default_factory=dict)
    chats: dict[int, ApiChat] = field(default_factory=dict)
    messages: dict[tuple[int, int], ApiMessage] = field(default_factory=dict)
    files: dict[str, ApiFile] = field(default_factory=dict)
    updates: list[Json] = field(default_factory=list)
    allowed: tuple[str, ...] = ()
    queries: dict[str, PendingQuery] = field(default_factory=dict)
    calls: list[CallRecord] = field(default_factory=list)
    actions: list[tuple[int, str]] = field(default_factory=list)
    commands: dict[str, dict[str, str]] = field(default_factory=dict)
    last_message: int = 0
    last_update: int = 1_000

    def put(self, update: Json) -> None:
        """Queue an update; one of a kind that the bot did not ask for is lost, as at Telegram."""
        if self.allowed and not update.keys() <= {*self.allowed, "update_id"}:
            return
        number = update.get("update_id", self.last_update + 1)
        self.last_update = max(self.last_update, number) if isinstance(number, int) else number
        self.updates.append({"update_id": number} | update)

    def next_id(self) -> int:
        """A new message's number."""
        self.last_message += 1
        return self.last_message

    def writable_chat(self, request: ApiRequest) -> ApiChat:
        """Find the chat of a call, to which the bot may write; raises ApiError."""
        chat = self.chats.get(request.number("chat_id"))
        if chat is None:
            raise bad_request("chat not found")
        if chat.closed:
            raise ApiError(403, f"Forbidden: {chat.closed}")
        return chat

    def message(self, chat_id: int, message_id: int) -> ApiMessage | None:
        """A message that was not deleted, or None."""
        message = self.messages.get((chat_id, message_id))
        return None if message is None or message.deleted else message

    def keep(self, message: ApiMessage) -> ApiMessage:
        """Store a message, new or changed."""
        self.messages[message.chat_id, message.id] = message
        return message

    def edit(self, message: ApiMessage, marked: MarkedText, buttons: Buttons = ()) -> ApiMessage:
        """Store a message with another content, beside its earlier texts."""
        earlier, now = (*message.earlier, message.text), int(time.time())
        changed = replace(message, marked=marked, buttons=buttons, edited_at=now, earlier=earlier)
        return self.keep(changed)

    def keep_file(self, name: str, mime_type: str, content: bytes) -> ApiFile:
        """Store a file under a new identifier."""
        file = ApiFile(f"BQAD{secrets.token_urlsafe(30)}", name, mime_type, content)
        self.files[file.file_id] = file
        return file

    def open_query(self) -> PendingQuery:
        """A new query that waits for an answer."""
        query = PendingQuery(str(secrets.randbits(62)))
        self.queries[query.id] = query
        return query

    def as_json(self, message: ApiMessage, *, with_reply: bool = True) -> Json:
        """A message as the Bot API writes it."""
        written: Json = {
            "message_id": message.id,
            "from": message.sender.as_json(),
            "chat": self.chats[message.chat_id].as_json(),
            "date": message.date,
        }
        if message.edited_at:
            written["edit_date"] = message.edited_at
        if message.forwarded_from:
            origin = {"type": "user", "date": message.date}
            written["forward_origin"] = origin | {"sender_user": message.forwarded_from.as_json()}
        replied = self.message(message.chat_id, message.reply_to) if with_reply else None
        if replied:
            written["reply_to_message"] = self.as_json(replied, with_reply=False)
        return written | _content(message)


def _content(message: ApiMessage) -> Json:
    text, file, content = "text", message.document, Json()
    if file:
        text = "caption"
        content = {"photo": [file.as_json()]} if file.is_photo else {"document": file.as_json()}
    if message.text:
        content[text] = message.text
    if not message.sender.is_bot and (entities := find_entities(message.text)):
        content["entities" if text == "text" else "caption_entities"] = entities
    if message.buttons:
        rows = [[{"text": b.text, "callback_data": b.data} for b in r] for r in message.buttons]
        content["reply_markup"] = {"inline_keyboard": rows}
    return content


# -- what a call says


def parse_html(source: str) -> MarkedText:
    """The plain text of a source of our own tags; raises ApiError."""
    plain, opened, tags, at = "", list[str](), set[str](), 0
    for match in [*_TAG.finditer(source), None]:
        words = source[at : match.start() if match else len(source)]
        if "<" in words or ">" in words:
            raise bad_request("can't parse entities: Unsupported start tag")
        plain += html.unescape(words)
        if match is None:
            break
        at = match.end()
        if not match["end"]:
            opened.append(match["tag"])
            tags.add(match["tag"] + (match["more"] or ""))
        elif not opened or opened.pop() != match["tag"]:
            raise bad_request("can't parse entities: Unmatched end tag")
    if opened:
        raise bad_request("can't parse entities: Can't find end tag")
    return MarkedText(_clean(plain), frozenset(tags))


def _clean(text: str) -> str:
    """A text as Telegram keeps it."""
    text = re.sub("[\r\u2028-\u202e]", "", text)
    return re.sub("[\0-\x09\x0b-\x1f]", " ", text).strip()


def _read_text(request: ApiRequest) -> MarkedText:
    text = request.text("text")
    marked = parse_html(text) if request.text("parse_mode") == "HTML" else MarkedText(_clean(text))
    if not marked.plain:
        raise bad_request("message text is empty")
    if utf16_length(marked.plain) > _LONGEST_TEXT:
        raise bad_request("message is too long")
    return marked


def _read_buttons(request: ApiRequest) -> Buttons:
    rows = (request.nested("reply_markup") or {}).get("inline_keyboard", [])
    if sum(map(len, rows)) > _MOST_BUTTONS or any(len(row) > _MOST_IN_A_ROW for row in rows):
        raise bad_request("reply markup is too long")
    return tuple(tuple(map(_read_button, row)) for row in rows)


def _read_button(button: Json) -> ApiButton:
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if not 1 <= len(button["callback_data"].encode()) <= _LONGEST_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    return ApiButton(button["text"], button["callback_data"])


def _post(
    world: World, request: ApiRequest, marked: MarkedText, file: ApiFile | None = None
) -> Json:
    chat, buttons = world.writable_chat(request), _read_buttons(request)
    reply_to = (request.nested("reply_parameters") or {}).get("message_id", 0)
    if not world.message(chat.id, reply_to):
        reply_to = 0
    number, now = world.next_id(), int(time.time())
    message = ApiMessage(number, chat.id, BOT, now, marked, buttons, file, reply_to)
    return world.as_json(world.keep(message))


# -- the methods


def get_me(_world: World, _request: ApiRequest) -> Json:
    """The bot's account."""
    return BOT.as_json() | {
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
    return file.as_json() | {"file_path": f"documents/{file.file_id}"}


def set_commands(world: World, request: ApiRequest) -> bool:
    """Offer commands to all private chats, to all groups or in one chat."""
    scope = request.nested("scope")
    if scope["type"] not in _MENUS:
        if scope.get("chat_id") not in world.chats:
            raise bad_request("chat not found")
        scope["type"] = f"chat {scope['chat_id']}"
    commands = request.nested("commands")
    world.commands[scope["type"]] = {one["command"]: one["description"] for one in commands}
    return True


def answer_tap(world: World, request: ApiRequest) -> bool:
    """Answer a tap, once, with a notice or without."""
    notice = request.text("text")
    if len(notice) > _LONGEST_NOTICE:
        raise bad_request("MESSAGE_TOO_LONG")
    answer = {"text": notice, "show_alert": request.flag("show_alert")}
    return _answer(world, request.text("callback_query_id"), answer)


def answer_inline(world: World, request: ApiRequest) -> bool:
    """Answer an inline question."""
    answer = {"results": request.nested("results") or []}
    return _answer(world, request.text("inline_query_id"), answer)


def _answer(world: World, query_id: str, answer: Json) -> bool:
    query = world.queries.get(query_id)
    if query is None or query.answer:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    world.queries[query_id] = replace(query, answer=answer)
    return True


def send_message(world: World, request: ApiRequest) -> Json:
    """Write a text into a chat."""
    return _post(world, request, _read_text(request))


def send_document(world: World, request: ApiRequest) -> Json:
    """Write a file into a chat."""
    return _post(world, request, MarkedText(), _read_file(world, request, "document"))


def send_photo(world: World, request: ApiRequest) -> Json:
    """Show a picture in a chat, a PNG."""
    picture = _read_file(world, request, "photo")
    if not picture.content.startswith(_PNG):
        raise bad_request("IMAGE_PROCESS_FAILED")
    return _post(world, request, MarkedText(), replace(picture, is_photo=True))


def _read_file(world: World, request: ApiRequest, field: str) -> ApiFile:
    upload = request.files.get(request.text(field).removeprefix("attach://") or field)
    if upload is None or not upload.content:
        raise bad_request("file must be non-empty")
    return world.keep_file(upload.name, upload.mime_type, upload.content)


def edit_text(world: World, request: ApiRequest) -> Json:
    """Change the text of a message of the bot's; a keyboard that is not repeated is removed."""
    chat = world.writable_chat(request)
    message = world.message(chat.id, request.number("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.sender.is_bot:
        raise bad_request("message can't be edited")
    if message.document:
        raise bad_request("there is no text in the message to edit")
    marked, buttons = _read_text(request), _read_buttons(request)
    if (message.marked, message.buttons) == (marked, buttons):
        raise bad_request(_NOT_MODIFIED)
    return world.as_json(world.edit(message, marked, buttons))


def send_action(world: World, request: ApiRequest) -> bool:
    """Show what the bot is doing."""
    world.actions.append((world.writable_chat(request).id, request.text("action")))
    return True


METHODS: dict[str, Callable[[World, ApiRequest], Any]] = {
    "answerCallbackQuery": answer_tap,
    "answerInlineQuery": answer_inline,
    "editMessageText": edit_text,
    "getFile": get_file,
    "getMe": get_me,
    "sendChatAction": send_action,
    "sendDocument": send_document,
    "sendPhoto": send_photo,
    "sendMessage": send_message,
    "setMyCommands": set_commands,
}
"""All but those on how updates are brought, which the server itself answers."""
