from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path

import pytest

from knowledge.errors import UnreadableFile
from knowledge.reading.archives import ArchiveLimits
from knowledge.reading.files import contents_of, members_of, read_bytes
from knowledge.reading.formats import open_container, recognise
from knowledge.reading.mail import LETTER
from tests.knowledge.reading.ole import outlook_mail
from tests.knowledge.reading.writing import document, p

SUBJECT = "凌川县市场监督管理局关于报送2024年工作总结的函"
NO_FILES: Mapping[str, bytes] = {}
REPORT = document(p("凌川县市场监督管理局2024年工作总结") + p("检查企业12家。"))


def mail(body: str, files: Mapping[str, bytes] = NO_FILES, *, page: str = "") -> bytes:
    message = EmailMessage()
    message["Subject"] = SUBJECT
    message["From"] = "a@example.cn"
    message["To"] = "b@example.cn"
    if body:
        message.set_content(body, charset="gb18030", cte="base64")
    if page:
        message.add_alternative(page, subtype="html", charset="utf-8")
    for name, data in files.items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def texts(tmp_path: Path, data: bytes) -> dict[str, str]:
    path = tmp_path / "a.eml"
    path.write_bytes(data)
    return {content.name: read_bytes(content.data).text for content in contents_of(path)}


def test_the_letter_and_each_attachment_are_read(tmp_path: Path) -> None:
    data = mail("现报送工作总结，请审阅。\n", {"工作总结.docx": REPORT})
    assert recognise(data).name == "eml"
    assert texts(tmp_path, data) == {
        LETTER: f"{SUBJECT}\n现报送工作总结，请审阅。",
        "工作总结.docx": "凌川县市场监督管理局2024年工作总结\n检查企业12家。\n",
    }
    assert members_of(tmp_path / "a.eml") == {LETTER, "工作总结.docx"}


def test_a_letter_may_be_a_page(tmp_path: Path) -> None:
    data = mail("", page="<html><style>p{}</style><p>一、检查12家</p><p>二、立案3件</p></html>")
    assert texts(tmp_path, data) == {LETTER: f"{SUBJECT}\n一、检查12家\n二、立案3件"}


def test_a_mail_within_a_mail_gives_its_attachments_too(tmp_path: Path) -> None:
    outer = EmailMessage()
    outer["To"] = "c@example.cn"
    outer.set_content("转发。")
    inner = EmailMessage()
    inner.set_content("见附件。")
    inner.add_attachment(
        REPORT, maintype="application", subtype="octet-stream", filename="总结.docx"
    )
    outer.add_attachment(inner)
    assert set(texts(tmp_path, outer.as_bytes())) == {LETTER, "总结.docx"}


def test_a_mail_of_outlook_is_read(tmp_path: Path) -> None:
    data = outlook_mail(SUBJECT, "请审阅。", {"工作总结.docx": REPORT})
    assert recognise(data).name == "msg"
    assert texts(tmp_path, data) == {
        LETTER: f"{SUBJECT}\n请审阅。",
        "工作总结.docx": "凌川县市场监督管理局2024年工作总结\n检查企业12家。\n",
    }


def test_a_damaged_mail_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.msg"
    path.write_bytes(outlook_mail(SUBJECT, "甲", {})[:1700])
    with pytest.raises(UnreadableFile, match="没有可以导入的文件"):
        list(contents_of(path))


def test_what_is_too_large_is_not_given() -> None:
    opened = open_container(mail("见附件。", {"a": bytes(5000)}), ArchiveLimits(file=1000))
    assert opened
    assert [member.refusal is None for member in opened.members()] == [True, False]


def test_a_page_that_a_browser_saved_is_no_mail() -> None:
    page = b"From: <Saved by Blink>\nSubject: a\nMIME-Version: 1.0\nContent-Type: text/html\n\n<p>"
    assert recognise(page).name == "html"


def test_a_mail_alone_says_what_to_do() -> None:
    with pytest.raises(UnreadableFile, match="附件"):
        read_bytes(mail("甲"))


def test_what_fills_up_a_stream_of_outlook_is_no_text(tmp_path: Path) -> None:
    attached = {"a.txt\0b": "甲乙\n".encode() * 2000}
    data = outlook_mail("报送总结\0\0旧", "见附件。\0\0删去的话", attached)
    assert texts(tmp_path, data) == {LETTER: "报送总结\n见附件。", "a.txt": "甲乙\n" * 2000}


def test_names_that_were_written_as_they_were_typed_are_read(tmp_path: Path) -> None:
    data = (
        'Subject: 报送总结\nTo: b@c.cn\nContent-Type: multipart/mixed; boundary="B"\n\n'
        "--B\nContent-Type: text/plain; charset=gbk\nContent-Transfer-Encoding: 8bit\n\n"
        "见附件，主题：Subject: 报送。\n"
        "--B\nContent-Type: application/octet-stream;\n name=总结.txt\n"
        "Content-Disposition: attachment; filename=总结.txt\n\n检查企业12家。\n--B--\n"
    )
    read = {LETTER: "报送总结\n见附件，主题：Subject: 报送。", "总结.txt": "检查企业12家。"}
    assert texts(tmp_path, data.encode("gb18030")) == read
