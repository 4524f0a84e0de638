"""A draft's arithmetic: parts and totals, rates and counts, changes and values."""

import pytest

from tests.bot.proofreading.conftest import Checked, shown

SOUND = (
    "发现问题54个，整改50个，整改率92.6%。",
    "抽检50批次，不合格7批次，合格率86%。",
    "受理投诉650件，按时办结645件，按时办结率100%。",
    "罚没款452万元，比上年的406万元增长11.3%。",
    "排查隐患44条，其中已整改42条、正在整改2条。",
    "立案90件。其中，食品类40件、药品类30件。",
    "立案90件，结案80件。其中，食品类40件、药品类30件、其他类10件。",
)


@pytest.mark.parametrize("text", SOUND)
def test_what_comes_out_passes(check: Checked, text: str) -> None:
    assert not shown(check(text, period="2021年"), "sums")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("检查食品店30家、药店40家，共80家。", "30家、药店40家，共80家"),
        ("抽检工业产品50批次，合格43批次，合格率88%。", "50批次，合格43批次，合格率88%"),
        ("受理投诉由120件增加到180件，增长60%。", "120件增加到180件，增长60%"),
        ("发现问题54个，整改50个，整改率100%。", "54个，整改50个，整改率100%"),
        ("受理投诉650件，办结645件，办结率98.2%。", "650件，办结645件，办结率98.2%"),
        ("罚没款452万元，比上年的406万元增长15.1%。", "452万元，比上年的406万元增长15.1%"),
        ("排查隐患44条，其中已整改42条、正在整改3条。", "44条，其中已整改42条、正在整改3条"),
        ("发现问题72个，已整改69个，剩余5个正在整改。", "72个，已整改69个，剩余5个"),
        ("抽检50批次，检出不合格7批次，合格率88%。", "50批次，检出不合格7批次，合格率88%"),
        ("立案90件。其中，食品类40件、药品类30件、其他类25件。", "40件、药品类30件、其他类25件"),
        ("抽检90批次；其中生产环节60批次、流通环节40批次。", "60批次、流通环节40批次"),
    ],
)
def test_sums_rates_and_changes_that_do_not_come_out_are_certain(
    check: Checked, text: str, words: str
) -> None:
    assert shown(check(text, period="2021年"), "sums") == [f"!{words}"]
