import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bot.conversation.messages import Document, Outcome, Reply, Rows, bold
from bot.state.opening import State
from bot.state.parcels import Parcel, Stage
from bot.telegram.courier import Courier
from bot.telegram.faults import Gone, LineFault, Lost, Moved, Refused, Unsure, Wait
from bot.telegram.pacing import Limits, Pacing
from bot.telegram.packing import parcels_of

AT_ONCE = Limits(apart=0.0, group_most=10_000, all_most=10_000)


class Scripted:
    """A line on which what is to go wrong is said before; what arrived is kept."""

    def __init__(self, *faults: LineFault | None) -> None:
        self._faults = list(faults)
        self.messages: dict[int, list[str]] = {}
        self.chats: list[int] = []
        self.documents: list[str] = []

    def _next(self) -> None:
        fault = self._faults.pop(0) if self._faults else None
        if fault:
            raise fault

    async def send(self, chat_id: int, text: str, reply_to: int | None = None) -> int:
        assert reply_to is None
        self._next()
        self.chats.append(chat_id)
        self.messages[len(self.messages) + 1] = [text]
        return len(self.messages)

    async def edit(self, chat_id: int, message_id: int, text: str, rows: Rows = ()) -> None:
        assert chat_id
        assert not rows
        self._next()
        self.messages[message_id].append(text)

    async def edit_plain(self, chat_id: int, message_id: int, text: str, rows: Rows = ()) -> None:
        await self.edit(chat_id, message_id, f"plain {text}", rows)

    async def send_document(self, chat_id: int, name: str, content: bytes) -> int:
        self._next()
        self.documents.append(f"{chat_id} {name} {content!r}")
        return 77


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = State.open(tmp_path)
    yield opened
    opened.close()


def packed(state: State, outcome: Outcome | None = None) -> list[Parcel]:
    parcels = parcels_of(outcome or Outcome(replies=(Reply((bold("答"),)),)), 1, 7, 0, None)
    state.parcels.pack(parcels)
    return parcels


def delivered(state: State, line: Scripted, parcels: Sequence[Parcel]) -> list[Stage]:
    courier = Courier(line, state, "开头", Pacing(AT_ONCE))

    async def deliver() -> None:
        for parcel in parcels:
            await courier.deliver(parcel)

    asyncio.run(deliver())
    return [parcel.stage for parcel in state.parcels.of(1)]


def test_a_text_is_opened_and_then_put_in(state: State) -> None:
    line = Scripted()
    assert delivered(state, line, packed(state)) == [Stage.DONE]
    assert line.messages == {1: ["开头", "<b>答</b>"]}


def test_an_edit_whose_answer_was_lost_is_repeated_and_says_nothing_twice(state: State) -> None:
    line = Scripted(None, Unsure("ReadError"), Wait(0.0))
    delivered(state, line, packed(state))
    assert line.messages == {1: ["开头", "<b>答</b>"]}


def test_what_was_opened_before_a_crash_is_used(state: State) -> None:
    (parcel,) = packed(state)
    state.parcels.move(parcel, Stage.OPEN, 1)
    line = Scripted()
    line.messages[1] = ["开头"]
    delivered(state, line, state.parcels.of(1))
    assert line.messages == {1: ["开头", "<b>答</b>"]}


def test_what_arrived_before_a_crash_is_not_sent_again(state: State) -> None:
    (parcel,) = packed(state)
    state.parcels.move(parcel, Stage.DONE, 1)
    line = Scripted()
    delivered(state, line, state.parcels.of(1))
    assert line.messages == {}


def test_a_message_that_is_no_more_comes_anew(state: State) -> None:
    line = Scripted(None, Lost("message to edit not found"))
    assert delivered(state, line, packed(state)) == [Stage.DONE]
    assert line.messages == {1: ["开头"], 2: ["开头", "<b>答</b>"]}


def test_a_text_that_is_refused_comes_without_its_marks(state: State) -> None:
    line = Scripted(None, Refused("can't parse entities"))
    delivered(state, line, packed(state))
    assert line.messages == {1: ["开头", "plain 答"]}


def test_a_chat_that_is_closed_to_us_counts_as_delivered(state: State) -> None:
    line = Scripted(Gone("blocked"))
    assert delivered(state, line, packed(state)) == [Stage.DONE]


def test_a_chat_that_moved_is_followed(state: State) -> None:
    line = Scripted(Moved(-100))
    delivered(state, line, packed(state))
    assert line.chats == [-100]
    assert line.messages == {1: ["开头", "<b>答</b>"]}


def test_a_token_that_is_no_longer_known_leaves_the_words_for_later(state: State) -> None:
    with pytest.raises(Refused):
        delivered(state, Scripted(Refused("Unauthorized", token=True)), packed(state))
    assert state.parcels.of(1)[0].stage is not Stage.DONE


def test_a_document_is_handed_over(state: State) -> None:
    outcome = Outcome(documents=(Document("计划.docx", b"1"),))
    line = Scripted(Unsure("ReadError"))
    assert delivered(state, line, packed(state, outcome)) == [Stage.DONE]
    assert line.documents == ["7 计划.docx b'1'"]
