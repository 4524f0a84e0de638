"""Reports of our own writing, read as the store would read them."""

from bot.summarising.units import Reading, Unit, units_of
from knowledge.models import Bureau, Identity, Report
from knowledge.understanding.figures import find_figures
from knowledge.understanding.outline import read_outline
from knowledge.understanding.periods import parse_period
from knowledge.understanding.statements import read_statements

BUREAU, PERIOD = "松溪县市场监管局", "2023年上半年"

FULL = """松溪县市场监管局2023年上半年工作总结

2023年上半年，松溪县市场监管局以上级会议精神为指导，提高政治站位，推动各项工作再上新台阶。现将情况报告如下：
一、主要工作
（一）放宽准入，服务主体成长
高度重视营商环境工作，牢固树立服务意识。上半年新登记市场主体1,204户，同比增长9.3%。办照窗口延时服务36次，全县首家“一窗办”网点挂牌。
（二）守住底线，保障民生安全
一是严管食品安全。完成食品抽检320批次，合格率97.8%。检查学校食堂*家、餐饮单位**家。推进“食安课堂”进社区。
二是严管特种设备。检查电梯使用单位58家，消除隐患41处。
三是严管产品质量。抽检工业产品24批次，不合格2批次。
（三）公正执法，维护市场秩序
上半年立案77件，结案70件，罚没款45.6万元。食品、药品、广告等领域一并巡查。完成食品抽检320批次，合格率97.8%。
二、存在的问题
（一）人手偏紧。一线执法人员只有17人，人均要管六百多户。
（二）设备老旧。快检设备已用9年。
三、下半年打算
（一）建好快检室。年底前建成乡镇快检室3个，食品抽检不少于350批次。
（二）整治老旧电梯。对全县老旧电梯逐台评估。
"""

MASKED = """**县市场监管局2023年上半年工作总结
一、上半年工作
（一）食品安全
完成食品抽检*批次，查处案件**件，罚没款*万元。检查餐饮单位***家次。
（二）药品安全
检查药店*家，立案*件。
二、下半年工作
继续抓好食品安全和药品安全。
"""

UNHEADED = "新登记市场主体62户。完成食品抽检18批次，合格率94.4%。立案3件，罚没款1.2万元。"

RUN_IN_ONLY = (
    "一是严把准入关。上半年新登记市场主体62户，同比增长3.1%。"
    "二是严守安全关。检查药店12家，立案2件。"
    "三是严管价格关。检查停车场9家，退还多收费用3,400元。"
)


def reading(text: str, bureau: str = BUREAU, period: str = PERIOD) -> Reading:
    """A report of a text."""
    identity = Identity(Bureau(bureau) if bureau else None, parse_period(period))
    report = Report(f"id-{hash((text, bureau, period))}", "f.txt", "sha", identity, text)
    sections, figures = read_outline(text), find_figures(text)
    statements = read_statements(text, sections, figures, report.identity.period)
    return Reading(report, sections, figures, statements)


def units(text: str) -> list[Unit]:
    """A text's units."""
    return units_of(reading(text))


def rests_on(text: str, quotes: str, bureau: str = BUREAU, period: str = PERIOD) -> bool:
    """Whether the characters of a point stand in its quotes in their order, names set aside."""
    for name in (f"{period}，", bureau, bureau.removesuffix("市场监管局")):
        text = text.replace(name, "")
    told = iter(c for c in quotes if c.isalnum() or c == "*")
    return all(c in told for c in text if c.isalnum() or c == "*")
