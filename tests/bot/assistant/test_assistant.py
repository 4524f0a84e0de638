"""Messages in plain words, done from a small library of invented reports."""

import re

import pytest

from bot.answers import Answer, AnswerStatus, report_label
from bot.assistant.assistant import Assistant
from bot.assistant.intents import IntentKind
from bot.wording import name_bureau
from knowledge.library import Library
from tests.bot.conftest import CLEAR, MARSH

QUESTION = "清河县2023年上半年检查药店多少家"


def talk(assistant: Assistant, *messages: str, own_bureau: str = "") -> list[Answer]:
    """The answers to messages of one conversation."""
    answers, own = [], own_bureau
    for n, message in enumerate(messages):
        answers.append(assistant.ask(message, messages[:n], own_bureau=own))
        own = answers[-1].own_bureau
    return answers


@pytest.mark.parametrize("text", ["你好", "你能干嘛", "谢谢", "今天星期几", "再短一点", "存成word"])
def test_talk_is_answered_without_a_quote(assistant: Assistant, text: str) -> None:
    answer = assistant.ask(text)
    assert answer.status is AnswerStatus.TALK
    assert not answer.citations


def test_a_greeting_shows_questions_that_this_store_answers(assistant: Assistant) -> None:
    lines = assistant.ask("你好").text.splitlines()
    examples = [line.removeprefix("· ") for line in lines if line.startswith("· ")]
    assert len(examples) == 3
    assert all(assistant.ask(each).status is AnswerStatus.ANSWERED for each in examples[:2])


def test_what_the_store_holds_names_every_bureau(assistant: Assistant) -> None:
    answer = assistant.ask("库里有哪些报告")
    assert answer.intent == IntentKind.STORE
    assert all(name in answer.text for name in (CLEAR, MARSH))


def test_which_reports_there_are_of_a_period_is_asked_of_the_store(assistant: Assistant) -> None:
    answer = assistant.ask("2022年都有哪些局的材料")
    assert answer.intent == IntentKind.STORE
    assert "2022年的有1份" in answer.text


def test_like_one_of_a_list_is_what_that_one_is_of(assistant: Assistant) -> None:
    *_, alike = talk(assistant, "清河县2023年有哪些问题", "第二条展开说说", "苇塘区有没有类似的")
    assert "2条" not in alike.matter
    assert "第2" not in alike.matter


def test_which_bureau_is_best_is_not_judged(assistant: Assistant) -> None:
    assert assistant.ask("你觉得哪个局干得最好").text.startswith("好坏我不评")
    assert assistant.ask("哪个局食品抽得最多").status is AnswerStatus.ANSWERED


def test_plans_of_one_matter_are_put_side_by_side_in_words(assistant: Assistant) -> None:
    answer = assistant.ask("清河县下半年打算怎么整治燃气具，跟苇塘区比一下")
    assert answer.status is AnswerStatus.ANSWERED
    assert "燃气" in answer.text


def test_a_summary_in_plain_words_is_made(assistant: Assistant) -> None:
    answer = assistant.ask("总结一下清河县2023年上半年的食品安全")
    assert (answer.status, answer.intent) == (AnswerStatus.DONE, "summarise")
    assert "412批次" in answer.text
    assert "83家" not in answer.text
    assert answer.citations


@pytest.mark.parametrize("text", ["清河县2022年干得怎么样", "清河县2022年的工作情况如何"])
def test_how_a_bureau_does_is_told_by_its_summary(assistant: Assistant, text: str) -> None:
    answer = assistant.ask(text)
    assert answer.status is AnswerStatus.DONE
    assert "805批次" in answer.text
    assert "检测手段不多" in answer.text


@pytest.mark.parametrize("text", ["不是这个意思", "不是问这个"])
def test_who_was_misread_is_asked_to_say_it_again(assistant: Assistant, text: str) -> None:
    answer = assistant.ask(text)
    assert answer.status is AnswerStatus.TALK
    assert "请再说一次" in answer.text


