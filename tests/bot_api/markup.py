"""Telegram's HTML becomes a plain text with entities, or is refused."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from tests.bot_api.refusals import ApiError, bad_request

MOST_ENTITIES = 100

SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
"""Types whose entities are joined where they touch and split around code."""
CODE = ("code", "pre")
QUOTES = ("blockquote", "expandable_blockquote")

_ORDER = (*QUOTES, "pre", "code", "text_link", "text_mention", "bold", "italic", "underline")

_WORD = r"[^\W]"
_FINDERS = (
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
    """A span of a text with a meaning; offset and length in UTF-16 units."""

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

    def overlaps(self, other: "Entity") -> bool:
        """Whether the two share a unit."""
        return self.offset < other.end and other.offset < self.end

    def as_json(self) -> dict[str, Any]:
        """As the Bot API writes it; a mentioned user is named by the number alone."""
        entity: dict[str, Any] = {"type": self.type, "offset": self.offset, "length": self.length}
        if self.user_id:
            entity["user"] = {"id": self.user_id, "is_bot": False, "first_name": ""}
        optional = ("url", "language", "custom_emoji_id")
        return entity | {name: value for name in optional if (value := getattr(self, name))}


def utf16_length(text: str) -> int:
    """The length that Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def slice_of(text: str, entity: Entity) -> str:
    """The characters that an entity covers."""
    units = text.encode("utf-16-le")
    return units[2 * entity.offset : 2 * entity.end].decode("utf-16-le")


def sort_entities(entities: Iterable[Entity]) -> list[Entity]:
    """From the left, an outer one before those within it."""

    def place(entity: Entity) -> tuple[int, int, int]:
        rank = _ORDER.index(entity.type) if entity.type in _ORDER else len(_ORDER)
        return entity.offset, -entity.length, rank

    return sorted(entities, key=place)


def find_entities(text: str, explicit: Iterable[Entity] = ()) -> list[Entity]:
    """The explicit entities, with the commands, mentions, addresses and hashtags of a text.

    None are detected within code or within an explicit link.
    """
    closed = [e for e in explicit if e.type not in (*SPLITTABLE, *QUOTES)]
    for kind, pattern in _FINDERS:
        for match in pattern.finditer(text):
            entity = Entity(kind, utf16_length(text[: match.start()]), utf16_length(match[0]))
            if not any(entity.overlaps(other) for other in closed):
                closed.append(entity)
    return sort_entities([*closed, *(e for e in explicit if e.type in (*SPLITTABLE, *QUOTES))])


def normalise(text: str, entities: Iterable[Entity]) -> tuple[str, list[Entity]]:
    """The text as Telegram stores it: cleaned and trimmed, its entities moved and untangled.

    Raises ApiError for an entity that does not cover whole characters of the text.
    """
    places = _new_places(text)
    cleaned = "".join(map(_clean, text))
    lead = utf16_length(cleaned) - utf16_length(cleaned.lstrip())
    trimmed = cleaned.strip()
    size = utf16_length(trimmed)
    moved = []
    for entity in entities:
        begin, end = _move_span(entity, places)
        begin, end = max(begin - lead, 0), min(end - lead, size)
        if begin < end:
            moved.append(replace(entity, offset=begin, length=end - begin))
    return trimmed, _resolve_overlaps(moved)[:MOST_ENTITIES]


def _clean(character: str) -> str:
    if character == "\r" or "\u2028" <= character <= "\u202e":
        return ""
    return " " if character < " " and character != "\n" else character


def _new_places(text: str) -> dict[int, int]:
    """For each unit at which a character begins: its unit after cleaning."""
    places, old, new = {0: 0}, 0, 0
    for character in text:
        old += utf16_length(character)
        new += utf16_length(_clean(character))
        places[old] = new
    return places


def _move_span(entity: Entity, places: dict[int, int]) -> tuple[int, int]:
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


