"""Drafts over invented reports: one bureau with a plan, one without, one with masks."""

from collections.abc import Callable, Iterator

import pytest

from bot.compositions import Draft
from bot.plan import PlanRequest, draft_plan
from knowledge.library import Library
from tests.conftest import loaded_library

REPORTS = {
    "溪口县2023年上半年.txt": """溪口县市场监管局2023年上半年工作总结

一、上半年工作情况
（一）食品安全。检查学校食堂46家、餐饮单位318家，责令改正27家。完成食品抽检412批次，合格率97.3%。开展农村食品专项整治，共检查小卖部120家。
（二）消费维权。受理投诉举报702件，为消费者挽回经济损失41.5万元。
（三）执法办案。上半年立案146件，结案131件，已移送公安机关3件。荣获全市先进单位。

二、存在的问题
（一）食品检测能力不强。食品快检设备老旧，送修一次要等两周。
（二）执法人员*名。

三、下半年工作打算
（一）加强食品监管，守牢安全底线。下半年完成食品抽检500批次。更新食品快检设备，提升食品检测能力，让群众吃得放心。对上半年发现问题的餐饮单位开展“回头看”。
（二）优化准入服务，激发主体活力。推广企业开办全程网办，培育“个转企”*户。10月底前建成登记注册服务专区。
（三）强化执法办案，规范市场秩序。深入推进民生领域“铁拳”行动，严厉打击假冒伪劣违法行为。今年已查办案件146件。
""",
    "柳林区2023年.txt": """柳林区市场监管局2023年工作总结

一、工作开展情况
（一）食品安全。检查餐饮单位200家、小作坊30家。
（二）登记注册。新登记市场主体1,200户。
""",
    "未注明期间.txt": """石塘县市场监管局工作总结

一、工作情况
（一）药品安全。检查药店83家、诊所129家，立案9件。
""",
    "**市2023年.txt": """**市市场监管局2023年工作总结

一、工作情况
全年立案*件。

二、2024年工作打算
（一）加强特种设备安全监管。深入开展电梯安全隐患排查整治。对柳河镇液化气站开展专项检查。
（二）推进放心消费创建。完善消费纠纷多元化解机制，培育放心消费示范店50家。指导恒泰公司建立先行赔付制度。畅通消费者投诉举报渠道。
（三）提升服务水平。持续优化企业登记注册流程。
""",
}

Drafting = Callable[..., Draft]


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Three reports of three bureaus; not to be written to."""
    folder = tmp_path_factory.mktemp("planned")
    paths = []
    for name, text in REPORTS.items():
        paths.append(folder / name)
        paths[-1].write_text(text, encoding="utf-8")
    found = loaded_library(folder / "data", *paths)
    yield found
    found.close()


@pytest.fixture(scope="session")
def draft(library: Library) -> Drafting:
    """Drafts a plan: ``draft("溪口县", topic="食品安全")``."""

    def drafted(bureau: str, topic: str = "", period: str = "", length: str = "") -> Draft:
        return draft_plan(library, PlanRequest(bureau, topic, period, length))

    return drafted
