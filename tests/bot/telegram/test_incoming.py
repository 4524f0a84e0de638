import json

from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.incoming import read_update

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["update_id", "message", "callback_query", "from", "chat", "id", "text", "data",
                 "document", "message_id", "type", "reply_to_message", "file_id", "first_name"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)  # fmt: skip

MESSAGE = {
    "message_id": 5,
    "date": 1,
    "chat": {"id": 7, "type": "private"},
    "from": {"id": 7, "is_bot": False, "first_name": "某", "last_name": "人"},
    "text": "问",
}


@given(JSON)
def test_whatever_comes_is_read_or_passed_over(raw: object) -> None:
    incoming = read_update(raw)
    if incoming is not None:
        assert isinstance(incoming.update_id, int)
        assert isinstance(incoming.chat_id, int)


@given(st.text(st.characters(exclude_categories=())))
def test_a_text_can_always_be_written_down(text: str) -> None:
    incoming = read_update({"update_id": 1, "message": MESSAGE | {"text": text}})
    assert incoming
    assert incoming.message
    incoming.message.text.encode()
    assert not any(ord(c) < 32 and c not in "\n\t" for c in incoming.message.text)


def test_a_message_is_read_with_who_sent_it_and_where() -> None:
    incoming = read_update(json.loads(json.dumps({"update_id": 3, "message": MESSAGE})))
    assert incoming
    assert incoming.sender
    assert (incoming.update_id, incoming.chat_id, incoming.sender.name) == (3, 7, "某 人")


def test_an_odd_part_does_not_spoil_the_message() -> None:
    odd = MESSAGE | {"document": {"file_name": 7}, "reply_to_message": [], "caption": "x"}
    incoming = read_update({"update_id": 1, "message": odd})
    assert incoming
    assert incoming.message
    assert (incoming.message.document, incoming.message.text) == (None, "问")


def test_a_message_that_cannot_be_read_is_still_told_to_be_received() -> None:
    incoming = read_update({"update_id": 9, "message": {"chat": "?"}})
    assert incoming
    assert (incoming.update_id, incoming.message) == (9, None)


def test_an_update_without_a_number_is_none() -> None:
    assert read_update({"message": MESSAGE}) is None
    assert read_update({"update_id": 2**70, "message": MESSAGE}) is None
