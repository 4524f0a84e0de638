"""Which statements answer what is asked: every telling word, or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.ask_lists import split_ask
from bot.answering.asks import FigureAsk, read_ask
from bot.answering.matching import best_matches
from bot.answering.placed_statements import PlacedStatement, place_statements
from bot.answering.statement_finder import StatementFinder
from knowledge.models import Quantity
from knowledge.retrieval.holdings import Holdings
from knowledge.retrieval.question import read_question
from knowledge.retrieval.question_asks import Ask
from knowledge.understanding.pipeline import understand

REPORT = """河湾县市场监督管理局2023年工作总结

一、主要工作

（一）食品安全监管
完成食品监督抽检640批次，检验640批次，628批次合格，12批次不合格，合格率98.1%。检查餐饮单位512家次，责令整改37家，立案9件。
（二）药品和特种设备监管
检查零售药店96家、诊所143家，发现隐患58条。抽检药品25批次，化妆品6批次，正在检测。检查电梯使用单位71家，检查电梯410台。受理特种设备投诉4件。
（三）产品质量监管
工业产品共抽检80批次，74批次合格，6批次不合格，合格率92.5%。
（四）登记注册
新登记市场主体2,360户，其中企业512户、个体工商户1,848户。企业、合作社、个体工商户年报率分别为94.2%、88.6%、90.3%。企业开办时间由3天压缩至1天。
（五）消费维权
受理投诉举报1,204件，办结1,180件，为消费者挽回经济损失63.5万元。
（六）执法办案
部署开展春晖行动，上半年共查处食品、药品等各类案件85件。
（七）信用监管
统筹实施“双随机、一公开”抽查任务40个，本部门抽查商户310户。全力推动信用监管与“双随机、一公开”监管结合。对5家检测机构开展检查。

二、下一步打算
明年抽检食品700批次。
"""


@pytest.fixture(scope="module")
def placed() -> tuple[PlacedStatement, ...]:
    read = understand(REPORT, file="河湾县2023年.txt", sha256="0")
    return place_statements(read.report, read.sections, read.statements)


def asks_of(question: str) -> list[FigureAsk]:
    read = read_question(question, Holdings(), 2023, lambda _phrase, _within=None: frozenset())
    return [read_ask(ask) for ask in read.asks]


def figures(question: str, placed: tuple[PlacedStatement, ...]) -> list[str]:
    done = [p for p in placed if p.statement.role == "done"]
    (ask,) = asks_of(question)
    return [m.statement.figure.text for m in best_matches(ask, done)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("食品抽检多少批次", ["640批次"]),
        ("食品抽检合格多少批次", ["628批次"]),
        ("食品抽检不合格多少批次", ["12批次"]),
        ("食品抽检合格率是多少", ["98.1%"]),
        ("工业产品抽检合格率是多少", ["92.5%"]),
        ("检查餐饮单位多少家次", ["512家次"]),
        ("检查了多少家药店", ["96家"]),
        ("检查了多少家诊所", ["143家"]),
        ("药品抽检多少批次", ["25批次"]),
        ("化妆品抽检多少批次", ["6批次"]),
        ("检查了多少台电梯", ["410台"]),
        ("受理投诉举报多少件", ["1,204件"]),
        ("投诉举报办结多少件", ["1,180件"]),
        ("挽回经济损失多少万元", ["63.5万元"]),
        ("新登记市场主体多少户", ["2,360户"]),
        ("新登记企业多少户", ["512户"]),
        ("个体工商户年报率是多少", ["90.3%"]),
        ("企业年报率是多少", ["94.2%"]),
        ("企业开办时间是多少天", ["1天"]),
        ("春晖行动查了多少案件", ["85件"]),
        ("双随机抽查了多少户", ["310户"]),
        ("双随机抽查任务有多少个", ["40个"]),
    ],
)
def test_the_statement_that_bears_out_every_word_answers(
    question: str, expected: list[str], placed: tuple[PlacedStatement, ...]
) -> None:
    assert figures(question, placed) == expected


@pytest.mark.parametrize(
    "question",
    [
        "化妆品抽检合格率是多少",
        "药品抽检不合格多少批次",
        "检查了多少家网吧",
        "食品抽检办结率是多少",
        "药店立案多少件",
        "特种设备投诉挽回多少万元",
        "锅炉检查了多少台",
        "合作社新登记多少户",
        "餐饮单位抽检多少批次",
        "企业开办要多少钱",
        "食品案件查处多少件",
    ],
)
def test_what_no_statement_bears_out_is_not_answered(
    question: str, placed: tuple[PlacedStatement, ...]
) -> None:
    assert figures(question, placed) == []


def test_without_one_that_states_just_this_all_that_state_it_of_a_part_answer(
    placed: tuple[PlacedStatement, ...],
) -> None:
    assert figures("抽检了多少批次", placed) == ["640批次", "25批次", "6批次", "80批次"]


def test_a_part_of_a_question_without_a_thing_goes_on_with_the_one_before(
    placed: tuple[PlacedStatement, ...],
) -> None:
    first, second = asks_of("工业产品抽检多少批次，合格率多少")
    assert [m.statement.figure.text for m in best_matches(first, placed)] == ["80批次"]
    assert [m.statement.figure.text for m in best_matches(second, placed)] == ["92.5%"]


def test_a_rate_is_asked_for_by_all_of_its_name(placed: tuple[PlacedStatement, ...]) -> None:
    assert figures("工业产品隐患率", placed) == []
    assert figures("工业产品合格率", placed) == ["92.5%"]


def test_an_act_alone_is_of_the_thing_of_the_part_before(
    placed: tuple[PlacedStatement, ...],
) -> None:
    _, told = asks_of("企业开办要多久，从多少天缩到多少天")
    _, untold = asks_of("医院公告要挂几天，从多少天缩到多少天")
    assert [m.statement.figure.text for m in best_matches(told, placed)] == ["3天", "1天"]
    assert best_matches(untold, placed) == []


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("药店、诊所各检查多少家", [["药店", "检查"], ["诊所", "检查"]]),
        ("企业、合作社和个体工商户年报率分别是多少", [["企业"], ["合作社"], ["个体工商户"]]),
        ("食品抽检多少批次", []),
    ],
)
def test_a_list_is_split_and_shares_what_stands_with_one_of_it(
    part: str, expected: list[list[str]]
) -> None:
    split = split_ask(Ask("", part=part))
    assert len(split) == len(expected)
    for ask, words in zip(split, expected, strict=True):
        assert "".join(words) in "".join(term.word for term in ask.terms)
    if "年报率" in part:
        assert all(ask.quantities == {Quantity.RATE} for ask in split)


@given(
    words=st.text(st.sampled_from("食品抽检合格率不药店多少家批次企业登记投诉，、的"), max_size=14)
)
def test_whatever_is_asked_a_rate_is_told_for_a_rate_alone(words: str) -> None:
    read = understand(REPORT, file="河湾县2023年.txt", sha256="0")
    statements = place_statements(read.report, read.sections, read.statements)
    for match in best_matches(read_ask(Ask(words, unit="家", part=words)), statements):
        assert match.statement.quantity in read_ask(Ask(words, unit="家", part=words)).quantities
        assert match.statement in read.statements


def test_a_part_of_what_was_told_is_never_the_whole_again(
    placed: tuple[PlacedStatement, ...],
) -> None:
    question = read_question(
        "受理投诉举报多少件，其中举报多少件",
        Holdings(),
        2023,
        lambda _phrase, _within=None: frozenset(),
    )
    told = StatementFinder(question).ask_report([*map(read_ask, question.asks)], placed)
    assert [[m.statement.figure.text for m in found] for found in told.found] == [["1,204件"], []]


LINES = """河湾县市场监督管理局2023年工作总结

