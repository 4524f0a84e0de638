import json

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.messages import IncomingMessage, Update
from bot.telegram.parsing import ParsedUpdate, parse_update

US = "jianguan_bot"

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
    parsed = parse_update(raw, US)
    if parsed is not None:
        assert isinstance(parsed.number, int)
        if isinstance(parsed.content, Update):
            assert parsed.content.chat_id.startswith("telegram:")


def update_of(message: dict[str, object]) -> Update:
    parsed = parse_update({"update_id": 3, "message": message}, US)
    assert parsed
    assert isinstance(parsed.content, Update)
    return parsed.content


@given(st.text(st.characters(exclude_categories=()), min_size=1))
def test_a_text_can_always_be_written_down(text: str) -> None:
    update = update_of(MESSAGE | {"text": text})
    assert isinstance(update.content, IncomingMessage)
    update.content.text.encode()
    assert not any(ord(c) < 32 and c not in "\n\t" for c in update.content.text)


def test_a_message_is_read_with_who_sent_it_and_where() -> None:
    update = update_of(json.loads(json.dumps(MESSAGE)))
    told = (update.id, update.chat_id, update.user_id, update.user_name, update.message_id)
    assert told == ("3", "telegram:7", "telegram:7", "某 人", "telegram:5")
    assert not update.in_group


def test_an_odd_part_does_not_spoil_the_message() -> None:
    odd = MESSAGE | {"document": {"file_name": 7}, "reply_to_message": [], "caption": "x"}
    assert update_of(odd).content == IncomingMessage("telegram:5", "问")


def test_a_message_that_cannot_be_read_is_still_told_to_be_received() -> None:
    raw = {"update_id": 9, "message": {"chat": "?"}}
    assert parse_update(raw, US) == ParsedUpdate(9)


def test_an_update_without_a_number_is_none() -> None:
    assert parse_update({"message": MESSAGE}, US) is None
    assert parse_update({"update_id": 2**70, "message": MESSAGE}, US) is None
