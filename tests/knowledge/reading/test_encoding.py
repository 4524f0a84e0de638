import codecs
import gzip
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.reading.encoding import NotText, decode, decode_damaged

SIMPLIFIED = (
    "食品安全监管，特种设备检查。市场主体登记注册、知识产权保护；《产品质量法》“双随机、一公开”"
    "（一）下半年工作打算：2023年共检查企业1,286家次，合格率为98.5％。存在的问题是：力量不足！"
    "一是加强组织领导，二是推进专项整治……新增*户，**县——立案查处86件，罚没款37.2万元？"
)
TRADITIONAL = (
    "食品安全監管，特種設備檢查。市場主體登記註冊、智慧財產權保護；《產品質量法》「隨機、公開」"
    "（一）下半年工作計畫：2023年共檢查企業1,286家次，合格率為98.5％。存在的問題是：力量不足！"
    "一是加強組織領導，二是推進專項整治；新增戶數，各縣立案查處86件，罰沒款37.2萬元？"
)
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"]


# A busy machine is no failure; with some twenty encodings to go through, 40 examples each will do.
quickly = settings(max_examples=15, deadline=None)


def slices_of(prose: str) -> st.SearchStrategy[str]:
    """Stretches of prose that hold six Chinese characters at least, put one after another."""
    stretch = st.integers(0, len(prose) - 24).flatmap(
        lambda start: st.integers(12, 24).map(lambda length: prose[start : start + length])
    )
    stretches = st.lists(stretch, min_size=1, max_size=20).map("\n".join)
    return stretches.filter(lambda text: sum("一" <= c <= "鿿" for c in text) >= 6)


@pytest.mark.parametrize("encoding", ENCODINGS)
@quickly
@given(text=slices_of(SIMPLIFIED))
def test_simplified_prose_comes_back_exactly(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", [*ENCODINGS, "big5", "cp950"])
@quickly
@given(text=slices_of(TRADITIONAL))
def test_traditional_prose_comes_back_exactly(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    "text", ["食品安全工作", "二〇二三年工作总结", "**县市场监管局", "检查企业12家", "合格率98.5％"]
)
def test_short_text_is_enough(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == text


@quickly
@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_printable_ascii_stays_ascii(text: str) -> None:
    assert decode(text.encode("ascii")) == text


@pytest.mark.parametrize("text", ["bush hid the facts", "this app can break", "edit", "OK"])
def test_english_is_not_taken_for_utf_16(text: str) -> None:
    assert decode(text.encode("ascii")) == text


@pytest.mark.parametrize("text", ["Отчёт о работе", "시장 감독 관리", "報告の要旨について", "😀👍"])
def test_utf_8_of_other_scripts_is_text(text: str) -> None:
    assert decode(text.encode()) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
@quickly
@given(text=slices_of(SIMPLIFIED), cut=st.integers(1, 3))
def test_a_last_character_cut_in_the_middle_is_dropped(encoding: str, text: str, cut: int) -> None:
    last = "😀".encode(encoding.removesuffix("-sig")).removeprefix(codecs.BOM_UTF16)
    assert decode((text * 3).encode(encoding) + last[:-cut]) == text * 3


def test_utf_8_cut_in_a_chinese_character_is_not_taken_for_another_encoding() -> None:
    data = SIMPLIFIED.encode()
    for end in range(60, len(data)):
        assert SIMPLIFIED.startswith(decode(data[:end]))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_line_end_becomes_a_newline(encoding: str) -> None:
    data = "工作总结\r\n食品安全工作\r检查企业\n\r\n".encode(encoding)
    assert decode(data) == "工作总结\n食品安全工作\n检查企业\n\n"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_nothing_else_of_the_text_is_changed(encoding: str) -> None:
    text = (
        "\u3000\u3000一、工作 \t回顾  \n\n\n新增*户，\u00a0**县。\u2028\x0b\x0c “３．５％”①㎡ \n "
    )
    assert decode(text.encode(encoding)) == text


def test_only_the_first_mark_is_removed() -> None:
    assert decode("\ufeff\ufeff食品安全工作".encode()) == "\ufeff食品安全工作"


def test_nothing_is_text() -> None:
    assert decode(b"") == ""
    assert decode(codecs.BOM_UTF8) == ""


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
def test_chinese_far_behind_ascii_is_found(encoding: str) -> None:
    text = "row,1,2,3\n" * 40_001 + "x合格率98％\n"
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\6\0\0\0",
        b"\x7fELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0>\0\1\0\0\0",
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0",
        gzip.compress(SIMPLIFIED.encode(), mtime=0),
        b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0\xb8\0\0\0",
    ],
    ids=["png", "elf", "jpeg", "gzip", "exe"],
)
def test_binary_files_are_no_text(data: bytes) -> None:
    with pytest.raises(NotText):
        decode(data)


