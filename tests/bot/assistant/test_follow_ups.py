from dataclasses import replace

import pytest

from bot.answers import Answer, AnswerStatus
from bot.assistant.antecedents import Conversation
from bot.assistant.changes import hear_change
from bot.assistant.follow_ups import resume, settle_subject
from bot.assistant.intents import AnswerForm, Edit, EditKind, Intent, IntentKind, read_intent
from bot.assistant.readings import stand_alone
from bot.assistant.references import resolve_item, strip_framing
from knowledge.retrieval.holdings import Holdings, KnownReport
from knowledge.retrieval.question import Question, read_question
from knowledge.understanding.identity import bureau_named
from knowledge.understanding.periods import Period, YearPart

STORE = [
    KnownReport("clear22", bureau_named("清河县市场监管局"), Period(2022)),
    KnownReport("clear23", bureau_named("清河县市场监管局"), Period(2023)),
    KnownReport("marsh23", bureau_named("苇塘区市场监管局"), Period(2023)),
    KnownReport("masked23", bureau_named("**县市场监管局"), Period(2023, YearPart.FIRST_HALF)),
]


def read(text: str) -> Question:
    return read_question(text, Holdings(STORE), 2023, lambda _phrase, _within=None: frozenset())


NAMES = {"clear22": "清河县2022年", "clear23": "清河县2023年", "marsh23": "苇塘区2023年"}


def labels(question: Question) -> list[str]:
    return [NAMES[key] for key in NAMES if key in (question.scope.reports or ())]


def answer(intent: Intent) -> Answer:
    """An answer of no words to whatever is asked, but of 科室."""
    told = AnswerStatus.NOT_FOUND if "科室" in intent.matter else AnswerStatus.ANSWERED
    return Answer(intent.matter, told, "")


def begin() -> Conversation:
    return Conversation((), read, labels, answer, lambda word: word in ("学校", "药品", "特种设备"))


def wanted(*messages: str) -> Intent:
    """What the last of some messages wants."""
    talk = begin()
    for message in messages:
        said = resolve_item(read_intent(strip_framing(message)), talk)
        intent = resume(hear_change(message, said, talk), talk)
        talk = replace(talk, subjects=(*talk.subjects, intent))
    return intent


def readings(text: str, before: str) -> tuple[str, ...]:
    talk = Conversation((Intent(IntentKind.FIND, before),), read, labels)
    found = stand_alone(text, read(text), read(before), talk)
    assert found[-1] == text
    assert len(set(found)) == len(found)
    return found


def reports(text: str) -> set[str]:
    return set(read(text).scope.reports or ())


@pytest.mark.parametrize(
    ("before", "text", "words", "held"),
    [
        ("清河县2023年立案多少件", "那食品抽检呢？", "食品抽检", {"clear23"}),
        ("清河县2023年立案多少件", "那2022年呢？", "立案", {"clear22"}),
        ("清河县2023年立案多少件", "苇塘区呢？", "立案", {"marsh23"}),
        ("清河县2023年立案多少件", "换成苇塘区", "立案", {"marsh23"}),
        ("清河县2023年立案多少件", "罚没款多少万元", "罚没款", {"clear23"}),
        ("清河县2023年立案多少件", "其中食品类多少件", "食品类", {"clear23"}),
        ("清河县2023年有哪些问题", "那苇塘区呢", "问题", {"marsh23"}),
        ("清河县2023年立案多少件", "**县上半年呢？", "立案", {"masked23"}),
    ],
)
def test_what_a_follow_up_leaves_out_is_taken_from_before(
    before: str, text: str, words: str, held: set[str]
) -> None:
    first = readings(text, before)[0]
    assert words in first
    assert reports(first) == held


@pytest.mark.parametrize(
    "text",
    [
        "苇塘区2023年受理投诉多少件？",
        "各局立案多少件",
        "所有单位立案多少件",
        "哪个局立案最多",
    ],
)
def test_a_question_that_stands_alone_is_left_as_it_is(text: str) -> None:
    assert readings(text, "清河县2023年立案多少件") == (text,)


def test_a_period_without_a_bureau_is_one_of_the_bureau_before() -> None:
    first = readings("2022年受理投诉多少件", "清河县2023年立案多少件")[0]
    assert reports(first) == {"clear22"}


def test_a_period_that_the_bureau_before_has_not_is_of_all() -> None:
    assert readings("2022年受理投诉多少件", "苇塘区2023年立案多少件") == ("2022年受理投诉多少件",)


