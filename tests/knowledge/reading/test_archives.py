import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.reading.archives import (
    Archive,
    ArchiveLimits,
    Content,
    clean_member_path,
    member_name,
)
from tests.knowledge.reading.writing import packed


def test_members_are_given_by_their_paths() -> None:
    archive = Archive(packed({"夹/甲.txt": "一", "乙.txt": "二"}), ArchiveLimits())
    assert archive.names == ("夹/甲.txt", "乙.txt")
    assert list(archive.members([1])) == [Content("乙.txt", "二".encode())]


def test_what_systems_leave_in_archives_is_passed_over() -> None:
    litter = ("a/__MACOSX/._甲.txt", "__MACOSX/甲.txt", "夹/Desktop.ini", "~$甲.docx", "Thumbs.db")
    assert not Archive(packed(dict.fromkeys(litter, "x")), ArchiveLimits()).names


@pytest.mark.parametrize(
    ("told", "shown"),
    [("../../a.txt", "a.txt"), ("\\夹\\乙.txt", "夹/乙.txt"), ("/甲\n\u202e.txt", "甲.txt")],
)
def test_a_member_s_path_leads_nowhere_else(told: str, shown: str) -> None:
    assert clean_member_path(told) == shown


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_a_member_s_unmarked_name_is_read_in_the_encoding_that_it_has(encoding: str) -> None:
    as_zipfile_reads_it = "清河县2023年.txt".encode(encoding).decode("cp437")
    assert member_name(as_zipfile_reads_it, is_unicode=False) == "清河县2023年.txt"


def test_a_member_s_marked_name_is_taken_as_it_is() -> None:
    assert member_name("é清.txt", is_unicode=True) == "é清.txt"


@given(st.text(), st.booleans())
def test_any_member_s_name_is_read(name: str, is_unicode: bool) -> None:
    assert isinstance(member_name(name, is_unicode=is_unicode), str)
