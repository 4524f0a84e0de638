"""The endpoint against a server that speaks the real protocol, well and badly."""

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Iterator

import pytest
from langchain_core.messages import AIMessageChunk
from langchain_core.prompt_values import StringPromptValue

from bot.errors import (
    EndpointBroken,
    EndpointBusy,
    EndpointCut,
    EndpointFailed,
    EndpointFiltered,
    EndpointNotFound,
    EndpointOdd,
    EndpointRefused,
    EndpointRejected,
    EndpointSilent,
    EndpointSlow,
    EndpointTooLong,
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
    Request,
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
        (refuses(404), EndpointNotFound),
        (refuses(429, Retry_After="3600"), EndpointBusy),
        (refuses(429, Retry_After="Fri, 31 Dec 2100 23:59:59 GMT"), EndpointBusy),
        (refuses(413), EndpointTooLong),
        (refuses(400, code="content_filter"), EndpointFiltered),
        (says("好", "content_filter"), EndpointFiltered),
        (cuts("云溪县"), EndpointCut),
        (cuts("云溪县", reset=True), EndpointCut),
        (sends([json.dumps({"choices": [{"delta": {"content": "立案。"}}]})]), EndpointCut),
        (says(""), EndpointSilent),
        (says(" \n "), EndpointSilent),
        (sends(['{"choices":null}']), EndpointSilent),
        (sends([]), EndpointOdd),
        (sends(["{not json"]), EndpointOdd),
        (sends(["[]"]), EndpointOdd),
        (sends(["null"]), EndpointOdd),
        (sends(['{"choices":[{"delta":null}]}']), EndpointSilent),
        (sends(["[" * 100_000]), EndpointOdd),
        (gives(b"<html>welcome</html>"), EndpointOdd),
        (gives(b'{"choices":[]}', "application/json"), EndpointSilent),
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
    monkeypatch.setattr("bot.model.endpoint._FIRST_SHARE", 10 * PATIENCE)
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


def takes_without(
    part: Callable[[Request], bool], status: int, message: str, text: str = "好。"
) -> Behaviour:
    """Refuses a request that has a part, and answers one that has not."""
    no, yes = refuses(status, message=message), says(text)
    return lambda reply, request: (no if part(request) else yes)(reply, request)


def has_temperature(request: Request) -> bool:
    return "temperature" in request


def has_system(request: Request) -> bool:
    return any(message["role"] == "system" for message in request["messages"])


def has_usage(request: Request) -> bool:
    return "stream_options" in request


def streams(request: Request) -> bool:
    return request["stream"] is True


@pytest.mark.parametrize(
    ("part", "status", "message"),
    [
        (has_temperature, 400, "Unsupported value: 'temperature' does not support 0"),
        (has_temperature, 422, "模型不支持这个采样参数"),
        (has_temperature, 500, "`temperature` has to be a positive float"),
        (has_temperature, 400, "bad"),
        (has_system, 400, "Conversation roles must alternate"),
        (has_system, 400, "so nicht"),
        (has_usage, 400, "Unrecognized request argument supplied: stream_options"),
        (has_usage, 422, "extra field"),
        (streams, 400, "stream is not supported by this model"),
        (streams, 400, "nein"),
    ],
)
def test_a_part_that_an_endpoint_refuses_is_left_out_from_then_on(
    server: ChatServer, part: Callable[[Request], bool], status: int, message: str
) -> None:
    server.always = takes_without(part, status, message)
    endpoint = endpoint_at(server.url)
    assert "".join(piece.text for piece in stream(endpoint)) == "好。"
    asked = len(server.requests)
    list(stream(endpoint))
    assert len(server.requests) == asked + 1
    assert all(part(request) for request in server.requests[:1])
    assert not part(server.requests[-1])
    told = "\n".join(message["content"] for message in server.requests[-1]["messages"])
    assert all(m.text in told for m in PROMPT.template.format_messages(**VARIABLES))


def test_several_parts_can_be_refused(server: ChatServer) -> None:
    server.always = takes_without(
        lambda request: has_temperature(request) or has_system(request), 400, "nein"
    )
    assert read_all(server) == ("好。", "stop")


def test_who_refuses_every_form_is_told_by_what_it_said_first(server: ChatServer) -> None:
    server.always = refuses(400)
    with pytest.raises(EndpointRejected):
        read_all(server)
    assert len(server.requests) == 6


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (400, {"code": "Arrearage", "message": "Access denied"}, EndpointUnpaid),
        (
            403,
            {"error": {"message": "额度不足", "code": "insufficient_user_quota"}},
            EndpointUnpaid,
        ),
        (429, {"error": {"message": "余额不足，请充值。", "code": "1113"}}, EndpointUnpaid),
        (200, {"error": {"message": "余额不足，请充值。", "code": "1113"}}, EndpointUnpaid),
        (200, {"base_resp": {"status_code": 1008, "status_msg": "no"}}, EndpointUnpaid),
        (
            503,
            {"error": {"message": "无渠道", "code": "model_not_found"}},
            EndpointUnknownModel,
        ),
        (404, {"error": "model 'm' not found, try pulling it first"}, EndpointUnknownModel),
        (400, {"detail": [{"msg": "The model does not exist."}]}, EndpointUnknownModel),
        (400, {"error": {"message": "no", "code": "data_inspection_failed"}}, EndpointFiltered),
        (400, {"error": {"message": "系统检测到敏感内容", "code": "1301"}}, EndpointFiltered),
        (
            400,
            {"object": "error", "message": "This model's maximum context length is 2048 tokens."},
            EndpointTooLong,
        ),
        (400, {"error": {"message": "Incorrect API key provided"}}, EndpointRefused),
        (400, {"error": {"message": "API Key 无效", "type": "auth"}}, EndpointRefused),
        (403, {"code": 30011, "message": "Your balance is insufficient"}, EndpointUnpaid),
        (400, [{"error": {"message": "API key not valid."}}], EndpointRefused),
        (405, {"detail": "Method Not Allowed"}, EndpointNotFound),
    ],
)
def test_what_is_wrong_is_read_from_the_vendors_own_code_and_words(
    server: ChatServer, status: int, body: object, failure: type[EndpointFailed]
) -> None:
    server.always = gives(json.dumps(body).encode(), "application/json", status)
    with pytest.raises(EndpointFailed) as told:
        read_all(server)
    assert type(told.value) is failure
    assert len(server.requests) == 1


