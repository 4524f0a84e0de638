import random
import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from docx import Document

from knowledge.errors import UnreadableFile
from knowledge.reading import pdf
from knowledge.reading.files import read_source
from knowledge.reading.pdf import read_pdf
from knowledge.understanding.pipeline import understand
from tests.knowledge.reading.pdfs import (
    LEFT,
    PITCH,
    SIZE,
    TOP,
    Words,
    pdf_of,
    set_by_count,
    set_in_type,
    set_ragged,
)
from tests.patience import PATIENCE

SAMPLES = Path(__file__).parents[3] / "samples" / "reports"
LONG = "检查食品经营企业一千二百八十六家次，发现问题三百一十二个，全部整改到位。" * 3


def down(*lines: str, left: float = LEFT, first: float = TOP, size: float = SIZE) -> list[Words]:
    return [Words(text, left, first - n * PITCH, size) for n, text in enumerate(lines)]


def text_of(*pages: list[Words]) -> str:
    return read_pdf(pdf_of(*pages)).text


def refusal_of(data: bytes) -> str:
    with pytest.raises(UnreadableFile) as refused:
        read_pdf(data)
    sentence = str(refused.value)
    assert "\n" not in sentence
    assert "{" not in sentence
    return sentence


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.txt")), ids=lambda path: path.stem[:8])
def test_a_report_set_in_type_is_read_as_its_text(path: Path) -> None:
    lines = [line.strip() for line in read_source(path).text.splitlines()]
    text = "\n".join(line for line in lines if line) + "\n"
    read = read_pdf(pdf_of(*set_in_type(text)))
    told, meant = (understand(t, file="", sha256="") for t in (read.text, text))
    assert [s.path for s in told.sections] == [s.path for s in meant.sections]
    assert [f.text for f in told.figures] == [f.text for f in meant.figures]
    assert read.text == text


HABITS: dict[str, Callable[[str], list[list[Words]]]] = {
    "set_in": set_ragged,
    "parted": partial(set_ragged, set_in=0, gap=PITCH / 3),
}


@pytest.mark.parametrize("habit", HABITS)
@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*县*.txt")), ids=lambda path: path.stem[:8])
def test_what_programs_set_by_rules_of_their_own_is_read_as_its_text(
    path: Path, habit: str
) -> None:
    lines = [line.strip() for line in read_source(path).text.splitlines()]
    text = "\n".join(line for line in lines if line) + "\n"
    told, meant = (
        understand(t, file="", sha256="")
        for t in (read_pdf(pdf_of(*HABITS[habit](text))).text, text)
    )
    assert [(s.path, s.level) for s in told.sections] == [(s.path, s.level) for s in meant.sections]
    assert [f.text for f in told.figures] == [f.text for f in meant.figures]


def test_rows_of_so_many_characters_go_on_whatever_their_width() -> None:
    first = "全县检查餐饮单位1,204家次、食品销售单位2,630家次，立案35件，罚没款12.6万元。" * 2
    second = "抽检食品860批次，合格率98.5%，不合格食品13批次全部处置到位，群众满意度明显提升。"
    text = f"一、主要工作\n{first}\n{second}\n二、下步打算\n{first}\n"
    assert text_of(*set_by_count(text)) == text


def test_a_stop_that_hangs_over_the_edge_makes_no_other_line_short() -> None:
    hung = "检查食品经营单位和药品经营单位共一百家次，"  # its last stands over the edge
    full = "发现问题三十个并责令全部限期整改到位其中"
    rows = [hung, full, "立案查处五家的，以及情节非常轻微的共一", "十家并予警告。"]
    assert text_of(down(*rows, *rows)) == f"{''.join(rows)}\n" * 2


@pytest.mark.parametrize("figure", ["2.9万元", "1,204家", "99.1%"])
def test_the_point_of_a_figure_stands_close_to_it(figure: str) -> None:
    at = figure.index("," if "," in figure else ".")
    half, apart = SIZE / 2, SIZE * 0.3
    page = [
        Words(f"投入{figure[:at]}", LEFT, TOP),
        Words(figure[at:], LEFT + 2 * SIZE + at * half + apart, TOP),
        *down(LONG[:30], first=TOP - PITCH),
    ]
    assert text_of(page).startswith(f"投入{figure}")


