import os
from pathlib import Path

import pytest

from knowledge.errors import ManifestError
from knowledge.loading.manifest import manifest_identity
from knowledge.understanding.periods import Period, YearPart
from knowledge.understanding.pipeline import Overrides

HALF = Period(2023, YearPart.FIRST_HALF)
TOLD = Overrides("云溪县市场监管局", HALF)


def told(folder: Path, text: str, encoding: str = "utf-8", file: str = "a.txt") -> Overrides:
    (folder / "manifest.csv").write_bytes(text.encode(encoding))
    return manifest_identity(folder / file)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize(
    "header",
    ["文件,单位,期间", "file,bureau,period", "文件名, 单位名称 ,报告期", "File,BUREAU,Period"],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_manifest_is_read_in_any_encoding_and_by_either_header(
    tmp_path: Path, header: str, encoding: str, line_end: str
) -> None:
    text = line_end.join([header, "a.txt,云溪县市场监管局,2023年上半年", ""])
    assert told(tmp_path, text, encoding) == TOLD


@pytest.mark.parametrize("delimiter", ["\t", ";", "；", "，"])
def test_other_delimiters_are_understood(tmp_path: Path, delimiter: str) -> None:
    text = "文件,单位,期间\na.txt,云溪县市场监管局,2023上半年\n".replace(",", delimiter)
    assert told(tmp_path, text) == TOLD


@pytest.mark.parametrize(
    "row",
    [
        '"a.txt","云溪县市场监管局","2023年上半年"',
        " a.txt , 云溪县市场监管局 , 2023 年上半年 ",
        "./a.txt,云溪县市场监管局,2023年1-6月",
        ".\\a.txt,云溪县市场监管局,２０２３年上半年",
        "a,云溪县市场监管局,2023年上半年",
        "a.txt,云溪县市场监管局,2023年上半年,多余的一格",
        "\n,,\na.txt,云溪县市场监管局,2023年上半年\n\n",
        "a.txt,云溪县市场监管局,2023年上半年\na.txt,云溪县市场监管局,2023年上半年",
    ],
)
def test_a_row_is_read_as_people_write_it(tmp_path: Path, row: str) -> None:
    assert told(tmp_path, f"文件,单位,期间\n{row}\n") == TOLD


def test_cells_left_empty_say_nothing(tmp_path: Path) -> None:
    text = "期间,文件,备注\n,a.txt,急\n2023年,b.txt\n"
    assert told(tmp_path, text) == Overrides()
    assert told(tmp_path, text, file="b.txt") == Overrides("", Period(2023))
    assert told(tmp_path, text, file="c.txt") == Overrides()


@pytest.mark.parametrize("text", ["", "\n", "文件,单位,期间\n"])
def test_a_manifest_without_rows_says_nothing(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, text) == Overrides()


def test_without_a_manifest_nothing_is_told(tmp_path: Path) -> None:
    assert manifest_identity(tmp_path / "a.txt") == Overrides()
    assert manifest_identity(tmp_path / "missing" / "a.txt") == Overrides()


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("单位,期间\n云溪县局,2023年\n", 1, "缺少“文件”"),
        ("文件,单位,期间\na.txt,云溪县局,去年\n", 2, "看不懂期间“去年”"),
        ("文件,单位,期间\nb.txt,乙,2023年\nc.txt,丙,何时\n", 3, "看不懂期间“何时”"),
        ("文件,单位,期间\na.txt,云溪县局,2023年第9季度\n", 2, "看不懂期间"),
        ("文件,单位,期间\n\n,云溪县局,2023年\n", 3, "没有写文件名"),
        ("文件,单位\na.txt,甲县局\na.txt,乙县局\n", 3, "两行说的不一样"),
        ('文件,单位,期间\n"a.txt,云溪县局,2023年\n', 2, "不成表格"),
        ('文件,期间\na.txt,"何\n时"\n', 3, "看不懂期间“何 时”"),
    ],
)
def test_a_faulty_row_gives_one_clear_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(ManifestError) as refused:
        told(tmp_path, text)
    sentence = str(refused.value)
    assert sentence.startswith(f"清单 manifest.csv 第 {line} 行有误：")
    assert said in sentence
    assert "\n" not in sentence


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_bytes(bytes(range(256)) * 8)
    with pytest.raises(ManifestError, match="读不出表格"):
        manifest_identity(tmp_path / "a.txt")
    (tmp_path / "folder" / "manifest.csv").mkdir(parents=True)
    with pytest.raises(ManifestError, match="读不出表格"):
        manifest_identity(tmp_path / "folder" / "a.txt")


def test_a_manifest_that_was_changed_is_read_again(tmp_path: Path) -> None:
    assert told(tmp_path, "文件,单位\na.txt,甲县局\n").bureau == "甲县局"
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("文件,单位\na.txt,乙县局\n", encoding="utf-8")
    os.utime(manifest, ns=(0, 10**18))
    assert manifest_identity(tmp_path / "a.txt").bureau == "乙县局"
