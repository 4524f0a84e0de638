from collections import Counter
from pathlib import Path

import pytest

from knowledge.errors import DataFileError
from knowledge.retrieval.vocabulary import Synonyms, synonyms
from knowledge.understanding.sentences import Span

GROUPS = """
[[group]]
official = ["零售药店", "药品零售企业"]
also = ["药店", "药房"]

[[group]]
official = ["药品经营企业"]
also = ["药店"]

[[group]]
official = ["罚没款"]
near = ["罚单"]

[[group]]
official = ["餐饮浪费"]
also = ["吃饭 浪费", "剩饭"]
"""


@pytest.fixture
def known(tmp_path: Path) -> Synonyms:
    path = tmp_path / "synonyms.toml"
    path.write_text(GROUPS, encoding="utf-8")
    return synonyms(path=path)


def test_an_everyday_word_has_the_official_ones_of_all_its_groups(known: Synonyms) -> None:
    assert known.of("药店") == ("零售药店", "药品零售企业", "药品经营企业")


def test_an_official_word_has_the_others_but_no_everyday_one(known: Synonyms) -> None:
    assert known.of("零售药店") == ("药品零售企业",)
    assert known.of("罚没款") == ()


def test_a_word_that_is_only_near_leads_to_the_official_one_and_means_another_thing(
    known: Synonyms,
) -> None:
    assert known.of("罚单") == ("罚没款",)
    assert known.same("罚单") == ()
    assert known.same("药店") == known.of("药店")


def test_an_unknown_word_has_none(known: Synonyms) -> None:
    assert known.of("茶馆") == ()
    assert not known.is_official("茶馆")


def test_official_is_what_reports_write(known: Synonyms) -> None:
    assert known.is_official("零售药店")
    assert not known.is_official("药房")


def test_terms_are_found_once_each_in_order_the_longest_where_they_overlap(
    known: Synonyms,
) -> None:
    assert known.find_terms("药房和零售药店、药房") == ["药房", "零售药店"]
    assert known.find_terms("茶馆") == []


@pytest.mark.parametrize("text", ["吃饭浪费", "吃饭的浪费", "吃饭时大手浪费", "吃饭 浪费"])
def test_words_of_a_term_may_stand_apart(known: Synonyms, text: str) -> None:
    assert list(known.find_spans(text)) == [("吃饭 浪费", Span(0, len(text)))]
    assert known.same("吃饭 浪费") == ("餐饮浪费",)


@pytest.mark.parametrize(
    "text", ["浪费吃饭", "吃饭不浪费", "吃饭没有浪费", "吃饭，浪费", "吃饭的人在那里也有浪费"]
)
def test_words_apart_keep_their_order_and_deny_nothing(known: Synonyms, text: str) -> None:
    assert known.find_terms(text) == []


def test_a_term_ends_and_begins_where_its_finder_takes_words_to(known: Synonyms) -> None:
    found = known.find_spans("吃饭浪费，剩饭", lambda _term, span: span.start > 0)
    assert list(found) == [("剩饭", Span(5, 7))]


def test_without_groups_nothing_is_found(tmp_path: Path) -> None:
    path = tmp_path / "none.toml"
    path.write_text("group = []\n", encoding="utf-8")
    assert synonyms(path=path).find_terms("药店") == []


@pytest.mark.parametrize("content", ["", '[[group]]\nalso = ["药店"]\n', "group = 3\n", "[[group"])
def test_a_faulty_file_is_told_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataFileError, match=r"mine\.toml"):
        synonyms(path=path)


def test_the_projects_own_file_knows_what_people_say() -> None:
    assert "零售药店" in synonyms().of("药店")
    assert synonyms().is_official("市场主体")


def test_the_projects_own_file_tells_each_thing_once() -> None:
    things = Counter(frozenset(group.official) for group in synonyms().group)
    assert [thing for thing, count in things.items() if count > 1] == []


def test_the_projects_own_file_keeps_its_rules() -> None:
    groups = [(*g.official, *g.also, *g.near) for g in synonyms().group]
    assert all(len(set(words)) == len(words) for words in groups)
    counts = Counter(word for words in groups for word in words)
    assert [word for word, count in counts.items() if count > 3] == []
    everyday = {word for group in synonyms().group for word in (*group.also, *group.near)}
    assert [word for word in everyday if not 2 <= len(word.replace(" ", "")) <= 10] == []
    parted = [word.split() for word in everyday if " " in word]
    assert [words for words in parted if not all(words) or len(words) > 3] == []


@pytest.mark.parametrize("unit", "人户家件起台次批个份名场期公里亩吨")
def test_no_word_of_the_projects_own_file_stands_in_what_asks_how_many(unit: str) -> None:
    assert synonyms().find_terms(f"有多少{unit}，有几{unit}，占多少{unit}") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("水表", "电能表"),
        ("血压计", "体温计"),
        ("网吧", "KTV"),
        ("饭堂", "餐饮单位"),
        ("黑作坊", "小作坊"),
        ("恢复信用", "移出异常名录"),
        ("药店", "医疗机构"),
        ("过关率", "不合格率"),
        ("后厨 看得见", "餐饮单位"),
        ("一亩地打", "粮食产量"),
        ("外国游客", "接待游客"),
        ("坐飞机", "接待游客"),
        ("城里人收入", "农民人均纯收入"),
        ("收上来的税", "财政支出"),
        ("卖到国外", "进口"),
        ("茅房", "公共厕所"),
        ("养着的", "出栏"),
        ("开始生产", "开工"),
        ("没达标", "达标"),
        ("欠账", "政府债务"),
        ("燃气锅炉", "锅炉"),
        ("清洁煤", "散煤"),
        ("省长质量奖", "县长质量奖"),
        ("有效发明专利", "发明专利"),
        ("有效注册商标", "注册商标"),
        ("电子秤", "电子汽车衡"),
        ("预警", "警情"),
        ("查封", "扣押"),
        ("散酒", "白酒"),
        ("锦旗", "感谢信"),
        ("简易注销", "注销"),
        ("养老床位", "病床"),
        ("受理率", "核查率"),
        ("赶走", "退还"),
        ("穷亲戚", "师徒结对"),
        ("做席的师傅", "农村集体聚餐"),
        ("老外投进来", "到位内资"),
        ("大棚", "温室"),
        ("丢了工作", "新增就业"),
    ],
)
def test_no_kind_of_a_thing_means_another(one: str, other: str) -> None:
    assert other not in synonyms().same(one)
    assert one not in synonyms().same(other)
