"""Telegram's HTML: a text with tags becomes a plain text with entities, or is refused."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from bot.loopback.refusals import Refused, bad_request

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


_STYLES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline", "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "span": "spoiler", "tg-spoiler": "spoiler",
}  # fmt: skip
_TAGS = {*_STYLES, "a", "code", "pre", "blockquote", "tg-emoji"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPACE = " \t\r\n\v\0"

_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]+)|#(?P<decimal>[0-9]+)|(?P<name>[A-Za-z]+));?")
_NAME = re.compile(rf"[^{_SPACE}>]*")
_ATTRIBUTE = re.compile(rf"[^{_SPACE}=>]*")
_SPACES = re.compile(rf"[{_SPACE}]*")
_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_PLAIN = re.compile(r"[^&<]+")


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    begin: int
    """The place in the plain text, in characters."""


@dataclass(slots=True)
class _Reading:
    source: str
    place: int = 0
    plain: str = ""
    length: int = 0
    opened: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.plain += text
        self.length += utf16_length(text)


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """The plain text of a source and its entities, inner before outer; raises Refused."""
    reading = _Reading(source)
    while reading.place < len(source):
        character = source[reading.place]
        if character == "&":
            decoded, reading.place = _reference(source, reading.place)
            reading.say(decoded)
        elif source.startswith("</", reading.place):
            _close(reading)
        elif character == "<":
            _open(reading)
        elif run := _PLAIN.match(source, reading.place):
            reading.say(run[0])
            reading.place = run.end()
    if reading.opened:
        tag = reading.opened[-1].tag
        raise _unparsable(f'Can\'t find end tag corresponding to start tag "{tag}"')
    if any("\ud800" <= character <= "\udfff" for character in reading.plain):
        raise _unparsable(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    # a language is told of a block alone
    told = [replace(e, language="") if e.type == "code" else e for e in reading.entities]
    return reading.plain, told


def _unparsable(reason: str) -> Refused:
    return bad_request(f"can't parse entities: {reason}")


def _byte(source: str, place: int) -> int:
    return len(source[:place].encode("utf-8", "surrogatepass"))


def _reference(source: str, place: int) -> tuple[str, int]:
    """What a reference stands for, and the place after it; itself where it is none."""
    match = _REFERENCE.match(source, place)
    if match is None:
        return "&", place + 1
    if match["name"]:
        known = _NAMED.get(match["name"])
        return (known, match.end()) if known else ("&", place + 1)
    digits, base = (match["hex"], 16) if match["hex"] else (match["decimal"], 10)
    code = int(digits, base) if len(digits) < 10 else 0
    too_long = len(match[0].rstrip(";")) >= 10
    if not 0 < code < 0x10FFFF or too_long:
        return "&", place + 1
    return chr(code), match.end()


def _matched(pattern: re.Pattern[str], source: str, place: int) -> str:
    found = pattern.match(source, place)
    return found[0] if found else ""


def _open(reading: _Reading) -> None:
    source, begin = reading.source, reading.place
    name = _matched(_NAME, source, begin + 1)
    place = begin + 1 + len(name)
    tag, at = name.lower(), _byte(source, begin)
    if place >= len(source):
        raise _unparsable(f"Unclosed start tag at byte offset {at}")
    if tag not in _TAGS:
        raise _unparsable(f'Unsupported start tag "{tag}" at byte offset {at}')
    argument = ""
    while True:
        place += len(_matched(_SPACES, source, place))
        if place >= len(source):
            raise _unparsable(f'Unclosed start tag "{tag}" at byte offset {at}')
        if source[place] == ">":
            break
        key, value, place = _attribute(source, place, f'"{tag}" at byte offset {at}')
        argument = _argument(tag, key, value) or argument
    if tag == "span" and argument != "spoiler":
        raise _unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
    reading.opened.append(_Open(tag, argument, reading.length, len(reading.plain)))
    reading.place = place + 1


def _attribute(source: str, place: int, where: str) -> tuple[str, str, int]:
    """An attribute's name, its value, and the place after them."""
    key = _matched(_ATTRIBUTE, source, place)
    if not key:
        raise _unparsable(f"Empty attribute name in the tag {where}")
    place += len(key)
    place += len(_matched(_SPACES, source, place))
    if not source.startswith("=", place):
        return key, "", place
    place += 1
    place += len(_matched(_SPACES, source, place))
    if place >= len(source):
        raise _unparsable(f"Unclosed start tag {where}")
    if source[place] in "'\"":
        value, place = _quoted(source, place)
        if place > len(source):
            raise _unparsable(f"Unclosed start tag {where}")
        return key, value, place
    value = _matched(_TOKEN, source, place)
    after = place + len(value)
    if after < len(source) and source[after] not in f"{_SPACE}>":
        raise _unparsable(f"Unexpected end of name token at byte offset {_byte(source, place)}")
    return key, value.lower(), after


