import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.uploads.files import is_archive, unpack
from knowledge.reading.archives import Archive, ArchiveLimits, Content
from knowledge.reading.formats import open_container
from knowledge.reading.result import refusal
from knowledge.vocabulary import DATA, read_toml
from tests.bot.uploads.packing import (
    marked_encrypted,
    packed,
    packed_by_windows,
    told_smaller,
    with_link,
)

SMALL = ArchiveLimits(file=2000, members=3, unpacked=3000, ratio=10, small=100, directory=400)


def found(data: bytes, limits: ArchiveLimits = SMALL) -> list[tuple[str, str]]:
    """Names, with how long each member is or why it is refused."""
    count, files = unpack(Content("包.zip", data), open_container, limits)
    listed = list(files)
    assert len(listed) == count
    words = {str(limits.refusal(key)): key for key in read_toml(DATA / "reading.toml")["archive"]}
    return [(f.name, words[str(f.refusal)] if f.refusal else str(len(f.data))) for f in listed]


def test_the_files_of_an_archive_come_in_order_as_they_are() -> None:
    data = packed({"甲.txt": "一", "夹/乙.txt": "二"})
    assert list(unpack(Content("包.zip", data), open_container, SMALL)[1]) == [
        Content("甲.txt", "一".encode()),
        Content("乙.txt", "二".encode()),
    ]


def test_names_of_chinese_windows_are_read() -> None:
    assert found(packed_by_windows({"清河县2023年.txt": "一", "苇塘区.txt": "二"})) == [
        ("清河县2023年.txt", "3"),
        ("苇塘区.txt", "3"),
    ]


@pytest.mark.parametrize("name", ["../../../etc/x.txt", "/etc/x.txt", "C:\\x.txt", "..\\x.txt"])
def test_a_path_is_only_a_name(name: str) -> None:
    assert found(packed({name: "一"})) == [("x.txt", "3")]


def test_what_systems_leave_in_archives_is_passed_over() -> None:
    litter = ("夹/", "__MACOSX/._甲.txt", ".DS_Store", "~$甲.docx", "夹/Thumbs.db")
    data = packed(dict.fromkeys(litter, "") | {"甲.txt": "一"})
    assert found(data) == [("甲.txt", "3")]


def test_an_archive_of_nothing_says_so() -> None:
    assert found(packed({"夹/": ""})) == [("包.zip", "nothing")]
    assert found(packed({})) == [("包.zip", "nothing")]


def test_too_many_members_are_none() -> None:
    assert found(packed({f"{n}.txt": "x" for n in range(4)})) == [("包.zip", "too_many")]


def test_a_list_that_is_too_long_is_not_read() -> None:
    data = packed({f"{n:0100}.txt": "x" for n in range(4)})
    assert found(data, replace(SMALL, members=100)) == [("包.zip", "too_many")]


def test_an_archive_of_the_large_form_is_not_read() -> None:
    data = packed({"甲.txt": "一"})
    end = data.rfind(b"PK\x05\x06")
    large = data[:end] + b"PK\x06\x07" + bytes(16) + data[end:]
    assert found(large) == [("包.zip", "too_many")]


def test_a_member_that_grows_too_far_is_not_unpacked() -> None:
    assert found(packed({"弹.txt": b"\0" * 1900, "甲.txt": "一"})) == [
        ("弹.txt", "grows"),
        ("甲.txt", "3"),
    ]


def test_a_member_that_lies_about_its_size_is_no_larger_than_it_says() -> None:
    lying = told_smaller(packed({"弹.txt": b"\0" * 1_000_000}), 50)
    assert found(lying) == [("弹.txt", "broken")]


def test_a_member_larger_than_a_file_may_be_is_not_opened() -> None:
    assert found(packed({"大.txt": b"x" * 2001}, zipfile.ZIP_STORED)) == [("大.txt", "too_large")]


def test_all_together_grow_no_further_than_allowed() -> None:
    data = packed({f"{n}.txt": bytes([65 + n]) * 1400 for n in range(3)}, zipfile.ZIP_STORED)
    assert found(data) == [("0.txt", "1400"), ("1.txt", "1400"), ("2.txt", "unpacked")]


def test_links_passwords_and_odd_methods_are_told_apart() -> None:
    assert found(with_link("链.txt", "/etc/passwd")) == [("链.txt", "link")]
    assert found(marked_encrypted(packed({"密.txt": "一"}))) == [("密.txt", "encrypted")]
    assert found(packed({"怪.txt": "一" * 9}, zipfile.ZIP_LZMA)) == [("怪.txt", "method")]


def test_a_damaged_archive_is_broken() -> None:
    data = packed({"甲.txt": "一" * 50, "乙.txt": "二" * 50}, zipfile.ZIP_STORED)
    assert not is_archive(data[:60])
    spoilt = data.replace("一一一".encode(), "三三三".encode(), 1)
    assert found(spoilt) == [("甲.txt", "broken"), ("乙.txt", "150")]


def test_documents_that_are_packed_are_no_archives() -> None:
    assert not is_archive(packed({"[Content_Types].xml": "x", "word/document.xml": "x"}))
    assert not is_archive(packed({"OFD.xml": "x"}))
    assert not is_archive("清河县".encode())
    assert is_archive(packed({"甲.txt": "一"}))
    assert is_archive(packed({}))


@given(st.binary(max_size=300), st.integers(0, 400), st.booleans())
def test_any_bytes_are_judged_without_harm(noise: bytes, place: int, inside: bool) -> None:
    whole = packed({"甲.txt": "一" * 20, "乙.txt": b"x" * 500})
    data = whole[:place] + noise + whole[place + len(noise) * inside :]
    is_archive(data)
    for each in unpack(Content("包.zip", data), open_container, SMALL)[1]:
        assert each.refusal or len(each.data) <= SMALL.file


def test_every_member_is_bounded_even_when_thousands_share_one_body() -> None:
    """Members that overlap unpack to more than the archive seems to hold."""
    body = packed({"0.txt": b"A" * 90})
    end = body.rfind(b"PK\x05\x06")
    start = body.find(b"PK\x01\x02")
    entry = body[start:end]
    many = 40
    total = body[:start] + entry * many
    total += b"PK\x05\x06" + bytes(4) + many.to_bytes(2, "little") * 2
    total += (len(entry) * many).to_bytes(4, "little") + start.to_bytes(4, "little") + bytes(2)
    limits = replace(SMALL, members=100, directory=10_000, unpacked=900)
    with zipfile.ZipFile(io.BytesIO(total)) as archive:
        assert len(archive.infolist()) == many
    reasons = [reason for _, reason in found(total, limits)]
    assert reasons.count("90") == 10
    assert set(reasons) <= {"90", "unpacked", "broken"}


def test_an_archive_whose_unpacking_is_ended_keeps_what_it_gave() -> None:
    class Ended(Archive):
        def members(self, numbers: Sequence[int] | None = None) -> Iterator[Content]:
            yield from super().members(numbers or [0])
            raise refusal("limits.stopped")

    file = Content("包.zip", packed({"甲.txt": "一", "乙.txt": "二"}))
    first, last = unpack(file, Ended, SMALL)[1]
    assert first == Content("甲.txt", "一".encode())
    assert last.name == "包.zip"
    assert "没有读完就停止了" in str(last.refusal)
