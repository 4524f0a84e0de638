"""Drafts over invented reports: one bureau with a plan, one without, one with masks."""

from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache

import pytest

from bot.compositions import Draft
from bot.drafting.drafting import draft_plan
from bot.drafting.request import PlanRequest
from knowledge.library import Library
from tests.bot.drafting.planned import own_draft
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

# A plan of one paragraph; one whose parts are sentences; problems told within the plan.
ODD_PLANS = {
    "云溪县2024年.txt": """云溪县市场监管局2024年工作总结

一、工作情况
全年新登记经营主体2,816户，立案118件，罚没款96万元。受理投诉举报1,204件。使用年限较长的老旧电梯完成评估41台。

二、下一步工作打算
2025年，我局将紧扣全县中心工作，以服务发展为主线，重点抓好以下工作：持续推进“一件事”改革，力争新增经营主体3000户；推进22台老旧电梯更新改造；聚焦农资、成品油等领域加大执法力度，做到有案必查。
""",
    "安澜区2023年.txt": """安澜区市场监管局2023年工作总结和2024年工作计划

一、2023年工作情况
（一）执法办案。全年立案302件。

二、2024年工作计划
（一）坚决守牢安全底线
1.食品安全方面。完成食品抽检2,400批次；新建“明厨亮灶”单位120家。
2.特种设备方面。上半年完成300台电梯物联网接入。
（二）着力服务高质量发展
1.推进知识产权转化运用，力争专利质押融资突破3亿元。
2.开展计量惠民行动，对集贸市场计量器具实施免费检定。
（三）依法规范市场秩序
1.深化“铁拳”行动，聚焦民生热点查办一批大要案。
2.围绕陶瓷、茶叶、竹编等产业开展质量提升行动。
（四）锻造高素质监管队伍
1.培养专业检查员26名。
""",
    "青石区2024年上半年.txt": """青石区市场监管局2024年上半年重点工作完成情况

一、主要工作情况
（一）食品安全。检查学校食堂92家。
二、下半年工作安排
1.持续抓好“放心餐桌”项目，11月底前改造农贸市场2个。
2.深化电梯安全筑底行动，年底前完成*台老旧电梯更新。
3.加快知识产权服务中心建设，开展专利开放许可试点。
""",
    "石桥县2024年上半年.txt": """石桥县市场监管局2024年上半年工作汇报

一、上半年工作情况
（一）稳住经营主体。新增经营主体806户。

二、下半年工作打算
（一）在保安全上再加压。农村聚餐监管力量薄弱。下半年将推行乡厨积分管理，规范食品摊贩备案。
（二）在强执法上再加码。下半年将实行所长包案制度，全年立案90件以上。开展“标准进企业”活动，推进标准化试点建设，争创省级标准化示范区，扩大地理标志用标范围。
（三）在抓队伍上再加劲。编制空缺9个。下半年将健全所长季度述职机制，整治庸懒散现象。
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

    def draft_for(bureau: str, topic: str = "", period: str = "", length: str = "") -> Draft:
        return own_draft(library, PlanRequest(bureau, topic, period, length))

    return draft_for


@pytest.fixture(scope="session")
def odd_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Reports whose plans are not laid out as most are; not to be written to."""
    folder = tmp_path_factory.mktemp("odd")
    for name, text in ODD_PLANS.items():
        (folder / name).write_text(text, encoding="utf-8")
    found = loaded_library(tmp_path_factory.mktemp("odd_store"), folder)
    yield found
    found.close()


PEOPLE = """长坪县市场监管局2023年工作总结

一、工作情况
（一）执法办案。全年立案46件。

二、存在问题
一是执法力量弱。部分市场监管所只有一名正式人员。

三、2024年工作打算
（一）提升履职能力。深入开展各类业务培训，提升监管执法能力。
（二）优化准入服务。推广企业开办全程网办。
（三）强化执法办案。深入推进民生领域“铁拳”行动。
"""
SLIP = """长坪县市场监管局2023年工作总结

一、工作情况
（一）计量监管。检查集贸市场8个。

二、2024年工作打算
（一）加强计量监管。完善集贸市场公平称的设置，规范市场计量行为。
"""
SISTER = """泉山区市场监管局2023年工作总结

一、工作情况
（一）食品安全。检查餐饮单位20家。

二、2024年工作打算
（一）加强食品监管。靠实食品安全主体责任，加强食品安全宣传引导。
"""
HEADINGS = """长坪县市场监管局2023年工作总结

一、工作情况
（一）建设质量强县。加大《质量强国纲要》宣贯。发放宣传资料3000份。加强干部队伍建设。建立干部学法制度，组织学法活动6次。以商场、宾馆为重点，持续开展燃气具质量整治，检查门店40家。

二、2024年工作打算
（一）扎实推进质量强县。深入开展质量提升行动，强化企业主体地位，提升产品质量。
（二）优化准入服务。推广企业开办全程网办。
（三）加强队伍建设。开展业务培训，提升干部能力。
"""
MASKS = """长坪县市场监管局2023年工作总结

一、工作情况
（一）食品药品安全。完成食品监督抽检**批次。检查药店83家。

二、2024年工作打算
（一）守牢安全底线。深入开展食品药品安全专项整治，严守安全底线。
"""
FOOD = """长坪县市场监管局2023年工作总结

一、工作情况
（一）食品安全。检查餐饮单位30家。

二、2024年工作打算
（一）加强食品监管。继续开展农村食品专项整治。
"""


@pytest.fixture(scope="session")
def draft_over(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Draft]:
    """Drafts the plan of 长坪县 over some reports, once over the same."""

    @cache
    def draft_for(*texts: str) -> Draft:
        folder = tmp_path_factory.mktemp("noted")
        for n, text in enumerate(texts):
            (folder / f"{n}.txt").write_text(text, encoding="utf-8")
        with closing(loaded_library(folder / "data", *folder.glob("*.txt"))) as found:
            return draft_plan(found, PlanRequest("长坪县", length="长"))

    return draft_for


@pytest.fixture
def draft_of_few(draft_over: Callable[..., Draft]) -> Draft:
    """The plan of a bureau with too few people that plans training."""
    return draft_over(PEOPLE)


@pytest.fixture
def draft_of_headings(draft_over: Callable[..., Draft]) -> Draft:
    """The plan of a bureau whose report has bare headings and things done once."""
    return draft_over(HEADINGS)


@pytest.fixture
def draft_of_masks(draft_over: Callable[..., Draft]) -> Draft:
    """The plan of a bureau that hides most of its figures."""
    return draft_over(MASKS)


@pytest.fixture
def draft_with_slip(draft_over: Callable[..., Draft]) -> Draft:
    """The plan of a bureau that misspells a name of the field."""
    return draft_over(SLIP)


@pytest.fixture
def draft_from_sister(draft_over: Callable[..., Draft]) -> Draft:
    """The plan of a bureau whose sister speaks the words of her province."""
    return draft_over(FOOD, SISTER)
