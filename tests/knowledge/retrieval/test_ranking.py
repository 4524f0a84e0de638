from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.lexicon import tokens_of
from knowledge.models import Passage, SectionKind
from knowledge.retrieval.holdings import Holdings
from knowledge.retrieval.question import Question, read_question
from knowledge.retrieval.search import (
    Candidate,
    CollectionStatistics,
    Scores,
    Terms,
    rank,
    terms_of,
)
from knowledge.retrieval.vocabulary import Synonyms, synonyms

DONE, PLAN, PROBLEMS = SectionKind.DONE, SectionKind.PLAN, SectionKind.PROBLEMS


@pytest.fixture
def known() -> Synonyms:
    return synonyms()


def question_of(text: str) -> Question:
    return read_question(text, Holdings(), 2023, lambda _phrase, _within=None: frozenset())


def candidate(
    text: str, *, kind: SectionKind = DONE, cosine: float = 0.0, path: tuple[str, ...] = ()
) -> Candidate:
    return Candidate(
        Passage(text, "report", 0, path, kind, (), 0, len(text)), text, cosine
    )  # fmt: skip


def score(question: Question, terms: Terms, candidates: Sequence[Candidate]) -> Scores:
    """The scores in a store that holds the candidates alone."""
    held = Counter(
        t for c in candidates for t in set(tokens_of("\n".join((*c.passage.path, c.text))))
    )
    return rank(question, terms, candidates, CollectionStatistics(len(candidates), lambda _: held))


def best(text: str, *candidates: Candidate) -> str:
    question = question_of(text)
    scores = score(question, terms_of(question.content, synonyms()), candidates)
    return candidates[int(np.argmax(scores))].text


OTHERS = (candidate("组织党员学习12次。"), candidate("走访企业45家。"), candidate("培训30人。"))


def test_no_candidates_have_no_scores() -> None:
    assert len(score(question_of("立案多少件"), Terms({}, (), ()), [])) == 0


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("检查药店多少家", "检查药店86家、诊所12家。"),
        ("查获假酒多少瓶", "查获假酒310瓶。"),
        ("夜查小队是怎么管夜市的", "组建夜查小队3支，晚7点起巡查夜市。"),
    ],
)
def test_the_passage_with_the_words_asked_comes_first(question: str, answer: str) -> None:
    assert best(question, *OTHERS, candidate(answer)) == answer


def test_what_reports_write_instead_of_the_word_asked_counts_too() -> None:
    answer = "检查餐饮服务单位520家。"
    assert best("查了多少家饭馆", *OTHERS, candidate(answer)) == answer


def test_a_heading_counts_as_words_of_its_passage() -> None:
    above = candidate("共办理86件。", path=("知识产权保护",))
    assert best("知识产权办理多少件", *OTHERS, candidate("共办理52件。"), above) == above.text


def test_the_words_in_one_sentence_outrank_the_same_words_scattered() -> None:
    together = "老旧电梯全部检验。走访商户。组织培训。"
    scattered = "老旧房屋排查。电梯走访。组织检验培训。"
    question = "老旧电梯检验得怎么样"
    assert best(question, *OTHERS, candidate(scattered), candidate(together)) == together


def test_a_number_is_found_only_as_a_whole() -> None:
    right = "4月26日前后办理12件。"
    wrong = "办理112件，又办理3.12万件。"
    assert best("12件是哪天办理的", candidate(wrong), candidate(right)) == right


def test_a_year_that_is_asked_for_counts() -> None:
    right = "2019年起推行电子证照。"
    assert best("2019年推行了什么", candidate("2021年推行电子证照。"), candidate(right)) == right


def test_a_name_in_quotes_must_stand_as_it_is() -> None:
    right = "推行“一码查”，扫码可看。"
    wrong = "一次查完，码上可看，推行码查。"
    assert best("“一码查”是怎么推行的", candidate(wrong), candidate(right)) == right


def test_how_rare_a_word_is_the_store_tells_and_not_the_candidates() -> None:
    asked = question_of("电梯检验")
    terms = terms_of(asked.content, synonyms())
    both = [candidate("电梯运行。"), candidate("检验完成。")]
    for rare, common in ((0, 1), (1, 0)):
        counts = Counter({("电梯", "检验")[rare]: 2})
        counts.update(dict.fromkeys(("电", "梯", "检", "验", ("电梯", "检验")[common]), 500))
        scores = rank(asked, terms, both, CollectionStatistics(1000, lambda _: counts))  # noqa: B023 - called at once
        assert scores[rare] > scores[common]