def test_the_period_before_goes_to_another_bureau_only_where_there_is_its_report() -> None:
    first = readings("苇塘区呢", "清河县2022年立案多少件")[0]
    assert reports(first) == {"marsh23"}


def test_after_a_question_without_bureau_and_period_nothing_is_added() -> None:
    assert readings("罚没款多少万元", "立案多少件") == ("罚没款多少万元",)


def test_an_unknown_bureau_replaces_the_one_before() -> None:
    for reading in readings("碧岭县呢？", "清河县2023年立案多少件"):
        assert "清河" not in reading
        assert read(reading).scope.unknown == ("碧岭县",)


def test_a_unit_is_not_kept_for_things_it_does_not_count() -> None:
    first = readings("那诊所呢？", "清河县2023年立案多少件")[0]
    assert "诊所" in first
    assert "件" not in first


@pytest.mark.parametrize("text", ["呢", "那呢？", "还有呢", "那", "？"])
def test_a_follow_up_of_nothing_asks_the_same_again(text: str) -> None:
    first = readings(text, "清河县2023年立案多少件")[0]
    assert "立案" in first
    assert reports(first) == {"clear23"}


def test_a_follow_up_keeps_each_bureaus_own_period() -> None:
    before = "清河县2022年和苇塘区2023年立案各多少件"
    assert reports(readings("罚没款多少万元", before)[0]) == {"clear22", "marsh23"}


def test_who_has_more_is_asked_of_those_before() -> None:
    first = readings("谁更多", "清河县和苇塘区2023年立案各多少件")[0]
    assert reports(first) == {"clear23", "marsh23"}
    assert "立案" in first


@pytest.mark.parametrize(
    "text", ["两家相比谁高？", "谁多", "哪个局更多？", "它们谁高一些", "最多的是哪家"]
)
def test_which_has_more_is_asked_of_the_last_bureaus(text: str) -> None:
    intent = wanted("清河县2022年立案多少件", "苇塘区2023年立案多少件", text)
    assert reports(intent.matter) == {"clear22", "marsh23"}
    assert "立案哪个" in intent.matter


def test_which_has_more_is_asked_of_all_where_none_was_named() -> None:
    assert wanted("立案多少件", "谁多").matter == "哪个局立案最多"


def test_which_has_more_of_one_bureau_has_nothing_to_compare() -> None:
    assert wanted("苇塘区2023年立案多少件", "谁多").name == "compare_whom"


@pytest.mark.parametrize("text", ["哪个局立案最多", "清河县和苇塘区谁高"])
def test_a_comparison_that_names_something_is_read_as_it_stands(text: str) -> None:
    assert text in wanted("清河县2022年罚没款多少", text).matter


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("换成表格", AnswerForm.TABLE),
        ("只说数字", AnswerForm.FIGURES),
        ("短一点", AnswerForm.SHORTER),
        ("再详细点", AnswerForm.LONGER),
        ("不对吧", AnswerForm.EVIDENCE),
        ("你确定？", AnswerForm.EVIDENCE),
    ],
)
def test_an_answer_is_asked_for_again_in_another_form(text: str, form: AnswerForm) -> None:
    intent = wanted("清河县2022年立案多少件", text)
    assert (intent.kind, intent.matter, intent.form) == (
        IntentKind.FIND, "清河县2022年立案多少件", form,
    )  # fmt: skip


def test_what_was_cut_is_told_whole_again() -> None:
    assert wanted("苇塘区有哪些问题", "短一点", "详细点").form is AnswerForm.PLAIN
    assert wanted("苇塘区有哪些问题", "短一点", "再短一点").name == "no_shorter"


def test_what_was_told_as_a_table_is_told_in_sentences_again() -> None:
    assert wanted("苇塘区有哪些问题", "列表看看", "不用表了").form is AnswerForm.PLAIN


def test_a_table_of_one_figure_takes_in_the_questions_that_it_goes_with() -> None:
    intent = wanted("清河县2023年立案多少件", "罚没款多少", "苇塘区呢", "做成表")
    assert intent.form is AnswerForm.TABLE
    parts = (intent, *intent.besides)
    assert [reports(one.matter) for one in parts] == [{"clear23"}, {"clear23"}, {"marsh23"}]


def test_a_table_that_is_too_long_is_told_as_its_figures() -> None:
    assert wanted("各局立案多少件", "列表看看", "再短一点").form is AnswerForm.FIGURES


