from pathlib import Path

import pytest

from knowledge.errors import DataFileError
from knowledge.understanding.kinds import outline_words, without_mark
from knowledge.vocabulary import DATA

HEADINGS = {
    "plan": """
        四、2024年工作打算；二、下半年工作谋划；二、下半年工作计划；八、下步工作打算
        三、下一步工作安排；三、下一步工作思路；三、下步打算；第三部分　下半年工作谋划
        四、２０２３年工作思路；五、今后工作打算；二、明年工作计划；三、来年工作设想
        三、下一阶段重点工作；四、下半年重点工作；三、工作打算；三、工作谋划；五、下一步努力方向
        三、意见建议；三、谋划2024年工作；（四）下一步工作打算；三、下一季度工作安排
        四、工作展望；三、2024 年工作打算；五、改进措施；四、下步工作""",
    "problems": """
        三、存在的主要问题；七、存在问题；三、存在的问题和不足；三、存在的困难和问题
        三、存在不足；三、工作中的不足；三、目前存在的主要困难和问题；三、面临的困难和挑战
        三、困难与问题；三、短板和不足；三、需要解决的问题；三、存在问题及下一步打算
        三、存在的问题及原因分析；四、当前面临的形势和挑战；三、存在的短板弱项
        三、监管工作存在的薄弱环节；三、问题；（一）存在的问题；三、不足之处""",
    "highlights": """
        二、工作亮点；二、工作亮点做法；二、特色亮点；二、特色做法；二、亮点工作；二、创新做法
        二、亮点和特色；二、经验做法；二、创新举措；二、获得荣誉情况；二、工作亮点及成效""",
    "done": """
        一、工作完成情况；一、上半年工作开展情况；一、主要工作情况；一、主要工作及成效
        一、2023年工作总结；一、工作回顾；一、重点工作推进情况；一、主要做法
        第一部分 上半年工作总结；一、2023年工作计划完成情况；一、任务落实情况
        三、巡察反馈问题整改情况；一、主要工作；一、工作成效；一、履职情况""",
    "overview": "一、基本情况；一、总体情况；一、工作概况；一、概述；一、单位基本情况",
    "none": """
        一、服务发展，激发主体活力；（一）食品安全；（二）“老字号”护航计划
        （三）实施老旧电梯“清零”计划；（三）聚焦群众反映的突出问题，整治食品安全
        （一）解决群众急难愁盼问题；（二）整治市场存在的突出问题；一是制定工作计划
        （一）落实年度抽检计划；（二）精心谋划，周密部署；（三）抓好任务落实；（五）补齐短板弱项
        （一）打造特色品牌；三、围绕中心，为下半年打好基础""",
}
OPENINGS = {
    "plan": """
        下一步，我们将重点抓好三件事。/明年，我们将重点抓好几件事。/下半年，我局将继续开展专项整治。
        2024年，我局将继续坚持稳中求进。/２０２４年，计划完成抽检1200批次。/今后，要进一步加强队伍建设。
        新的一年，我们将再接再厉。/下一步工作打算：一是抓食品。/针对上述问题，下一步将强化监管。""",
    "problems": """
        同时，我们清醒地看到，工作中还有不少困难。/存在的主要问题：一是人员少。
        当前，工作中还存在一些问题：/虽然取得了一定成绩，但仍存在一些不足。/主要问题：一是装备差。
        但对照上级要求，还存在较大差距。""",
    "highlights": "工作亮点：一是码上管。",
    "none": """
        下半年，全县检查药店126家，立案12件。/2023年，我局将食品安全作为头等大事，检查餐饮单位120家。
        针对部分商户存在的价格欺诈问题，开展专项检查。/检查发现存在问题的商户12家，责令改正。
        对存在安全隐患问题的12家企业停业整顿。/今年以来，解决群众反映的问题126个。
        食品安全工作坚持一级抓一级。/下一步完成情况良好""",
}


def listed(table: dict[str, str], parted: str) -> list[tuple[str, str]]:
    return [
        (words.strip(), kind)
        for kind, lines in table.items()
        for words in lines.replace("\n", parted).split(parted)
        if words.strip()
    ]


@pytest.mark.parametrize(("heading", "kind"), listed(HEADINGS, "；"))
def test_a_heading_is_of_the_kind_that_its_words_name(heading: str, kind: str) -> None:
    run_in = heading.startswith("一是")
    top = not run_in and not heading.startswith("（")
    told = outline_words().kind_of_heading(heading, top=top, run_in=run_in)
    assert (told.value if told else "none") == kind


@pytest.mark.parametrize(("paragraph", "kind"), listed(OPENINGS, "/"))
def test_a_paragraph_without_heading_is_of_the_kind_that_it_begins_with(
    paragraph: str, kind: str
) -> None:
    told = outline_words().kind_of_opening(f"\u3000\u3000{paragraph}")
    assert (told.value if told else "none") == kind