@pytest.mark.parametrize(
    "claim",
    ["不对吧，清河县2022年食品抽检明明是905批次", "你说错了吧，清河县2022年食品抽检是905批次"],
)
def test_a_figure_that_somebody_insists_on_is_compared_with_the_report(
    assistant: Assistant, claim: str
) -> None:
    text = assistant.ask(claim).text
    assert "805批次" in text
    assert "以报告为准" in text


def test_what_no_report_speaks_of_is_not_asked_back(assistant: Assistant) -> None:
    assert assistant.ask("帮我写个入党申请书").status is AnswerStatus.NOT_FOUND


@pytest.mark.parametrize(
    "text", ["清河县有哪些独有的做法", "哪些做法是清河县独有的，别家没写", "清河县有啥别家没有的招"]
)
def test_what_only_one_bureau_does_is_told_of_that_one(assistant: Assistant, text: str) -> None:
    answer = assistant.ask(text)
    assert (answer.status, answer.intent) == (AnswerStatus.DONE, "compare")
    assert "两名执法人员带队" in answer.text
    assert MARSH not in answer.text


def test_what_each_bureau_alone_does_is_told_in_as_many_points_as_wanted(
    assistant: Assistant,
) -> None:
    told = assistant.ask("各家有什么独特的做法，一家说一条就行").text.splitlines()
    assert {line.partition("：")[0] for line in told[1:]} >= {"清河县市场监管局2023年上半年"}
    assert all(line.count("；") == 0 for line in told[1:])


def test_a_summary_of_many_reports_without_a_topic_asks_which(
    library: Library, assistant: Assistant
) -> None:
    answer = assistant.ask("写份总结")
    assert answer.status is AnswerStatus.ASKED_BACK
    assert len(answer.asked_back) == len(library.reports())


def test_a_draft_in_plain_words_is_made_for_the_next_year(assistant: Assistant) -> None:
    answer = assistant.ask("写个清河县明年的工作计划")
    assert answer.status is AnswerStatus.DONE
    assert "2024年" in answer.text.splitlines()[0]


def test_every_line_of_work_named_has_its_draft(assistant: Assistant) -> None:
    answer = assistant.ask("给苇塘区写个明年食品安全和特种设备的计划")
    assert answer.status is AnswerStatus.DONE
    assert "食品安全监管工作" in answer.text
    assert "特种设备安全监管工作" in answer.text


def test_whose_draft_is_asked_once(assistant: Assistant) -> None:
    asked, made = talk(assistant, "帮我写个食品安全的计划", CLEAR)
    assert asked.status is AnswerStatus.ASKED_BACK
    assert {CLEAR, MARSH} <= set(asked.asked_back)
    assert made.status is AnswerStatus.DONE
    assert CLEAR in made.text


def test_a_table_in_plain_words_is_the_ledgers(assistant: Assistant) -> None:
    answer = assistant.ask("把各局的立案数列个表")
    assert answer.status is AnswerStatus.DONE
    assert "146" in answer.text
    assert "205" in answer.text


def test_a_table_of_what_no_ledger_holds_is_a_question(assistant: Assistant) -> None:
    assert assistant.ask("把各局的快递柜列个表").status is AnswerStatus.NOT_FOUND


def test_what_was_given_is_changed(assistant: Assistant) -> None:
    page, shorter, other, table = talk(
        assistant, "总结清河县2023年上半年", "再短一点", "那苇塘区呢", "换成表格"
    )
    assert len(shorter.text) < len(page.text)
    assert MARSH in other.text
    assert table.intent == IntentKind.TABLE


def test_an_answer_is_shortened_to_its_first_statement(assistant: Assistant) -> None:
    first, short = talk(assistant, "清河县2023年上半年有哪些亮点", "短一点")
    assert len(short.text) <= len(first.text)
    assert all(f"[{citation.n}]" in short.text for citation in short.citations)


