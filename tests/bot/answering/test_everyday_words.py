"""Everyday words of a question: what reports write for them answers, and no neighbour of it."""

import pytest

from bot.answering.ask_lists import split_ask
from bot.answering.asks import read_ask
from bot.answering.concepts import terms_of
from bot.answering.matching import best_matches
from bot.answering.measures import measures
from bot.answering.placed_statements import PlacedStatement, place_statements
from knowledge.retrieval.holdings import Holdings
from knowledge.retrieval.question import read_question
from knowledge.retrieval.question_asks import Ask, words_of_ask
from knowledge.understanding.pipeline import understand

REPORT = """河湾县市场监督管理局2023年工作总结

一、主要工作

（一）登记注册
新登记市场主体2,360户，其中企业512户、个体工商户1,848户。注销市场主体741户。为楼宇企业办照83家。
（二）食品安全监管
完成食品监督抽检640批次，628批次合格，12批次不合格，合格率98.1%。检查餐饮服务单位512家次。检查学校（含幼儿园）食堂88家。农村集体聚餐备案207起。检查小作坊61家。捣毁制假窝点3个。
（三）药品和特种设备监管
检查零售药店96家、医疗机构143家。处置电梯困人警情37起，平均12分钟到场。全局16人退休，缺编9名。
（四）执法办案
全年立案128件，结案117件，罚没款92.4万元，移送公安机关4件，免予处罚21家。查处侵犯商标权案件15件。全年夜查54次。
（五）收费和消费维权
清退违规收费33.6万元。受理投诉1,204件，办结1,180件，为消费者挽回经济损失63.5万元。办理知识产权质押融资2,150万元。
（六）计量
中学食堂“明厨亮灶”覆盖率92%。中小学食堂验收达标率81%。抽调干部守卡口14名。清收公职人员不良资产，收回资金5.2万元。查扣种子6吨，收缴软管70米，取缔摊点9个。
检定电子秤420台、加油枪96把。检定燃气表310台。信用修复27户。检查养老机构18家。建成服务站12个。检查电动自行车销售门店45家。提供代办、陪办、急办等服务58次。回收有效问卷62份。监测网店、直播间830个次。
开展粽子、茶酒过度包装专项整治，检查生产单位29家。
"""


CAMPAIGNS = """河湾县市场监督管理局2023年工作总结

一、食品安全
开展制止餐饮浪费专项行动，检查餐饮单位33家。开展校园周边专项整治，检查餐饮单位61家。
"""


GOVERNMENT = """河湾市人民政府工作报告

一、2023年工作回顾
地区生产总值增长5.9%。规模以上工业增加值增长7.1%。居民消费价格上涨1.2%。城镇登记失业率3.1%。城镇新增就业4.2万人。一般公共预算收入96亿元，民生支出占比71%。粮食产量18.4万吨，粮食单产386公斤。原煤产量310万吨。接待游客640万人次，旅游收入52亿元。机场旅客吞吐量118万人次。改造农村户厕1.6万户，改造公共厕所85座。新改建农村公路142公里。保交房项目交付2600套。拆除违章建筑7.5万平方米。化解政府债务21亿元。追讨农民工工资880万元。压减一般性支出3.4亿元。植树260万株。经营主体新增3.7万户。解决2.3万人饮水安全问题。发放“河湾好物”消费券900万元。聘请家长代表36名参与学校食堂监督。
"""


@pytest.fixture(scope="module")
def government() -> tuple[PlacedStatement, ...]:
    return place(GOVERNMENT)


@pytest.fixture(scope="module")
def placed() -> tuple[PlacedStatement, ...]:
    return place(REPORT)


def place(text: str) -> tuple[PlacedStatement, ...]:
    read = understand(text, file="河湾县2023年.txt", sha256="0")
    return place_statements(read.report, read.sections, read.statements)


