import random

import pytest

from knowledge.errors import UnreadableFile
from knowledge.reading.files import read_bytes
from knowledge.reading.rtf import read_rtf
from knowledge.understanding.outline import read_outline

FONTS = r"{\fonttbl{\f0\fnil\fcharset134 SimSun;}{\f1\fcharset0 Times;}}"


def rtf(body: str) -> bytes:
    return rf"{{\rtf1\ansi\ansicpg936\deff0{FONTS}{body}}}".encode("gb18030")


def lines(body: str) -> list[str]:
    return read_rtf(rtf(body)).splitlines()


def escaped(words: str) -> str:
    """Words as Word writes them."""
    return "".join(f"\\'{byte:02x}" for byte in words.encode("gb18030"))


def unicode(words: str) -> str:
    """Words as LibreOffice writes them, with a sign for readers that know no Unicode."""
    return "".join(f"\\u{ord(char) - 65536 * (ord(char) > 32767)}?" for char in words)


@pytest.mark.parametrize("write", [escaped, unicode, str])
def test_paragraphs_are_lines_however_they_are_written(write: object) -> None:
    assert callable(write)
    words = "检查食品经营单位1,286家次，立案*件。"
    assert lines(rf"\pard\f0 {write('一、监管')}\par {write(words)}\par") == ["一、监管", words]


def test_a_second_byte_may_stand_there_plainly() -> None:
    first, second = "丄".encode("gbk")
    assert chr(second) == "A"
    assert lines(f"\\f0 \\'{first:02x}A, \\par") == ["丄, "]


def test_what_no_reader_sees_is_left_out() -> None:
    body = (
        r"{\info{\title 暗}}{\header 眉}{\*\generator 某;}甲{\deleted 删}{\v 隐}乙"
        r"{\field{\*\fldinst HYPERLINK x}{\fldrslt 丙}}{\pict\wmetafile8 0123abcd}"
        r"{\object\bin5 }\'}}}丁\par"
    )
    assert lines(body) == ["甲乙丙丁"]


def test_a_note_stands_at_the_end_of_its_paragraph() -> None:
    assert lines(r"抽检20批次{\footnote 含快检\par }，合格18批次。\par 完") == [
        "抽检20批次，合格18批次。（注：含快检）",
        "完",
    ]


def row(*cells: str, before: str = "") -> str:
    places = "".join(rf"\cellx{1000 * n}" for n in range(1, len(cells) + 1))
    words = "".join(rf"\pard\intbl {words}\cell" for words in cells)
    return rf"\trowd {before or places}{words}\row "


def test_tables_are_read_as_those_of_word() -> None:
    head = r"\clvmgf\cellx1\clmgf\cellx2\clmrg\cellx3"
    body = row("指标", "2024年", "", before=head) + row(
        "", "目标", "完成", before=r"\clvmrg\cellx1\cellx2\cellx3"
    )
    body += row("立案（件）", "12", r"13\par ") + r"\pard 完\par"
    assert lines(body) == ["指标：立案（件），2024年目标：12，2024年完成：13", "完"]


def test_a_heading_by_its_level_alone_is_one() -> None:
    text = read_rtf(rtf(r"凌川县局总结\par\pard\outlinelevel0 主要工作\par\pard 检查12家。\par"))
    assert read_outline(text)[-1].path == ("主要工作",)


def test_a_file_is_told_by_its_content() -> None:
    assert read_bytes(rtf(r"甲\par")).text == "甲\n"


def test_groups_without_end_and_damage_are_refused_or_read() -> None:
    with pytest.raises(UnreadableFile, match="损坏"):
        read_rtf(rtf("{" * 5000 + "甲"))
    chance = random.Random(7)  # noqa: S311 - repeatable
    whole = rtf(row("指标", "数量") + row("立案", "3") + escaped("完") + r"\par")
    for _ in range(300):
        spoilt = bytearray(whole)
        for _ in range(chance.randrange(1, 9)):
            spoilt[chance.randrange(6, len(spoilt))] = chance.randrange(256)
        try:
            read_rtf(bytes(spoilt))
        except UnreadableFile:
            continue
