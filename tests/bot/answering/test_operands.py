"""What a secretary would work out: what is left, sums behind a list, what a goal lacks."""

import pytest

from bot.answering.ask_lists import split_stages
from bot.answering.asks import FigureAsk, read_ask
from bot.answering.derivations import is_bare_total
from bot.answering.matching import best_matches, is_limited
from bot.answering.operands import find_left
from bot.answering.placed_statements import PlacedStatement, place_statements
from bot.answers import Answer, AnswerStatus
from bot.assistant.assistant import Assistant
from knowledge.retrieval.holdings import Holdings
from knowledge.retrieval.question import read_question
from knowledge.retrieval.question_asks import Ask
from knowledge.understanding.pipeline import understand
from tests.bot.sample_answers import faults_of
from tests.conftest import loaded_library

REPORT = """河湾县市场监督管理局2023年上半年工作总结
一、主要工作
（一）食品安全
完成食品监督抽检640批次，经检验628批次合格，12批次不合格，其中食用农产品抽检210批次。
检查食堂41家，发现隐患38处，整改31处。夜市摸排问题25个，整改20个，其余5个限期整改。
开展月饼过度包装专项整治，检查超市22家，立案2起。检查学校30所。
（二）培育龙头
共有18家企业申报省级龙头企业，26家企业申报市级龙头企业；初审通过省级龙头企业15家。
（三）执法办案
开展夏季农资专项行动，检查经营主体64家，立案3起。开展打假专项整治，检查经营主体35家，立案6起。
上半年罚没款120.5万元。查办移送司法机关案件*件。接到民生诉求*件，办结*件。出动执法人员320人次。
（四）登记和商标
新登记市场主体1,240户，其中企业310户、个体工商户930户。新增注册商标44件。
检查加油站12座、粮油店31家、眼镜店9家。
（五）特种设备和产品
全县在用电梯800台。完成90台老旧电梯体检，其中评为绿色40台、黄色30台。红牌小店由18家降到6家。
抽检电线80批次，不合格6批次。检查零售药店52家，立案4起。发展预备党员1名、积极分子1名。
上半年结案90件，其中食品案件占34%。
共有体系认证证书30张、产品认证证书12张、其他认证证书8张。获证组织20家，证书55张。
拥有国家优势企业2家、省级优势企业3家、市级试点企业9家。地下水开采量压减70万立方米，进出口总额8亿元。
查办价格案件21件，其中移送公安机关5件。排查行风问题8个，完成整改6个。
开展酒水广告整治，检查超市13家、酒楼4家。
抽检布料14批次，全部合格。走访企业31家，投入资金3万元，帮办实事7件。
统筹抽查任务44个，其中联合抽查任务20个，本部门任务9个，参加联合检查12个，完成9个。
党组中心组集中学习8次，开展集中学习10次，大讲堂4次。线上检查网站（网店）66户，检查网络经营者17户。
组织疫苗专项整治，检查接种点15家。建立并指导4家调解示范店。走访困难户26次，收到有效问卷70份。
开展信用修复500户，其中个体户修复300户。个体户年报率88.4%。
实施门面改善行动，投入19.3
二、下半年打算
全年新增注册商标100件。下半年检查眼镜店20家。
"""


@pytest.fixture(scope="module")
def placed() -> tuple[PlacedStatement, ...]:
    read = understand(REPORT, file="河湾县2023年上半年.txt", sha256="0")
    return place_statements(read.report, read.sections, read.statements)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("operands")
    (folder / "河湾县2023年上半年.txt").write_text(REPORT, encoding="utf-8")
    return Assistant(loaded_library(folder / "data", folder))


def ask(assistant: Assistant, question: str) -> Answer:
    answer = assistant.ask(f"河湾县2023年上半年{question}", this_year=2023)
    assert faults_of(answer) == []
    return answer


def read(question: str) -> FigureAsk:
    asks = read_question(question, Holdings(), 2023, lambda _phrase, _within=None: frozenset()).asks
    return read_ask(asks[0])


def left(question: str, placed: tuple[PlacedStatement, ...]) -> list[list[str]]:
    found = find_left(read(question), placed)
    return [[m.statement.figure.text for m in operands] for operands in found]


@pytest.mark.parametrize(
    ("question", "operands"),
    [
        ("食堂隐患还有几处没整改", [["38处", "31处"]]),
        ("食堂没整改完的隐患有多少处", [["38处", "31处"]]),
        ("夜市问题还有几个没整改", [["5个"]]),  # the report tells it itself
        ("省级龙头企业初审没过的有几家", [["18家", "15家"]]),
        ("民生诉求还有几件没办结", [["*件", "*件"]]),
        ("市级龙头企业初审没过的有几家", []),  # how many of them passed is not told
        ("电梯隐患还有几处没整改", []),
        ("食堂隐患有几处", []),  # asks for all of them
    ],
)
def test_what_is_left_is_told_or_worked_out_from_all_and_what_is_done(
    placed: tuple[PlacedStatement, ...], question: str, operands: list[list[str]]
) -> None:
    assert left(question, placed) == operands


