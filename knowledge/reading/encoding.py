"""Bytes to text, by content alone: byte order mark, UTF-8, GB18030, UTF-16 and Big5.

Every encoding that can read the bytes at all is priced: how many bits the characters it yields
cost when common characters are cheap and rare ones dear. The cheapest reading is the text, unless
it costs so much that the bytes were no text to begin with.
"""

import codecs
import re
import string
import unicodedata
from collections import Counter
from functools import cache

from knowledge.vocabulary import DATA

MAIL_HEAD = re.compile(rb"(?i)(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,30}?MIME-Version:")
"""How a page begins that a browser saved with all that belongs to it: as a mail does."""
_COMMON_CHARACTERS = DATA / "common_characters.txt"
# UTF-32 before UTF-16, whose little-endian mark is the beginning of UTF-32's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Bits of handicap: what is rarer in bureaus has to be the better reading. cp950 is Big5 as
# Windows writes it.
_CODECS = {
    "utf-8": 0, "gb18030": 4, "utf-16-le": 10, "utf-16-be": 12, "cp950": 10, "big5hkscs": 16,
}  # fmt: skip
_SAMPLE_BYTES = 1 << 18
# As text, bytes must cost less than the 8 bits each that they cost as bytes. Chinese costs 3 to
# 5.5 bits a byte, random bytes that happen to decode about 9.
_MOST_BITS_PER_BYTE = 7
_SURE_BYTES = 1000  # of the second and later bytes of characters
_SLACK_BITS = 8  # a line of a few words may happen to be all rare names
_CONTROL_BITS = 40
_DROPPED_BYTE_BITS = 12
_FIRST_LINE_BITS = 7
_COMMON_ASCII = f"{string.ascii_lowercase}{string.digits} \n.,-:()/%*"
_COMMON_ASCII_BITS = 6
_RARE_ASCII_BITS = 7
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
# Word leaves a stray control in text it exports; one in 200 is that, more is no text.
_CHARACTERS_PER_CONTROL = 200
_BYTES_PER_LOSS, _MOST_LOSSES = 1_000, 50
_LOST = "\ufffd"
_LOSSES = re.compile(f"{_LOST}+")
_LONGEST_DAMAGED = 20_000  # bytes of a line
_WIDTHS = (1, 2, 3, 4)  # bytes of a character
_MOST_BITS = 100


class NotText(ValueError):
    """The bytes are no text in any known encoding."""


def decode(data: bytes) -> str:
    r"""Give the text that the bytes hold, else raise NotText; never mojibake.

    The text is exact but for its line ends (all become ``\n``), its byte order mark (removed) and
    a last character that was cut in the middle (dropped).
    """
    marked = ((data[len(mark) :], [name]) for mark, name in _MARKS if data.startswith(mark))
    body, names = next(marked, (data, None))
    for name in names or _plausible_codecs(data):
        decoded = _decode_as(body, name)
        if decoded is not None and _is_clean(decoded[0]):
            return _with_line_ends(decoded[0])
    raise NotText


def decode_damaged(data: bytes) -> str:
    r"""Give a text with ``\ufffd`` for each damaged place, else raise NotText; few may be."""
    read = (_with_marks(data, name) for name in ("utf-8", "gb18030") if b"\0" not in data)
    priced = ((_bits(text[:_SAMPLE_BYTES]), text) for text in read if text)
    bits, text = min(priced, default=(0, ""))
    few = 0 < text.count(_LOST) <= _most_losses(data)
    if not (few and _is_clean(text) and _is_worth(bits, _sample(data))):
        raise NotText
    return _with_line_ends(text)


def _with_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_worth(bits: int, data: bytes) -> bool:
    """Whether bytes that are read for so many bits are text."""
    return bits <= _MOST_BITS_PER_BYTE * len(data) + _SLACK_BITS