def _quoted(source: str, place: int) -> tuple[str, int]:
    """A value in quotation marks; the place is past the end where it is not closed."""
    mark, value, place = source[place], "", place + 1
    while place < len(source) and source[place] != mark:
        if source[place] == "&":
            decoded, place = _reference(source, place)
            value += decoded
        else:
            value += source[place]
            place += 1
    return value, place + 1


def _argument(tag: str, key: str, value: str) -> str:
    """What an attribute says that counts for its tag, or nothing."""
    match tag, key:
        case ("a", "href") | ("tg-emoji", "emoji-id"):
            return value
        case ("code", "class") if value.startswith("language-"):
            return value.removeprefix("language-")
        case ("span", "class") if value.startswith("tg-"):
            return value.removeprefix("tg-")
        case ("blockquote", "expandable"):
            return "expandable"
    return ""


def _close(reading: _Reading) -> None:
    source, begin = reading.source, reading.place
    at = _byte(source, begin)
    if not reading.opened:
        raise _unparsable(f"Unexpected end tag at byte offset {at}")
    name = _matched(_NAME, source, begin + 2)
    place = begin + 2 + len(name)
    place += len(_matched(_SPACES, source, place))
    if not source.startswith(">", place):
        raise _unparsable(f"Unclosed end tag at byte offset {at}")
    opened = reading.opened.pop()
    if name and name.lower() != opened.tag:
        raise _unparsable(
            f'Unmatched end tag at byte offset {at}, expected "</{opened.tag}>", '
            f'found "</{name.lower()}>"'
        )
    reading.place = place + 1
    if reading.length > opened.offset:
        _add(reading, opened)


def _add(reading: _Reading, opened: _Open) -> None:
    offset, length = opened.offset, reading.length - opened.offset
    if opened.tag in _STYLES:
        reading.entities.append(Entity(_STYLES[opened.tag], offset, length))
    elif opened.tag == "blockquote":
        kind = "expandable_blockquote" if opened.argument else "blockquote"
        reading.entities.append(Entity(kind, offset, length))
    elif opened.tag == "a":
        target = opened.argument or reading.plain[opened.begin :]
        reading.entities.extend(_link(target, offset, length))
    elif opened.tag == "tg-emoji":
        if not re.fullmatch(r"-?[0-9]{1,19}", opened.argument) or int(opened.argument) == 0:
            raise _unparsable("Invalid custom emoji identifier specified")
        entity = Entity("custom_emoji", offset, length, custom_emoji_id=opened.argument)
        reading.entities.append(entity)
    else:
        _add_code(reading, opened, length)


def _add_code(reading: _Reading, opened: _Open, length: int) -> None:
    """Code, or a block of it; ``code`` alone within ``pre``, or the other way, is one block."""
    inner = reading.entities[-1] if reading.entities else None
    alone = inner and (inner.offset, inner.length) == (opened.offset, length)
    if inner and alone and inner.type == "code" and opened.tag == "pre":
        reading.entities[-1] = Entity("pre", opened.offset, length, language=inner.language)
    elif inner and alone and inner.type == "pre" and opened.tag == "code" and opened.argument:
        reading.entities[-1] = Entity("pre", opened.offset, length, language=opened.argument)
    else:
        entity = Entity(opened.tag, opened.offset, length, language=opened.argument)
        reading.entities.append(entity)


def _link(target: str, offset: int, length: int) -> list[Entity]:
    """The link that a target makes: to a user, to an address, or none."""
    if user := re.fullmatch(r"tg://user\?id=([0-9]{1,15})", target, re.IGNORECASE):
        return [Entity("text_mention", offset, length, user_id=int(user[1]))]
    address = re.fullmatch(
        r"(?:(https?|tg|ton)://)?([^\s/?#]+)(.*)", target, re.IGNORECASE | re.DOTALL
    )
    if address is None or not (address[1] or "." in address[2].strip(".")):
        return []
    scheme = (address[1] or "http").lower()
    rest = address[3] or ("/" if scheme.startswith("http") else "")
    return [Entity("text_link", offset, length, url=f"{scheme}://{address[2]}{rest}")]
