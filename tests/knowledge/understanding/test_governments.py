"""Whose a government's report is, for when, and how its outline goes."""

import pytest

from knowledge.models import SectionKind
from knowledge.understanding.kinds import outline_words
from knowledge.understanding.outline import read_outline
from tests.knowledge.outlines import LONG, kinds, tree
from tests.knowledge.understanding.test_identity import identified, told

SPOKEN = "——2013年1月8日在青岚县第十五届人民代表大会第二次会议上\n县长 王某"
HEAD = f"政府工作报告\n{SPOKEN}\n各位代表：\n现在，我代表县人民政府向大会作工作报告，请予审议。\n"
ADMITS = "我们也清醒地看到，发展中还有不少困难和问题：产业不强，收支矛盾突出。"
PAGE = "2010年青岚县政府工作报告\n来源：县政府办 时间：2010-03-02"
CAPTION = "1月14日，阿里木·某某代表人民政府，向大会作政府工作报告。江岚日报记者李某摄"
CLOSES = "各位代表！蓝图已经绘就，让我们团结奋斗！"


@pytest.mark.parametrize(
    ("head", "bureau", "year"),
    [
        ("在青岚县第十五届人民代表大会\n第三次会议上的政府工作报告", "青岚县人民政府", ""),
        ("政府工作报告\n2008年1月24日\n在青岚市第十一届人民代表大会上", "青岚市人民政府", "2008年"),
        ("政府工作报告\n青岚市人民政府市长 李某\n（2008年1月24日）", "青岚市人民政府", "2008年"),
        ("青岚县十六届人大四次会议\n政府工作报告\n（2014.1.8）", "", "2014年"),
        ("在青岚县十六届人大四次会议上的政府工作报告", "青岚县人民政府", ""),
        ("政府工作报告\n——1999年2月3日在青岚省九届人大会议上", "", "1999年"),
        ("青岚市青云区2017年政府工作报告", "青岚市青云区人民政府", "2017年"),
        ("2018年青石镇政府工作报告", "青石镇人民政府", "2018年"),
        ("青岚经济开发区2013年政府工作报告", "青岚经济开发区管委会", "2013年"),
        (
            "关于青岚县2011年政府工作的报告\n——2012年1月6日在县人民代表大会上",
            "青岚县人民政府",
            "2012年",
        ),
        (
            f"{PAGE}\n政府工作报告\n2010年2月20日在青岚县第十四届人民代表大会上\n代县长　周某",
            "青岚县人民政府",
            "2010年",
        ),
        (
            f"2025年江岚自治区政府工作报告\n时间：2025-02-12\n自治区主席 阿里木·某某\n{CAPTION}",
            "江岚自治区人民政府",
            "2025年",
        ),
    ],
)
def test_a_governments_title_tells_place_and_year(head: str, bureau: str, year: str) -> None:
    body = f"各位代表：\n请予审议。\n一、工作回顾\n{LONG}\n二、工作安排\n{LONG}\n"
    name, period = told(f"{head}\n{body}")
    assert (name if bureau else "", period if year else "") == (bureau, year)
    assert tree(f"{head}\n{body}") == ["一、工作回顾", "二、工作安排"]


@pytest.mark.parametrize(
    "above",
    [
        "编者按：1月12日，县长王某作政府工作报告。现将全文刊发如下。",
        "青岚新闻网 www.example.cn 2013-02-03 来源：县政府办",
        "青岚县2013年政府工作报告\n发布时间：2013-02-03 09:12\n2013年青岚县政府工作报告",
    ],
)
def test_a_governments_title_may_stand_below_an_editors_lines(above: str) -> None:
    text = f"{above}\n{HEAD}一、2012年工作回顾\n{LONG}\n二、2013年工作安排\n{LONG}\n"
    assert told(text) == ("青岚县人民政府", "2013年")
    assert tree(text) == ["一、2012年工作回顾", "二、2013年工作安排"]


def test_who_reports_on_what_a_governments_report_asked_for_is_no_government() -> None:
    head = "青岚县商务局2023年落实《政府工作报告》重点任务情况总结"
    text = f"{head}\n一、工作情况\n{LONG}\n二、2024年打算\n{LONG}\n"
    assert told(text) == ("青岚县商务局", "2023年")