def test_thanks_in_between_leave_the_subject(assistant: Assistant) -> None:
    *_, answer = talk(assistant, QUESTION, "谢谢", "那苇塘区立案多少件")
    assert "205件" in answer.text


def test_whose_bureau_ours_is_is_asked_once_and_kept(assistant: Assistant) -> None:
    asked, answer, after = talk(assistant, "我们局立案多少件", "苇塘区", "本局罚没款多少")
    assert asked.status is AnswerStatus.ASKED_BACK
    assert "205件" in answer.text
    assert answer.own_bureau == MARSH
    assert "131.7万元" in after.text


def test_a_bureau_that_is_known_is_not_asked_for(assistant: Assistant) -> None:
    answer = assistant.ask("我们局立案多少件", own_bureau=MARSH)
    assert "205件" in answer.text


def test_the_services_bureau_stands_for_ours(library: Library) -> None:
    answer = Assistant(library, own_bureau=MARSH).ask("咱们局立案多少件")
    assert "205件" in answer.text


def test_a_question_of_everyone_takes_no_bureau_from_before(assistant: Assistant) -> None:
    *_, answer = talk(assistant, QUESTION, "大家立案多少件")
    assert "205件" in answer.text
    assert "146件" in answer.text


def test_not_found_is_short_and_says_what_could_be_asked(assistant: Assistant) -> None:
    answer = assistant.ask("局长的生日")
    assert answer.status is AnswerStatus.NOT_FOUND
    assert len(answer.text.splitlines()) <= 2
    assert "比如" in answer.text or answer.citations


def test_what_is_compared_takes_the_bureaus_before(assistant: Assistant) -> None:
    *_, answer = talk(assistant, "总结清河县2023年上半年的食品安全", "和苇塘区的比一下")
    assert answer.status is AnswerStatus.DONE
    assert f"{CLEAR}2023年上半年" in answer.text
    assert f"{MARSH}2023年上半年" in answer.text


def test_a_table_follows_the_figure_that_was_asked(assistant: Assistant) -> None:
    *_, answer = talk(assistant, "清河县2023年上半年一共立案多少件", "列个表")
    assert answer.intent == IntentKind.TABLE
    assert "146" in answer.text


@pytest.mark.parametrize(
    ("text", "said"), [("有清河县2022年的报告吗", "有："), ("有没有2019年的报告", "没有“2019年”")]
)
def test_whether_there_is_a_report_is_told(assistant: Assistant, text: str, said: str) -> None:
    answer = assistant.ask(text)
    assert answer.intent == IntentKind.STORE
    assert answer.text.startswith(said)


def test_a_scope_that_is_not_held_is_not_carried_on(assistant: Assistant) -> None:
    *_, answer = talk(assistant, QUESTION, "清河县2019年呢", "罚没款多少万元")
    assert answer.status is not AnswerStatus.NO_SUCH_REPORT
    *_, answer = talk(assistant, QUESTION, "碧岭县呢", "立案多少件")
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.text.startswith(f"{CLEAR}2023年上半年")


def test_a_comparison_without_two_bureaus_asks_whom(assistant: Assistant) -> None:
    *_, answer = talk(assistant, QUESTION, "两家相比谁高？")
    assert (answer.status, answer.citations) == (AnswerStatus.TALK, ())
    assert "哪几家" in answer.text


def test_who_says_whose_they_are_is_remembered(assistant: Assistant) -> None:
    kept, answer = talk(assistant, "我们局是苇塘区局", "本局立案多少件")
    assert kept.status is AnswerStatus.TALK
    assert kept.own_bureau == MARSH
    assert "205件" in answer.text


@pytest.mark.parametrize("text", ["2022年那份", "只看2022年的", "2022年的呢"])
def test_a_scope_alone_asks_the_same_of_it(assistant: Assistant, text: str) -> None:
    *_, answer = talk(assistant, "清河县立案多少件", text)
    assert "287件" in answer.text
    assert "146件" not in answer.text


