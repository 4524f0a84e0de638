import ast
import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.messages import Mark, MarkKind, Text, bold
from bot.conversation.wording import parse_markup, plain, sentence
from knowledge.errors import DataFileError

BOT = Path(__file__).parent.parent.parent.parent / "bot"
FILES = sorted((BOT / "data" / "conversation").glob("*.toml"))


def _named(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else ""


def calls() -> Iterator[ast.Call]:
    """Every call that says something in the conversation core or in Telegram's adapter."""
    for path in sorted([*(BOT / "telegram").rglob("*.py"), *(BOT / "conversation").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and _named(node.func) in ("sentence", "plain")
                and node.args
            ):
                yield node


SENTENCES = {
    f"{table}.{name}": markup
    for path in FILES
    for table, names in tomllib.loads(path.read_text(encoding="utf-8")).items()
    for name, markup in names.items()
    if isinstance(markup, str)
}


def test_every_sentence_that_is_named_is_written_with_the_fields_it_is_given() -> None:
    faults = []
    for call in calls():
        key = call.args[0]
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            continue
        given_ = {keyword.arg for keyword in call.keywords}
        written = SENTENCES.get(key.value)
        wanted = {name for _, name, _, _ in string.Formatter().parse(written or "") if name}
        if written is None or (None not in given_ and given_ != wanted):
            faults.append((key.value, given_, wanted))
    assert not faults


def test_tags_in_sentences_are_closed_and_of_those_that_telegram_knows() -> None:
    for key, markup in SENTENCES.items():
        tags = re.findall(r"</?([a-z]+)[^>]*>", markup)
        assert set(tags) <= {"b", "i", "code"}, key
        opened = re.findall(r"<([a-z]+)>", markup)
        closed = re.findall(r"</([a-z]+)>", markup)
        assert sorted(opened) == sorted(closed), key


@given(st.text())
def test_what_is_filled_in_can_hold_no_tag(text: str) -> None:
    said = sentence("help.unknown", command=text)
    assert said == Text(plain("help.unknown", command=text))


@given(st.text())
def test_what_is_filled_in_stands_within_the_marks_around_it(text: str) -> None:
    said = sentence("pages.title", title=text)
    assert said == bold(text)
    assert sentence("pages.title", title=Text(text, (Mark(0, 1, MarkKind.CODE),))) == Text(
        text, (Mark(0, 1, MarkKind.CODE), Mark(0, len(text), MarkKind.BOLD))
    )


def test_markup_is_read_with_its_entities() -> None:
    assert parse_markup("a &lt;b&gt; &amp;amp; <b>x<i>y</i></b> 1<2 {") == Text(
        "a <b> &amp; xy 1<2 {", (Mark(12, 14, MarkKind.BOLD), Mark(13, 14, MarkKind.ITALIC))
    )


@pytest.mark.parametrize("markup", ["<b>x", "x</b>", "<b><i>x</b></i>"])
def test_odd_markup_is_an_error(markup: str) -> None:
    with pytest.raises(ValueError, match="x"):
        parse_markup(markup)


def test_a_sentence_that_is_not_written_is_an_error_of_the_data() -> None:
    with pytest.raises(DataFileError):
        plain("nothing.there")
    with pytest.raises(DataFileError):
        sentence("nothing.there")
    with pytest.raises(DataFileError):
        sentence("pages.title", name="x")
