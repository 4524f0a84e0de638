from collections.abc import Sequence

from knowledge.reading.files import read_bytes
from knowledge.understanding.pipeline import understand
from tests.knowledge.reading.writing import packed

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SPACES = (
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


def presentation(*slides: str, hidden: Sequence[int] = ()) -> bytes:
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
    return packed(files)


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
