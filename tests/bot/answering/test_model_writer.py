"""The model writer over the samples and real HTTP: what of a model's text reaches the reader."""

import ast
import logging
import re
from collections.abc import Iterator

import pytest

from bot.answers import Answer, AnswerStatus
from bot.assistant.assistant import Assistant
from bot.assistant.opening import open_assistant
from bot.model.tokens import token_count
from knowledge.library import Library
from prompts.loading import FOLDER, Prompts, job_variables
from tests.bot.conftest import settings_for
from tests.bot.demands import DEMANDS, PAYLOAD
from tests.bot.model.chat_server import (
    KEY,
    Behaviour,
    ChatServer,
    Reply,
    Request,
    answers,
    counts,
    cuts,
    refuses,
    says,
    stalls,
    thinks,
)
from tests.conftest import ROOT, loaded_library

QUESTION = "云溪县2023年食品抽检合格率是多少"
FACT = "完成食品监督抽检1,034批次，不合格19批次，合格率98.16%"
TRUE = "云溪县市场监管局2023年食品抽检合格率为98.16%[{n}]。"
MORE = "共抽检1034批次[{n}]，不合格19批次[{n}]。"
FALSE = "比上年提高2.5个百分点[{n}]。"
MASKED = "**区2023年上半年检查了多少家药店"
TREES = "松柏桐枫榆槐樟杉柳桦椿楠檀榕桑枣梨"
DEMANDED = {f"{tree}岭县": demand for tree, demand in zip(TREES, DEMANDS, strict=True)}
"""What a county's report demands of a model."""


def passage_with(request: Request, words: str) -> int:
    """The number of the passage that was given with these words."""
    for n, text in re.findall(
        r'<passage n="(\d+)"[^>]*>([^<]*)', request["messages"][1]["content"]
    ):
        if words in text:
            return int(n)
    raise AssertionError(words)


def writes(text: str, repaired: str = "", *, words: str = FACT) -> Behaviour:
    """A model that answers, and repairs, with these words about the passage that holds the fact."""

    def write(request: Request) -> str:
        mending = "<draft>" in request["messages"][1]["content"]
        said = repaired if mending else text
        return said.format(n=passage_with(request, words))

    return answers(write)


def test_what_stands_is_shown_with_quotes_found_in_the_report(
    server: ChatServer, model_assistant: Assistant
) -> None:
    server.always = writes(TRUE + MORE)
    answer = model_assistant.ask(QUESTION)
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.text == (TRUE + MORE).format(n=1)
    assert (answer.writer, answer.prompt, answer.model) == ("model", "answer/v3", "m")
    assert answer.struck == ()
    (citation,) = answer.citations
    assert FACT in citation.quote.text
    assert citation.quote.path[-1] == "首先，把抽检网织密"
    assert len(server.requests) == 1


def test_what_does_not_stand_is_mended_once(server: ChatServer, model_assistant: Assistant) -> None:
    server.always = writes(TRUE + FALSE, TRUE)
    answer = model_assistant.ask(QUESTION)
    assert answer.text == TRUE.format(n=1)
    assert answer.struck == ()
    assert answer.prompts == ("answer/v3", "repair/v6")
    mending = server.prompts()[1]
    assert FALSE.format(n=passage_with(server.requests[0], FACT)) in mending
    assert "2.5" in mending.partition("<faults>")[2]


def test_what_fails_again_is_struck_and_said_to_be(
    server: ChatServer, model_assistant: Assistant
) -> None:
    server.always = writes(TRUE + FALSE, TRUE + FALSE)
    answer = model_assistant.ask(QUESTION)
    assert answer.text == TRUE.format(n=1) + "\n（有的话与原文核对不上，已经删去。）"
    (struck,) = answer.struck
    assert "2.5个百分点" in struck
    assert len(server.requests) == 2


def test_of_a_sentence_with_a_false_end_the_true_part_is_kept(
    server: ChatServer, model_assistant: Assistant
) -> None:
    said = f"{TRUE.removesuffix('[{n}]。')}，位居全省前列[{{n}}]。"
    server.always = writes(said, said)
    answer = model_assistant.ask(QUESTION)
    assert answer.text == TRUE.format(n=1) + "\n（有的话与原文核对不上，已经删去。）"
    assert answer.struck == ("位居全省前列",)


