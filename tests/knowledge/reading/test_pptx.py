from collections.abc import Mapping, Sequence

from knowledge.reading.files import read_bytes
from knowledge.understanding.pipeline import understand
from tests.knowledge.reading.writing import packed

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NOTHING_BESIDE: Mapping[str, str] = {}
_SPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    f' xmlns:r="{_OFFICE}"'
)


def shape(words: str, kind: str = "", top: int = 0) -> str:
    lines = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in words.split("\n"))
    mark = f'<p:nvSpPr><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr>' if kind else ""
    place = f'<p:spPr><a:xfrm><a:off x="0" y="{top * 914400}"/></a:xfrm></p:spPr>'
    return f"<p:sp>{mark}{place}<p:txBody>{lines}</p:txBody></p:sp>"


def table(*rows: Sequence[str]) -> str:
    cells = "".join(
        "<a:tr>"
        + "".join(
            f"<a:tc><a:txBody><a:p><a:r><a:t>{w}</a:t></a:r></a:p></a:txBody></a:tc>" for w in row
        )
        + "</a:tr>"
        for row in rows
    )
    return f'<p:graphicFrame><a:tbl><a:tblPr firstRow="1"/>{cells}</a:tbl></p:graphicFrame>'


def presentation(
    *slides: str, hidden: Sequence[int] = (), beside: Mapping[str, str] = NOTHING_BESIDE
) -> bytes:
    """A file of slides; ``beside`` are more parts, by kind, that the first of them names."""
    numbers = range(1, len(slides) + 1)
    listed = "".join(f'<p:sldId id="{255 + n}" r:id="r{n}"/>' for n in numbers)
    named = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/slide" Target="slides/slide{n}.xml"/>'
        for n in numbers
    )
    files = {
        "[Content_Types].xml": "<Types/>",
        "ppt/presentation.xml": f"<p:presentation {_SPACES}><p:sldIdLst>{listed}</p:sldIdLst>"
        "</p:presentation>",
        "ppt/_rels/presentation.xml.rels": f"<Relationships>{named}</Relationships>",
    }
    for number, shapes in enumerate(slides, 1):
        shown = 'show="0"' if number in hidden else ""
        tree = f"<p:cSld><p:spTree>{shapes}</p:spTree></p:cSld>"
        files[f"ppt/slides/slide{number}.xml"] = f"<p:sld {_SPACES} {shown}>{tree}</p:sld>"
    named = ""
    for number, (kind, content) in enumerate(beside.items()):
        named += f'<Relationship Id="b{number}" Type="{_OFFICE}/{kind}" Target="../{kind}.xml"/>'
        files[f"ppt/{kind}.xml"] = content
    if beside:
        files["ppt/slides/_rels/slide1.xml.rels"] = f"<Relationships>{named}</Relationships>"
    return packed(files)


def points(*values: str) -> str:
    listed = "".join(f'<c:pt idx="{n}"><c:v>{value}</c:v></c:pt>' for n, value in enumerate(values))
    return f"<c:strRef><c:strCache>{listed}</c:strCache></c:strRef>"


def series(name: str, categories: Sequence[str], values: Sequence[str]) -> str:
    cat, val = points(*categories), points(*values)
    return f"<c:ser><c:tx>{points(name)}</c:tx><c:cat>{cat}</c:cat><c:val>{val}</c:val></c:ser>"


def test_the_figures_of_a_chart_are_a_table_and_notes_follow_their_slide() -> None:
    years = ["2022年", "2023年"]
    bars = series("隐患（条）", years, ["143", "118"]) + series("重大隐患（条）", years, ["9", "5"])
    chart = (
        f"<c:chartSpace {_SPACES}><c:chart><c:plotArea>{bars}</c:plotArea></c:chart></c:chartSpace>"
    )
    frame = '<p:graphicFrame><a:graphic><c:chart r:id="b0"/></a:graphic></p:graphicFrame>'
    notes = (
        f"<p:notes {_SPACES}>{shape('汇报时说明口径。', 'body')}{shape('3', 'sldNum')}</p:notes>"
    )
    file = presentation(
        shape("隐患排查", "title") + frame,
        shape("第二页"),
        beside={"chart": chart, "notesSlide": notes},
    )
    assert read_bytes(file).text.splitlines() == [
        "隐患排查",
        "2022年，隐患（条）：143，重大隐患（条）：9",
        "2023年，隐患（条）：118，重大隐患（条）：5",
        "汇报时说明口径。",
        "第二页",
    ]


def test_shapes_of_a_group_stand_where_the_group_does() -> None:
    place = '<a:off x="0" y="914400"/><a:chOff x="0" y="9144000"/>'
    group = (
        f"<p:grpSp><p:grpSpPr><a:xfrm>{place}</a:xfrm></p:grpSpPr>{shape('一', top=10)}</p:grpSp>"
    )
    assert read_bytes(presentation(shape("二", top=3) + group)).text == "一\n二\n"


def test_slides_are_read_in_order_from_the_top_with_their_titles_as_headings() -> None:
    read = read_bytes(
        presentation(
            shape("凌川县市场监督管理局2024年工作总结", "ctrTitle"),
            shape("检查企业12家。\n立案3件。", top=3)
            + shape("重点工作", "title", top=1)
            + shape("7", "sldNum"),
            shape("隐藏", top=1),
            table(["指标", "2024年"], ["立案（件）", "153"]),
            hidden=[3],
        )
    )
    assert read.text.splitlines() == [
        "凌川县市场监督管理局2024年工作总结",
        "\u205f重点工作",
        "检查企业12家。",
        "立案3件。",
        "指标：立案（件），2024年：153",
    ]
    assert [read.text[page.start :][:4] for page in read.pages] == [
        "凌川县市",
        "\u205f重点工",
        "指标：立",
    ]
    report = understand(read.text, file="a.pptx", sha256="", pages=read.pages)
    assert report.report.identity.title == "凌川县市场监督管理局2024年工作总结"
    assert report.sections[-1].path[0] == "重点工作"
