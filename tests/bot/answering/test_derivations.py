"""What is worked out from cited figures, and what is not."""

import re

import pytest

from bot.answers import Answer, AnswerStatus
from bot.assistant.assistant import Assistant
from tests.bot.sample_answers import faults_of
from tests.conftest import loaded_library

REPORTS = {
    "河湾县2023年.txt": """河湾县市场监督管理局2023年工作总结
一、主要工作
（一）食品安全
完成食品监督抽检640批次，合格率98.1%。
（二）药品安全
检查零售药店96家、诊所143家、医院*家。
（三）执法办案
立案210件，结案188件，罚没款150.5万元。
（四）登记注册
新登记市场主体2,360户，其中企业512户、个体工商户1,848户。企业年报率94.2%。
（五）产品质量
工业产品共抽检80批次，不合格6批次。接待群众咨询300余人次，接待企业咨询120人次。
（六）特种设备
登记特种设备900台，其中锅炉61台、电梯700台、叉车139台。检查加油站20家，其中16家公开承诺。
食品经营许可时限由15天压减为6天。
（七）知识产权
拥有发明专利40件，授权专利50件，每万人口发明专利拥有量1.2。
拥有国家级质量示范企业2家、省级质量示范企业3家、市级质量示范企业9家。
（八）消费维权
12315平台处理消费者诉求共计900件。发展无理由退货店5户、放心消费企业8户。处理信访案件7件。
（九）食品快检
快速检测食品5100批次。
（十）认证认可
对6家检验机构、3家校准机构、4家认证机构进行专项监督检查。
认证检查任务31个，完成29个。
发放体系证书38张、有机证书12张、其他证书17张，共有证书89张。
（十一）药品不良反应
上报药品不良反应380例，上报医疗器械不良反应240例，上报化妆品不良反应50例。
（十二）双随机
深入开展月饼过度包装专项整治，检查经营主体46家。
制定“双随机、一公开”抽查任务91个，信用风险分类抽查占比46.67%，问题发现率3.79%。
（十三）深入开展“清风行动2023”
整治重点场所270余个，行政约谈7次。
（十四）学校食堂
学校食堂验收达标率79%。新增商标注册246件。
""",
    "河湾县2022年.txt": """河湾县市场监督管理局2022年工作总结
一、主要工作
（一）食品安全
完成食品监督抽检500批次，合格率97.4%。
（二）执法办案
立案180件，结案171件，罚没款140万元。
""",
    "松岭县2023年.txt": """松岭县市场监督管理局2023年工作总结
一、主要工作
（一）食品安全
完成食品监督抽检700批次，合格率99%。
（二）执法办案
立案305件，结案300件，罚没款96.2万元。
（三）登记注册
企业年报率91.7%。
""",
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("derived")
    for name, text in REPORTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return Assistant(loaded_library(folder / "data", folder))


def ask(assistant: Assistant, question: str) -> Answer:
    answer = assistant.ask(question, this_year=2023)
    assert faults_of(answer) == []
    return answer


@pytest.mark.parametrize(
    "question",
    [
        "2023年哪个局立案最多，是河湾县局吗",
        "2023年立案哪家辖区最多？只看有数字的",
        "2023年立案按件数算，谁最多",
        "2023年立案哪个局排头名",
        "几个局比一比，2023年立案最多的是哪家，写了数的就行",
    ],
)
def test_a_rank_may_be_asked_for_in_many_ways(assistant: Assistant, question: str) -> None:
    text = ask(assistant, question).text
    assert "松岭县市场监督管理局2023年305件＞河湾县市场监督管理局2023年210件" in text


@pytest.mark.parametrize(
    ("question", "formula"),
    [
        ("河湾县2023年药店和诊所一共检查了多少家", "96＋143＝239家"),
        ("河湾县2023年还有几件案子没结", "210－188＝22件"),
        ("河湾县2023年立案和结案相差多少件", "210－188＝22件"),
        ("河湾县2023年新登记市场主体里企业占百分之几", "512÷2,360≈21.7%"),
        ("河湾县2023年食品抽检不合格率是多少", "100%－98.1%＝1.9%"),
        ("河湾县2023年工业产品抽检合格率是多少", "（80－6）÷80＝92.5%"),
        ("河湾县2023年罚没款比2022年多多少", "150.5－140＝10.5万元"),
        ("河湾县2023年立案比2022年增长百分之几", "（210－180）÷180≈16.7%"),
        ("河湾县2023年食品抽检比去年多了多少批次", "640－500＝140批次"),
        ("河湾县2023年罚没款比上年同期多多少", "150.5－140＝10.5万元"),
        ("河湾县2023年立案同比增长多少", "（210－180）÷180≈16.7%"),
        ("河湾县2023年食品抽检不合格占百分之几", "100%－98.1%＝1.9%"),
        ("企业年报率 河湾县2023年跟松岭县2023年差几个点", "94.2%－91.7%＝2.5个百分点"),
        ("河湾县2023年电梯占特种设备总数百分之几", "700÷900≈77.8%"),
        ("河湾县2023年国家级、省级、市级质量示范企业三类一共几家", "2＋3＋9＝14家"),
        ("河湾县2023年发明专利占授权专利的多少", "40÷50＝80%"),
        ("河湾县2023年立案件数结案了百分之几", "188÷210≈89.5%"),
        ("河湾县2023年企业登记比个体工商户的少多少户", "1,848－512＝1336户"),
        ("河湾县和松岭县2023年立案一共多少件", "305＋210＝515件"),
        ("河湾县2023年食品快检比监督抽检多做了多少批", "5100－640＝4460批次"),
        ("河湾县2023年监督抽检比快检少做多少批", "5100－640＝4460批次"),
        ("河湾县2023年药店和诊所加一块儿查了多少家", "96＋143＝239家"),
        ("河湾县2023年药店加诊所有多少家", "96＋143＝239家"),
        ("河湾县2023年药店诊所凑一块儿查了几家", "96＋143＝239家"),
        ("河湾县2023年诊所检查数减去药店是多少", "143－96＝47家"),
        ("河湾县2023年体系和有机证书拢共几张", "38＋12＝50张"),
        ("河湾县2023年三类机构合计查了多少家", "6＋3＋4＝13家"),
        ("河湾县2023年体系、有机、其他证书加起来多少张", "38＋12＋17＝67张"),
        ("河湾县2023年药品器械化妆品的不良反应总共多少例", "380＋240＋50＝670例"),
        ("河湾县2023年学校食堂验收没达标的占多少", "100%－79%＝21%"),
        ("河湾县2023年没报年报的企业占百分之几", "100%－94.2%＝5.8%"),
        ("河湾县2023年认证检查任务还有几个没搞完", "31－29＝2个"),
        ("河湾县2023年工业产品抽检合格率多少,报告没直接写你算一哈", "（80－6）÷80＝92.5%"),
        ("河湾县2023年新登记的里面企业占百分之几", "512÷2,360≈21.7%"),
        ("河湾县2023年新登记市场主体里头个体户占几成", "1,848÷2,360≈78.3%"),
        ("河湾县2023年不良反应，药品比器械多几例", "380－240＝140例"),
        ("河湾县2023年体系证书加有机证书的总数", "38＋12＝50张"),
        ("河湾县2023年药品器械化妆品不良反应总共多少例", "380＋240＋50＝670例"),
        ("河湾县2023年国家、省、市三级示范企业一共几家", "2＋3＋9＝14家"),
        ("河湾县2023年国家级省级市级的示范企业加起来几家", "2＋3＋9＝14家"),
        ("河湾县和松岭县2023年食品抽检合格率相差多少", "99%－98.1%＝0.9个百分点"),
        ("河湾县2023年平均一件案子罚没多少钱", "150.5万÷188≈8005.32元"),
        ("河湾县2023年案子件均罚没多少", "150.5万÷188≈8005.32元"),
    ],
)
def test_a_sum_is_shown_with_its_arithmetic_and_marked(
    assistant: Assistant, question: str, formula: str
) -> None:
    answer = ask(assistant, question)
    assert answer.status is AnswerStatus.ANSWERED
    (line,) = [line for line in answer.text.split("\n") if line.startswith("推算：")]
    assert formula in line
    assert "报告没有直接写" in line
    (derived,) = answer.derived
    assert derived.formula == formula
    assert set(derived.citations) == set(map(int, re.findall(r"\[(\d+)\]", line)))


def test_an_approximate_operand_makes_the_sum_approximate(assistant: Assistant) -> None:
    answer = ask(assistant, "河湾县2023年接待群众咨询和企业咨询一共多少人次")
    assert "300＋120＝约420人次" in answer.text


def test_a_masked_operand_is_named_and_ends_the_sum(assistant: Assistant) -> None:
    answer = ask(assistant, "河湾县2023年药店和医院一共检查了多少家")
    assert "不能推算" in answer.text
    assert "原文已隐去" in answer.text
    assert answer.derived == ()


def test_what_the_report_states_itself_is_not_worked_out(assistant: Assistant) -> None:
    answer = ask(assistant, "河湾县2023年一共新登记市场主体多少户")
    assert "2,360户" in answer.text
    assert answer.derived == ()
    assert "推算" not in answer.text


def test_a_total_and_its_part_are_not_added(assistant: Assistant) -> None:
    answer = ask(assistant, "河湾县2023年新登记市场主体和企业加起来多少户")
    assert "重复" in answer.text
    assert answer.derived == ()


def test_bureaus_are_ranked_by_what_each_states(assistant: Assistant) -> None:
    answer = ask(assistant, "2023年哪个局立案最多")
    last = answer.text.split("\n")[-1]
    assert last.startswith("推算：由高到低为松岭县市场监督管理局2023年305件＞河湾县")
    assert "305件＞河湾县" in ask(assistant, "2023年立案排第一的是谁").text
    assert "305件＞河湾县" in ask(assistant, "2023年立案最多的是哪家").text
    assert "91.7%＜河湾县" in ask(assistant, "2023年企业年报率哪家最差").text
    answer = ask(assistant, "2023年企业年报率哪个局最低")
    assert "由低到高为松岭县市场监督管理局2023年91.7%＜河湾县" in answer.text


@pytest.mark.parametrize(
    ("question", "order"),
    [
        ("河湾县2023年特种设备哪种最多 多少台", "电梯700台＞叉车139台＞锅炉61台"),
        ("河湾县2023年新登记市场主体里哪类最少", "企业512户＜个体工商户1,848户"),
        ("河湾县2023年电梯 锅炉 叉车哪个最多", "电梯700台＞叉车139台＞锅炉61台"),
        ("河湾县2023年电梯和锅炉哪个多", "电梯700台＞锅炉61台"),
        ("河湾县2023年电梯锅炉叉车哪样最少", "锅炉61台＜叉车139台＜电梯700台"),
        ("河湾县2023年是电梯登记得多还是锅炉登记得多", "电梯700台＞锅炉61台"),
        ("河湾县2023年报的几种不良反应，哪种最少", "化妆品不良反应50例＜上报医疗器械"),
        ("河湾县2023年双随机写的那几个率，哪个最低", "问题发现率3.79%＜"),
        ("河湾县2023年总结里头药店跟诊所的检查哪边多一点", "诊所143家＞检查零售药店96家"),
        (
            "监督抽检、工业产品抽检、快速检测，河湾县2023年按批次数从多到少排个队",
            "快速检测食品5100批次＞完成食品监督抽检640批次＞工业产品共抽检80批次",
        ),
        ("电梯、叉车、锅炉由低到高怎么排，河湾县2023年", "锅炉61台＜叉车139台＜电梯700台"),
    ],
)
def test_the_things_of_one_report_are_ranked(
    assistant: Assistant, question: str, order: str
) -> None:
    assert order in ask(assistant, question).text


@pytest.mark.parametrize(
    "question",
    [
        "松岭县2023年食品抽检比去年多了多少批次",  # no report of the year before
        "河湾县2023年企业年报率比去年高几个点",  # which the report of that year does not tell
        "河湾县2023年加油站罚了几家",  # they were inspected
        "河湾县2023年企业年报原来多少天",  # only what was before is asked
        "河湾县2023年接了多少投诉",
        "河湾县2023年现在总共多少件注册商标",  # only new ones are told
    ],
)
def test_no_figure_stands_for_what_is_not_told(assistant: Assistant, question: str) -> None:
    assert ask(assistant, question).status is AnswerStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("河湾县2023年食品抽检多少批 合格几个点", ["640批次", "98.1%"]),
        ("河湾县2023年食品抽检合格率和抽检批次", ["98.1%", "640批次"]),
        ("河湾县23年立案几件 结案几件 罚没多少钱", ["210件", "188件", "150.5万元"]),
        ("河湾县2023年总结那份 企业年报率报一下", ["94.2%"]),
        ("河湾县2023年投诉举报受理多少件", ["900件"]),  # what the ledger knows by that name
        ("河湾县2023年食品经营许可原来要几天", ["15天"]),
        ("河湾县2023年食品经营许可原来几天现在几天", ["15天", "6天"]),
        ("河湾县2023年电梯登记了多少台？锅炉？叉车？", ["700台", "61台", "139台"]),
        ("河湾县2023年特种设备这块锅炉、叉车各登记了几台", ["61台", "139台"]),
        ("河湾县2023年药店 诊所各查几家", ["96家", "143家"]),
        ("河湾县2023年药店 诊所 加油站各查了几家", ["96家", "143家", "20家"]),
        ("河湾县2023年食品抽检批次、合格率各是多少", ["640批次", "98.1%"]),
        ("河湾县2023年立了多少案 结了几案", ["210件", "188件"]),
        ("河湾县2023年认证任务有几个，做完几个", ["31个", "29个"]),
        ("河湾县2023年特种设备 电梯几台 锅炉几台 叉车几台", ["700台", "61台", "139台"]),
        ("河湾县2023年放心消费企业发展了几户", ["8户"]),
        ("松岭县2023年办了多少案子", ["305件"]),
        ("河湾县2023年办的案子有多少", ["210件"]),  # 信访案件 are no cases of its own
        ("河湾县2023年过度包装查了几家", ["46家"]),
        ("河湾县2023年清风行动约谈了几次", ["7次"]),
        ("河湾县2023年清风行动挂牌督办的有几件，约谈了几次", ["7次"]),  # the first is not told
        ("河湾县2023年每一万人里有几件发明专利", ["1.2"]),
        ("河湾县2023年双随机问题发现率几个点", ["3.79%"]),
        ("河湾县和松岭县的立案各几件，比一下", ["210件", "305件"]),
        ("立案 河湾县 松岭县各几件，比一下", ["210件", "305件"]),
        ("河湾县2023年特种设备一共多少台，电梯、锅炉各多少", ["900台", "700台", "61台"]),
    ],
)
def test_questions_are_read_as_people_type_them(
    assistant: Assistant, question: str, figures: list[str]
) -> None:
    answer = ask(assistant, question)
    assert answer.status is AnswerStatus.ANSWERED
    assert all(figure in answer.text for figure in figures)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("河湾县2023年食品抽检是640批次吗", "和您说的数一致。"),
        ("河湾县2023年食品抽检合格率是99%吧", "和您说的数不一样，以报告为准。"),
        ("河湾县2023年立案达到200件没有", "到了您说的数。"),
        ("河湾县2023年立案超过210件了吗", "没有超过您说的数。"),
        ("河湾县2023年体系、有机、其他证书加起来是89张吗", "和您说的数不一样，以报告为准。"),
    ],
)
def test_a_figure_that_is_to_be_confirmed_is_compared_with_the_report(
    assistant: Assistant, question: str, said: str
) -> None:
    assert ask(assistant, question).text.split("\n")[-1] == said


