"""Measures from sentences: verbs first, nothing past, nothing of another bureau."""

import pytest

from bot.drafting.material import routine_work
from bot.drafting.rewriting import (
    as_borrowed_idea,
    as_measure,
    as_ongoing_work,
    clean_sentence,
    common_words,
    drop_known_clauses,
    has_only_figures_of,
    keep_clauses_on,
    keep_items_on,
    pair_users,
    split_long,
)
from bot.drafting.vocabulary import plan_words

WORDS = plan_words()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("一是开展食品抽检，守住底线；", "开展食品抽检，守住底线。"),
        ("下一步，将深入推进专项整治。", "深入推进专项整治。"),
        ("加强监管。开展检查。", "加强监管，开展检查。"),
    ],
)
def test_numbers_and_connecting_words_go(text: str, told: str) -> None:
    """The measure itself is left, ended with a full stop."""
    assert clean_sentence(text, WORDS) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("深入推进电梯安全整治。", "深入推进电梯安全整治。"),
        ("食品抽检1,080批次以上。", "完成食品抽检1,080批次以上。"),
        ("明厨亮灶覆盖率达到95%。", "推动明厨亮灶覆盖率达到95%。"),
        ("今年已查办案件146件。", None),
        ("合格率同比提高2个百分点。", None),
        ("以习近平新时代中国特色社会主义思想为指导，奋力前行。", None),
        ("药店。", None),
    ],
)
def test_a_measure_opens_with_a_verb_and_tells_no_result(text: str, told: str | None) -> None:
    """Targets get a verb; results, slogans and fragments are refused."""
    assert as_measure(text, WORDS) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("开展早市熟食专项整治，共检查摊位45个。", "继续开展早市熟食专项整治。"),
        ("加强电梯安全监管，落实企业责任，整改隐患9处。", "加强电梯安全监管，落实企业责任。"),
        ("扎实开展净化市场行动，检查门店77家。", "扎实开展净化市场行动。"),
        ("开展节前食品安全检查，发现问题3个。", None),
        ("检查药店83家，立案9件。", None),
        ("做好集市日常巡查，巡查集市12次。", "继续做好集市日常巡查。"),
        ("优化注销登记，注销时间由45天压减为20天。", None),
        ("推进流程再造，登记时间已压缩至半天。", None),
        ("积极向上级争取，得到支持。", None),
    ],
)
def test_work_that_goes_on_is_told_without_its_results(text: str, told: str | None) -> None:
    """What was done once, or only counted, does not go on."""
    assert as_ongoing_work(text, WORDS) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("检查零售药店1,246家、医疗机构*家，立案3件。", "加强对零售药店、医疗机构的监督检查。"),
        ("完成食品监督抽检5,824批次。", "继续做好食品监督抽检工作。"),
        ("检查员证考试通过12人。", None),
        ("检查使用单位235家。", None),
    ],
)
def test_counts_show_regular_work(text: str, told: str | None) -> None:
    """The things that were counted, without the counts."""
    assert next((said for _, said in routine_work(text, WORDS.routines)), None) == told


@pytest.mark.parametrize(
    "text",
    [
        "对柳河镇液化气站开展专项检查。",
        "指导恒泰公司建立追溯制度。",
        "培育示范店50家。",
        "推广“江岚经验”。",
        "推进广东自贸试点。",
        "落实县委工作要求。",
        "擦亮××品牌。",
    ],
)
def test_nothing_that_names_or_counts_is_borrowed(text: str) -> None:
    """Places, firms, figures, names of campaigns, masks."""
    assert as_borrowed_idea(text, WORDS, "县", lambda _: True) is None


def test_an_idea_is_fitted_to_the_level_of_the_bureau() -> None:
    """全市 of a city is 全县 of a county."""
    text = "健全全市消费纠纷多元化解机制。"
    assert as_borrowed_idea(text, WORDS, "县", lambda _: True) == "健全全县消费纠纷多元化解机制。"


def test_words_that_nobody_else_uses_are_not_common() -> None:
    """A name without a telling ending is still unknown to everybody else."""
    texts = {"甲": ["加强消费维权工作", "开展专项整治"], "乙": ["赤霞绿萝蜜柚工程"]}
    is_common = common_words(pair_users(texts), "乙")
    assert is_common("加强消费维权")
    assert not is_common("推进赤霞绿萝蜜柚工程")


def test_a_number_must_stand_in_a_source() -> None:
    """The planned year is the one number that needs none."""
    assert has_only_figures_of("2024年抽检500批次。", ["抽检500批次"], 2024)
    assert not has_only_figures_of("抽检5批次。", ["抽检500批次"], 2024)


def test_clauses_of_other_topics_are_cut() -> None:
    """A target that is left alone gets its verb."""
    text = "完成食品抽检100批次，12台老旧电梯全部更新。"
    assert keep_clauses_on(text, ["电梯"], ["食品"], WORDS) == "推动12台老旧电梯全部更新。"
    assert keep_clauses_on(text, ["食品"], ["电梯"], WORDS) == "完成食品抽检100批次。"


def test_an_over_long_sentence_becomes_two() -> None:
    """Cut where a clause opens with its own verb; not a character is lost."""
    long = "，".join(["加强重点领域安全风险隐患排查治理和源头管控"] * 7) + "。"
    told = split_long(long, WORDS)
    assert told.count("。") == 2
    assert told.replace("。", "，") == long.replace("。", "，")


def test_a_sentence_is_not_cut_behind_what_only_leads_on() -> None:
    """A comma inside quotation marks ends no clause: the one before the verb begins with 围绕."""
    leads = "紧紧围绕县委“坚持产业兴县、生态立县，以创新推动乡村全面振兴”的决策部署和市局工作思路"
    text = (
        f"牢固树立{'依法监管、' * 9}服务发展的理念，{leads}，{'维护市场秩序、' * 6}守牢安全底线。"
    )
    assert split_long(text, WORDS) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("严格落实“两个责任”，严格执行月调度工作机制。", "严格执行月调度工作机制。"),
        ("规范集体聚餐。", None),
        ("规范集体聚餐，餐饮单位全覆盖。", None),
        ("推进追溯体系建设，加强培训指导。", "推进追溯体系建设，加强培训指导。"),
    ],
)
def test_clauses_that_are_said_elsewhere_go_and_what_is_left_stands_alone(
    text: str, left: str | None
) -> None:
    """A clause that has no verb of its own cannot be left over."""
    said = ("两个责任", "集体聚餐")
    assert drop_known_clauses(text, lambda c: any(word in c for word in said), WORDS) == left


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("突出对食品、电梯、广告等领域的监管。", "突出对电梯等领域的监管。"),
        ("突出对食品、电梯、门店等领域的监管。", "突出对食品、电梯、门店等领域的监管。"),
        ("突出对食品、广告等领域的监管。", "突出对食品、广告等领域的监管。"),
    ],
)
def test_a_list_keeps_its_items_of_one_line_of_work(text: str, told: str) -> None:
    """Where each item is of a known line, and one of them of that."""
    assert keep_items_on(text, ["电梯"], ["食品", "广告"], WORDS) == told
