"""What a call brings: its fields, read with the types that Telegram reads, and its files."""

import json
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.loopback.refusals import bad_request

T = TypeVar("T")

NOT_UTF8 = "strings must be encoded in UTF-8"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    mime_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Given:
    """The fields and files of a call. A nested value is JSON, in a string or as it is."""

    fields: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A field as a string; empty where it is not given."""
        value = self.fields.get(name, "")
        if value is None:
            return ""
        if isinstance(value, (dict, list, bool)):
            return json.dumps(value)
        return checked(str(value))

    def number(self, name: str, default: int = 0) -> int:
        """A field as a whole number; what is none counts as the default."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        """A field as a truth value."""
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def parsed(self, name: str, what: str) -> Any:
        """A nested field, None where it is not given; ``what`` names it in a refusal."""
        value = self.fields.get(name)
        if not isinstance(value, str):
            return checked(value)
        if not value.strip():
            return None
        try:
            return checked(json.loads(value))
        except ValueError:
            raise bad_request(f"can't parse {what} JSON object") from None

    def items(self, name: str, what: str) -> list[Any]:
        """A nested field that is a list; empty where it is not given."""
        value = self.parsed(name, what)
        if value is None:
            return []
        if not isinstance(value, list):
            raise bad_request(f"can't parse {what}: expected an Array of {what}")
        return value


def checked(value: T) -> T:
    """A value in which every string is Unicode text; raises Refused for half a character."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise bad_request(NOT_UTF8) from None
    return value