def test_how_far_two_differ_may_name_the_thing() -> None:
    intent = wanted("清河县2023年立案多少件", "苇塘区呢", "罚没款差多少")
    assert reports(intent.matter) == {"clear23", "marsh23"}
    assert "罚没款差多少" in intent.matter


def test_the_number_alone_of_a_thing_is_asked_of_that_thing() -> None:
    assert (
        wanted("苇塘区2023年药品抽检合格率多少", "没写批次啊").matter
        == "苇塘区2023年药品抽检批次多少"
    )


@pytest.mark.parametrize("text", ["苇塘区的个体户", "那苇塘区个体户呢"])
def test_a_bureau_and_a_bare_thing_are_asked_of_as_before(text: str) -> None:
    intent = wanted("清河县2023年企业年报率多少", text)
    assert "个体户年报率" in intent.matter
    assert reports(intent.matter) == {"marsh23"}


def test_a_bureau_that_is_only_asked_how_many_is_asked_of_the_thing_before() -> None:
    assert "药店" in wanted("清河县2023年查了几家药店", "苇塘区是几家").matter


@pytest.mark.parametrize("text", ["同样的来段苇塘区的", "苇塘区怎么写的"])
def test_the_same_of_another_bureau_may_be_asked_for_in_many_words(text: str) -> None:
    intent = wanted("写一段清河县2023年食品安全的总结", text)
    assert intent.kind is IntentKind.SUMMARISE
    assert reports(intent.matter) == {"marsh23"}


def test_what_was_ranked_is_compared_without_the_rank() -> None:
    matter = wanted("清河县2023年年报率哪类最低", "跟苇塘区比比").matter
    assert "年报率" in matter
    assert "最低" not in matter


def test_a_word_alike_takes_the_place_of_the_one_before() -> None:
    assert "线下查了多少网站" in wanted("苇塘区2023年线上查了多少网站", "线下的呢").matter


def test_another_thing_differs_at_the_rate_before() -> None:
    intent = wanted("清河县2023年企业年报率多少", "苇塘区呢", "农专的差距呢")
    assert "农专年报率差多少" in intent.matter


def test_what_every_line_of_work_has_is_asked_of_the_one_before() -> None:
    assert "特种设备" in wanted("苇塘区2023年特种设备查了多少台", "有没有隐患").matter


def test_two_answers_are_put_together_in_the_form_named() -> None:
    intent = wanted("清河县2022年立案多少件", "罚没款多少", "这两个放一起列个表")
    assert intent.form is AnswerForm.TABLE
    assert ["立案" in intent.matter, "罚没款" in intent.besides[0].matter] == [True, True]


def test_another_thing_is_told_besides_of_the_same_bureau() -> None:
    intent = wanted("总结一下苇塘区的食品安全", "再加上特种设备")
    (added,) = intent.besides
    assert added.kind is IntentKind.SUMMARISE
    assert reports(added.matter) == {"marsh23"}
    assert "特种设备" in added.matter


def test_parts_of_one_question_are_added_up_without_the_question_before() -> None:
    matter = wanted(
        "苇塘区2023年电梯检验率多少", "清河县2023年受理投诉多少件，举报多少件", "加起来多少"
    ).matter
    assert "检验率" not in matter
    assert reports(matter) == {"clear23"}


@pytest.mark.parametrize("text", ["加一块多少", "那一共呢", "两个加起来是多少件"])
def test_the_last_two_figures_are_added_up_in_any_wording(text: str) -> None:
    matter = wanted("苇塘区2023年检查药店多少家", "检查诊所多少家", text).matter
    assert all(word in matter for word in ("药店", "诊所", "一共多少"))


def test_a_thing_is_added_to_what_was_made_for_each_of_its_bureaus() -> None:
    intent = wanted(
        "清河县2023年立案多少件", "苇塘区呢", "这两个放一个表里", "为什么多", "罚没款也加上"
    )
    assert intent.form is AnswerForm.TABLE
    added = intent.besides[1:]
    assert [reports(one.matter) for one in added] == [{"clear23"}, {"marsh23"}]
    assert all("罚没款" in one.matter for one in added)


def test_a_part_of_what_was_counted_goes_on_with_it() -> None:
    matter = wanted("苇塘区2023年药品抽检多少批", "不合格的占多少").matter
    assert "药品抽检" in matter


@pytest.mark.parametrize("text", ["食品类的有吗", "那食品类的有没有？"])
def test_a_kind_alone_is_a_kind_of_what_was_asked(text: str) -> None:
    matter = wanted("苇塘区2023年立案多少件", text).matter
    assert reports(matter) == {"marsh23"}
    assert "食品类立案" in matter


