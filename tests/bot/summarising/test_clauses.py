import pytest

from bot.summarising.belonging import lines_of_work
from bot.summarising.clauses import DigestClause, DigestClauseReader, closure
from bot.summarising.units import is_announcing, units_of
from tests.bot.summarising.readings import reading


def clauses(sentence: str, kind: str = "工作情况") -> list[tuple[str, DigestClause]]:
    """The clauses of one sentence under a heading, each with its words."""
    read = reading(f"一、{kind}\n{sentence}\n")
    units = units_of(read)
    unit = next(u for u in units if not u.headline)
    found = DigestClauseReader(read, units, lines_of_work(units)).read(unit)
    return [(read.report.text[slice(*clause.span)], clause) for clause in found]


def worth(sentence: str, kind: str = "工作情况") -> float:
    return max(clause.worth for _, clause in clauses(sentence, kind))


def needed(sentence: str, words: str) -> list[str]:
    """The clauses that one is told with."""
    found = clauses(sentence)
    place = next(n for n, (text, _) in enumerate(found) if text == words)
    return [found[n][0] for n in sorted(closure([c for _, c in found], place))]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("完成食品抽检320批次。", "获证组织40家。"),
        ("立案77件。", "发展预备党员1名。"),
        ("全省首家快检驿站挂牌。", "快检驿站已经挂牌。"),
        ("案件查办数位居全市第一。", "案件查办力度不断加大。"),
        ("荣获全省先进集体称号。", "参加全省工作会议。"),
        ("近三年未发生重大食品安全事故。", "持续抓好食品安全工作。"),
        ("检查药店120家。", "发放宣传资料120份。"),
        ("完成抽检320批次。", "深入贯彻会议精神。"),
    ],
)
def test_a_chief_reads_the_first_before_the_second(first: str, second: str) -> None:
    assert worth(first) > worth(second)


def test_what_is_masked_alone_is_worth_less_than_nothing() -> None:
    assert worth("检查药店*家。") < 0
    assert all(clause.hidden for _, clause in clauses("检查药店*家，立案**件。"))


def test_of_amounts_of_one_indicator_the_greatest_leads() -> None:
    text = (
        "一、工作\n（一）特种设备\n检查电梯单位9家。受理投诉举报3件。\n"
        "（二）消费维权\n受理投诉举报805件。\n"
    )
    read = reading(text)
    units = units_of(read)
    leading = DigestClauseReader(read, units, lines_of_work(units)).leading
    assert leading["投诉举报受理"].figure.text == "805件"


@pytest.mark.parametrize(
    ("sentence", "words", "told"),
    [
        (
            "完成食品抽检320批次，不合格7批次，合格率97.8%。",
            "合格率97.8%",
            ["完成食品抽检320批次", "合格率97.8%"],
        ),
        ("检查药店12家，查处案件3件。", "查处案件3件", ["查处案件3件"]),
        (
            "受理举报86件，其中电话62件、来信9件。",
            "来信9件",
            ["受理举报86件", "其中电话62件", "来信9件"],
        ),
        ("检查药店12家、诊所9家。", "诊所9家", ["检查药店12家", "诊所9家"]),
        (
            "由于成本增加，部分商户歇业，转企意愿不强。",
            "部分商户歇业",
            ["由于成本增加", "部分商户歇业"],
        ),
    ],
)
def test_a_clause_is_told_with_what_it_takes_its_subject_from(
    sentence: str, words: str, told: list[str]
) -> None:
    assert needed(sentence, words) == told


def test_honours_in_a_list_can_be_told_one_by_one() -> None:
    texts = [text for text, _ in clauses("荣获全省先进集体、全市先进单位、全县优秀集体等荣誉。")]
    assert texts == ["荣获全省先进集体", "全市先进单位", "全县优秀集体等荣誉"]


def test_a_comma_in_a_number_or_in_brackets_parts_nothing() -> None:
    texts = [text for text, _ in clauses("新增主体3,742户（其中企业5户，合作社2户），同比增长9%。")]
    assert texts == ["新增主体3,742户（其中企业5户，合作社2户）", "同比增长9%"]


def test_what_leads_to_a_list_or_signs_is_not_told() -> None:
    announcing = [
        u.text
        for u in units_of(reading("现将有关情况报告如下：\n2023年6月8日\n"))
        if is_announcing(u)
    ]
    assert announcing == ["现将有关情况报告如下：", "2023年6月8日"]
    assert not any(is_announcing(u) for u in units_of(reading("完成抽检320批次。")))


def test_a_rate_is_told_with_whose_it_is() -> None:
    text = "小餐饮从业人员已全部完成体检，二次体检率98%。"
    assert needed(text, "二次体检率98%") == ["小餐饮从业人员已全部完成体检", "二次体检率98%"]
    assert needed("检查小餐饮9家，二次体检率98%。", "二次体检率98%") == ["二次体检率98%"]
