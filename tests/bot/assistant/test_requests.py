import pytest

from bot.assistant.intents import AnswerForm, IntentKind, read_intent
from bot.assistant.requests import read_request

FIND, MAKE, DRAFT, TABLE, CHART, COMPARE = (
    IntentKind.FIND,
    IntentKind.SUMMARISE,
    IntentKind.DRAFT,
    IntentKind.TABLE,
    IntentKind.CHART,
    IntentKind.COMPARE,
)


@pytest.mark.parametrize(
    ("text", "kind", "subject", "length"),
    [
        ("写三分钟发言 苇塘区的 主任明天会上念", MAKE, "苇塘区", "600"),
        ("给局长写个三分钟的发言，讲苇塘区消费维权", MAKE, "苇塘区消费维权", "600"),
        ("领导催得紧，五分钟后要，苇塘区上半年的给我浓缩成四五句", MAKE, "苇塘区上半年", "250"),
        ("把苇塘区上半年的活儿归拢成几句话，给领导看的", MAKE, "苇塘区上半年的活儿", "150"),
        ("苇塘区帮我写个食品安全的小结，一百字左右", MAKE, "苇塘区食品安全", "100"),
        ("领导要一句话汇报食品安全", MAKE, "汇报食品安全", "一句话"),
        ("党建这块苇塘区的说说", MAKE, "党建这块苇塘区", ""),
        ("起草苇塘区下半年食品安全的打算，照着报告写", DRAFT, "苇塘区下半年食品安全", ""),
        ("苇塘区明年药品的计划帮我起草一份", DRAFT, "苇塘区明年药品", ""),
        ("写个价格监管明年计划的草稿", DRAFT, "价格监管明年", ""),
        ("药、械、妆抽检批次给我弄张表", TABLE, "药、械、妆抽检批次", ""),
        ("画个柱子，苇塘区各类合格率，我excel不会弄", CHART, "苇塘区各类合格率", ""),
        ("各局特种设备横着比一下，表格，谁没写就写没写", COMPARE, "特种设备", ""),
        ("能不能把苇塘区信用监管浓缩到五十字", MAKE, "苇塘区信用监管", "50"),
        ("替我归纳几点苇塘区的经验做法", MAKE, "苇塘区的经验做法", ""),
        ("苇塘区重点工作给我理个脉络", MAKE, "苇塘区重点工作", ""),
        ("以办公室名义写份苇塘区消费维权简报", MAKE, "苇塘区消费维权", ""),
        ("苇塘区食品安全情况（200字以内）", MAKE, "苇塘区食品安全情况", "200"),
        ("给清河县写个下半年知识产权的工作思路", DRAFT, "清河县下半年知识产权", ""),
        ("苇塘区明年特种设备怎么安排，帮我编个初稿", DRAFT, "苇塘区明年特种设备怎么安排", ""),
        ("各局投诉举报办理情况一览表", TABLE, "投诉举报办理情况", ""),
        ("食品抽检合格率，各局，表格", TABLE, "食品抽检合格率", ""),
        ("苇塘区和清河县的消费维权，左右对照着看", COMPARE, "苇塘区和清河县的消费维权", ""),
        ("来一期简报式的，苇塘区药品跟特种设备", MAKE, "苇塘区药品跟特种设备", ""),
        ("给我凑八个数据，苇塘区的，往展板上贴", TABLE, "苇塘区", ""),
        ("沾农贸市场的数全列给我", TABLE, "农贸市场", ""),
        ("苇塘区党建这块都有什么数", TABLE, "苇塘区党建", ""),
        ("统计一下各局挽回损失", TABLE, "挽回损失", ""),
        ("写一句话概括苇塘区2023年", MAKE, "苇塘区2023年", "一句话"),
        ("把苇塘区的打算缩成三条", MAKE, "苇塘区的打算", ""),
        ("各局立案多少，打个表", TABLE, "立案多少", ""),
        ("用一句话给领导回：苇塘区投诉多少件", FIND, "苇塘区投诉多少件", "一句话"),
        ("别超过两百字，说说苇塘区问题有哪些，字数卡得死", FIND, "苇塘区问题有哪些", "200"),
        ("苇塘区还有几个没搞完", FIND, "苇塘区还有几个没搞完", ""),
        ("写一下苇塘区问题和计划", MAKE, "苇塘区问题和计划", ""),
        ("苇塘区和清河县的党建有什么不一样", COMPARE, "苇塘区和清河县的党建", ""),
    ],
)
def test_what_is_to_be_made_is_told_from_what_it_is_of(
    text: str, kind: IntentKind, subject: str, length: str
) -> None:
    intent = read_intent(text)
    assert (intent.kind, intent.matter, intent.length) == (kind, subject, length)


