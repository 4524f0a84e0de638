"""Files that people send: encrypted, at an address that WeCom gives for five minutes."""

import base64
import binascii
import re
from pathlib import Path
from urllib.parse import unquote

import httpx
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bot.conversation.adapter import OutcomeUnknown, Rejected

_SECONDS = 60.0
_BLOCK, _LONGEST_PADDING = 16, 32
_NAMED = re.compile(r"""filename\*=(?:UTF-8|utf-8)''([^;\s]+)|filename="?([^";]+)"?""")


async def fetch(file_id: str, to: Path, most: int) -> str:
    """Put a file where it is wanted; its name. ``file_id`` is its key and its address.

    Raises OutcomeUnknown, and Rejected where it is not there, too large or cannot be read.
    """
    key, _, url = file_id.partition(" ")
    content = bytearray()
    try:
        async with (
            httpx.AsyncClient(timeout=_SECONDS, follow_redirects=True) as client,
            client.stream("GET", url) as response,
        ):
            if response.is_server_error:
                raise OutcomeUnknown(str(response.status_code))
            if response.is_error:
                raise Rejected(f"file: {response.status_code}")
            async for part in response.aiter_bytes():
                content += part
                if len(content) > most + _LONGEST_PADDING:
                    raise Rejected("file: too large")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise OutcomeUnknown(type(error).__name__) from error
    to.write_bytes(decrypt(bytes(content), key) if key else content)  # noqa: ASYNC240 - it is local
    return _name_in(response.headers.get("content-disposition", ""))


def decrypt(content: bytes, key: str) -> bytes:
    """AES-256-CBC, its vector the key's beginning, padded to 32 bytes; raises Rejected."""
    try:
        secret = base64.b64decode(key + "=" * (-len(key) % 4), validate=True)
        opening = Cipher(AES(secret), CBC(secret[:_BLOCK])).decryptor()
        padded = opening.update(content) + opening.finalize()
    except (binascii.Error, ValueError) as error:
        raise Rejected("file: cannot be decrypted") from error
    length = padded[-1] if padded else 0
    if not 1 <= length <= _LONGEST_PADDING or padded[-length:] != bytes([length]) * length:
        raise Rejected("file: cannot be decrypted")
    return padded[:-length]


def _name_in(disposition: str) -> str:
    """The name that an answer's head gives the file; empty where it gives none."""
    found = _NAMED.search(disposition)
    return unquote(found[1] or found[2]).strip() if found else ""
