"""Questions that ask for no figure: which part of which report answers."""

from collections.abc import Iterator

import pytest

from bot.answers import Answer, AnswerStatus
from bot.assistant.assistant import Assistant
from tests.bot.sample_answers import faults_of
from tests.conftest import loaded_library

HILL, LAKE = "青岭县市场监管局2023年上半年", "白湖区市场监管局2023年"
REPORTS = {
    "hill.txt": """青岭县市场监管局2023年上半年工作总结

2023年上半年，青岭县市场监管局以服务发展为主线，围绕全县中心工作，各项任务有序推进。荣获全省药品监管先进集体、全市消费维权优秀单位等荣誉。

一、上半年工作开展情况

（一）优化营商环境，激发市场活力。一是压缩办照时间。企业开办半天办结。二是推行上门服务。组建帮办队，为园区企业上门办照。
（二）守牢食品安全底线。检查食品生产企业31家，抽检食品210批次。开展校园食堂专项检查，整改问题12个。
（三）加强价格监督检查。检查收费单位40家，退还多收费用3万元。
（四）打击养老诈骗。排查养生馆26家，劝返老人15名。
（五）做好计量工作。围绕民生需求，持续完善计量监管体系，不断夯实计量基础，切实提升计量服务保障能力。深入机关、企业、社区、学校开展计量法律法规宣传，营造人人重视计量、人人懂计量、人人用计量的良好氛围。开展世界计量日主题宣传活动，组织计量技术机构向公众开放实验室，普及计量知识，展示计量器具，讲解量值溯源，解答群众关心的水表、电表、燃气表怎样检定、怎样看懂的问题，发放计量知识手册和宣传折页，邀请企业代表、社区居民、学校师生走进实验室，提高公众认知。检查加油机、出租车计价器、集贸市场电子秤1,260台件，检定合格率99.2%。为中小企业免费检定压力表、血压计380台件，节省费用2.6万元。

二、存在的问题

（一）“个转企”推进难。转企后要请会计，费用增加，个体户不愿意转。
（二）执法装备少。快检车只有一辆，偏远乡镇一个月才去一次。

三、下半年工作打算

（一）抓食品安全示范创建。建成示范街2条，食品小作坊全部建档。
（二）抓价格监管。盯紧停车收费、物业收费，受理投诉限时回复。
（三）抓直播带货规范。约谈主播，签订承诺书。
""",
    "lake.txt": """白湖区市场监管局2023年工作总结

2023年，白湖区市场监管局坚持稳中求进，立足职能抓落实，现将情况汇报如下。

一、主要工作

（一）营商环境持续优化。推出一窗通办，企业少跑两趟。设立企业服务专员12名。
（二）食品安全平稳有序。检查餐饮单位530家，对外卖商户开展“后厨直播”。
（三）消费维权有力。处理消费投诉318件。全区收到锦旗2面，案件办理数位居全市第二。

二、存在的问题

一是人员年龄偏大。平均年龄48岁，年轻干部少。
二是直播带货监管难。主播不在本地，证据难固定。

三、2024年工作打算

一是推进智慧监管。建成监管平台，接入冷库的视频监控，盯紧食品药品、特种设备、工业产品等重点领域。
二是加强队伍建设。招录年轻干部5名，开展岗位练兵。
""",
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("reports")
    for name, text in REPORTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    library = loaded_library(tmp_path_factory.mktemp("data"), folder)
    yield Assistant(library)
    library.close()


def ask(assistant: Assistant, question: str) -> Answer:
    answer = assistant.ask(question, this_year=2023)
    assert faults_of(answer) == []
    return answer


def answered(assistant: Assistant, question: str) -> str:
    answer = ask(assistant, question)
    assert answer.status is AnswerStatus.ANSWERED, answer.text
    return answer.text


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("青岭县个转企为啥难做", "转企后要请会计"),
        ("个转企为什么推不动", "转企后要请会计"),
        ("个转企老推不动是咋回事", "转企后要请会计"),
        ("青岭县个体户不肯变公司，咋回事", "转企后要请会计"),
        ("直播带货咋老管不住", "主播不在本地"),
        ("青岭县执法装备够不够", "快检车只有一辆"),
        ("白湖区直播带货为啥难管", "主播不在本地"),
        ("青岭县怎么打击养老诈骗的", "排查养生馆26家"),
        ("为什么青岭县说个转企难弄", "转企后要请会计"),
        ("青岭县推进个转企为什么推不动", "转企后要请会计"),
    ],
)
def test_a_heading_that_names_the_thing_answers_with_what_stands_below_it(
    assistant: Assistant, question: str, words: str
) -> None:
    assert words in answered(assistant, question)


