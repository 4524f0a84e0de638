"""A language model behind an OpenAI-compatible endpoint: streams text, always ends in time."""

import asyncio
import threading
import unicodedata
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache, cached_property
from queue import Empty, SimpleQueue
from typing import Any

import openai
from langchain_core.messages import AIMessageChunk
from langchain_core.messages.ai import add_ai_message_chunks
from langchain_core.prompt_values import PromptValue
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from bot.errors import (
    EndpointBroken,
    EndpointBusy,
    EndpointCut,
    EndpointFailed,
    EndpointFiltered,
    EndpointOdd,
    EndpointRefused,
    EndpointRejected,
    EndpointSilent,
    EndpointSlow,
    EndpointUnknownModel,
    EndpointUnpaid,
    EndpointUnreachable,
    SettingsInvalid,
)
from bot.interruption import Deadline, raise_if_stopped
from bot.model.tokens import TokenGauge, token_count
from knowledge.storage.endpoint_embedder import is_http_address

_CONNECT_SECONDS = 10.0
_MOST_CHARACTERS = 20_000  # an endpoint that never stops is stopped
_UNREADABLE = frozenset({"Cc", "Cf", "Cs"})
_CHECK_STOP_EVERY = 0.2
_FIRST_SHARE = 3  # of the seconds that an answer may take, the first token may take a third
_OWN_TEMPERATURE = 1.0  # the one that every model takes

_ODD = (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError)
"""What the vendors' code raises on answers that are not in the protocol."""
_FAILURES = (openai.OpenAIError, TimeoutError, *_ODD)
"""Everything that a call to an endpoint may raise."""

_TRIES = 3
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 20.0
_REFUSED, _UNPAID, _UNKNOWN, _BUSY = frozenset({401, 403}), 402, 404, 429
_PASSING = (EndpointBusy, EndpointBroken, EndpointUnreachable)


@dataclass(frozen=True, slots=True)
class _End:
    error: BaseException | None


class ChatEndpoint(Runnable[PromptValue, AIMessageChunk]):
    """One model, as the last step of a chain; its calls raise EndpointFailed.

    ``seconds`` is the most that a connection, and then each piece of text, may take; one that
    sends nothing for a third of it is given up. ``tokens`` learns how many tokens it counts. The
    network has a thread of its own, so that a caller can always stop waiting.
    """

    def __init__(
        self,
        model: str,
        key: str,
        base_url: str,
        seconds: float,
        tokens: TokenGauge | None = None,
    ) -> None:
        if base_url and not is_http_address(base_url):
            raise SettingsInvalid(name="OPENAI_BASE_URL")
        if not (key.isascii() and key.isprintable()):  # no header can carry it
            raise SettingsInvalid(name="OPENAI_API_KEY")
        self.model = model
        self.tokens = tokens or TokenGauge()
        self._key = SecretStr(key)
        self._base_url = base_url
        self._seconds = seconds
        self._temperature: float | None = None

    def stream(
        self,
        input: PromptValue,  # noqa: A002 - Runnable's name
        config: RunnableConfig | None = None,
        *,
        temperature: float | None = None,
        deadline: Deadline | None = None,
        **kwargs: Any,
    ) -> Iterator[AIMessageChunk]:
        """The model's answer, piece by piece, the last with its ``finish_reason``.

        ``deadline`` is the time that all calls for a question share. Closing the iterator stops
        the model.
        """
        del config, kwargs  # the network's thread reports nothing
        pieces: SimpleQueue[AIMessageChunk | _End] = SimpleQueue()
        deadline = deadline or Deadline(self._seconds)
        call = self._fetch(input, temperature or 0.0, deadline, pieces)
        future = asyncio.run_coroutine_threadsafe(call, _loop())
        try:
            while not isinstance(piece := _wait_for(pieces), _End):
                if piece.usage_metadata:
                    counted = piece.usage_metadata["input_tokens"]
                    self.tokens.learn(token_count(input.to_string()), counted)
                yield piece
            if piece.error is not None:
                raise piece.error
        finally:
            future.cancel()

    def invoke(
        self,
        input: PromptValue,  # noqa: A002 - Runnable's name
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> AIMessageChunk:
        """The model's whole answer; takes what ``stream`` takes."""
        return add_ai_message_chunks(*self.stream(input, config, **kwargs))

    async def _fetch(
        self,
        prompt: PromptValue,
        temperature: float,
        deadline: Deadline,
        pieces: "SimpleQueue[AIMessageChunk | _End]",
    ) -> None:
        error: BaseException | None = None
        try:
            async for piece in self._try(prompt, temperature, deadline):
                pieces.put(piece)
        except BaseException as raised:
            error = raised
            raise
        finally:
            pieces.put(_End(error))

    async def _try(
        self, prompt: PromptValue, temperature: float, deadline: Deadline
    ) -> AsyncIterator[AIMessageChunk]:
        """The answer at the first try that works; another is made only before any text came."""
        tries, patience = 0, Deadline(self._seconds / _FIRST_SHARE)
        while True:
            started = False
            try:
                async with asyncio.timeout(_soonest(patience, deadline)) as limit:
                    waiting = TokenWait(limit, deadline)
                    async for piece in self._call(prompt, temperature, waiting):
                        if (
                            not deadline.remaining()
                        ):  # a cancellation can get lost inside the vendors
                            raise TimeoutError
                        started = True
                        yield piece
            except _FAILURES as error:
                tries += 1
                if _refuses_temperature(error) and self._temperature is None:
                    self._temperature = _OWN_TEMPERATURE
                    continue
                failure = _failure_of(error, started=started)
                pause = _pause_before_retry(error, failure, tries, _soonest(patience, deadline))
                if started or pause is None:
                    raise failure from error
                await asyncio.sleep(pause)
            else:
                return

    async def _call(
        self, prompt: PromptValue, temperature: float, waiting: "TokenWait"
    ) -> AsyncIterator[AIMessageChunk]:
        if self._temperature is not None:
            temperature = self._temperature
        length, finish, visible, usage = 0, "", False, None
        async for chunk in self._chat.bind(temperature=temperature).astream(prompt):
            finish = str(chunk.response_metadata.get("finish_reason") or finish)
            usage = chunk.usage_metadata or usage
            text = _readable(str(chunk.text))
            waiting.see(text)
            length += len(text)
            visible = visible or bool(text.strip())
            if length > _MOST_CHARACTERS:
                finish = "length"
                break
            if text:
                yield AIMessageChunk(content=text)
        if finish == "content_filter":
            raise EndpointFiltered
        if not visible:
            raise EndpointSilent
        if not finish:
            raise EndpointCut
        yield AIMessageChunk(
            content="", response_metadata={"finish_reason": finish}, usage_metadata=usage
        )

    @cached_property
    def _chat(self) -> ChatOpenAI:
        connect = min(_CONNECT_SECONDS, self._seconds)
        return ChatOpenAI(
            model=self.model,
            api_key=self._key,
            base_url=self._base_url or None,
            timeout=openai.Timeout(self._seconds, connect=connect),
            stream_chunk_timeout=0,  # its wait can lose a cancellation; the client's is kept to
            max_retries=0,  # ours distinguish a wait that helps from one that does not
            stream_usage=False,  # old servers do not know the option; many count unasked
        )


class TokenWait:
    """Waits for the first token within one limit, and for the rest until the deadline."""

    def __init__(self, limit: asyncio.Timeout, deadline: Deadline) -> None:
        self._limit = limit
        self._deadline = deadline
        self._seen = 0

    def see(self, text: str) -> None:
        """Take in one piece; the first without text only opens an answer, others are thoughts."""
        self._seen += 1
        if (text or self._seen > 1) and not self._limit.expired():
            now = asyncio.get_running_loop().time()
            self._limit.reschedule(now + self._deadline.remaining())


def _soonest(*deadlines: Deadline) -> float:
    """The seconds left until the first of some deadlines."""
    return min(deadline.remaining() for deadline in deadlines)


def _wait_for(pieces: "SimpleQueue[AIMessageChunk | _End]") -> AIMessageChunk | _End:
    """The next piece; raises Stopped where the work under way is to stop."""
    while True:
        raise_if_stopped()
        try:
            return pieces.get(timeout=_CHECK_STOP_EVERY)
        except Empty:
            continue


@cache  # one for all: the vendor's clients share their connections, which belong to one loop
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="model", daemon=True).start()
    return loop