def test_another_bureau_is_asked_of_its_own_period(assistant: Assistant) -> None:
    *_, answer = talk(assistant, "清河县2022年立案多少件", "苇塘区呢")
    assert "205件" in answer.text


def test_a_length_behind_a_question_is_none_of_its_words(assistant: Assistant) -> None:
    plain = assistant.ask("清河县2023年上半年有哪些亮点")
    short = assistant.ask("清河县2023年上半年有哪些亮点，两句话说完")
    assert {c.quote.report.id for c in short.citations} == {
        c.quote.report.id for c in plain.citations
    }
    assert len(short.text) <= len(plain.text)


def test_all_figures_of_a_word_are_listed_by_bureau(assistant: Assistant) -> None:
    answer = assistant.ask("把跟“立案”有关的数字都找出来")
    assert answer.status is AnswerStatus.DONE
    assert all(figure in answer.text for figure in ("146件", "205件", "287件"))


def test_who_has_no_part_of_a_kind_is_named_beside_those_who_have(assistant: Assistant) -> None:
    told = assistant.ask("谁没写亮点").text.splitlines()
    assert told[0].endswith("：")
    assert told[-1].endswith("没有提到。")


def test_a_question_of_no_bureau_tells_every_one_that_says_as_much(assistant: Assistant) -> None:
    answer = assistant.ask("食品抽检合格率多少")
    assert all(figure in answer.text for figure in ("97.3%", "96.4%"))


def test_a_table_of_two_answers_holds_just_their_figures(assistant: Assistant) -> None:
    *_, table = talk(assistant, QUESTION, "立案多少件", "这两个放一起列个表")
    assert table.intent == IntentKind.TABLE
    rows = table.text.splitlines()[1:]
    assert len(rows) == 2
    assert all(f"[{citation.n}]" in table.text for citation in table.citations)


def test_a_table_says_which_part_of_a_question_is_not_told(assistant: Assistant) -> None:
    question = "清河县2023年上半年立案多少件、登门拜访多少次，摆一起看"
    assert "登门拜访" in assistant.ask(question, this_year=2023).text


def test_figures_alone_are_told_with_their_quotes(assistant: Assistant) -> None:
    *_, answer = talk(assistant, "各局立案多少件", "只说数字")
    assert f"{MARSH}2023年" in answer.text
    assert "205件[" in answer.text
    assert "立案" not in answer.text


def test_doubt_is_answered_with_whose_report_says_so_in_its_words(assistant: Assistant) -> None:
    *_, answer = talk(assistant, "苇塘区立案多少件", "你确定？")
    assert answer.text.startswith(f"{MARSH}2023年")
    assert answer.citations[0].quote.text.strip() in answer.text


def test_doubt_of_a_figure_named_is_answered_from_what_told_it(assistant: Assistant) -> None:
    *_, answer = talk(assistant, "苇塘区立案多少件", "清河县罚没款多少", "205件在哪写的")
    assert answer.text.startswith(MARSH)
    assert "205件" in answer.text


def test_a_figure_that_was_not_told_yet_is_shown_where_it_stands(assistant: Assistant) -> None:
    *_, answer = talk(assistant, "苇塘区立案多少件", "287件哪来的", "这个数是全年的吗")
    assert answer.text.startswith(f"{CLEAR}2022年")


def test_what_stands_nowhere_is_explained_by_figures_that_come_to_it(assistant: Assistant) -> None:
    *_, answer = talk(assistant, "清河县和苇塘区2023年上半年立案多少件", "我记得是351件")
    assert "没有写“351件”" in answer.text
    assert "加起来是351件" in answer.text


def test_what_is_asked_of_an_answer_leaves_its_subject(assistant: Assistant) -> None:
    *_, answer = talk(assistant, "各局立案多少件", "146件是哪来的", "列个表")
    assert "205件" in answer.text


