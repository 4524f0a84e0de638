from decimal import Decimal

import pytest

from knowledge.understanding.figures import Figure, find_figures, same_amount


def only(text: str) -> Figure:
    """Take the one figure of a text."""
    found = find_figures(text)
    assert len(found) == 1, found
    return found[0]


def amounts(text: str) -> list[tuple[str, Decimal | None, str]]:
    """List each figure's text, value and unit."""
    return [(f.text, f.value, f.unit) for f in find_figures(text)]


@pytest.mark.parametrize(
    ("sentence", "text", "value", "unit"),
    [
        ("辅导小店86家。", "86家", "86", "家"),
        ("回访商户86家次。", "86家次", "86", "家次"),
        ("及格率为91.4%。", "91.4%", "91.4", "%"),
        ("及格率为９１.４％。", "９１.４％", "91.4", "%"),
        ("及格率为91.40 %，", "91.40 %", "91.4", "%"),
        ("及格率为百分之九十一点四。", "百分之九十一点四", "91.4", "%"),
        ("及格率为百分之91.4。", "百分之91.4", "91.4", "%"),
        ("差错率为千分之三。", "千分之三", "3", "‰"),
        ("较去年提高2.5个百分点。", "2.5个百分点", "2.5", "百分点"),
        ("追回货款1.5万元。", "1.5万元", "15000", "元"),
        ("追回货款37.0512万元。", "37.0512万元", "370512", "元"),
        ("产值达2亿3000万元。", "2亿3000万元", "230000000", "元"),
        ("产值达1.2万亿元。", "1.2万亿元", "1200000000000", "元"),
        ("投入三百万元。", "三百万元", "3000000", "元"),
        ("利润增长-3.5%。", "-3.5%", "-3.5", "%"),
        ("印制折页5,678份。", "5,678份", "5678", "份"),
        ("印制折页５，６７８份。", "５，６７８份", "5678", "份"),
        ("复检电梯４２台（套）。", "４２台（套）", "42", "台(套)"),
        ("派出骨干31人（次）。", "31人（次）", "31", "人(次)"),
        ("压缩至0.5个工作日。", "0.5个工作日", "0.5", "工作日"),
        ("由45天压减下来。", "45天", "45", "天"),
        ("须在15日内办结。", "15日", "15", "日"),
        ("走访12个乡镇。", "12个", "12", "个"),
        ("覆盖十二个品种。", "十二个", "12", "个"),
        ("约谈两家企业。", "两家", "2", "家"),
        ("召开三次例会。", "三次", "3", "次"),
        ("帮扶两个村。", "两个", "2", "个"),
        ("限三个月内复评。", "三个月", "3", "个月"),
        ("更换15年以上的电梯。", "15年以上", "15", "年"),
        ("使用超过10年。", "超过10年", "10", "年"),
        ("差评下降三成。", "三成", "3", "成"),
        ("仅有一名干部。", "一名", "1", "名"),
        ("得分95分。", "95分", "95", "分"),
        ("每百户拥有量为2.4。", "2.4", "2.4", ""),
        ("占全部的三分之二。", "三分之二", str(Decimal(2) / 3), ""),
        ("约占四分之一。", "四分之一", "0.25", ""),
    ],
)
def test_an_amount_is_found_with_its_worth_and_unit(
    sentence: str, text: str, value: str, unit: str
) -> None:
    figure = only(sentence)
    assert (figure.text, figure.value, figure.unit) == (text, Decimal(value), unit)
    assert not figure.masked


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,234", "1234"), ("５５６", "556"), ("0.5亿", "50000000"), ("97.8", "97.8")],
)
def test_a_text_that_is_nothing_but_a_number_is_a_figure_without_unit(
    text: str, value: str
) -> None:
    assert amounts(text) == [(text, Decimal(value), "")]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("3000余份", "3000", "份"),
        ("20多家", "20", "家"),
        ("20+家", "20", "家"),
        ("近三百家", "300", "家"),
        ("三百余家", "300", "家"),
        ("300 余家", "300", "家"),
        ("5 万余户", "50000", "户"),
        ("百余家", "100", "家"),
        ("近百家", "100", "家"),
        ("上千家", "1000", "家"),
        ("2.9万余元", "29000", "元"),
        ("一百五十余万元", "1500000", "元"),
        ("超过50万人次", "500000", "人次"),
        ("不少于3场次", "3", "场次"),
        ("20%以上", "20", "%"),
        ("30家左右", "30", "家"),
        ("近三成", "3", "成"),
        ("200余台（套）", "200", "台(套)"),
    ],
)
def test_an_approximation_mark_belongs_to_the_figure_and_is_told(
    text: str, value: str, unit: str
) -> None:
    figure = only(f"共计{text}。")
    assert (figure.text, figure.value, figure.unit) == (text, Decimal(value), unit)
    assert figure.approximate


