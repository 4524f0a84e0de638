from pathlib import Path

import pytest

from knowledge.errors import DataFileError
from knowledge.models import Identity
from knowledge.understanding.identity import (
    OFFICE,
    bureau_named,
    identity_words,
    place_before,
    read_identity,
)
from knowledge.understanding.outline import read_outline
from knowledge.vocabulary import DATA

BODY = """今年以来，我局认真履行职责，各项工作取得新进展。
一、主要工作
（一）食品安全。检查餐饮单位120家。
二、下步打算
（一）继续努力。抓好落实。
"""
"""A report that says neither whose it is nor for when."""


def identified(text: str, file: str = "") -> Identity:
    return read_identity(text, read_outline(text), file)


def told(text: str, file: str = "") -> tuple[str, str]:
    identity = identified(text, file)
    return (identity.bureau.name if identity.bureau else ""), str(identity.period or "")


@pytest.mark.parametrize(
    ("head", "bureau", "period"),
    [
        ("云溪县市场监管局2023年上半年工作总结", "云溪县市场监管局", "2023年上半年"),
        ("云溪县市场监管局2023年工作总结和2024年工作打算", "云溪县市场监管局", "2023年"),
        ("云溪县2024年第三季度农资抽检台账", "云溪县", "2024年第三季度"),
        ("云溪县集体聚餐备案统计表（2024年）", "云溪县", "2024年"),
        ("江岚市云溪县餐饮单位公示名单", "云溪县", ""),
        ("云溪县市场监管局2023年上半年工作总结及下半年打算", "云溪县市场监管局", "2023年上半年"),
        ("云溪县市场监督管理局2023年1-6月工作总结", "云溪县市场监督管理局", "2023年上半年"),
        ("云溪县市场监管局二○二二年工作总结", "云溪县市场监管局", "2022年"),
        ("XX县市场监管局２０２３年上半年工作总结", "XX县市场监管局", "2023年上半年"),
        ("*市市场监管局2023年一季度工作总结", "*市市场监管局", "2023年第一季度"),
        ("**县市场监管局2023年工作总结", "**县市场监管局", "2023年"),
        ("××区市场监督管理局2023年度工作总结", "××区市场监督管理局", "2023年"),
        ("某区市场监管局2023年工作总结", "某区市场监管局", "2023年"),
        ("**市**区市场监管局2023年工作总结", "**市**区市场监管局", "2023年"),
        (
            "江岚市梧桐区市场监管局2023年前三季度工作总结",
            "江岚市梧桐区市场监管局",
            "2023年前三季度",
        ),
        ("和平区市场监督管理局2023年工作总结", "和平区市场监督管理局", "2023年"),
        ("云溪县市监局2022年工作总结", "云溪县市监局", "2022年"),
        ("江岚市市场监管局高新分局2023年工作总结", "江岚市市场监管局高新分局", "2023年"),
        (
            "江岚市市场监管局经济技术开发区分局2023年总结",
            "江岚市市场监管局经济技术开发区分局",
            "2023年",
        ),
        ("城关市场监督管理所2023年工作总结", "城关市场监督管理所", "2023年"),
        ("中共云溪县市场监管局党组关于2022年工作情况的报告", "云溪县市场监管局", "2022年"),
        ("云溪县市场监管局党组书记2023年述职报告", "云溪县市场监管局", "2023年"),
        ("关于报送云溪县市场监管局2022年工作总结的报告", "云溪县市场监管局", "2022年"),
        ("云溪县市场监管局2018-2022年工作总结", "云溪县市场监管局", ""),
        ("云溪县2023年工作总结", "云溪县", "2023年"),
        ("市场监管局2023年工作总结", "", "2023年"),
        ("云溪县市场监管局\n关于2023年上半年工作情况的报告", "云溪县市场监管局", "2023年上半年"),
        (
            "云溪县市场监管局 2023 年上半年\n工 作 总 结\n（2023年7月5日）",
            "云溪县市场监管局",
            "2023年上半年",
        ),
        (
            "2023年上半年工作总结\n云溪县市场监管局\n（2023年7月5日）",
            "云溪县市场监管局",
            "2023年上半年",
        ),
        ("# 云溪县市场监管局2023年上半年工作总结", "云溪县市场监管局", "2023年上半年"),
        ("****县市场监管局2023年上半年工作总结**", "**县市场监管局", "2023年上半年"),
        ("守护“舌尖上的安全”\n——云溪县市场监管局2023年工作总结", "云溪县市场监管局", "2023年"),
        (
            "云溪县市场监管局文件\n云市监〔2023〕15号\n云溪县市场监管局\n关于报送2022年总结的报告",
            "云溪县市场监管局",
            "2022年",
        ),
        ("附件1：\n云溪县市场监管局2022年工作总结", "云溪县市场监管局", "2022年"),
        ("（定稿）青禾县教育局2020年工作总结", "青禾县教育局", "2020年"),
    ],
)
def test_a_title_tells_bureau_and_period(head: str, bureau: str, period: str) -> None:
    assert told(f"{head}\n县政府：\n{BODY}", "总结.txt") == (bureau, period)


