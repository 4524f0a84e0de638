import pytest

from bot.assistant.intents import AnswerForm, IntentKind, own_bureau_spans, read_intent

QUESTIONS = [
    "区局2023年检查了多少家药店",
    "区局总结里写了什么问题",
    "明年打算干什么",
    "下半年的计划有哪些",
    "县局的工作计划里提到直播带货了吗",
    "看看区局食品抽检多少批次",
    "企业年报率哪个局最低",
    "总结一下区局检查了多少家药店",
    "投入多少经费用于整改台账",
    "主要表现在哪些方面",
    "发给表彰决定了没有",
    "食品抽检合格率跟去年比怎么样",
    "做了哪些工作",
    "指导思想怎么写的",
    "立案最多的是哪个局",
    "列入异常名录多少户",
    "放心消费创建情况",
    "图书检查了吗",
    "表彰了谁",
    "代表作用怎么发挥",
    "数字人民币推广了吗",
    "重点工作",
    "多少",
    "谁多",
    "加入了哪些协会",
    "加上快检一共多少",
    "两个责任落实情况",
    "三个关口分别是什么",
    "存在哪些问题",
    "还存在的问题",
    "哪几家是质量强县",
    "哪几家有示范区",
    "2023年的药店有几家",
    "发展了几名党员",
]


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_stays_a_question(text: str) -> None:
    assert read_intent(text).kind is IntentKind.FIND


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("你好", "hello"),
        ("您好呀！", "hello"),
        ("谢谢", "thanks"),
        ("好的，谢谢你", "thanks"),
        ("你会什么？", "able"),
        ("你是谁", "able"),
        ("再见", "bye"),
        ("知道了", "agreed"),
        ("好的，知道了", "agreed"),
        ("答非所问", "blamed"),
        ("在吗，问个事", "hello"),
        ("好嘞，多谢啦", "thanks"),
        ("好的辛苦啦", "thanks"),
        ("没事了，谢谢", "thanks"),
        ("那你能干什么", "able"),
        ("你都会些什么，我能问你点什么", "able"),
        ("为什么是隐去的", "masks"),
        ("怎么好多地方都打了星号", "masks"),
        ("行👌", "agreed"),
        ("多谢🙏", "thanks"),
        ("怎么打了马赛克", "masks"),
        ("老师您好，打扰一下", "hello"),
        ("晚上好，又加班", "tired"),
        ("妥了，感谢", "thanks"),
        ("完事了，拜", "bye"),
        ("再口语化一点", "style"),
        ("一个全年一个半年，能这么比吗", "comparable"),
        ("这个数怎么是星号啊", "masks"),
        ("*是什么意思", "masks"),
        ("你是谁做的，能帮我做点什么", "able"),
        ("说说你有什么本领", "able"),
        ("你这个系统的数据靠谱不", "honest"),
        ("甲县局的罚款数额为什么看不到", "masks"),
        ("甲县局哪些数据被隐去了", "masks"),
        ("我可以把材料给你吗", "upload"),
        ("你能联网查别的市的情况吗", "online"),
        ("你给的答案我能直接抄进材料里吗", "honest"),
        ("还是没解决我的问题", "blamed"),
        ("您好，刚来的，还不会用", "learning"),
        ("您好，怎么使用", "able"),
        ("除了问数还能做别的吗", "able"),
        ("还能办什么别的", "able"),
        ("x" * 1001, "too_long"),
    ],
)
def test_talk_is_known_by_the_whole_message(text: str, name: str) -> None:
    intent = read_intent(text)
    assert (intent.kind, intent.name) == (IntentKind.TALK, name)


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("你说错了吧，甲县局查了90家药店", "甲县局查了90家药店，对不对"),
        ("写错了，甲县局挽回的是37万", "甲县局挽回的是37万，对不对"),
    ],
)
def test_who_says_that_it_is_wrong_is_answered_with_what_is_written(text: str, matter: str) -> None:
    assert read_intent(text).matter == matter