def test_an_assembly_at_the_end_of_a_year_hears_of_the_next() -> None:
    head = "政府工作报告\n（2016年11月28日在青岚县第十六届人民代表大会第一次会议上）"
    later = f"{head}\n一、过去五年工作\n{LONG}\n二、2017年重点工作\n{LONG}\n"
    assert told(later) == ("青岚县人民政府", "2017年")
    same = f"{head}\n一、过去五年工作\n{LONG}\n二、2016年重点工作\n{LONG}\n"
    assert told(same) == ("青岚县人民政府", "2016年")


def test_without_any_date_the_year_follows_the_one_looked_back_on() -> None:
    text = f"青岚县政府工作报告\n一、2012年工作回顾\n{LONG}\n二、下阶段的工作\n{LONG}\n"
    assert told(text) == ("青岚县人民政府", "2013年")


def test_a_report_that_owns_to_problems_says_so_at_the_end_of_its_first_part() -> None:
    text = f"""{HEAD}一、2012年工作回顾
{LONG}
（一）工业
{LONG}
（二）农业
{LONG}
在此，我代表县人民政府，表示衷心的感谢！
{ADMITS}
一是产业不强。{LONG}
二是投入不足。{LONG}
各位代表！信心比黄金重要。
二、2013年工作安排
（一）抓投资
{LONG}
（二）抓民生
{LONG}
{CLOSES}
"""
    assert tree(text) == [
        "一、2012年工作回顾",
        "-（一）工业",
        "-（二）农业",
        "-一是产业不强",
        "-二是投入不足",
        "二、2013年工作安排",
        "-（一）抓投资",
        "-（二）抓民生",
    ]
    told_kinds = kinds(text)
    assert told_kinds["我们也清"] == told_kinds["一是产业不强"] == "problems"
    assert told_kinds["二是投入不足"] == "problems"
    assert told_kinds["（二）农业"] == told_kinds["在此，我"] == "done"
    last = next(s for s in read_outline(text) if text[s.start :].startswith(CLOSES))
    assert (last.level, last.kind) == (2, SectionKind.PLAN)


def test_a_part_without_parts_is_divided_where_it_owns_to_problems() -> None:
    text = f"{HEAD}一、2012年工作回顾\n{LONG}\n{ADMITS}\n二、2013年工作安排\n{LONG}\n{ADMITS}\n"
    assert [s.kind.value for s in read_outline(text) if s.leaf and s.level] == [
        "overview",
        "done",
        "problems",
        "plan",
    ]


@pytest.mark.parametrize(
    "paragraph",
    [
        "在充分肯定成绩的同时，我们也清醒地看到，前进道路上还面临不少困难。",
        "各位代表，成绩来之不易，但也存在不少问题：企业困难。",
        "当前，我县经济社会发展中仍存在一些突出矛盾和问题。",
        "同时，必须清醒地看到，我县发展仍有不少短板。",
        "我们也清醒地看到，外部环境复杂严峻。",
        "对照群众期盼，我们还有不小差距。",
    ],
)
def test_wordings_that_own_to_problems(paragraph: str) -> None:
    assert outline_words().admits(paragraph)


@pytest.mark.parametrize(
    "paragraph",
    [
        "我们深刻认识到，成绩的取得是全县人民团结奋斗的结果。",
        "针对存在的问题，我们开展了专项整治。",
        "一年来，我们直面困难和挑战，迎难而上。",
        "五年来，我们深刻体会到，必须坚持解决群众关心的问题。",
    ],
)
def test_other_wordings_own_to_nothing(paragraph: str) -> None:
    assert not outline_words().admits(paragraph)


@pytest.mark.parametrize(
    "heading",
    [
        "名词解释",
        "注　释：",
        "附件：政府工作报告中有关名词解释",
        "附件：《政府工作报告》名词解释（以文中出现先后为序）",
        "《政府工作报告》有关用语注释",
    ],
)
def test_the_notes_after_a_report_are_below_no_part_and_of_no_kind(heading: str) -> None:
    notes = f"1.“三通一平”：是指道路等通到园区。\n2.重点任务：{LONG}\n"
    text = f"{HEAD}一、2012年工作\n{LONG}\n四、加强自身建设\n（一）学习\n{LONG}\n{heading}\n{notes}"
    title = heading.rstrip("：")
    inside = [s for s in read_outline(text) if s.path[0] == title]
    assert inside[0].level == 1
    assert text[inside[0].start : inside[0].end] == f"{heading}\n{notes}"
    assert {s.kind for s in inside} == {SectionKind.OTHER}


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("二、关于今后五年的发展", "plan"),
        ("二、新一年的重点工作", "plan"),
        ("二、“十五五”时期经济社会发展的主要目标", "plan"),
        ("二、今年的重点工作", "plan"),
        ("二、切实加强政府自身建设", "plan"),
        ("二、几点体会", "done"),
        ("二、存在的困难和问题", "problems"),
    ],
)
def test_a_government_that_has_looked_back_goes_on_with_its_plan(heading: str, kind: str) -> None:
    text = f"{HEAD}一、2012年工作回顾\n{LONG}\n{heading}\n{LONG}\n"
    assert kinds(text)[heading] == kind