def test_more_of_an_answer_is_the_whole_part_that_it_quotes(assistant: Assistant) -> None:
    first, more = talk(assistant, "清河县2023年上半年有哪些亮点", "再详细点")
    assert len(more.text) >= len(first.text)
    assert all(c.quote.text.strip() in more.text for c in more.citations)


def test_a_comparison_shows_leading_figures_side_by_side(assistant: Assistant) -> None:
    answer = assistant.ask("对比一下各局的食品安全")
    assert answer.intent == IntentKind.COMPARE
    (row,) = [line for line in answer.text.splitlines() if "食品抽检合格率" in line]
    assert all(figure in row for figure in ("97.3", "96.4"))
    assert all(f"[{c.n}]" in answer.text for c in answer.citations)


def test_without_a_line_of_work_all_that_reports_count_stands_side_by_side(
    assistant: Assistant,
) -> None:
    answer = assistant.ask("对比清河县2023年上半年和苇塘区2023年上半年")
    (row,) = [line for line in answer.text.splitlines() if line.split()[:1] == ["立案"]]
    assert row.count("[") == 2


def test_who_names_several_bureaus_as_theirs_is_asked_which(assistant: Assistant) -> None:
    asked, kept, answer = talk(assistant, "我们是县局", CLEAR, "我们立案多少件")
    assert (asked.status, CLEAR in asked.asked_back) == (AnswerStatus.ASKED_BACK, True)
    assert kept.own_bureau == CLEAR
    assert "146件" in answer.text


def test_what_was_asked_is_compared_with_another_bureau(assistant: Assistant) -> None:
    _, both, gap = talk(assistant, "清河县2023年上半年立案多少件", "跟苇塘区比呢", "差多少")
    assert all(figure in both.text for figure in ("146件", "205件"))
    assert gap.derived[0].value == 59


def test_a_follow_up_tells_no_other_bureaus_figure(assistant: Assistant) -> None:
    *_, answer = talk(assistant, "清河县2022年食品抽检合格率", "罚款多少起")
    assert not answer.text.startswith(MARSH)


def test_two_of_a_kind_are_added_up(assistant: Assistant) -> None:
    *_, answer = talk(assistant, "清河县2023年上半年立案多少件", "苇塘区呢", "两个加起来")
    assert [one.value for one in answer.derived] == [351]


def test_a_figure_that_is_remembered_otherwise_does_not_change_the_reports(
    assistant: Assistant,
) -> None:
    *_, doubted = talk(assistant, QUESTION, "食品抽检多少批次", "不对吧，我记得是九百多家")
    assert "没有写“九百多家”" in doubted.text
    assert "83家" in doubted.text
    assert "412" not in doubted.text


def test_whose_it_is_is_heard_with_any_word_before_it(assistant: Assistant) -> None:
    asked, heard = talk(assistant, "我们局食品抽检多少批次", f"哦我是{CLEAR}的")
    assert asked.status is AnswerStatus.ASKED_BACK
    assert heard.own_bureau == CLEAR
    assert "412" in heard.text


def test_whose_it_is_may_be_said_before_a_question(assistant: Assistant) -> None:
    (answer,) = talk(assistant, "我是苇塘区局的 我们2023年上半年立案多少件")
    assert answer.own_bureau == MARSH
    assert "205件" in answer.text


def test_whose_it_is_may_be_said_with_a_period(assistant: Assistant) -> None:
    asked, heard = talk(assistant, "我们局食品抽检多少批次", f"{CLEAR}，2023年那个")
    assert asked.status is AnswerStatus.ASKED_BACK
    assert heard.own_bureau == CLEAR


def test_who_speaks_up_after_another_was_named_is_heard(assistant: Assistant) -> None:
    assert talk(assistant, f"哦我是{CLEAR}的")[0].own_bureau == CLEAR


def test_every_figure_on_a_quoted_word_is_listed(assistant: Assistant) -> None:
    answer = assistant.ask("清河县报告里带“抽检”的数全给我")
    assert answer.intent == IntentKind.TABLE
    assert "412" in answer.text