def figures(question: str, placed: tuple[PlacedStatement, ...]) -> list[str]:
    read = read_question(question, Holdings(), 2023, lambda _phrase, _within=None: frozenset())
    found = [best_matches(read_ask(ask), placed) for ask in read.asks]
    return [m.statement.figure.text for matches in found for m in matches]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("查了多少家饭店", ["512家次"]),
        ("校园饭堂查了多少家", ["88家"]),
        ("办酒席备案了多少起", ["207起"]),
        ("端掉几个黑作坊", ["3个"]),
        ("药铺查了多少家", ["96家"]),
        ("医院诊所查了多少家", ["143家"]),
        ("侵权的案子查处了几件", ["15件"]),
        ("乱收的费退了多少钱", ["33.6万元"]),
        ("拿专利商标贷了多少钱", ["2,150万元"]),
        ("写字楼里办执照的有多少家", ["83家"]),
        ("新公司有多少家", ["512户"]),
        ("电动车店查了多少家", ["45家"]),
        ("药铺子瞧了几家", ["96家"]),
        ("乡里办坝坝宴来打过招呼的有几场", ["207起"]),
        ("洗白翻身的有多少户", ["27户"]),
        ("电梯里出不来的有几起", ["37起"]),
        ("差几个没配齐", ["9名"]),
        ("学校灶房看了几家", ["88家"]),
        ("中学饭堂后厨让人看得见的占多少", ["92%"]),
        ("粽子茶酒过度包装查了多少家", ["29家"]),
    ],
)
def test_a_thing_may_have_its_everyday_name(
    question: str, expected: list[str], placed: tuple[PlacedStatement, ...]
) -> None:
    assert figures(question, placed) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("罚了多少钱", ["92.4万元"]),
        ("开了多少家公司", ["512户"]),
        ("新开了多少家公司", ["512户"]),
        ("关了多少家店", ["741户"]),
        ("立了几个案子", ["128件"]),
        ("电梯里关人的有几起", ["37起"]),
        ("药店查了多少家", ["96家"]),
    ],
)
def test_an_act_of_one_character_tells_what_is_counted(
    question: str, expected: list[str], placed: tuple[PlacedStatement, ...]
) -> None:
    assert figures(question, placed) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("食品抽检过关的有多少批次", ["628批次"]),
        ("食品抽检没过关的有多少批次", ["12批次"]),
        ("食品抽检过关率多少", ["98.1%"]),
        ("食品抽检合格的比例是多少", ["98.1%"]),
        ("投诉办完了多少件", ["1,180件"]),
        ("中小学饭堂验收过关的有多少", ["81%"]),
        ("公家人欠账收回来多少", ["5.2万元"]),
        ("种子扣下多少吨", ["6吨"]),
        ("摊子撵走多少个", ["9个"]),
        ("抽了多少人守卡口", ["14名"]),
    ],
)
def test_how_it_went_may_be_said_in_everyday_words(
    question: str, expected: list[str], placed: tuple[PlacedStatement, ...]
) -> None:
    assert figures(question, placed) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("帮老百姓要回来多少钱", ["63.5万元"]),
        ("替大家追回来多少钱", ["63.5万元"]),
        ("群众投诉收到多少件", ["1,204件"]),
        ("全局有多少人退下来", ["16人"]),
        ("晚上出去查了多少回", ["54次"]),
        ("电梯困人平均几分钟能到", ["12分钟"]),
    ],
)
def test_words_that_only_frame_a_question_need_not_stand_in_a_report(
    question: str, expected: list[str], placed: tuple[PlacedStatement, ...]
) -> None:
    assert figures(question, placed) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("问卷收上来多少份", ["62份"]),  # 回收 has a character of it
        ("代办服务做了多少次", ["58次"]),  # counted with others, which are told with it
        ("办酒席备案了多少场", ["207起"]),
        ("监测了多少网店直播间", ["830个次"]),  # all that is counted together is asked
    ],
)
def test_another_verb_or_measure_for_the_same_answers(
    question: str, expected: list[str], placed: tuple[PlacedStatement, ...]
) -> None:
    assert figures(question, placed) == expected