def test_a_body_that_speaks_in_the_year_of_its_plan_looks_back_on_the_one_before() -> None:
    head = "青岚高新区管委会工作报告\n——2014年2月12日在高新区工作会议上"
    text = f"{head}\n一、2013年工作回顾\n{LONG}\n二、2014年重点工作\n{LONG}\n"
    assert kinds(text)["二、2014年重点工作"] == "plan"


def test_sentences_with_commas_head_what_follows_where_several_do() -> None:
    several = f"这一年，我们敢闯敢试、敢为人先，改革步伐加快。\n{LONG}\n"
    other = f"这一年，我们久久为功，城乡面貌一新。\n{LONG}\n"
    assert tree(f"{HEAD}一、2012年工作回顾\n{LONG}\n{several}{other}") == [
        "一、2012年工作回顾",
        "-这一年，我们敢闯敢试、敢为人先，改革步伐加快",
        "-这一年，我们久久为功，城乡面貌一新",
    ]
    assert tree(f"{HEAD}一、2012年工作回顾\n{LONG}\n{several}") == ["一、2012年工作回顾"]


def test_words_set_in_bold_that_broke_their_line_are_no_headings() -> None:
    text = f"""{HEAD}一、2012年工作回顾
今年经济社会发展的
主要目标
是：生产总值增长百分之六，固定资产投资增长百分之七，粮食产量稳定。
推行“双向
揭榜
挂帅”机制，由需求方带资金、带场景揭榜，由供给方带团队、带技术揭榜。
二、2013年工作安排
围绕上述目标，今后要重点抓好几项工作：
{LONG}
重点抓好以下三个方面：
（一）抓项目。{LONG}
（二）抓民生。{LONG}
"""
    assert tree(text) == [
        "一、2012年工作回顾",
        "二、2013年工作安排",
        "-（一）抓项目",
        "-（二）抓民生",
    ]


def test_a_name_below_what_asks_for_it_is_furniture() -> None:
    text = f"{HEAD}一、2012年工作\n{LONG}\n责任编辑：\n李某某\n打印本页\n"
    furniture = [text[s.start : s.end] for s in read_outline(text) if s.furniture]
    assert furniture == ["责任编辑：\n李某某\n打印本页\n"]


def test_parts_without_a_mark_stand_above_the_counted_ones_below_them() -> None:
    text = f"""{HEAD}2012年工作回顾
{LONG}
2013年工作安排
{LONG}
一、抓项目
（一）招商
{LONG}
二、抓民生
{LONG}
"""
    assert tree(text) == [
        "2012年工作回顾",
        "2013年工作安排",
        "-一、抓项目",
        "--（一）招商",
        "-二、抓民生",
    ]
    beside = f"{HEAD}基本情况\n{LONG}\n一、主要工作\n{LONG}\n工作亮点\n{LONG}\n二、问题\n{LONG}\n"
    assert "-一、主要工作" not in tree(beside)


def headed(*paragraphs: str) -> list[str]:
    return tree(f"{HEAD}一、2012年工作\n" + "\n".join(paragraphs) + "\n")[1:]


def test_where_paragraphs_are_headed_a_sentence_within_one_is_no_heading() -> None:
    first = f"打造特色粮仓。{LONG * 2}成立青岚人工智能学院。{LONG * 2}"
    second = f"加快重大设施建设。{LONG * 2}支持林场争创国家级试点。{LONG * 2}"
    assert headed(first, second) == ["-打造特色粮仓", "-加快重大设施建设"]


