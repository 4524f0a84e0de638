import pytest

from bot.summarising.weighing import is_announcing, weight
from tests.bot.summarising.readings import units


def worth(sentence: str, kind: str = "工作情况") -> float:
    found = [u for u in units(f"一、{kind}\n{sentence}\n") if not u.headline]
    assert len(found) == 1
    return weight(found[0])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("完成抽检320批次，合格率97.8%。", "深入贯彻会议精神，提高政治站位，统一思想认识。"),
        ("完成抽检320批次，合格率97.8%。", "完成抽检*批次，开展专项整治行动多次。"),
        ("完成抽检*批次，立案**件。", "认真开展抽检工作，推动监管取得明显成效。"),
        ("全省首家快检驿站挂牌，居民随到随检。", "快检驿站已经挂牌，居民随到随检。"),
        ("荣获全省先进集体称号。", "参加全省工作会议。"),
        ("年底前建成快检室3个。", "建成快检室3个，运行平稳有序。"),
        ("立案77件，罚没款45.6万元。", "发放宣传资料77份，张贴标语45条。"),
        ("检查药店120家，立案12件。", "其中检查药店120家，立案12件。"),
    ],
)
def test_a_chief_reads_the_first_before_the_second(first: str, second: str) -> None:
    assert worth(first) > worth(second)


def test_a_slogan_is_worth_less_than_nothing() -> None:
    assert worth("牢固树立服务意识，高度重视各项工作，以会议精神为指导。") < 0


def test_the_headings_of_problems_are_what_is_read() -> None:
    headings = [u for u in units("一、存在问题\n（一）人手偏紧。只有17人。\n") if u.headline]
    done = [u for u in units("一、工作情况\n（一）抓好抽检。只有17批次。\n") if u.headline]
    assert weight(headings[-1]) > 0 > weight(done[-1])


def test_what_leads_to_a_list_announces() -> None:
    assert is_announcing(units("现将有关情况报告如下：")[0])
    assert not is_announcing(units("完成抽检320批次。")[0])
