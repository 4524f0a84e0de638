"""Files made to trip whoever reads them, each by a function that makes its bytes."""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from tests.knowledge.reading.writing import document, files_of, p, packed, r, table

_XML = files_of(p("甲"))
_MAIN = "word/document.xml"
_PROSE = "一、食品安全。抽检1688批次，合格率97.93%。"
_MEGABYTE = 1 << 20

SIZE = 1.0
"""How large those are that take their time by their size; smaller ones show the same kind."""


def _many(count: int) -> int:
    return int(count * SIZE)


def _page(body: str) -> bytes:
    return (
        f"<!DOCTYPE html><html><body><h1>工作总结</h1>{body}<p>{_PROSE}</p></body></html>".encode()
    )


def _with_main(xml: str) -> bytes:
    return packed({**_XML, _MAIN: xml})


def _pdf(
    content: bytes, *, kids: str = "3 0 R", count: int = 1, more: str = "", size: str = "595 842"
) -> bytes:
    """A PDF of one page with a compressed content."""
    stream = zlib.compress(content, 9)
    head = f"<< /Length {len(stream)} /Filter /FlateDecode >>\nstream\n".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %s] /Contents 4 0 R"
            b" /Resources << /Font << /F 5 0 R >> /XObject << /X 6 0 R /Y 7 0 R >> >> >>"
            % size.encode()
        ),
        head + stream + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *(part.encode() for part in more.split("\x1e") if part),
    ]
    out = b"%PDF-1.7\n"
    for number, thing in enumerate(objects, 1):
        out += f"{number} 0 obj\n".encode() + thing + b"\nendobj\n"
    return out + b"trailer << /Root 1 0 R >>\n%%EOF\n"


def _form(content: str, resources: str = "") -> str:
    return (
        f"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Length {len(content)}"
        f" /Resources << /Font << /F 5 0 R >> {resources} >> >>\nstream\n{content}\nendstream"
    )


# -- web pages


def page_with_attributes() -> bytes:
    return _page(f"<p {' '.join(f'a{n}=1' for n in range(_many(40_000)))}>甲</p>")


def page_with_very_many_attributes() -> bytes:
    return _page(f"<p {' '.join(f'a{n}=1' for n in range(_many(500_000)))}>甲</p>")


def deep_page() -> bytes:
    return _page("<div>" * 200_000)


def page_of_open_tags() -> bytes:
    return _page("<b><i><a href=x>" * 100_000)


def page_with_wide_cells() -> bytes:
    cell = f'<td colspan="{10**9}" rowspan="{10**9}">甲</td>'
    return _page(f"<table>{f'<tr>{cell * 50}</tr>' * _many(300)}</table>")


def page_of_nested_tables() -> bytes:
    return _page("<table><tr><td>甲<td>" * 20_000)


def page_of_entities() -> bytes:
    return _page("&#20013;&amp;&nbsp;" * _many(300_000))


def page_of_comments() -> bytes:
    return _page("<!--" * _many(500_000) + "</p>" * _many(500_000))


def mail_in_mails() -> bytes:
    opening = "".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(_many(20_000))
    )
    return f"MIME-Version: 1.0\n{opening}".encode()


# -- PDF


def pdf_of_operators() -> bytes:
    return _pdf(b"q Q\n" * _many(10_000_000))


def pdf_of_paths() -> bytes:
    return _pdf(b"0 0 m 9 9 l S\n" * _many(2_000_000))


def pdf_of_characters() -> bytes:
    return _pdf(
        b"BT /F 9 Tf 9 9 Td " + b"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj " * _many(300_000) + b"ET"
    )


def pdf_of_places() -> bytes:
    """A character here, a character there: as many runs as characters."""
    words = (f"1 0 0 1 {n * 37 % 590} {n * 91 % 840} Tm (a) Tj " for n in range(_many(100_000)))
    return _pdf(b"BT /F 9 Tf " + "".join(words).encode() + b"ET")


def pdf_of_pages() -> bytes:
    return _pdf(b"", kids="3 0 R " * _many(200_000), count=_many(200_000))