@pytest.mark.parametrize("text", ["节约37万元", "大型商超20家", "附近3家", "行政约谈3家"])
def test_a_word_that_ends_like_an_approximation_mark_is_none(text: str) -> None:
    assert not only(text).approximate


@pytest.mark.parametrize(
    ("sentence", "text", "unit"),
    [
        ("新设市场主体*户。", "*户", "户"),
        ("新设市场主体＊户。", "＊户", "户"),
        ("走访**家门店。", "**家", "家"),
        ("校验压力表*余台。", "*余台", "台"),
        ("货值约*万元。", "约*万元", "元"),
        ("追回货款**万余元。", "**万余元", "元"),
        ("追缴款*万。", "*万", ""),
        ("认证面积**万亩。", "**万亩", "亩"),
        ("达标率为**.*%。", "**.*%", "%"),
        ("达标率为百分之**。", "百分之**", "%"),
        ("达标率为**，", "**", ""),
        ("检查学校食堂*所。", "*所", "所"),
        ("校验加油机3*台。", "3*台", "台"),
        ("抽检糕点*批次。", "*批次", "批次"),
        ("对*家电梯公司。", "*家", "家"),
    ],
)
def test_a_masked_amount_is_found_and_has_no_worth(sentence: str, text: str, unit: str) -> None:
    figure = only(sentence)
    assert (figure.text, figure.value, figure.unit) == (text, None, unit)
    assert figure.masked


@pytest.mark.parametrize(
    "name",
    [
        "**县", "*区", "**市", "**镇", "**省", "**年", "*局", "第*届", "掌上*、", "“**”", "**村",
        "******食品有限公司", "“**城茶叶”", "***酒店", "**天然气公司", "**台账", "**市场",
        "**组织开展", "**种植合作社", "**家具城", "**万达广场", "**余姚", "*月*日", "由**所牵头",
    ],
)  # fmt: skip
def test_a_masked_name_is_no_figure(name: str) -> None:
    assert not find_figures(f"经{name}")


@pytest.mark.parametrize(
    "text",
    [
        "2023年", "2023年度", "2022年上半年", "二〇二三年", "11月23日", "截止10月底", "1-6月份",
        "5月1日至20日", "第三季度", "2023-05-31", "2023.5.31", "2023/5/31", "10:30", "近3年",
        "近三年来", "三年行动", "五年行动",
        "超过2022年同期", "百日行动", "5月20号",
    ],
)  # fmt: skip
def test_a_date_or_a_span_of_years_is_no_figure(text: str) -> None:
    assert not find_figures(f"于{text}推进")


@pytest.mark.parametrize(
    "text",
    [
        "一、总体情况", "（一）监管", "1.监管", "（1）监管", "1、监管", "一是抓监管，二是抓服务",
        "首先抓监管", "2.2024年打算", "第2名", "第3、4、5项", "前3名", "第一批次", "[3]", "[1][2]",
    ],
)  # fmt: skip
def test_a_heading_number_an_ordinal_or_a_citation_is_no_figure(text: str) -> None:
    assert not find_figures(text)