@pytest.mark.parametrize("text", ["查下我的奖金", "明天下不下雨", "算下这个月的加班费", "开会几点"])
def test_what_is_no_reports_business_is_known(text: str) -> None:
    assert read_intent(text).kind is IntentKind.ELSEWHERE


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("忙死了 帮我看下立案多少件", "立案多少件"),
        ("没有的话专利授权多少件", "专利授权多少件"),
        ("请问一下立案多少件，谢谢", "立案多少件"),
        ("党建那段给我找个样子抄抄", "党建"),
        ("小助手，立案多少件", "立案多少件"),
        ("好吧，立案多少件", "立案多少件"),
    ],
)
def test_what_is_said_around_a_question_is_none_of_it(text: str, matter: str) -> None:
    assert read_intent(text).matter == matter


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("给我出个县局荣誉的word", "县局荣誉"),
        ("把区局的食品安全总结导出成word", "区局的食品安全"),
        ("区局存在的问题做个docx发我", "区局存在的问题"),
    ],
)
def test_a_file_may_be_asked_for_with_what_it_is_to_hold(text: str, matter: str) -> None:
    intent = read_intent(text)
    assert (intent.kind, intent.name, intent.matter) == (IntentKind.CHANGE, "document_of", matter)


@pytest.mark.parametrize(
    ("text", "kind", "matter"),
    [
        (
            "云溪县今年和去年食品安全有什么变化",
            IntentKind.COMPARE,
            "云溪县今年和去年食品安全",
        ),
        ("云溪县今年和去年立案多了还是少了", IntentKind.FIND, "云溪县今年和去年立案相差多少"),
    ],
)
def test_a_change_over_periods_puts_them_side_by_side(
    text: str, kind: IntentKind, matter: str
) -> None:
    intent = read_intent(text)
    assert (intent.kind, intent.matter) == (kind, matter)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("库里一共几家单位的材料", "list"),
        ("你手上都有谁的总结", "list"),
        ("2023年的报告有几份", "has"),
        ("丙市局有没有总结", "has"),
        ("能查到哪些时间段的材料", "newest"),
        ("哪份报告时间最近", "newest"),
        ("现在一共几份报告啊", "list"),
        ("这些材料都是哪年的", "newest"),
        ("这儿几份报告，都是哪年的", "list"),
        ("哪份是云溪县的", "which"),
        ("哪几份报告是上半年的", "which"),
        ("哪几家只有半年的", "which"),
        ("2022年的有几份", "which"),
        ("库里有没有2021年的", "which"),
        ("库里一共几家单位的材料，分别是哪年的", "newest"),
        ("你的数据更新到几月了", "newest"),
        ("这些报告是什么时候放进来的", "loaded"),
    ],
)
def test_what_is_asked_of_the_store_is_known_by_its_words(text: str, name: str) -> None:
    intent = read_intent(text)
    assert (intent.kind, intent.name) == (IntentKind.STORE, name)


@pytest.mark.parametrize("text", ["哪些局", "什么时候", "材料费多少", "这里的企业有几家"])
def test_what_may_be_asked_of_a_report_is_none_of_the_store(text: str) -> None:
    assert read_intent(text).kind is IntentKind.FIND


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("我问的是甲县局不是乙县局", "甲县局"),
        ("我是说立案多少件", "立案多少件"),
        ("换个问法，立案多少件", "立案多少件"),
        ("立案多少件，您看着办", "立案多少件"),
        ("我要的是甲县局的问题不是乙县局的", "甲县局的问题"),
        ("有没有像乙县局那样搞夜市快检的", "有没有搞夜市快检的"),
        ("我就想知道立案多少件", "立案多少件"),
    ],
)
def test_what_only_says_that_it_asks_is_none_of_a_question(text: str, matter: str) -> None:
    assert read_intent(text).matter == matter


@pytest.mark.parametrize("text", ["库里有哪些报告", "都有哪些局", "最新的报告是哪一年的"])
def test_what_the_store_holds_is_asked_of_the_store(text: str) -> None:
    assert read_intent(text).kind is IntentKind.STORE


