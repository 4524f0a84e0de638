"""Names of laws, bodies and campaigns."""

import pytest

from bot.proofreading.vocabulary import field_names
from tests.bot.proofreading.conftest import Checked, shown


@pytest.mark.parametrize(
    ("text", "words", "right"),
    [
        (
            "学习《中华人民共和国食品安全发》。",
            "《中华人民共和国食品安全发》",
            "《中华人民共和国食品安全法》",
        ),
        ("学习《消费者权利保护法》。", "消费者权利保护法", "消费者权益保护法"),
        ("推进“明橱亮灶”。", "明橱亮灶", "明厨亮灶"),
        ("设置公平称。", "公平称", "公平秤"),
        ("国家市场监督管里总局通报。", "国家市场监督管里总局", "国家市场监督管理总局"),
    ],
)
def test_a_name_with_a_slip_is_certain(check: Checked, text: str, words: str, right: str) -> None:
    result = check(text)
    finding = next(f for f in result.findings if f.kind == "name")
    assert shown(result, "name")[0] == f"!{words}"
    assert finding.right == right


@pytest.mark.parametrize(
    "text",
    [
        "学习《中华人民共和国食品安全法》《食品安全法实施条例》《广告法（2021年修正）》。",
        "印发《柳溪县食品安全突发事件应急预案》。",
        "开展“铁拳”行动，推进“双随机、一公开”，落实“四个最严”。",
        "国家市场监督管理总局和省市场监督管理局指导。",
        "1.食品安全。监督抽检合格。2.电梯：应急处置及时。",
        "学习新修订的《反不正当竞争法》，落实“三个责任”，推进“多规合一”。",
    ],
)
def test_right_names_pass(check: Checked, text: str) -> None:
    assert not check(text).findings


def test_a_body_that_is_no_more_is_a_hint(check: Checked) -> None:
    assert shown(check("报送县工商局备案。"), "name") == ["?工商局"]
    assert not shown(check("原县工商局的档案已经移交。"), "name")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("学习《疫苗法》。", ["?《疫苗法》"]),
        ("学习《反垄断条例》。", ["?《反垄断条例》"]),
        ("学习《药品监督管理法》。", ["?《药品监督管理法》"]),
        ("学习《特种设备监管法》。", ["?《特种设备监管法》"]),
        ("学习《优化营商环境法》。", ["?《优化营商环境法》"]),
        ("学习《食品安全条例》《集市法》。", []),
        ("学习《中华人民共和国食品安全条例》。", ["?《中华人民共和国食品安全条例》"]),
    ],
)
def test_a_law_by_a_shorter_name_is_a_hint(check: Checked, text: str, found: list[str]) -> None:
    assert shown(check(text), "name") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("增强“四个意思”。", ["!四个意思"]),
        ("开展“昆伦2023”行动。", ["!昆伦"]),
        ("深化“放管伏”改革。", ["!放管伏"]),
        ("开展“铁拳”“春雨”行动，开展“认可日”宣传。", []),
    ],
)
def test_a_quoted_name_with_a_character_that_sounds_or_looks_alike_is_certain(
    check: Checked, text: str, found: list[str]
) -> None:
    assert shown(check(text), "name") == found


def test_a_plenary_session_has_its_name(check: Checked) -> None:
    result = check("贯彻党的二十届三次全会要求，落实县委十五届六次全会部署。")
    assert [finding.right for finding in result.findings] == ["二十届三中"]


def test_no_slip_of_the_data_file_is_a_right_name() -> None:
    names = field_names()
    right = {*names.law.names, *names.body.names, *names.term.names}
    wrong = {wrong for slip in names.slips for wrong in slip.wrong}
    assert not right & wrong


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("落实《产品质量监督抽查暂行管理办法》。", "《产品质量监督抽查管理暂行办法》"),
        ("下达《特种设备安全监查指令书》。", "特种设备安全监察"),
        ("落实“四个最严格”要求。", "四个最严"),
    ],
)
def test_words_turned_round_a_like_end_and_a_word_too_long_are_found(
    check: Checked, text: str, right: str
) -> None:
    (finding,) = check(text).findings
    assert right in (finding.right or finding.why)


def test_a_short_term_with_a_character_of_the_same_sound_is_a_hint(check: Checked) -> None:
    result = check("查处价格期诈行为，做到明码标价。")
    assert shown(result, "name") == ["?价格期诈"]
    assert "价格欺诈" in result.findings[0].why


def test_a_long_name_may_have_two_such_characters(check: Checked) -> None:
    result = check("以习近平新时代中国特色社会注意思想为指导。")
    assert [finding.right for finding in result.findings] == ["习近平新时代中国特色社会主义思想"]