@pytest.mark.parametrize(
    ("text", "subject", "form"),
    [
        ("只要数 别的不用 苇塘区特种设备", "苇塘区特种设备", AnswerForm.FIGURES),
        ("一家一行，五个局投诉都办了多少", "五个局投诉都办了多少", AnswerForm.SHORTER),
        ("苇塘区的短板一条条列，只要标题别展开", "苇塘区的短板", AnswerForm.SHORTER),
        ("给三条原话 说明苇塘区食品抓得紧的", "说明苇塘区食品抓得紧的", AnswerForm.QUOTES),
        ("摘几句能引用的，讲放心消费的", "放心消费的", AnswerForm.QUOTES),
        ("把苇塘区的做法挑三条能直接抄的给我", "苇塘区的做法", AnswerForm.QUOTES),
        ("原封不动把苇塘区亮点那段发我", "苇塘区亮点", AnswerForm.QUOTES),
        ("苇塘区党建部分的原文我要粘贴", "苇塘区党建部分", AnswerForm.QUOTES),
        ("就要个数，苇塘区立案多少", "苇塘区立案多少", AnswerForm.FIGURES),
        ("苇塘区春雷行动的数", "苇塘区春雷行动", AnswerForm.FIGURES),
        ("老板问商标为什么难搞，我得回一句", "商标为什么难搞", AnswerForm.PLAIN),
        ("贷款那个事说细点", "贷款那个事", AnswerForm.LONGER),
        ("按条列 苇塘区下半年要干的，昨天给我弄成一大段了", "苇塘区下半年要干的", AnswerForm.PLAIN),
        ("我不太懂业务哈，别笑话，苇塘区接入多少户来着", "苇塘区接入多少户", AnswerForm.PLAIN),
        ("苇塘区罚没款多少万 急着填表", "苇塘区罚没款多少万", AnswerForm.PLAIN),
        ("汇总表等着填，苇塘区罚没款多少万", "苇塘区罚没款多少万", AnswerForm.PLAIN),
        ("苇塘区药店查了几家 诊所呢", "苇塘区药店查了几家 诊所几家", AnswerForm.PLAIN),
        ("有什么问题", "有什么问题", AnswerForm.PLAIN),
        ("主要问题", "主要问题", AnswerForm.PLAIN),
        ("发了几份指令", "发了几份指令", AnswerForm.PLAIN),
        ("苇塘区的打算写了几条", "苇塘区的打算写了几条", AnswerForm.PLAIN),
        ("各局有什么好做法，一家一条", "各局有什么好做法", AnswerForm.SHORTER),
    ],
)
def test_in_what_form_it_is_wanted_is_no_part_of_a_question(
    text: str, subject: str, form: AnswerForm
) -> None:
    intent = read_intent(text)
    assert (intent.kind, intent.matter, intent.form) == (FIND, subject, form)


@pytest.mark.parametrize(
    "text",
    [
        "列车检查了多少趟",
        "投入多少经费用于整改台账",
        "县局的工作计划里提到直播带货了吗",
        "总结里写了什么问题",
        "市局上半年搞没搞打击养老诈骗",
        "办个营业执照要多久",
        "乡下办酒席报备了多少场",
        "省委巡视反馈的问题全改完了吗",
        "ODR哪家搞得多，各搞了多少",
        "食品快捡合格率多少",
        "制定了整治方案多少份",
        "区局有几个科室、多少编制",
        "几个局的授权专利给我排个序",
        "问题那一段一般怎么写",
        "发展了几家示范店",
    ],
)
def test_a_word_of_asking_within_a_thing_claims_nothing(text: str) -> None:
    assert read_request(text).subject == text


@pytest.mark.parametrize(
    ("text", "name", "part"),
    [
        ("把食品那块放最前头", "added_first", "食品"),
        ("得的荣誉放在最前面", "added_first", "得的荣誉"),
        ("下半年打算加在后边", "added", "下半年打算"),
        ("把问题也加上", "added", "问题"),
        ("党建那段删了", "removed", "党建"),
        ("把隐患率去掉", "removed", "隐患率"),
        ("后面补一段下步打算", "added", "下步打算"),
        ("问题放到亮点前边去", "added_first", "问题"),
        ("表格加一列合格率", "added", "合格率"),
        ("横竖颠倒一下", "transposed", ""),
        ("把表横过来，局放在上头", "transposed", ""),
        ("行列对调", "transposed", ""),
        ("没写的写“未载”", "blanks", "未载"),
        ("空着的地方填无", "blanks", "无"),
        ("按合格率从高到低排一下", "sorted", ""),
        ("从少到多排个序", "sorted", "asc"),
        ("数字从小到大", "sorted", "asc"),
        ("只留标题", "shorter", "只留标题"),
        ("刚才那段再发一遍", "again", "刚才那段再发一遍"),
        ("只留前三条", "kept", "前三条"),
        ("就要第二条", "kept", "第二条"),
        ("只保留投诉那一列", "kept", "投诉那一列"),
        ("把苇塘区挪到第一行", "added_first", "苇塘区"),
        ("苇塘区放第一个", "added_first", "苇塘区"),
        ("短一半", "shorter", "短一半"),
    ],
)
def test_a_part_is_moved_added_or_removed(text: str, name: str, part: str) -> None:
    intent = read_intent(text)
    assert (intent.kind, intent.name, intent.matter) == (IntentKind.CHANGE, name, part)