def test_a_masked_figure_confirms_nothing(assistant: Assistant) -> None:
    assert "您说的数" not in ask(assistant, "河湾县2023年检查医院达到50家没有").text


def test_an_average_without_a_count_to_share_by_is_said_to_be_missing(
    assistant: Assistant,
) -> None:
    question = "河湾县2023年平均每家快速检测多少批次"
    answer = assistant.ask(question, this_year=2023)
    assert answer.derived == ()
    assert "没有写平均数" in answer.text


@pytest.mark.parametrize(
    ("question", "order"),
    [
        ("河湾县2023年锅炉、电梯、叉车，最多的和最少的是哪个", "电梯700台＞叉车139台＞锅炉61台"),
        ("河湾县2023年药店多还是诊所多，差几家", "检查诊所143家＞检查零售药店96家"),
    ],
)
def test_things_are_ranked_however_it_is_asked(
    assistant: Assistant, question: str, order: str
) -> None:
    assert order in ask(assistant, question).text


def test_what_is_as_many_is_said_to_be(assistant: Assistant) -> None:
    answer = ask(assistant, "河湾县2023年省级质量示范企业跟校准机构，哪个多")
    assert "3家＝" in answer.text
    assert "，一样多" in answer.text


def test_a_share_of_what_is_not_done_is_no_rate_of_what_is(assistant: Assistant) -> None:
    answer = ask(assistant, "河湾县2023年企业没报年报的占百分之几")
    assert [d.formula for d in answer.derived] == ["100%－94.2%＝5.8%"]


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("河湾县2023年立案多少件，校准机构和认证机构又是几家", ["210件", "3家", "4家"]),
        ("河湾县2023年体系证书几张，其他的几张", ["38张", "17张"]),
    ],
)
def test_each_thing_of_a_later_part_is_told(
    assistant: Assistant, question: str, figures: list[str]
) -> None:
    text = ask(assistant, question).text
    assert [figure for figure in figures if figure not in text] == []


