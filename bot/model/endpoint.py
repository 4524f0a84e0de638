"""A language model behind an OpenAI-compatible endpoint: streams text, always ends in time."""

import asyncio
import ssl
import threading
import unicodedata
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from functools import cache, cached_property
from queue import Empty, SimpleQueue
from typing import Any

import httpx2
import openai
from langchain_core.messages import AIMessageChunk, convert_to_openai_messages
from langchain_core.messages.ai import UsageMetadata, add_ai_message_chunks
from langchain_core.prompt_values import PromptValue
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from bot.checking.drafts import read_draft
from bot.checking.statements import showable_length
from bot.errors import (
    EndpointBroken,
    EndpointBusy,
    EndpointCut,
    EndpointFailed,
    EndpointFiltered,
    EndpointMisconfigured,
    EndpointOdd,
    EndpointProxyFailed,
    EndpointRejected,
    EndpointSilent,
    EndpointSlow,
    EndpointUnreachable,
    EndpointUntrusted,
    SettingsInvalid,
)
from bot.interruption import Deadline, raise_if_stopped
from bot.model.completions import CompletionRefused, Delta, TextJoiner, read_completion
from bot.model.refusals import Part, Refusal, failure_of_refusal, read_refusal
from bot.model.tokens import TokenGauge, token_count
from bot.settings import proxy_variable
from knowledge.storage.endpoint_embedder import is_http_address

_CONNECT_SECONDS = 10.0
_MOST_CHARACTERS = 20_000  # an endpoint that never stops is stopped
_UNREADABLE = frozenset({"Cc", "Cf", "Cs"})
_CHECK_STOP_EVERY = 0.2
_FIRST_SHARE = 3  # of the seconds that an answer may take, the first token may take a third

_ODD = (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError)
"""What the vendors' code raises on answers that are not in the protocol."""
_FAILURES = (
    openai.OpenAIError,
    httpx2.RequestError,
    TimeoutError,
    CompletionRefused,
    *_ODD,
)
"""Everything that a call to an endpoint may raise."""

