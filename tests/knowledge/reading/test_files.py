import gzip
import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.errors import UnreadableFile
from knowledge.reading import files, formats
from knowledge.reading.files import contents_of, find_sources, read_source
from knowledge.reading.formats import FORMATS, load_reader, recognise
from knowledge.reading.text import read_text
from knowledge.vocabulary import DATA, read_toml
from tests.conftest import loaded_library

PROSE = "2023年上半年工作总结\n一、主要工作\n共检查食品经营企业1,286家次，新增市场主体*户。\n"


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that every user may enter, pytest's own being closed to others."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@contextmanager
def without_privileges() -> Iterator[None]:
    """As root, act as another user: root reads what it has no permission for."""
    privileged = os.geteuid() == 0
    if privileged:
        os.seteuid(65534)
    try:
        yield
    finally:
        if privileged:
            os.seteuid(0)


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def archive_of(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), PROSE)  # without the time of day
    return buffer.getvalue()


def refusal_of(path: Path) -> str:
    with pytest.raises(UnreadableFile) as refused:
        read_source(path)
    sentence = str(refused.value)
    assert sentence.endswith("。")
    assert "\n" not in sentence
    assert "{" not in sentence
    return sentence


DOCX = archive_of("[Content_Types].xml", "_rels/.rels", "word/document.xml")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


def test_a_file_has_the_hash_of_its_bytes(tmp_path: Path) -> None:
    data = PROSE.replace("\n", "\r\n").encode("gb18030")
    path = written(tmp_path, "报告.txt", data)
    (content,) = contents_of(path)
    assert content.sha256 == hashlib.sha256(data).hexdigest()
    assert read_source(path).text == PROSE


@pytest.mark.parametrize("name", ["报告", "报告.docx", "报告.pdf", "报告.TXT"])
def test_what_is_text_is_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    assert read_source(written(tmp_path, name, PROSE.encode())).text == PROSE


@pytest.mark.parametrize(
    "text",
    [
        "PK赛：食品安全知识竞赛",
        "BM公司检查情况",
        "关于 %PDF-1.7 和 {\\rtf1 的说明",
        "**县市场监管局<html>",
    ],
)
def test_text_that_mentions_a_signature_is_text(tmp_path: Path, text: str) -> None:
    assert read_source(written(tmp_path, "a.md", text.encode())).text == text


def test_a_text_that_begins_with_a_comment_is_text_without_it(tmp_path: Path) -> None:
    path = written(tmp_path, "a.md", "<!-- 草稿 -->\n# 工作总结\n一、主要工作".encode())

    assert read_source(path).text == "\n# 工作总结\n一、主要工作"


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (DOCX, "docx"),
        (archive_of("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (archive_of("[Content_Types].xml", "ppt/presentation.xml"), "pptx"),
        (archive_of("mimetype", "content.xml"), "odf"),
        (archive_of("OFD.xml", "Doc_0/Document.xml"), "ofd"),
        (archive_of("报告.txt"), "zip"),
        (archive_of("word/readme.txt"), "zip"),
        (archive_of(), "zip"),
        (DOCX[:-40], "broken_zip"),
        (DOCX[:60], "broken_zip"),
        (b"PK\x03\x04", "broken_zip"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "pdf"),
        (OLE + bytes(504), "office"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"{\\rtf1\\ansi\\ansicpg936", "rtf"),
        (b"%TSD-Header-###%\x0b0Uz", "drm"),
        (b"\x9b\x20DRMONE  This Document is encrypted", "drm"),
        (OLE + "\x06DataSpaces DRMEncryptedDataSpace".encode("utf-16-le"), "drm"),
        (PNG, "image"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "image"),
        (b"GIF89a\1\0\1\0", "image"),
        (b"BM\x36\0\1\0\0\0\0\0\x36\0\0\0", "image"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "image"),
        (gzip.compress(PROSE.encode(), mtime=0), "archive"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "archive"),
        (b"Rar!\x1a\x07\1\0", "archive"),
        (b"<?xml version='1.0'?>\n<w:document/>", "xml"),
        (PROSE.encode("gb18030"), "text"),
        (b"", "text"),
    ],
)
def test_a_form_is_told_by_content(data: bytes, form: str) -> None:
    assert recognise(data).name == form


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-be"])
@pytest.mark.parametrize(
    "opening",
    [
        "<!DOCTYPE html>",
        "\r\n  <HTML lang='zh'>",
        "<!-- 存档 -->\n<!-- 网页 --><html>",
        "<?xml version='1.0'?><!DOCTYPE html PUBLIC>",
        "<meta charset='gbk'>",
        "MIME-Version: 1.0",
    ],
)
def test_a_web_page_is_told_in_any_encoding(opening: str, encoding: str) -> None:
    assert recognise(f"{opening}<body>{PROSE}".encode(encoding)).name == "html"


