"""Vocabularies: what a file's keys become, and how a fault is told."""

import re
from pathlib import Path
from typing import Annotated

import pytest

from knowledge.errors import DataFileError
from knowledge.vocabulary import (
    Either,
    LongestFirst,
    Pattern,
    Vocabulary,
    Words,
    any_of,
    at,
    fill_in,
    load_vocabulary,
)


class Inner(Vocabulary, extra="forbid"):
    words: Words = ()


class Sample(Vocabulary):
    pattern: Pattern
    ending: Annotated[re.Pattern[str], any_of("(?:", ")$")] = at("table.ending")
    plain: Either
    longest: LongestFirst
    inner: Inner


GOOD = """
pattern = ["a.", "b"]
plain = ["1", "1+1"]
longest = ["a", "ccc", "bb"]
sentence = "{n} files"
[table]
ending = ["x", "y"]
said = "read {path}"
[inner]
words = ["w"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "sample.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_keys_become_what_their_fields_declare(tmp_path: Path) -> None:
    sample = load_vocabulary(Sample, written(tmp_path, GOOD))
    assert [bool(sample.pattern.fullmatch(text)) for text in ("ax", "b", "c")] == [
        True,
        True,
        False,
    ]
    assert sample.ending.pattern == "(?:x|y)$"
    assert sample.plain.fullmatch("1+1")
    assert sample.longest == ("ccc", "bb", "a")
    assert sample.inner.words == ("w",)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("plain =", "plan =", "缺少 plain。"),
        ("ending =", "end =", "缺少 table.ending。"),
        ("words =", "wrods =", "不认识 inner.wrods。"),
        ('"a."', '"(a"', "pattern：正则表达式不对"),
        ('["a.", "b"]', "3", "pattern：要写成文字或一列文字。"),
        ('["w"]', '"w"', "inner.words 的写法不对"),
        ("[inner]", "[inner", "sample.toml"),
    ],
)
def test_a_fault_is_told_with_file_and_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in GOOD
    path = written(tmp_path, GOOD.replace(old, new))
    with pytest.raises(DataFileError, match=re.escape(told)) as raised:
        load_vocabulary(Sample, path)
    assert "sample.toml" in str(raised.value)


def test_a_file_that_is_not_there_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"sample\.toml.*读不到这个文件"):
        load_vocabulary(Sample, tmp_path / "sample.toml")


def test_sentences_are_filled_in(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    assert fill_in(path, "sentence", {"n": 3}) == "3 files"
    assert fill_in(path, "table.said", {"path": "{x}"}) == "read {x}"


@pytest.mark.parametrize("key", ["nothing", "table.nothing", "sentence.deeper", "table.said", ""])
def test_a_sentence_that_cannot_be_given_is_told_by_its_key(tmp_path: Path, key: str) -> None:
    with pytest.raises(DataFileError, match=re.escape(f"{key} 缺失或花括号不对。")):
        fill_in(written(tmp_path, GOOD), key, {})
