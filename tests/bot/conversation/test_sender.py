import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bot.conversation.adapter import (
    Abilities,
    AdapterFault,
    ChatClosed,
    ChatMoved,
    MessageGone,
    OutcomeUnknown,
    Rejected,
    RetryLater,
)
from bot.conversation.messages import Button, Document, Notice, Outcome, Reply, Text, bold
from bot.conversation.outgoing import Recipient, outgoing_messages
from bot.conversation.sender import Sender
from bot.state.delivery import InboxItem, OutgoingMessage, Stage
from bot.state.opening import State
from tests.bot.conversation.memory_app import LIMITS, MemoryApp, MemoryMessage

CHAT = "memory:7"
OPENED, ANSWER = Text("开头"), bold("答")


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = State.open(tmp_path)
    opened.inbox.take_in([InboxItem("memory", "1", CHAT, "{}")], 0.0)
    opened.inbox.claim(["memory"], 1, 0.0)
    yield opened
    opened.close()


def failing(*faults: AdapterFault | None, abilities: Abilities | None = None) -> MemoryApp:
    """An app whose next calls go wrong as is said."""
    return MemoryApp(abilities or Abilities(), faults=deque(faults))


def put(state: State, outcome: Outcome | None = None) -> list[OutgoingMessage]:
    outcome = outcome or Outcome(replies=(Reply((ANSWER,)),))
    messages = outgoing_messages(outcome, Recipient(1, CHAT), lambda _chat: LIMITS)
    state.outbox.put(1, messages)
    return messages


def delivered(state: State, app: MemoryApp, messages: Sequence[OutgoingMessage]) -> list[Stage]:
    async def deliver() -> None:
        sender = Sender({"memory": app}, state.outbox, OPENED, state.turns)
        for message in messages:
            await sender.deliver(message)

    asyncio.run(deliver())
    return [message.stage for message in state.outbox.of(1)]


def versions(app: MemoryApp) -> list[list[Text]]:
    return [message.versions for message in app.messages]


def test_a_text_is_opened_and_then_put_in(state: State) -> None:
    app = failing()
    assert delivered(state, app, put(state)) == [Stage.DONE]
    assert versions(app) == [[OPENED, ANSWER]]


def test_an_edit_whose_answer_was_lost_is_repeated_and_says_nothing_twice(state: State) -> None:
    app = failing(None, OutcomeUnknown("ReadError"), RetryLater(0.0))
    delivered(state, app, put(state))
    assert versions(app) == [[OPENED, ANSWER]]


def test_what_was_opened_before_a_crash_is_used(state: State) -> None:
    (message,) = put(state)
    state.outbox.move(message, Stage.OPEN, "memory:1")
    app = failing()
    app.messages.append(MemoryMessage("memory:1", CHAT, [OPENED], ()))
    delivered(state, app, state.outbox.of(1))
    assert versions(app) == [[OPENED, ANSWER]]


def test_what_arrived_before_a_crash_is_not_sent_again(state: State) -> None:
    (message,) = put(state)
    state.outbox.move(message, Stage.DONE, "memory:1")
    app = failing()
    delivered(state, app, state.outbox.of(1))
    assert versions(app) == []


def test_a_message_that_is_no_more_comes_anew(state: State) -> None:
    app = failing(None, MessageGone("message to edit not found"))
    assert delivered(state, app, put(state)) == [Stage.DONE]
    assert versions(app) == [[OPENED], [OPENED, ANSWER]]


def test_a_text_that_is_refused_comes_without_its_marks(state: State) -> None:
    app = failing(None, Rejected("can't parse entities"))
    delivered(state, app, put(state))
    assert versions(app) == [[OPENED, Text("答")]]


def test_a_chat_that_is_closed_to_us_counts_as_delivered(state: State) -> None:
    app = failing(ChatClosed("blocked"))
    assert delivered(state, app, put(state)) == [Stage.DONE]


def test_a_chat_that_moved_is_followed(state: State) -> None:
    app = failing(ChatMoved("memory:g100"))
    delivered(state, app, put(state))
    assert [message.chat_id for message in app.messages] == ["memory:g100"]
    assert versions(app) == [[OPENED, ANSWER]]


def test_a_token_that_is_no_longer_known_leaves_the_words_for_later(state: State) -> None:
    with pytest.raises(Rejected):
        delivered(state, failing(Rejected("Unauthorized", unauthorized=True)), put(state))
    assert state.outbox.of(1)[0].stage is not Stage.DONE


