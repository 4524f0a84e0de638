"""What each figure of prose states; tables are in test_tables.py."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.models import Quantity, ReadReport, Section, SectionKind, Statement, StatementKind
from knowledge.understanding.figures import find_figures
from knowledge.understanding.periods import Period, YearPart
from knowledge.understanding.pipeline import understand
from knowledge.understanding.statements import read_statements

TITLE = "白芦县市场监督管理局2023年工作总结\n"
# A busy machine is no failure, and the first reading compiles the data files.
untimed = settings(deadline=None)


def read(body: str, heading: str = "一、主要工作", title: str = TITLE) -> ReadReport:
    return understand(f"{title}{heading}\n{body}\n", file="a.txt", sha256="")


def statements(
    body: str, heading: str = "一、主要工作", title: str = TITLE
) -> dict[str, Statement]:
    return {one.figure.text: one for one in read(body, heading, title).statements}


def subjects(body: str) -> list[str]:
    return [one.subject for one in read(body).statements]


def lines(body: str) -> list[str]:
    """Subject, measure and condition of each figure in a line."""
    said = ((one.subject, one.measure, one.condition) for one in read(body).statements)
    return ["/".join(one) for one in said]


def carried(body: str, figure: str) -> str:
    """The words that are carried over to a figure."""
    report = read(body)
    (one,) = (s for s in report.statements if s.figure.text == figure)
    return "|".join(report.report.text[slice(*span)] for span in one.context)


# -- a subject and what goes on with it


def test_clauses_that_say_only_how_it_went_go_on_with_the_subject() -> None:
    told = "完成玩具监督抽检412批次，检验412批次，401批次合格，11批次不合格，合格率为97.33%。"
    assert lines(told) == [
        "完成玩具监督抽检//",
        "完成玩具监督抽检//检验",
        "完成玩具监督抽检//合格",
        "完成玩具监督抽检//不合格",
        "完成玩具监督抽检/合格率/",
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("收集诉求61条，解决58条。", ["收集诉求", "收集诉求"]),
        ("立案26件，结案20件。", ["立案", "立案"]),
        ("书店备案点由7个扩大到12个。", ["书店备案点", "书店备案点"]),
        ("核定岗位30名，实有26名，空缺4名。", ["核定岗位"] * 3),
    ],
)
def test_a_stage_of_the_same_matter_sets_no_subject(body: str, expected: list[str]) -> None:
    assert subjects(body) == expected


def test_what_is_not_done_yet_is_not_what_is_done() -> None:
    body = "登记事故30起，结案20起，未结案6起，4起正在办理，已整改3起，1起正在整改。"
    conditions = [one.condition for one in read(body).statements]
    assert conditions == ["", "结案", "未结案", "正在办理", "整改", "正在整改"]


def test_a_new_thing_sets_a_subject_of_its_own() -> None:
    assert subjects("检查书店20家，约谈影院3家，发放手册900册。") == [
        "检查书店",
        "约谈影院",
        "发放手册",
    ]


def test_what_ends_a_course_goes_on_with_the_last_amount_of_its_unit() -> None:
    told = carried("立案4起，封存设备9台，结案3起。", "3起")
    assert "立案4起" in told
    assert "封存" not in told
    assert subjects("下达整改通知9条，封存设备2台，已整改完毕8条。")[2] == "下达整改通知"


def test_what_follows_a_list_is_of_all_that_it_names() -> None:
    body = "检查书店71家、影院16家、浴室33家，责令整改28家。"
    assert subjects(body)[-1] == "检查书店、影院、浴室"
    assert "书店71家" in carried(body, "28家")


def test_a_list_goes_on_with_the_verb_of_its_first_item() -> None:
    assert subjects("检查书店71家、影院16家，浴室33家。") == ["检查书店", "检查影院", "检查浴室"]
    assert subjects("新增茶艺师35人、品酒师47人。") == ["新增茶艺师", "新增品酒师"]


@pytest.mark.parametrize(
    "body",
    [
        "排查书店9家，对2条索道、3台缆车开展体检。",
        "检查书店9家，完成计划3家。",
        "检查文件9份，清理存量文件3份。",
        "检查书店9家，为影院争取资金3家。",
    ],
)
def test_a_clause_with_a_verb_of_its_own_takes_over_none(body: str) -> None:
    assert not [s for s in subjects(body)[1:] if s.startswith(("检查", "排查"))]


def test_a_sentence_without_figures_announces_what_follows_it() -> None:
    body = "加强缆车隐患排查。下达指令书9份。"
    assert "加强缆车隐患排查" in carried(body, "9份")


def test_a_new_announcement_ends_the_one_before_it() -> None:
    body = "加强缆车隐患排查治理工作，进一步压实主体责任。规范书店价格行为。检查门店9家。"
    assert "规范书店价格行为" in carried(body, "9家")


# -- parts and wholes


def test_parts_know_their_whole() -> None:
    for among in ("其中", "其中，", "其中："):
        body = f"受理咨询200件，{among}电话120件、网络80件。"
        assert lines(body) == ["受理咨询//", "电话//其中", "网络//其中"]
    assert all("受理咨询200件" in carried(body, part) for part in ("120件", "80件"))


@pytest.mark.parametrize(
    "body",
    [
        "专利授权90件（其中发明5件，实用新型60件），商标注册31件。",
        "专利授权90件，（其中发明5件、实用新型60件），商标注册31件。",
        "专利授权90件（发明5件、实用新型60件），商标注册31件。",
    ],
)
def test_parts_in_brackets_end_with_the_brackets(body: str) -> None:
    conditions = [one.condition for one in read(body).statements]
    assert conditions == ["", "其中", "其中", ""]
    assert "专利授权90件" in carried(body, "60件")


def test_what_follows_several_parts_is_of_the_whole() -> None:
    body = "立案187件，其中书店92件、影院95件，结案179件。"
    assert lines(body)[-1] == "立案//结案"


def test_parts_share_the_stage_of_their_whole() -> None:
    body = "检查书店71家，责令改正9家，其中连锁店4家。"
    assert lines(body)[-1] == "连锁店//其中责令改正"


def test_a_number_of_something_else_is_no_total() -> None:
    assert subjects("商标申请件数9件，注册件数4件。") == ["商标申请件数", "商标注册件数"]


def test_problems_behind_a_figure_are_counted() -> None:
    assert subjects("反馈的3个方面9个问题中，已整改完成8个。")[1:] == ["反馈问题"] * 2


def test_a_total_is_of_the_thing_and_not_of_the_new_ones_alone() -> None:
    assert subjects("新增书店15家、总数达36家。") == ["新增书店", "书店总数"]
    assert subjects("新登记书店15户，净增9户。")[-1] == "书店"


@pytest.mark.parametrize("body", ["书店新增15家，达到36家。", "新增书店15家、累计达到36家。"])
def test_what_an_amount_reaches_is_of_the_thing_and_not_of_the_new_ones(body: str) -> None:
    assert subjects(body)[-1] == "书店"


def test_an_act_of_its_own_ends_the_parts_and_the_list() -> None:
    body = "发行债券90亿元，其中用于建桥40亿元，争取到上级资金5亿元。"
    assert [one.condition for one in read(body).statements] == ["", "其中", ""]
    assert subjects("开展书评12次，诵读6次，报送简报3次。")[-1] == "报送简报"
    assert subjects("新增书店15家、带动就业47人。")[-1] == "带动就业"
    body = "新增人才90人，其中新增院士4人，人才总量达到1900人。"
    assert [one.condition for one in read(body).statements] == ["", "其中", ""]


def test_what_is_done_to_a_part_is_a_part() -> None:
    body = "查办案件29件，其中移送法院6件，被省局列为督办案件2件。"
    assert [one.condition for one in read(body).statements] == ["", "其中", "其中"]
    assert "查办案件29件" in carried(body, "2件")


def test_a_total_or_money_is_not_of_the_new_ones() -> None:
    assert subjects("新增装机10万千瓦、总装机98万千瓦。")[-1] == "总装机"
    assert subjects("新增书店15家、实际到位投资4亿元。")[-1] == "实际到位投资"


@pytest.mark.parametrize("rest", ["其余5处正在整改", "转办5处", "尚未整改5处"])
def test_the_rest_of_a_matter_goes_on_with_it(rest: str) -> None:
    assert subjects(f"发现隐患30处，已整改25处，{rest}。") == ["发现隐患"] * 3


def test_what_begins_and_ends_a_project_goes_on_with_it() -> None:
    assert subjects("安排项目56个，开工42个，竣工30个。") == ["安排项目"] * 3
    assert subjects("引进项目24个、建成投产17个。") == ["引进项目"] * 2
    assert subjects("退出甲类产能60万吨、乙类产能20万吨。") == ["退出甲类产能", "退出乙类产能"]


def test_a_duration_before_a_thing_limits_it() -> None:
    assert subjects("全区使用超过15年的电梯有783台。")[-1] == "使用超过15年的电梯"
    assert subjects("满10年的老店30家。")[-1] == "满10年的老店"


def test_a_rank_or_a_remark_sets_no_subject() -> None:
    for remark in ("居全省第3位", "超额完成年初任务", "再创历史新高"):
        told = lines(f"图书收入28亿元，{remark}，增长4%。")
        assert told == ["图书收入/图书收入/", "图书收入/增长/"]
    assert subjects("旅客吞吐量增长6%，突破87万人次、居全国第3位。") == ["旅客吞吐量"] * 2


def test_what_a_thing_includes_is_no_part_of_what_was_counted() -> None:
    body = "书展分9类项目，常设项目包括书评、诵读等3类。"
    assert [one.condition for one in read(body).statements] == ["", ""]


def test_the_items_of_a_list_may_be_counted_by_visits_or_by_heads() -> None:
    assert subjects("检查书店20家次，影院9家。") == ["检查书店", "检查影院"]


def test_an_act_inside_a_name_is_not_shared() -> None:
    assert subjects("有示范培育书店2家、试点书店13家。")[-1] == "试点书店"


def test_a_part_is_of_a_total_that_is_as_large() -> None:
    body = "抽检图书900批次，不合格6批次；其中连环画抽检300批次、小说抽检200批次。"
    told = [one.condition for one in read(body).statements]
    assert told == ["", "不合格", "其中", "其中"]
    assert "抽检图书900批次" in carried(body, "300批次")


def test_a_stage_of_more_than_there_was_is_no_stage_of_it() -> None:
    assert lines("移送书店案件2件。立案240件，结案230件。")[1:] == ["立案//", "立案//结案"]
    assert lines("收集诉求61条。解决58条。") == ["收集诉求//", "收集诉求//解决"]


@pytest.mark.parametrize("finding", ["立案3件", "责令改正3个", "罚没款3万元"])
def test_what_an_inspection_led_to_is_of_what_was_inspected(finding: str) -> None:
    body = f"检查书店20家，封存机器2台，{finding}。"
    assert subjects(body)[-1] == "检查书店"


def test_an_outlay_is_of_what_the_next_clause_says_it_was_for() -> None:
    assert subjects("投资3亿元，改造城南水厂。") == ["投资改造城南水厂"]
    body = "投资3亿元，新建5条、12公里的书街道路。"
    assert subjects(body) == ["投资书街道路", "新建书街道路", "新建书街道路"]
    assert subjects("投资3亿元，增长5%。") == ["投资", "投资"]


def test_the_size_of_a_thing_is_named_with_it() -> None:
    assert lines("启动总投资4亿元的书城项目。") == ["启动总投资书城项目/总投资/"]
    assert subjects("启动2万亩苇塘工程。") == ["启动苇塘工程"]
    assert lines("20万吨级航道开工。") == ["20万吨级航道开工//限定"]


def test_items_are_completed_from_the_last_and_from_the_first() -> None:
    assert subjects("货物、集装箱吞吐量分别为4万吨、5万标箱。") == ["货物吞吐量", "集装箱吞吐量"]
    assert subjects("书业企业资产、主营业务收入分别增长4%、5%。") == [
        "书业企业资产",
        "书业企业主营业务收入",
    ]


def test_a_list_before_what_it_reaches_is_dealt_out() -> None:
    body = "书业投资额、出口额达到6亿美元、9亿元，占全市的2%、4%。"
    assert subjects(body) == ["书业投资额", "书业出口额"] * 2


def test_a_name_that_begins_like_a_stage_goes_on_with_the_action() -> None:
    assert subjects("完成抽查计划9项，抽查任务8项。") == ["完成抽查计划", "完成抽查任务"]
    assert subjects("初审通过省级书店4家，市级书店5家。")[1] == "初审通过市级书店"


def test_the_name_of_a_change_may_be_held() -> None:
    assert lines("图书产值8亿元，增幅保持5%以上。")[1] == "图书产值/增幅/"


def test_a_comparable_basis_is_no_subject() -> None:
    assert subjects("图书收入8亿元，按可比口径增长5%。") == ["图书收入"] * 2


def test_what_is_had_of_several_is_of_them() -> None:
    assert subjects("24项书业指标有15项提前完成。")[1].startswith("书业指标")


def test_a_place_inside_a_paragraph_ends_with_its_sentence() -> None:
    body = "书业稳步发展。白芦港区全面开放。新增书店3家。"
    assert subjects(body) == ["新增书店"]


def test_an_outlay_is_of_what_its_own_clause_says_it_was_for() -> None:
    assert subjects("投资3亿元新建书城2座。") == ["投资新建书城", "新建书城"]
    assert subjects("投资3亿元完成16个书市改造。")[0] == "投资书市改造"
    assert subjects("总投资80亿元的6个书城项目顺利实施。")[0] == "总投资书城项目顺利实施"


def test_two_counts_of_one_thing_are_of_it() -> None:
    assert subjects("困难书商30户61人全部脱困。") == ["困难书商", "困难书商全部脱困"]


def test_a_measured_thing_is_named_behind_its_size() -> None:
    assert subjects("芦苇镇4000平方米书库开放。") == ["芦苇镇书库开放"]


def test_the_first_of_two_figures_is_of_all_before_the_joint() -> None:
    assert subjects("建成22处书店、书亭和6个露天书市。") == ["建成书店、书亭", "建成露天书市"]


def test_sides_are_told_apart_in_the_clause_after_them_too() -> None:
    body = "城乡书店营业额分别完成3万元、2万元，分别增长5%、6%。"
    assert subjects(body) == ["城镇书店营业额", "农村书店营业额"] * 2


def test_a_balance_is_of_whom_the_one_before_it_was() -> None:
    assert subjects("金融机构存款余额9亿元、贷款余额7亿元。")[1] == "金融机构贷款余额"


def test_money_that_only_was_spent_is_of_what_the_clause_before_it_tells() -> None:
    assert lines("书城一期全面建设，完成投资5亿元。") == ["书城一期全面建设/投资/"]
    assert subjects("书商养老金标准继续提高，年人均提高50元。") == ["书商养老金标准继续提高"]


def test_what_stands_before_a_list_mark_is_not_counted() -> None:
    assert subjects("继续抓好河堤管护、5000亩苇塘治理。") == ["苇塘治理"]


def test_what_others_of_a_list_are_is_said_of_all() -> None:
    body = "完成6条街道、10处书亭、60个书市等亮化工程。"
    assert subjects(body)[:2] == ["完成街道亮化工程", "完成书亭亮化工程"]


def test_a_share_of_things_is_of_them() -> None:
    assert subjects("书业稳步发展，80%的书店用房达到300平方米以上。") == ["书店用房"] * 2


def test_a_noun_that_ends_like_an_act_is_said_of_no_other() -> None:
    assert subjects("19家龙头书店、67个专业合作组织，有力带动书业。")[0] == "龙头书店"


def test_money_of_a_course_is_of_the_last_thing_and_not_of_the_last_money() -> None:
    body = "争取书业债券3亿元；实施书城项目7个、完成投资4亿元。"
    assert subjects(body)[-1] == "实施书城项目"


def test_a_time_may_stand_in_a_name() -> None:
    assert subjects("打造书城15分钟阅读圈。") == ["打造书城阅读圈"]
    assert subjects("投资3亿元，对城南书市进行改造。") == ["投资城南书市进行改造"]


# -- what is said of the things counted


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        ("共有6户书店列入异常名录。", "书店列入异常名录"),
        ("支持5家书店争创质量奖。", "支持书店争创质量奖"),
        ("与全县7家影院签订责任书。", "影院签订责任书"),
        ("对措施不力的4家责令停业。", "措施不力责令停业"),
    ],
)
def test_what_is_said_behind_the_things_is_of_the_subject(body: str, subject: str) -> None:
    assert subjects(body) == [subject]


def test_what_is_said_of_the_last_of_a_list_is_said_of_all() -> None:
    assert subjects("有4户书店、9户影院移出异常名录。") == [
        "书店移出异常名录",
        "影院移出异常名录",
    ]
    assert subjects("完成3个乡镇、8个社区的消防宣传培训。") == [
        "完成乡镇消防宣传培训",
        "完成社区消防宣传培训",
    ]


def test_what_is_given_to_the_things_belongs_to_the_next_figure() -> None:
    report = read("为6个书市配备公平秤12台。")
    clauses = [report.report.text[slice(*one.clause)] for one in report.statements]
    assert clauses == ["为6个书市", "配备公平秤12台"]


def test_a_figure_that_bounds_the_things_counted_is_no_amount_of_them() -> None:
    assert lines("实施800万元以上技改项目12个。") == [
        "实施800万元以上技改项目//以上",
        "实施800万元以上技改项目//",
    ]
    assert lines("年收入超5亿元的书店由2家增加到7家。")[1:] == [
        "年收入超5亿元的书店//由",
        "年收入超5亿元的书店//",
    ]
    assert lines("引进项目90个，其中超亿元项目12个。")[1:] == [
        "超亿元项目//其中限定",
        "超亿元项目//其中",
    ]
    assert lines("建成260个亿元以上书业项目。") == [
        "建成亿元以上书业项目//",
        "亿元以上书业项目//以上",
    ]
    assert lines("执法人员90人，50岁以上的占41%。")[-1].startswith("50岁以上")


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        ("组建5亿元的母基金。", "组建母基金"),
        ("投资4亿元修缮堤坝、水闸、泵站等水利设施。", "投资修缮堤坝、水闸、泵站等水利设施"),
        ("高校承担了全省近80%的研究项目。", "高校承担了全省研究项目"),
        ("芦苇等7个村被列为示范点。", "芦苇等村被列为示范点"),
        ("惠及12个村。", "惠及村"),
        ("全局94人结对帮扶8户。", "结对帮扶"),
    ],
)
def test_what_stands_behind_a_figure_completes_its_subject(body: str, subject: str) -> None:
    assert subjects(body)[0] == subject


def test_money_behind_what_was_done_is_named() -> None:
    assert lines("25个书市有序推进、总投资28亿元。")[-1] == "书市有序推进/总投资/"


def test_the_size_of_a_thing_is_no_measure() -> None:
    (one,) = read("组建5亿元的母基金。").statements
    assert one.measure == ""


@pytest.mark.parametrize("things", ["公园、书市和3座桥", "公园和3座大桥"])
def test_of_several_things_the_last_alone_is_counted(things: str) -> None:
    assert subjects(f"建成{things}。")[0].removesuffix("桥").removesuffix("大") == "建成"


def test_a_list_may_stand_in_brackets() -> None:
    assert subjects("在18个县（市、区）划分学区73个。")[0] == "县（市、区）划分学区"


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        ("向市局移交线索4条。", "向市局移交线索"),
        ("指导4户书店申报补助。", "指导书店申报补助"),
        ("为读者挽回损失3万元。", "为读者挽回损失"),
        ("本部门抽查任务14个。", "本部门抽查任务"),
        ("建成公共书屋74个。", "建成公共书屋"),
        ("涉及12个品种。", "涉及品种"),
        ("新设书店同期增长27%。", "新设书店"),
        ("固定资产投资五年累计完成602亿元。", "固定资产投资"),
        ("（3）设立书展90场。", "设立书展"),
        ("图书产值迈上9亿元新台阶。", "图书产值"),
        ("街区面积从2019年的13公顷拓展到27公顷。", "街区面积"),
        ("书业、影业产值占比分别提高到6%、9%。", "书业产值"),
        ("图书收入五年平均增长23%。", "图书收入"),
        ("预计2022年全市实现图书产值9亿元。", "图书产值"),
        ("图书收入9亿元，比前五年增长42%。", "图书收入"),
        ("出台“春风9条”“秋实6条”政策。", "出台春风"),
    ],
)
def test_a_subject_keeps_what_a_reader_needs_of_it(body: str, subject: str) -> None:
    assert subjects(body)[0] == subject


def test_things_of_one_unit_in_a_row_are_a_list() -> None:
    assert subjects("审查5份新增文件3份存量文件。") == ["审查新增文件", "审查存量文件"]


# -- dealing out


def test_figures_are_dealt_out_to_what_is_listed() -> None:
    assert lines("书店、影院年报率分别为90%、85%。") == ["书店/年报率/", "影院/年报率/"]
    assert subjects("水利、交通分别完成投资25亿元、8亿元。") == ["水利完成投资", "交通完成投资"]


def test_what_the_last_of_a_list_has_is_of_all() -> None:
    body = "农业、制造业、书业增加值分别增长3%、4%、5%。"
    assert subjects(body) == ["农业增加值", "制造业增加值", "书业增加值"]
    assert subjects("GDP、财政收入分别增长5%、6%。") == ["GDP", "财政收入"]


def test_town_and_country_are_told_apart() -> None:
    body = "城乡居民人均收入分别增长4.7%、6.6%。"
    assert subjects(body) == ["城镇居民人均收入", "农村居民人均收入"]


def test_figures_are_dealt_out_to_quotes_and_to_years() -> None:
    assert subjects("“书香计划”“光影行动”分别惠及7万人、8万人。") == [
        "“书香计划”惠及",
        "“光影行动”惠及",
    ]
    periods = [one.period for one in read("2021年、2022年分别检查书店3家、4家。").statements]
    assert periods == [Period(2021), Period(2022)]


def test_a_change_that_a_list_has_in_common_is_dealt_out() -> None:
    assert lines("事故起数、受伤人数下降17%、11%。") == ["事故起数/下降/", "事故受伤人数/下降/"]


@pytest.mark.parametrize("between", ["、", "，"])
def test_changes_are_dealt_out_to_what_was_named_before(between: str) -> None:
    body = f"图书收入4亿元{between}影院收入2亿元，分别增长8.5%和9%。"
    assert subjects(body) == ["图书收入", "影院收入"] * 2
    assert lines(body)[2:] == ["图书收入/增长/", "影院收入/增长/"]


def test_a_figure_without_words_goes_on_with_a_share() -> None:
    told = lines("书店27家，影院18家，分别占全省的30%、25%左右。")
    assert told[2:] == ["书店/占全省/", "影院/占全省/"]
    assert lines("交通、能源分别完成投资32亿元、21亿元。") == [
        "交通完成投资/投资/",
        "能源完成投资/投资/",
    ]


def test_a_figure_without_words_goes_on_with_a_change() -> None:
    changes = read("书店补贴标准分别增长7%和9%。").statements
    assert [one.quantity for one in changes] == [Quantity.CHANGE] * 2
    assert [one.measure for one in changes] == ["增长"] * 2


# -- measures and quantities


@pytest.mark.parametrize(
    ("body", "measure", "quantity"),
    [
        ("检查书店86家。", "", Quantity.COUNT),
        ("玩具抽检合格率98%。", "抽检合格率", Quantity.RATE),
        ("综合机械化率达到92%。", "机械化率", Quantity.RATE),
        ("门店持许可证率为100%。", "许可证率", Quantity.RATE),
        ("电话办理量占全部受理量的21%。", "占全部受理量", Quantity.RATE),
        ("罚没款38万元。", "罚没款", Quantity.MONEY),
        ("罚没款*万。", "罚没款", Quantity.MONEY),
        ("书店数量增长5%。", "增长", Quantity.CHANGE),
        ("河水浊度改善5%。", "改善", Quantity.CHANGE),
        ("最低工资标准上调10%。", "上调", Quantity.CHANGE),
        ("书业增加值增速超过30%。", "增速", Quantity.CHANGE),
        ("书业收入负增长4%。", "负增长", Quantity.CHANGE),
        ("河道治理（管控）率55.7%。", "治理（管控）率", Quantity.RATE),
        ("化解各种债务2亿元。", "债务", Quantity.MONEY),
        ("书店、影院收入增长均超过6%。", "增长", Quantity.CHANGE),
        ("办理时限压缩至3天。", "", Quantity.DURATION),
    ],
)
def test_a_measure_is_named_as_written(body: str, measure: str, quantity: Quantity) -> None:
    (one,) = read(body).statements
    assert (one.measure, one.quantity) == (measure, quantity)


def test_money_without_a_name_of_its_own_is_of_what_went_before() -> None:
    assert subjects("立案26件，罚没款38万元。") == ["立案", "立案"]
    assert subjects("净增书店16家，图书销售总额达3亿元、增长5%。") == [
        "净增书店",
        "图书销售总额",
        "图书销售总额",
    ]


@pytest.mark.parametrize(
    ("body", "measure"),
    [
        ("流转土地18亩，占集体耕地的61%。", "占集体耕地"),
        ("完成投资3亿元，为计划的119%。", "为计划"),
    ],
)
def test_a_share_is_of_what_went_before(body: str, measure: str) -> None:
    whole, share = read(body).statements
    assert (share.subject, share.measure) == (whole.subject, measure)


def test_what_changed_is_the_rate() -> None:
    assert lines("城镇化率达到47%，提高6个百分点。") == ["/城镇化率/", "城镇化率/提高/"]


def test_what_a_net_growth_reaches_is_no_change() -> None:
    reached = read("书店净增98户、突破1900户。").statements[-1]
    assert (reached.subject, reached.measure, reached.quantity) == ("书店", "", Quantity.COUNT)


def test_several_rates_may_have_one_figure() -> None:
    assert lines("督导书店9家，匹配率、督导率均为100%。")[-1] == "督导书店/匹配率、督导率/"


def test_the_rate_of_things_counted_is_no_thing() -> None:
    body = "20个街区优良率和9个河段达标率均为100%。"
    assert lines(body) == ["街区//", "河段//", "河段/达标率/"]


def test_what_changed_is_the_money_of_the_things() -> None:
    assert lines("15个项目完成投资3亿元，同比增长5%。")[1:] == ["项目/投资/", "项目投资/增长/"]


def test_a_word_of_progress_inside_a_noun_is_no_condition() -> None:
    told = lines("实际办结时间提速4个百分点。")
    told += lines("指导4户书店建立符合行业发展需要的体系。")
    assert not [line for line in told if "办结" in line.split("/")[2] or line.endswith("符合")]


def test_a_share_with_a_name_is_of_what_went_before() -> None:
    whole, share = read("图书产值4亿元，占文化产值的比重达到56%。").statements
    assert (share.subject, share.measure) == (whole.subject, "占文化产值的比重")
    (one,) = read("图书产值占文化产值的比重达到56%。").statements
    assert (one.subject, one.measure) == ("图书产值", "占文化产值的比重")


def test_a_rate_that_begins_a_sentence_may_be_a_thing_of_its_own() -> None:
    assert "面积" not in subjects("街区面积达5公顷。城镇化率达到47%。")[1]
    assert subjects("完成玩具抽检9批次。合格率97%。")[1] == "完成玩具抽检"


def test_money_that_begins_a_sentence_is_not_of_the_sentence_before() -> None:
    assert subjects("新增书店36家。投资7亿元，修缮了堤坝。") == ["新增书店", "投资"]


def test_money_of_the_things_counted_names_them() -> None:
    told = subjects("5个书市实现营业收入3亿元、利税1亿元。")
    assert told == ["书市", "书市营业收入", "书市利税"]


def test_value_added_is_a_thing_and_no_change() -> None:
    assert subjects("图书业总产值9亿元，增长4%。增加值2亿元，增长5%。") == [
        "图书业总产值",
        "图书业总产值",
        "图书业增加值",
        "图书业增加值",
    ]


def test_a_bare_amount_is_of_what_held_the_one_before_it() -> None:
    assert subjects("芦苇种植面积4万亩、产量9万吨。")[-1] == "芦苇产量"
    assert subjects("入园书店70家，产值占全县的83%。")[-1] == "入园书店产值"
    assert subjects("书业生机勃勃，产值9亿元。") == ["产值"]


def test_a_multiple_is_of_what_went_before() -> None:
    whole, multiple = read("完成堤坝投资3亿元，是五年前的6倍。").statements
    assert (multiple.subject, multiple.quantity) == (whole.subject, Quantity.RATE)


def test_a_figure_without_a_thing_is_of_the_clause_that_leads_to_it() -> None:
    assert subjects("图书质量指数居全国第一，同比提高7个百分点。") == ["图书质量指数居全国第一"]


def test_a_comparison_with_elsewhere_is_no_growth() -> None:
    growth, ahead = read("图书产量增长8.3%，高于全国2.5个百分点。").statements
    assert (growth.measure, growth.condition) == ("增长", "")
    assert (ahead.subject, ahead.measure, ahead.condition) == ("图书产量", "", "高于全国")
    (_, level) = read("图书产量增长8.3%，高于全国平均水平2.5个百分点。").statements
    assert (level.subject, level.condition) == ("图书产量", "高于全国平均水平")


@pytest.mark.parametrize("amount", ["比上年增长8%", "比上年少25起", "同比下降8%"])
def test_a_change_against_last_year_goes_on_with_its_subject(amount: str) -> None:
    first, change = read(f"处置警情171起，{amount}。").statements
    assert change.subject == first.subject
    assert change.quantity is Quantity.CHANGE
    assert change.period == Period(2023)


def test_the_amount_before_a_change_is_marked() -> None:
    before, after = read("办理时限由9天压缩至3天。").statements
    assert before.condition.endswith("由")
    assert after.condition == ""
    assert before.subject == after.subject == "办理时限"


def test_a_year_that_a_figure_changed_from_is_of_that_figure_alone() -> None:
    before, after = read("书店由2019年的25家增加到40家。").statements
    assert (before.subject, before.period) == ("书店", Period(2019))
    assert before.condition.endswith("由")
    assert (after.subject, after.period) == ("书店", Period(2023))


def test_what_turned_to_an_amount_is_not_of_the_subject() -> None:
    assert subjects("街区面积拓展到27公顷。") == ["街区面积"]
    assert subjects("图书收入比2019年增加3亿元。") == ["图书收入"]
    assert lines("消费价格涨幅控制在2%左右。") == ["消费价格/涨幅/"]


def test_the_amount_after_a_change_goes_on_with_its_subject() -> None:
    assert subjects("街区面积从2019年的13公顷拓展到27公顷。") == ["街区面积"] * 2


def test_average_and_yearly_are_not_cut() -> None:
    assert "平均" in subjects("平均12天才出报告。")[0]


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        ("部分门店只有2名店员。", "部分门店店员"),
        ("出口额首次突破2亿元。", "出口额"),
        ("实现图书产值9亿元。", "图书产值"),
        ("在编人员96人。", "在编人员"),
    ],
)
def test_a_subject_is_cut_of_what_only_leads_to_the_figure(body: str, subject: str) -> None:
    assert subjects(body) == [subject]


def test_a_masked_figure_is_a_statement_like_any_other() -> None:
    first, second = read("检查书店*家次，完成玩具抽检**批次。").statements
    assert first.figure.masked
    assert second.figure.masked
    assert (first.subject, second.subject) == ("检查书店", "完成玩具抽检")


# -- places


def test_a_place_that_begins_a_paragraph_is_carried_on() -> None:
    body = (
        "银杏高新区累计完成投资4亿元。引进项目12个，利用外资500万美元。\n全县利用外资9000万美元。"
    )
    own = statements(body)
    assert own["12个"].subject == "银杏高新区引进项目"
    assert own["500万美元"].subject == "银杏高新区利用外资"
    assert own["9000万美元"].subject == "利用外资"


def test_things_joined_by_and_are_a_list() -> None:
    assert subjects("对3家书店和2家影院开展消防演练。") == [
        "书店开展消防演练",
        "影院开展消防演练",
    ]


@pytest.mark.parametrize(
    "body", ["养老院检查9家次。", "闸机推广安装9台。", "星级酒店新增9家。", "后厨直播接入9户。"]
)
def test_what_was_done_is_not_cut_from_behind_the_thing(body: str) -> None:
    assert subjects(body) == [body.partition("9")[0]]


def test_our_county_is_no_place_to_carry() -> None:
    assert subjects("今年我县书店已取得证书5个，面积共9万亩。")[1] == "面积"


def test_a_city_ends_the_place_before_it() -> None:
    body = "银杏新区完成投资4亿元。白芦市图书产值增长6%。"
    assert subjects(body)[1] == "白芦市图书产值"


@pytest.mark.parametrize("act", ["加快产业园区建设", "开展整县推进试点", "完成河口合作区建设"])
def test_an_act_is_no_place(act: str) -> None:
    assert subjects(f"{act}。图书产值9亿元。") == ["图书产值"]


def test_a_place_is_not_carried_past_an_announcement() -> None:
    body = "银杏高新区累计完成投资4亿元。农村面貌进一步改善。修建公路12公里。"
    assert subjects(body)[1] == "修建公路"


@pytest.mark.parametrize(
    "opening",
    [
        "新区规划街道",
        "联合区烟草部门检查书店",
        "辖区书店",
        "社区书店",
        "城区书店",
        "全区书店",
        "景区书店",
    ],
)
def test_a_word_that_only_looks_like_a_place_is_none(opening: str) -> None:
    assert "区" not in "".join(subjects(f"{opening}共9家。检查影院8家。")[1:])


# -- periods and roles


def test_the_period_is_the_one_named_last_before_the_figure() -> None:
    own = statements("2022年书店30家，2023年书店36家。")
    assert own["30家"].period == Period(2022)
    assert own["36家"].period == Period(2023)


def test_a_year_that_is_compared_with_is_no_period_of_the_figure() -> None:
    assert statements("图书收入36亿元，是2019年的8倍。")["8倍"].period == Period(2023)


def test_the_base_of_a_comparison_is_no_period_of_the_figure() -> None:
    own = statements("书店36家，较2022年增长20%。")
    assert own["20%"].period == Period(2023)


def test_last_year_is_the_year_before_the_report() -> None:
    assert statements("去年全年检查书店30家。")["30家"].period == Period(2022)


def test_a_plan_is_for_the_next_period() -> None:
    title = "白芦县市场监督管理局2023年上半年工作总结\n"
    (one,) = read("检查书店30家。", "二、下半年工作打算", title).statements
    assert (one.role, one.period) == (StatementKind.PLAN, Period(2023, YearPart.SECOND_HALF))


@pytest.mark.parametrize(
    ("body", "role"),
    [
        ("检查书店30家。", StatementKind.DONE),
        ("计划检查书店30家。", StatementKind.PLAN),
        ("力争检查书店30家。", StatementKind.PLAN),
        ("到2030年检查书店达到30家。", StatementKind.PLAN),
        ("主要预期目标是：书店增长5%，影院增长3%。", StatementKind.PLAN),
        ("预计图书产值9亿元左右。", StatementKind.DONE),
        ("完成目标任务的105%。", StatementKind.DONE),
        ("确保了书店合格率100%。", StatementKind.DONE),
    ],
)
def test_goals_are_plans_and_results_are_not(body: str, role: StatementKind) -> None:
    assert {one.role for one in read(body).statements} == {role}


def test_what_is_counted_provisionally_is_a_result_in_any_section() -> None:
    own = read("初步预计，图书产值9亿元；影院收入3亿元。", "二、下一步工作计划").statements
    assert {one.role for one in own} == {StatementKind.DONE}


def test_a_figure_under_problems_is_one() -> None:
    (one,) = read("全局仅有执法人员18人。", "二、存在问题").statements
    assert one.role is StatementKind.PROBLEM


# -- what holds for any text

_PIECES = st.sampled_from(
    ["检查", "书店", "影院", "12家", "3件", "98%", "5万元", "*户", "，", "。", "；", "、", "（",
     "）", "其中", "分别", "为", "增长", "由", "到", "合格", "不合格", "总数", "以上", "2022年",
     "年报率", "高于全国", "2个百分点", "的", "\n", "高新区", "：", "目标", "“", "”", "《",
     "》", "对", "和"]
)  # fmt: skip
_TEXTS = st.lists(_PIECES, max_size=40).map("".join) | st.text(max_size=60)


@untimed
@given(body=_TEXTS, plans=st.booleans())
def test_every_figure_has_its_statement_in_order_with_spans_inside(
    body: str, *, plans: bool
) -> None:
    read_report = read(body, "二、下一步计划" if plans else "一、主要工作")
    text, told = read_report.report.text, read_report.statements
    assert tuple(one.figure for one in told) == read_report.figures
    for one in told:
        assert 0 <= one.sentence.start <= one.clause.start <= one.figure.start
        assert one.figure.end <= one.clause.end <= one.sentence.end <= len(text)
        for span in one.context:
            assert 0 <= span.start <= span.end <= len(text)


@untimed
@given(body=_TEXTS)
def test_the_same_text_gives_the_same_statements(body: str) -> None:
    assert read(body).statements == read(body).statements


@pytest.mark.parametrize(
    "piece",
    ["检查书店86家", "检查书店86家、", "检查书店86家，", "其中86家、", "9家（其中8家）", "86%",
     "书店、", "2023年8家", "对9家的", "8万元以上项目3个", "和9%", "立案8起，结案7起，",
     "分别增长8%、"],
)  # fmt: skip
def test_a_long_run_of_one_piece_is_read_to_its_end(piece: str) -> None:
    """What takes time with the square of the length would not end here."""
    text = (piece * 20_000)[:20_000] + "。检查书店86家。"
    body = Section(("正文",), 1, SectionKind.DONE, 0, len(text), 0, leaf=True)
    told = read_statements(text, (body,), find_figures(text), Period(2023))
    assert told[-1].figure.text.endswith("86家")
