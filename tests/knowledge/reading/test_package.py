import zipfile

import pytest

from knowledge.errors import UnreadableFile
from knowledge.reading.docx import read_docx
from knowledge.reading.parts import MOST_BYTES, MOST_TAGS
from tests.bot.uploads.packing import marked_encrypted, told_smaller
from tests.knowledge.reading.writing import document, files_of, p, packed

XML = files_of(p("甲"))
MAIN = "word/document.xml"


def refusal_of(data: bytes) -> str:
    with pytest.raises(UnreadableFile) as refused:
        read_docx(data)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def with_main(xml: str) -> bytes:
    return packed({**XML, MAIN: xml})


def test_a_broken_part_is_told_in_one_line() -> None:
    assert "损坏" in refusal_of(with_main(XML[MAIN][:-9]))
    assert "损坏" in refusal_of(with_main(""))
    assert "损坏" in refusal_of(packed({"[Content_Types].xml": "", "word/styles.xml": ""}))


def test_a_document_without_a_body_is_empty() -> None:
    assert read_docx(with_main("<a/>")) == ""


def test_entities_are_refused() -> None:
    lol = '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    assert "损坏" in refusal_of(with_main(lol + XML[MAIN]))
    outside = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    assert "损坏" in refusal_of(with_main(outside + XML[MAIN].replace("甲", "&a;")))


def test_a_part_that_grows_too_far_is_not_read() -> None:
    assert "过大" in refusal_of(document(p("甲" * 10_000_000)))
    assert "过大" in refusal_of(
        with_main(XML[MAIN].replace("<w:p>", "<w:p/>" * 1_500_000 + "<w:p>"))
    )


def test_too_many_elements_are_not_read() -> None:
    data = packed({**XML, MAIN: "<a>" + "<b/>" * MOST_TAGS}, zipfile.ZIP_STORED)
    assert len(data) < MOST_BYTES
    assert "过大" in refusal_of(data)


def test_a_lie_about_the_size_is_found_out() -> None:
    assert "损坏" in refusal_of(told_smaller(document(p("甲" * 1000)), 50))


def test_locked_and_oddly_packed_parts_are_refused() -> None:
    assert "密码" in refusal_of(marked_encrypted(document(p("甲"))))
    assert "损坏" in refusal_of(packed(XML, zipfile.ZIP_LZMA))


def test_elements_nested_without_end_are_refused() -> None:
    deep = "<w:sdt><w:sdtContent>" * 5000
    assert "损坏" in refusal_of(with_main(XML[MAIN].replace("<w:p>", deep + "<w:p>")))


def test_elements_nested_as_deep_as_allowed_are_read() -> None:
    levels = 60
    begin, end = "<w:tbl><w:tr><w:tc>" * levels, "</w:tc></w:tr></w:tbl>" * levels
    assert read_docx(document(f"{begin}{p('甲')}{end}")) == "甲\n"


def test_the_text_of_another_file_inside_is_not_passed_over_in_silence() -> None:
    assert "嵌着" in refusal_of(document(p("甲") + '<w:altChunk r:id="r9"/>'))


def test_parts_are_found_whatever_their_names() -> None:
    files = {
        "[Content_Types].xml": "",
        "_rels/.rels": XML["_rels/.rels"].replace("word/document.xml", "/Word/Document2.xml"),
        "word\\document2.XML": XML[MAIN],
    }
    assert read_docx(packed(files)) == "甲\n"


def test_a_part_outside_is_not_fetched() -> None:
    rels = XML["_rels/.rels"].replace('Target="', 'TargetMode="External" Target="http://a/')
    assert read_docx(packed({**XML, "_rels/.rels": rels})) == "甲\n"