def test_a_form_wanted_after_nothing_was_found_is_that_of_the_last_found(
    assistant: Assistant,
) -> None:
    *_, missing, table = talk(assistant, QUESTION, "潜水艇多少艘", "列表看看")
    assert missing.status is AnswerStatus.NOT_FOUND
    assert table.intent == IntentKind.TABLE
    assert "检查药店" in table.text


@pytest.mark.parametrize("text", ["这玩意儿咋整的嘞", "把表发我同事一份"])
def test_what_names_nothing_in_the_reports_is_not_answered(assistant: Assistant, text: str) -> None:
    answer = assistant.ask(text)
    assert answer.status in (AnswerStatus.NOT_FOUND, AnswerStatus.TALK)
    assert not answer.citations


@pytest.mark.parametrize("text", ["食品安全各家都干了啥", "消费者权益保护", "食品安全都搞了什么"])
def test_a_line_of_work_alone_is_told_of(assistant: Assistant, text: str) -> None:
    answer = assistant.ask(text)
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.citations


def test_the_evidence_of_what_was_not_found_is_no_other(assistant: Assistant) -> None:
    *_, missing, shown = talk(assistant, QUESTION, "潜水艇多少艘", "这个数哪来的")
    assert missing.status is AnswerStatus.NOT_FOUND
    assert not shown.citations


def test_words_of_a_list_are_given_to_be_copied(assistant: Assistant) -> None:
    listed, copied = talk(assistant, "清河县2023年有哪些问题", "原话贴过来")
    assert {c.quote.report.id for c in copied.citations} == {
        c.quote.report.id for c in listed.citations
    }
    assert copied.text.startswith("1. “")


def test_our_bureau_by_its_level_is_not_asked_for(assistant: Assistant) -> None:
    own, named = assistant.ask("咱区里立案多少件"), assistant.ask("区局立案多少件")
    assert own.status is AnswerStatus.ANSWERED
    assert own.citations == named.citations


def test_a_bureau_is_told_of_what_was_asked_of_all(assistant: Assistant) -> None:
    _, told = talk(assistant, "哪几个局写了食品安全", "区局的具体说说")
    assert {name_bureau(c.quote.report.identity.bureau) for c in told.citations} == {MARSH}


def test_a_thing_of_a_list_is_asked_of_by_its_number(assistant: Assistant) -> None:
    listed, second = talk(assistant, "清河县2023年有哪些问题", "第二条展开说说")
    title = re.search(r"^2\. ([^：。]+)", listed.text, re.MULTILINE)
    assert title
    assert title[1] in second.text
    assert second.citations


def test_a_thing_of_a_list_that_is_named_is_asked_of_by_its_number(assistant: Assistant) -> None:
    listed = assistant.ask("清河县2023年有哪些问题")
    title = re.search(r"^2\. ([^：。]+)", listed.text, re.MULTILINE)
    told = assistant.ask("清河县2023年的问题里第二条细讲一下")
    assert title
    assert title[1] in told.text


def test_several_answers_are_told_in_one_paragraph(assistant: Assistant) -> None:
    *_, together = talk(assistant, "清河县2023年立案多少件", "清河县2022年呢", "这两个写成一段话")
    assert "\n" not in together.text
    assert len(together.citations) == 2


def test_a_table_of_everyone_has_a_row_for_who_tells_nothing(assistant: Assistant) -> None:
    *_, table = talk(assistant, QUESTION, "列个表，五家都放")
    who = [line.split()[0] for line in table.text.splitlines()[1:]]
    assert f"{MARSH}2023年上半年" in who
    assert len(who) == len(set(who))
    assert any("没有找到" in line for line in table.text.splitlines())


def test_what_is_asked_besides_is_a_column_of_the_same_table(assistant: Assistant) -> None:
    *_, table = talk(assistant, "各局立案多少件", "罚没款多少也放表里")
    row = next(line for line in table.text.splitlines() if line.strip().startswith(MARSH))
    assert "205件" in row
    assert "131.7万元" in row


