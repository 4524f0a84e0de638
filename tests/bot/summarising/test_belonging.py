import pytest

from bot.summarising.belonging import canonical_topic, topic_words, units_of_topic
from tests.bot.summarising.readings import FULL, units


def texts_on(text: str, topic: str) -> list[str]:
    return [u.text for u in units_of_topic(units(text), topic)]


def test_a_topic_is_gathered_from_every_heading_that_has_it() -> None:
    assert texts_on(FULL, "食品安全") == [
        "完成食品抽检320批次，合格率97.8%。",
        "检查学校食堂*家、餐饮单位**家。",
        "推进“食安课堂”进社区。",
        "完成食品抽检320批次，合格率97.8%。",
        "快检设备已用9年。",
        "年底前建成乡镇快检室3个，食品抽检不少于350批次。",
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "突出抓好食品、特种设备、产品质量等重点领域监管。",
        "查处食品安全、产品质量、广告违法等各类案件12件。",
        "全年受理投诉举报39件。",
    ],
)
def test_a_list_that_names_the_topic_in_passing_does_not_belong(sentence: str) -> None:
    assert texts_on(f"一、工作情况\n{sentence}\n", "食品安全") == []


def test_a_list_that_counts_each_of_its_items_does() -> None:
    sentence = "抽检食品33批次、药品12批次、化妆品4批次。"
    assert texts_on(f"一、工作情况\n{sentence}\n", "药品") == [sentence]


def test_under_its_heading_a_sentence_belongs_unless_it_speaks_of_another_line() -> None:
    text = (
        "一、工作\n（一）食品安全\n评选文明经营示范店12家。检查电梯使用单位9家。检查餐饮单位3家。\n"
    )
    assert texts_on(text, "食品安全") == ["评选文明经营示范店12家。", "检查餐饮单位3家。"]


def test_under_another_line_s_heading_a_sentence_belongs_only_if_it_is_about_the_topic() -> None:
    text = (
        "一、工作\n（一）广告监管\n监测餐饮、家电、房产等行业，检查餐饮单位5家。"
        "食品监督抽检60批次，合格59批次。监测广告99条次。\n"
    )
    assert texts_on(text, "食品安全") == ["食品监督抽检60批次，合格59批次。"]


def test_complaints_under_a_line_s_heading_are_of_that_line() -> None:
    text = (
        "一、工作情况\n（一）加强特种设备隐患排查。检查电梯80台。受理投诉举报5件，办结5件。\n"
        "（二）开展专项行动。受理投诉举报39件。\n"
    )
    assert texts_on(text, "消费维权") == ["受理投诉举报39件。"]


def test_a_silent_sentence_belongs_between_two_that_do() -> None:
    text = (
        "一、守牢底线\n开展食品专项检查。推动冷链建设。推进餐饮单位分级。强化电梯巡查。继续推进。\n"
    )
    assert texts_on(text, "食品安全") == [
        "开展食品专项检查。",
        "推动冷链建设。",
        "推进餐饮单位分级。",
    ]


def test_a_heading_binds_by_what_it_names_first() -> None:
    text = "一、工作\n（一）开展铁拳行动，维护消费者权益\n整治重点场所40个。\n"
    assert texts_on(text, "消费维权") == []
    assert texts_on(text, "执法办案") == ["整治重点场所40个。"]


def test_within_a_longer_word_of_another_topic_a_word_does_not_count() -> None:
    assert texts_on("一、工作\n查处无证生产食品相关产品案件2起。\n", "食品安全") == []
    assert texts_on("一、工作\n查处无证生产食品相关产品案件2起。\n", "产品质量") != []


def test_what_is_no_topic_is_looked_for_by_its_own_words() -> None:
    assert texts_on(FULL, "电梯") == [
        "检查电梯使用单位58家，消除隐患41处。",
        "对全县老旧电梯逐台评估。",
    ]
    assert texts_on(FULL, "太空") == []


@pytest.mark.parametrize(
    ("called", "name"), [("食品", "食品安全"), (" 特设 ", "特种设备"), ("电梯困人", "电梯困人")]
)
def test_a_topic_is_known_by_what_people_call_it(called: str, name: str) -> None:
    assert canonical_topic(called) == name


def test_mentions_do_not_overlap_and_the_longest_counts() -> None:
    mentions = topic_words("食品安全").mentions("食品相关产品和食品安全")
    assert [m.word for m in mentions] == ["食品相关产品", "食品安全"]


@pytest.mark.parametrize(
    ("sentence", "topic"),
    [
        ("全年新登记经营主体3,120户，日均新增9户。", "登记注册"),
        ("企业占比仅22%，结构不优。", "登记注册"),
        ("加大执法力度，做到有案必查。", "执法办案"),
        ("开展月饼、桶装饮用水、食用油专项抽检。", "食品安全"),
    ],
)
def test_a_sentence_without_a_telling_heading_is_known_by_its_words(
    sentence: str, topic: str
) -> None:
    assert texts_on(f"一、工作情况\n{sentence}\n", topic) == [sentence]


@pytest.mark.parametrize(
    ("sentence", "topic"),
    [
        ("注销药品经营许可证4张。", "登记注册"),
        ("全县食品生产经营主体1,200家纳入包保。", "登记注册"),
    ],
)
def test_words_of_registration_in_another_line_do_not_make_it_registration(
    sentence: str, topic: str
) -> None:
    assert texts_on(f"一、工作情况\n{sentence}\n", topic) == []


def test_complaints_under_a_heading_of_enforcement_are_not_enforcement() -> None:
    text = "一、工作情况\n（一）执法办案。全年立案63件。受理投诉举报402件。\n"
    assert texts_on(text, "执法办案") == ["全年立案63件。"]
