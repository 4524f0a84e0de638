import pytest

from knowledge.models import SectionKind
from knowledge.understanding.outline import read_outline
from tests.knowledge.outlines import LONG, assert_sound, kinds, slices, tree

TITLE = "云溪县市场监管局2023年工作总结"


def test_marks_nest_ten_deep() -> None:
    text = f"""第一部分 工作情况
一、主要工作
（一）食品安全
1.生产环节
（1）小作坊
①登记管理
——严把准入关。{LONG}一是抓登记。{LONG}首先，抓宣传。在豆制品方面，{LONG}其次，抓培训。{LONG}二是抓换证。{LONG}
②日常检查
{LONG}
（2）企业
{LONG}
2.流通环节
{LONG}
（二）药品安全
{LONG}
二、存在问题
{LONG}
第二部分 工作打算
{LONG}
"""
    assert tree(text) == [
        "第一部分 工作情况",
        "-一、主要工作",
        "--（一）食品安全",
        "---1.生产环节",
        "----（1）小作坊",
        "-----①登记管理",
        "------——严把准入关",
        "-------一是抓登记",
        "--------首先，抓宣传",
        "---------在豆制品方面",
        "--------其次，抓培训",
        "-------二是抓换证",
        "-----②日常检查",
        "----（2）企业",
        "---2.流通环节",
        "--（二）药品安全",
        "-二、存在问题",
        "第二部分 工作打算",
    ]


def test_a_report_may_begin_below_its_highest_mark() -> None:
    text = f"{TITLE}\n（一）食品。{LONG}\n（二）药品。{LONG}\n二、存在的问题\n{LONG}\n"
    assert tree(text) == ["（一）食品", "（二）药品", "二、存在的问题"]


def test_lists_that_count_anew_stand_inside_the_part_that_goes_on_after_them() -> None:
    inner = f"一、提高质量\n{LONG}\n二、降低成本\n{LONG}\n"
    text = (
        f"一、成效\n（一）工业\n{LONG}\n{inner}{inner}（二）农业\n{LONG}\n{inner}二、打算\n{LONG}\n"
    )

    assert tree(text) == [
        "一、成效",
        "-（一）工业",
        *["--一、提高质量", "--二、降低成本"] * 2,
        "-（二）农业",
        "--一、提高质量",
        "--二、降低成本",
        "二、打算",
    ]


def test_an_annex_that_counts_anew_stands_beside_the_report() -> None:
    text = f"一、成效\n（一）工业\n{LONG}\n（二）农业\n{LONG}\n一、名单\n{LONG}\n二、说明\n{LONG}\n"

    assert tree(text) == ["一、成效", "-（一）工业", "-（二）农业", "一、名单", "二、说明"]


HEADLINES = [
    "项目建设全面提速，基础设施不断完善",
    "服务企业成效显著，工业经济企稳回升",
    "民生得到持续改善，社会事业全面进步",
]


def test_sentences_of_two_clauses_head_paragraphs_where_most_open_with_one() -> None:
    paragraphs = "".join(f"{headline}。{LONG * 4}\n" for headline in HEADLINES)
    text = f"一、五年工作回顾\n{LONG * 4}\n{paragraphs}二、下一步工作\n{LONG}\n"

    assert tree(text) == ["一、五年工作回顾", *(f"-{h}" for h in HEADLINES), "二、下一步工作"]


def test_a_sentence_of_two_clauses_is_no_heading_where_few_paragraphs_open_with_one() -> None:
    paragraphs = "".join(f"{headline}。{LONG * 4}\n" for headline in HEADLINES[:2])
    text = f"一、五年工作回顾\n{LONG * 4}\n{paragraphs}二、下一步工作\n{LONG}\n"

    assert tree(text) == ["一、五年工作回顾", "二、下一步工作"]


def test_the_rest_of_a_paragraph_that_a_page_cut_has_no_heading() -> None:
    cut = f"{LONG}两个景区的游客服务和旅游基础设\n\n施逐步完善。{LONG * 4}"
    text = f"一、旅游\n{cut}\n二、商贸\n{LONG}\n"

    assert tree(text) == ["一、旅游", "二、商贸"]


def test_a_review_and_a_plan_are_parts_where_only_the_review_is_counted() -> None:
    review = f"2011年工作回顾\n{LONG}\n一、项目\n{LONG}\n二、民生\n{LONG}\n"
    text = f"{TITLE}\n{review}2012年工作安排\n{LONG}\n"

    assert tree(text) == ["2011年工作回顾", "-一、项目", "-二、民生", "2012年工作安排"]