@pytest.mark.parametrize(
    ("text", "matter", "length"),
    [
        ("总结一下区局的食品安全", "区局的食品安全", ""),
        ("帮我写一段区局药品监管的总结，200字左右", "区局药品监管", "200"),
        ("请把县局的问题概括成三百字", "县局的问题", "300"),
        ("来一份区局的半页总结", "区局", "半页"),
        ("三河县局的情况说说", "三河县局的情况", ""),
        ("你好，麻烦归纳一下各局的营商环境", "营商环境", ""),
        ("/summary 区局 药品 一句话", "区局 药品", "一句话"),
        ("写一段县局执法办案的，100字", "县局执法办案", "100"),
    ],
)
def test_a_summary_is_told_from_what_it_is_of(text: str, matter: str, length: str) -> None:
    intent = read_intent(text)
    assert intent.kind is IntentKind.SUMMARISE
    assert (intent.matter, intent.length) == (matter, length)


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("帮我写个明年特种设备安全的计划", "明年特种设备安全"),
        ("起草一份2024年下半年知识产权工作打算", "2024年下半年知识产权"),
        ("区局药品的计划帮我写一下", "区局药品"),
        ("/plan 区局 药品", "区局 药品"),
    ],
)
def test_a_draft_is_told_from_what_it_is_of(text: str, matter: str) -> None:
    intent = read_intent(text)
    assert (intent.kind, intent.matter) == (IntentKind.DRAFT, matter)


@pytest.mark.parametrize(
    ("text", "kind", "matter"),
    [
        ("把各局的投诉举报数量列个表", IntentKind.TABLE, "投诉举报数量"),
        ("用表格列一下各局的抽检批次", IntentKind.TABLE, "抽检批次"),
        ("画个图看看各局的抽检合格率", IntentKind.CHART, "抽检合格率"),
        ("画个柱状图，立案数", IntentKind.CHART, "立案数"),
        ("拿柱子图画一下各局的抽检批次", IntentKind.CHART, "抽检批次"),
        ("市局和区局的电梯检查对比一下", IntentKind.COMPARE, "市局和区局的电梯检查"),
    ],
)
def test_a_form_is_told_from_what_it_is_of(text: str, kind: IntentKind, matter: str) -> None:
    intent = read_intent(text)
    assert (intent.kind, intent.matter) == (kind, matter)


@pytest.mark.parametrize(
    ("text", "name", "length"),
    [
        ("再短一点", "shorter", ""),
        ("太长了", "shorter", ""),
        ("太长，压缩一半", "shorter", ""),
        ("能不能详细一点", "longer", ""),
        ("换成表格", "table", ""),
        ("画成图", "chart", ""),
        ("存成word", "document", ""),
        ("重新写一遍", "again", ""),
        ("压缩到200字以内", "length", "200"),
        ("一句话概括一下", "length", "一句话"),
        ("换成word发我", "document", ""),
        ("写进word里", "document", ""),
        ("写成一段话", "paragraph", ""),
        ("行，换成表格", "table", ""),
        ("做成表，下午开会用", "table", ""),
        ("字数有点超，砍一砍", "shorter", ""),
        ("缩成三行", "length", "150"),
        ("改成任务清单", "tasks", ""),
        ("那有没有别的数", "rest", ""),
        ("只要数字", "figures", ""),
        ("是哪个局的", "evidence", ""),
        ("隐去了？", "evidence", ""),
        ("那个99.8是什么", "evidence", ""),
        ("去掉隐去的", "disclosed", ""),
        ("只保留有数的", "disclosed", ""),
        ("换回文字", "plain", ""),
        ("有数吗", "figures", ""),
        ("太空了，具体一点", "longer", ""),
        ("干巴巴的，充实点", "longer", ""),
        ("太长了，短一点", "shorter", ""),
        ("这两个放一起列个表", "together", ""),
        ("列个表，这两个放一起", "together", ""),
        ("两个放到一张表里", "together", ""),
        ("列表看看", "table", ""),
        ("图能不能画一个", "chart", ""),
        ("那就用一句话写给我", "length", "一句话"),
        ("数字就行，别的不要", "figures", ""),
        ("我记得是五百多家，不对吧", "evidence", ""),
        ("太简单了", "longer", ""),
        ("太多了，简短些", "shorter", ""),
        ("好的，存成word给我，谢谢", "document", ""),
        ("他们两个的放一块", "together", ""),
        ("这三家的做成表", "together", ""),
        ("别用表格了", "plain", ""),
        ("长话短说", "shorter", ""),
        ("直接给数", "figures", ""),
        ("我怎么记得是五百家", "evidence", ""),
    ],
)
def test_a_change_of_what_was_given_is_the_whole_message(text: str, name: str, length: str) -> None:
    intent = read_intent(text)
    assert (intent.kind, intent.name, intent.length) == (IntentKind.CHANGE, name, length)


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("再加上消费维权", "消费维权"),
        ("广告监管也加上", "广告监管"),
        ("把表彰情况也加进去吧", "表彰情况"),
        ("中药也补上", "中药"),
        ("表里再加一行价格投诉", "价格投诉"),
    ],
)
def test_a_thing_is_added_in_any_order(text: str, thing: str) -> None:
    intent = read_intent(text)
    assert (intent.kind, intent.name, intent.matter) == (IntentKind.CHANGE, "added", thing)


