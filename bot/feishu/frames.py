"""The frames of the long connection: a protobuf message of nine fields; pure.

``Frame {1 SeqID, 2 LogID, 3 service, 4 method: varint; 5 headers: {1 key, 2 value}…; 6
payload_encoding, 7 payload_type: text; 8 payload: bytes; 9 LogIDNew: text}``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

_VARINT, _EIGHT, _SIZED, _FOUR = 0, 1, 2, 5
_LONGEST_VARINT = 70
CONTROL, DATA = 0, 1
"""What a frame's ``method`` is."""


@dataclass(frozen=True, slots=True)
class ProtoFrame:
    """A frame; what we do not read of it is kept for its answer."""

    method: int
    service: int = 0
    seq_id: int = 0
    log_id: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    payload: bytes = b""
    others: tuple[tuple[int, bytes], ...] = ()


def encode_frame(frame: ProtoFrame) -> bytes:
    """A frame as bytes."""
    numbers = ((1, frame.seq_id), (2, frame.log_id), (3, frame.service), (4, frame.method))
    parts = [_varint(n << 3) + _varint(value) for n, value in numbers]
    for key, value in frame.headers.items():
        parts.append(_sized(5, _sized(1, key.encode()) + _sized(2, value.encode())))
    parts += [_sized(number, value) for number, value in (*frame.others, (8, frame.payload))]
    return b"".join(parts)


def decode_frame(raw: bytes) -> ProtoFrame:
    """Bytes as a frame; raises ValueError where they are none."""
    numbers = {1: 0, 2: 0, 3: 0, 4: 0}
    headers: dict[str, str] = {}
    payload, others = b"", []
    for number, value in _fields(raw):
        if isinstance(value, int):
            numbers[number] = value
        elif number == 5:
            header = {n: v for n, v in _fields(value) if isinstance(v, bytes)}
            headers[header.get(1, b"").decode()] = header.get(2, b"").decode()
        elif number == 8:
            payload = value
        else:
            others.append((number, value))
    return ProtoFrame(
        numbers[4], numbers[3], numbers[1], numbers[2], headers, payload, tuple(others)
    )


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def _sized(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | _SIZED) + _varint(len(value)) + value


def _fields(raw: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(raw):
        tag, at = _read_varint(raw, at)
        kind = tag & 7
        if kind == _VARINT:
            value, at = _read_varint(raw, at)
            yield tag >> 3, value
            continue
        sizes = {_EIGHT: 8, _FOUR: 4}
        if kind == _SIZED:
            size, at = _read_varint(raw, at)
        elif kind in sizes:
            size = sizes[kind]
        else:
            raise ValueError("unknown kind of field")
        if at + size > len(raw):
            raise ValueError("a field is cut off")
        yield tag >> 3, raw[at : at + size]
        at += size


def _read_varint(raw: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(raw) and shift < _LONGEST_VARINT:
        value |= (raw[at] & 0x7F) << shift
        if raw[at] < 0x80:
            return value, at + 1
        at, shift = at + 1, shift + 7
    raise ValueError("a number is cut off")