@pytest.mark.parametrize(
    ("lines", "heading"),
    [
        ("附件1\n2025年民生实事清单", "附件1 2025年民生实事清单"),
        ("附件2 名词解释", "附件2 名词解释"),
        ("附件：\n重点任务分工表", "附件 重点任务分工表"),
    ],
)
def test_an_annex_is_a_part_with_its_name_and_its_items(lines: str, heading: str) -> None:
    text = f"一、成效\n{LONG}\n二、打算\n{LONG}\n{lines}\n一、养老\n{LONG}\n二、就业\n{LONG}\n"

    assert tree(text) == ["一、成效", "二、打算", heading, "-一、养老", "-二、就业"]


def test_numbers_may_begin_anew() -> None:
    text = f"一、工作\n1.食品\n{LONG}\n2.药品\n{LONG}\n二、问题\n1.人员\n{LONG}\n1.装备\n{LONG}"
    assert tree(text) == ["一、工作", "-1.食品", "-2.药品", "二、问题", "-1.人员", "-1.装备"]


@pytest.mark.parametrize(
    "change",
    [
        ("\n", "\n \n\u3000\n"),
        ("\n", "\n\u3000\u3000"),
        ("\n", " \t\n\t"),
        ("\n", "\n\f"),
        ("（", "("),
        ("1.", "１．"),
        ("1.", "1、"),
    ],
)
def test_blanks_and_widths_change_nothing(change: tuple[str, str]) -> None:
    text = (
        f"{TITLE}\n2023年，现将工作汇报如下。\n一、工作\n（一）食品\n1.抓检查。{LONG}一是查。{LONG}二是改。{LONG}\n"
        f"1.抓整改。{LONG}\n（二）药品\n{LONG}\n二、打算\n{LONG}"
    )
    changed = text.replace(*change)
    plain = [t.replace("(", "（").replace("１．", "1.").replace("1、", "1.") for t in tree(changed)]
    assert plain == tree(text)
    assert_sound(changed, read_outline(changed))


def test_short_lines_without_marks_head_what_follows() -> None:
    text = (
        f"工作情况\n（一）食品\n{LONG}\n（二）药品\n{LONG}\n工作亮点\n{LONG}\n"
        f"夜查小队管夜市\n{LONG}\n存在问题：\n1.{LONG}\n2.{LONG}\n"
    )
    assert [t for t in tree(text) if not t.startswith("-1") and not t.startswith("-2")] == [
        "工作情况",
        "-（一）食品",
        "-（二）药品",
        "工作亮点",
        "-夜查小队管夜市",
        "存在问题",
    ]


def test_without_any_mark_known_wordings_head_the_others() -> None:
    text = f"工作情况\n食品安全\n{LONG}\n药品安全\n{LONG}\n存在问题\n{LONG}\n下步打算\n{LONG}\n"
    assert tree(text) == ["工作情况", "-食品安全", "-药品安全", "存在问题", "下步打算"]
    assert tree(f"食品安全\n{LONG}\n药品安全\n{LONG}\n") == ["食品安全", "药品安全"]


def test_short_lines_stand_below_the_marked_heading_before_them() -> None:
    text = f"一、工作\n（一）食品\n小作坊整治\n{LONG}\n小餐饮整治\n{LONG}\n（二）药品\n{LONG}"
    assert tree(text) == ["一、工作", "-（一）食品", "--小作坊整治", "--小餐饮整治", "-（二）药品"]


@pytest.mark.parametrize(
    "line", ["抽检1,034批次", "**县", "2023年7月5日", "- 抓检查", "共12家", "已经整改。", "其中："]
)
def test_other_short_lines_head_nothing(line: str) -> None:
    assert tree(f"一、工作\n{LONG}\n{line}\n{LONG}\n") == ["一、工作"]


def test_the_rest_of_a_broken_line_heads_nothing() -> None:
    assert tree(f"一、工作\n{LONG[:-1]}并持续推进各项工作\n取得了明显成效\n{LONG}\n") == [
        "一、工作"
    ]