@pytest.mark.parametrize(
    "question",
    [
        "案件备案了多少场",
        "监测了多少网店",
        "端掉几个小作坊",
        "药店关了多少家",
        "开了多少家饭店",
        "消费者被骗了多少钱",
        "药品抽检没过关的有几批次",
        "食堂抽检过关率多少",
        "查了多少台公平秤",
        "专利批了多少件",
        "外卖店查了多少家",
        "举报罚了多少家",
        "水表检定了多少台",
        "移出异常名录多少户",
        "老人食堂查了多少家",
        "服务站查了多少个",
        "药店后厨让人看得见的占多少",
        "药店浪费吃的查了多少家",
        "摊子收上来多少个",
        "种子退回去多少吨",
        "学校饭堂验收没过关的有几家",
        "药铺子封了几家",
        "乡里办坝坝宴吃坏肚子的有几起",
        "洗白没成的有多少户",
        "人在电梯里死掉的有几起",
        "公司搬家的有多少户",
        "加油枪检定的有几把没过初审",  # what is denied has to be told of
        "电子秤检定阳性的有几台",  # what is counted has to be told of, though nobody writes it
        "打疫苗的点查了几个",  # 打 is no act, and reports have a word for the thing
    ],
)
def test_a_neighbour_of_what_is_meant_does_not_answer(
    question: str, placed: tuple[PlacedStatement, ...]
) -> None:
    assert figures(question, placed) == []


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("整改多少件，移送几件", ["4件"]),  # what the first part is of limits no other
        ("食品抽了多少批，合格没，判了几个", ["640批次", "628批次"]),
        ("投诉收了几件，办结了吗", ["1,204件", "1,180件"]),
        ("药店跑了几趟，办酒席备案了多少起", ["207起"]),
    ],
)
def test_each_part_is_read_by_itself(
    question: str, expected: list[str], placed: tuple[PlacedStatement, ...]
) -> None:
    assert figures(question, placed) == expected


@pytest.mark.parametrize("act", ["罚", "拆", "报废", "起诉", "点名", "判", "收购", "审计", "抓"])
@pytest.mark.parametrize(
    "asked", ["{act}了几家零售药店", "小作坊{act}了多少家", "有多少台电子秤被{act}"]
)
def test_an_act_that_no_report_tells_limits_what_is_asked(
    act: str, asked: str, placed: tuple[PlacedStatement, ...]
) -> None:
    assert figures(asked.format(act=act), placed) == []


@pytest.mark.parametrize(
    "limit", ["亏本的", "民营的", "老旧的", "快速", "15年以上的", "36至45岁的"]
)
def test_what_limits_a_thing_limits_what_is_asked(
    limit: str, placed: tuple[PlacedStatement, ...]
) -> None:
    assert figures(f"{limit}加油枪检定了多少把", placed) == []


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("46岁以上的有几人", []),
        ("56岁以上的有几人", ["12人"]),
        ("查办药品案件几件", []),  # what was handed over is no case
        ("移交药品线索几件", ["4件"]),
        ("办案多少件", ["61件"]),
        ("电梯占了多少部", []),  # a number is asked for, no rate
        ("电梯检验率占多少", ["99%"]),
        ("罚没多少", ["38万元"]),
    ],
)
def test_a_number_or_a_wide_word_is_held_to_what_is_counted(
    question: str, expected: list[str]
) -> None:
    report = place(
        "河湾县市场监督管理局2023年工作总结\n\n一、药品监管\n移交药品案源线索4件。\n"
        "二、特种设备监管\n电梯检验率99%。\n三、执法办案\n立案61件，罚没款38万元。\n"
        "四、队伍建设\n56岁以上的干部12人。\n"
    )
    assert figures(question, report) == expected


@pytest.mark.parametrize(
    "question",
    [
        "电子秤检定了多少台，别给我加油枪的",
        "检定电子秤应该是多少台，它只写了合格的批数",
        "（到10月底）检定电子秤多少台",
        "检定电子秤多少台，都给我列出来",
        "的汇报材料里头：检定电子秤多少台",
        "的汇报材料里检定电子秤多少台",
        "检定电子秤多少台？要台数",
        "检定电子秤多少台，顺便问下",
        "计量那块：检定电子秤多少台",
        "帮我一次说清两样：检定电子秤多少台",
        "电子秤检定了多少台？只算电子秤，加油枪不算",
    ],
)
def test_what_is_set_aside_is_not_asked_for(
    question: str, placed: tuple[PlacedStatement, ...]
) -> None:
    assert figures(question, placed) == ["420台"]