def test_a_sentence_within_a_paragraph_heads_its_part_as_the_first_does() -> None:
    first = f"加强产业协作。{LONG * 2}加强协同创新。{LONG * 2}"
    assert headed(first, f"推进试点建设。{LONG * 2}") == [
        "-加强产业协作",
        "-加强协同创新",
        "-推进试点建设",
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "这会给各级财政带来很大压力。",
        "目前全县财政比较困难。",
        "面上的企业改革也要抓紧抓好。",
        "科技创新本质上是人的创造性活动。",
        "当今世界面临百年变局。",
        "率先制定乡村振兴规划。",
        "青岚板栗入选农业特色集群。",
        "基本完成县级林场改制。",
        "提高了困难群众补助标准。",
        "青岚水库扩建项目投产。",
    ],
)
def test_a_sentence_that_states_something_heads_nothing(sentence: str) -> None:
    assert headed(f"{sentence}{LONG * 2}") == []
    assert headed(f"打造特色粮仓。{LONG * 2}") == ["-打造特色粮仓"]


def test_lists_stand_below_the_sentence_that_opens_their_paragraph() -> None:
    first = [f"千方百计促进就业。{LONG}", f"一是帮扶毕业生。{LONG}", f"二是开发公益岗位。{LONG}"]
    second = ["加快完善社会保障体系。一是扩大覆盖。" + LONG * 2, f"{LONG}二是提高待遇。{LONG}"]
    third = [
        "优先发展教育事业。今年抓好两件事。",
        f"一是办好高中。{LONG}",
        f"二是扩建幼儿园。{LONG}",
    ]
    assert headed(*first, *second, *third) == [
        "-千方百计促进就业",
        "--一是帮扶毕业生",
        "--二是开发公益岗位",
        "-加快完善社会保障体系",
        "--一是扩大覆盖",
        "--二是提高待遇",
        "-优先发展教育事业",
        "--一是办好高中",
        "--二是扩建幼儿园",
    ]


def test_a_list_that_another_paragraph_begins_is_not_below_the_last_heading() -> None:
    opened = [f"深化国企改革。{LONG * 2}", f"深化财税改革。{LONG * 2}"]
    listed = [f"一是守住底线。{LONG}", f"二是稳住预期。{LONG}"]
    assert headed(*opened, f"做好今年工作，{LONG}", *listed) == [
        "-深化国企改革",
        "-深化财税改革",
        "-一是守住底线",
        "-二是稳住预期",
    ]


def test_a_sentence_in_the_middle_of_a_list_heads_nothing() -> None:
    items = [
        f"一是做实项目。{LONG * 2}",
        f"严格控制新增产能。{LONG * 2}",
        f"二是做强园区。{LONG * 2}",
    ]
    opened = [f"深化国企改革。{LONG * 2}", f"深化财税改革。{LONG * 2}"]
    assert headed(*items) == ["-一是做实项目", "-二是做强园区"]
    assert "严格控制新增产能" not in "".join(headed(*opened, *items))


def test_beside_headed_paragraphs_others_may_be_headed_in_fewer_words() -> None:
    opened = [f"深化国企改革。{LONG * 2}", f"深化财税改革。{LONG * 2}"]
    short = f"深化要素市场改革。争创试点。{LONG * 2}"
    named = f"提升县城、重点镇带动能力。{LONG * 2}"
    assert headed(short) == []
    assert headed(*opened, short, named) == [
        "-深化国企改革",
        "-深化财税改革",
        "-深化要素市场改革",
        "-提升县城、重点镇带动能力",
    ]
    cut = [f"{LONG}取得了\n历史最好成绩。{LONG * 2}", f"社会管理进一步加强。{LONG * 2}"]
    assert headed(*opened, *cut)[2:] == ["-社会管理进一步加强"]


def test_few_short_openings_among_many_paragraphs_head_nothing() -> None:
    plain = [f"各有关部门，{LONG * 2}"] * 5
    few = [f"支持青岚港扩建。{LONG * 2}", f"加快港口贸易结算试点。{LONG * 2}"]
    assert headed(*few, *plain[:4]) == ["-支持青岚港扩建", "-加快港口贸易结算试点"]
    listed = f"一是稳住预期。{LONG}二是守住底线。{LONG}"
    assert headed(*few, *plain, listed) == ["-一是稳住预期", "-二是守住底线"]