def test_only_rows_that_tell_a_figure_are_left_where_those_are_wanted(assistant: Assistant) -> None:
    *_, every, told = talk(assistant, QUESTION, "列个表，五家都放", "只留有数的")
    assert "没有找到" in every.text
    assert "没有找到" not in told.text


def test_all_are_told_again_where_everyone_is_wanted(assistant: Assistant) -> None:
    *_, answer = talk(assistant, "苇塘区2023年立案多少件", "各局都要")
    assert all(figure in answer.text for figure in ("146件", "205件"))


def test_a_form_lasts_where_only_the_bureau_changes(assistant: Assistant) -> None:
    *_, before, after = talk(assistant, "清河县2022年有哪些问题", "写成一段话", "换成2023年的")
    assert "\n" not in before.text
    assert "\n" not in after.text.strip()
    assert "2023年" in after.text


def test_a_text_is_made_of_the_things_that_are_meant_by_number(assistant: Assistant) -> None:
    *_, text = talk(
        assistant, "清河县2023年有哪些问题", "苇塘区立案多少件", "就清河县第二条，写个100字的材料"
    )
    assert "设备老旧" in text.text
    assert "205件" not in text.text
    assert "\n" not in text.text


def test_figures_told_are_added_up(assistant: Assistant) -> None:
    *_, total = talk(assistant, "清河县和苇塘区2023年上半年立案多少件", "加起来多少")
    assert "351件" in total.text
    assert total.derived


def test_the_next_of_the_reports_listed_is_told_of_as_the_one_before(assistant: Assistant) -> None:
    listed, first, second = talk(
        assistant, "库里有哪几份报告", "先说说第一份讲了什么", "那第二个呢"
    )
    assert second.status is first.status is AnswerStatus.DONE
    assert second.text != first.text
    assert listed.status is AnswerStatus.TALK


def test_a_summary_of_a_name_that_two_reports_have_is_made_of_each(assistant: Assistant) -> None:
    answer = assistant.ask("写一段清河县食品安全的小结")
    assert answer.status is AnswerStatus.DONE
    first, second = answer.text.splitlines()
    assert first.startswith("清河县市场监管局2022年，")
    assert second.startswith("清河县市场监管局2023年上半年，")
    assert "› " not in answer.text


@pytest.mark.parametrize("haste", ["快点", "写材料急用", "抓紧"])
def test_haste_is_no_part_of_what_is_asked(assistant: Assistant, haste: str) -> None:
    assert "205件" in assistant.ask(f"苇塘区立案多少件，{haste}").text


def test_a_target_that_nobody_set_is_left_to_people(assistant: Assistant) -> None:
    *_, answer = talk(assistant, "写个清河县明年食品安全的计划", "给我填上")
    assert answer.status is AnswerStatus.TALK
    assert "××" in answer.text


PASSAGE = "帮我核一下这段：清河县2022年检查学校食堂54家。"


def test_a_passage_that_is_sent_is_checked_against_its_report(assistant: Assistant) -> None:
    answer = assistant.ask(PASSAGE)
    assert answer.intent == IntentKind.CHECK
    assert "“54家”→“44家”" in answer.text
    assert any("44家" in citation.quote.text for citation in answer.citations)


def test_passages_sent_are_mended_together_in_their_own_words(assistant: Assistant) -> None:
    *_, mended = talk(assistant, PASSAGE, "还有这句：食品抽检850批次。", "两句都按报告改好给我")
    text = mended.text.splitlines()[1:3]
    assert text == ["清河县2022年检查学校食堂44家。", "食品抽检805批次。"]


def test_there_is_nothing_to_mend_where_nothing_was_sent(assistant: Assistant) -> None:
    *_, answer = talk(assistant, QUESTION, "按报告改好给我")
    assert answer.status is AnswerStatus.TALK


