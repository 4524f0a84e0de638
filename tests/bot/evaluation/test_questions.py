import pytest

from bot.answers import AnswerStatus
from bot.assistant.assistant import Assistant
from bot.evaluation.evaluation import EvaluatedWriter, Evaluation, evaluate
from bot.evaluation.golden import Golden, GoldenQuestion
from knowledge.library import Library

ANSWERED, HIDDEN = AnswerStatus.ANSWERED, AnswerStatus.MASKED
NO_REPORT = AnswerStatus.NO_SUCH_REPORT


def golden(
    question: str,
    *status: AnswerStatus,
    kind: str = "figure",
    history: tuple[str, ...] = (),
    gold: tuple[str, ...] = (),
    accept: tuple[tuple[str, ...], ...] = (),
) -> GoldenQuestion:
    return GoldenQuestion(
        id=question[:3], kind=kind, question=question, status=status or (ANSWERED,),
        history=history, gold=gold, accept=accept,
    )  # fmt: skip


RIGHT = golden(
    "清河县2023年上半年检查药店多少家", gold=("检查药店83家",), accept=(("83家",),)
)  # fmt: skip
WRONG = golden("清河县2022年立案多少件", gold=("全年立案287件",), accept=(("999件",),))
REFUSED = golden("碧岭县立案多少件", NO_REPORT, kind="wrong_bureau")
OWN_KIND = golden("**县2023年上半年立案多少件", HIDDEN, kind="我的类别")
FOLLOW_UP = golden("那2022年呢？", kind="follow_up", history=(RIGHT.question,), accept=(("81家",),))


@pytest.fixture(scope="module")
def evaluation(assistant: Assistant, library: Library) -> Evaluation:
    asked = Golden(questions=(RIGHT, WRONG, REFUSED, OWN_KIND, FOLLOW_UP))
    return evaluate(EvaluatedWriter(assistant), library, asked)


def test_every_question_is_asked_with_those_before_it(evaluation: Evaluation) -> None:
    assert [o.right for o in evaluation.questions] == [True, False, True, True, True]


def test_the_rank_is_that_of_the_first_passage_with_the_gold_words(
    evaluation: Evaluation,
) -> None:
    right, wrong, refused, *_ = evaluation.questions
    assert right.rank == wrong.rank == 1
    assert refused.rank is None


def test_records_are_one_a_question_and_a_total(evaluation: Evaluation) -> None:
    *questions, last = evaluation.records()
    assert [record["question"] for record in questions] == [
        o.golden.question for o in evaluation.questions
    ]
    assert [r["verdict"] for r in questions] == ["right", "wrong", "right", "right", "right"]
    assert {"id", "kind", "question", "right", "rank", "status", "answer"} <= questions[0].keys()
    total = last["total"]
    assert last["writer"] == "extractive"
    assert total["kinds"]["figure"] == {
        "right": 1, "n": 2, "share": 0.5, "refused": 0, "wrong": 1,
    }  # fmt: skip
    assert total["questions"] == {
        "right": 4, "n": 5, "share": 0.8, "refused": 0, "wrong": 1,
    }  # fmt: skip
    assert total["refusals"] == {"right": 1, "n": 1, "wrong": 0, "m": 4}
    assert total["retrieval"] == {"h1": 1.0, "h5": 1.0, "h10": 1.0, "n": 2}
    assert total["quotes"]["verbatim"] == total["quotes"]["n"] > 0


def test_people_read_the_figures_and_what_went_wrong(evaluation: Evaluation) -> None:
    lines = evaluation.lines()
    text = "\n".join(lines)
    assert "题目 5 道" in lines[0]
    assert "数字  1/2  50.0%  拒答 0  答错 1" in lines
    assert "没有的局  1/1  100.0%  拒答 0  答错 0" in lines
    assert "合计  4/5  80.0%  拒答 0  答错 1" in lines
    assert text.count("×") == 1
    assert "999件" in text
    assert "287件" in text


def test_a_kind_of_ones_own_is_shown_as_it_is(evaluation: Evaluation) -> None:
    assert "我的类别  1/1  100.0%  拒答 0  答错 0" in evaluation.lines()


def test_no_questions_give_figures_all_the_same(assistant: Assistant, library: Library) -> None:
    evaluation = evaluate(EvaluatedWriter(assistant), library, Golden())
    assert evaluation.lines()
    assert len(list(evaluation.records())) == 1
