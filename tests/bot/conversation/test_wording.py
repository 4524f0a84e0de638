import ast
import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.wording import escaped, html, plain
from knowledge.errors import DataFileError

BOT = Path(__file__).parent.parent.parent.parent / "bot"
FILES = sorted((BOT / "data" / "conversation").glob("*.toml"))


def _named(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else ""


def calls() -> Iterator[ast.Call]:
    """Every call that says something in the Telegram bot."""
    for path in sorted([*(BOT / "telegram").rglob("*.py"), *(BOT / "conversation").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _named(node.func) in ("html", "plain") and node.args:
                yield node


SENTENCES = {
    f"{table}.{name}": sentence
    for path in FILES
    for table, names in tomllib.loads(path.read_text(encoding="utf-8")).items()
    for name, sentence in names.items()
    if isinstance(sentence, str)
}


def test_every_sentence_that_is_named_is_written_with_the_fields_it_is_given() -> None:
    faults = []
    for call in calls():
        key = call.args[0]
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            continue
        given_ = {keyword.arg for keyword in call.keywords}
        sentence = SENTENCES.get(key.value)
        wanted = {name for _, name, _, _ in string.Formatter().parse(sentence or "") if name}
        if sentence is None or (None not in given_ and given_ != wanted):
            faults.append((key.value, given_, wanted))
    assert not faults


def test_tags_in_sentences_are_closed_and_of_those_that_telegram_knows() -> None:
    for key, sentence in SENTENCES.items():
        tags = re.findall(r"</?([a-z]+)[^>]*>", sentence)
        assert set(tags) <= {"b", "i", "code"}, key
        opened = re.findall(r"<([a-z]+)>", sentence)
        closed = re.findall(r"</([a-z]+)>", sentence)
        assert sorted(opened) == sorted(closed), key


@given(st.text())
def test_what_is_filled_in_can_hold_no_tag(text: str) -> None:
    said = html("help.unknown", command=text)
    assert said.count("<") == 0
    assert "&" not in re.sub(r"&(?:amp|lt|gt);", "", said)


def test_halves_of_surrogate_pairs_are_left_out() -> None:
    assert escaped("a\ud83db") == "ab"


def test_a_sentence_that_is_not_written_is_an_error_of_the_data() -> None:
    with pytest.raises(DataFileError):
        plain("nothing.there")
