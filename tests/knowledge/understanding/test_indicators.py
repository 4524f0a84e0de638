"""Which indicator a statement is of; the sentences are of bureaus that do not exist."""

from pathlib import Path

import pytest

from knowledge.errors import DataFileError
from knowledge.models import Statement
from knowledge.understanding.indicators import (
    IndicatorCatalogue,
    indicator_catalogue,
    plain_unit,
)
from knowledge.understanding.pipeline import understand
from knowledge.understanding.topics import topics
from knowledge.vocabulary import load_vocabulary

CATALOGUE = indicator_catalogue()


def statements_of(sentence: str) -> tuple[str, tuple[Statement, ...]]:
    text = f"青禾县市场监管局2023年工作总结\n\n一、主要工作\n{sentence}\n"
    return text, understand(text, file="a.txt", sha256="").statements


def names_in(sentence: str) -> dict[str, str]:
    """The figures of a sentence, each with the indicator that it is of, empty for none."""
    text, statements = statements_of(sentence)
    found = {s.figure.text: CATALOGUE.find(s, text) for s in statements}
    return {figure: indicator.name if indicator else "" for figure, indicator in found.items()}


# -- the data file


def test_the_catalogue_names_some_eighty_indicators_once_each() -> None:
    names = [name for indicator in CATALOGUE.indicator for name in indicator.names]
    assert len(CATALOGUE.indicator) >= 80
    assert not [name for name in names if names.count(name) > 1]


def test_every_indicator_is_of_a_line_of_work() -> None:
    lines = {topic.name for topic in topics()}
    assert not {indicator.topic for indicator in CATALOGUE.indicator} - lines


def test_every_indicator_is_counted_in_something() -> None:
    assert all(
        i.unit and i.subject and plain_unit(u) == u for i in CATALOGUE.indicator for u in i.unit
    )


def test_a_file_without_units_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "indicators.toml"
    path.write_text(
        "[spelling]\n[reading]\nneutral = []\npart = []\ncompared = []\neach = []\ntrivial = []\n"
        '[[indicator]]\nname = "甲"\n'
    )
    with pytest.raises(DataFileError, match="indicator"):
        load_vocabulary(IndicatorCatalogue, path)


# -- statements


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        (
            "完成食品监督抽检810批次，合格790批次，不合格20批次，合格率97.53%。",
            {
                "810批次": "食品抽检批次",
                "790批次": "",
                "20批次": "食品抽检不合格批次",
                "97.53%": "食品抽检合格率",
            },
        ),
        (
            "新登记经营主体5,210户，其中企业1,050户、个体户4,120户，同比增长7.5%。",
            {
                "5,210户": "新登记市场主体",
                "1,050户": "新登记企业",
                "4,120户": "新登记个体工商户",
                "7.5%": "",
            },
        ),
        (
            "全年立案210件，结案198件，罚没款130.5万元，移送公安机关3件。",
            {
                "210件": "立案",
                "198件": "结案",
                "130.5万元": "罚没款",
                "3件": "移送公安机关",
            },
        ),
        (
            "受理投诉举报2,120件，其中投诉1,900件、举报220件，为消费者挽回经济损失88万元。",
            {
                "2,120件": "投诉举报受理",
                "1,900件": "投诉受理",
                "220件": "举报受理",
                "88万元": "挽回经济损失",
            },
        ),
        ("检查零售药店86家、医疗机构132家。", {"86家": "检查药店", "132家": "检查医疗机构"}),
        ("检查药房86家。", {"86家": "检查药店"}),
        (
            "全县在用特种设备1,310台，其中电梯402台、锅炉66台。",
            {"1,310台": "特种设备台数", "402台": "电梯台数", "66台": ""},
        ),
        ("专利授权120件，其中发明专利11件。", {"120件": "专利授权", "11件": "发明专利授权"}),
        ("强制检定计量器具1,450台（件）。", {"1,450台（件）": "强制检定计量器具"}),
        ("新增市场主体*户，企业年报率**%。", {"*户": "新登记市场主体", "**%": "企业年报率"}),
    ],
)
def test_a_statement_is_of_the_indicator_that_its_words_bear_out(
    sentence: str, names: dict[str, str]
) -> None:
    assert names_in(sentence) == names