@pytest.mark.parametrize(
    ("question", "formula"),
    [
        ("食堂隐患还有几处没整改", "38－31＝7处"),
        ("加油站 粮油店 眼镜店各查了几家，一共几家", ""),  # 座 and 家 are not added
        ("粮油店和眼镜店各查了几家，加起来多少", "31＋9＝40家"),
        ("新登记的企业和个体户各多少户，合计多少", "310＋930＝1240户"),
        ("新增商标离全年目标还差几件", "100－44＝56件"),
        ("查的粮油店和眼镜店哪个多，多几家", "31－9＝22家"),
        ("民生诉求还有几件没办结", ""),  # masked
        ("绿色黄色电梯各几台，加起来多少", "40＋30＝70台"),  # what all are of is no member
        ("绿的和黄的电梯加起来几台", "40＋30＝70台"),
        ("粮油、眼镜两条线一共查了几家店", "31＋9＝40家"),
        ("红牌小店减了多少家", "18－6＝12家"),
        ("红牌小店比原来少了多少家", "18－6＝12家"),
        ("电线抽检合格多少批次", "80－6＝74批次"),
        ("省级龙头企业初审通过率多少", "15÷18≈83.3%"),  # of those that applied
        ("查店那次，粮油店眼镜店拢共几家", "31＋9＝40家"),
        ("检查眼镜店离全年目标还差几家", ""),  # that goal is the second half's alone
    ],
)
def test_what_is_worked_out_is_shown_with_its_arithmetic(
    assistant: Assistant, question: str, formula: str
) -> None:
    answer = ask(assistant, question)
    assert [d.formula for d in answer.derived] == ([formula] if formula else [])


def test_a_total_that_the_report_tells_is_told_as_the_reports(assistant: Assistant) -> None:
    answer = ask(assistant, "新登记的企业和个体户各多少户，合计多少")
    assert "新登记市场主体1,240户" in answer.text
    assert "与报告写的合计一致" in answer.text
    assert "报告没有直接写这个合计" not in answer.text


def test_a_total_that_the_report_tells_otherwise_is_told_beside_the_sum(
    assistant: Assistant,
) -> None:
    answer = ask(assistant, "体系、产品、其他认证证书加起来多少张")
    assert "30＋12＋8＝50张，和报告另写的证书55张对不上" in answer.text


def test_a_part_that_names_what_was_done_goes_on_in_the_sentence_before(
    assistant: Assistant,
) -> None:
    answer = ask(assistant, "走访企业多少家，投了多少钱，帮大伙办了几件事")
    assert all(figure in answer.text for figure in ("31家", "3万元", "7件"))
    answer = ask(assistant, "走访企业多少家，罚了多少钱")
    assert "3万元" not in answer.text.partition("没")[0]


def test_of_several_of_one_thing_all_are_added(assistant: Assistant) -> None:
    answer = ask(assistant, "优势企业、试点企业一共几家")
    assert "2＋3＋9＝14家" in answer.text


def test_the_amount_of_a_change_that_is_named_is_told(assistant: Assistant) -> None:
    assert "70万立方米" in ask(assistant, "地下水少采了多少").text
    assert ask(assistant, "地下水有多少").status is AnswerStatus.NOT_FOUND


def test_what_goes_out_is_not_what_goes_both_ways(assistant: Assistant) -> None:
    assert ask(assistant, "出口额多少").status is AnswerStatus.NOT_FOUND
    assert "8亿元" in ask(assistant, "进出口总额多少").text


def test_what_is_not_done_of_all_is_worked_out_from_its_part(assistant: Assistant) -> None:
    assert "21－5＝16件" in ask(assistant, "没移送的价格案件有多少件").text
    assert "6÷8＝75%" in ask(assistant, "行风问题整改率是多少").text


def test_a_frame_tells_which_of_like_amounts_is_meant(assistant: Assistant) -> None:
    answer = ask(assistant, "酒水广告这块，查了超市、酒楼各多少家")
    assert "13家" in answer.text
    assert "22家" not in answer.text


def test_how_what_was_told_went_is_told_from_its_sentence(assistant: Assistant) -> None:
    answer = ask(assistant, "布料抽检了多少批，都合格吗")
    assert answer.text.endswith("抽检布料14批次，全部合格。[1]")


def test_a_share_that_the_report_tells_is_told(assistant: Assistant) -> None:
    answer = ask(assistant, "食品案件占结案的百分之几")
    assert "34%" in answer.text
    assert answer.derived == ()


def test_each_of_two_like_amounts_is_named(assistant: Assistant) -> None:
    text = ask(assistant, "发展预备党员和积极分子各几名").text
    assert "预备党员1名、" in text
    assert "积极分子1名" in text


def test_money_behind_a_line_of_work_is_not_that_of_the_whole_bureau(assistant: Assistant) -> None:
    text = ask(assistant, "药店立案多少起，罚了多少").text
    assert "4起" in text
    assert "120.5万元，原文" not in text


def test_whether_figures_add_up_is_answered_by_their_sum(assistant: Assistant) -> None:
    answer = ask(assistant, "新登记的企业和个体户各多少户，加起来是不是1240")
    assert "1240户，与报告写的合计一致" in answer.text
    assert "没有找到" not in answer.text