def test_parts_that_are_alike_stand_below_the_sentence_that_opens_their_paragraph() -> None:
    parts = f"加强产业协作。{LONG * 2}加强协同创新。{LONG * 2}"
    first = f"深入推进青岚都市圈一体化发展。{LONG * 2}{parts}"
    bare = f"坚定不移主攻工业。做强特色产业。{LONG * 2}"
    assert headed(first, bare, f"深化财税改革。{LONG * 2}") == [
        "-深入推进青岚都市圈一体化发展",
        "--加强产业协作",
        "--加强协同创新",
        "-坚定不移主攻工业",
        "--做强特色产业",
        "-深化财税改革",
    ]


def test_questions_that_a_report_treats_are_no_problems_that_it_has() -> None:
    text = f"""{HEAD}一、若干问题
（一）关于粮食增产问题
{LONG}
二、存在的问题
{LONG}
"""
    found = {s.path[0]: s.kind for s in read_outline(text) if s.level == 1}
    assert found["一、若干问题"] is SectionKind.DONE
    assert found["二、存在的问题"] is SectionKind.PROBLEMS


def test_what_is_announced_anew_is_not_below_the_last_part() -> None:
    text = f"""{HEAD}一、2012年工作
（一）产业升级。{LONG}
（二）民生改善。{LONG}
{LONG}
一年来，着重抓了以下工作：
一是抓好政策落实。{LONG}
二是抓好项目建设。{LONG}
"""
    assert tree(text)[1:] == [
        "-（一）产业升级",
        "-（二）民生改善",
        "-一是抓好政策落实",
        "-二是抓好项目建设",
    ]


def test_the_last_of_a_list_ends_where_the_speaker_turns_to_problems() -> None:
    text = f"""{HEAD}一、2012年工作
回顾过去一年，成绩来之不易。{LONG}
一是抓项目。{LONG}
{LONG}
二是抓民生。{LONG}
各位代表！{LONG}
思危方能居安。在肯定成绩的同时，要清醒看到面临的问题和挑战。{LONG}
二、2013年工作
{LONG}
"""
    assert (SectionKind.PROBLEMS, "一、2012年工作") in {
        (s.kind, s.path[0]) for s in read_outline(text)
    }


def test_a_line_above_a_count_that_begins_anew_is_no_part_of_the_last_count() -> None:
    text = f"""{HEAD}2012年工作回顾
{LONG}
2013年工作安排
（一）抓项目。{LONG}
（二）抓民生。{LONG}
加强自身建设
{LONG}
（一）守纪律。{LONG}
（二）重实干。{LONG}
"""
    assert tree(text)[-3:] == ["-加强自身建设", "--（一）守纪律", "--（二）重实干"]


def test_who_speaks_stands_in_the_title_on_several_lines() -> None:
    speaker = "——2013年1月8日在县人民代表大会第二次会议上\n县人民政府县长\n林某\n各位代表：\n"
    text = f"政府工作报告\n{speaker}一、2012年工作\n{LONG}\n"
    first = read_outline(text)[0]
    assert text[: first.end].endswith("林某\n")
    assert "会议上" not in "".join(tree(text))


def test_a_subtitle_that_stands_alone_is_the_title_without_its_dash() -> None:
    text = f"—2013年1月8日在青岚县第十五届人民代表大会第二次会议上\n县长 王某\n{LONG}\n"
    assert identified(text, "").title == "2013年1月8日在青岚县第十五届人民代表大会第二次会议上"


def test_what_is_counted_below_a_sentence_that_stands_alone_is_inside_it() -> None:
    text = f"""{HEAD}一、若干工作
（一）关于工业
第一，建设规模的大小。
{LONG}
一、资金有保证。{LONG}
二、技术有保证。{LONG}
第二，轻重工业的比重。
{LONG}
第三，关于企业的管理，方案里已经写明，{LONG}
一、提高设计水平。{LONG}
二、加强施工指导。{LONG}
（二）关于农业
第一，合作化的步骤。
{LONG}
第二，增产的措施。
{LONG}
"""
    assert tree(text)[1:] == [
        "-（一）关于工业",
        "--第一，建设规模的大小",
        "---一、资金有保证",
        "---二、技术有保证",
        "--第二，轻重工业的比重",
        "--第三，关于企业的管理",
        "---一、提高设计水平",
        "---二、加强施工指导",
        "-（二）关于农业",
        "--第一，合作化的步骤",
        "--第二，增产的措施",
    ]
    assert tree(f"{HEAD}一、工作\n第一，建设规模的大小。\n{LONG}\n") == ["一、工作"]
