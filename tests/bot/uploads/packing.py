"""Archives of every kind that people, or those who mean harm, may send."""

import io
import struct
import zipfile
from collections.abc import Mapping


def packed(files: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of some files in order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def packed_by_windows(files: Mapping[str, str]) -> bytes:
    """An archive whose names are GB18030 without a mark, as Chinese Windows makes them.

    Stand-ins of the same length are written first, and put right in both headers.
    """
    buffer = io.BytesIO()
    places = {}
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for n, (name, text) in enumerate(files.items()):
            raw = name.encode("gb18030")
            places[f"{n:03}".ljust(len(raw), "x").encode()] = raw
            archive.writestr(f"{n:03}".ljust(len(raw), "x"), text)
    data = buffer.getvalue()
    for stand_in, raw in places.items():
        data = data.replace(stand_in, raw)
    return data


def with_link(name: str, target: str) -> bytes:
    """An archive that holds a symbolic link."""
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(info, target)
    return buffer.getvalue()


def marked_encrypted(data: bytes) -> bytes:
    """The same archive with the mark of encryption on every member."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = changed.find(signature)
        while place >= 0:
            changed[place + offset] |= 1
            place = changed.find(signature, place + 1)
    return bytes(changed)


def told_smaller(data: bytes, size: int) -> bytes:
    """The same archive with another unpacked size in every header: a lie."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = changed.find(signature)
        while place >= 0:
            struct.pack_into("<L", changed, place + offset, size)
            place = changed.find(signature, place + 1)
    return bytes(changed)