一、主要工作

（一）药品监管
检查药店96家、诊所143家，立案37件。
（二）维护公平竞争秩序
全年立案128件，结案117件。
（三）特种设备监管
受理投诉举报3件。
（四）消费维权
受理投诉举报1,204件。
"""


@pytest.mark.parametrize(("asked", "figure"), [("立案", "128件"), ("受理投诉举报", "1,204件")])
def test_all_of_a_work_is_told_before_what_one_line_had_of_it(asked: str, figure: str) -> None:
    read = understand(LINES, file="河湾县2023年.txt", sha256="0")
    placed = place_statements(read.report, read.sections, read.statements)
    text = f"{asked}多少件"
    question = read_question(text, Holdings(), 2023, lambda _phrase, _within=None: frozenset())
    (told,) = StatementFinder(question).ask_report([*map(read_ask, question.asks)], placed).found
    assert [m.statement.figure.text for m in told][:1] == [figure]


HAVING = """河湾县市场监督管理局2023年工作总结

一、主要工作
发动14家加油站签订诚信计量书。检查叉车310台。拥有计量检定站3家。
申报制定《地理标志产品 河湾藕》8个地方标准。下达《安全指令书》7份。
现有专利授权57件。全年发展会员单位21家。
"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("一共有多少家加油站", []),
        ("总共多少家加油站", []),
        ("签订诚信计量书的加油站有多少家", ["14家"]),
        ("在用叉车多少台", []),
        ("正在使用的叉车多少台", []),
        ("检查叉车多少台", ["310台"]),
        ("有多少家计量检定站", ["3家"]),
        ("有多少个地理标志产品", []),
        ("地方标准几个", ["8个"]),
        ("安全指令书下达几份", ["7份"]),
        ("新授权专利多少件", []),
        ("专利授权多少件", ["57件"]),
        ("会员单位总数", []),
        ("发展会员单位多少家", ["21家"]),
    ],
)
def test_how_many_there_are_is_no_number_of_those_that_something_was_done_to(
    question: str, expected: list[str]
) -> None:
    read = understand(HAVING, file="河湾县2023年.txt", sha256="0")
    assert figures(question, place_statements(read.report, read.sections, read.statements)) == (
        expected
    )


def test_how_many_there_are_now_goes_on_with_what_was_asked_before() -> None:
    read = understand(
        "河湾县市场监督管理局2023年工作总结\n\n一、主要工作\n现有作物专利28件，高产作物专利拥有量9件。",
        file="河湾县2023年.txt",
        sha256="0",
    )
    placed = place_statements(read.report, read.sections, read.statements)
    (ask,) = asks_of("高产作物专利，手里现有几件")
    assert [m.statement.figure.text for m in best_matches(ask, placed)] == ["9件"]
