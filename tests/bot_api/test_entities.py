"""Entities that Telegram finds, and how it sets given ones right."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bot_api.markup import (
    MOST_ENTITIES,
    Entity,
    find_entities,
    normalise,
    slice_of,
    utf16_length,
)
from tests.bot_api.refusals import ApiError


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start 你好", [("bot_command", "/start")]),
        ("𠮷 /ask@jianguan_bot 甲", [("bot_command", "/ask@jianguan_bot")]),
        ("你好/start", []),
        ("/start你好", []),
        ("@jianguan_bot 问", [("mention", "@jianguan_bot")]),
        ("@jianguan_bot问", []),
        ("见 https://a.cn/x?y=1 。", [("url", "https://a.cn/x?y=1")]),
        ("#食品安全 a@b.cn", [("hashtag", "#食品安全"), ("email", "a@b.cn")]),
        ("2023/6/30", []),
    ],
)
def test_telegram_finds_entities_by_itself(text: str, found: list[tuple[str, str]]) -> None:
    assert [(e.type, slice_of(text, e)) for e in find_entities(text)] == found


def test_nothing_is_found_in_code() -> None:
    code = Entity("code", 0, 6)
    assert find_entities("/start", [code]) == [code]


def test_a_text_is_trimmed_and_its_entities_with_it() -> None:
    text, entities = normalise("\n 甲\r乙 ", [Entity("bold", 0, 6), Entity("italic", 5, 1)])
    assert (text, entities) == ("甲乙", [Entity("bold", 0, 2)])


def test_nothing_lies_within_code_nor_a_quote_in_a_quote() -> None:
    given_ = [
        Entity("bold", 0, 6),
        Entity("code", 2, 2),
        Entity("blockquote", 0, 6),
        Entity("blockquote", 1, 2),
    ]
    _, kept = normalise("甲乙丙丁戊己", given_)
    assert kept == [
        Entity("blockquote", 0, 6),
        Entity("bold", 0, 2),
        Entity("code", 2, 2),
        Entity("bold", 4, 2),
    ]


@pytest.mark.parametrize(("offset", "length"), [(-1, 2), (0, 4), (1, 2), (0, 1)])
def test_an_entity_off_the_characters_is_refused(offset: int, length: int) -> None:
    with pytest.raises(ApiError):
        normalise("𠮷甲", [Entity("bold", offset, length)])


@given(st.text("甲𠮷 \n\r", max_size=12), st.data())
@settings(max_examples=40)
def test_what_is_kept_lies_in_the_text(text: str, data: st.DataObject) -> None:
    places = [utf16_length(text[:place]) for place in range(len(text) + 1)]
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(places), st.sampled_from(places))))
    kinds = st.sampled_from(("bold", "code", "blockquote", "italic"))
    entities = [Entity(data.draw(kinds), min(p), abs(p[0] - p[1])) for p in pairs]
    kept_text, kept = normalise(text, entities)
    assert kept_text == kept_text.strip()
    for entity in kept:
        assert slice_of(kept_text, entity)


def test_entities_past_the_hundredth_are_ignored() -> None:
    many = [Entity("bold", 2 * n, 1) for n in range(MOST_ENTITIES + 20)]
    assert len(normalise("甲 " * 119 + "甲", many)[1]) == MOST_ENTITIES