@pytest.mark.parametrize("text", ["各局立案多少件", "大家都有什么好做法", "三家局都检查了吗"])
def test_everyone_is_heard(text: str) -> None:
    assert read_intent(text).of_everyone


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("我们局立案多少件", "我们局"),
        ("本局的问题", "本局"),
        ("咱们单位去年怎么样", "咱们单位"),
        ("基本局面稳定", ""),
        ("咱们市局那份总结", ""),
        ("我这儿要写个材料", ""),
        ("我们局长是谁", ""),
    ],
)
def test_ones_own_bureau_is_found_in_the_words(text: str, said: str) -> None:
    spans = own_bureau_spans(text)
    assert "".join(text[start:end] for start, end in spans) == said


@pytest.mark.parametrize(
    ("text", "matter", "form"),
    [
        ("苇塘区有哪些问题，只要标题", "苇塘区有哪些问题", "shorter"),
        ("苇塘区有哪些问题，一条条列", "苇塘区有哪些问题", "plain"),
        ("苇塘区投诉举报多少件，别的不要", "苇塘区投诉举报多少件", "figures"),
        ("苇塘区食品安全做了什么，详细一点", "苇塘区食品安全做了什么", "longer"),
        ("食品抽检多少批次，全部合格吗", "食品抽检多少批次，全部合格吗", "plain"),
        ("食品抽检，合格率多少", "食品抽检，合格率多少", "plain"),
    ],
)
def test_the_last_clause_may_say_how_the_answer_is_told(text: str, matter: str, form: str) -> None:
    intent = read_intent(text)
    assert (intent.kind, intent.matter, intent.form) == (IntentKind.FIND, matter, form)


def test_one_figure_that_is_put_to_the_test_is_asked_for() -> None:
    assert read_intent("苇塘区检查电梯1233台，对不对").name == "claimed"
    assert read_intent("苇塘区抽检100批次，合格90批次、不合格10批次，对得上吗").name == "sums"


@pytest.mark.parametrize("said", ["早啊，今儿又得赶材料，头大", "你好，头疼，又要写材料"])
def test_a_greeting_with_a_sigh_is_talk(said: str) -> None:
    assert read_intent(said).kind is IntentKind.TALK


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("主任说你会写稿，能帮到哪一步", "able"),
        ("忙死了，主任又催", "tired"),
        ("你给的数敢往上报吗", "honest"),
        ("你是哪家公司做的", "machine"),
    ],
)
def test_what_is_said_to_the_helper_is_talk_in_any_words(text: str, name: str) -> None:
    assert (read_intent(text).kind, read_intent(text).name) == (IntentKind.TALK, name)


@pytest.mark.parametrize("text", ["广告监管写在苇塘区报告哪一部分", "苇塘区在哪儿写的广告监管"])
def test_where_something_stands_is_asked_of_that(text: str) -> None:
    intent = read_intent(text)
    assert (intent.kind, intent.form) == (IntentKind.FIND, AnswerForm.EVIDENCE)
    assert "广告监管" in intent.matter


def test_parts_are_drawn_as_shares_and_little_before_much_is_sorted() -> None:
    shares = read_intent("苇塘区投诉和举报各占几成")
    assert (shares.kind, shares.name) == (IntentKind.CHART, "shares")
    first = read_intent("少的放前面")
    assert (first.name, first.matter) == ("sorted", "asc")