@pytest.mark.parametrize(
    ("question", "told", "untold"),
    [
        (
            "青岭县打算有几条",
            "（3条）：抓食品安全示范创建[1]；抓价格监管[2]；抓直播带货规范[3]",
            "示范街",
        ),
        ("白湖区写了几个问题", "（2条）：人员年龄偏大[1]；直播带货监管难[2]", "48岁"),
        ("青岭县第二条打算是什么", "盯紧停车收费", "示范街"),
        ("青岭县最后一条打算讲的什么", "约谈主播", "停车"),
        ("白湖区的问题第一条", "平均年龄48岁", "主播不在本地"),
    ],
)
def test_what_a_chapter_lists_is_counted_and_told_one_by_one(
    assistant: Assistant, question: str, told: str, untold: str
) -> None:
    text = answered(assistant, question)
    assert told in text
    assert untold not in text


def test_plans_and_problems_may_be_asked_for_together(assistant: Assistant) -> None:
    text = answered(assistant, "白湖区的明年打算跟存在的问题")
    assert "建成监管平台" in text
    assert "平均年龄48岁" in text


def test_how_many_and_which_one_are_both_told(assistant: Assistant) -> None:
    text = answered(assistant, "青岭县后面打算几条，第一条是啥")
    assert "（3条）" in text
    assert "建成示范街2条" in text


def test_a_list_has_no_more_things_than_it_has(assistant: Assistant) -> None:
    assert ask(assistant, "青岭县第七条打算是什么").status is AnswerStatus.NOT_FOUND


def test_what_was_found_is_counted_as_a_figure(assistant: Assistant) -> None:
    assert "整改问题12个" in answered(assistant, "青岭县整改问题几个")


def test_a_part_that_only_asks_again_is_not_answered_by_itself(assistant: Assistant) -> None:
    text = answered(assistant, "执法装备够不够，青岭县怎么说的")
    assert text.startswith(HILL)
    assert "快检车只有一辆" in text


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("青岭县执法装备有多缺", "快检车只有一辆"),
        ("七月份往后青岭县有什么大动作", "抓价格监管"),
        ("上门服务是怎么个做法", "组建帮办队"),
        ("青岭县自己差在哪", "“个转企”推进难"),
        ("青岭县执法装备怎么个少法", "快检车只有一辆"),
        ("青岭县下半年计划头一条讲的什么", "建成示范街2条"),
        ("白湖区下一年怎么搞队伍建设", "招录年轻干部5名"),
        ("青岭县直播带货后面还管不管", "签订承诺书"),
        ("青岭县第二条问题为啥难", "快检车只有一辆"),
        ("白湖区两个问题分别是啥", "平均年龄48岁"),
        ("白湖区最后一个问题讲讲", "主播不在本地"),
    ],
)
def test_everyday_ways_of_asking_are_understood(
    assistant: Assistant, question: str, words: str
) -> None:
    assert words in answered(assistant, question)


def test_what_is_told_of_a_long_part_is_what_it_counts(assistant: Assistant) -> None:
    text = answered(assistant, "青岭县计量工作做了哪些")
    assert "检定合格率99.2%" in text
    assert "检查加油机、出租车计价器、集贸市场电子秤" in text
    assert "营造人人重视计量" not in text


@pytest.mark.parametrize(
    "question", ["结尾一般咋写的", "青岭县的结尾怎么写", "青岭县最后一段怎么收尾的"]
)
def test_how_a_report_ends_is_its_last_sentence(assistant: Assistant, question: str) -> None:
    text = answered(assistant, question)
    assert "约谈主播，签订承诺书。" in text
    assert "不是已完成的" not in text


def test_what_stands_beside_the_answer_is_left_out(assistant: Assistant) -> None:
    text = answered(assistant, "青岭县校园食堂怎么抓的")
    assert "校园食堂专项检查，整改问题12个" in text
    assert "抽检食品210批次" not in text


def test_a_bureau_that_is_asked_too_and_silent_is_named(assistant: Assistant) -> None:
    text = answered(assistant, "青岭县和白湖区的养老诈骗怎么打击的")
    assert "排查养生馆26家" in text
    assert f"{LAKE}：没有提到。" in text


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("养老诈骗谁查过", "排查养生馆26家"),
        ("白湖区消费维权的来龙去脉", "处理消费投诉318件"),
        ("这阵子青岭县忙活价格监管了吗", "退还多收费用3万元"),
    ],
)
def test_words_that_only_frame_a_question_are_no_part_of_its_subject(
    assistant: Assistant, question: str, words: str
) -> None:
    assert words in answered(assistant, question)


