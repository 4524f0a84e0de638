"""Chat completions as endpoints really send them: the events of a stream, or one JSON body.

Both are read here line by line, since an empty or foreign event, which many servers send to keep
the connection open, ends the vendors' own reader.
"""

import json
import re
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from dataclasses import dataclass, replace
from typing import Any

from bot.model.refusals import Refusal, read_finish, read_refusal

_LINE_END = re.compile(rb"\r\n|\n|\r")
_FIELD = re.compile(r"(data|event|id|retry) ?: ?(.*)", re.DOTALL)
_MOST_BYTES = 4_000_000  # of what is no event; an endpoint that never stops is stopped


class NotCompletion(ValueError):
    """What came is not in the protocol."""


@dataclass(frozen=True, slots=True)
class Delta:
    """What one event adds; ``whole``: its text is all of the answer, not a piece.

    ``finish`` is a reason in the protocol's words, empty while more may come. ``usage`` are the
    tokens of the prompt and of the answer, where they are counted.
    """

    text: str = ""
    finish: str = ""
    whole: bool = False
    usage: tuple[int, int] | None = None


class CompletionRefused(Exception):
    """An error that came in place of a completion."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__()
        self.refusal = refusal


async def read_completion(body: AsyncIterable[bytes]) -> AsyncIterator[Delta]:
    """What a response's body adds, in order; raises NotCompletion and CompletionRefused.

    The last has ``finish`` where the server gave a reason, or said ``[DONE]``.
    """
    events, finished = _Events(), False
    async for line in _lines(body):
        for event in events.add(line):
            if event is _DONE:
                if not finished:
                    yield Delta(finish="stop")
                return
            if delta := _delta_of(event):
                finished = finished or bool(delta.finish)
                yield delta
    for event in events.rest():
        if delta := _delta_of(event):
            yield replace(delta, finish=delta.finish or "stop")
    if not events.seen:
        raise NotCompletion


async def _lines(body: AsyncIterable[bytes]) -> AsyncIterator[str]:
    """The lines of a body; a stream of events is UTF-8, whatever its header says."""
    buffer = b""
    async for chunk in body:
        *lines, buffer = _LINE_END.split(buffer + chunk)
        for line in lines:
            yield line.decode(errors="replace")
        if len(buffer) > _MOST_BYTES:
            raise NotCompletion
    yield buffer.decode(errors="replace")


_DONE: dict[str, Any] = {}
"""The event that says that nothing more comes."""


class _Events:
    """Makes JSON events of lines; ``seen``: there was one.

    An event without a blank line behind it counts; one cut over several lines is put together;
    what is neither JSON nor a field is kept as a body.
    """

    def __init__(self) -> None:
        self.seen = False
        self._parts: list[str] = []
        self._body: list[str] = []
        self._size = 0

    def add(self, line: str) -> Iterator[dict[str, Any]]:
        line = line.lstrip("\ufeff")
        field = _FIELD.fullmatch(line.strip())
        if field is None:
            if not line.strip():
                self._check_whole()
            elif not line.startswith(":"):
                self._keep(line)
            return
        if field[1] == "data" and (data := field[2].strip()):
            yield from self._data(data)

    def _data(self, data: str) -> Iterator[dict[str, Any]]:
        if data.strip("[]").casefold() == "done":
            self.seen = True
            yield _DONE
            return
        if not self._parts and not data.startswith("{"):
            return  # ": keepalive", "ping": only keeps the connection open
        self._parts.append(data)
        if (event := _object_of("\n".join(self._parts))) is not None:
            self._parts.clear()
            self.seen = True
            yield event

    def _check_whole(self) -> None:
        if self._parts:  # a lost piece could be half of a figure
            raise NotCompletion

    def _keep(self, line: str) -> None:
        self._body.append(line)
        self._size += len(line)
        if self._size > _MOST_BYTES:
            raise NotCompletion

    def rest(self) -> Iterator[dict[str, Any]]:
        """The events of a body that is no stream: one JSON object, or one on each line."""
        self._check_whole()
        whole = _object_of("\n".join(self._body))
        lines = [whole] if whole is not None else map(_object_of, self._body)
        for event in lines:
            if event is not None:
                self.seen = True
                yield event


def _object_of(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _delta_of(event: dict[str, Any]) -> Delta | None:
    """What an event says of the answer; raises CompletionRefused where it tells of an error."""
    choices = event.get("choices")
    if not choices and (refusal := read_refusal(event)):
        raise CompletionRefused(refusal)
    choice = choices[0] if isinstance(choices, list) and choices else None
    usage = _usage_of(event.get("usage"))
    if not isinstance(choice, dict):
        return Delta(usage=usage) if usage else None
    if refusal := read_refusal(choice.get("error")):
        raise CompletionRefused(refusal)
    message = choice.get("message")
    finish = read_finish(choice.get("finish_reason"))
    if isinstance(message, dict) and (text := _text_of(message.get("content"))):
        return Delta(text, finish, whole=bool(finish), usage=usage)
    delta = choice.get("delta")
    content = delta.get("content") if isinstance(delta, dict) else choice.get("text")
    return Delta(_text_of(content), finish, usage=usage)


def _text_of(content: object) -> str:
    """The text of a content, which is one, or a list of parts."""
    if isinstance(content, list):
        return "".join(map(_text_of, content))
    if isinstance(content, dict):
        return _text_of(content.get("text")) if content.get("type", "text") == "text" else ""
    return content if isinstance(content, str) else ""


def _usage_of(usage: object) -> tuple[int, int] | None:
    """The tokens of the prompt and of the answer, where both are counted."""
    if not isinstance(usage, dict):
        return None
    counts = usage.get("prompt_tokens"), usage.get("completion_tokens")
    prompt, answer = (n if isinstance(n, int) else 0 for n in counts)
    return (prompt, answer) if prompt > 0 else None


class TextJoiner:
    """Makes what is new out of texts that a server sends piece by piece, or anew each time.

    The first three texts tell: where each begins with the one before, the text grows. The second
    waits until then.
    """

    def __init__(self) -> None:
        self._text = ""
        self._count = 0
        self._waiting = ""
        self._grows = False

    def add(self, delta: Delta) -> str:
        """What a delta adds to the text."""
        text = delta.text
        if not text:
            return ""
        self._count += 1
        if self._count == 2 and not delta.whole and _grows(self._text, text):
            self._waiting = text
            return ""
        if self._waiting:
            self._grows = _grows(self._waiting, text)
            text = text if self._grows else self._waiting + text
            self._waiting = ""
        if self._text and (self._grows or delta.whole):
            text = text[len(self._text) :] if text.startswith(self._text) else ""
        self._text += text
        return text

    def rest(self) -> str:
        """What still waits when nothing more comes."""
        return self._waiting


def _grows(before: str, after: str) -> bool:
    return len(after) > len(before) and after.startswith(before)