def test_the_part_of_a_share_is_not_what_the_next_question_is_of() -> None:
    matter = wanted("苇塘区2023年投诉多少件", "热线占多少", "挽回了多少").matter
    assert matter == "苇塘区2023年挽回了多少"


def test_this_line_of_work_is_the_one_asked_about_before() -> None:
    matter = wanted("苇塘区2023年特种设备多少台", "检验率多少", "明年这块有什么打算").matter
    assert "特种设备" in matter
    assert read(matter).scope.bureaus


def test_a_reason_alone_is_that_of_the_thing_before() -> None:
    matter = wanted("苇塘区2023年年报率多少", "能说说为什么吗").matter
    assert matter == "苇塘区2023年年报率为什么"


@pytest.mark.parametrize("text", ["苇塘区怎么样", "苇塘区是什么情况", "苇塘区2023年怎么样？"])
def test_how_a_bureau_is_wants_a_summary_of_it(text: str) -> None:
    intent = wanted(text)
    assert intent.kind is IntentKind.SUMMARISE
    assert reports(intent.matter) >= {"marsh23"}


@pytest.mark.parametrize("text", ["苇塘区食品安全怎么样", "投诉情况怎么样", "怎么样"])
def test_how_a_thing_is_stays_a_question(text: str) -> None:
    assert wanted(text).kind is IntentKind.FIND


def test_a_part_is_told_at_more_length_of_the_bureau_before() -> None:
    intent = wanted("总结一下苇塘区", "食品这块再多写点")
    assert intent.kind is IntentKind.SUMMARISE
    assert reports(intent.matter) == {"marsh23"}


def test_all_that_was_put_together_is_asked_of_another_bureau() -> None:
    intent = wanted("清河县2023年立案多少件", "罚没款多少", "这两个放一起", "苇塘区也来一份")
    assert all(reports(i.matter) == {"marsh23"} for i in (intent, *intent.besides))


def test_a_bureau_alone_is_no_question_of_its_own() -> None:
    intent = wanted("清河县2023年立案多少件", "我问苇塘区")
    assert reports(intent.matter) == {"marsh23"}
    assert "我问苇塘区" not in intent.otherwise


@pytest.mark.parametrize("text", ["跟苇塘区比呢", "和苇塘区相比", "跟苇塘区比比"])
def test_another_bureau_is_put_beside_the_one_before(text: str) -> None:
    intent = wanted("清河县2023年立案多少件", text)
    assert intent.kind is IntentKind.FIND
    assert reports(intent.matter) == {"clear23", "marsh23"}


def test_what_was_done_with_it_is_asked_of_the_thing_before() -> None:
    assert "隐患" in wanted("苇塘区2023年隐患多少处", "整改了吗").matter
    assert "隐患" in wanted("隐患哪个局多", "都整改了吗").matter


def test_another_line_of_work_is_asked_of_by_itself() -> None:
    matter = wanted("苇塘区2023年有多少台电梯", "特种设备一共多少").matter
    assert matter == "苇塘区2023年特种设备一共多少"


def test_what_is_counted_stays_the_subject() -> None:
    assert "餐饮" in wanted("苇塘区2023年检查了多少家餐饮", "罚了几家").matter


def test_who_did_more_of_something_is_asked_of_the_last_bureaus_and_line_of_work() -> None:
    matter = wanted("价格监管清河县2023年干了什么", "苇塘区呢", "谁办的案子多").matter
    assert reports(matter) == {"clear23", "marsh23"}
    assert "价格" in matter


def test_a_bureau_alone_is_asked_of_the_line_of_work_too() -> None:
    intent = wanted("清河县2023年双随机完成得怎么样", "本部门的完成率多少", "苇塘区呢")
    assert "双随机" not in intent.matter
    assert any("双随机" in one and reports(one) == {"marsh23"} for one in intent.otherwise)


def test_whether_something_is_planned_is_asked_of_the_line_of_work() -> None:
    matter = wanted("清河县2023年疫情这块停业了几家", "下半年还写了没").matter
    assert "疫情" in matter
    assert read(matter).scope.bureaus


@pytest.mark.parametrize("text", ["换成苇塘区的再说一遍", "苇塘区也说说", "苇塘区有没有这个数据"])
def test_the_same_is_told_again_of_another_bureau(text: str) -> None:
    matter = wanted("清河县2023年立案多少件", text).matter
    assert reports(matter) == {"marsh23"}
    assert "立案" in matter


