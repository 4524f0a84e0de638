"""The endpoint against a server that speaks the real protocol, well and badly."""

import asyncio
import logging
import threading
from collections.abc import Iterator

import pytest
from langchain_core.messages import AIMessageChunk
from langchain_core.prompt_values import StringPromptValue

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
from bot.interruption import Deadline
from bot.model.endpoint import ChatEndpoint, TokenWait
from bot.model.tokens import token_count
from prompts.loading import Prompts
from tests.bot.model.chat_server import (
    KEY,
    Behaviour,
    ChatServer,
    counts,
    cuts,
    drips,
    gives,
    opens,
    refuses,
    says,
    sends,
    stalls,
    thinks,
)
from tests.patience import PATIENCE

PROMPT = Prompts.load().choose("rewrite")
VARIABLES = {"history": "甲{乙}", "question": "丙？"}


def endpoint_at(url: str, seconds: float = PATIENCE) -> ChatEndpoint:
    return ChatEndpoint("m", KEY, url, seconds)


def stream(endpoint: ChatEndpoint, seconds: float = PATIENCE) -> Iterator[AIMessageChunk]:
    """The answer to the prompt, piece by piece."""
    model = endpoint.bind(temperature=PROMPT.temperature, deadline=Deadline(seconds))
    return (PROMPT.template | model).stream(VARIABLES)


def finish_of(piece: AIMessageChunk) -> str:
    return str(piece.response_metadata.get("finish_reason", ""))


def read_all(server: ChatServer, seconds: float = PATIENCE) -> tuple[str, str]:
    """All that comes, and how it finished."""
    pieces = list(stream(endpoint_at(server.url), seconds))
    return "".join(p.text for p in pieces), finish_of(pieces[-1])


def test_a_text_comes_piece_by_piece_and_whole(server: ChatServer) -> None:
    server.always = says("立案*件，罚没*万元。" * 20)
    pieces = list(stream(endpoint_at(server.url)))
    assert len(pieces) > 20
    assert "".join(p.text for p in pieces) == "立案*件，罚没*万元。" * 20
    assert [finish_of(p) for p in pieces] == [""] * (len(pieces) - 1) + ["stop"]


def test_the_prompt_the_key_and_the_temperature_are_sent(server: ChatServer) -> None:
    read_all(server)
    (request,) = server.requests
    assert request["model"] == "m"
    assert request["stream"] is True
    assert request["temperature"] == PROMPT.temperature
    messages = PROMPT.template.format_messages(**VARIABLES)
    assert [m["content"] for m in request["messages"]] == [m.text for m in messages]
    assert server.keys == [f"Bearer {KEY}"]