def test_a_document_is_handed_over(state: State) -> None:
    outcome = Outcome(documents=(Document("计划.docx", b"1"),))
    app = failing(OutcomeUnknown("ReadError"))
    assert delivered(state, app, put(state, outcome)) == [Stage.DONE]
    assert app.documents == [(CHAT, "计划.docx", b"1")]


PICTURE = Outcome(documents=(Document("图.png", b"1", as_picture=True), Document("图.png", b"1")))


def test_a_picture_is_shown_and_its_file_follows(state: State) -> None:
    app = failing(OutcomeUnknown("ReadError"))
    assert delivered(state, app, put(state, PICTURE)) == [Stage.DONE, Stage.DONE]
    assert app.pictures == app.documents == [(CHAT, "图.png", b"1")]


@pytest.mark.parametrize("unauthorized", [False, True])
def test_a_picture_that_a_server_does_not_take_leaves_its_file(
    state: State, *, unauthorized: bool
) -> None:
    app = failing(Rejected("Not Found", unauthorized=unauthorized))
    assert delivered(state, app, put(state, PICTURE)) == [Stage.DONE, Stage.DONE]
    assert (app.pictures, app.documents) == ([], [(CHAT, "图.png", b"1")])


def test_an_app_that_cannot_edit_gets_the_text_at_once(state: State) -> None:
    app = failing(abilities=Abilities(edits=False))
    assert delivered(state, app, put(state)) == [Stage.DONE]
    assert versions(app) == [[ANSWER]]


STREAMING = Abilities(edits=False, streams=True)


def test_an_app_that_streams_gets_the_text_in_place_of_the_opening_words(state: State) -> None:
    (message,) = put(state)
    state.outbox.move(message, Stage.OPEN, "memory:1")
    app = failing(None, abilities=STREAMING)
    app.messages.append(MemoryMessage("memory:1", CHAT, [OPENED], ()))
    delivered(state, app, state.outbox.of(1))
    assert versions(app) == [[OPENED, ANSWER]]


def test_what_can_be_streamed_no_more_comes_anew_and_at_once(state: State) -> None:
    (message,) = put(state)
    state.outbox.move(message, Stage.OPEN, "memory:1")
    app = failing(MessageGone("stream message update expired"), abilities=STREAMING)
    assert delivered(state, app, state.outbox.of(1)) == [Stage.DONE]
    assert versions(app) == [[ANSWER]]


def test_a_page_of_an_app_that_streams_is_a_new_message(state: State) -> None:
    outcome = Outcome(page=Reply((ANSWER,)))
    to = Recipient(1, CHAT, page_of="memory:9", all_reply=True)
    state.outbox.put(1, outgoing_messages(outcome, to, lambda _chat: LIMITS))
    app = failing(abilities=STREAMING)
    delivered(state, app, state.outbox.of(1))
    assert versions(app) == [[ANSWER]]


def test_where_all_replies_every_message_names_what_it_answers_and_has_a_name(
    state: State,
) -> None:
    outcome = Outcome(replies=(Reply((ANSWER,)), Reply((ANSWER,))))
    to = Recipient(1, CHAT, reply_to="memory:5", all_reply=True)
    state.outbox.put(1, outgoing_messages(outcome, to, lambda _chat: LIMITS))
    app = failing(OutcomeUnknown("ConnectionClosed"), abilities=STREAMING)
    delivered(state, app, state.outbox.of(1))
    assert [message.reply_to for message in app.messages] == ["memory:5", "memory:5"]
    assert len({message.key for message in app.messages} - {""}) == 2


def test_buttons_are_left_out_where_an_app_has_none(state: State) -> None:
    app = failing(abilities=Abilities(buttons=False))
    outcome = Outcome(replies=(Reply((ANSWER,), ((Button("[1]", "q:1:1"),),)),))
    assert delivered(state, app, put(state, outcome)) == [Stage.DONE]
    assert versions(app) == [[OPENED, ANSWER]]
    assert app.messages[0].rows == ()


def test_what_is_for_an_app_that_is_not_served_counts_as_delivered(state: State) -> None:
    outcome = Outcome(notices=(Notice("other:7", Reply((ANSWER,))),))
    app = failing()
    assert delivered(state, app, put(state, outcome)) == [Stage.DONE]
    assert not app.messages