def _most_losses(data: bytes) -> int:
    return min(1 + len(data) // _BYTES_PER_LOSS, _MOST_LOSSES)


def _with_marks(data: bytes, name: str) -> str:
    """The text with its damaged lines as they read best; nothing where too many are damaged.

    Behind a byte that was lost, GB18030 reads as other characters, up to the end of the line.
    """
    lines = data.split(b"\n")
    read = [_sound_line(line, name) for line in lines]
    damaged = [line for line, text in zip(lines, read, strict=True) if text is None]
    if len(damaged) > _most_losses(data) or max(map(len, damaged), default=0) > _LONGEST_DAMAGED:
        return ""
    mended = (_cheapest_reading(line, name) for line in damaged)
    return "\n".join(next(mended) if text is None else text for text in read)


def _sound_line(line: bytes, name: str) -> str | None:
    try:
        text = line.decode(name)
    except UnicodeDecodeError:
        return None
    return text if _is_worth(_bits(text), line) else None


def _cheapest_reading(line: bytes, name: str) -> str:
    """The characters that cost least, where a byte may be left out as damaged.

    ``ways`` holds for each place the price of the bytes before it, and the last character's.
    """
    ways: list[tuple[int, int, str]] = [(0, 0, "")]
    ways += [(len(line) * _MOST_BITS, 0, "")] * len(line)
    for start in range(len(line)):
        price = ways[start][0]
        characters = [(width, _character(line, start, width, name)) for width in _WIDTHS]
        steps = [(width, char, _bits(char)) for width, char in characters if char]
        for width, char, bits in [(1, _LOST, _CONTROL_BITS), *steps]:
            way = (price + bits, start, char)
            ways[start + width] = min(ways[start + width], way, key=lambda one: one[0])
    read, place = [], len(line)
    while place:
        _, place, character = ways[place]
        read.append(character)
    return _LOSSES.sub(_LOST, "".join(reversed(read)))


def _character(line: bytes, start: int, width: int, name: str) -> str:
    """The one character that some bytes of a line are; empty if they are none, or several."""
    piece = line[start : start + width]
    try:
        text = piece.decode(name)
    except UnicodeDecodeError:
        return ""
    return text if len(text) == 1 and len(piece) == width else ""


def decode_name(name: bytes) -> str | None:
    """The name of a file: one that is no UTF-8 was mostly made on a Chinese Windows."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _plausible_codecs(data: bytes) -> list[str]:
    """Give the encodings whose reading of the bytes is worth its price, the cheapest first."""
    sample = _sample(data)
    utf8 = _decode_as(sample, "utf-8")
    if utf8 and len(sample) - len(utf8[0]) >= _SURE_BYTES:  # no other encoding reads so by chance
        return ["utf-8"]
    priced = []
    for name, handicap in _CODECS.items():
        if decoded := _decode_as(sample, name):
            bits = _bits(decoded[0]) + decoded[1] * _DROPPED_BYTE_BITS
            if _is_worth(bits, sample):
                priced.append((bits + handicap, name))
    return [name for _, name in sorted(priced)]


def _sample(data: bytes) -> bytes:
    """Give a stretch that starts with a whole character and holds what is not ASCII, if any is."""
    beyond_ascii = _BEYOND_ASCII.search(data)
    first = beyond_ascii.start() if beyond_ascii else 0
    # Multibyte characters begin beyond ASCII, those of UTF-16 at even places.
    start = 0 if first < _SAMPLE_BYTES // 2 else first - first % 2
    return data[start : start + _SAMPLE_BYTES]


def _decode_as(data: bytes, name: str) -> tuple[str, int] | None:
    """Give the text and the number of bytes of a cut last character, or None."""
    decoder = codecs.getincrementaldecoder(name)()
    try:
        text = decoder.decode(data, final=False)
    except UnicodeDecodeError:
        return None
    return text, len(decoder.getstate()[0])


def _is_clean(text: str) -> bool:
    if "\0" in text:
        return False
    controls = sum(1 for _ in _CONTROLS.finditer(text))
    return controls * _CHARACTERS_PER_CONTROL <= len(text)


def _bits(text: str) -> int:
    common = _common_bits()
    return sum(
        count * (common.get(character) or _rare_bits(character))
        for character, count in Counter(text).items()
    )


@cache
def _common_bits() -> dict[str, int]:
    """How many bits each listed character costs: one more for each line further down the list."""
    lines = _COMMON_CHARACTERS.read_text(encoding="utf-8").splitlines()
    listed = {
        character: _FIRST_LINE_BITS + number
        for number, line in enumerate(lines)
        for character in line
    }
    ascii_text = dict.fromkeys(string.printable, _RARE_ASCII_BITS)
    common = dict.fromkeys(_COMMON_ASCII, _COMMON_ASCII_BITS)
    return ascii_text | common | listed | {_LOST: _CONTROL_BITS}


def _rare_bits(character: str) -> int:
    match unicodedata.category(character):
        case "Cc" | "Cn":
            return _CONTROL_BITS
        case "Co":
            return 26
        case "Zs":  # what is copied from web pages is full of no-break spaces
            return 9
        case "Lo" if "\u3400" <= character <= "\u9fff":
            return 20
        case category if (
            character < "\u0800" or category[0] in "SNPZ" or "\u3040" <= character <= "\u30ff"
        ):
            return 14
        case _:
            return 18
