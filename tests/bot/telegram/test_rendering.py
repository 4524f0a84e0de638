import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.answers import Answer, AnswerStatus, Citation, Quote
from bot.conversation.features.pages import answer_blocks
from bot.conversation.messages import (
    Mark,
    MarkKind,
    Text,
    bold,
    pack_blocks,
    split_text,
    utf16_length,
)
from bot.conversation.wording import parse_markup
from bot.telegram.adapter import LIMIT
from bot.telegram.rendering import escape_html, html_units, render_html
from knowledge.models import Bureau, Identity, Report
from knowledge.understanding.periods import Period
from knowledge.understanding.sentences import Span

STRAY = re.compile(r"&(?!(?:amp|lt|gt);)")
CHARACTERS = st.sampled_from("检查药店家*＊×1２，。；！\n<>&\"' \N{GRINNING FACE}\U00020bb7ab")
SHORT = st.text(CHARACTERS, max_size=40)
LONG = st.builds(lambda text, times: text * times, SHORT, st.integers(0, 400))


class Tags(HTMLParser):
    """Reads a message as Telegram does: which tags, what stands in them."""

    def __init__(self, message: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.within: dict[str, str] = {"": "", "b": "", "blockquote": ""}
        self.feed(message)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("b", "blockquote")
        assert attrs == ([("expandable", None)] if tag == "blockquote" else [])
        assert not self.open
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.within[self.open[-1] if self.open else ""] += data


def split(text: str, room: int) -> list[str]:
    """The pieces of a plain text as Telegram measures it."""
    return [piece.plain for piece in split_text(Text(text), room, html_units)]


def answer_messages(answer: Answer) -> list[str]:
    """An answer as the messages that it takes."""
    return [render_html(each) for each in pack_blocks(answer_blocks(answer), LIMIT, html_units)]


def quote_of(text: str, path: tuple[str, ...] = ("一、工作",)) -> Quote:
    identity = Identity(Bureau("**县市场监管局"), Period(2023))
    return Quote(Report("id", "a.txt", "", identity, text), path, Span(0, len(text)))


def answer_of(text: str, *quotes: Quote) -> Answer:
    citations = tuple(Citation(n, quote) for n, quote in enumerate(quotes, 1))
    return Answer("问", AnswerStatus.ANSWERED, text, citations)


@given(LONG, st.integers(8, 4096))
def test_pieces_join_to_the_text_and_fit_once_escaped(text: str, room: int) -> None:
    pieces = split(text, room)
    assert "".join(pieces) == text
    for piece in pieces:
        escaped = piece.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert utf16_length(escaped) <= room
        piece.encode("utf-16")  # a half of a surrogate pair could not be


@given(LONG)
def test_there_is_a_piece_and_none_is_empty_but_that_of_nothing(text: str) -> None:
    pieces = split(text, 50)
    assert pieces
    assert all(pieces) or pieces == [""]


def test_a_text_is_cut_after_a_sentence() -> None:
    assert split("检查药店。检查诊所。", 8) == ["检查药店。", "检查诊所。"]


def test_a_sentence_that_is_too_long_is_cut_all_the_same() -> None:
    assert split("检查药店检查诊所", 5) == ["检查药店检", "查诊所"]


@pytest.mark.parametrize(
    ("text", "length"), [("", 0), ("检查", 2), ("a\n", 2), ("\N{GRINNING FACE}", 2)]
)
def test_lengths_are_those_of_the_bot_api(text: str, length: int) -> None:
    assert utf16_length(text) == length


@given(LONG, st.lists(st.tuples(LONG, st.lists(LONG, min_size=1, max_size=3)), max_size=3))
def test_every_message_fits_and_nothing_of_a_quote_is_lost(
    text: str, cited: list[tuple[str, list[str]]]
) -> None:
    quotes = [quote_of(quote, tuple(path)) for quote, path in cited]
    messages = answer_messages(answer_of(text, *quotes))
    read = [Tags(message) for message in messages]
    assert all(utf16_length(message) <= LIMIT for message in messages)
    assert not any(STRAY.search(message) for message in messages)
    told = "".join("".join(r.within["blockquote"] for r in read).split())
    texts = ["".join(quote.text.split()) for quote in quotes]
    assert told == "".join(texts) if len(quotes) < 3 else all(t in told for t in texts)
    outside = "".join(r.within[""] for r in read)
    assert "".join(text.split()) == "".join(outside.split())


def test_a_short_answer_is_one_message_with_its_quotes_folded() -> None:
    answer = answer_of("**县：3家。[1]", quote_of("检查药店3家、诊所*家。", ("一、工作", "（一）")))
    (message,) = answer_messages(answer)
    assert message == (
        "**县：3家。[1]\n\n<b>[1] **县市场监管局 2023年 · 一、工作 › （一）</b>\n"
        "<blockquote expandable>检查药店3家、诊所*家。</blockquote>"
    )


def test_masks_are_never_read_as_marks() -> None:
    masked = "**县*局查扣*瓶、＊＊家、××元，__a__ [b](c) `d`"
    (message,) = answer_messages(answer_of(masked, quote_of(masked)))
    assert message.count(masked) == 2


def test_what_looks_like_a_tag_is_shown_as_it_is() -> None:
    (message,) = answer_messages(answer_of("a<b>&amp;", quote_of("</blockquote><script>&")))
    assert "a&lt;b&gt;&amp;amp;" in message
    assert unescape(Tags(message).within["blockquote"]) == "</blockquote><script>&"


def test_a_long_quote_takes_several_messages_each_folded() -> None:
    text = "检查药店若干家。" * 1500
    messages = answer_messages(answer_of("答。[1]", quote_of(text)))
    assert 3 <= len(messages) <= 4
    assert "".join(Tags(m).within["blockquote"] for m in messages) == text
    assert sum("<b>" in m for m in messages) == 1


def test_many_quotes_are_folded_as_one() -> None:
    quotes = [quote_of(f"检查药店{n}家。") for n in range(11)]
    (message,) = answer_messages(answer_of("答。", *quotes))
    assert message.count("<blockquote") == 1
    assert message.count("“检查药店") == 11
    assert "出处（11 条" in message


@st.composite
def texts(draw: st.DrawFn) -> Text:
    plain = draw(LONG)
    places = st.integers(0, len(plain))
    marks = draw(st.lists(st.builds(Mark, places, places, st.sampled_from(MarkKind)), max_size=6))
    return Text(plain, tuple(marks))


@given(texts())
def test_a_text_that_is_rendered_and_read_again_is_the_same(text: Text) -> None:
    assert parse_markup(render_html(text)) == text


FOUR_MARKS = tuple(Mark(0, 13, kind) for kind in MarkKind)


@example(Text("111111111111&", FOUR_MARKS), 60)
@given(texts(), st.integers(60, 4096))
def test_pieces_of_a_marked_text_join_to_it_and_fit_with_their_tags(text: Text, room: int) -> None:
    pieces = split_text(text, room, html_units)
    assert Text("").join(pieces) == text
    for piece in pieces:  # a single character cannot be cut, whatever its tags take
        assert utf16_length(render_html(piece)) <= room or len(piece) == 1


@pytest.mark.parametrize(
    ("marks", "html"),
    [
        ([(0, 4, "bold"), (1, 2, "italic")], "<b>甲<i>乙</i>丙丁</b>"),
        ([(0, 3, "bold"), (2, 4, "italic")], "<b>甲乙<i>丙</i></b><i>丁</i>"),
        (
            [(0, 3, "bold"), (2, 4, "folded")],
            "<b>甲乙</b><blockquote expandable><b>丙</b>丁</blockquote>",
        ),
    ],
)
def test_marks_that_cross_are_nested_as_tags(marks: list[tuple[int, int, str]], html: str) -> None:
    text = Text("甲乙丙丁", tuple(Mark(start, end, MarkKind(kind)) for start, end, kind in marks))
    assert render_html(text) == html


def test_halves_of_surrogate_pairs_are_left_out() -> None:
    assert escape_html("a\ud83db") == "ab"
    assert render_html(bold("a\ud83db")) == "<b>ab</b>"
