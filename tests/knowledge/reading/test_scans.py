"""Scans and photographs: what is recognised, and that it is said to be."""

import io
from contextlib import closing
from pathlib import Path

import numpy as np
import pypdfium2  # type: ignore[import-untyped] # it has no types
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from knowledge.errors import UnreadableFile
from knowledge.models import Page
from knowledge.reading import scans
from knowledge.reading.files import read_bytes
from knowledge.reading.pages import mark_recognised
from knowledge.reading.result import PagedText
from tests.knowledge.reading.pdfs import Words, pdf_of

PAGE = Path(__file__).parent / "pictures" / "page.png"
TEXT = (
    "凌川县2023年工作总结\n一、食品安全监管\n"
    "全年抽检食品1,284批次，合格率98.6%，检查经营主体3,588家次，立案查处*件，罚没款15.3万元。\n"
    "二、特种设备安全监管\n"
    "全年检查电梯使用单位207家，督促整改隐患46条，未发生安全责任事故。\n"
)


def one_line(upper: int = 185) -> Image.Image:
    """A page of the first line of prose, or of another: a square one is looked through fastest."""
    page = Image.open(PAGE).convert("RGB")
    line = page.crop((0, upper, page.width, upper + 65))
    page.paste("white", (0, 0, *page.size))
    page.paste(line, (0, upper))
    return page


@pytest.mark.usefixtures("one_thread")
def test_a_page_is_read_with_its_figures_and_masks_even_on_its_side_below_a_stamp() -> None:
    picture = Image.open(PAGE).convert("RGB")
    ImageDraw.Draw(picture).ellipse((420, 250, 640, 440), outline=(220, 40, 40), width=6)
    saved = io.BytesIO()
    picture.rotate(90, expand=True).save(saved, "jpeg", quality=90)

    read = read_bytes(saved.getvalue())

    assert read.text == TEXT
    assert [page.recognised for page in read.pages] == [True]


@pytest.mark.usefixtures("one_thread")
def test_digits_below_a_stamp_are_doubtful() -> None:
    picture, saved = one_line(), io.BytesIO()
    stamp = Image.new("RGB", picture.size, "white")
    ImageDraw.Draw(stamp).rectangle((545, 190, 640, 245), fill=(230, 70, 70))
    ImageChops.multiply(picture, stamp).save(saved, "png")

    read = read_bytes(saved.getvalue())

    (page,) = read.pages
    assert "抽检食品1,284批次，合格率98.6%" in read.text
    assert "".join(read.text[place] for place in page.doubtful) == "986"


@pytest.mark.usefixtures("one_thread")
def test_each_page_of_a_picture_file_is_a_page() -> None:
    saved = io.BytesIO()
    one_line().save(saved, "tiff", save_all=True, append_images=[one_line(433)])

    read = read_bytes(saved.getvalue())

    assert "抽检食品1,284批次，合格率98.6%" in read.text
    assert "电梯使用单位207家" in read.text
    assert [page.recognised for page in read.pages] == [True, True]


@pytest.mark.usefixtures("one_thread")
def test_the_scanned_pages_of_a_pdf_are_recognised_and_no_others() -> None:
    scan, saved = io.BytesIO(), io.BytesIO()
    one_line().save(scan, "pdf", resolution=96)
    words = "全县新增经营主体3,588户，同比增长8.3%，其中企业1,204户。"
    with closing(pypdfium2.PdfDocument(pdf_of([Words(words, 80, 700)]))) as file:
        file.import_pages(pypdfium2.PdfDocument(scan.getvalue()))
        file.save(saved)

    read = read_bytes(saved.getvalue())

    assert read.text.startswith(words)
    assert "抽检食品1,284批次，合格率98.6%" in read.text
    assert [page.recognised for page in read.pages] == [False, True]


@pytest.mark.parametrize("size", [1, 700], ids=["cut", "half"])
def test_a_broken_picture_is_refused_in_a_line(size: int) -> None:
    with pytest.raises(UnreadableFile, match="图片已损坏"):
        read_bytes(PAGE.read_bytes()[: 40 + size])


def test_without_the_extra_a_picture_is_refused_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scans, "can_recognise", lambda: False)
    with pytest.raises(UnreadableFile, match="OCR"):
        read_bytes(PAGE.read_bytes())


DIGITS = [chr(0xE000 + ord(digit)) for digit in "0123456789"]


@given(
    st.lists(
        st.tuples(st.sampled_from([*"年3，9", *DIGITS]), st.booleans()), min_size=1, max_size=30
    )
)
def test_a_doubtful_digit_is_a_digit_whose_place_is_kept(marked: list[tuple[str, bool]]) -> None:
    raw = "".join(char for char, _ in marked)
    pages = tuple(Page(n) for n, (_, begins) in enumerate(marked) if begins or not n)

    read = mark_recognised(PagedText(raw, pages), range(len(pages)))

    doubtful = {place for page in read.pages for place in page.doubtful}
    assert doubtful == {n for n, char in enumerate(raw) if char in DIGITS}
    assert all(read.text[place].isdecimal() for place in doubtful)
    assert read.text == "".join(chr(ord(c) - 0xE000) if c in DIGITS else c for c in raw)


@pytest.mark.parametrize("angle", [-4, -1.5, 0, 3])
@pytest.mark.parametrize("lying", [False, True])
def test_a_page_is_set_level_before_its_rules_are_looked_for(angle: float, lying: bool) -> None:
    recognition = pytest.importorskip("knowledge.reading.recognition")
    picture = Image.open(PAGE).convert("RGB").rotate(angle, expand=True, fillcolor="white")
    ink = recognition._black_ink(np.asarray(picture.rotate(90, expand=True) if lying else picture))
    assert recognition._lies_on_its_side(ink) is lying
    assert lying or abs(recognition._slant(ink) + angle) < 0.3


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("抽检1，034批次", "抽检1,034批次"),
        ("资金12，345，678元", "资金12,345,678元"),
        ("合格率98．16%", "合格率98.16%"),
        ("增长5，2023年", "增长5，2023年"),
        ("立案12，结案10", "立案12，结案10"),
        ("3家,另有5家", "3家，另有5家"),
    ],
)
def test_a_figure_has_narrow_signs_and_prose_wide_ones(read: str, meant: str) -> None:
    recognition = pytest.importorskip("knowledge.reading.recognition")
    line = recognition._with_usual_signs([(char, 1.0, 0.0, 1.0) for char in read])
    assert "".join(char for char, *_ in line) == meant