def test_what_was_refused_is_left_out_of_what_is_put_together() -> None:
    messages = ["清河县2023年立案多少件", "苇塘区呢", "苇塘区2023年科室几个"]
    together = wanted(*messages, "这两个写成一段话")
    assert together.form is AnswerForm.PARAGRAPH
    parts = (together, *together.besides)
    assert [reports(part.matter) for part in parts] == [{"clear23"}, {"marsh23"}]


def test_a_file_of_something_holds_what_is_asked_of_the_bureau_before() -> None:
    intent = wanted("苇塘区2023年立案多少件", "荣誉出个word")
    assert intent.kind is IntentKind.CHANGE
    assert reports(intent.besides[0].matter) == {"marsh23"}


@pytest.mark.parametrize("text", ["它的党建怎么样", "他们党建怎么样", "党建他们怎么样"])
def test_a_word_for_the_bureau_stands_for_the_one_before(text: str) -> None:
    intent = wanted("苇塘区2023年立案多少件", text)
    assert reports(intent.matter) == {"marsh23"}
    assert "党建" in intent.matter


def test_both_are_the_last_two_bureaus() -> None:
    matter = wanted("清河县2022年立案多少件", "苇塘区2023年呢", "两边罚没款差多少").matter
    assert reports(matter) == {"clear22", "marsh23"}
    assert "罚没款" in matter


@pytest.mark.parametrize("text", ["苇塘区没写吗", "苇塘区一件都没提？", "苇塘区写没写"])
def test_whether_a_bureau_tells_it_too_is_asked_of_what_was_asked(text: str) -> None:
    matter = wanted("清河县2023年立案多少件", text).matter
    assert reports(matter) == {"marsh23"}
    assert "立案" in matter


def test_what_any_line_of_work_does_is_asked_of_the_one_before() -> None:
    intent = wanted("清河县2023年特种设备查了多少台", "苇塘区怎么弄的")
    assert "特种设备" in intent.matter
    assert reports(intent.matter) == {"marsh23"}


def test_another_thing_is_asked_of_at_the_rate_before() -> None:
    intent = wanted("清河县2023年食品抽检合格率多少", "快检呢")
    assert intent.matter == "清河县2023年快检合格率多少"


def test_another_bureau_is_compared_in_what_the_message_names() -> None:
    matter = wanted("清河县2023年有哪些亮点", "跟苇塘区的短板有重样的吗").matter
    assert reports(matter) == {"clear23", "marsh23"}
    assert matter.endswith("短板")


def test_what_nothing_answers_and_names_nothing_is_no_subject() -> None:
    said = read_intent("那行我再琢磨琢磨")
    talk = replace(begin(), answer_of=lambda one: Answer(one.matter, AnswerStatus.NOT_FOUND, ""))
    assert settle_subject(said, said, talk) is None


def test_of_several_readings_the_one_that_answers_is_the_subject() -> None:
    wish = Intent(
        IntentKind.FIND, "清河县2023年特种设备查了多少", otherwise=("清河县2023年查了多少",)
    )
    not_found = Answer("", AnswerStatus.NOT_FOUND, "")
    talk = replace(
        begin(), answer_of=lambda one: not_found if "特种设备" in one.matter else answer(one)
    )
    kept = settle_subject(wish, wish, talk)
    assert kept is not None
    assert kept.matter == "清河县2023年查了多少"


def test_a_draft_is_made_of_the_bureau_before_for_a_period_of_its_own() -> None:
    intent = wanted("苇塘区2023年立案多少件", "拟个下一步的工作方案")
    assert intent.kind is IntentKind.DRAFT
    assert "2023" not in intent.matter
    assert "苇塘区" in intent.matter


def test_a_passage_of_a_bureau_alone_is_of_what_was_asked_before() -> None:
    intent = wanted("清河县2023年网络监管做了什么", "苇塘区呢", "那就清河县的，写两句话给我")
    assert (intent.kind, intent.form) == (IntentKind.FIND, AnswerForm.PARAGRAPH)
    assert "网络监管" in intent.matter
    assert reports(intent.matter) == {"clear23"}


def test_bureaus_are_taken_out_of_a_table_by_name() -> None:
    intent = wanted("各局立案多少件", "出表", "清河县和苇塘区的不要了")
    assert intent.edits == (Edit(EditKind.REMOVE, "清河县市场监管局、苇塘区市场监管局"),)


