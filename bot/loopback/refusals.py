"""How a call is refused: a code, Telegram's own words, what a client is told beside them."""

from typing import Any


class Refused(Exception):
    """A call that Telegram answers with ``ok: false``."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        body = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(reason: str) -> Refused:
    """The refusal of a call that cannot be carried out as it was made."""
    return Refused(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> Refused:
    """The refusal of a call to a chat that does not have the bot."""
    return Refused(403, f"Forbidden: {reason}")


def conflict(reason: str) -> Refused:
    """The refusal of one of two ways, or two askers, to get updates."""
    return Refused(409, f"Conflict: {reason}")


def too_many(seconds: int) -> Refused:
    """The refusal of a call that came too soon."""
    words = f"Too Many Requests: retry after {seconds}"
    return Refused(429, words, retry_after=seconds)


def not_found() -> Refused:
    """The refusal of a method, a file or a token's form that there is not."""
    return Refused(404, "Not Found")


def unauthorized() -> Refused:
    """The refusal of a token that is nobody's."""
    return Refused(401, "Unauthorized")