@pytest.mark.parametrize("opening", [b"<!---->" * 600, b"<!--" * 1200, b"<?xml" * 900, b" " * 9000])
def test_an_opening_made_to_be_slow_is_not(opening: bytes) -> None:
    assert recognise(opening).name in {"text", "xml"}


def test_an_encrypted_archive_is_refused_as_an_archive() -> None:
    data = bytearray(archive_of("报告.txt"))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert recognise(bytes(data)).name == "zip"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (DOCX, "Word 文档已损坏"),
        (archive_of("[Content_Types].xml", "xl/workbook.xml"), "表格文件已损坏"),
        (archive_of("[Content_Types].xml", "ppt/presentation.xml"), "演示文稿已损坏"),
        (archive_of("mimetype", "content.xml"), "ODF 文档已损坏"),
        (archive_of("OFD.xml"), "OFD 文件已损坏"),
        (DOCX[:-40], "损坏"),
        (b"%PDF-1.4\n", "PDF 文件已损坏"),
        (OLE + "Workbook".encode("utf-16-le"), "表格文件已损坏"),
        (OLE + "PowerPoint Document".encode("utf-16-le"), "暂不支持旧版演示文稿"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (gzip.compress(b"", mtime=0), "只支持 zip 压缩包"),
        (b"<html><body><a href='/'>\xe9\xa6\x96\xe9\xa1\xb5</a>", "没有找到正文"),
        (b"%TSD-Header-###%\x0b0Uz" * 20, "解密或导出"),
        (PNG, "图片"),
        (b"{\\rtf1", "空的"),
        (b"\x7fELF\2\1\1\0\0\0\0\0", "不是文本文件"),
        (PROSE.encode() + b"\0" + PROSE.encode(), "不是文本文件"),
        (b"", "空的"),
        (b"\xef\xbb\xbf", "空的"),
        ("\r\n \u3000\t\n".encode(), "空的"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_clear_sentence(
    tmp_path: Path, data: bytes, said: str
) -> None:
    assert said in refusal_of(written(tmp_path, "报告.txt", data))


def test_what_is_not_supported_yet_says_what_to_do(tmp_path: Path) -> None:
    assert "另存为 txt 或 md" in refusal_of(
        written(tmp_path, "报告.xml", b"<?xml version='1.0'?><a/>")
    )


def test_a_form_is_read_once_it_has_a_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    xml = next(form for form in FORMATS if form.name == "xml")
    monkeypatch.setattr(formats, "FORMATS", (replace(xml, reader="text.read_text"),))
    assert read_source(written(tmp_path, "报告.xml", b"<?xml?>")).text == "<?xml?>"


def test_readers_are_found_by_their_names() -> None:
    readers = {form.name: load_reader(form) for form in FORMATS}
    assert readers["text"] is read_text
    assert all(reader is None or callable(reader) for reader in readers.values())


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(files.MAX_BYTES + 1)
    assert "65 MB" in refusal_of(path)
    assert "64 MB" in refusal_of(path)


def test_a_file_at_the_limit_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = PROSE.encode()
    monkeypatch.setattr(files, "MAX_BYTES", len(data))
    assert read_source(written(tmp_path, "a.txt", data)).text == PROSE


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "没有.txt"
    assert f"找不到“{path}”" in refusal_of(path)


@pytest.mark.parametrize("name", ["a\0b.txt", "a.txt/b.txt", "\udcb1\udca8.txt"])
def test_a_path_that_cannot_be_is_not_there(tmp_path: Path, name: str) -> None:
    written(tmp_path, "a.txt", PROSE.encode())
    refusal = refusal_of(tmp_path / name)
    assert "找不到" in refusal
    refusal.encode()


def test_a_name_that_is_too_long_is_refused(tmp_path: Path) -> None:
    assert "系统报错" in refusal_of(tmp_path / ("长" * 300))


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert "文件夹" in refusal_of(tmp_path)


def test_a_pipe_is_refused_without_waiting_for_its_writer(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    assert "不是普通文件" in refusal_of(pipe)


def test_a_file_without_permission_says_so(public: Path) -> None:
    closed = written(public, "closed.txt", PROSE.encode())
    closed.chmod(0)
    opened = written(public, "open.txt", PROSE.encode())
    with without_privileges():
        assert "权限" in refusal_of(closed)
        assert read_source(opened).text == PROSE


def found(folder: Path, paths: Sequence[Path] | None = None) -> list[str]:
    return [str(path.relative_to(folder)) for path in find_sources(paths or [folder])]


def test_a_data_folder_among_the_reports_is_left_out(tmp_path: Path) -> None:
    report = written(tmp_path, "a.txt", "云溪县2023年工作总结".encode())
    loaded_library(tmp_path / "data", report).close()
    assert found(tmp_path) == ["a.txt"]


def test_a_folder_is_walked_in_order_for_all_that_is_not_litter(tmp_path: Path) -> None:
    taken = ["a.TXT", "a.png", "b/c.md", "b/d/e.docx", "b/x.pdf", "noending", "x.xls", "z.rar"]
    left = ["manifest.csv", ".hidden.txt", ".git/a.txt", "~$a.docx", "Thumbs.db", "desktop.ini"]
    for name in [*left, *reversed(taken)]:
        written(tmp_path, name, b"x")
    assert found(tmp_path) == taken


PAGE = f"<html><body><h1>工作总结</h1><p>{PROSE * 3}</p></body></html>".encode()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("报告", PROSE.encode(), ""),
        ("报告.TXT", PROSE.encode(), ""),
        ("1.2 报告.3 修改", PROSE.encode(), ""),
        ("报告.xls", PAGE, ""),
        ("报告.aspx", PAGE, ""),
        ("报告.docm", DOCX, ""),
        ("程序.py", PROSE.encode(), "后缀是 .py"),
        ("数据.json", PROSE.encode(), "后缀是 .json"),
        ("报告.docx.bak", DOCX, "备份"),
        ("报告.txt.part", PROSE.encode(), "没有存完"),
    ],
)
def test_what_is_only_found_is_told_by_content_and_passed_over_by_name(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    path = written(tmp_path, name, data)
    (content,) = contents_of(path, named=False)
    assert said in str(content.refusal or "")
    assert bool(content.refusal) == bool(said)
    (content,) = contents_of(path)
    assert content.refusal is None


def test_what_is_named_is_always_tried(tmp_path: Path) -> None:
    named = [
        written(tmp_path, name, b"x") for name in ("z.csv", ".hidden", "noending", ".dir/b.txt")
    ]
    paths = [*named[:3], tmp_path / ".dir"]
    assert found(tmp_path, paths) == ["z.csv", ".hidden", "noending", ".dir/b.txt"]


def test_found_paths_begin_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, "sub/a.txt", b"x")
    monkeypatch.chdir(tmp_path)
    assert [*map(str, find_sources([Path("sub"), Path()]))] == ["sub/a.txt", "sub/a.txt"]


def test_a_missing_path_is_told_of_when_it_is_reached(tmp_path: Path) -> None:
    first = written(tmp_path, "a.txt", b"x")
    sources = find_sources([first, tmp_path / "missing"])
    assert next(sources) == first
    with pytest.raises(UnreadableFile, match="找不到"):
        next(sources)


def test_links_are_read_but_folders_behind_links_are_not_walked(tmp_path: Path) -> None:
    written(tmp_path, "a.txt", PROSE.encode())
    (tmp_path / "link.txt").symlink_to("a.txt")
    (tmp_path / "loop").symlink_to(".", target_is_directory=True)
    assert found(tmp_path) == ["a.txt", "link.txt"]
    assert read_source(tmp_path / "link.txt").text == PROSE


def test_a_folder_that_cannot_be_opened_is_told_of_and_the_rest_is_found(public: Path) -> None:
    written(public, "closed/a.txt", b"x")
    written(public, "open/b.txt", b"x")
    (public / "closed").chmod(0)
    with without_privileges():
        assert found(public) == ["closed", "open/b.txt"]
        assert "权限" in refusal_of(public / "closed")
    (public / "closed").chmod(0o755)


def test_each_form_without_a_reader_has_its_words() -> None:
    words = read_toml(DATA / "reading.toml")
    assert {form.name for form in FORMATS if not form.reader} == set(words["unsupported"]) - {
        "office",  # its reader reads documents alone
        "odf",  # its reader reads texts and sheets alone
        "image",  # where no recognition is installed
    }
