import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.messages import (
    Mark,
    MarkKind,
    Text,
    bold,
    cut_short,
    fit_blocks,
    fold,
    pack_blocks,
    split_text,
)

LETTERS = st.text("检家*×。；\n<a\N{GRINNING FACE}", max_size=120)


@st.composite
def texts(draw: st.DrawFn) -> Text:
    plain = draw(LETTERS)
    places = st.integers(0, len(plain))
    marks = draw(st.lists(st.builds(Mark, places, places, st.sampled_from(MarkKind)), max_size=5))
    return Text(plain, tuple(marks))


def heavy(text: Text) -> int:
    """A measure as an app may have it: bytes, and a few for each mark."""
    return len(text.plain.encode()) + 3 * len(text.marks)


def marked(text: Text, kind: MarkKind) -> list[bool]:
    """Which characters bear a mark."""
    return [
        any(m.kind is kind and m.start <= n < m.end for m in text.marks) for n in range(len(text))
    ]


@given(texts(), st.integers(20, 200))
def test_pieces_join_to_the_text_fit_and_keep_their_marks(text: Text, limit: int) -> None:
    pieces = split_text(text, limit, heavy)
    assert Text("").join(pieces) == text
    assert all(heavy(piece) <= limit for piece in pieces)
    assert all(pieces) or pieces == [Text("")]
    for kind in MarkKind:
        kept = [each for piece in pieces for each in marked(piece, kind)]
        assert kept == marked(text, kind)


@given(st.lists(texts(), max_size=5), st.integers(30, 200))
def test_packed_blocks_lose_nothing_and_fit(blocks: list[Text], limit: int) -> None:
    messages = pack_blocks(blocks, limit, heavy)
    assert all(heavy(message) <= limit for message in messages)
    told = "".join(message.plain for message in messages)
    assert "".join(told.split()) == "".join("".join(b.plain.split()) for b in blocks)


@given(st.lists(texts(), min_size=1, max_size=5))
def test_blocks_are_shortened_until_one_message_holds_them(blocks: list[Text]) -> None:
    first = Text("标题")
    fitted = fit_blocks([first, *blocks], "…", 300, heavy)
    assert fitted[0] == first
    assert len(fitted) == len(blocks) + 1
    assert len(pack_blocks(fitted, 300, heavy)) == 1
    for block, short in zip(blocks, fitted[1:], strict=True):
        assert short == block or (
            short.plain[-1] == "…" and block.plain.startswith(short.plain[:-1])
        )


def test_what_is_short_leaves_its_room_to_what_is_long() -> None:
    fitted = fit_blocks([Text("头"), Text("家"), Text("查" * 99)], "…", 50, len)
    assert [len(block) for block in fitted] == [1, 1, 44]


def test_the_ellipsis_bears_the_marks_that_it_cuts_off() -> None:
    fitted = fit_blocks([Text("头"), fold("查" * 99)], "…", 13, len)
    assert fitted[1] == fold("查" * 9 + "…")


@given(st.lists(st.text(alphabet="甲a😀", max_size=900), max_size=12))
def test_lines_stay_whole_and_in_order(lines: list[str]) -> None:
    pieces = split_text(Text("\n".join(lines)), 4096, len)
    assert "".join(piece.plain for piece in pieces) == "\n".join(lines)
    assert all(piece.plain.endswith("\n") for piece in pieces[:-1])


def test_lines_share_messages_as_far_as_they_fit() -> None:
    assert pack_blocks([Text("检查\n检查\n检查")], 4096, len) == [Text("检查\n检查\n检查")]
    lines = Text("\n").join(["查" * 3000] * 2)
    assert len(pack_blocks([lines], 4096, len)) == 2


@pytest.mark.parametrize("masks", ["****", "＊＊", "××"])
def test_masks_stay_whole_where_they_can(masks: str) -> None:
    first, second = split_text(Text(f"查扣{masks}瓶"), len(masks) + 1, len)
    assert (first.plain, second.plain) == ("查扣", f"{masks}瓶")
    assert len(split_text(Text("*" * 9), 4, len)) == 3


def test_marks_that_are_cut_go_on() -> None:
    assert split_text(bold("检查药店。检查诊所。"), 8, len) == [
        bold("检查药店。"),
        bold("检查诊所。"),
    ]


def test_a_string_is_cut_short_at_a_sentence() -> None:
    assert cut_short("检查药店。检查诊所。", 8) == "检查药店。"
    assert cut_short("检查", 8) == "检查"