@pytest.mark.parametrize("part", ["一共多少", "总共几家", "合计多少例", "加起来多少"])
def test_a_part_that_only_sums_up_names_nothing_itself(part: str) -> None:
    assert is_bare_total(read_ask(Ask(part, "药店 诊所", "", part)))


@pytest.mark.parametrize("part", ["一共多少户企业", "总共检查几家", "合格率多少"])
def test_a_part_that_names_something_is_no_bare_total(part: str) -> None:
    assert not is_bare_total(read_ask(Ask(part, "", "", part)))


@pytest.mark.parametrize(
    ("part", "stages"),
    [
        ("食品抽检合格不合格各几批", ["合格", "不合格"]),
        ("农资案件立案结案各多少件", ["立案", "结案"]),
        ("食品抽检合格多少批", []),
    ],
)
def test_sides_that_stand_together_are_asked_each(part: str, stages: list[str]) -> None:
    asks = split_stages(Ask(part, "", "批", part))
    assert [one.terms[-1].word for one in asks] == stages


def test_a_condition_is_not_that_of_what_is_larger_than_all_it_holds(
    placed: tuple[PlacedStatement, ...],
) -> None:
    assert best_matches(read("食用农产品抽检不合格多少批次"), placed) == []
    (found,) = best_matches(read("食用农产品抽检多少批次"), placed)
    assert found.statement.figure.text == "210批次"


def test_what_several_campaigns_did_is_told_of_each_by_its_name(assistant: Assistant) -> None:
    text = ask(assistant, "检查经营主体多少家").text
    assert "夏季农资专项行动中的检查经营主体64家" in text
    assert "打假专项整治中的检查经营主体35家" in text


def test_the_parts_of_campaigns_are_never_added_up_as_a_total(assistant: Assistant) -> None:
    answer = ask(assistant, "全县一共立案多少起")
    for name in ("夏季农资专项行动中的", "打假专项整治中的", "月饼过度包装专项整治中的"):
        assert name in answer.text
    assert answer.derived == ()


def test_what_a_campaign_did_is_plainly_told_where_it_is_asked_for(assistant: Assistant) -> None:
    text = ask(assistant, "打假专项整治检查经营主体多少家").text
    assert "35家" in text
    assert "64家" not in text


@pytest.mark.parametrize(
    "question", ["重复诉求多少件", "恶意投诉多少件", "全县有多少执法人员", "全局有多少人"]
)
def test_a_word_that_no_statement_bears_out_is_no_answer(
    assistant: Assistant, question: str
) -> None:
    assert ask(assistant, question).status is AnswerStatus.NOT_FOUND


@pytest.mark.parametrize(
    "question", ["抽检电线多少批次，合格没？", "抽检布料和电线各多少批次，合格了吗？"]
)
def test_how_it_went_is_asked_of_what_stands_before_it_alone(
    assistant: Assistant, question: str
) -> None:
    answer = ask(assistant, question)
    assert "80批次" in answer.text
    assert "628" not in answer.text  # of food


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("酒水广告检查，超市、酒楼各查了几家", ["13家", "4家"]),  # no 超市 of another scene
        ("新登记市场主体企业几户，个体户几户", ["310户", "930户"]),
        ("粮油店这些店跑了多少家", ["31家"]),
        ("超市那回罚了几家", []),  # they were inspected
    ],
)
def test_a_scene_that_is_named_once_holds_for_all_that_is_asked(
    assistant: Assistant, question: str, figures: list[str]
) -> None:
    assert [one.amount for one in ask(assistant, question).figures] == figures


@pytest.mark.parametrize(
    ("question", "told", "untold"),
    [
        ("参加联合检查，完成的比例算出来是多少", ["75%", "12个", "9个"], ["抽查任务"]),
        ("国家级加省级，优势企业一共几家", ["5家"], ["10家"]),
        ("中心组学了几次，集中学了几次，大讲堂几次", ["8次", "10次", "4次"], []),
        ("网店查了多少户", ["66户"], ["17户"]),
        ("疫苗专项整治查出来多少个问题", ["没有找到"], []),
        ("调解示范店有几家", ["4家"], []),
        ("有效问卷收了多少份，行风那段", ["70份"], []),
        ("信用修复一共多少户，个体户占多少", ["500户"], ["88.4%"]),
        ("“亮剑”行动，查了多少家超市", ["没有找到"], []),
        ("国家的、省的、市的企业一共几家，拥有的", ["2家", "3家", "9家"], []),
    ],
)
def test_a_neighbour_of_the_same_unit_is_not_taken(
    assistant: Assistant, question: str, told: list[str], untold: list[str]
) -> None:
    text = ask(assistant, question).text
    assert [one for one in told if one not in text] == []
    assert [one for one in untold if one in text] == []


def test_a_number_that_ends_a_line_is_read_too(placed: tuple[PlacedStatement, ...]) -> None:
    asked = read("门面有多少家")
    bare = [one for one in placed if one.statement.figure.text == "19.3"]
    assert asked.standing
    assert [is_limited(asked, one) for one in bare] == [False]
