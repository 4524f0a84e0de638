"""A damaged part without which the rest is sound is left out and named; any other is refused."""

import io
import zipfile

import pytest

from knowledge.errors import UnreadableFile
from knowledge.reading.files import read_bytes
from knowledge.reading.pdf import read_pdf
from knowledge.reading.result import left_out_note, left_out_of
from tests.knowledge.reading.books import workbook
from tests.knowledge.reading.pdfs import LEFT, TOP, Words, pdf_of
from tests.knowledge.reading.spoiling import sound
from tests.knowledge.reading.test_odf import odf
from tests.knowledge.reading.test_odf import p as odf_p
from tests.knowledge.reading.test_ofd import ITEMS, OTHERS, READ, ofd, page_of, words
from tests.knowledge.reading.writing import packed

_HEAD = ["所", "立案（件）"]
_BOOK = workbook(甲=[_HEAD, ["河东所", 12]], 乙=[_HEAD, ["河西所", 7]])
_OFD = ofd(page_of(*ITEMS), page_of(*OTHERS), template=words("凌川县文件", 120, 10))


def _half(part: bytes) -> bytes:
    return part[: len(part) // 2]


def with_damaged(data: bytes, *names: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    damaged = {name: _half(parts.get(name, b"<style/>")) for name in names}
    return packed({**parts, **damaged}, zipfile.ZIP_STORED)


@pytest.mark.parametrize(
    ("data", "part", "said", "sound_words"),
    [
        (sound("docx"), "word/footnotes.xml", "脚注", "检查5"),
        (sound("docx"), "word/numbering.xml", "自动编号", "项目"),
        (_BOOK, "xl/worksheets/sheet1.xml", "工作表“甲”", "所：河西所，立案（件）：7"),
        (sound("pptx"), "ppt/slides/slide2.xml", "第 2 张幻灯片", "检验电梯"),
        (_OFD, "Doc_0/Pages/Page_1/Content.xml", "第 2 页", READ),
        (_OFD, "Doc_0/Tpls/Tpl_0/Content.xml", "页面模板", READ),
        (
            odf("text", odf_p("检查12家。")), "styles.xml", "样式", "检查12家。\n",
        ),
    ],
)  # fmt: skip
def test_a_document_is_read_without_its_damaged_part_which_is_named(
    data: bytes, part: str, said: str, sound_words: str
) -> None:
    text = read_bytes(with_damaged(data, part)).text
    assert sound_words in text
    assert text.splitlines()[-1] == f"（没有读出的部分：{said}。）"
    assert left_out_of(text) == said


@pytest.mark.parametrize(
    ("data", "parts"),
    [
        (_BOOK, ["xl/styles.xml"]),  # what the cells show depends on it
        (_BOOK, ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"]),
        (_OFD, [f"Doc_0/Pages/Page_{n}/Content.xml" for n in (0, 1)]),
        (sound("docx"), ["word/document.xml"]),
    ],
)
def test_a_document_of_which_nothing_sound_is_left_is_refused(
    data: bytes, parts: list[str]
) -> None:
    with pytest.raises(UnreadableFile, match="损坏"):
        read_bytes(with_damaged(data, *parts))


def test_a_pdf_is_read_without_its_broken_page() -> None:
    line = Words("检查药品经营企业三十家，整改完毕。", LEFT, TOP)
    data = pdf_of([line], [line])
    read = read_pdf(data.replace(b"/Kids [10 0 R 12 0 R]", b"/Kids [10 0 R 99 0 R]"))
    assert read.text == f"{line.text}\n（没有读出的部分：第 2 页。）\n"


def test_many_parts_are_counted_and_none_needs_no_note() -> None:
    note = left_out_note(str(number) for number in range(30))
    assert note.endswith("8、9等 30 处。）\n")
    assert (left_out_note(()), left_out_of("检查12家。\n")) == ("", "")