@pytest.mark.usefixtures("without_pauses")
def test_an_error_in_place_of_an_answer_is_tried_again_if_it_passes(server: ChatServer) -> None:
    busy = json.dumps({"code": 50000, "msg": "服务繁忙", "data": None}).encode()
    server.script = [gives(busy, "application/json"), says("好。")]
    assert read_all(server) == ("好。", "stop")


def chunk(text: str | None, finish: str | None = None) -> str:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return json.dumps({"choices": [choice]}, ensure_ascii=False)


def whole(text: str, finish: str | None = "stop") -> str:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}}
    return json.dumps({"choices": [choice | {"finish_reason": finish}]}, ensure_ascii=False)


SAID = "立案*件，罚没*万元。"
PIECES = [chunk(SAID[:4]), chunk(SAID[4:])]
GROWING = [chunk(SAID[:n]) for n in range(2, len(SAID) + 1)]
PARTS = json.dumps({"choices": [{"delta": {"content": [{"type": "text", "text": SAID}]}}]})
ERROR = json.dumps({"error": {"message": "upstream", "code": "do_request_failed"}})


@pytest.mark.parametrize(
    "body",
    [
        b"".join(f"data: {data}\n\n".encode() for data in bodies)
        for bodies in (
            [*PIECES, "[DONE]"],
            [*PIECES, "[done]"],
            [*PIECES, chunk(None, "stop")],
            [": keepalive", "", "ping", *PIECES, "[DONE]"],
            [
                '{"type":"ping"}',
                '{"choices":null}',
                '{"choices":[{"delta":null}]}',
                *PIECES,
                "[DONE]",
            ],
            [*PIECES, chunk(None, "eos"), "[DONE]", '{"request_id":"x","cost":0.1}'],
            [chunk(SAID[:4], "null"), chunk(SAID[4:], ""), "[DONE]"],
            [PARTS, "[DONE]"],
            [whole(SAID), "[DONE]"],
            [*PIECES, whole(SAID), "[DONE]"],
            [*GROWING, "[DONE]"],
        )
    ]
    + [
        whole(SAID).encode(),
        whole(SAID, None).encode(),
        json.dumps(json.loads(whole(SAID)), indent=2).encode(),
        b"\xef\xbb\xbf" + "".join(f"data: {data}\n\n" for data in [*PIECES, "[DONE]"]).encode(),
        "".join(f"data:{data}\r\n\r\n" for data in [*PIECES, "[DONE]"]).encode(),
        "".join(f"data: {data}\n" for data in [*PIECES, "[DONE]"]).encode(),
        "".join(f"{data}\n" for data in PIECES).encode(),
        f"data: {{\ndata: {PIECES[0][1:]}\n\ndata: {PIECES[1]}\n\ndata: [DONE]".encode(),
    ],
)
def test_an_answer_is_read_in_whatever_form_it_comes(server: ChatServer, body: bytes) -> None:
    server.always = gives(body, "text/event-stream; charset=iso-8859-1")
    assert read_all(server) == (SAID, "stop")


def test_an_error_behind_a_beginning_is_told(server: ChatServer) -> None:
    server.always = sends([chunk("立案"), ERROR])
    with pytest.raises(EndpointBroken):
        read_all(server)


def test_a_lost_piece_is_not_passed_over(server: ChatServer) -> None:
    server.always = sends([chunk("合格率9"), '{"choices":[{"delta":{"con', chunk("9%。"), "[DONE]"])
    with pytest.raises(EndpointOdd):
        read_all(server)


def test_a_text_that_repeats_itself_is_not_taken_for_one_that_grows(server: ChatServer) -> None:
    server.always = sends([chunk("1"), chunk("11"), chunk("1"), chunk("件。"), "[DONE]"])
    assert read_all(server)[0] == "1111件。"


@pytest.mark.parametrize(
    ("text", "finish", "read"),
    [
        ("立案*件[1]。", "length", "stop"),
        ("立案*件[1]。罚没", "max_tokens", "length"),
        ("立案*件[1]。", "end_turn", "stop"),
    ],
)
def test_a_length_that_cut_nothing_off_cuts_nothing(
    server: ChatServer, text: str, finish: str, read: str
) -> None:
    server.always = says(text, finish)
    assert read_all(server) == (text, read)


@pytest.mark.parametrize("finish", ["sensitive", "SAFETY"])
def test_a_filter_is_known_by_any_of_its_names(server: ChatServer, finish: str) -> None:
    server.always = says("立案*件。", finish)
    with pytest.raises(EndpointFiltered):
        read_all(server)


def test_the_tokens_that_a_server_counts_come_with_the_end(server: ChatServer) -> None:
    usage = {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}
    counted = json.dumps({"choices": [], "usage": usage})
    server.always = sends([*PIECES, chunk(None, "stop"), counted, "[DONE]"])
    last = list(stream(endpoint_at(server.url)))[-1]
    assert last.usage_metadata
    assert last.usage_metadata["input_tokens"] == 7
    assert server.requests[0]["stream_options"] == {"include_usage": True}


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
