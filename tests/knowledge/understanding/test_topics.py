from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import DataFileError
from knowledge.understanding.topics import Topic, topics, topics_of

FOOD = Topic("食品安全", ("食品", "餐饮", "食堂"), ())
DRUGS = Topic("药品", ("药店", "药品"), ())
LIFTS = Topic("特种设备", ("电梯",), ())
PRICES = Topic("价格", ("收费",), ())
KNOWN = (FOOD, DRUGS, LIFTS, PRICES)


def test_the_strongest_topic_comes_first() -> None:
    assert topics_of("检查食堂、餐饮、食品店，检查药店、药品", [], KNOWN) == ("食品安全", "药品")


def test_a_word_said_once_in_passing_is_no_topic() -> None:
    assert topics_of("检查食堂、餐饮，另查电梯一台", [], KNOWN) == ("食品安全",)
    assert topics_of("检查电梯一台", [], KNOWN) == ()


def test_a_heading_counts_thrice() -> None:
    assert topics_of("检查单位12家", ["一、工作", "（一）电梯"], KNOWN) == ("特种设备",)
    assert topics_of("餐饮食堂食品", ["电梯监管", "电梯整治"], KNOWN) == ("特种设备", "食品安全")


def test_three_topics_are_the_most() -> None:
    text = "食品食品药品药品电梯电梯收费收费"
    assert topics_of(text, [], KNOWN) == ("食品安全", "药品", "特种设备")
    assert topics_of(text, [], ()) == ()


@given(
    st.text(alphabet="食品堂餐饮药店电梯收费X", max_size=60),
    st.lists(st.text("电梯药", max_size=4)),
)
def test_every_word_counts_as_often_as_it_stands(text: str, headings: list[str]) -> None:
    path = "".join(headings)
    scores = {t.name: sum(text.count(w) + 3 * path.count(w) for w in t.words) for t in KNOWN}
    floor = max(2, max(scores.values()) // 4)
    ranked = sorted(scores, key=lambda name: -scores[name])
    assert topics_of(text, headings, KNOWN) == tuple(n for n in ranked if scores[n] >= floor)[:3]


def test_the_shipped_topics_have_words_and_names_of_their_own() -> None:
    known = topics()
    assert len({t.name for t in known}) == len(known) > 15
    assert all(t.words and all(len(word) > 1 for word in t.words) for t in known)
    aliases = [alias for t in known for alias in set(t.aliases)]
    assert len(aliases) == len(set(aliases))


@pytest.mark.parametrize(
    "damage", ["[[topic]]\nname = '食品'\n", "[[topic]\n", "name = '食品'\n", "topic = 3\n"]
)
def test_a_topics_file_that_does_not_fit_is_named(tmp_path: Path, damage: str) -> None:
    damaged = tmp_path / "topics.toml"
    damaged.write_text(damage, encoding="utf-8")
    with pytest.raises(DataFileError, match=r"topics\.toml"):
        topics(damaged)