def pdf_with_a_lie() -> bytes:
    return _pdf(b"", kids="2 0 R 3 0 R", count=2_000_000_000)


def pdf_of_forms() -> bytes:
    """A form that draws another ten times, and so on."""
    forms = [_form("/X Do " * 10, f"/XObject << /X {n} 0 R >>") for n in range(7, 16)]
    forms.append(_form("BT /F 9 Tf 9 9 Td (aaaaaaaaaa) Tj ET"))
    return _pdf(b"/X Do", more="\x1e".join(forms))


def pdf_of_a_form_in_itself() -> bytes:
    return _pdf(b"/X Do", more=_form("/X Do /X Do", "/XObject << /X 6 0 R >>"))


def pdf_of_a_huge_image() -> bytes:
    image = zlib.compress(b"\0" * (64 * _MEGABYTE), 1).hex()
    told = (
        "<< /Type /XObject /Subtype /Image /Width 100000 /Height 100000 /BitsPerComponent 8"
        f" /ColorSpace /DeviceRGB /Filter [/ASCIIHexDecode /FlateDecode] /Length {len(image)} >>"
    )
    # a small page is soon recognised
    return _pdf(b"/X Do " * _many(100), size="59 84", more=f"{told}\nstream\n{image}\nendstream")


def pdf_of_packed_streams() -> bytes:
    """A stream that was compressed several times over."""
    content = b" " * (150 * _MEGABYTE)
    return _pdf(zlib.compress(zlib.compress(content, 1), 9)).replace(
        b"/Filter /FlateDecode", b"/Filter [/FlateDecode /FlateDecode /FlateDecode]"
    )


def pdf_of_nested_arrays() -> bytes:
    return _pdf(b"[" * _many(3_000_000))


# -- archives


def archive_in_archives() -> bytes:
    data = packed({"总结.txt": _PROSE})
    for _ in range(30):
        data = packed({"里.zip": data, "总结.txt": _PROSE})
    return data


def archive_that_grows() -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("总结.txt", "w", force_zip64=True) as member,
    ):
        for _ in range(12):
            member.write(b"\0" * (16 * _MEGABYTE))
    return buffer.getvalue()


def archive_of_one_member_many_times() -> bytes:
    """A list in which thousands of names stand for the same large bytes."""
    data = packed({"a.txt": b"a" * (2 * _MEGABYTE)})
    at = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entry, count = data[at:end], max(300, _many(1900))  # of which 256 would be too much
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, count * len(entry), at, 0)
    return data[:at] + entry * count + tail


def archive_of_many_names() -> bytes:
    return packed({f"{n}.txt": b"" for n in range(max(3000, _many(60_000)))}, zipfile.ZIP_STORED)


def archive_within_gzip() -> bytes:
    return gzip.compress(b"\0" * (60 * _MEGABYTE), 1)


# -- Word documents


def document_that_grows() -> bytes:
    return _with_main(f"<w:document>{' ' * (60 * _MEGABYTE)}</w:document>")


def document_of_entities() -> bytes:
    names = [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10)]
    return _with_main(
        f'<!DOCTYPE a [<!ENTITY e0 "aaaaaaaaaa">{"".join(names)}]>'
        + _XML[_MAIN].replace("甲", "&e9;")
    )


def document_with_outside_entity() -> bytes:
    outside = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    return _with_main(outside + _XML[_MAIN].replace("甲", "&a;"))


def document_with_outside_parts() -> bytes:
    """Its template, its text and a picture lie on a server, or in this machine's files."""
    relation = '<Relationship Id="r{}" Type="{}/{}" Target="{}" TargetMode="External"/>'
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    targets = ("http://127.0.0.1:9/a.dotm", "file:///etc/passwd", "\\\\127.0.0.1\\share\\a.docx")
    names = ("attachedTemplate", "officeDocument", "styles", "numbering", "image", "aFChunk")
    relations = "".join(
        relation.format(f"{n}{m}", kinds, name, target)
        for n, name in enumerate(names)
        for m, target in enumerate(targets)
    )
    told = f"<Relationships>{relations}</Relationships>"
    return packed({**_XML, "_rels/.rels": told, "word/_rels/document.xml.rels": told})