def test_all_of_one_thing_is_no_sum_with_a_part_of_it(assistant: Assistant) -> None:
    answer = ask(assistant, "河湾县2023年食品抽检一共抽了多少批，不合格几批")
    assert "640批次" in answer.text
    assert answer.derived == ()


HALVES = {
    "青坪县2023年.txt": """青坪县市场监督管理局2023年工作总结

一、主要工作
新登记市场主体900户，其中企业300户。立案70件，合格率98%。
""",
    "青坪县2023年上半年.txt": """青坪县市场监督管理局2023年上半年工作总结

一、主要工作
立案30件，合格率97%。现有市场主体5000户。
二、下半年打算
检查药店40家。
""",
}


@pytest.fixture(scope="module")
def halves(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("halves")
    for name, text in HALVES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return Assistant(loaded_library(folder / "data", folder))


@pytest.mark.parametrize(
    "question", ["青坪县2023年下半年立案多少件", "青坪县2023下半年立案多少件，拿全年减上半年算算"]
)
def test_a_second_half_is_the_year_without_its_first(halves: Assistant, question: str) -> None:
    assert [d.formula for d in ask(halves, question).derived] == ["70－30＝40件"]


@pytest.mark.parametrize(
    "question",
    [
        "青坪县2023年下半年合格率多少",
        "青坪县2023年下半年有多少户市场主体",
        "青坪县2023年下半年要检查多少家药店",
    ],
)
def test_what_is_no_sum_over_months_has_no_second_half(halves: Assistant, question: str) -> None:
    answer = ask(halves, question)
    assert not answer.derived
    assert "97%" not in answer.text  # that is the first half's


@pytest.mark.parametrize(
    "question",
    [
        "河湾县2023年的结案件数和松岭县2023年的立案件数，哪个多，多多少",
        "松岭县2023年的立案件数比河湾县2023年的结案件数多多少件",
    ],
)
def test_each_of_two_bureaus_may_be_asked_of_its_own_thing(
    assistant: Assistant, question: str
) -> None:
    assert [d.formula for d in ask(assistant, question).derived] == ["305－188＝117件"]


def test_a_figure_that_says_which_is_not_to_be_confirmed(assistant: Assistant) -> None:
    answer = assistant.ask("河湾县2023年那210件案子，是不是全结完了", this_year=2023)
    assert "不一样" not in answer.text
