"""The text of a call, with its markup, as it is to be kept."""

from typing import Any

from bot.loopback.entities import Entity, found_entities, settled, slice_of, utf16_length
from bot.loopback.given import Given
from bot.loopback.markup import parse_html
from bot.loopback.refusals import bad_request
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