@pytest.mark.parametrize(
    ("words", "things"),
    [
        ("国标、行标加起来参与了", ["国标", "行标加起来参与了"]),
        ("加强检查和整改", ["加强检查", "整改"]),
        ("药店加上诊所", ["药店", "诊所"]),
        ("比原来少", ["比原来少"]),
    ],
)
def test_a_joining_character_inside_a_word_joins_nothing(words: str, things: list[str]) -> None:
    assert measures().split_list(words) == things


@pytest.mark.parametrize("asked", ["经营主体有多少户", "市场主体有多少户"])
def test_a_name_of_words_that_say_little_is_one_word(asked: str) -> None:
    report = place(
        "河湾县市场监督管理局2023年工作总结\n\n一、登记\n实有市场主体3万户。\n"
        "二、队伍\n人均监管经营主体260户。\n"
    )
    assert figures(asked, report) == ["3万户"]


def test_that_an_amount_is_of_money_need_not_be_written(
    placed: tuple[PlacedStatement, ...],
) -> None:
    assert figures("知识产权质押融资金额", placed) == ["2,150万元"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("告诫书发了几份", ["150份"]),  # 书发 is no word
        ("点位摸排了多少个", ["30个"]),  # and 个点 no share
        ("企业注销公示原先要多少天，后来改成多少天", ["45天", "20天"]),
    ],
)
def test_words_are_cut_where_they_end(asked: str, expected: list[str]) -> None:
    report = place(
        "河湾县市场监督管理局2023年工作总结\n\n一、价格\n发放提醒告诫书150份。排查充电桩点位30个。\n"
        "二、登记\n企业注销公示时间由45天压减为20天。\n"
    )
    assert figures(asked, report) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("小店不予处罚多少家", ["35家"]),
        ("小店免予处罚多少家", ["35家"]),
        ("免罚了几家小店", ["35家"]),
        ("小店处罚多少家", []),
        ("小店挨罚的有几家", []),
    ],
)
def test_what_was_spared_is_not_what_was_done(asked: str, expected: list[str]) -> None:
    report = place("河湾县市场监督管理局2023年工作总结\n\n一、执法\n对35家小店不予处罚。\n")
    assert figures(asked, report) == expected


def test_things_of_a_list_share_the_noun_that_stands_last() -> None:
    part = "绿的和黄的电梯各多少台"
    asks = split_ask(Ask(words_of_ask(part), "", "台", part))
    assert [{t.word for t in ask.terms} for ask in asks] == [{"绿", "电梯"}, {"黄", "电梯"}]


def test_a_denied_word_is_denied_in_the_reports_word() -> None:
    assert [term.word for term in terms_of("没办完的投诉")] == ["没办结", "投诉"]
    assert [term.word for term in terms_of("没有办完的投诉")] == ["没办结", "投诉"]


def test_a_verb_that_no_dictionary_has_is_no_word() -> None:
    assert "店查" not in {term.word for term in terms_of("电动车店查了")}


@pytest.mark.parametrize(
    ("phrase", "inside"), [("建立了服务站", "立了"), ("修改了条款", "改了"), ("加强检查", "强检")]
)
def test_an_everyday_word_across_two_words_is_none(phrase: str, inside: str) -> None:
    assert inside not in {term.word for term in terms_of(phrase)}


def test_what_stands_between_the_words_of_a_compound_counts_too() -> None:
    words = [term.word for term in terms_of("吃饭在食堂浪费")]
    assert words == ["吃饭 浪费", "食堂"]
    assert [term.word for term in terms_of("后厨让人看得见")] == ["后厨 看得见"]


@pytest.mark.parametrize("words", ["吃饭浪费", "吃饭的浪费", "吃饭时乱浪费"])
def test_small_words_may_stand_inside_a_compound(words: str) -> None:
    assert figures(f"管{words}查了多少家馆子", place(CAMPAIGNS)) == ["33家"]


def test_a_compound_ends_where_a_word_does() -> None:
    assert "后厨 看" not in {term.word for term in terms_of("后厨看望")}