@pytest.mark.parametrize(
    "text",
    [
        "12315热线", "拨打12345。", "12345、12315", "4·26宣传周", "“3·15”", "“3.15”活动",
        "3.15晚会", "“28+3”类药品", "“1+5”模式", "1+N模式", "“0315”专案", "GB/T50001-2001",
        "ISO9001", "“7s”管理", "B级", "5G", "PM2.5", "“晨光2025”", "“清查1号”", "《强县2025》",
        "1类敷料", "100强", "4.0时代", "编号20250501", "电话5222315", "邮编621000", "见附件3。",
        "7天无理由退货", "3：1", "浏览次数：88　来源", "3个半小时", "1对1帮扶",
    ],
)  # fmt: skip
def test_a_name_or_a_code_with_digits_is_no_figure(text: str) -> None:
    assert not find_figures(text)


@pytest.mark.parametrize(
    "text",
    [
        "三品一特", "两品一械", "一网通办", "双随机一公开", "四个最严", "落实两个责任", "三小",
        "“三个”闸口", "“四条”红线", "“三大”抓手", "二十大", "十九届", "一体化", "一条龙",
        "一户一档", "一批", "新增一批", "一系列", "一把手", "进一步", "统一", "一致",
        "千方百计", "四不两直",
        "八项规定", "四套班子", "“两张皮”", "百家争鸣", "千家万户", "每一家", "一次性", "十分重要",
        "两三家", "三四十家", "几十家", "数百家", "七天无理由", "一二三产业", "另一方面",
    ],
)  # fmt: skip
def test_an_idiom_or_a_slogan_is_no_figure(text: str) -> None:
    assert not find_figures(text)


def test_a_range_gives_both_ends_with_the_unit_that_is_written_once() -> None:
    assert amounts("扶持3至5家，占30%-40%，奖补3-5万元") == [
        ("3", Decimal(3), "家"),
        ("5家", Decimal(5), "家"),
        ("30%", Decimal(30), "%"),
        ("40%", Decimal(40), "%"),
        ("3", Decimal(30000), "元"),
        ("5万元", Decimal(50000), "元"),
    ]
    assert all(f.approximate for f in find_figures("扶持3至5家"))
    assert amounts("百分之三十至四十") == [
        ("百分之三十", Decimal(30), "%"),
        ("四十", Decimal(40), "%"),
    ]


def test_a_series_shares_its_unit_and_a_hotline_takes_none() -> None:
    assert amounts("分别为3、5、8家") == [
        ("3", Decimal(3), "家"),
        ("5", Decimal(5), "家"),
        ("8家", Decimal(8), "家"),
    ]
    assert amounts("经12345、3家单位转来") == [("3家", Decimal(3), "家")]


def test_a_change_from_one_amount_to_another_is_no_range() -> None:
    assert [f.approximate for f in find_figures("从3家到5家")] == [False, False]


def test_neighbours_keep_to_themselves() -> None:
    assert amounts("实现3个100%，1.23家签约") == [
        ("3个", Decimal(3), "个"),
        ("100%", Decimal(100), "%"),
        ("1.23家", Decimal("1.23"), "家"),
    ]


def test_a_point_s_number_before_a_count_is_no_decimal_and_a_decimal_is_no_point() -> None:
    assert amounts("3.10家店开业") == [("10家", Decimal(10), "家")]
    assert amounts("1.5件") == [("1.5件", Decimal("1.5"), "件")]
    assert amounts("0.5个工作日办结") == [("0.5个工作日", Decimal("0.5"), "工作日")]


def test_emphasis_in_markdown_is_no_mask() -> None:
    assert amounts("共检查**159家**。") == [("159家", Decimal(159), "家")]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("97.8％", "97.8%", True),
        ("97.80%", "百分之九十七点八", True),
        ("1.5万元", "15000元", True),
        ("1.5万", "15,000", True),
        ("20台（套）", "20台(套)", True),
        ("0.5个工作日", "0.5工作日", True),
        ("1240台", "1240家", False),
        ("159家", "159家次", False),
        ("3.5%", "3.53%", False),
        ("*户", "*户", False),
        ("*户", "5户", False),
    ],
)
def test_amounts_are_the_same_by_worth_and_unit_with_no_tolerance(
    one: str, other: str, *, same: bool
) -> None:
    assert same_amount(only(one), only(other)) is same
    assert same_amount(only(other), only(one)) is same