def _readable(text: str) -> str:
    """A text without control characters, invisible ones and half surrogate pairs.

    They steer terminals, hide in figures, and cannot be encoded.
    """
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _UNREADABLE)


def _failure_of(error: BaseException, *, started: bool) -> EndpointFailed:
    """Our error for a vendor's; ``started``: some text had come."""
    if isinstance(error, (TimeoutError, openai.APITimeoutError)):
        return EndpointSlow()
    if isinstance(error, openai.APIConnectionError):
        return EndpointCut() if started else EndpointUnreachable()
    if isinstance(error, openai.APIStatusError):
        return _by_status(error)
    if isinstance(error, openai.APIError):
        return EndpointFiltered() if _is_filter(error) else EndpointBroken()
    return EndpointOdd()


def _pause_before_retry(
    error: BaseException, failure: EndpointFailed, tries: int, remaining: float
) -> float | None:
    """Seconds to wait before another try; None where it would not help, or takes too long.

    ``tries`` have been made. A server's ``Retry-After`` (RFC 9110, 10.2.3) is kept to.
    """
    if not isinstance(failure, _PASSING) or tries >= _TRIES:
        return None
    pause = _FIRST_PAUSE * 2 ** (tries - 1)
    if isinstance(error, openai.APIStatusError):
        pause = max(pause, _retry_after(error))
    return pause if pause <= _LONGEST_PAUSE and pause < remaining / 2 else None


def _refuses_temperature(error: BaseException) -> bool:
    """Whether a model takes no temperature but its own."""
    return isinstance(error, openai.BadRequestError) and "temperature" in str(error.body)


def _by_status(error: openai.APIStatusError) -> EndpointFailed:
    status = error.status_code
    if status in _REFUSED:
        return EndpointRefused()
    if status == _UNPAID or error.code == "insufficient_quota":
        return EndpointUnpaid()
    if status == _UNKNOWN:
        return EndpointUnknownModel()
    if status == _BUSY:
        return EndpointBusy()
    if status >= 500:
        return EndpointBroken()
    return EndpointFiltered() if _is_filter(error) else EndpointRejected()


def _is_filter(error: openai.APIError) -> bool:
    words = f"{error.code} {error.body}".lower()
    return "content_filter" in words or "content_policy" in words or "data_inspection" in words


def _retry_after(error: openai.APIStatusError) -> float:
    """The seconds that the server asks for; 0 where it asks for none that can be read."""
    headers = error.response.headers
    try:
        if milliseconds := headers.get("retry-after-ms"):
            return float(milliseconds) / 1000
        after = headers.get("retry-after", "0")
        if after.replace(".", "", 1).isdigit():
            return float(after)
        date = error.response.headers.get("date", "")
        return (parsedate_to_datetime(after) - parsedate_to_datetime(date)).total_seconds()
    except (ValueError, TypeError):
        return 0.0