def test_what_is_made_without_a_part_is_one_request() -> None:
    intent = wanted("整理苇塘区全年工作，打算部分不要")
    assert intent.kind is IntentKind.SUMMARISE
    assert intent.edits == (Edit(EditKind.REMOVE, "打算部分"),)


def test_two_bureaus_before_are_meant_wherever_they_are_named() -> None:
    intent = wanted("清河县2023年创卫花了多少", "苇塘区2023年呢", "两个局的创卫放一起")
    assert reports(intent.matter) == {"clear23", "marsh23"}


def test_a_chart_that_compares_is_of_both_asked_about() -> None:
    intent = wanted("清河县2023年年报率", "苇塘区2023年呢", "画个图比一下")
    assert len(intent.besides) == 1


@pytest.mark.parametrize(
    ("messages", "asked"),
    [
        (["清河县2023年党建投了多少钱", "帮了多少人"], "清河县2023年党建帮了多少人"),
        (["清河县2023年特种设备查了几家单位", "多少台"], "清河县2023年特种设备查了多少台"),
        (["清河县2023年食品抽检多少批次", "不合格几批"], "清河县2023年食品不合格几批"),
    ],
)
def test_what_was_done_or_counted_before_is_no_part_of_what_is_asked_next(
    messages: list[str], asked: str
) -> None:
    assert wanted(*messages).matter == asked


def test_a_word_of_the_last_question_with_also_asks_the_same_of_another() -> None:
    matter = wanted("清河县2023年缺什么", "苇塘区也缺吗").matter
    assert reports(matter) == {"marsh23"}
    assert matter.endswith("缺什么")
    assert "缺什么" in wanted("清河县2023年缺什么", "其他局呢").matter


def test_a_text_of_another_bureau_alone_is_what_was_written_last() -> None:
    intent = wanted("写一段清河县2023年的特种设备，100字", "换苇塘区的写一份")
    assert (intent.kind, intent.length) == (IntentKind.SUMMARISE, "100")
    assert "特种设备" in intent.matter
    assert reports(intent.matter) == {"marsh23"}


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("开头加一句重点查哪些地方", Edit(EditKind.FIRST, "重点查哪些地方")),
        ("前面补一段怎么查的", Edit(EditKind.FIRST, "怎么查的")),
    ],
)
def test_a_sentence_to_be_put_first_may_ask_something(text: str, edit: Edit) -> None:
    assert wanted("写一段清河县2023年的特种设备，100字", text).edits == (edit,)


def test_what_was_asked_of_several_bureaus_is_gathered_a_line_for_each() -> None:
    messages = ("清河县2023年计量做了什么", "检了多少台", "苇塘区2023年计量做了什么")
    intent = wanted(*messages, "汇总成三行")
    assert intent.form is AnswerForm.SHORTER
    assert [reports(one.matter) for one in (intent, *intent.besides)] == [{"clear23"}, {"marsh23"}]
    assert not wanted(*messages[:2], "汇总成三行").besides


@pytest.mark.parametrize("text", ["算式给我看看", "出处标上", "3个100%是指哪三个"])
def test_what_something_rests_on_is_shown(text: str) -> None:
    assert wanted("清河县2023年合格率多少", text).form is AnswerForm.EVIDENCE


def test_what_two_did_in_one_line_of_work_is_put_side_by_side() -> None:
    asked = ("清河县2023年食品安全做了什么", "苇塘区呢", "这两个放一起比一下")
    intent = wanted(*asked)
    assert intent.kind is IntentKind.COMPARE
    assert reports(intent.matter) == {"clear23", "marsh23"}


def test_all_is_counted_of_the_thing_not_of_a_part_of_it() -> None:
    matter = wanted("清河县2023年食品抽检不合格批次是多少", "一共抽了多少").matter
    assert "食品" in matter
    assert "不合格" not in matter


def test_another_bureau_after_a_table_has_a_table() -> None:
    intent = wanted("清河县2023年立案多少件", "做成表", "苇塘区呢")
    assert intent.form is AnswerForm.TABLE
    assert reports(intent.matter) == {"marsh23"}


def test_a_thing_counted_after_a_rate_is_no_part_of_the_rate() -> None:
    matter = wanted("清河县2023年检查电梯多少台", "合格率呢", "检查了多少台").matter
    assert "电梯" in matter
    assert "合格率" not in matter


def test_a_text_of_another_bureau_holds_nothing_of_the_one_before() -> None:
    written = ("写一段清河县2023年的特种设备，100字", "最后补一段还有哪些不足")
    intent = wanted(*written, "换苇塘区的写一份")
    assert [reports(one.matter) for one in (intent, *intent.besides)] == [{"marsh23"}] * 2