_TRIES = 3
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 20.0
_REFUSES_FORM = frozenset({400, 405, 406, 415, 422, 500, 501})
"""What servers answer where they do not take a part of a request."""
_PASSING = (EndpointBusy, EndpointBroken, EndpointUnreachable, EndpointProxyFailed)


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
        self._left_out: frozenset[Part] = frozenset()  # what this endpoint does not take

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
        tries, forms = 0, _Forms(self._left_out)
        patience = Deadline(self._seconds / _FIRST_SHARE)
        while True:
            started = False
            first = deadline if Part.STREAM in forms.left_out else patience
            try:
                async with asyncio.timeout(_soonest(first, deadline)) as limit:
                    waiting = TokenWait(limit, deadline)
                    async for piece in self._call(prompt, temperature, forms.left_out, waiting):
                        if (
                            not deadline.remaining()
                        ):  # a cancellation can get lost inside the vendors
                            raise TimeoutError
                        started = True
                        yield piece
            except _FAILURES as error:
                failure = self._name_proxy(_failure_of(error, started=started))
                if not started and forms.reduce(error, failure):
                    continue
                tries += 1
                pause = _pause_before_retry(error, failure, tries, _soonest(patience, deadline))
                if started or pause is None:
                    raise forms.first_failure or failure from error
                await asyncio.sleep(pause)
            else:
                self._left_out = forms.left_out
                return

    async def _call(
        self,
        prompt: PromptValue,
        temperature: float,
        left_out: frozenset[Part],
        waiting: "TokenWait",
    ) -> AsyncIterator[AIMessageChunk]:
        request: dict[str, Any] = {
            "model": self.model,
            "messages": _messages_of(prompt, with_system=Part.SYSTEM not in left_out),
            "stream": Part.STREAM not in left_out,
        }
        if Part.TEMPERATURE not in left_out:
            request["temperature"] = temperature
        if not left_out & {Part.USAGE, Part.STREAM}:
            request["stream_options"] = {"include_usage": True}
        joiner, text, last = TextJoiner(), "", Delta()
        async with (
            self._chat.async_client.with_streaming_response.create(**request) as response,
            aclosing(response.iter_bytes()) as body,
        ):
            async for delta in read_completion(body):
                last = Delta(finish=delta.finish or last.finish, usage=delta.usage or last.usage)
                waiting.see(delta.text)
                piece = _readable(joiner.add(delta))
                text += piece
                if len(text) > _MOST_CHARACTERS:
                    last = replace(last, finish="length")
                    break
                if piece:
                    yield AIMessageChunk(content=piece)
        if piece := _readable(joiner.rest()):
            text += piece
            yield AIMessageChunk(content=piece)
        yield _last_chunk(text, last)

    def _name_proxy(self, failure: EndpointFailed) -> EndpointFailed:
        """The failure, or one that names the proxy on the way where nobody answered."""
        if type(failure) is EndpointUnreachable and (name := proxy_variable(self._address)):
            return EndpointProxyFailed(name=name)
        return failure

    @property
    def _address(self) -> str:
        return self._base_url or str(self._chat.root_async_client.base_url)

    @cached_property
    def _chat(self) -> ChatOpenAI:
        try:
            return self._open_chat()
        except (ValueError, ImportError, OSError, httpx2.InvalidURL) as error:
            raise EndpointMisconfigured from error

    def _open_chat(self) -> ChatOpenAI:
        connect = min(_CONNECT_SECONDS, self._seconds)
        return ChatOpenAI(
            model=self.model,
            api_key=self._key,
            base_url=self._base_url or None,
            timeout=openai.Timeout(self._seconds, connect=connect),
            stream_chunk_timeout=0,  # its wait can lose a cancellation; the client's is kept to
            max_retries=0,  # ours distinguish a wait that helps from one that does not
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


def _messages_of(prompt: PromptValue, *, with_system: bool) -> list[dict[str, Any]]:
    """The prompt as the protocol has it; its system message can be put into the next one."""
    messages = [convert_to_openai_messages([message])[0] for message in prompt.to_messages()]
    if with_system:
        return messages
    told = [message["content"] for message in messages if message["role"] == "system"]
    first, *others = (message for message in messages if message["role"] != "system")
    return [first | {"content": "\n\n".join([*told, first["content"]])}, *others]


def _last_chunk(text: str, last: Delta) -> AIMessageChunk:
    """The end of an answer, with its reason and the tokens counted; raises EndpointFailed.

    An answer that was cut for its length behind a whole sentence stands as it is.
    """
    finish = last.finish
    if finish == "content_filter":
        raise EndpointFiltered
    if finish == "error":
        raise EndpointBroken
    if not text.strip():
        raise EndpointSilent
    if not finish:
        raise EndpointCut
    if finish == "length" and showable_length(readable := read_draft(text)) == len(readable):
        finish = "stop"
    usage = None
    if last.usage:
        read, written = last.usage
        usage = UsageMetadata(input_tokens=read, output_tokens=written, total_tokens=read + written)
    return AIMessageChunk(
        content="", response_metadata={"finish_reason": finish}, usage_metadata=usage
    )


class _Forms:
    """The forms that a request can have, the next one barer where an endpoint refused the last."""

    def __init__(self, left_out: frozenset[Part]) -> None:
        self.left_out = left_out
        self.first_failure: EndpointFailed | None = None
        self._tried = {left_out}
        self._barer = [left_out | {Part.USAGE, part} for part in Part] + [frozenset(Part)]

    def reduce(self, error: BaseException, failure: EndpointFailed) -> bool:
        """Whether there is a form that could be taken after this failure; ``left_out`` is its.

        A server that tells what it does not like is believed; else each part is left out by
        itself, and then all. One that failed by itself (500) is believed only if it tells.
        """
        if not isinstance(failure, EndpointRejected | EndpointBroken):
            return False
        refusal = _refusal_of(error)
        status = error.status_code if isinstance(error, openai.APIStatusError) else 400
        if status not in _REFUSES_FORM or (refusal is None and status >= 500):
            return False
        named = refusal.named_parts() if refusal else frozenset()
        forms = [self.left_out | named] if named else []
        forms += self._barer if status < 500 else []
        barer = next((form for form in forms if form not in self._tried), None)
        if barer is None:
            return False
        self.left_out = barer
        self._tried.add(barer)
        self.first_failure = self.first_failure or failure
        return True


def _refusal_of(error: BaseException) -> Refusal | None:
    if isinstance(error, CompletionRefused):
        return error.refusal
    if isinstance(error, openai.APIStatusError):
        return read_refusal({"error": error.body})
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what it came from, the nearest first."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def _failure_of(error: BaseException, *, started: bool) -> EndpointFailed:
    """Our error for a vendor's; ``started``: some text had come."""
    if isinstance(error, (TimeoutError, openai.APITimeoutError, httpx2.TimeoutException)):
        return EndpointSlow()
    if isinstance(error, (openai.APIConnectionError, httpx2.RequestError)):
        if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(error)):
            return EndpointUntrusted()
        return EndpointCut() if started else EndpointUnreachable()
    if isinstance(error, openai.APIStatusError):
        return failure_of_refusal(error.status_code, _refusal_of(error))
    if isinstance(error, CompletionRefused):
        return failure_of_refusal(200, error.refusal)
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
