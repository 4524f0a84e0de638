"""A library of invented reports that tell the same things in several units, and some masked."""

from collections.abc import Callable, Iterator

import pytest

from bot.ledger.gathering import LedgerRequest, gather
from bot.ledger.ledger import LedgerTable, build_tables
from knowledge.library import Library
from tests.conftest import loaded_library

REED, ROCK, MASKED = "芦苇县市场监管局", "磐石市市场监管局", "**县市场监管局"

REPORTS = {
    "芦苇县2022年.txt": """芦苇县市场监管局2022年工作总结

一、主要工作
（一）食品安全
全年完成食品监督抽检810批次，不合格20批次，合格率97.53%。检查餐饮单位640家次，立案31件。
（二）执法办案
全年立案120件，结案111件，罚没款0.5亿元。受理投诉举报980件。走访商户210家。
二、2023年工作打算
食品抽检900批次以上。
""",
    "芦苇县2023年上半年.txt": """芦苇县市场监管局2023年上半年工作总结

一、上半年工作
（一）食品安全
完成食品监督抽检430批次，不合格8批次，合格率98.14%。
（二）执法办案
上半年立案66件，罚没款35.5万元。受理投诉举报500余件，其中投诉450件、举报50件。走访商户120家。
""",
    "磐石市2022年.txt": """磐石市市场监管局2022年工作总结

一、主要工作
（一）食品安全
完成食品监督抽检5,200批次，合格率98.02%。
（二）执法办案
全市立案1,310件，罚没款1,620.5万元。受理投诉举报21,047件，其中投诉18,336件、举报2,721件。
其中食品类立案400件。
""",
    "隐去的县2022年.txt": """**县市场监管局2022年工作总结

一、主要工作
（一）食品安全
完成食品监督抽检**批次，合格率**%。在药品领域立案*件，在食品领域立案12件，在价格领域立案15件，结案9件。
（二）执法办案
罚没款*万元。
（三）信用监管
*户企业载入经营异常名录，*户个体户标记为经营异常状态。
强制检定计量器具*台（件）。
""",
}

Tables = Callable[..., dict[str, LedgerTable]]


@pytest.fixture(scope="session")
def ledger_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("ledger")
    for name, text in REPORTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    library = loaded_library(tmp_path_factory.mktemp("ledger-store"), folder)
    yield library
    library.close()


@pytest.fixture
def tables(ledger_library: Library) -> Tables:
    """The tables of a request, by name."""

    def made(*, with_single: bool = False, **request: str) -> dict[str, LedgerTable]:
        entries = gather(ledger_library, LedgerRequest(**request))
        return {t.name: t for t in build_tables(entries, with_single=with_single)}

    return made
