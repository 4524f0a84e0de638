"""Files that people send: encrypted, at an address that WeCom gives for five minutes."""

import re
from pathlib import Path
from urllib.parse import unquote

import httpx

from bot.conversation.adapter import OutcomeUnknown, Rejected
from bot.wecom.encryption import decrypt, read_key

_SECONDS = 60.0
_LONGEST_PADDING = 32
_NAMED = re.compile(r"""filename\*=(?:UTF-8|utf-8)''([^;\s]+)|filename="?([^";]+)"?""")


async def fetch(file_id: str, to: Path, most: int, otherwise: str = "") -> str:
    """Put a file where it is wanted; its name. ``file_id`` is its key and its address.

    ``otherwise`` is the key of one that has none of its own.

    Raises OutcomeUnknown, and Rejected where it is not there, too large or cannot be read.
    """
    own_key, _, url = file_id.partition(" ")
    key = own_key or otherwise
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
    to.write_bytes(_decrypt(bytes(content), key) if key else content)  # noqa: ASYNC240 - it is local
    return _name_in(response.headers.get("content-disposition", ""))


def _decrypt(content: bytes, key: str) -> bytes:
    try:
        return decrypt(content, read_key(key))
    except ValueError as error:
        raise Rejected("file: cannot be decrypted") from error


def _name_in(disposition: str) -> str:
    """The name that an answer's head gives the file; empty where it gives none."""
    found = _NAMED.search(disposition)
    return unquote(found[1] or found[2]).strip() if found else ""