@pytest.mark.parametrize(
    ("behaviour", "failure"),
    [
        (refuses(401), EndpointRefused),
        (refuses(403), EndpointRefused),
        (refuses(402), EndpointUnpaid),
        (refuses(429, code="insufficient_quota"), EndpointUnpaid),
        (refuses(404), EndpointUnknownModel),
        (refuses(429, Retry_After="3600"), EndpointBusy),
        (refuses(429, Retry_After="Fri, 31 Dec 2100 23:59:59 GMT"), EndpointBusy),
        (refuses(400), EndpointRejected),
        (refuses(413), EndpointRejected),
        (refuses(400, code="content_filter"), EndpointFiltered),
        (says("好", "content_filter"), EndpointFiltered),
        (cuts("云溪县"), EndpointCut),
        (cuts("云溪县", reset=True), EndpointCut),
        (sends(['{"choices":[{"index":0,"delta":{"content":"x"}}]}', "[DONE]"]), EndpointCut),
        (says(""), EndpointSilent),
        (says(" \n "), EndpointSilent),
        (sends(['{"choices":null}']), EndpointSilent),
        (sends([]), EndpointOdd),
        (sends(["{not json"]), EndpointOdd),
        (sends(["[]"]), EndpointOdd),
        (sends(["null"]), EndpointOdd),
        (sends(['{"choices":[{"delta":null}]}']), EndpointOdd),
        (sends(["[" * 100_000]), EndpointOdd),
        (gives(b"<html>welcome</html>"), EndpointOdd),
        (gives(b'{"choices":[]}', "application/json"), EndpointOdd),
    ],
)
def test_a_failure_is_told_for_what_it_is(
    server: ChatServer,
    behaviour: Behaviour,
    failure: type[EndpointFailed],
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.always = behaviour
    with caplog.at_level(logging.DEBUG, "bot"), pytest.raises(EndpointFailed) as told:
        read_all(server)
    assert type(told.value) is failure
    sentence = str(told.value)
    assert sentence.endswith("。")
    assert "\n" not in sentence
    assert KEY not in sentence + caplog.text
    assert len(server.requests) == 1


@pytest.mark.parametrize("behaviour", [stalls(), stalls("云溪"), drips("云")])
def test_nothing_takes_longer_than_the_question_may(
    server: ChatServer, behaviour: Behaviour
) -> None:
    server.always = behaviour
    with pytest.raises(EndpointSlow):
        read_all(server, seconds=0.3)


@pytest.mark.parametrize("behaviour", [stalls(), opens()])
def test_an_endpoint_without_a_first_token_is_given_up_early(
    server: ChatServer, behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.model.endpoint._FIRST_SHARE", 100)
    server.always = behaviour
    whole = Deadline(PATIENCE)
    with pytest.raises(EndpointSlow):
        read_all(server)
    assert whole.remaining() > 0


@pytest.mark.parametrize(
    ("texts", "waits"), [([], False), ([""], False), (["", ""], True), (["云"], True)]
)
def test_what_has_begun_or_thinks_has_until_the_deadline(texts: list[str], waits: bool) -> None:
    async def is_waited_for() -> bool:
        async with asyncio.timeout(PATIENCE) as limit:
            before, wait = limit.when(), TokenWait(limit, Deadline(2 * PATIENCE))
            for text in texts:
                wait.see(text)
                await asyncio.sleep(0)
            return limit.when() != before

    assert asyncio.run(is_waited_for()) is waits


def test_an_endpoint_s_own_count_of_tokens_is_learnt(server: ChatServer) -> None:
    server.always = counts(300)
    endpoint = endpoint_at(server.url)
    text = "完成食品监督抽检" * 60
    list(endpoint.stream(StringPromptValue(text=text)))
    assert 300 / token_count(text) < endpoint.tokens.rate < 0.6


def test_an_endpoint_that_never_stops_is_stopped(server: ChatServer) -> None:
    server.always = drips("云溪县" * 1000)
    text, finish = read_all(server)
    assert finish == "length"
    assert len(text) <= 20_000
    assert server.gone.wait(PATIENCE)


@pytest.fixture
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed call is tried again at once."""
    monkeypatch.setattr("bot.model.endpoint._FIRST_PAUSE", 0.0)


@pytest.mark.usefixtures("without_pauses")
def test_nobody_at_the_address_is_told(server: ChatServer) -> None:
    with pytest.raises(EndpointUnreachable):
        list(stream(endpoint_at("http://127.0.0.1:1/v1")))
    assert not server.requests


@pytest.mark.parametrize("url", ["ftp://x/v1", "127.0.0.1:8000", "http://", "http://[x/v1"])
def test_an_address_that_is_none_is_told_at_once(url: str) -> None:
    with pytest.raises(SettingsInvalid, match="OPENAI_BASE_URL"):
        endpoint_at(url)


@pytest.mark.parametrize("key", ["密钥", "sk-1\n2", "sk\x00"])
def test_a_key_that_no_header_can_carry_is_told_at_once(key: str) -> None:
    with pytest.raises(SettingsInvalid, match="OPENAI_API_KEY"):
        ChatEndpoint("m", key, "http://127.0.0.1:1/v1", 1)


def test_what_nobody_can_read_is_left_out(server: ChatServer) -> None:
    """Half characters, terminals' commands, invisible signs inside a figure."""
    server.always = sends(
        [
            '{"choices":[{"index":0,"delta":{"content":"\\ud83d立案\\u001b[2J9\\u200b7件\\u202e。\\n\\t罚\\u0000"}}]}',
            '{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}',
            "[DONE]",
        ]
    )
    assert read_all(server) == ("立案[2J97件。\n\t罚", "stop")


@pytest.mark.usefixtures("without_pauses")
def test_a_passing_failure_is_tried_again_and_no_other_is(server: ChatServer) -> None:
    server.script = [refuses(503, retry_after_ms="1"), refuses(429, retry_after="0"), says("好")]
    assert read_all(server) == ("好", "stop")
    assert len(server.requests) == 3


@pytest.mark.usefixtures("without_pauses")
def test_tries_are_bounded(server: ChatServer) -> None:
    server.always = refuses(500)
    with pytest.raises(EndpointBroken):
        read_all(server)
    assert len(server.requests) == 3


def test_what_began_is_not_begun_again(server: ChatServer) -> None:
    server.script = [cuts("云溪县")]
    with pytest.raises(EndpointCut):
        read_all(server)
    assert len(server.requests) == 1


def test_a_model_with_a_temperature_of_its_own_is_given_that(server: ChatServer) -> None:
    server.script = [refuses(400, message="Unsupported value: 'temperature'")]
    endpoint = endpoint_at(server.url)
    for _ in range(2):
        list(stream(endpoint))
    assert [r["temperature"] for r in server.requests] == [0.0, 1.0, 1.0]


def test_thinking_in_a_field_of_its_own_is_no_part_of_the_text(server: ChatServer) -> None:
    server.always = thinks("要不要说98家？", "原文已隐去[1]。")
    assert read_all(server) == ("原文已隐去[1]。", "stop")


def test_who_stops_reading_stops_the_model(server: ChatServer) -> None:
    server.always = drips("云")
    pieces = stream(endpoint_at(server.url))
    assert next(pieces).text == "云"
    pieces.close()  # type: ignore[attr-defined]  # a generator
    assert server.gone.wait(PATIENCE)


def test_two_questions_at_once_do_not_mix(server: ChatServer) -> None:
    server.always = says("甲乙丙丁" * 50)
    endpoint = endpoint_at(server.url)
    texts: list[str] = []

    def ask() -> None:
        texts.append("".join(piece.text for piece in stream(endpoint)))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == ["甲乙丙丁" * 50] * 4


def test_a_deadline_counts_down_to_nothing() -> None:
    deadline = Deadline(0)
    assert deadline.remaining() == 0
    assert 0 < Deadline(PATIENCE).remaining() <= PATIENCE