@pytest.mark.parametrize(
    "bureau",
    [
        "青禾县教育局",
        "青禾县卫健委",
        "江岚市生态环境局",
        "青禾县人民政府办公室",
        "青禾县城关镇人民政府",
        "云岭省药品监督管理局",
        "青禾县消费者权益保护委员会",
        "江岚市梧桐区交通运输局",
        "青禾县人民医院",
        "青禾县公安局交警大队",
        "**县应急局",
    ],
)
@pytest.mark.parametrize(
    "title",
    [
        "{}2020年工作总结",
        "关于{}2020年工作情况的汇报",
        "{}\n2020年工作总结",
        "{}二〇二〇年度工作要点完成情况",
    ],
)
def test_bureaus_of_other_trades_own_what_their_title_names(bureau: str, title: str) -> None:
    text = f"{title.format(bureau)}\n在县市场监管局的支持下，我局稳中求进。\n{BODY}"
    assert told(text) == (bureau, "2020年")


@pytest.mark.parametrize(
    ("opening", "bureau", "period"),
    [
        ("2022年以来，**县市场监管局以优化环境为抓手。", "**县市场监管局", "2022年"),
        (
            "在市局的坚强领导下，云溪县市场监管局2023年上半年稳中求进。",
            "云溪县市场监管局",
            "2023年上半年",
        ),
        (
            "2023年，在江岚市市场监管局和云溪县委的坚强领导下，云溪县市场监管局全面履职。",
            "云溪县市场监管局",
            "2023年",
        ),
        ("2023年是开局之年。一年来，云溪县市场监管局稳中求进。", "云溪县市场监管局", "2023年"),
        ("按照市局要求，现将云溪县市场监管局2022年工作总结如下。", "云溪县市场监管局", "2022年"),
        ("今年以来，全椒县市场监督管理局稳字当头。", "全椒县市场监督管理局", ""),
        ("2018年机构改革以来，云溪县市场监管局坚持改革。", "云溪县市场监管局", ""),
        ("2023年5月，云溪县市场监管局认真开展检查。", "云溪县市场监管局", ""),
        ("20**年，**县市场监管局稳中求进。", "**县市场监管局", ""),
        ("各位领导：\n我代表云溪县市场监管局汇报2022年工作。", "云溪县市场监管局", "2022年"),
        ("根据《关于报送2023年上半年总结的通知》，现将工作报告如下：", "", "2023年上半年"),
        ("我局联合云溪县市场监管局开展检查。", "", ""),
    ],
)
def test_without_a_title_the_first_paragraph_tells(opening: str, bureau: str, period: str) -> None:
    assert told(f"{opening}\n{BODY}", "总结.txt") == (bureau, period)


def test_the_one_who_is_greeted_is_not_the_owner() -> None:
    text = (
        "关于2023年上半年工作的报告\n\n江岚市市场监管局：\n"
        f"{BODY}\n云溪县市场监管局\n2023年7月5日\n"
    )
    assert told(text) == ("云溪县市场监管局", "2023年上半年")


def test_the_opening_gives_the_fuller_name() -> None:
    assert (
        told(f"市市场监管局2023年工作总结\n**市市场监管局稳中求进。\n{BODY}")[0] == "**市市场监管局"
    )