@pytest.mark.parametrize(
    "sentence",
    [
        "食用农产品抽检90批次。",  # a narrower sampling has an indicator of its own
        "化妆品抽检4批次。",
        "食品抽检不合格12批次。",
        "食品抽检问题处置率100%。",
        "组织食品抽检培训3次。",
        "食品抽检批次增长12%。",
    ],
)
def test_a_neighbour_of_an_indicator_is_not_of_it(sentence: str) -> None:
    assert "食品抽检批次" not in names_in(sentence).values()
    assert "食品抽检合格率" not in names_in(sentence).values()


@pytest.mark.parametrize(
    "sentence",
    ["检查民宿、药店等经营单位188家。", "检查药店、餐馆共90家。", "食品、药品抽检310批次。"],
)
def test_a_figure_of_several_things_is_of_none_of_them(sentence: str) -> None:
    assert set(names_in(sentence).values()) == {""}


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        (
            "检查药品批发企业3家，药品零售企业120家，使用单位80家。",
            {"3家": "", "120家": "检查药店", "80家": ""},
        ),
        ("检查使用单位80家。", {"80家": "检查特种设备使用单位"}),
        ("检查电梯使用单位80家。", {"80家": ""}),
        (
            "全年检定计量器具560台件，其中强制检定410台件。",
            {"560台件": "检定计量器具", "410台件": "强制检定计量器具"},
        ),
        ("检查食品生产经营单位560家。", {"560家": "检查食品生产经营单位"}),
        ("检查食品经营单位340家。", {"340家": "检查食品经营单位"}),
        ("完成省级食品抽检120批次。", {"120批次": ""}),
        ("抽检食品生产企业产品80批次。", {"80批次": ""}),
        ("农产品快速检测340批次。", {"340批次": ""}),
        (
            "企业开办时间由1天压缩至0.5天，注销公示期由45天压缩至20天。",
            {"1天": "", "0.5天": "企业开办用时", "45天": "", "20天": ""},
        ),
        (
            "药品抽检50批次，医疗器械抽检4批次和化妆品抽检6批次。",
            {"50批次": "药品抽检批次", "4批次": "医疗器械抽检批次", "6批次": "化妆品抽检批次"},
        ),
        ("食品安全抽检4.2批次/千人。", {"4.2批次": ""}),
        ("注册登记特种设备260台。", {"260台": ""}),
        ("公示行政处罚案件120件。", {"120件": ""}),
        ("为企业挽回经济损失80万元。", {"80万元": ""}),
        ("大型企业年报率100%。", {"100%": ""}),
        ("股权质押融资3,200万元。", {"3,200万元": ""}),
        ("检查医疗机构收费情况12家。", {"12家": ""}),
        ("检查学校食堂60家、幼儿园食堂30家。", {"60家": "检查学校食堂", "30家": ""}),
        ("全县市场主体达到2.8万户。", {"2.8万户": "市场主体总量"}),
        ("特种设备检验率98.1%。", {"98.1%": "特种设备检验率"}),
        ("电梯定期检验率98.7%。", {"98.7%": "电梯定期检验率"}),
        ("移送司法机关3件。", {"3件": "移送司法机关"}),
        ("移送公安机关3件。", {"3件": "移送公安机关"}),
        ("查处各类案件88件。", {"88件": "查办案件"}),
        ("企业设立登记平均用时4小时。", {"4小时": "企业登记用时"}),
        ("企业开办时间0.5个工作日。", {"0.5个工作日": "企业开办用时"}),
        ("监测互联网广告4万条次。", {"4万条次": "互联网广告监测"}),
        ("监测各类广告4万条次。", {"4万条次": "广告监测"}),
        ("检查特种设备相关单位76家。", {"76家": ""}),
        ("检查疾控机构及疫苗接种单位12家。", {"12家": ""}),
        ("申请发明专利30件。", {"30件": ""}),
        ("新增物流企业25家。", {"25家": ""}),
        ("新设外资企业40家。", {"40家": ""}),
        ("日均新设企业30户。", {"30户": ""}),
        ("人均监管市场主体总量580户。", {"580户": ""}),
        ("注销吊销市场主体310户。", {"310户": ""}),
        ("开展理发店“双随机、一公开”检查35家。", {"35家": ""}),
        ("“双随机、一公开”抽查市场主体350户。", {"350户": "双随机检查户数"}),
        ("随机抽取检查对象350户。", {"350户": "双随机检查户数"}),
    ],
)
def test_each_of_two_neighbours_has_its_own_name_or_none(
    sentence: str, names: dict[str, str]
) -> None:
    assert names_in(sentence) == names