def test_what_is_told_in_words_is_cut_to_its_figures_where_only_those_are_wanted(
    assistant: Assistant,
) -> None:
    *_, told = talk(assistant, "清河县2022年食品安全做了什么", "有数的几个列出来")
    assert "805批次" in told.text
    assert told.intent == IntentKind.TABLE


def test_several_things_of_a_list_are_kept_by_their_numbers(assistant: Assistant) -> None:
    listed, kept = talk(assistant, "清河县2023年有哪些问题", "第一条和第二条留下")
    assert len(kept.text.splitlines()) <= len(listed.text.splitlines())
    assert "没有删别的" not in kept.text


def test_a_part_that_could_not_be_left_out_is_told_once(assistant: Assistant) -> None:
    *_, once, after = talk(
        assistant, "总结清河县2023年上半年的食品安全", "把疫苗那句去掉", "短一点"
    )
    assert "没有可去掉的" in once.text
    assert "没有可去掉的" not in after.text


def test_the_passage_that_is_sent_may_say_whose_it_is_before(assistant: Assistant) -> None:
    told = assistant.ask("帮我看看清河县2022年这段写得对不：检查学校食堂54家，立案287件。").text
    assert "“54家”→“44家”" in told
    assert "287件”" not in told


def test_what_asks_of_the_answer_and_finds_nothing_leaves_the_subject(assistant: Assistant) -> None:
    *_, answer = talk(assistant, "苇塘区立案多少件", "这个数是谁统计的", "清河县2022年的呢")
    assert "287件" in answer.text


def test_a_scope_with_a_size_asks_for_that_much_of_it(assistant: Assistant) -> None:
    *_, answer = talk(assistant, "各局有哪些亮点", "一家一句", "清河县2023年上半年的详细点")
    assert answer.status is AnswerStatus.ANSWERED
    assert all(report_label(c.quote.report).startswith(CLEAR) for c in answer.citations)


def test_several_lines_of_work_take_the_place_of_the_one_before(assistant: Assistant) -> None:
    *_, answer = talk(assistant, "清河县2022年检查药店多少家", "诊所和学校食堂呢")
    assert "127家" in answer.text


def test_a_figure_that_the_report_does_not_tell_is_named(assistant: Assistant) -> None:
    told = assistant.ask("帮我核一下这段：清河县2022年检查学校食堂44家，整改率93%。").text
    assert "没看出" not in told
    assert "93%" in told


def test_a_passage_is_held_against_any_report_where_those_spoken_of_tell_none_of_it(
    assistant: Assistant,
) -> None:
    *_, told, unknown = talk(
        assistant,
        "苇塘区立案多少件",
        "核一下这段：检查学校食堂54家，立案287件。",
        "核一下这段：组织演练7123场，覆盖率77.1%。",
    )
    assert "“54家”→“44家”" in told.text
    assert "数没有对照" in unknown.text


def test_a_title_that_is_given_stands_above(assistant: Assistant) -> None:
    *_, titled = talk(assistant, "各局立案多少件", "列个表", "标题叫“立案情况”")
    assert titled.text.splitlines()[:2] == ["立案情况", ""]


def test_everyone_named_in_a_clause_of_its_own_is_asked(assistant: Assistant) -> None:
    answer = assistant.ask("立案数，各家都报一下")
    assert all(figure in answer.text for figure in ("146件", "205件"))


def test_a_bureau_that_is_only_asked_about_too_takes_what_was_asked(assistant: Assistant) -> None:
    *_, answer = talk(assistant, "苇塘区立案多少件", "清河县2022年也是吗，怎么看", "罚没款呢")
    assert "163.2万元" in answer.text


def test_one_indicator_is_compared_by_its_figures_alone(assistant: Assistant) -> None:
    answer = assistant.ask("食品抽检 清河县 苇塘区 对比一下")
    assert answer.status is AnswerStatus.ANSWERED
    assert "412批次" in answer.text