@pytest.mark.parametrize(("before", "after"), [("1.", "5个工作日"), ("1", ".5个工作日")])
def test_a_figure_parted_at_its_point_is_put_together(before: str, after: str) -> None:
    rows = [f"检查食品经营单位很多家次，企业开办平均用时压缩到{before}", f"{after}，全部达标。"]
    assert "1.5个工作日" in text_of(down(*rows, LONG[:24]))


def test_lines_end_where_paragraphs_do() -> None:
    first = "一、主要工作。" + LONG
    second = "（一）新增市场主体*户，比上年增长8.3%。"
    assert text_of(*set_in_type(f"{first}\n{second}\n{LONG}")) == f"{first}\n{second}\n{LONG}\n"


def test_without_indents_a_short_line_ends_a_paragraph() -> None:
    rows = [LONG[n : n + 25] for n in range(0, len(LONG), 25)]
    assert (
        text_of(down(*rows, "下一步，继续抓好食品安全。"))
        == f"{LONG}\n下一步，继续抓好食品安全。\n"
    )


def test_short_lines_that_end_at_one_place_by_chance_go_no_further() -> None:
    first = "青岚县林业局全面完成了上级下达的造林任务。"
    lines = (first, "二、存在的问题", "基层人手不足。", "三、下步打算", "加强监管。")
    assert text_of(down(*lines)) == "".join(f"{line}\n" for line in lines)


def test_latin_words_keep_their_blank_and_lose_their_hyphen() -> None:
    rows = [
        "according to the plan of the whole bu-",
        "reau we go on with all that was begun",
        "then.",
    ]
    joined = "according to the plan of the whole bureau we go on with all that was begun then.\n"
    assert text_of(down(*rows)) == joined


def test_columns_are_read_one_after_the_other() -> None:
    left = [f"左栏第{n}行检查食品经营单位很多家" for n in "一二三四五六七"]
    right = [f"右栏第{n}行检查药品经营单位很多家" for n in "一二三四五六七"]
    page = [
        Words("某县市场监管局工作总结", 200, 780, 22),
        *down(*left, size=12),
        *down(*right, left=320, size=12),
    ]
    assert text_of(page) == "\n".join(["某县市场监管局工作总结", "".join(left + right)]) + "\n"


def test_rows_of_a_table_keep_their_lines() -> None:
    rows = [("类别", "立案", "罚没"), ("食品", "92", "61.5"), ("药品", "23", "4.2")]
    cells = [
        Words(cell, LEFT + 150 * column, TOP - PITCH * row)
        for row, told in enumerate(rows)
        for column, cell in enumerate(told)
    ]
    assert text_of([*cells, Words("合计一百一十五件。", LEFT, 300)]).splitlines() == [
        "类别：食品，立案：92，罚没：61.5",
        "类别：药品，立案：23，罚没：4.2",
        "合计一百一十五件。",
    ]


def test_pages_that_are_all_alike_are_read() -> None:
    words = "全县检查食品经营单位一百家次。"
    page = [Words(words, LEFT, TOP), Words("第1页", 260, 40)]
    assert text_of(page, page).strip() == words * 2


@pytest.mark.parametrize(
    "foot",
    ["— {n} —", "-{n}-", "第 {n} 页 共 3 页", "第{n}页/共3页", "{n}", "{n}/3", "Page {n} of 3"],
)
def test_running_heads_and_page_numbers_are_left_out(foot: str) -> None:
    pages = [
        [
            Words("内部资料　注意保存", 200, 800, 10),
            *down(f"第{word}部分，检查企业{n}家。"),
            Words(foot.format(n=n), 290, 40, 10),
        ]
        for n, word in enumerate("一二三", 1)
    ]
    assert text_of(*pages) == "".join(
        f"第{w}部分，检查企业{n}家。\n" for n, w in enumerate("一二三", 1)
    )


def test_figures_at_the_foot_of_a_page_are_no_page_numbers() -> None:
    assert text_of(down("上半年立案件数如下所示：", "2023")) == "上半年立案件数如下所示：\n2023\n"


def test_the_page_of_every_place_is_known() -> None:
    pages = set_in_type("\n".join([LONG] * 12))
    read = read_pdf(pdf_of(pages[0], [], *pages[1:]))
    assert len(read.pages) == len(pages) + 1
    starts = [page.start for page in read.pages]
    assert starts[:2] == [0, starts[2]]
    for start, page in zip(starts[2:], pages[1:], strict=True):
        assert read.text[start:].startswith(page[0].text)


