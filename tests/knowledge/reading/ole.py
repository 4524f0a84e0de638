"""Compound files (MS-CFB) and what stands in them, made as Office and Outlook make them."""

import struct
from collections.abc import Mapping, Sequence

Storage = Mapping[str, "bytes | Storage"]
_SECTOR = 512
_LEAST = 4096  # shorter streams would lie in a stream of their own
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(root: Storage) -> bytes:
    """A file with these streams and storages; a short stream is filled up with zeros."""
    entries: list[list[object]] = [["Root Entry", 5, None, _END, 0, _FREE]]
    data: list[bytes] = []

    def add(storage: Storage, parent: int) -> None:
        before = None
        for name, content in storage.items():
            number = len(entries)
            entry: list[object] = [name, 1, content, _END, 0, _FREE]
            entries.append(entry)
            if before is None:
                entries[parent][2] = number
            else:
                entries[before][5] = number
            before = number
            if isinstance(content, bytes):
                stream = content.ljust(_LEAST, b"\0")
                entry[1:5] = [2, None, sum(map(len, data)) // _SECTOR, len(stream)]
                data.append(stream + bytes(-len(stream) % _SECTOR))
            else:
                entry[2] = None
                add(content, number)

    add(root, 0)
    listed = len(entries) + -len(entries) % 4
    directory_sectors, data_sectors = listed * 128 // _SECTOR, sum(map(len, data)) // _SECTOR
    fat_sectors = 1
    while fat_sectors * 128 < fat_sectors + directory_sectors + data_sectors:
        fat_sectors += 1
    first = fat_sectors + directory_sectors
    directory = b"".join(_entry(entry, first) for entry in entries)
    directory += b"".join(
        _entry(["", 0, None, 0, 0, _FREE], 0) for _ in range(listed - len(entries))
    )
    chains = [_FAT] * fat_sectors + _chain(fat_sectors, directory_sectors)
    at = first
    for stream in data:
        count = len(stream) // _SECTOR
        chains += _chain(at, count)
        at += count
    chains += [_FREE] * (fat_sectors * 128 - len(chains))
    fat = struct.pack(f"<{len(chains)}I", *chains)
    places = [*range(fat_sectors), *[_FREE] * (109 - fat_sectors)]
    about = struct.pack(
        "<HHHHH6xIIIIIIIII",
        *(0x3E, 3, 0xFFFE, 9, 6),
        *(0, fat_sectors, fat_sectors, 0, _LEAST, _END, 0, _END, 0),
    )
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + about
    return header + struct.pack("<109I", *places) + fat + directory + b"".join(data)


def _chain(first: int, count: int) -> list[int]:
    return [*range(first + 1, first + count), _END] if count else []


def _entry(entry: Sequence[object], first: int) -> bytes:
    name, kind, child, start, size, right = entry
    raw = str(name).encode("utf-16-le")
    at = int(str(start)) + first if kind == 2 else 0
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        *(raw, len(raw) + 2 if raw else 0, kind, 1, _FREE, right),
        *(_FREE if child is None else child, b"", 0, 0, 0, at, size),
    )


def outlook_mail(subject: str, body: str, files: Mapping[str, bytes]) -> bytes:
    """A mail as Outlook saves it."""
    root: dict[str, bytes | Storage] = {
        "__properties_version1.0": b"",
        "__substg1.0_0037001F": subject.encode("utf-16-le"),
        "__substg1.0_1000001F": body.encode("utf-16-le"),
    }
    for number, (name, content) in enumerate(files.items()):
        root[f"__attach_version1.0_#{number:08X}"] = {
            "__substg1.0_3707001F": name.encode("utf-16-le"),
            "__substg1.0_37010102": content,
        }
    return compound(root)


Value = str | tuple[float, str]
"""Words, or a number with its format."""


def old_workbook(
    rows: Sequence[Sequence[Value | None]],
    merged: Sequence[tuple[int, int, int, int]] = (),
    name: str = "指标",
) -> bytes:
    """A workbook of one sheet as Excel 97 writes it (MS-XLS)."""
    formats = list(dict.fromkeys(v[1] for row in rows for v in row if isinstance(v, tuple)))
    head = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)) + _record(0x42, b"\xb0\x04")
    font = struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 134, 0) + b"\x02\x00Ab"
    head += _record(0x31, font) * 5
    for number, code in enumerate(formats):
        head += _record(0x41E, struct.pack("<H", 164 + number) + _words(code, "<H"))
    for number in range(-15, len(formats) + 1):
        key = 163 + number if number > 0 else 0
        parent = 0xFFF5 if number < 0 else 1
        head += _record(0xE0, struct.pack("<HHHBBBBIIH", 0, key, parent, 0x20, 0, 0, 0, 0, 0, 0))
    body = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                place = struct.pack("<HHH", row, column, 15)
                body += _record(0x204, place + _words(cell, "<H"))
            elif cell is not None:
                style = 16 + formats.index(cell[1])
                body += _record(0x203, struct.pack("<HHHd", row, column, style, cell[0]))
    if merged:
        ranges = b"".join(struct.pack("<HHHH", *one) for one in merged)
        body += _record(0xE5, struct.pack("<H", len(merged)) + ranges)
    body += _record(0x0A, b"")
    sheet = struct.pack("<BB", 0, 0) + _words(name, "<B")
    length = len(head) + 4 + 4 + len(sheet) + 4
    head += _record(0x85, struct.pack("<I", length) + sheet) + _record(0x0A, b"")
    return compound({"Workbook": head + body})


def _words(words: str, count: str) -> bytes:
    return struct.pack(count, len(words)) + b"\x01" + words.encode("utf-16-le")


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content