def test_a_word_that_no_passage_holds_changes_no_score() -> None:
    asked = question_of("走访企业多少家")
    plain, more = terms_of("走访企业", synonyms()), terms_of("走访企业 飞艇", synonyms())
    assert np.allclose(score(asked, plain, OTHERS), score(asked, more, OTHERS))


def test_words_without_substance_count_where_they_were_typed(known: Synonyms) -> None:
    typed = terms_of("市场主体", known, "市场主体总数达到多少").weights
    assert "总数" in typed
    assert typed["市场"] == terms_of("市场主体", known).weights["市场"]


def test_the_kind_of_section_that_is_asked_of_is_preferred() -> None:
    text = "食品抽检能力不足。"
    asked = question_of("存在哪些问题")
    terms = terms_of("食品抽检", synonyms())
    plain, wanted = score(asked, terms, [candidate(text), candidate(text, kind=PROBLEMS)])
    assert wanted > plain


def test_a_plan_gives_way_when_a_figure_is_asked_for() -> None:
    text = "食品抽检900批次。"
    asked = question_of("食品抽检多少批次")
    terms = terms_of(asked.content, synonyms())
    done, planned = score(asked, terms, [candidate(text), candidate(text, kind=PLAN)])
    assert done > planned


def test_a_passage_with_an_amount_is_preferred_when_a_figure_is_asked_for() -> None:
    asked = question_of("食品抽检多少批次")
    terms = terms_of(asked.content, synonyms())
    texts = ["食品抽检持续开展。", "食品抽检持续*批次。"]
    without, masked = score(asked, terms, [candidate(t) for t in texts])
    assert masked > without


def test_of_equal_words_the_nearer_vector_wins() -> None:
    asked = question_of("夜市怎么管")
    terms = terms_of(asked.content, synonyms())
    near, far = score(asked, terms, [candidate("夜市。", cosine=0.9), candidate("夜市。")])
    assert near > far


def test_scores_do_not_hang_on_the_order_of_the_candidates() -> None:
    asked = question_of("走访企业多少家")
    terms = terms_of(asked.content, synonyms())
    there, back = score(asked, terms, OTHERS), score(asked, terms, OTHERS[::-1])
    assert np.allclose(there, back[::-1])


def test_the_width_of_digits_makes_no_difference() -> None:
    asked = question_of("走访企业多少家")
    terms = terms_of(asked.content, synonyms())
    narrow, wide = score(asked, terms, [candidate("走访企业45家。"), candidate("走访企业４５家。")])
    assert narrow == pytest.approx(wide)


def test_keys_are_what_must_stand_as_it_is(known: Synonyms) -> None:
    keys = terms_of("2023年“一码查”OTC药96333热线", known).keys
    assert {"2023", "otc", "96333", "一码查"} == set(keys)


def test_what_reports_write_instead_need_not_stand_as_it_is(known: Synonyms) -> None:
    terms = terms_of("12315热线", known)
    assert "12315平台" in terms.weights
    assert terms.keys == ("12315",)


def test_words_without_meaning_of_their_own_are_no_terms(known: Synonyms) -> None:
    assert "的" not in terms_of("药店的检查", known).weights


def test_official_wordings_are_searched_too(known: Synonyms) -> None:
    terms = terms_of("饭馆", known)
    assert "餐饮服务单位" in terms.weights
    assert "餐饮" in terms.search_terms


def test_without_words_no_term_is_searched(known: Synonyms) -> None:
    assert "药店" in terms_of("药店", known).search_terms
    assert terms_of("", known).search_terms == ()


@given(st.text(max_size=30))
def test_any_words_make_a_query_without_a_stray_quote(text: str) -> None:
    terms = terms_of(text, synonyms())
    assert all('"' not in term for term in terms.search_terms)
    assert all(weight > 0 for weight in terms.weights.values())
    question = question_of(text or "？")
    assert np.isfinite(score(question, terms, OTHERS)).all()