@pytest.mark.parametrize(
    ("shown", "written"),
    [
        ("⼀、⼯作⻓效", "一、工作长效"),
        ("ﬁne oﬃce 金額", "fine office 金額"),
        ("检查\ue000企业１２家，＊户", "检查企业１２家，＊户"),
        ("**县新增*户", "**县新增*户"),
        ("——做好服务", "——做好服务"),
    ],
)
def test_characters_are_written_as_they_are_read(shown: str, written: str) -> None:
    rest = "市场监管工作扎实推进。"
    assert text_of(down(shown + rest)) == written + rest + "\n"


def test_signs_of_another_font_that_were_set_first_are_put_in_their_place() -> None:
    signs = [Words("“", LEFT + 4 * SIZE, TOP), Words("”", LEFT + 9 * SIZE, TOP)]
    words = [Words("实行电梯", LEFT, TOP), Words("三色体检", LEFT + 5 * SIZE, TOP)]
    gap = Words("制度，全部建档。", LEFT + 10 * SIZE, TOP)
    assert text_of([*signs, *words, gap]) == "实行电梯“三色体检”制度，全部建档。\n"


def test_bold_made_by_setting_twice_is_read_once() -> None:
    twice = Words("检查药品经营企业三十家。", LEFT + 0.4, TOP)
    assert text_of([Words(twice.text, LEFT, TOP), twice]) == twice.text + "\n"


def test_scans_are_refused_with_the_way_out() -> None:
    assert "OCR" in refusal_of(pdf_of([], []))
    mark = Words("扫描王", 500, 20, 8)
    assert "OCR" in refusal_of(pdf_of([mark], [mark], [mark], down(LONG[:20])))


def test_locked_and_broken_files_are_refused() -> None:
    lock = f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{'41' * 32}> /U <{'42' * 32}> >>"
    told = pdf_of(down(LONG[:20]), trailer=f"{lock} /ID [<00> <00>]")
    assert "密码" in refusal_of(told)
    assert "损坏" in refusal_of(b"%PDF-1.7\n" + bytes(200))


def test_what_is_beyond_measure_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    told = pdf_of(down(LONG[:20]), down(LONG[:20]))
    monkeypatch.setattr(pdf, "MOST_PAGES", 1)
    assert "2 页" in refusal_of(told)
    monkeypatch.setattr(pdf, "MOST_PAGES", 2)
    monkeypatch.setattr(pdf, "MOST_CHARACTERS", 30)
    assert "万字" in refusal_of(told)


def test_a_damaged_file_is_read_or_refused() -> None:
    whole = pdf_of(*set_in_type(LONG * 4))
    chance = random.Random(20231)  # noqa: S311 - the same damage each time
    for _ in range(40):
        damaged = bytearray(whole)
        for _ in range(chance.choice((1, 8, 60))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        del damaged[chance.randrange(len(damaged) // 2, 2 * len(damaged)) :]
        try:
            read = read_pdf(bytes(damaged))
        except UnreadableFile:
            continue
        assert list(read.pages) == sorted(read.pages)
        assert read.pages[-1].start <= len(read.text)


def test_a_document_made_into_pdf_by_an_office_program_is_read_as_its_text(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed (no soffice on PATH)")
    lines = [
        "某县市场监管局2023年工作总结",
        "一、主要工作",
        f"（一）食品安全。{LONG}",
        "二、打算",
        LONG,
    ]
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(str(tmp_path / "a.docx"))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    made = subprocess.run(  # noqa: S603 - the program that was found, on a file of our own
        [office, profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, "a.docx"],
        cwd=tmp_path, check=False, capture_output=True, timeout=PATIENCE,
    )  # fmt: skip
    if not (tmp_path / "a.pdf").exists():
        pytest.skip(f"LibreOffice made no PDF: {made.stderr!r}")
    read = read_source(tmp_path / "a.pdf").text
    told, meant = (understand(t, file="", sha256="") for t in (read, "\n".join(lines) + "\n"))
    assert [s.path for s in told.sections] == [s.path for s in meant.sections]


def test_the_last_few_characters_of_a_paragraph_are_of_any_size() -> None:
    full = "一年来检查食品经营单位，督促整改隐患，按时完成整改的占百分之一"
    rows = down(full[:27], full[:26] + "1", full[:25] + "10")
    rest = Words("0%。", LEFT, TOP - 3 * PITCH, SIZE * 1.2)
    assert text_of([*rows, rest]).endswith("100%。\n")
    titled = Words("附表", LEFT, TOP - 3 * PITCH, SIZE * 1.2)
    assert text_of([*rows, titled]).endswith("10\n附表\n")