def test_work_of_a_later_year_is_a_plan_and_of_the_reports_own_year_is_not() -> None:
    words = outline_words()
    later = words.kind_of_heading("二、2024年重点工作", top=True, later=True)
    same = words.kind_of_heading("一、2023年重点工作", top=True, later=False)
    assert (later, same) == ("plan", "done")


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("一、主要工作", "主要工作"),
        ("（一）食品安全", "食品安全"),
        ("(１) 小作坊", "小作坊"),
        ("1.2 药品", "药品"),
        ("第一部分　上半年工作", "上半年工作"),
        ("## 三、存在问题", "存在问题"),
        ("一是登记提速", "登记提速"),
        ("——夜查小队", "夜查小队"),
        ("一 主要工作", "主要工作"),
        ("工作亮点", "工作亮点"),
    ],
)
def test_a_heading_without_its_mark_is_its_words(heading: str, words: str) -> None:
    assert without_mark(heading) == words


FURNITURE = """下载 打印
【打印本页】【关闭窗口】
【字号：大 中 小】　打印　下载
字号：[大] [中] [小]  [打印本页] [关闭窗口]
分享到： QQ空间 新浪微博 微信
责任编辑：县局办公室　审核：李四
来源：云溪县市场监管局  发布时间：2023-07-05 10:30  浏览次数：123 次
浏览次数：258　责任编辑：县局办公室　分享到：　打印　下载
上一篇：没有了
下一篇：云溪县市场监管局开展校园食品安全检查
扫一扫在手机打开当前页
用微信扫描二维码，分享至好友和朋友圈
当前位置：首页 > 政务公开 > 工作总结
首页 > 政务公开 > 规划总结
索 引 号：0123456/2023-00012　　主题分类：市场监管
版权所有：云溪县人民政府　ICP备12345678号
主办单位：云溪县人民政府办公室　承办单位：云溪县大数据中心
— 3 —
第 3 页 共 12 页
一、工作完成情况..............3
2023-07-12 10:30
附件：云溪县市场监管局2023年总结.docx
简体 | 繁体 | 无障碍浏览
1024次浏览
时间：2013-02-03 10:22　来源：
信息来源：县政府办 | 发布时间：2013/2/3 | 浏览：[ 1,123 ]
文章来源：本站　　点击数：　　更新时间：2013-2-3
(责编：李某、王某)
名　　称：2013年政府工作报告
字号：A- A A+
点击下载：2013年工作总结.pdf
青岚网 2009-02-03 来源：县政府办
|<<  上一页   6   下一页
上一页  1   2   3   下一页   >>|
2023-7-24 13:39，正文：
林某作政府工作报告。青岚日报记者王某摄"""
PROSE = """下载量增长的商户达到12家
下载 国家反诈中心应用，商户达到1,200家
打印店被列入检查，共检查打印店3家
打印证照126份。
分享经济监管有序推进。
来源：群众投诉12件，上级交办3件。
来源：投诉举报126件
来源可查、去向可追。
上一条生产线改造完成。
阅读量突破10万。
公众号阅读量达到3.2万次
扫码领取二维码126张
推行“扫码看后厨”，群众扫描二维码即可查看。
编辑《开店办厂一看就懂》口袋书3,000册
审核材料126份，退回12份
核查网站ICP备案信息126条
主办单位3家，参加人员120人
浏览次数达到10万次，点赞3,000个。
时间：每周三下午
编辑：完成信息126条、专报12期
首页改版上线，浏览量提升
名称：新桥农贸市场改造
浏览量：12.6万次
现在，我代表县政府向大会作政府工作报告。
（编者注）
***户
*
1,286家
-3.2%
12"""


@pytest.mark.parametrize("line", FURNITURE.splitlines())
def test_what_a_web_page_adds_is_furniture(line: str) -> None:
    assert outline_words().is_furniture(f"\u3000{line} \n")


@pytest.mark.parametrize("line", [*PROSE.splitlines(), "", "打印" * 70])
def test_prose_that_begins_with_such_words_is_none(line: str) -> None:
    assert not outline_words().is_furniture(line)


@pytest.mark.parametrize(
    "change",
    [
        ('furniture = "页面信息"', ""),
        ('kind = "plan"', 'kind = "打算"'),
        ("'^(?:机构", "'^((?:机构"),
        ("[labels]", "[labels"),
    ],
)
def test_a_wording_file_that_does_not_fit_is_named(tmp_path: Path, change: tuple[str, str]) -> None:
    good = (DATA / "outline.toml").read_text(encoding="utf-8")
    damaged = tmp_path / "outline.toml"
    damaged.write_text(good.replace(*change), encoding="utf-8")
    with pytest.raises(DataFileError, match=r"outline\.toml"):
        outline_words(path=damaged)


def test_a_rule_may_go_without_weak_wordings(tmp_path: Path) -> None:
    good = (DATA / "outline.toml").read_text(encoding="utf-8")
    shorter = tmp_path / "outline.toml"
    shorter.write_text(good.replace("weak = []\n", ""), encoding="utf-8")
    assert outline_words(path=shorter).kind_of_heading("一、概述", top=True) == "overview"
