import io
import random
from collections.abc import Mapping, Sequence

import pytest

from knowledge.errors import UnreadableFile
from knowledge.reading.files import read_bytes
from knowledge.reading.ofd import read_ofd
from knowledge.reading.scans import can_recognise
from knowledge.understanding.headings import STYLED
from tests.knowledge.reading.books import workbook
from tests.knowledge.reading.test_scans import one_line
from tests.knowledge.reading.writing import packed

_SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
NO_PARTS: Mapping[str, str | bytes] = {}
SIZE = 5.6  # millimetres, of 三号 type


def words(text: str, left: float, top: float, *, steps: str = "", ctm: str = "") -> str:
    """A line of type; digits are half as wide as the others."""
    widths = [SIZE / 2 if char.isascii() else SIZE for char in text]
    about = f'Boundary="{left} {top} {sum(widths)} {SIZE}" Size="{SIZE}"'
    about += f' CTM="{ctm}"' if ctm else ""
    deltas = steps or " ".join(map(str, widths[:-1]))
    code = f'<ofd:TextCode X="0" Y="{SIZE * 0.88}" DeltaX="{deltas}">{text}</ofd:TextCode>'
    return f"<ofd:TextObject {about}>{code}</ofd:TextObject>"


def ofd(
    *pages: str,
    template: str = "",
    seal: str = "",
    parts: Mapping[str, str | bytes] = NO_PARTS,
    attached: str = "",
) -> bytes:
    """A document of A4 pages, with a template that each of them uses, and a list of attachments."""
    listed = "".join(
        f'<ofd:Page ID="{n + 10}" BaseLoc="Pages/Page_{n}/Content.xml"/>'
        for n, _ in enumerate(pages)
    )
    used = '<ofd:Template TemplateID="5"/>' if template else ""
    signatures = "<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>" if seal else ""
    files: dict[str, str | bytes] = {
        "OFD.xml": f"<ofd:OFD {_SPACE}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
        f"{signatures}</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {_SPACE}><ofd:CommonData><ofd:PageArea>"
        "<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
        '<ofd:TemplatePage ID="5" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
        "<ofd:DocumentRes>Res.xml</ofd:DocumentRes></ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages><ofd:Attachments>Att/List.xml</ofd:Attachments>"
        "</ofd:Document>",
        "Doc_0/Att/List.xml": f"<ofd:Attachments {_SPACE}>{attached}</ofd:Attachments>",
        "Doc_0/Tpls/Tpl_0/Content.xml": _page(template, ""),
        "Doc_0/Signs/Signatures.xml": f"<ofd:Signatures {_SPACE}>"
        '<ofd:Signature ID="1" BaseLoc="Sign_0/Signature.xml"/></ofd:Signatures>',
        "Doc_0/Signs/Sign_0/Signature.xml": f"<ofd:Signature {_SPACE}><ofd:SignedInfo>{seal}"
        "</ofd:SignedInfo></ofd:Signature>",
        **parts,
    }
    for number, page in enumerate(pages):
        files[f"Doc_0/Pages/Page_{number}/Content.xml"] = _page(page, used)
    return packed(files)


def _page(objects: str, used: str) -> str:
    content = f"<ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content>"
    return f"<ofd:Page {_SPACE}>{used}{content}</ofd:Page>"


def page_of(*lines: str, top: float = 30) -> str:
    """Lines of type from the top; one that begins with a blank is set in."""
    return "".join(
        words(line.strip(), 28 + 2 * SIZE * line.startswith(" "), top + 10 * n)
        for n, line in enumerate(lines)
    )


FULL = "全年共检查食品经营单位一千余家次，下达责令改正通知"
ITEMS: Sequence[str] = (f" {FULL[:25]}", "若干份，立案32件。", " 人手不足。")
READ = f"{FULL[:25]}若干份，立案32件。\n人手不足。\n"
OTHERS: Sequence[str] = (
    " 下一步将加强基层所建设，开展技能比武，充实执法力量，",
    "建成规范化所8个。",
    " 请审阅。",
)
OTHER_READ = f"{OTHERS[0].strip()}{OTHERS[1]}\n{OTHERS[2].strip()}\n"