def test_without_highlights_what_was_done_is_told_as_such(assistant: Assistant) -> None:
    text = answered(assistant, "青岭县食品安全的亮点是什么")
    assert text.startswith("报告里没有单列“食品安全”的亮点")
    assert "检查食品生产企业31家" in text


@pytest.mark.parametrize("question", ["青岭县有没有写亮点", "青岭县有没有讲特色做法"])
def test_whether_a_part_is_written_is_asked_of_that_part(
    assistant: Assistant, question: str
) -> None:
    answer = ask(assistant, question)
    assert answer.status is AnswerStatus.NOT_FOUND
    assert "没有单列“亮点”" in answer.text


def test_whether_problems_are_written_is_answered_with_them(assistant: Assistant) -> None:
    assert "执法装备少" in answered(assistant, "青岭县有没有写存在的问题")


def test_a_village_is_no_rural_revival(assistant: Assistant) -> None:
    assert "乡镇" not in ask(assistant, "哪个局提到乡村振兴").text


def test_what_was_done_and_what_is_planned_are_asked_apart(assistant: Assistant) -> None:
    text = answered(assistant, "青岭县价格监管怎么做的，下半年有啥打算")
    done, _, planned = text.partition("有什么打算”：")
    assert "退还多收费用3万元" in done
    assert "盯紧停车收费" in planned
    assert "盯紧停车收费" not in done


def test_the_case_of_a_thing_is_asked_by_the_thing(assistant: Assistant) -> None:
    text = answered(assistant, "哪个局提到执法装备少的情况")
    assert "快检车只有一辆" in text
    assert "相近的写法" not in text


@pytest.mark.parametrize("question", ["青岭县存在哪些问题", "青岭县的不足在哪儿", "青岭县有啥短板"])
def test_problems_are_told_by_heading_with_what_stands_below(
    assistant: Assistant, question: str
) -> None:
    head, *items = answered(assistant, question).split("\n")
    assert head == f"{HILL}："
    assert items == [
        "1. “个转企”推进难：转企后要请会计，费用增加，个体户不愿意转。[1]",
        "2. 执法装备少：快检车只有一辆，偏远乡镇一个月才去一次。[2]",
    ]


@pytest.mark.parametrize("question", ["青岭县下半年要干啥", "青岭县下半年有什么打算"])
def test_a_plan_is_told_by_its_points_with_what_they_say(
    assistant: Assistant, question: str
) -> None:
    text = answered(assistant, question)
    assert "1. 抓食品安全示范创建：建成示范街2条" in text
    assert "3. 抓直播带货规范" in text
    assert "不是已完成的" not in text


@pytest.mark.parametrize(
    "question", ["青岭县食品安全做了哪些工作", "青岭县2023年上半年食品安全做了哪些工作"]
)
def test_work_done_is_told_whether_the_period_is_named_or_not(
    assistant: Assistant, question: str
) -> None:
    text = answered(assistant, question)
    assert "抽检食品210批次" in text
    assert "示范街" not in text


def test_work_planned_is_not_told_from_what_was_done(assistant: Assistant) -> None:
    text = answered(assistant, "青岭县下半年食品安全准备怎么抓")
    assert "示范街2条" in text
    assert "210批次" not in text


def test_both_halves_of_a_question_are_answered(assistant: Assistant) -> None:
    text = answered(assistant, "白湖区2024年打算干啥，存在啥问题")
    assert "推进智慧监管" in text
    assert "人员年龄偏大" in text


def test_a_second_half_without_a_subject_is_about_that_of_the_first(assistant: Assistant) -> None:
    text = answered(assistant, "青岭县上半年价格监管干了啥，下半年打算怎么干")
    assert "检查收费单位40家" in text
    assert "停车收费" in text


def test_a_half_that_says_only_how_it_went_is_about_that_of_the_first(
    assistant: Assistant,
) -> None:
    text = ask(assistant, "青岭县价格监督检查做了什么，完成得咋样").text
    assert "检查收费单位40家" in text
    assert "食品" not in text


def test_which_bureaus_were_honoured_is_told_of_each(assistant: Assistant) -> None:
    text = ask(assistant, "哪个局受过表扬、拿过锦旗").text
    assert "荣获全省药品监管先进集体" in text
    assert "锦旗2面" in text


