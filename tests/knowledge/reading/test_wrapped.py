import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.reading.files import read_bytes
from knowledge.reading.paragraphs import unwrap_lines

SENTENCE = "检查餐饮服务单位120家，责令改正15家，立案查处3件，罚没款2.6万元，群众满意度提升。"
PARAGRAPHS = [
    "一、主要工作",
    *[f"今年第{n}项工作按期完成。{SENTENCE * 3}" for n in "一二三四五六"],
    "二、存在问题",
    SENTENCE * 2,
]


def wrapped(words: str, width: int) -> list[str]:
    """The lines of a paragraph that breaks at so many columns."""
    lines = [""]
    for character in words:
        if sum(1 + (c >= "\u2e80") for c in lines[-1] + character) > width:
            lines.append("")
        lines[-1] += character
    return lines


@pytest.mark.parametrize("width", [60, 66, 76])
@pytest.mark.parametrize(("indent", "between"), [("\u3000\u3000", "\n"), ("", "\n\n")])
def test_lines_of_one_width_are_joined_to_paragraphs(width: int, indent: str, between: str) -> None:
    paragraphs = [indent + words for words in PARAGRAPHS]
    text = between.join("\n".join(wrapped(words, width)) for words in paragraphs)
    assert unwrap_lines(text) == between.join(paragraphs)
    assert read_bytes(text.encode("gb18030")).text == between.join(paragraphs)


def test_lines_of_so_many_characters_are_joined_too() -> None:
    words = [f"\u3000\u3000{words}" for words in PARAGRAPHS]
    text = "\n".join(w[i : i + 38] for w in words for i in range(0, len(w), 38))
    assert unwrap_lines(text) == "\n".join(words)


def test_without_indents_a_mark_or_a_full_stop_ends_a_paragraph() -> None:
    words = [
        w.removesuffix("。") + "，办结率达到九成以上的有三个所和两个大队。" for w in PARAGRAPHS
    ]
    text = "\n".join(line for w in words for line in wrapped(w, 60))
    joined = unwrap_lines(text)
    assert "\n二、存在问题" in joined
    assert "立案\n" not in joined


def test_latin_words_are_parted_where_their_lines_are_joined() -> None:
    line = "重点工作按照上级部署有序推进，各个项目进展顺利，统一采用 open"
    text = f"\u3000\u3000{line[2:]}\n{line}\nsource 软件和 2.6\n" * 12
    assert f"{line} source 软件和 2.6\n" in unwrap_lines(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "\n".join(PARAGRAPHS),
        "\n".join([SENTENCE] * 30),
        "\n".join(f"（{n}）检查餐饮服务单位一百二十家，责令改正一十五家；" for n in range(10, 40)),
        "\n".join(["云溪县市场监管局城关市场监管所所长"] * 30),
        "\n".join([*wrapped(SENTENCE * 6, 60), "长" * 200]),
    ],
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert unwrap_lines(text) == text


@given(st.lists(st.text("甲乙，。a1 \u3000", max_size=45), max_size=60))
def test_nothing_but_blanks_and_line_ends_goes(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert re.sub(r"\s", "", unwrap_lines(text)) == re.sub(r"\s", "", text)


def test_rows_of_a_table_are_no_lines_of_one_width() -> None:
    rows = [
        f"月份：{month}月，抽检（批次）：{80 + month}，不合格：{month % 4}"
        for month in range(1, 20)
    ]
    rows += [f"月份：{month}月，抽检（批次）：{80 + month}" for month in range(1, 3)]
    text = "\n".join(["分月抽检情况：", *rows, *rows, ""])
    assert unwrap_lines(text) == text
