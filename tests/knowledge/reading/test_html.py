import base64
import random

import pytest

from knowledge.errors import UnreadableFile
from knowledge.reading.encoding import NotText
from knowledge.reading.formats import recognise
from knowledge.reading.html import read_html
from knowledge.understanding.pipeline import understand

BODY = """
<h2>一、主要工作</h2>
<p>　　（一）食品安全。抽检<b>962</b>批次&mdash;&mdash;合格937批次，新增市场主体*户。<br>
&nbsp;&nbsp;（二）药品安全。检查药店118家，
立案23件。</p>"""
ARTICLE = [
    "一、主要工作",
    "（一）食品安全。抽检962批次——合格937批次，新增市场主体*户。",
    "（二）药品安全。检查药店118家，立案23件。",
]
TITLE = "云溪县市场监管局2023年工作总结"
PAGE = f"""<!DOCTYPE html><html><head>
<meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>{TITLE}_云溪县人民政府</title>
<style>p {{}}</style><script>var words = "脚本里的话，不是正文。";</script></head><body>
<div class="header"><ul><li><a href="/">首页</a></li><li><a href="/a">政务公开</a></li></ul></div>
<div class="crumbs">当前位置：<a href="/">首页</a> &gt; 正文</div>
<div class="wrap"><h1>{TITLE}</h1>
<div class="info">发布时间：2024-01-05　来源：县局办公室
【字号：<a>大</a> <a>中</a> <a>小</a>】</div>
<div id="zoom">{BODY}<p style="display: none">看不见的话，不算。</p><!-- 注释里的话。 --></div>
<div>上一篇：<a href="/b">关于放假的通知</a></div><div>相关链接</div>
<ul><li><a href="/c">某县市场监管局召开工作会议，部署全年任务</a></li></ul></div>
<div class="share">分享到：微信 微博</div>
<div class="footer">版权所有：云溪县人民政府　ICP备12345678号</div></body></html>"""


def lines_of(body: str) -> list[str]:
    return read_html(f"<html><body>{body}</body></html>".encode()).splitlines()


def archive_of(page: bytes, kind: str = "text/html") -> bytes:
    head = (
        "From: <Saved by Blink>\r\nSubject: =?utf-8?Q?a?=\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="b"\r\n\r\n'
    )
    picture = "--b\r\nContent-Type: image/gif\r\n\r\nGIF89a\r\n"
    part = f"--b\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return (head + picture + part).encode() + base64.encodebytes(page) + b"\r\n--b--\r\n"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_the_article_of_a_web_page_is_read_without_its_furniture(encoding: str) -> None:
    assert read_html(PAGE.encode(encoding)).splitlines() == [TITLE, *ARTICLE]


@pytest.mark.parametrize("closes", ["</html>", "</body></html>", "</HTML >", "</html><html><body>"])
def test_a_page_that_is_closed_before_its_article_is_read_to_the_end(closes: str) -> None:
    head = '<div class="head"><a href="/">首页</a></div>'
    page = f"<html><body>{head}{closes}<div class=article>{BODY}</div></body></html>"
    assert read_html(page.encode()).splitlines() == ARTICLE


def test_without_a_declaration_the_encoding_is_told_by_content() -> None:
    assert read_html(f"<html>{BODY}".encode("gb18030")).splitlines() == ARTICLE


def test_a_wrong_declaration_does_no_harm() -> None:
    page = PAGE.replace("gb2312", "utf-8").encode("gb18030")
    assert read_html(page).splitlines() == [TITLE, *ARTICLE]


def test_a_single_file_archive_is_read_as_its_page() -> None:
    archive = archive_of(PAGE.encode("gb18030"))
    assert recognise(archive).name == "html"
    assert read_html(archive) == read_html(PAGE.encode("gb18030"))


def test_an_article_without_a_name_is_found_by_its_prose() -> None:
    page = PAGE.replace('id="zoom"', "").replace('class="wrap"', "")
    assert read_html(page.encode("gb18030")).splitlines() == [TITLE, *ARTICLE]


def test_a_title_inside_the_article_is_not_said_twice() -> None:
    assert lines_of(f"<article><h1>{TITLE}</h1>{BODY}</article>") == [TITLE, *ARTICLE]


def test_rows_of_a_table_carry_their_head() -> None:
    table = """<table><tr><th>类别</th><th>立案（件）</th><th>罚没（万元）</th></tr>
    <tr><td rowspan="2">食品</td><td>92</td><td>61.5</td></tr><tr><td>8</td><td></td></tr>
    <tr><td colspan="3">以上为全年数。</td></tr></table>"""
    assert lines_of(BODY + table)[3:] == [
        "类别：食品，立案（件）：92，罚没（万元）：61.5",
        "类别：食品，立案（件）：8",
        "以上为全年数。",
    ]


def test_a_table_that_only_lays_out_the_page_flows_as_text() -> None:
    page = f"<table><tr><td>{BODY}</td></tr><tr><td><p>下一步，抓好培训。</p></td></tr></table>"
    assert lines_of(page) == [*ARTICLE, "下一步，抓好培训。"]


def test_lists_and_hidden_things() -> None:
    page = "<ul><li>第一项，检查。<li>第二项，培训。</ul><div hidden>暗号，不算。</div>"
    assert lines_of(page) == ["第一项，检查。", "第二项，培训。"]


def test_masks_and_references_are_kept_as_they_are_read() -> None:
    assert lines_of("<p>**县新增*户，&lt;增长&gt;8.3%&#12290;&amp;&nbsp;好</p>") == [
        "**县新增*户，<增长>8.3%。& 好"
    ]