def test_markdown_nests_by_its_own_marks_and_leaves_them_out_of_titles() -> None:
    text = f"""# {TITLE}

## 一、工作情况

### （一）食品

{LONG}

#### 小作坊

{LONG}

### **（二）药品**

1. **药店**：{LONG}
2. **诊所**：{LONG}

## 存在问题

一、人员
{LONG}
"""
    assert tree(text) == [
        "一、工作情况",
        "-（一）食品",
        "--小作坊",
        "-（二）药品",
        "--1. 药店",
        "--2. 诊所",
        "存在问题",
        "-一、人员",
    ]
    title = read_outline(text)[0]
    assert text[title.start : title.end].strip() == f"# {TITLE}"


def test_a_line_that_nothing_follows_is_an_item_with_its_own_words() -> None:
    text = "一、打算\n（一）围绕“增总量”，新登记主体4.8万户\n（二）推进示范创建\n二、其他\n无"
    items = [s for s in read_outline(text) if s.level == 2 and s.path[-1] != "导语"]
    assert [s.path[-1] for s in items] == [
        "（一）围绕“增总量”，新登记主体4.8万户",
        "（二）推进示范创建",
    ]
    assert all(s.run_in and s.leaf for s in items)


def test_a_closing_paragraph_is_not_the_last_items() -> None:
    text = (
        f"一、工作\n（一）食品。{LONG}\n（二）药品。{LONG}\n"
        f"新的一年，我们将继续努力。\n二、打算\n{LONG}"
    )
    closing = next(s for s in read_outline(text) if s.path[-1] == "正文")
    assert closing.path == ("一、工作", "正文")
    assert closing.kind is SectionKind.PLAN
    assert text[closing.start : closing.end] == "新的一年，我们将继续努力。\n"


def test_kinds_go_down_to_what_stands_below() -> None:
    text = (
        f"{TITLE}\n现将工作汇报如下。\n一、主要工作\n（一）落实抽检计划\n{LONG}\n二、特色亮点\n"
        f"（一）“老字号”护航计划\n{LONG}\n三、存在问题\n一是人少。{LONG}二是车旧。{LONG}\n四、2024年打算\n{LONG}"
    )
    assert kinds(text) == {
        "现将工作": "overview",
        "一、主要": "done",
        "一、主要工作": "done",
        "（一）落实抽检计划": "done",
        "二、特色亮点": "highlights",
        "二、特色": "highlights",
        "（一）“老字号”护航计划": "highlights",
        "三、存在问题": "problems",
        "三、存在": "problems",
        "一是人少": "problems",
        "二是车旧": "problems",
        "四、2024年打算": "plan",
    }


def test_without_headings_paragraphs_are_parted_by_how_they_begin() -> None:
    text = (
        f"{TITLE}\n县政府：\n一年来，我局稳中求进。现将工作汇报如下。\n{LONG}\n药品监管方面，{LONG}\n{LONG}\n"
        f"当前，工作中还存在一些困难：一是人少。{LONG}二是车旧。{LONG}\n经费也不足。\n"
        "明年，我们将抓好三件事。\n特此汇报。\n\n云溪县市场监管局\n2023年12月1日\n"
    )
    found = kinds(text)
    assert (found["县政府："], found["检查餐饮"]) == ("overview", "done")
    assert found["药品监管方面"] == "done"
    assert (found["当前，工"], found["二是车旧"], found["经费也不"]) == ("problems",) * 3
    assert found["明年，我"] == "plan"
    assert tree(text) == ["药品监管方面", "一是人少", "二是车旧"]


def test_several_short_first_sentences_head_the_paragraphs_of_a_report_without_headings() -> None:
    lines = ["食品安全抓得紧", "药品监管得到加强", "计量工作有序推进"]
    text = "\n".join(["一年来，现将工作汇报如下。", *(f"{line}。{LONG}{LONG}" for line in lines)])
    assert tree(text) == lines
    article = f"石桥位于云溪县东部。{LONG}{LONG}\n{LONG}\n"
    assert tree(article) == []


def test_short_sentences_on_lines_of_their_own_head_the_paragraphs_below() -> None:
    text = f"""{TITLE}
一、主要工作
食品监管平稳有序。
{LONG}{LONG}
监管效能持续提升。
{LONG}{LONG}
二、问题
{LONG}这一行被换行拆开，后面还有半句没有写完，所以
监管力量略显薄弱。
{LONG}{LONG}
"""
    assert tree(text) == [
        "一、主要工作",
        "-食品监管平稳有序",
        "-监管效能持续提升",
        "二、问题",
    ]


