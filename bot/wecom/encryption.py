"""How WeCom encrypts files, and what a callback brings and is answered with; pure.

AES-256-CBC, its vector the key's beginning, padded to 32 bytes
(https://developer.work.weixin.qq.com/document/path/101033).
"""

import base64
import hashlib
import hmac
import os
import time
from collections.abc import Mapping

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

_BLOCK, _PADDED_TO = 16, 32
_LENGTH = 4
_OLDEST = 86_400.0


class NotOurs(ValueError):
    """What was brought is not WeCom's, not for us, or was brought long ago."""


def read_key(written: str) -> bytes:
    """The key that is written as Base64 without its padding; raises ValueError."""
    return base64.b64decode(written + "=" * (-len(written) % 4), validate=True)


def encrypt(content: bytes, key: bytes) -> bytes:
    """A content, encrypted."""
    padding = _PADDED_TO - len(content) % _PADDED_TO
    cipher = Cipher(AES(key), CBC(key[:_BLOCK])).encryptor()
    return cipher.update(content + bytes([padding]) * padding) + cipher.finalize()


def decrypt(content: bytes, key: bytes) -> bytes:
    """What was encrypted; raises ValueError."""
    cipher = Cipher(AES(key), CBC(key[:_BLOCK])).decryptor()
    padded = cipher.update(content) + cipher.finalize()
    length = padded[-1] if padded else 0
    if not 1 <= length <= _PADDED_TO or padded[-length:] != bytes([length]) * length:
        raise ValueError("padding")
    return padded[:-length]


class Envelope:
    """Opens what is signed with a bot's token and encrypted with its key, and seals the answers.

    The smart bot of an organisation is named by an empty receiver.
    """

    def __init__(self, token: str, key: str, receiver: str = "") -> None:
        self._token = token
        self._key = read_key(key)
        self._receiver = receiver.encode()

    def sign(self, encrypted: str, timestamp: str, nonce: str) -> str:
        """The signature of something encrypted."""
        signed = "".join(sorted((self._token, timestamp, nonce, encrypted)))
        return hashlib.sha1(signed.encode(), usedforsecurity=False).hexdigest()

    def open(self, encrypted: str, told: Mapping[str, str]) -> bytes:
        """What was brought; ``told`` is the address's query. Raises NotOurs."""
        timestamp, nonce = told.get("timestamp", ""), told.get("nonce", "")
        signature = self.sign(encrypted, timestamp, nonce)
        if not hmac.compare_digest(signature.encode(), told.get("msg_signature", "").encode()):
            raise NotOurs("signature")
        if not (timestamp.isdecimal() and abs(time.time() - int(timestamp)) < _OLDEST):
            raise NotOurs("timestamp")
        try:
            content = decrypt(base64.b64decode(encrypted, validate=True), self._key)[_BLOCK:]
        except ValueError as error:
            raise NotOurs("encryption") from error
        end = _LENGTH + int.from_bytes(content[:_LENGTH])
        if content[end:] != self._receiver:
            raise NotOurs("receiver")
        return content[_LENGTH:end]

    def seal(self, content: bytes) -> dict[str, str | int]:
        """An answer as WeCom takes it."""
        length = len(content).to_bytes(_LENGTH)
        whole = os.urandom(_BLOCK) + length + content + self._receiver
        encrypted = base64.b64encode(encrypt(whole, self._key)).decode()
        now, nonce = int(time.time()), os.urandom(8).hex()
        signature = self.sign(encrypted, str(now), nonce)
        return {"encrypt": encrypted, "msgsignature": signature, "timestamp": now, "nonce": nonce}