def test_lines_of_type_become_paragraphs() -> None:
    assert read_ofd(ofd(page_of(*ITEMS))).text == READ


def test_objects_are_read_from_the_top_whatever_their_order() -> None:
    below, above = page_of(*ITEMS[1:], top=40), page_of(ITEMS[0])
    assert read_ofd(ofd(f"{below}<ofd:PageBlock>{above}</ofd:PageBlock>")).text == READ


def test_steps_between_characters_are_followed() -> None:
    assert read_ofd(ofd(words("甲乙丙丁", 28, 40, steps="5.6 14 g 1 5.6"))).text == "甲乙 丙丁\n"
    split = words("1286", 28, 40, steps="g 3 2.8") + words("家次", 28 + 4 * 2.8, 40)
    assert read_ofd(ofd(split)).text == "1286家次\n"


def test_an_object_is_placed_by_its_matrix_and_slanted_words_are_left_out() -> None:
    scaled = words("检查", 28, 40, ctm="2 0 0 2 0 0")
    slanted = words("样稿", 28, 80, ctm="0.7 0.7 -0.7 0.7 0 0")
    assert read_ofd(ofd(scaled + slanted)).text == "检查\n"


def test_templates_are_read_and_those_that_run_through_left_out() -> None:
    head = words("凌川县文件", 120, 10)
    assert read_ofd(ofd(page_of(*ITEMS), template=head)).text == f"凌川县文件\n{READ}"
    often = ofd(page_of(*ITEMS), page_of(*OTHERS), template=head)
    assert read_ofd(often).text == READ + OTHER_READ


def test_a_letterhead_that_runs_through_is_read_once() -> None:
    large = words("凌川县工作简报", 40, 10, ctm="1.4 0 0 1.4 0 0")
    often = ofd(page_of(*ITEMS), page_of(*OTHERS), template=large + words("第21期", 90, 24))
    assert read_ofd(often).text == f"凌川县工作简报\n第21期\n{READ}{OTHER_READ}"


def test_pages_are_known_and_seals_are_noted() -> None:
    seal = (
        "<ofd:SignatureDateTime>20240705093000Z</ofd:SignatureDateTime>"
        '<ofd:StampAnnot PageRef="11" Boundary="1 1 40 40"/>'
    )
    read = read_bytes(ofd(page_of(*ITEMS), page_of(*OTHERS), seal=seal))
    assert read.text == f"{READ}{OTHER_READ}（电子签章：第2页，2024年7月5日）\n"
    assert [page.start for page in read.pages] == [0, len(READ)]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (ofd('<ofd:ImageObject Boundary="0 0 210 297"/>'), "扫描件"),
        (ofd(page_of("甲"), parts={"Encryptions.xml": "<a/>"}), "加了密码"),
        (ofd(page_of("甲"), parts={"OFD.xml": "<!DOCTYPE a>"}), "损坏"),
        (ofd(page_of("甲"), parts={"Doc_0/Document.xml": ""}), "损坏"),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said):
        read_bytes(data)


def test_the_rules_of_a_drawing_make_a_table() -> None:
    xs, ys = (28, 90, 150), (40, 52, 64)
    rows = (("指标", "数量（件）"), ("立案", "153"))
    placed = [
        words(cell, xs[column] + 2, ys[row] + 3)
        for row, line in enumerate(rows)
        for column, cell in enumerate(line)
    ]
    drawn = [
        f'<ofd:PathObject Boundary="{x} {y} {w} {h}"><ofd:AbbreviatedData>M 0 0 L {w} {h}'
        "</ofd:AbbreviatedData></ofd:PathObject>"
        for x, y, w, h in [*((xs[0], y, 122, 0) for y in ys), *((x, ys[0], 0, 24) for x in xs)]
    ]
    assert read_ofd(ofd("".join((*placed, *drawn)))).text == "指标：立案，数量（件）：153\n"