def test_a_word_of_reports_is_denied_as_it_stands() -> None:
    assert "没停用" in {term.word for term in terms_of("电梯没停用的")}


def test_a_thing_of_one_character_is_a_word_of_its_own() -> None:
    assert [term.word for term in terms_of("检定 秤")] == ["检定", "秤"]
    assert "的店" not in {term.word for term in terms_of("卖花的店")}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("经济涨了多少", ["5.9%"]),
        ("规上工业增加值增长多少", ["7.1%"]),
        ("东西贵了多少", ["1.2%"]),
        ("没活干的占多少", ["3.1%"]),
        ("找到工作的有多少人", ["4.2万人"]),
        ("公家收入有多少", ["96亿元"]),
        ("花在老百姓身上的占多少", ["71%"]),
        ("打下来多少粮食", ["18.4万吨"]),
        ("一亩地打多少公斤粮食", ["386公斤"]),
        ("挖出来多少煤", ["310万吨"]),
        ("来玩的游客有多少", ["640万人次"]),
        ("旅游挣了多少钱", ["52亿元"]),
        ("坐飞机的有多少人", ["118万人次"]),
        ("乡下茅房改了多少户", ["1.6万户"]),
        ("街上的厕所改了多少座", ["85座"]),
        ("村里的路修了多少公里", ["142公里"]),
        ("烂尾的房子交到老百姓手里多少套", ["2600套"]),
        ("乱盖的房子拆了多少平方米", ["7.5万平方米"]),
        ("公家欠的账还掉多少钱", ["21亿元"]),
        ("替打工的讨回多少工钱", ["880万元"]),
        ("公家砍掉多少钱", ["3.4亿元"]),
        ("树栽了多少棵", []),
        ("栽了多少株树", ["260万株"]),
        ("新开了多少家店", ["3.7万户"]),
        ("喝上干净水的有多少人", ["2.3万人"]),
        ("消费券发了多少钱", ["900万元"]),
        ("请了多少名家长来监督食堂", ["36名"]),
        ("新找着活干的有多少人", ["4.2万人"]),
        ("靠旅游赚了多少", ["52亿元"]),
        ("来耍的人有多少", ["640万人次"]),
    ],
)
def test_what_governments_tell_has_its_everyday_names(
    question: str, expected: list[str], government: tuple[PlacedStatement, ...]
) -> None:
    assert figures(question, government) == expected


@pytest.mark.parametrize(
    "question",
    [
        "来了多少外国游客",
        "公家花了多少钱",
        "街上的厕所拆了多少座",
        "良田有多少亩",
        "坐火车的有多少人",
        "茅房拆了多少户",
        "新开了多少家饭店",
        "请了多少名家长来打扫食堂",
        "城里人收入有多少",
        "老外投进来多少钱",
        "丢了饭碗又找着活的有多少人",
    ],
)
def test_a_neighbour_of_what_a_government_tells_does_not_answer(
    question: str, government: tuple[PlacedStatement, ...]
) -> None:
    assert figures(question, government) == []


@pytest.mark.parametrize("country", ["国家", "我国", ""])
def test_a_report_on_the_country_need_not_name_it(country: str) -> None:
    national = place("国务院政府工作报告\n\n一、2023年工作回顾\n财政收入21.7万亿元。\n")
    assert figures(f"{country}财政收入多少", national) == ["21.7万亿元"]


def test_a_county_report_is_not_on_the_country(placed: tuple[PlacedStatement, ...]) -> None:
    assert figures("国家受理投诉多少件", placed) == []


def test_a_domain_word_that_no_dictionary_has_stays_whole() -> None:
    assert "冷静期" in {term.word for term in terms_of("冷静期签了")}


def test_each_word_of_a_compound_is_a_word() -> None:
    assert "新开 店" not in {term.word for term in terms_of("新开了饭店")}


def test_what_was_before_a_change_is_told_by_the_word_of_the_change() -> None:
    report = place(
        "河湾县市场监督管理局2023年工作总结\n\n一、登记注册\n注销公示时间由45天压减为20天。\n"
    )
    assert figures("注销公示从几天减到几天", report) == ["45天", "20天"]
