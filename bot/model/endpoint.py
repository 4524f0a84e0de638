"""A language model behind an OpenAI-compatible endpoint; streams text, always ends in time."""

import asyncio
import threading
import unicodedata
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from queue import Empty, SimpleQueue

import openai
from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableSerializable
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from bot.errors import (
    EndpointCut,
    EndpointFiltered,
    EndpointSilent,
    SettingsInvalid,
)
from bot.interruption import heed
from bot.model.deadline import Deadline
from bot.model.delta import Delta
from bot.model.failures import FAILURES, failure_of, pause_before_retry, refuses_temperature
from knowledge.addresses import is_http_address
from prompts.loading import Prompt

_CONNECT_SECONDS = 10.0
_MOST_CHARACTERS = 20_000  # an endpoint that never stops is stopped
_UNREADABLE = frozenset({"Cc", "Cf", "Cs"})
_HEEDED_EVERY = 0.2
_OWN_TEMPERATURE = 1.0  # the one that every model takes


@dataclass(frozen=True, slots=True)
class _Ended:
    error: BaseException | None


class ChatEndpoint:
    """One model. The network lives in a thread of its own, so that a caller can always let go.

    ``seconds`` is the most that a connection, and then each piece of text, may take.
    """

    def __init__(self, model: str, key: str, base_url: str, seconds: float) -> None:
        if base_url and not is_http_address(base_url):
            raise SettingsInvalid(name="OPENAI_BASE_URL")
        if not (key.isascii() and key.isprintable()):  # no header can carry it
            raise SettingsInvalid(name="OPENAI_API_KEY")
        self.model = model
        self._key = SecretStr(key)
        self._base_url = base_url
        self._seconds = seconds
        self._temperature: float | None = None

    def stream(
        self, prompt: Prompt, variables: Mapping[str, str], deadline: Deadline
    ) -> Iterator[Delta]:
        """The model's answer, piece by piece, the last with ``finish``; raises EndpointFailed.

        Closing the iterator stops the model.
        """
        pieces: SimpleQueue[Delta | _Ended] = SimpleQueue()
        call = self._pour(prompt, variables, deadline, pieces)
        future = asyncio.run_coroutine_threadsafe(call, _loop())
        try:
            while not isinstance(piece := _next(pieces), _Ended):
                yield piece
            if piece.error is not None:
                raise piece.error
        finally:
            future.cancel()

    async def _pour(
        self,
        prompt: Prompt,
        variables: Mapping[str, str],
        deadline: Deadline,
        pieces: "SimpleQueue[Delta | _Ended]",
    ) -> None:
        error: BaseException | None = None
        try:
            async for delta in self._tried(prompt, variables, deadline):
                pieces.put(delta)
        except BaseException as raised:
            error = raised
            raise
        finally:
            pieces.put(_Ended(error))

    async def _tried(
        self, prompt: Prompt, variables: Mapping[str, str], deadline: Deadline
    ) -> AsyncIterator[Delta]:
        """The answer at the first try that works; another is made only before any text came."""
        tried = 0
        while True:
            begun = False
            try:
                async with asyncio.timeout(deadline.left()):
                    async for delta in self._once(prompt, variables):
                        if not deadline.left():  # a cancellation can get lost inside the vendors
                            raise TimeoutError
                        begun = True
                        yield delta
            except FAILURES as error:
                tried += 1
                if refuses_temperature(error) and self._temperature is None:
                    self._temperature = _OWN_TEMPERATURE
                    continue
                failure = failure_of(error, begun=begun)
                pause = pause_before_retry(error, failure, tried, deadline.left())
                if begun or pause is None:
                    raise failure from error
                await asyncio.sleep(pause)
            else:
                return

    async def _once(self, prompt: Prompt, variables: Mapping[str, str]) -> AsyncIterator[Delta]:
        length, finish, visible = 0, "", False
        async for chunk in self._chain(prompt).astream(dict(variables)):
            finish = str(chunk.response_metadata.get("finish_reason") or finish)
            text = _readable(str(chunk.text))
            length += len(text)
            visible = visible or bool(text.strip())
            if length > _MOST_CHARACTERS:
                finish = "length"
                break
            if text:
                yield Delta(text)
        if finish == "content_filter":
            raise EndpointFiltered
        if not visible:
            raise EndpointSilent
        if not finish:
            raise EndpointCut
        yield Delta("", finish)

    def _chain(self, prompt: Prompt) -> RunnableSerializable[dict[str, str], AIMessage]:
        temperature = prompt.temperature if self._temperature is None else self._temperature
        return prompt.template | self._chat.bind(temperature=temperature)

    @cached_property
    def _chat(self) -> ChatOpenAI:
        connect = min(_CONNECT_SECONDS, self._seconds)
        return ChatOpenAI(
            model=self.model,
            api_key=self._key,
            base_url=self._base_url or None,
            timeout=openai.Timeout(self._seconds, connect=connect),
            stream_chunk_timeout=0,  # its wait can lose a cancellation; the client's is kept to
            max_retries=0,  # ours tell a wait that pays from one that does not
            stream_usage=False,  # old servers do not know the option
        )


def _next(pieces: "SimpleQueue[Delta | _Ended]") -> Delta | _Ended:
    """What comes next; raises Stopped where somebody will not have it any more."""
    while True:
        heed()
        try:
            return pieces.get(timeout=_HEEDED_EVERY)
        except Empty:
            continue


@cache  # one for all: the vendor's clients share their connections, which belong to one loop
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="model", daemon=True).start()
    return loop


def _readable(text: str) -> str:
    """A text without what nobody can read: control characters, invisible ones, half characters.

    They steer terminals, hide in figures, and cannot be written out.
    """
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _UNREADABLE)
