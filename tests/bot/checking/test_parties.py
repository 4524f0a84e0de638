"""Who does what to whom must be as the cited sentence says."""

import pytest

from bot.checking.checks import PassageChecker
from bot.checking.sources import GivenPassage
from knowledge.models import Bureau, Identity, Level, Report
from knowledge.understanding.periods import Period
from knowledge.understanding.sentences import Span

TEXT = (
    "发现隐患23条，向市局移交案源线索4件。夜查时发现2户网站售假，及时将线索报送公安局网安大队处理。"
    "配合省局开展飞行检查8家次。邀请第三方评估机构审查合同5份。县安委办通报表扬。"
    "不合格线索全部移交市局处理。邀请会计机构对区政府出台的6份文件进行审查。组织第三方机构巡查市场9个。"
    "责令青禾县石门烟花有限责任公司召回3件不合格产品。组织甲纺织、乙食品2家企业对其账目进行会诊。"
    "28家企业对全县5个科所打分。选派4名干部到先进县区跟班。"
)
BUREAU = Bureau("青禾县市场监督管理局", Level.COUNTY)


def stands(text: str) -> bool:
    report = Report("r1", "1.txt", "", Identity(BUREAU, Period(2023)), TEXT)
    checker = PassageChecker([GivenPassage(1, report, Span(0, len(TEXT)))])
    return not checker.check(f"{text}[1]。").faulty


@pytest.mark.parametrize(
    "text",
    [
        "将案源线索4件移交市局",
        "案源线索4件移交市局",
        "公安局网安大队处理线索",
        "公安局网安大队收到报送的线索",
        "第三方评估机构审查合同5份",
        "合同5份由第三方评估机构审查",
        "县安委办通报表扬",
        "配合省局开展飞行检查8家次",
        "不合格线索全部由市局处理",
        "区政府出台的6份文件由会计机构审查",
        "全县5个科所由28家企业打分",
        "4名干部被选派到先进县区跟班",
    ],
)
def test_a_party_may_be_told_first_or_last_in_its_own_part(text: str) -> None:
    assert stands(text)


@pytest.mark.parametrize(
    "text",
    [
        "市局移交案源线索4件",
        "公安局网安大队夜查时发现2户网站售假",
        "省局配合该局开展飞行检查8家次",
        "石门烟花有限责任公司召回3件不合格产品",
        "不合格线索由市局全部移交",
        "区政府对会计机构的6份文件进行审查",
        "第三方机构组织该局巡查市场9个",
        "甲纺织、乙食品2家企业对该局账目进行会诊",
        "全县5个科所给28家企业打分",
        "先进县区选派4名干部跟班",
    ],
)
def test_no_party_takes_the_part_of_another(text: str) -> None:
    assert not stands(text)