@pytest.mark.skipif(not can_recognise(), reason="RapidOCR is not installed")
@pytest.mark.usefixtures("one_thread")
def test_a_page_that_is_a_picture_is_recognised() -> None:
    resources = (
        f'<ofd:Res {_SPACE} BaseLoc="Res"><ofd:MultiMedias><ofd:MultiMedia ID="7" Type="Image">'
        "<ofd:MediaFile>page.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>"
    )
    picture = '<ofd:ImageObject ResourceID="7" Boundary="0 0 210 297"/>'
    saved = io.BytesIO()
    one_line().save(saved, "png")
    read = read_bytes(
        ofd(
            page_of(*ITEMS),
            picture,
            parts={"Doc_0/Res.xml": resources.encode(), "Doc_0/Res/page.png": saved.getvalue()},
        )
    )
    assert read.text.startswith(READ)
    assert "合格率98.6%" in read.text
    assert [one.recognised for one in read.pages] == [False, True]


def test_wild_numbers_do_no_harm() -> None:
    chance = random.Random(7)  # noqa: S311 - repeatable
    wild = ["1e999", "nan", "-5", "g", "g 99999999 3", "甲", "", "1 2 3", "1e7 1e7 1e7 1e7"]
    for _ in range(200):
        said = {name: chance.choice(wild) for name in ("Boundary", "Size", "CTM", "HScale")}
        object_ = " ".join(f'{name}="{value}"' for name, value in said.items())
        code = " ".join(
            f'{name}="{chance.choice(wild)}"' for name in ("X", "Y", "DeltaX", "DeltaY")
        )
        text = (
            f"<ofd:TextObject {object_}><ofd:TextCode {code}>甲乙</ofd:TextCode></ofd:TextObject>"
        )
        assert read_ofd(ofd(page_of("检查12家。") + text)).text


def attachment(name: str, place: str, more: str = "") -> str:
    return (
        f'<ofd:Attachment ID="9" Name="{name}" {more}><ofd:FileLoc>{place}</ofd:FileLoc>'
        "</ofd:Attachment>"
    )


def test_attached_files_stand_below_their_document_each_with_its_places() -> None:
    listed = (
        attachment("抽检情况.xlsx", "a.xlsx")
        + attachment("说明.txt", "Files/b.txt")
        + attachment("数据.xml", "/Doc_0/Att/c.txt", 'Visible="false"')
    )
    parts: dict[str, str | bytes] = {
        "Doc_0/Att/a.xlsx": workbook(各所=[["所", "抽检（批次）"], ["城关所", 120]]),
        "Doc_0/Files/b.txt": "含委托抽检8批次。",
        "Doc_0/Att/c.txt": "程序自用。",
    }
    read = read_ofd(ofd(page_of(*ITEMS), attached=listed, parts=parts))
    assert read.text == (
        f"{READ}附件1：抽检情况\n{STYLED}各所\n所：城关所，抽检（批次）：120\n"
        "附件2：说明\n含委托抽检8批次。\n"
    )
    places = {page.name: read.text[page.start :].splitlines()[0] for page in read.pages}
    assert places == {
        "": READ.splitlines()[0],
        "抽检情况.xlsx": "附件1：抽检情况",
        "抽检情况.xlsx 各所!A2:B2": f"{STYLED}各所",
        "说明.txt": "附件2：说明",
    }


@pytest.mark.parametrize("kind", ["ofd", "zip", "unknown", "missing"])
def test_an_attachment_that_is_not_read_is_named(kind: str) -> None:
    inside: dict[str, str | bytes] = {
        "ofd": ofd(page_of(*ITEMS)),
        "zip": packed({"a.txt": "甲"}),
        "unknown": bytes(99),
    }
    parts: Mapping[str, str | bytes] = {"Doc_0/Att/a": inside[kind]} if kind in inside else NO_PARTS
    read = read_ofd(ofd(page_of(*ITEMS), attached=attachment("附表", "a"), parts=parts))
    assert read.text == f"{READ}（没有读出的部分：附件“附表”。）\n"
