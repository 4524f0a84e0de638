"""Entities of a text: their places in UTF-16 units, and those that Telegram finds by itself."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from bot.loopback.refusals import bad_request

MOST_ENTITIES = 100

SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
"""Those that are joined where they touch and cut where code begins."""
CODE = ("code", "pre")
QUOTES = ("blockquote", "expandable_blockquote")

_ORDER = (*QUOTES, "pre", "code", "text_link", "text_mention", "bold", "italic", "underline")

_WORD = r"[^\W]"
_FOUND = (
    ("mention", re.compile(rf"(?<!{_WORD})@[A-Za-z0-9_]{{2,32}}(?!{_WORD})")),
    (
        "bot_command",
        re.compile(
            rf"(?<![/<>])(?<!{_WORD})/[A-Za-z0-9_]{{1,64}}(?:@[A-Za-z0-9_]{{3,32}})?(?!{_WORD}|[/<>@])"
        ),
    ),
    ("url", re.compile(r"(?i)(?<![\w@])(?:https?://|www\.)[a-z0-9.-]+(?::\d+)?(?:/[!-~]*)?")),
    ("email", re.compile(r"(?<![\w.+-])[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")),
    ("hashtag", re.compile(rf"(?<!{_WORD})#(?=\d*[^\W\d])\w{{1,256}}(?![\w#])")),
)


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of a text with a meaning; offset and length in UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str = ""
    user_id: int = 0
    language: str = ""
    custom_emoji_id: str = ""

    @property
    def end(self) -> int:
        """The unit after its last."""
        return self.offset + self.length

    def meets(self, other: "Entity") -> bool:
        """Whether the two share a unit."""
        return self.offset < other.end and other.offset < self.end

    def as_json(self) -> dict[str, Any]:
        """As the Bot API writes it; a mentioned user is named by the number alone."""
        told: dict[str, Any] = {"type": self.type, "offset": self.offset, "length": self.length}
        if self.user_id:
            told["user"] = {"id": self.user_id, "is_bot": False, "first_name": ""}
        beside = {
            "url": self.url,
            "language": self.language,
            "custom_emoji_id": self.custom_emoji_id,
        }
        return told | {key: value for key, value in beside.items() if value}


def utf16_length(text: str) -> int:
    """The length that Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def slice_of(text: str, entity: Entity) -> str:
    """The characters that an entity covers."""
    units = text.encode("utf-16-le")
    return units[2 * entity.offset : 2 * entity.end].decode("utf-16-le")


def in_order(entities: Iterable[Entity]) -> list[Entity]:
    """From the left, and the outer before the inner."""

    def place(entity: Entity) -> tuple[int, int, int]:
        rank = _ORDER.index(entity.type) if entity.type in _ORDER else len(_ORDER)
        return entity.offset, -entity.length, rank

    return sorted(entities, key=place)


def found_entities(text: str, given: Iterable[Entity] = ()) -> list[Entity]:
    """The given entities and the commands, mentions, addresses and tags of a text.

    Nothing is found within code or within a link that was given.
    """
    closed = [e for e in given if e.type not in (*SPLITTABLE, *QUOTES)]
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            found = Entity(kind, utf16_length(text[: match.start()]), utf16_length(match[0]))
            if not any(found.meets(other) for other in closed):
                closed.append(found)
    return in_order([*closed, *(e for e in given if e.type in (*SPLITTABLE, *QUOTES))])


def settled(text: str, entities: Iterable[Entity]) -> tuple[str, list[Entity]]:
    """A text as Telegram keeps it: cleaned, trimmed, its entities moved and set right.

    Raises Refused for an entity that does not lie on whole characters of the text.
    """
    places = _new_places(text)
    kept = "".join(map(_cleaned, text))
    lead = utf16_length(kept) - utf16_length(kept.lstrip())
    trimmed = kept.strip()
    size = utf16_length(trimmed)
    moved = []
    for entity in entities:
        begin, end = _whole(entity, places)
        begin, end = max(begin - lead, 0), min(end - lead, size)
        if begin < end:
            moved.append(replace(entity, offset=begin, length=end - begin))
    return trimmed, _untangled(moved)[:MOST_ENTITIES]


def _cleaned(character: str) -> str:
    if character == "\r" or "\u2028" <= character <= "\u202e":
        return ""
    return " " if character < " " and character != "\n" else character


def _new_places(text: str) -> dict[int, int]:
    """For each unit on which a character begins: where it is after cleaning."""
    places, old, new = {0: 0}, 0, 0
    for character in text:
        old += utf16_length(character)
        new += utf16_length(_cleaned(character))
        places[old] = new
    return places


def _whole(entity: Entity, places: dict[int, int]) -> tuple[int, int]:
    if entity.offset < 0 or entity.length < 0:
        raise bad_request(f"receive an entity with incorrect offset {entity.offset}")
    if entity.end > max(places):
        raise bad_request(
            f"entity beginning at UTF-16 offset {entity.offset} ends after the end of the text "
            f"at UTF-16 offset {entity.end}"
        )
    if entity.offset not in places or entity.end not in places:
        raise bad_request(
            f"entity beginning at UTF-16 offset {entity.offset} ends in a middle of a UTF-16 symbol"
        )
    return places[entity.offset], places[entity.end]


def _untangled(entities: list[Entity]) -> list[Entity]:
    """Without quotes in quotes, links in links, or anything within code."""
    ordered = in_order(entities)
    quotes = _apart(e for e in ordered if e.type in QUOTES)
    closed = _apart(e for e in ordered if e.type not in (*SPLITTABLE, *QUOTES))
    code = [e for e in closed if e.type in CODE]
    styles = [
        piece
        for kind in SPLITTABLE
        for run in _joined(e for e in ordered if e.type == kind)
        for piece in _cut(run, code)
    ]
    return in_order([*quotes, *closed, *styles])


def _apart(entities: Iterable[Entity]) -> list[Entity]:
    """Those that do not meet one before them."""
    kept: list[Entity] = []
    for entity in entities:
        if not any(entity.meets(other) for other in kept):
            kept.append(entity)
    return kept


def _joined(entities: Iterable[Entity]) -> list[Entity]:
    """Entities of one kind, those that touch made one."""
    runs: list[Entity] = []
    for entity in entities:
        if runs and entity.offset <= runs[-1].end:
            end = max(runs[-1].end, entity.end)
            runs[-1] = replace(runs[-1], length=end - runs[-1].offset)
        else:
            runs.append(entity)
    return runs


def _cut(entity: Entity, code: list[Entity]) -> Iterator[Entity]:
    """The pieces of an entity that lie outside of code."""
    begin = entity.offset
    for hole in code:
        if hole.meets(entity):
            if begin < hole.offset:
                yield replace(entity, offset=begin, length=hole.offset - begin)
            begin = max(begin, hole.end)
    if begin < entity.end:
        yield replace(entity, offset=begin, length=entity.end - begin)
