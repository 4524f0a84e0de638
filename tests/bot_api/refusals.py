"""The errors that a call is answered with, in Telegram's own words."""

from typing import Any


class ApiError(Exception):
    """A call is answered with ``ok: false``: a code, a description, parameters for the client."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        body = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(reason: str) -> ApiError:
    """The call is malformed or cannot be carried out."""
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    """The bot may not write into the chat."""
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    """Updates are taken by another poll, or by a webhook."""
    return ApiError(409, f"Conflict: {reason}")


def too_many(seconds: int) -> ApiError:
    """The call came too soon; ``seconds`` to wait."""
    words = f"Too Many Requests: retry after {seconds}"
    return ApiError(429, words, retry_after=seconds)


def not_found() -> ApiError:
    """No such method or file, or the token is malformed."""
    return ApiError(404, "Not Found")


def unauthorized() -> ApiError:
    """The token is no bot's."""
    return ApiError(401, "Unauthorized")