@pytest.mark.parametrize(
    ("plan", "period"),
    [
        ("二、2024年工作打算", "2023年"),
        ("二、2023年下半年工作计划", "2023年上半年"),
        ("二、2024 年工作要点", "2023年"),
        ("二、下半年工作打算", ""),
    ],
)
def test_a_plan_tells_the_period_before_its_own(plan: str, period: str) -> None:
    assert (
        told(f"工作总结\n今年以来，我局履职。\n一、工作情况\n抓监管。\n{plan}\n抓落实。\n")[1]
        == period
    )


def test_a_planning_paragraph_tells_it_too() -> None:
    assert told("工作总结\n我局履职。\n2024年，我局将继续努力。\n")[1] == "2023年"


@pytest.mark.parametrize(
    ("headings", "period"),
    [
        (("一、上半年工作情况", "二、下半年打算"), "2023年上半年"),
        (("一、工作情况", "二、2023年下半年重点工作"), "2023年上半年"),
        (("一、全年工作情况", "二、下半年打算"), "2023年"),
        (("一、工作情况", "二、2024年上半年打算"), "2023年"),
    ],
)
def test_headings_tell_that_a_years_report_is_of_its_first_half(
    headings: tuple[str, str], period: str
) -> None:
    title = "云溪县市场监管局2023年工作总结"
    text = f"{title}\n我局履职。\n{headings[0]}\n抓监管。\n{headings[1]}\n抓落实。\n"
    assert told(text)[1] == period


def test_the_signatures_year_completes_a_half_that_the_title_names() -> None:
    text = f"云溪县市场监管局上半年工作总结\n{BODY}\n云溪县市场监管局\n2023年7月5日\n"
    assert told(text) == ("云溪县市场监管局", "2023年上半年")
    assert told(text.replace("上半年", ""))[1] == ""


@pytest.mark.parametrize(
    ("file", "bureau", "period"),
    [
        ("云溪县市场监管局2023年工作总结.txt", "云溪县市场监管局", "2023年"),
        ("报送/云溪县局2023年上半年总结.md", "云溪县", "2023年上半年"),
        ("01（定稿）青禾县教育局2020年工作总结.txt", "青禾县教育局", "2020年"),
        ("【报送】23年上半年.txt", "", "2023年上半年"),
        ("总结20230705.txt", "", ""),
        ("report-07.txt", "", ""),
    ],
)
def test_the_file_name_tells_what_the_text_does_not(file: str, bureau: str, period: str) -> None:
    assert told(f"工作总结\n{BODY}", file) == (bureau, period)
    assert told(f"江岚市市场监管局2021年工作总结\n{BODY}", file) == ("江岚市市场监管局", "2021年")


@pytest.mark.parametrize(
    "text",
    [
        "2008年夏季运动会\n2008年夏季运动会于2008年8月8日举行，共有204个代表团参加。",
        "2008年，张三在某市从事市场监管工作，后来离开。他在2010年回到家乡。",
        "云溪县新闻\n7月5日，记者从云溪县市场监管局获悉，全县新增市场主体1874户。2008年以来，该县持续改革。",
        "江岚市市场监督管理局是江岚市人民政府组成部门，于2018年11月挂牌成立。",
        "国家市场监督管理总局是国务院直属机构，2018年组建。",
        "近日，云溪县市场监管局执法人员来到城关镇，查处一家超市。2023年以来已查处12家。",
        "2008年，云溪县工商局查处了一起案件，涉案金额3万元。",
        "云溪县位于江岚市东部，2008年全县生产总值达到120亿元。",
        "2008年5月12日，某地发生地震。各地开展救援工作。",
    ],
)
def test_what_is_no_report_has_neither_bureau_nor_period(text: str) -> None:
    assert told(text, "2008年.txt") == ("", "")


@pytest.mark.parametrize(
    ("bureau", "level"),
    [
        ("云岭省药品监督管理局", "省"),
        ("苍原自治区市场监管局", "省"),
        ("江岚市市场监管局", "市"),
        ("苍原自治州市场监管局", "市"),
        ("苍原盟市场监管局", "市"),
        ("苍原地区市场监管局", "市"),
        ("云溪县市场监管局", "县"),
        ("苍原自治县教育局", "县"),
        ("苍原左旗市场监管局", "县"),
        ("江岚市梧桐区教育局", "区"),
        ("滨海新区市场监管局", "区"),
        ("**县市场监管局", "县"),
        ("**市市场监管局", "市"),
        ("江岚市市场监管局高新分局", "区"),
    ],
)
def test_the_name_tells_the_level(bureau: str, level: str) -> None:
    found = bureau_named(bureau).level
    assert found is not None
    assert found.value == level


