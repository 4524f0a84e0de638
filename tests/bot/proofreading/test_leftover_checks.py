"""What is left over in a draft: old periods, names of others, blanks."""

import pytest

from tests.bot.proofreading.conftest import Checked, shown


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("一、2022年主要工作\n开展了检查。", ["!2022年"]),
        ("一、主要工作\n开展了检查。\n二、2023年工作打算\n持续开展检查。", ["!2023年"]),
        ("2022年，我局开展了检查。\n一、主要工作\n开展了检查。", ["!2022年"]),
        ("一、主要工作\n开展了检查。\n2022年，我局开展了检查。", ["?2022年"]),
        (
            "一、主要工作\n开展了检查。\n二、2024年工作打算\n（一）2023年，力争检查全覆盖。",
            ["!2023年"],
        ),
        ("一、主要工作\n较2022年增长两成。2022年度企业年报率95%。", []),
        ("现将2022年工作情况汇报如下：\n一、主要工作\n开展了检查。", ["!2022年"]),
        ("现将《2022年工作要点》印发给你们。\n一、主要工作\n开展检查。", ["!2022年"]),
        ("根据2022年工作要点，开展了检查。\n一、主要工作\n开展检查。", []),
        ("一、2023年主要工作\n开展了检查。\n二、2024年工作打算\n持续开展检查。", []),
        ("现将2022年度食品安全工作情况报告如下。\n一、主要工作\n开展检查。", ["!2022年度"]),
        ("一、主要工作\n开展检查。\n二、工作打算\n力争2022年底前建成。", ["!2022年"]),
        ("一、主要工作\n开展检查。\n二、工作打算\n2023年五一假期前建成。", ["?2023年"]),
        ("一、主要工作\n开展检查。\n二、工作打算\n巩固2022年国内交流成果。", []),
    ],
)
def test_an_earlier_period_is_found_where_only_the_drafts_own_can_be_meant(
    check: Checked, text: str, found: list[str]
) -> None:
    assert shown(check(text), "period") == found


def test_a_report_on_how_a_plan_went_is_named_after_its_own_period(check: Checked) -> None:
    title = "柳溪县市场监管局2023年工作要点完成情况"
    assert not check(f"{title}\n一、主要工作\n开展检查。").findings


@pytest.mark.parametrize(("month", "found"), [("5", ["?2023年"]), ("10", [])])
def test_a_month_that_is_over_is_no_aim(check: Checked, month: str, found: list[str]) -> None:
    text = f"一、主要工作\n开展了检查。\n二、下半年工作打算\n2023年{month}月底前建成。"
    assert shown(check(text, period="2023年上半年"), "period") == found


@pytest.mark.parametrize(("period", "found"), [("2023年上半年", ["!上半年"]), ("2023年", [])])
def test_the_half_that_is_over_is_no_more_planned(
    check: Checked, period: str, found: list[str]
) -> None:
    text = "一、主要工作\n开展了检查。\n二、上半年工作打算\n持续开展检查。"
    assert shown(check(text, period=period), "period") == found


def test_a_year_that_is_over_is_no_aim(check: Checked) -> None:
    text = "柳溪县市场监管局2024年工作计划\n到2023年底，建成快检室3个。\n"
    text += "到2023年底，全县共有快检室3个。"
    assert shown(check(text, period="2024年"), "period") == ["!2023年"]


def test_a_plan_may_look_back(check: Checked) -> None:
    text = "柳溪县市场监管局2024年工作计划\n2024年，将在2023年的基础上加强检查。"
    assert not shown(check(text, period="2024年"), "period")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("苍山县市场监管局全年检查药店30家。", ["!苍山县市场监管局"]),
        ("全年检查药店30家，苍山县群众满意。", ["!苍山县"]),
        ("青岭县市场监管局认真开展检查。", ["!青岭县市场监管局"]),
        ("与苍山县市场监管局联合开展检查。", []),
        ("赴苍山县学习经验。", []),
        ("在柳溪县市场监管局的组织下开展检查。", []),
        ("在江门市市场监管局的指导下开展检查。", []),
        ("我区群众满意。", ["!我区"]),
        ("对我区企业开展检查。", ["!我区"]),
        ("我县群众满意，全市排名第一。", []),
        ("我市群众满意。", ["?我市"]),
        ("全区群众满意。", ["?全区"]),
        ("全年检查药店30家，凤凰县群众满意。", ["?凤凰县"]),
        ("全年检查药店30家，苍山茶油合格。", ["?苍山"]),
        ("全年检查药店30家，苍山镇群众满意。", []),
    ],
)
def test_names_and_words_of_other_bureaus_are_found_except_in_dealings_with_them(
    check: Checked, text: str, found: list[str]
) -> None:
    assert shown(check(text), "foreign") == found


@pytest.mark.parametrize("blank", ["**", "××", "XX", "X X", "X", "___", "（待补充）", "某某"])
def test_a_blank_is_found(check: Checked, blank: str) -> None:
    assert shown(check(f"检查药店{blank}家。"), "mask") == [f"!{blank}"]


def test_of_very_many_blanks_the_first_tells_how_many(check: Checked) -> None:
    result = check("检查*家，整改*家。" * 8)
    assert shown(result, "mask") == ["!*"]
    assert "16处" in next(f.why for f in result.findings if f.kind == "mask")


def test_names_of_a_bureau_that_masks_its_own_are_no_blanks(check: Checked) -> None:
    text = "**县市场监管局开展检查，保护“**麦冬”，检查药店*家。"
    assert shown(check(text, bureau="**县市场监管局"), "mask") == ["!*"]


def test_the_half_that_is_over_opens_no_plan(check: Checked) -> None:
    text = "一、主要工作\n开展检查。\n二、下半年工作打算\n（一）今年上半年继续推进改革。"
    assert shown(check(text, period="2023年上半年"), "period") == ["!上半年"]
    assert not shown(check(text, period="2023年"), "period")


def test_the_bold_type_of_markdown_is_no_mask(check: Checked) -> None:
    text = "# 总结\n## 一、食品\n**抽检有力。**检查药店**家。\n## 二、药品\n开展检查。"
    assert shown(check(text), "mask") == ["!**"]


@pytest.mark.parametrize(
    ("plan", "found"),
    [
        ("2023年新增主体900户。", ["?2023年"]),
        ("2024年新增主体900户。", []),
        ("2023年抽检640批次。", []),
        ("2023年为900批次，2024年达到950批次。", []),
    ],
)
def test_a_plan_for_what_is_over_is_a_hint(check: Checked, plan: str, found: list[str]) -> None:
    text = f"柳溪县市场监管局2023年工作总结\n一、主要工作\n抽检640批次。\n二、2024年打算\n{plan}"
    assert shown(check(text), "period") == found


def test_a_plan_for_the_half_that_is_over_is_a_hint(check: Checked) -> None:
    text = "一、主要工作\n抽检640批次。\n二、下半年打算\n1.上半年，创建示范街12条。"
    assert shown(check(text, period="2023年上半年"), "period") == ["?上半年"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("一、下半年工作情况\n抽检640批次。", ["!下半年"]),
        ("一、主要工作\n下半年，抽检640批次。", ["?下半年"]),
        ("一、主要工作\n抽检640批次，下半年将再抽检90批次。", []),
        ("一、主要工作\n抽检640批次。\n二、下半年工作打算\n下半年，抽检90批次。", []),
    ],
)
def test_the_half_that_is_to_come_is_not_reported(
    check: Checked, text: str, found: list[str]
) -> None:
    assert shown(check(text, period="2023年上半年"), "period") == found
