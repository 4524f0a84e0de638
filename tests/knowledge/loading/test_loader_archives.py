import os
from pathlib import Path

import pytest

from knowledge.library import Library
from knowledge.loading.loader import Status
from knowledge.reading import docx as docx_reader
from knowledge.reading.paths import is_gone, path_at, place_of
from tests.knowledge.material import load, report_text, statuses
from tests.knowledge.reading.writing import document, p, packed

ADDED, UNCHANGED, REMOVED, FAILED = (
    Status.ADDED, Status.UNCHANGED, Status.REMOVED, Status.FAILED,
)  # fmt: skip


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    return folder / "报送#1.zip"


def word(number: int) -> bytes:
    return document("".join(map(p, report_text(number).split("\n"))))


def test_each_member_is_a_report_of_its_own(library: Library, archive: Path) -> None:
    archive.write_bytes(packed({"甲.txt": report_text(1), "夹/乙.docx": word(2), "a.ini": "x"}))
    lines = load(library, archive.parent)
    assert [line.file for line in lines] == [
        f"{archive}/{name}" for name in ("甲.txt", "夹/乙.docx", "a.ini")
    ]
    assert lines.pop().status is Status.SKIPPED
    assert [line.bureau for line in lines] == ["白鹭区市场监管局", "临泽市市场监管局"]
    assert {path for e in library.reports() for path in library.files_of(e.id)} == {archive}


def test_one_bad_member_fails_and_the_others_load(library: Library, archive: Path) -> None:
    inner = packed({"里.txt": "x"})
    archive.write_bytes(
        packed({"坏.docx": word(1)[:-40], "里.zip": inner, "空.txt": "", "好.txt": report_text(1)})
    )
    lines = load(library, archive)
    assert [line.status for line in lines] == [FAILED, FAILED, FAILED, ADDED]
    assert "损坏" in lines[0].error
    assert "这是压缩包" in lines[1].error
    assert lines[1].file == f"{archive}/里.zip"


@pytest.mark.parametrize(
    ("data", "said"), [(packed({".DS_Store": "x"}), "没有可以导入"), (b"PK\x03\x04..", "损坏")]
)
def test_an_archive_of_no_report_is_one_line(
    library: Library, archive: Path, data: bytes, said: str
) -> None:
    archive.write_bytes(data)
    (line,) = load(library, archive.parent)
    assert (line.status, line.file) == (FAILED, str(archive))
    assert said in line.error


def test_an_unchanged_archive_costs_no_reading(
    library: Library, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.write_bytes(packed({"甲.docx": word(1), "乙.txt": report_text(2)}))
    load(library, archive)
    monkeypatch.delattr(docx_reader, "read_docx")
    assert {line.status for line in load(library, archive)} == {UNCHANGED}


def test_an_unchanged_document_costs_no_reading(
    library: Library, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = archive.with_name("甲.docx")
    path.write_bytes(word(1))
    load(library, path)
    monkeypatch.delattr(docx_reader, "read_docx")
    assert statuses(load(library, path)) == {"甲.docx": UNCHANGED}


def test_pruning_lets_go_of_members_that_are_gone(library: Library, archive: Path) -> None:
    archive.write_bytes(packed({"甲.txt": report_text(1), "乙.txt": report_text(2)}))
    load(library, archive)
    archive.write_bytes(packed({"甲.txt": report_text(1)}))
    os.utime(archive, ns=(1, 1))
    lines = load(library, archive.parent, prune=True)
    assert statuses(lines) == {"甲.txt": UNCHANGED, "乙.txt": REMOVED}
    archive.unlink()
    assert statuses(load(library, archive, prune=True)) == {"甲.txt": REMOVED}
    assert not library.reports()


def test_a_damaged_archive_takes_nothing_out(library: Library, archive: Path) -> None:
    archive.write_bytes(packed({"甲.txt": report_text(1)}))
    load(library, archive)
    archive.write_bytes(b"PK\x03\x04..")
    assert [x.status for x in load(library, archive.parent, prune=True)] == [FAILED]
    assert library.reports()


def test_two_members_of_one_path_are_both_loaded(library: Library, archive: Path) -> None:
    archive.write_bytes(packed({"a.txt": report_text(1), "./a.txt": report_text(2)}))
    assert [Path(x.file).name for x in load(library, archive)] == ["a.txt", "a（2）.txt"]
    assert {x.status for x in load(library, archive)} == {UNCHANGED}


def test_the_place_of_a_member_is_a_part_of_the_archive_s(archive: Path) -> None:
    archive.write_bytes(packed({"夹/甲#1.txt": "x"}))
    place = place_of(archive, "夹/甲#1.txt")
    assert path_at(place) == archive
    assert not is_gone(place)
    assert is_gone(place_of(archive, "夹/乙.txt"))


def test_a_manifest_tells_of_members_and_of_whole_archives(library: Library, archive: Path) -> None:
    archive.write_bytes(
        packed({"夹/甲.txt": "一、工作\n检查5家。\n", "乙.txt": "一、工作\n检查6家。\n"})
    )
    told = (
        f"文件,单位,期间\n甲.txt,清河县市场监管局,2023年\n{archive.name},苇塘区市场监管局,2022年\n"
    )
    archive.with_name("manifest.csv").write_text(told, encoding="utf-8")
    lines = load(library, archive.parent)
    assert [(x.bureau, x.period) for x in lines] == [
        ("清河县市场监管局", "2023年"),
        ("苇塘区市场监管局", "2022年"),
    ]