def test_where_the_name_does_not_the_text_tells_the_level() -> None:
    assert bureau_named("城关市场监督管理所").level is None
    assert str(bureau_named("城关市场监督管理所", "在县委、县政府领导下，全县有序。").level) == "县"
    assert str(bureau_named("市市场监管局*局", "我市平稳。全市有序。").level) == "市"


@pytest.mark.parametrize(
    "piece",
    ["关于报送", "市县区", "县局", "(a)", "自治区", "*", "云溪县市场监管局", "2023年", "在"],
)
def test_a_title_of_one_piece_over_and_over_is_read_to_its_end(piece: str) -> None:
    """With a pattern that backtracks, some of these would not end within days."""
    line = (piece * 60)[:59]
    assert told(f"{line}\n{line}\n{line}总结\n{BODY}", f"{piece * 60}.txt") is not None


def test_the_place_before_an_office_is_what_names_it() -> None:
    def place(text: str) -> str:
        office = OFFICE.search(text)
        assert office
        return place_before(text, office.start(), identity_words())[0]

    assert place("请问**市市场监管局") == "**市"
    assert place("今年上半年云溪县市场监管局") == "云溪县"
    assert place("现将和平区市场监管局") == "和平区"
    assert place("我县市场监管局") == "县"
    assert place("各县区市场监管局") == ""
    assert place("辖区市场监管局") == ""


def test_a_wording_file_that_does_not_fit_is_named(tmp_path: Path) -> None:
    good = (DATA / "identity.toml").read_text(encoding="utf-8")
    damaged = tmp_path / "identity.toml"
    for change in (("lead_words", "words"), ('"省" =', '"都" ='), ("(?:党组|党委)?", "(?:党组")):
        damaged.write_text(good.replace(*change), encoding="utf-8")
        with pytest.raises(DataFileError, match=r"identity\.toml"):
            identity_words(path=damaged)
        identity_words.cache_clear()


GOVERNMENT = """各位代表：
我代表人民政府，向大会报告工作，请予审议。
一、2022年工作回顾
过去一年，生产总值增长5.8%，新增经营主体3200户，各项事业取得新进展。
（一）稳住经济。新建项目12个。
二、2023年重点工作
（一）扩大内需。打造消费场景20个。
"""


ASSEMBLY = "——2023年1月15日在青岚省第十四届\n人民代表大会第一次会议上"
DISTRICT = "（2023年1月15日在江岚市梧桐区第六届人民代表大会第二次会议上）"
REGION = "——二〇二三年一月十五日在青岚自治区十三届人民代表大会第一次会议上"
BUTTONS = "下载\n打印\n【字号：\n加大\n还原\n减小\n】"


@pytest.mark.parametrize(
    ("head", "bureau"),
    [
        ("2023年青岚省政府工作报告", "青岚省人民政府"),
        ("青岚市人民政府工作报告\n2023年1月9日", "青岚市人民政府"),
        (f"政府工作报告\n{ASSEMBLY}\n省长 林某", "青岚省人民政府"),
        (f"政府工作报告\n{DISTRICT}\n区长　林某某", "江岚市梧桐区人民政府"),
        (f"政府工作报告\n来源：青岚日报 时间：2023-01-20\n{REGION}", "青岚自治区人民政府"),
        (f"{BUTTONS}\n2023年青岚州政府工作报告\n来源：青岚日报", "青岚州人民政府"),
    ],
)
def test_a_governments_report_is_of_the_year_that_it_plans(head: str, bureau: str) -> None:
    assert told(f"{head}\n{GOVERNMENT}") == (bureau, "2023年")


def test_without_a_date_the_governments_plan_tells_the_year_and_the_file_the_place() -> None:
    assert told(f"政府工作报告\n{GOVERNMENT}", "青岚县_01.txt") == ("青岚县人民政府", "2023年")


def test_a_year_before_the_name_is_no_part_of_it() -> None:
    assert told(f"2023年青禾县商务局工作总结\n{BODY}") == ("青禾县商务局", "2023年")