def _resolve_overlaps(entities: list[Entity]) -> list[Entity]:
    """Drop quotes in quotes, links in links and styles within code."""
    ordered = sort_entities(entities)
    quotes = _without_overlaps(e for e in ordered if e.type in QUOTES)
    closed = _without_overlaps(e for e in ordered if e.type not in (*SPLITTABLE, *QUOTES))
    code = [e for e in closed if e.type in CODE]
    styles = [
        piece
        for kind in SPLITTABLE
        for run in _join_adjacent(e for e in ordered if e.type == kind)
        for piece in _split_around(run, code)
    ]
    return sort_entities([*quotes, *closed, *styles])


def _without_overlaps(entities: Iterable[Entity]) -> list[Entity]:
    """Those that overlap none before them."""
    result: list[Entity] = []
    for entity in entities:
        if not any(entity.overlaps(other) for other in result):
            result.append(entity)
    return result


def _join_adjacent(entities: Iterable[Entity]) -> list[Entity]:
    """Entities of one type; those that touch become one."""
    runs: list[Entity] = []
    for entity in entities:
        if runs and entity.offset <= runs[-1].end:
            end = max(runs[-1].end, entity.end)
            runs[-1] = replace(runs[-1], length=end - runs[-1].offset)
        else:
            runs.append(entity)
    return runs


def _split_around(entity: Entity, code: list[Entity]) -> Iterator[Entity]:
    """The parts of an entity outside of code."""
    begin = entity.offset
    for hole in code:
        if hole.overlaps(entity):
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
class _OpenTag:
    tag: str
    argument: str
    offset: int
    begin: int
    """The place in the plain text, in characters."""