@pytest.mark.parametrize("page", ["<html>检查12家", "<p><div><b>检查12家</p></b></table>检查3家。"])
def test_broken_pages_are_read(page: str) -> None:
    assert "检查12家" in read_html((page + "。检查企业").encode())


@pytest.mark.parametrize(
    "page",
    [
        b"<html>",
        b"<html></html>",
        "<html><ul><li><a href='/'>首页</a><li><a href='/b'>工作总结，通知公告</a></ul>".encode(),
        "<html><script>var a = '脚本里的话，不是正文。'</script>".encode(),
        archive_of(b"GIF89a", kind="image/gif"),
    ],
)
def test_a_page_without_an_article_is_refused_in_one_line(page: bytes) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_html(page)
    assert "没有找到正文" in str(refused.value)


def test_no_file_of_this_machine_is_read_into_a_page() -> None:
    page = '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    assert "root:" not in read_html(f"{page}<html><p>检查企业，共12家。&e;</p></html>".encode())


def test_the_outline_is_that_of_the_text() -> None:
    told = understand(read_html(PAGE.encode("gb18030")), file="", sha256="")
    meant = understand("\n".join([TITLE, *ARTICLE]) + "\n", file="", sha256="")
    assert [s.path for s in told.sections] == [s.path for s in meant.sections]


def test_a_damaged_page_is_read_or_refused() -> None:
    whole = archive_of(PAGE.encode("gb18030")), PAGE.encode("gb18030")
    chance = random.Random(20232)  # noqa: S311 - the same damage each time
    for turn in range(40):
        damaged = bytearray(whole[turn % 2])
        for _ in range(chance.choice((1, 8, 60))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            assert read_html(bytes(damaged)).strip()
        except (UnreadableFile, NotText):
            continue


def test_deep_nesting_is_read_or_refused() -> None:
    page = "<div>" * 50_000 + "检查企业，共12家。"
    try:
        read = read_html(page.encode())
    except UnreadableFile:
        return
    assert "12家" in read


def test_a_paragraph_that_is_closed_but_was_never_opened_ends_its_line() -> None:
    assert lines_of("<div>一、主要工作</p>抽检962批次，合格937批次。</p>二、问题</p></div>") == [
        "一、主要工作",
        "抽检962批次，合格937批次。",
        "二、问题",
    ]


def test_the_lines_of_a_pre_are_lines() -> None:
    typed = "一、主要工作\n\u3000\u3000抽检962批次，\n合格937批次。\n"
    assert lines_of(f"<p>总结：<b>上\n半年</b></p><pre>{typed}<b>二、\n问题</b></pre>尾\n声") == [
        "总结：上 半年",
        "一、主要工作",
        "抽检962批次，",
        "合格937批次。",
        "二、",
        "问题",
        "尾 声",
    ]


SPOKEN = "——2023年1月5日在云溪县第十届人民代表大会第一次会议上"


@pytest.mark.parametrize("inside", ["", SPOKEN])
def test_where_and_by_whom_a_report_was_given_is_read_above_the_article(inside: str) -> None:
    head = f"<h1>政府工作报告</h1><p>{SPOKEN}</p><p>县长　林某</p><p>转发有奖</p>"
    article = f"<div id=zoom><p>{inside}</p><p>我向大会作政府工作报告，请审议。</p>{BODY}</div>"
    assert (
        lines_of(head + article)[: 3 + bool(inside)]
        == [
            "政府工作报告",
            *([] if inside else [SPOKEN]),
            "县长\u3000林某",
            *([SPOKEN] if inside else []),
            "我向大会作政府工作报告，请审议。",
        ][: 3 + bool(inside)]
    )


@pytest.mark.parametrize("declared", ["gb2312", "iso-8859-1", "big5", "utf-8", "none"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("damage", [b"", b"\xff"])
def test_a_wrong_declaration_and_a_lost_byte_make_no_mojibake(
    declared: str, encoding: str, damage: bytes
) -> None:
    page = f"<html><meta charset={declared}><p>总结</p>{BODY * 12}</html>"
    data = page.encode(encoding).replace(b"</p>", damage + b"</p>", 1)
    lines = read_html(data).splitlines()
    assert lines[0].rstrip("\ufffd") == "总结"
    assert lines[1:4] == ARTICLE


@pytest.mark.parametrize("tag", ["<p>{}</p>", "{}<br>", "<div><span>{}</span></div>"])
def test_the_article_of_a_page_alone_is_a_page(tag: str) -> None:
    lines = ["云溪县市场监管局2023年工作总结", *ARTICLE, "抽检合格，记录在案。", "没有了。"] * 2
    data = "".join(map(tag.format, lines)).encode("gb18030")
    assert recognise(data).name == "html"
    assert read_html(data).splitlines() == lines


def test_a_text_that_speaks_of_few_tags_is_none() -> None:
    assert recognise(b"x <p> 3 < 5 </p> <br> y" * 2).name == "text"


def test_a_table_may_have_two_heads_and_cells_over_rows() -> None:
    table = """<table><tr><td rowspan="2">指标</td><td colspan="2">2024年</td></tr>
    <tr><td>目标</td><td>完成</td></tr>
    <tr><td rowspan="2">立案（件）</td><td>12</td><td>13</td></tr>
    <tr><td>14</td><td>15</td></tr></table>"""
    assert lines_of(BODY + table)[3:] == [
        "指标：立案（件），2024年目标：12，2024年完成：13",
        "指标：立案（件），2024年目标：14，2024年完成：15",
    ]