def deep_document() -> bytes:
    return document("<w:sdt><w:sdtContent>" * 100_000)


def document_of_nested_tables() -> bytes:
    return document("<w:tbl><w:tr><w:tc>" * 60 + p("甲") + "</w:tc></w:tr></w:tbl>" * 60)


def document_with_wide_cells() -> bytes:
    wide = f'<w:tc><w:tcPr><w:gridSpan w:val="{10**9}"/></w:tcPr>{p("甲")}</w:tc>'
    return document(f"<w:tbl>{f'<w:tr>{wide * 60}</w:tr>' * 500}</w:tbl>")


def document_of_attributes() -> bytes:
    names = " ".join(map("a{}='1'".format, range(_many(500_000))))
    return document(f"<w:p {names}/>")


def document_of_styles_in_a_circle() -> bytes:
    count = _many(5000)
    opening = '<w:style w:type="paragraph" w:styleId="'
    styles = "".join(
        f'{opening}{n}"><w:basedOn w:val="{(n + 1) % count}"/></w:style>' for n in range(count)
    )
    return document("".join(p("甲", style=str(n)) for n in range(count)), styles=styles)


def document_of_runs() -> bytes:
    return document(p(*(r("甲") for _ in range(100_000))))


def document_with_a_long_table() -> bytes:
    return document(table(*(["城关所", str(n), "*"] for n in range(20_000))))


def document_with_a_huge_image() -> bytes:
    return packed({**_XML, "word/media/image1.png": b"\0" * (100 * _MEGABYTE)})


# -- texts and the like


def text_of_one_line() -> bytes:
    return (_PROSE * _many(15_000)).replace("\n", "").encode()


def text_without_a_mark() -> bytes:
    return ("食品安全监管" * _many(60_000)).encode()


def text_of_digits() -> bytes:
    return b"1234567890" * _many(60_000)


def text_of_figures() -> bytes:
    return ("1,286家、" * _many(40_000)).encode()


def text_of_masks() -> bytes:
    return b"*" * _many(600_000)


def text_of_brackets() -> bytes:
    return ("（" * _many(300_000)).encode()


def text_of_marks() -> bytes:
    return ("一、（一）1." * _many(40_000)).encode()


def text_of_short_lines() -> bytes:
    return ("一、\n" * _many(60_000)).encode()


def text_of_blanks() -> bytes:
    return ("甲" + " \u3000" * _many(200_000) + "乙").encode()


def text_of_periods() -> bytes:
    return ("2023年上半年" * _many(40_000)).encode()


def text_of_names() -> bytes:
    return ("市市场监管局" * _many(60_000)).encode()


def text_of_damaged_lines() -> bytes:
    return b"\xe4\xba\x91\xff\xb1\xff\xe6\n" * _many(300_000)


def text_of_bars() -> bytes:
    """Beginnings of tables of Markdown and of HTML that lead nowhere."""
    return (
        f"甲|乙\n{' ' * _many(100_000)}甲\n" * 5 + "<table>" * _many(50_000) + "|-" * _many(100_000)
    ).encode()


def picture_of_a_huge_size() -> bytes:
    head = struct.pack(">4sIIBBBBB", b"IHDR", 100_000, 100_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + chunk


def workbook_of_formulas() -> bytes:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><f>SUM(A{n + 1}:A1048576)*HYPERLINK("http://127.0.0.1:9")</f></c></row>'
        for n in range(1, 50_000)
    )
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": f'<workbook xmlns="{space}"/>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{space}">{rows}</worksheet>',
        }
    )


def rich_text_of_groups() -> bytes:
    return b"{\\rtf1" + b"{\\b" * 1_000_000


def deep_xml() -> bytes:
    return b"<?xml version='1.0'?>" + b"<a>" * 1_000_000


def old_document_of_nothing() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") * 1000


Maker = Callable[[], bytes]
HOSTILE: dict[str, Maker] = {
    name: made
    for name, made in list(globals().items())
    if not name.startswith("_") and getattr(made, "__module__", "") == __name__
}
"""All of them, by name."""