@pytest.mark.parametrize("text", ["太多，捡两条", "挑两点说", "列两条就行"])
def test_so_many_things_are_wanted_of_what_was_told(text: str) -> None:
    intent = wanted("清河县2023年有哪些亮点", text)
    assert (intent.form, intent.most) == (AnswerForm.SHORTER, 2)


@pytest.mark.parametrize("text", ["贷了多少", "给哪家公司的"])
def test_what_names_no_thing_is_asked_of_the_one_before_of_no_bureau_either(text: str) -> None:
    first = wanted("哪些局提到了商标质押贷款", text).matter
    assert first.startswith("商标")
    assert read(first).scope.bureaus == ()


def test_what_was_honoured_is_asked_of_the_bureau_before() -> None:
    assert wanted("清河县2023年得了什么奖", "几个奖").matter == "清河县2023年几个奖"
    assert "省里发" in wanted("清河县2023年得了什么奖", "哪个是省里发的").matter


def test_the_same_plans_are_asked_of_all_others() -> None:
    matter = wanted("清河县2023年药品打算怎么抓", "别的局有这种打算吗").matter
    assert "药品" in matter
    assert "清河" not in matter


def test_a_word_for_the_bureau_within_a_question_stands_for_the_one_before() -> None:
    matter = wanted("清河县2023年有哪些问题", "针对这些问题它打算怎么弄").matter
    assert reports(matter) == {"clear23"}
    assert "它" not in matter


def test_what_is_said_not_to_be_meant_is_no_part_of_what_is() -> None:
    matter = wanted("清河县2023年食品抽检多少批次", "我说的是药品不是食品").matter
    assert "药品抽检多少批次" in matter


def test_both_bureaus_are_put_together_in_what_was_asked_last() -> None:
    asked = ("清河县2023年罚没款多少", "苇塘区呢", "立案多少件", "两家列个表")
    parts = (intent := wanted(*asked), *intent.besides)
    assert [reports(one.matter) for one in parts] == [{"clear23"}, {"marsh23"}]
    assert all("立案" in one.matter for one in parts)


def test_of_another_bureau_it_is_asked_in_fewer_words_too() -> None:
    wish = Intent(
        IntentKind.FIND, "清河县2023年投诉挽回了多少", otherwise=("清河县2023年挽回了多少",)
    )
    kept = settle_subject(wish, wish, begin())
    assert kept is not None
    talk = replace(begin(), subjects=(kept,))
    assert "苇塘区2023年挽回了多少" in resume(read_intent("苇塘区呢"), talk).otherwise


def test_an_amount_asked_again_is_of_the_thing_that_it_was_asked_of() -> None:
    asked = ("清河县2023年特种设备查了多少台", "指令书呢", "苇塘区的呢", "查了多少台")
    matter = wanted(*asked).matter
    assert reports(matter) == {"marsh23"}
    assert matter.endswith("特种设备查了多少台")


def test_this_line_of_work_is_meant_behind_whether_there_is_something() -> None:
    matter = wanted("清河县2023年信用监管做了什么", "苇塘区明年有这方面的打算吗").matter
    assert reports(matter) == {"marsh23"}
    assert "信用监管打算" in matter


def test_a_question_beside_another_is_asked_with_it() -> None:
    matter = wanted("苇塘区2023年食品抽检的合格率，顺便说下不合格的怎么处理").matter
    assert matter.endswith("合格率多少，不合格的怎么处理")


def test_a_sentence_to_be_added_may_ask_something() -> None:
    intent = wanted("清河县2023年总结成两百字", "加一句下一步怎么干")
    assert intent.kind is IntentKind.SUMMARISE
    assert "下一步怎么干" in intent.besides[0].matter


def test_plans_of_another_bureau_are_asked_for_once() -> None:
    assert wanted("清河县2023年有什么打算", "苇塘区").matter.count("打算") == 1