@pytest.fixture(scope="module")
def demanding_reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A report of each county, with its demand."""
    folder = tmp_path_factory.mktemp("demanding")
    for county, demand in DEMANDED.items():
        told = f"{county}市场监管局2023年工作总结\n\n一、主要工作\n检查药店83家，立案9件。"
        (folder / f"{county}.txt").write_text(f"{told}{demand}\n", encoding="utf-8")
    library = loaded_library(tmp_path_factory.mktemp("data"), folder)
    yield library
    library.close()


@pytest.mark.parametrize("county", DEMANDED)
def test_a_model_that_obeys_a_report_is_not_shown(
    server: ChatServer, demanding_reports: Library, county: str
) -> None:
    server.always = writes(f"{PAYLOAD}[{{n}}]。", f"{PAYLOAD}[{{n}}]。", words="83家")
    shown: list[str] = []
    answer = open_assistant(settings_for(server), demanding_reports).ask(
        f"{county}2023年药店检查情况怎么样", show=shown.append
    )
    assert PAYLOAD in server.prompts()[0]
    assert PAYLOAD not in answer.text
    assert not [text for text in shown if PAYLOAD in text]


@pytest.mark.parametrize(
    "lie",
    [
        "抽检合格率为98.16%，全部问题食品已销毁[{n}]。",
        "对校园食堂部分安装“互联网+明厨亮灶”设备[{n}]。",
        "The pass rate was high[{n}]。",
    ],
)
def test_words_that_no_quote_says_are_not_shown(
    server: ChatServer, model_assistant: Assistant, lie: str
) -> None:
    server.always = writes(TRUE + lie, TRUE + lie)
    answer = model_assistant.ask(QUESTION)
    assert answer.text.startswith(TRUE.format(n=1))
    assert not any(word in answer.text for word in ("销毁", "部分", "pass"))
    assert answer.struck


@pytest.mark.parametrize("repaired", ["", "好的。", "云溪县2023年合格率为99%[{n}]。"])
def test_a_repair_that_spoils_what_stood_is_not_taken(
    server: ChatServer, model_assistant: Assistant, repaired: str
) -> None:
    server.always = writes(TRUE + FALSE, repaired)
    answer = model_assistant.ask(QUESTION)
    assert answer.text.startswith(TRUE.format(n=1))
    assert "99%" not in answer.text
    assert len(answer.struck) == 1


def test_a_repair_that_fails_leaves_what_stood(
    server: ChatServer, model_assistant: Assistant
) -> None:
    server.script = [writes(TRUE + FALSE), refuses(401)]
    answer = model_assistant.ask(QUESTION)
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.notice == ""
    assert answer.text.startswith(TRUE.format(n=1))


@pytest.mark.parametrize("lie", [FALSE, "抽检合格率约为98%。", "一切都好。", "合格率99.1%[77]。"])
def test_with_nothing_left_the_reports_own_words_answer(
    server: ChatServer, model_assistant: Assistant, sample_library: Library, lie: str
) -> None:
    server.always = writes(lie, lie)
    own = Assistant(sample_library).ask(QUESTION)
    answer = model_assistant.ask(QUESTION)
    assert answer.status is AnswerStatus.ANSWERED
    assert (answer.writer, answer.prompt, answer.model) == ("extractive", None, "m")
    assert answer.struck == (lie.format(n=passage_with(server.requests[0], FACT)),)
    assert answer.text == f"{answer.notice}\n{own.text}"
    assert answer.notice == "模型写的话与原文核对不上，没有采用，改用报告原文作答："
    assert answer.citations == own.citations


@pytest.mark.parametrize(
    "said",
    [
        "云溪县市场监管局2023年食品抽检合格率为98.16%。",
        "云溪县市场监管局2023年食品抽检合格率为98.16%[77]。",
        "云溪县市场监管局2023年食品抽检合格率为98.16%[{other}]。",
        "食品抽检合格率为98.16%[{other}]。",
        "云溪县2023年完成食品监督抽检1,034批次[{n}]，合格率98.16%[{other}]。",
    ],
)
def test_a_figure_that_one_passage_states_is_cited_to_that(
    server: ChatServer, model_assistant: Assistant, said: str
) -> None:
    def write(request: Request) -> str:
        n = passage_with(request, FACT)
        return said.format(n=n, other=n % 2 + 1)

    server.always = answers(write)
    shown: list[str] = []
    answer = model_assistant.ask(QUESTION, show=shown.append)
    assert "98.16%[1]。" in answer.text
    assert (answer.writer, answer.struck, answer.notice) == ("model", (), "")
    assert len(server.requests) == 1
    assert bool(shown) is ("[" in said)  # a mark could still follow
    assert [text.partition("[")[0] for text in answer.recited] == [said.partition("[")[0]]
    assert [FACT in citation.quote.text for citation in answer.citations] == [True]


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("首先，把抽检网织密。", True),
        ("首先，把抽检网织密[{other}]。", True),
        ("首先，把监管网织密。", False),
        ("织密。", False),
    ],
)
def test_copied_words_are_cited_to_the_one_passage_that_holds_them(
    server: ChatServer, model_assistant: Assistant, said: str, *, stands: bool
) -> None:
    def write(request: Request) -> str:
        n = passage_with(request, FACT)
        return f"{TRUE.format(n=n)}{said.format(other=n % 2 + 1)}"

    server.always = answers(write)
    answer = model_assistant.ask(QUESTION)
    assert bool(answer.recited) is stands
    assert bool(answer.struck) is not stands


def test_no_figure_is_cited_to_a_report_that_a_sentence_does_not_name(
    server: ChatServer, model_assistant: Assistant
) -> None:
    def write(request: Request) -> str:
        given = re.findall(r'n="(\d+)" bureau="([^"]*)"', request["messages"][1]["content"])
        other = next(n for n, bureau in given if "云溪县" not in bureau)
        return f"食品抽检合格率为98.16%[{other}]。"

    server.always = answers(write)
    answer = model_assistant.ask("各局2023年食品抽检情况怎么样")
    assert answer.struck


def test_a_repair_that_takes_all_back_loses_no_true_part(
    server: ChatServer, model_assistant: Assistant
) -> None:
    said = "云溪县市场监管局2023年食品抽检合格率为98.16%[{n}]，居全省前列[{n}]。"
    server.always = writes(said, "材料里没有找到能回答这个问题的内容。")
    answer = model_assistant.ask(QUESTION)
    assert answer.text.startswith("云溪县市场监管局2023年食品抽检合格率为98.16%[1]。\n")
    assert (answer.writer, answer.notice) == ("model", "")
    assert answer.struck == ("居全省前列",)
    assert len(server.requests) == 2


def test_a_repair_that_copies_its_prompt_is_none(
    server: ChatServer, model_assistant: Assistant
) -> None:
    said = "云溪县市场监管局2023年食品抽检合格率为99.16%[{n}]。"
    copied = '<passage n="{n}">' + FACT + "。</passage>\n<draft>\n" + said + "\n</draft>\n"
    server.always = writes(said, copied)
    answer = model_assistant.ask(QUESTION)
    assert answer.notice == "模型写的话与原文核对不上，没有采用，改用报告原文作答："
    assert len(answer.struck) == 1


def test_a_repair_that_keeps_as_much_is_taken(
    server: ChatServer, model_assistant: Assistant
) -> None:
    server.always = writes(TRUE + "居全省前列[{n}]。", TRUE)
    answer = model_assistant.ask(QUESTION)
    assert (answer.text, answer.struck) == (TRUE.format(n=1), ())


def test_what_the_reports_own_answer_tells_already_is_not_told_again(
    server: ChatServer, model_assistant: Assistant, sample_library: Library
) -> None:
    question = "云溪县2023年食品抽检多少批次，合格率多少"
    server.always = writes(TRUE)
    answer, own = model_assistant.ask(question), Assistant(sample_library).ask(question)
    assert (answer.text, answer.citations) == (own.text, own.citations)
    assert (answer.writer, answer.prompts, answer.notice) == ("extractive", ("answer/v3",), "")


@pytest.mark.parametrize(
    "said",
    [
        "云溪县市场监管局[{n}]",
        "云溪县市场监管局2023年[{n}]。",
        "食品监督抽检合格率98.16%？[{n}]",
        "合格率？[{n}]。",
    ],
)
def test_names_or_a_question_alone_are_no_answer(
    server: ChatServer, model_assistant: Assistant, sample_library: Library, said: str
) -> None:
    question = "哪个局2023年的食品抽检合格率最低"
    server.always = writes(said)
    answer, own = model_assistant.ask(question), Assistant(sample_library).ask(question)
    assert (answer.text, answer.writer) == (f"{answer.notice}\n{own.text}", "extractive")
    assert answer.notice == "模型没有找到答案，改用报告原文作答："


def test_the_repair_is_told_which_passage_states_a_figure(
    server: ChatServer, model_assistant: Assistant
) -> None:
    lie = "云溪县市场监管局2023年药品抽检合格率为98.16%[77]。"
    server.always = writes(lie, lie)
    model_assistant.ask(QUESTION)
    n = passage_with(server.requests[0], FACT)
    faults = server.prompts()[1].partition("<faults>\n")[2].partition("</faults>")[0]
    assert "标了没有给出的编号，改标真正的依据｜[77]\n" in faults
    lie = f"云溪县市场监管局2023年药品抽检合格率为98.16%[{n % 2 + 1}]。"
    server.requests.clear()
    server.always = says(lie)
    model_assistant.ask(QUESTION)
    faults = server.prompts()[1].partition("<faults>\n")[2].partition("</faults>")[0]
    assert f"｜98.16%｜[{n}]\n" in faults


def test_no_example_of_a_prompt_is_an_answer(
    server: ChatServer, model_assistant: Assistant
) -> None:
    for job in job_variables():
        text = (FOLDER / f"{Prompts.load().choose(job).label}.md").read_text("utf-8")
        for example in re.findall(r"[^：“”\n]*\[\d+\][^“”\n]*", text):
            server.always = says(example)
            answer = model_assistant.ask(QUESTION)
            assert answer.writer == "extractive"
            assert example not in answer.text


@pytest.mark.parametrize("marks", ["[1]", "[3][5]", "[1]\n[2]。", "。[1]", "……[3]。", "- [1]"])
def test_citations_alone_are_no_answer(
    server: ChatServer, model_assistant: Assistant, sample_library: Library, marks: str
) -> None:
    server.always = says(marks)
    own, shown = Assistant(sample_library).ask(QUESTION), list[str]()
    answer = model_assistant.ask(QUESTION, show=shown.append)
    assert (answer.writer, answer.status) == ("extractive", AnswerStatus.ANSWERED)
    assert answer.text == f"{answer.notice}\n{own.text}"
    assert "没有写出任何内容" in answer.notice
    assert not shown


def test_citations_alone_beside_a_sentence_are_left_out(
    server: ChatServer, model_assistant: Assistant
) -> None:
    server.always = writes("[{n}]\n" + TRUE)
    assert model_assistant.ask(QUESTION).text == TRUE.format(n=1)


def test_what_a_model_overlooks_is_told_in_the_reports_own_words(
    server: ChatServer, model_assistant: Assistant, sample_library: Library
) -> None:
    server.always = says("材料里没有找到食品抽检合格率的内容。")
    answer = model_assistant.ask(QUESTION)
    own = Assistant(sample_library).ask(QUESTION)
    assert answer.text == f"模型没有找到答案，改用报告原文作答：\n{own.text}"
    assert (answer.status, answer.struck) == (AnswerStatus.ANSWERED, ())


def test_a_model_that_finds_nothing_where_nothing_is_is_believed(
    server: ChatServer, model_assistant: Assistant
) -> None:
    server.always = says("材料里没有找到化妆品抽检合格率的内容。")
    answer = model_assistant.ask("云溪县2023年化妆品抽检合格率是多少")
    assert (answer.status, answer.writer) == (AnswerStatus.NOT_FOUND, "model")
    assert (answer.struck, answer.notice) == ((), "")


def test_another_figure_than_the_one_asked_for_is_no_answer(
    server: ChatServer, model_assistant: Assistant, sample_library: Library
) -> None:
    server.always = writes(MORE)
    answer = model_assistant.ask(QUESTION)
    own = Assistant(sample_library).ask(QUESTION)
    assert answer.text == f"模型答的不是所问的数，改用报告原文作答：\n{own.text}"
    assert answer.citations == own.citations


def test_of_several_figures_asked_for_all_come_before_what_a_model_tells(
    server: ChatServer, model_assistant: Assistant, sample_library: Library
) -> None:
    question = "云溪县2023年食品抽检多少批次，合格率多少"
    server.always = writes(TRUE + "首先，把抽检网织密[{n}]。")
    answer, own = model_assistant.ask(question), Assistant(sample_library).ask(question)
    assert answer.text.startswith(f"{own.text}\n另外写到：\n{TRUE.partition('[')[0]}")
    assert (answer.status, answer.writer) == (AnswerStatus.ANSWERED, "model")
    told = {int(n) for n in re.findall(r"\[(\d+)\]", answer.text)}
    assert told == {citation.n for citation in answer.citations}


def test_a_true_sentence_beside_the_question_is_followed_by_what_answers(
    server: ChatServer, model_assistant: Assistant, sample_library: Library
) -> None:
    server.always = writes(TRUE)
    question = "云溪县2023年存在哪些问题"
    answer, own = model_assistant.ask(question), Assistant(sample_library).ask(question)
    assert answer.text.startswith(TRUE.format(n=1) + "\n报告里与问题最近的原文：\n")
    quotes = {citation.quote for citation in answer.citations}
    assert {citation.quote for citation in own.citations} < quotes


def test_a_near_figure_is_no_answer_to_what_no_report_states(
    server: ChatServer, model_assistant: Assistant, sample_library: Library
) -> None:
    server.always = writes(TRUE)
    question = "云溪县2023年化妆品抽检合格率是多少"
    answer, own = model_assistant.ask(question), Assistant(sample_library).ask(question)
    assert own.status is answer.status is AnswerStatus.NOT_FOUND
    assert answer.text.startswith(own.text.partition("\n现有报告")[0])


def test_a_mask_stays_masked(server: ChatServer, model_assistant: Assistant) -> None:
    told = "**区市场监管局2023年上半年检查零售药店的数量，原文已隐去[{n}]。"
    server.always = writes(told, words="零售药店*家")
    answer = model_assistant.ask(MASKED)
    assert answer.status is AnswerStatus.MASKED
    assert answer.text == told.format(n=1)
    filled = "**区市场监管局2023年上半年检查零售药店86家[{n}]。"
    server.always = writes(filled, filled, words="零售药店*家")
    answer = model_assistant.ask(MASKED)
    assert "86家" not in answer.text
    assert len(answer.struck) == 1


def test_thinking_is_not_shown(server: ChatServer, model_assistant: Assistant) -> None:
    server.always = writes("<think>先看第一段。也许是97%？</think>\n" + TRUE + MORE)
    shown: list[str] = []
    assert model_assistant.ask(QUESTION, show=shown.append).text == (TRUE + MORE).format(n=1)
    server.always = thinks("也许是97%？", "材料里没有找到相关内容。")
    model_assistant.ask(QUESTION, show=shown.append)
    assert shown == [TRUE.format(n=1), (TRUE + MORE).format(n=1)]


def test_markdown_is_taken_off_and_masks_are_not(
    server: ChatServer, model_assistant: Assistant
) -> None:
    server.always = writes("### " + TRUE.replace("98.16%", "**98.16%**"))
    assert model_assistant.ask(QUESTION).text == TRUE.format(n=1)
    told = "**区市场监管局2023年上半年检查零售药店*家、医疗机构*家[{n}]。"
    server.always = writes(told, words="零售药店*家")
    answer = model_assistant.ask(MASKED)
    assert answer.status is AnswerStatus.MASKED
    assert answer.text == told.format(n=1) + "\n（写作 * 的，原文已隐去。）"


# -- as it is written


def test_each_sentence_is_shown_once_it_is_checked(
    server: ChatServer, model_assistant: Assistant
) -> None:
    server.always = writes(TRUE + MORE)
    shown: list[str] = []
    answer = model_assistant.ask(QUESTION, show=shown.append)
    assert shown == [TRUE.format(n=1), (TRUE + MORE).format(n=1)]
    assert answer.text == shown[-1]


def test_nothing_is_shown_that_does_not_stand_nor_what_follows_it(
    server: ChatServer, model_assistant: Assistant
) -> None:
    server.always = writes(TRUE + FALSE + MORE + "\n", TRUE + MORE)
    shown: list[str] = []
    answer = model_assistant.ask(QUESTION, show=shown.append)
    assert shown == [TRUE.format(n=1)]
    assert answer.text == (TRUE + MORE).format(n=1)


def test_a_text_cut_for_its_length_ends_with_a_whole_statement(
    server: ChatServer, model_assistant: Assistant
) -> None:
    def write(request: Request) -> str:
        return (TRUE + "共抽检1034").format(n=passage_with(request, FACT))

    server.always = lambda reply, request: says(write(request), "length")(reply, request)
    answer = model_assistant.ask(QUESTION)
    assert answer.text == TRUE.format(n=1)
    assert answer.struck == ()


# -- when the endpoint fails


@pytest.mark.parametrize(
    "behaviour", [refuses(401), refuses(429, Retry_After="99"), cuts("云溪县[1]。"), says("")]
)
def test_the_reports_own_words_stand_in_and_say_so(
    server: ChatServer, sample_library: Library, behaviour: Behaviour
) -> None:
    server.always = behaviour
    own = Assistant(sample_library).ask(QUESTION)
    answer = open_assistant(settings_for(server), sample_library).ask(QUESTION)
    assert (answer.writer, answer.prompt, answer.status) == ("extractive", None, own.status)
    assert answer.text == f"{answer.notice}\n{own.text}"
    assert answer.notice.endswith("下面是照报告原文摘出的回答：")
    assert answer.citations == own.citations


def test_a_slow_endpoint_is_not_waited_for(server: ChatServer, sample_library: Library) -> None:
    server.always = stalls()
    answer = open_assistant(settings_for(server, model_timeout=0.3), sample_library).ask(QUESTION)
    assert answer.writer == "extractive"
    assert "MODEL_TIMEOUT" in answer.notice


def test_what_needs_no_model_asks_none(server: ChatServer, model_assistant: Assistant) -> None:
    assert model_assistant.ask("南山县2023年立案多少件").status is AnswerStatus.NO_SUCH_REPORT
    assert not server.requests


# -- follow-ups


REWRITTEN = "云溪县2023年食品抽检合格率是多少？"


def ask_follow_up(server: ChatServer, model_assistant: Assistant, line: str) -> Answer:
    server.script = [says(line)]
    server.always = writes(TRUE)
    return model_assistant.ask("合格率多少", ["云溪县2023年食品抽检多少批次？"])


def test_a_follow_up_is_made_to_stand_alone(server: ChatServer, model_assistant: Assistant) -> None:
    answer = ask_follow_up(server, model_assistant, REWRITTEN)
    assert answer.text == TRUE.format(n=1)
    assert answer.prompts == ("rewrite/v1", "answer/v3")
    assert "云溪县2023年食品抽检多少批次？" in server.prompts()[0]
    assert f"问题：{REWRITTEN}" in server.prompts()[1]


@pytest.mark.parametrize(
    "line",
    [
        "江岚市2023年上半年食品抽检合格率是多少？",
        "云溪县2024年食品抽检合格率是多少？",
        "云溪县2023年食品抽检合格率是不是98%？",
        "",
        "问题一\n问题二",
        "云" * 300,
    ],
)
def test_a_rewriting_that_brings_something_in_is_not_taken(
    server: ChatServer, model_assistant: Assistant, line: str
) -> None:
    ask_follow_up(server, model_assistant, line or "<think>？</think>")
    question = server.prompts()[-1].rpartition("问题：")[2]
    assert "云溪县" in question
    assert "合格率" in question
    assert line not in question or not line


@pytest.mark.parametrize(
    "question", [QUESTION, "江岚市2023年上半年立案多少件？", "各局存在哪些问题？"]
)
def test_a_question_that_stands_alone_passes_untouched(
    server: ChatServer, model_assistant: Assistant, question: str
) -> None:
    server.always = says("材料里没有找到相关内容。")
    model_assistant.ask(question, ["云溪县2023年食品抽检多少批次？"])
    assert len(server.requests) == 1
    assert f"问题：{question}" in server.prompts()[0]


# -- what the model reads


def test_every_word_that_a_model_reads_stands_in_a_prompt_file(
    server: ChatServer, model_assistant: Assistant
) -> None:
    ask_follow_up(server, model_assistant, REWRITTEN)
    server.always = writes(FALSE, FALSE)
    model_assistant.ask(QUESTION)
    files = "".join(p.read_text("utf-8") for p in (ROOT / "prompts").rglob("*.md"))
    for sent in server.prompts():
        for written in re.split(r"(?s)<material>.*</material>|<history>.*</history>", sent):
            for words in re.findall(r"[\u4e00-\u9fff]+", written.partition("问题：")[0]):
                assert words in files


def test_the_code_of_the_writer_holds_no_word_for_the_model() -> None:
    for path in [*(ROOT / "bot" / "model").glob("*.py"), ROOT / "prompts" / "forms.py"]:
        tree = ast.parse(path.read_text("utf-8"))
        words = [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and re.search(r"[\u4e00-\u9fff]|<\w", node.value)
        ]
        assert not words, path.name


def test_a_model_is_given_no_more_than_it_can_read(
    server: ChatServer, sample_library: Library
) -> None:
    for context in (6_000, 8_000, 12_000):
        server.requests.clear()
        settings = settings_for(server, model_context=context)
        open_assistant(settings, sample_library).ask("各局2023年食品安全做了什么")
        assert 1_000 < token_count(server.prompts()[0]) < context - 1_500


def test_more_is_given_to_a_model_that_takes_fewer_tokens(
    server: ChatServer, sample_library: Library
) -> None:
    def count(reply: Reply, request: Request) -> None:
        read = sum(len(message["content"]) for message in request["messages"])
        counts(round(0.6 * read))(reply, request)

    server.always = count
    settings = settings_for(server, model_context=4_000)
    for _ in range(2):  # each time as a process of its own would
        open_assistant(settings, sample_library).ask("各局2023年食品安全做了什么")
    first, second = (prompt for prompt in server.prompts() if "<draft>" not in prompt)
    assert second.count("</passage>") > first.count("</passage>") + 2
    assert 0.6 * len(second) < 4_000 * 4 / 5


@pytest.mark.parametrize("context", [1_000, 1_500])
def test_a_model_that_reads_little_is_given_something(
    server: ChatServer, sample_library: Library, context: int
) -> None:
    server.always = writes(TRUE)
    settings = settings_for(server, model_context=context)
    answer = open_assistant(settings, sample_library).ask(QUESTION)
    assert answer.text == TRUE.format(n=1)


def test_passages_come_in_report_order_and_whole(
    server: ChatServer, model_assistant: Assistant, sample_library: Library
) -> None:
    model_assistant.ask("云溪县2023年存在哪些问题")
    given = re.findall(r'<passage n="(\d+)"[^>]*>([^<]*)</passage>', server.prompts()[0])
    report = sample_library.find_report("云溪县2023年")
    places = [report.text.index(text) for _, text in given]
    assert places == sorted(places)
    assert [int(n) for n, _ in given] == list(range(1, len(given) + 1))


# -- keys and logs


def test_the_log_tells_prompt_and_version_and_no_key(
    server: ChatServer, model_assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    server.script = [writes(TRUE), refuses(401)]
    with caplog.at_level(logging.INFO, "bot"):
        model_assistant.ask(QUESTION)
        model_assistant.ask(QUESTION)
    assert "prompt=answer/v3 model=m status=answered" in caplog.text
    assert "EndpointRefused" in caplog.text
    assert KEY not in caplog.text


def test_settings_pin_any_version(server: ChatServer, sample_library: Library) -> None:
    settings = settings_for(server, prompt_repair="v1")
    server.always = writes(FALSE, FALSE)
    answer = open_assistant(settings, sample_library).ask(QUESTION)
    assert answer.prompts == ("answer/v3", "repair/v1")
    assert Prompts.load().choose("repair").label != "repair/v1"


def test_a_question_to_a_model_reads_one_generation(
    model_assistant: Assistant, server: ChatServer, meta_reads: list[str]
) -> None:
    answer = model_assistant.ask("云溪县2023年食品抽检多少批次")
    assert server.requests
    assert answer.citations
    assert meta_reads == ["generation"]