@pytest.mark.parametrize("size", [24, 64, 500, 20_000])
@pytest.mark.parametrize("smallest", [0x00, 0x01, 0x80, 0xA1], ids=hex)
def test_random_bytes_are_no_text(size: int, smallest: int) -> None:
    dice = random.Random(f"{size} {smallest}")  # noqa: S311  the same bytes on each run
    for _ in range(20):
        data = bytes(dice.choices(range(smallest, 256), k=size))
        with pytest.raises(NotText):
            decode(data)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_nul_makes_it_no_text(encoding: str) -> None:
    with pytest.raises(NotText):
        decode(f"{SIMPLIFIED}\0{SIMPLIFIED}".encode(encoding))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_many_control_characters_make_it_no_text(encoding: str) -> None:
    with pytest.raises(NotText):
        decode("\x01食品\x02安全\x1b工作".encode(encoding))


def test_one_stray_control_in_a_page_is_let_through() -> None:
    text = f"{SIMPLIFIED * 2}\x07{SIMPLIFIED}"
    assert decode(text.encode()) == text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_damage_in_the_middle_is_refused_rather_than_shown_as_mojibake(encoding: str) -> None:
    damage = b"\xff\xff" if encoding != "utf-16-le" else b"\x00\xd8"
    data = SIMPLIFIED.encode(encoding)
    with pytest.raises(NotText):
        decode(data[:60] + damage + data[60:])


def test_damage_beyond_the_sample_is_refused_too() -> None:
    with pytest.raises(NotText):
        decode((SIMPLIFIED * 2000).encode() + b"\xff" + SIMPLIFIED.encode())


@pytest.mark.parametrize("encoding", ["shift-jis", "cp1251"])
def test_encodings_of_other_scripts_are_refused_rather_than_shown_as_mojibake(
    encoding: str,
) -> None:
    prose = {
        "shift-jis": "市場の監督管理に関する報告、食品安全の検査を実施しました。",
        "cp1251": "Отчёт о работе за первое полугодие: проведены проверки",
    }[encoding]
    with pytest.raises(NotText):
        decode(prose.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("at", [60, 61, 62, 63])
@pytest.mark.parametrize("damage", ["\xff", "\xff\xff", "lost"])
def test_a_damaged_character_costs_no_more_than_itself(encoding: str, at: int, damage: str) -> None:
    data = SIMPLIFIED.encode(encoding)
    head = data[:at] if damage == "lost" else data[:at] + damage.encode("latin-1")
    text = decode_damaged(head + data[at + 1 :])
    before, mark, after = text.partition("\ufffd")
    assert mark
    assert SIMPLIFIED.startswith(before)
    assert SIMPLIFIED.endswith(after)
    assert len(SIMPLIFIED) - len(before) - len(after) <= 2


@pytest.mark.parametrize("size", [24, 500, 20_000])
@pytest.mark.parametrize("smallest", [0x01, 0x80, 0xA1], ids=hex)
def test_random_bytes_are_no_damaged_text(size: int, smallest: int) -> None:
    dice = random.Random(f"{size} {smallest}")  # noqa: S311  the same bytes on each run
    for _ in range(20 if size < 1000 else 3):
        with pytest.raises(NotText):
            decode_damaged(bytes(dice.choices(range(smallest, 256), k=size)))


def test_much_damage_is_refused() -> None:
    data = SIMPLIFIED.encode().replace("，".encode(), b"\xff")
    with pytest.raises(NotText):
        decode_damaged(data)