def test_a_half_that_nothing_answers_is_said_to_be_missing(assistant: Assistant) -> None:
    text = answered(assistant, "青岭县存在哪些问题，盲盒是怎么管的")
    assert "执法装备少" in text
    assert "“盲盒是怎么管的”：没有找到。" in text


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("青岭县得过什么奖", "全省药品监管先进集体"),
        ("青岭县获得哪些荣誉", "全市消费维权优秀单位"),
        ("青岭县受过省里什么表彰", "全省药品监管先进集体"),
        ("省局给过青岭县什么荣誉", "全省药品监管先进集体"),
        ("青岭县有没有被市里通报表扬", "全市消费维权优秀单位"),
        ("白湖区拿了哪些荣誉", "收到锦旗2面"),
        ("白湖区案件办理排第几", "位居全市第二"),
    ],
)
def test_honours_are_told_by_the_sentences_that_tell_them(
    assistant: Assistant, question: str, words: str
) -> None:
    assert words in answered(assistant, question)


def test_openings_are_told_for_each_bureau(assistant: Assistant) -> None:
    text = answered(assistant, "开头那段指导思想怎么写的，找个范文给我")
    assert "以服务发展为主线" in text
    assert "坚持稳中求进" in text


def test_good_practice_is_told_bureau_by_bureau(assistant: Assistant) -> None:
    first, second = answered(assistant, "营商环境这块大家都有啥好做法").split("\n")
    assert first.startswith(f"{LAKE}：")
    assert "一窗通办" in first
    assert second.startswith(f"{HILL}：")
    assert "半天办结" in second


def test_who_speaks_of_a_thing_and_who_does_not_are_each_told_once(assistant: Assistant) -> None:
    text = answered(assistant, "哪个局提到了养老诈骗")
    told, silent = text.split("\n")
    assert told.startswith(f"{HILL}：")
    assert silent == f"{LAKE}：没有提到。"


def test_a_mention_is_of_the_words_asked_for(assistant: Assistant) -> None:
    text = answered(assistant, "有没有提到直播带货")
    assert "后厨直播" not in text
    assert "（打算，不是已完成的）" in text  # in the plan of one of them


def test_other_words_for_a_thing_are_said_to_be_others(assistant: Assistant) -> None:
    assert "没有用" not in answered(assistant, "白湖区有没有提到锦旗")
    text = answered(assistant, "白湖区有没有提到探头")
    assert text.startswith("报告里没有用“探头”这个词")
    assert "视频监控" in text


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("器具是免费给谁检定的", "为中小企业免费检定压力表"),
        ("企业减负都有啥招", "节省费用2.6万元"),
    ],
)
def test_who_it_is_and_for_whom_is_told_by_the_sentence_that_says_so(
    assistant: Assistant, question: str, words: str
) -> None:
    assert words in answered(assistant, question)


@pytest.mark.parametrize(
    ("words", "who"), [("哪几份是半年的", HILL), ("哪份是全年的", LAKE), ("哪份是白湖区的", LAKE)]
)
def test_which_reports_are_of_a_period_or_a_bureau(
    assistant: Assistant, words: str, who: str
) -> None:
    assert assistant.ask(words).text.endswith(f"的有1份：{who}。")


def test_several_kinds_of_reports_are_each_told(assistant: Assistant) -> None:
    first, second = assistant.ask("哪几份是全年的，哪几份是半年的").text.splitlines()
    assert (LAKE in first, HILL in second) == (True, True)


def test_what_names_nothing_in_any_report_is_said_to_be_no_matter_of_them(
    assistant: Assistant,
) -> None:
    answer = assistant.ask("快递咋寄")
    assert answer.status is AnswerStatus.NOT_FOUND
    assert answer.text.startswith("这件事报告里没有")


def test_what_one_bureau_does_not_mention_is_said_of_that_bureau(assistant: Assistant) -> None:
    assert ask(assistant, "青岭县提没提过预制菜").text.startswith(
        f"{HILL}的报告里没有提到“预制菜”。"
    )


def test_who_else_mentions_it_is_named_too(assistant: Assistant) -> None:
    assert f"写到的是：{LAKE}。" in ask(assistant, "青岭县提没提过冷库").text


@pytest.mark.parametrize("question", ["有没有提到预制菜", "哪个局提到了预制菜"])
def test_what_nobody_mentions_is_said_in_one_line(assistant: Assistant, question: str) -> None:
    answer = ask(assistant, question)
    assert answer.status is AnswerStatus.NOT_FOUND
    assert answer.text.startswith("报告里没有提到“预制菜”。")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("各局打算里，谁提到了食品安全", "建成示范街2条"),
        ("问题里有没有提到年龄", "平均年龄48岁"),
        ("下一步打算里谁写了冷库", "接入冷库的视频监控"),
    ],
)
def test_a_thing_is_looked_for_in_the_kind_of_section_that_is_named(
    assistant: Assistant, question: str, words: str
) -> None:
    text = answered(assistant, question)
    assert words in text
    assert "抽检食品210批次" not in text