def test_a_part_of_the_new_entities_is_of_its_kind_alone() -> None:
    assert names_in("新增市场主体900户，其中企业200户、私营企业150户。") == {
        "900户": "新登记市场主体",
        "200户": "新登记企业",
        "150户": "",
    }


def test_a_money_amount_without_its_yuan_is_still_what_was_fined() -> None:
    assert names_in("全年立案20件，罚没款*万。") == {"20件": "立案", "*万": "罚没款"}


def test_what_another_period_counted_is_not_this_ones() -> None:
    assert names_in("办理各类案件231件，较上年的210件增加21件。") == {
        "231件": "查办案件",
        "210件": "",
        "21件": "",
    }


def test_a_rate_of_the_other_side_is_no_pass_rate() -> None:
    assert names_in("食品抽检不合格率2.4%。") == {"2.4%": ""}


def test_a_figure_in_another_unit_is_of_no_indicator() -> None:
    assert names_in("食品监督抽检投入经费30万元。") == {"30万元": ""}


def test_what_a_clause_says_before_its_figure_counts_too() -> None:
    assert names_in("新增发明专利6件。") == {"6件": "发明专利授权"}
    assert names_in("现有发明专利33件。") == {"33件": "有效发明专利"}
    assert names_in("线下无理由退货承诺店发展到71家。") == {"71家": "无理由退货承诺店总数"}
    assert names_in("发展线下无理由退货承诺店38家。") == {"38家": "发展无理由退货承诺店"}


# -- names of their own


def own_names(sentence: str) -> list[str]:
    return [CATALOGUE.own_name(statement) for statement in statements_of(sentence)[1]]


def test_like_names_meet() -> None:
    assert (
        own_names("走访经营主体45家。") == own_names("全年走访市场主体50家。") == ["走访市场主体"]
    )


def test_a_name_of_its_own_keeps_condition_and_measure() -> None:
    assert own_names("检查眼镜店51家，责令改正3家。") == ["检查眼镜店", "检查眼镜店责令改正"]
    assert own_names("消费纠纷调解成功率88.4%。") == ["消费纠纷调解成功率"]


def test_a_name_of_its_own_says_nothing_twice() -> None:
    assert own_names("查扣不合格化肥21吨。") == ["查扣不合格化肥"]
    assert own_names("检查药店、餐馆共90家。") == ["检查药店、餐馆"]


# -- what people call them


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("食品抽检合格率", ["食品抽检合格率"]),
        ("食品监督抽检合格率", ["食品抽检合格率"]),
        ("立案", ["立案"]),
        ("罚没金额", ["罚没款"]),
        ("新增经营主体", ["新登记市场主体"]),
        ("个转企", ["个转企"]),
        ("“个转企”", ["个转企"]),
        ("年报率", ["企业年报率", "个体工商户年报率", "农民专业合作社年报率"]),
        ("没有这个", []),
        ("率", []),
        ("", []),
    ],
)
def test_indicators_are_found_by_what_people_call_them(words: str, names: list[str]) -> None:
    assert [indicator.name for indicator in CATALOGUE.find_by_name(words)] == names