@dataclass(slots=True)
class _Parser:
    source: str
    place: int = 0
    plain: str = ""
    length: int = 0
    opened: list[_OpenTag] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def append(self, text: str) -> None:
        self.plain += text
        self.length += utf16_length(text)


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """The plain text of a source and its entities, inner before outer; raises ApiError."""
    parser = _Parser(source)
    while parser.place < len(source):
        character = source[parser.place]
        if character == "&":
            decoded, parser.place = _decode_reference(source, parser.place)
            parser.append(decoded)
        elif source.startswith("</", parser.place):
            _close_tag(parser)
        elif character == "<":
            _open_tag(parser)
        elif run := _PLAIN.match(source, parser.place):
            parser.append(run[0])
            parser.place = run.end()
    if parser.opened:
        tag = parser.opened[-1].tag
        raise _unparsable(f'Can\'t find end tag corresponding to start tag "{tag}"')
    if any("\ud800" <= character <= "\udfff" for character in parser.plain):
        raise _unparsable(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    # only a block has a language
    entities = [replace(e, language="") if e.type == "code" else e for e in parser.entities]
    return parser.plain, entities


def _unparsable(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")


def _byte_offset(source: str, place: int) -> int:
    return len(source[:place].encode("utf-8", "surrogatepass"))


def _decode_reference(source: str, place: int) -> tuple[str, int]:
    """The character of an HTML reference and the place after it; ``&`` where it is none."""
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


def _match_text(pattern: re.Pattern[str], source: str, place: int) -> str:
    match = pattern.match(source, place)
    return match[0] if match else ""


def _open_tag(parser: _Parser) -> None:
    source, begin = parser.source, parser.place
    name = _match_text(_NAME, source, begin + 1)
    place = begin + 1 + len(name)
    tag, at = name.lower(), _byte_offset(source, begin)
    if place >= len(source):
        raise _unparsable(f"Unclosed start tag at byte offset {at}")
    if tag not in _TAGS:
        raise _unparsable(f'Unsupported start tag "{tag}" at byte offset {at}')
    argument = ""
    while True:
        place += len(_match_text(_SPACES, source, place))
        if place >= len(source):
            raise _unparsable(f'Unclosed start tag "{tag}" at byte offset {at}')
        if source[place] == ">":
            break
        key, value, place = _read_attribute(source, place, f'"{tag}" at byte offset {at}')
        argument = _argument_of(tag, key, value) or argument
    if tag == "span" and argument != "spoiler":
        raise _unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
    parser.opened.append(_OpenTag(tag, argument, parser.length, len(parser.plain)))
    parser.place = place + 1


def _read_attribute(source: str, place: int, where: str) -> tuple[str, str, int]:
    """An attribute's name, its value, and the place after them."""
    key = _match_text(_ATTRIBUTE, source, place)
    if not key:
        raise _unparsable(f"Empty attribute name in the tag {where}")
    place += len(key)
    place += len(_match_text(_SPACES, source, place))
    if not source.startswith("=", place):
        return key, "", place
    place += 1
    place += len(_match_text(_SPACES, source, place))
    if place >= len(source):
        raise _unparsable(f"Unclosed start tag {where}")
    if source[place] in "'\"":
        value, place = _read_quoted(source, place)
        if place > len(source):
            raise _unparsable(f"Unclosed start tag {where}")
        return key, value, place
    value = _match_text(_TOKEN, source, place)
    after = place + len(value)
    if after < len(source) and source[after] not in f"{_SPACE}>":
        raise _unparsable(
            f"Unexpected end of name token at byte offset {_byte_offset(source, place)}"
        )
    return key, value.lower(), after


def _read_quoted(source: str, place: int) -> tuple[str, int]:
    """A value in quotation marks; the place lies past the end of the source if it is unclosed."""
    mark, value, place = source[place], "", place + 1
    while place < len(source) and source[place] != mark:
        if source[place] == "&":
            decoded, place = _decode_reference(source, place)
            value += decoded
        else:
            value += source[place]
            place += 1
    return value, place + 1


def _argument_of(tag: str, key: str, value: str) -> str:
    """The value of an attribute that matters for its tag, else nothing."""
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


def _close_tag(parser: _Parser) -> None:
    source, begin = parser.source, parser.place
    at = _byte_offset(source, begin)
    if not parser.opened:
        raise _unparsable(f"Unexpected end tag at byte offset {at}")
    name = _match_text(_NAME, source, begin + 2)
    place = begin + 2 + len(name)
    place += len(_match_text(_SPACES, source, place))
    if not source.startswith(">", place):
        raise _unparsable(f"Unclosed end tag at byte offset {at}")
    opened = parser.opened.pop()
    if name and name.lower() != opened.tag:
        raise _unparsable(
            f'Unmatched end tag at byte offset {at}, expected "</{opened.tag}>", '
            f'found "</{name.lower()}>"'
        )
    parser.place = place + 1
    if parser.length > opened.offset:
        _add_entity(parser, opened)


def _add_entity(parser: _Parser, opened: _OpenTag) -> None:
    offset, length = opened.offset, parser.length - opened.offset
    if opened.tag in _STYLES:
        parser.entities.append(Entity(_STYLES[opened.tag], offset, length))
    elif opened.tag == "blockquote":
        kind = "expandable_blockquote" if opened.argument else "blockquote"
        parser.entities.append(Entity(kind, offset, length))
    elif opened.tag == "a":
        target = opened.argument or parser.plain[opened.begin :]
        parser.entities.extend(_link_entities(target, offset, length))
    elif opened.tag == "tg-emoji":
        if not re.fullmatch(r"-?[0-9]{1,19}", opened.argument) or int(opened.argument) == 0:
            raise _unparsable("Invalid custom emoji identifier specified")
        entity = Entity("custom_emoji", offset, length, custom_emoji_id=opened.argument)
        parser.entities.append(entity)
    else:
        _add_code(parser, opened, length)


def _add_code(parser: _Parser, opened: _OpenTag, length: int) -> None:
    """Code, or a block of it; ``code`` alone within ``pre``, or the reverse, is one block."""
    inner = parser.entities[-1] if parser.entities else None
    alone = inner and (inner.offset, inner.length) == (opened.offset, length)
    if inner and alone and inner.type == "code" and opened.tag == "pre":
        parser.entities[-1] = Entity("pre", opened.offset, length, language=inner.language)
    elif inner and alone and inner.type == "pre" and opened.tag == "code" and opened.argument:
        parser.entities[-1] = Entity("pre", opened.offset, length, language=opened.argument)
    else:
        entity = Entity(opened.tag, opened.offset, length, language=opened.argument)
        parser.entities.append(entity)


def _link_entities(target: str, offset: int, length: int) -> list[Entity]:
    """The entity of a link: to a user, to an address, or none where the target is neither."""
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