def test_what_stands_only_elsewhere_than_asked_is_said_to(assistant: Assistant) -> None:
    text = answered(assistant, "白湖区问题里有没有提到外卖")
    assert text.startswith("（问的那一部分里没有提到“外卖”")
    assert "对外卖商户开展" in text


def test_no_sentence_is_told_twice(assistant: Assistant) -> None:
    for question in ("青岭县食品安全怎么抓的", "存在哪些问题", "直播带货怎么管的"):
        quotes = [c.quote.text for c in ask(assistant, question).citations]
        assert not [a for a in quotes for b in quotes if a is not b and a in b]


def test_whether_there_is_enough_is_answered_from_what_lacks(assistant: Assistant) -> None:
    assert "执法装备少" in answered(assistant, "青岭县执法装备够不够")


def test_where_no_problem_speaks_of_a_thing_the_problems_are_told(assistant: Assistant) -> None:
    answer = ask(assistant, "青岭县计量方面存在哪些问题")
    assert answer.status is AnswerStatus.NOT_FOUND
    first, second = answer.text.split("\n")
    assert first.startswith("报告里没有写到“计量”方面的问题")
    assert second == f"{HILL}：“个转企”推进难[1]；执法装备少[2]"


def test_what_was_found_wrong_with_a_thing_is_told_where_no_problem_is_of_it(
    assistant: Assistant,
) -> None:
    text = answered(assistant, "青岭县校园食堂发现啥毛病没")
    assert "整改问题12个" in text
    assert "执法装备少" not in text


def test_a_line_of_work_named_among_others_is_not_denied(assistant: Assistant) -> None:
    assert "盯紧食品药品" in answered(assistant, "白湖区2024年食品安全打算怎么抓")


def test_a_bureau_that_is_set_aside_is_not_asked(assistant: Assistant) -> None:
    text = answered(assistant, "别的局食品安全怎么抓的，除了青岭县局")
    assert "后厨直播" in text
    assert "210批次" not in text


def test_who_writes_of_a_thing_is_told_by_that_thing_not_by_all_honours(
    assistant: Assistant,
) -> None:
    text = answered(assistant, "哪家提到锦旗了")
    assert "锦旗2面" in text
    assert "先进集体" not in text


def test_work_done_without_a_subject_is_told_chapter_by_chapter(assistant: Assistant) -> None:
    text = answered(assistant, "青岭县上半年都干了啥")
    assert "1. 优化营商环境，激发市场活力" in text
    assert "4. 打击养老诈骗" in text
    assert "示范街" not in text


def test_each_half_stands_under_its_own_words(assistant: Assistant) -> None:
    lines = answered(assistant, "白湖区2024年打算干啥，存在啥问题").split("\n")
    assert [line for line in lines if line.startswith("“")] == [
        "“打算干什么”：",
        "“存在什么问题”：",
    ]


def test_two_kinds_named_together_are_two_chapters(assistant: Assistant) -> None:
    text = answered(assistant, "青岭县的问题和打算")
    assert "执法装备少" in text
    assert "抓价格监管" in text


def test_where_no_honours_are_told_that_is_said(assistant: Assistant) -> None:
    answer = ask(assistant, "白湖区价格监管得过什么奖")
    assert answer.status is AnswerStatus.NOT_FOUND
    assert answer.text.startswith("报告里没有写到和“价格监管”有关的荣誉")


def test_a_reason_is_told_of_the_thing_itself_or_not_at_all(assistant: Assistant) -> None:
    assert "会计" in assistant.ask("青岭县个转企为什么难").text
    answer = assistant.ask("青岭县年报率低是为什么")
    assert answer.status is AnswerStatus.NOT_FOUND
    assert "没有写“年报率低”的原因" in answer.text
    assert not answer.citations


def test_a_figure_that_is_missing_is_said_beside_what_answers_the_rest(
    assistant: Assistant,
) -> None:
    answer = assistant.ask("白湖区立案多少件，存在什么问题")
    assert "“立案”：没有找到" in answer.text
    assert "人员年龄偏大" in answer.text


def test_a_figure_question_shows_no_sentence_that_is_far_from_it(assistant: Assistant) -> None:
    answer = assistant.ask("青岭县花了多少钱")
    assert answer.status is AnswerStatus.NOT_FOUND
    assert not answer.citations