@pytest.mark.parametrize(
    ("text", "matter", "changes"),
    [
        ("第三条不要了，换成党建", "第三条", [("added", "党建")]),
        ("打算那段拿掉，加上计量", "打算", [("added", "计量")]),
        ("各局投诉举报列个表，没写的写未载", "投诉举报", [("blanks", "未载")]),
        ("别的局不要，只看苇塘区", "只看苇塘区", []),
        ("三句话总结苇塘区的广告", "苇塘区的广告", [("sentences", "3")]),
        ("两句话概括苇塘区上半年", "苇塘区上半年", [("sentences", "2")]),
    ],
)
def test_every_change_of_a_message_is_read(
    text: str, matter: str, changes: list[tuple[str, str]]
) -> None:
    intent = read_intent(text)
    assert intent.matter == matter
    assert [(change.name, change.matter) for change in intent.besides] == changes


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("我记得苇塘区查了2700件", "苇塘区查了2700件，对不对"),
        ("听说苇塘区办了291件，真的假的", "苇塘区办了291件，对不对"),
        ("苇塘区春雷行动我记得办了291件来着", "苇塘区春雷行动办了291件，对不对"),
    ],
)
def test_what_somebody_remembers_is_asked_whether_it_is_so(text: str, matter: str) -> None:
    intent = read_intent(text)
    assert (intent.kind, intent.matter) == (FIND, matter)


@pytest.mark.parametrize(
    "text", ["照这个给苇塘区写个药品的计划", "替苇塘区拟个药品的打算", "帮苇塘区写份药品的计划"]
)
def test_for_whom_a_plan_is_written_is_its_bureau(text: str) -> None:
    intent = read_intent(text)
    assert (intent.kind, intent.matter) == (DRAFT, "苇塘区药品")


def test_whether_there_is_more_is_asked_as_how_much_more() -> None:
    assert read_intent("苇塘区的投诉比清河县多不").matter == "苇塘区的投诉比清河县多多少"


def test_an_order_that_no_figure_tells_is_not_made_up() -> None:
    assert read_intent("按严重程度排一下").name == "not_sorted"


def test_what_is_made_may_be_asked_for_without_a_part() -> None:
    intent = read_intent("整理苇塘区全年工作，打算部分不要")
    (change,) = intent.besides
    assert (intent.kind, intent.matter) == (MAKE, "苇塘区全年工作")
    assert (change.name, change.matter) == ("removed", "打算部分")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我贴一段自己写的你帮我润润行不", "polish"),
        ("帮我润色一下这段：今年我们查了餐饮单位若干家", "polish"),
        ("你是真人还是机器", "machine"),
        ("换成给领导汇报的口气", "style"),
        ("能上网查最新的吗", "online"),
        ("我自己的报告能传给你不", "upload"),
        ("能教我怎么用你不", "learning"),
        ("把数字都标红", "layout"),
        ("字体调大点", "layout"),
        ("你会不会瞎编啊，我拿去报上去的", "honest"),
        ("怎么这么慢", "slow"),
        ("我不太懂这个怎么用，我是新来的，一般大伙都怎么问", "learning"),
        ("昨天让你做的那个表还找得着不？换电脑了", "lost"),
    ],
)
def test_what_is_asked_of_the_tool_is_answered_as_talk(text: str, name: str) -> None:
    intent = read_intent(text)
    assert (intent.kind, intent.name) == (IntentKind.TALK, name)


def test_requests_that_are_counted_off_are_each_read() -> None:
    intent = read_intent(
        "两件事，一是苇塘区龙头企业过了几家，二是顺便把清河县乡村振兴那段给我摘出来"
    )
    assert intent.matter == "苇塘区龙头企业过了几家"
    assert [one.matter for one in intent.besides] == ["清河县乡村振兴"]


def test_a_letter_is_not_composed_but_given_the_words_for_it() -> None:
    intent = read_intent("拟个通知，让各所报餐饮浪费检查情况")
    assert (intent.kind, intent.name, intent.form) == (FIND, "letter", AnswerForm.QUOTES)


def test_how_many_things_are_wanted_is_heard() -> None:
    assert read_request("给三条原话 说明苇塘区食品抓得紧的").most == 3