def test_whether_others_have_such_a_thing_is_asked_of_all() -> None:
    matter = wanted("清河县2023年商标质押贷了多少", "别家有这样的吗").matter
    assert matter.startswith("各局")
    assert "贷了多少" in matter


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("不用数字，就说说苇塘区食品怎么管的", AnswerForm.PLAIN),
        ("只要数 别的不用 苇塘区食品", AnswerForm.FIGURES),
    ],
)
def test_figures_that_are_not_wanted_are_not_told_alone(text: str, form: AnswerForm) -> None:
    assert wanted(text).form is form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("挑要紧的说", AnswerForm.SHORTER),
        ("写得再饱满些", AnswerForm.LONGER),
        ("哪一页上的", AnswerForm.EVIDENCE),
        ("别分条，揉成一段", AnswerForm.PARAGRAPH),
    ],
)
def test_what_names_nothing_that_reports_write_is_said_of_what_was_given(
    text: str, form: AnswerForm
) -> None:
    intent = wanted("清河县2023年食品安全做了什么", text)
    assert (intent.matter, intent.form) == ("清河县2023年食品安全做了什么", form)


def test_only_a_thing_that_reports_write_is_kept_of_what_was_given() -> None:
    asked = "清河县2023年食品安全做了什么"
    assert wanted(asked, "只看学校那块").edits == (Edit(EditKind.KEEP, "学校"),)
    assert wanted("清河县2023年抽检多少批次", "只看药品的").edits == ()


def test_of_a_text_so_many_parts_are_kept_and_one_is_written_out() -> None:
    draft = "写个清河县明年食品安全的计划"
    assert wanted(draft, "三条就够").edits == (Edit(EditKind.KEEP, "前3条"),)
    second = wanted(draft, "第二条太虚，写实点")
    assert (second.length, second.edits) == ("长", (Edit(EditKind.KEEP, "第二条"),))


@pytest.mark.parametrize("text", ["清河县立案写291件行不", "清河县立案我记成了291件，对不对"])
def test_a_figure_that_is_stated_is_held_against_what_is_asked(text: str) -> None:
    assert wanted(text).matter == "清河县立案291件，对不对"


def test_what_was_made_and_found_nothing_is_no_subject() -> None:
    made = Intent(IntentKind.SUMMARISE, "科室")
    talk = replace(begin(), subjects=(Intent(IntentKind.FIND, "清河县立案多少件"),))
    assert settle_subject(made, made, talk) is None


@pytest.mark.parametrize("text", ["除了这些还写了什么没", "还有没有别的问题", "还有什么漏了没"])
def test_what_else_there_is_is_asked_of_the_same(text: str) -> None:
    intent = wanted("清河县2023年有哪些问题", text)
    assert (intent.matter, intent.form) == ("清河县2023年有哪些问题", AnswerForm.REST)


def test_what_is_taken_from_others_is_left_out_of_a_draft() -> None:
    intent = wanted("写个清河县明年食品安全的计划", "别借别家的")
    assert intent.edits == (Edit(EditKind.REMOVE, "（借鉴）"),)


def test_what_is_asked_of_what_stands_in_it_is_of_the_bureau_before() -> None:
    matter = wanted("苇塘区2023年有哪些亮点", "里头有没有说直播带货").matter
    assert reports(matter) == {"marsh23"}
    assert "里头" not in matter


@pytest.mark.parametrize("text", ["别家也这么写吗", "别家有没有", "别家也写了吗"])
def test_whether_others_say_so_too_is_asked_of_all(text: str) -> None:
    assert wanted("清河县2023年有哪些问题", text).matter == "各局有哪些问题"


def test_who_is_ahead_of_another_bureau_is_asked_of_the_thing_before() -> None:
    matter = wanted("清河县2023年食品抽检合格率多少", "跟苇塘区比谁高").matter
    assert reports(matter) == {"clear23", "marsh23"}
    assert "合格率谁高" in matter


def test_a_part_added_for_another_bureau_is_of_what_was_written_first() -> None:
    written = ("写一段清河县2023年的特种设备", "加一句挽回多少")
    intent = wanted(*written, "苇塘区也来一段")
    assert reports(intent.besides[-1].matter) == {"marsh23"}
    assert "特种设备" in intent.besides[-1].matter


def test_what_was_added_is_taken_back() -> None:
    written = ("写一段清河县2023年的特种设备", "再加上广告")
    assert wanted(*written).besides
    assert wanted(*written, "广告那段删了").besides == ()


@pytest.mark.parametrize(
    ("text", "form"), [("干巴了点", AnswerForm.LONGER), ("太啰嗦", AnswerForm.SHORTER)]
)
def test_a_complaint_says_which_way_a_text_is_to_change(text: str, form: AnswerForm) -> None:
    assert wanted("清河县2023年食品安全做了什么", text).form is form


def test_thanks_in_a_conversation_are_talk_whatever_stands_beside_them() -> None:
    assert wanted("清河县2023年立案多少件", "好嘞哈多谢您嘞").kind is IntentKind.TALK