def test_a_governments_report_plans_its_own_year() -> None:
    text = f"""政府工作报告
——二〇二三年一月十五日在青岚省第十四届人民代表大会第一次会议上
各位代表：
“十三五”时期工作回顾
{LONG}{LONG}
——这是跨越发展的五年。{LONG}
——这是改革深入的五年。{LONG}
“十四五”时期的主要目标任务
{LONG}
2023年重点工作
{LONG}
（一）扩大投资
{LONG}
"""
    assert tree(text) == [
        "“十三五”时期工作回顾",
        "-——这是跨越发展的五年",
        "-——这是改革深入的五年",
        "“十四五”时期的主要目标任务",
        "2023年重点工作",
        "-（一）扩大投资",
    ]
    told = {s.path[-1]: s.kind for s in read_outline(text) if s.level == 1}
    assert told["“十四五”时期的主要目标任务"] is SectionKind.PLAN
    assert told["2023年重点工作"] is SectionKind.PLAN
    assert told["“十三五”时期工作回顾"] is SectionKind.DONE


def test_a_plan_is_a_plan_throughout() -> None:
    assert kinds(f"云溪县市场监管局2024年工作要点\n一、食品\n{LONG}\n二、药品\n{LONG}") == {
        "一、食品": "plan",
        "二、药品": "plan",
    }


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("云溪县市场监管局2023年工作总结", 1),
        ("云溪县市场监督管理局\n关于2023年上半年工作情况的报告", 2),
        ("云溪县市场监管局文件\n云市监〔2023〕15号\n云溪县市场监管局\n关于2022年工作的报告", 4),
        ("2023年工作总结\n云溪县市场监管局\n（2023年12月1日）", 3),
        ("守护“舌尖上的安全”\n——云溪县市场监管局2023年工作总结", 2),
        ("青禾县教育局\n2020年工作总结", 2),
        ("**云溪县市场监管局2023年工作总结**", 1),
        ("2023年，云溪县市场监管局坚持稳中求进。", 0),
        ("工作开展情况", 0),
        ("一、工作情况", 0),
        ("# 一、工作情况", 0),
        ("县政府：", 0),
    ],
)
def test_a_title_is_the_first_lines_that_say_what_the_report_is(head: str, title: int) -> None:
    text = f"{head}\n县领导：\n2023年，我局稳中求进。\n一、工作\n{LONG}\n"
    first = read_outline(text)[0]
    expected = "\n".join(head.split("\n")[:title]) + "\n" if title else ""
    assert (text[first.start : first.end] if first.level == 0 else "") == expected


def test_furniture_stands_apart_wherever_it_is() -> None:
    text = (
        f"首页 > 政务公开\n{TITLE}\n来源：本站　【字号：大 中 小】\n\n"
        f"一、工作\n下载量增长12家。\n{LONG}\n"
        f"打印　下载\n（一）食品\n{LONG}\n分享到：微信\n{LONG}\n责任编辑：张三\n上一篇：没有了\n"
    )
    furniture = [s for s in read_outline(text) if s.furniture]
    assert slices(text, furniture) == [
        "首页 > 政务公开\n",
        "来源：本站　【字号：大 中 小】\n\n",
        "打印　下载\n",
        "分享到：微信\n",
        "责任编辑：张三\n上一篇：没有了\n",
    ]
    assert {s.level for s in furniture} == {0}
    assert tree(text) == ["一、工作", "-（一）食品"]


def test_the_signature_stays_with_the_last_section() -> None:
    text = f"一、工作\n{LONG}\n二、打算\n{LONG}\n\n云溪县市场监管局\n二〇二三年七月五日\n"
    sections = read_outline(text)
    assert tree(text) == ["一、工作", "二、打算"]
    assert sections[-1].end == len(text)


@pytest.mark.parametrize("text", ["\n", " \u3000\n\n", "打印\n", "一、", "#", "*", "。", "a"])
def test_the_smallest_texts_have_one_leaf(text: str) -> None:
    (only,) = read_outline(text)
    assert (only.start, only.end, only.leaf) == (0, len(text), True)


def test_an_empty_text_has_no_section() -> None:
    assert read_outline("") == ()


def test_the_unit_over_a_table_is_no_heading() -> None:
    row = "指标：罚没款，上年同期（万元）：68.5，本年累计（万元）：80.2"
    text = f"凌川县局2024年工作总结\n一、主要指标\n单位：万元\n{row}\n"
    assert [section.path for section in read_outline(text)] == [("标题",), ("一、主要指标",)]
