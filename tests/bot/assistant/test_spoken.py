"""What people say, in plain words, before anything is read in it."""

import pytest

from bot.assistant.spoken import passage_sent, plain_words


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("苇塘区查了好多家啊", "苇塘区查了多少家"),
        ("苇塘区没出过大的食品安全事故吧", "苇塘区没发生重大食品安全事故吧"),
        ("苇塘区出了多少家放心店", "苇塘区出了多少家放心店"),
        ("苇塘区现在好多天", "苇塘区现在多少天"),
        ("苇塘区开办压到好久了 查了多少家", "苇塘区开办压到多久了 查了多少家"),
        ("龙头企业报了几家，过了几家", "龙头企业报了几家，通过了几家"),
        ("上半年那个市级的局查了几家", "上半年市局查了几家"),
        ("合格率苇塘区 vs 清河县，边个高", "合格率苇塘区和清河县，哪个高"),
        ("上半年的市局同去年的县局", "上半年的市局同去年的县局"),
        ("市局同县局哪个多", "市局和县局哪个多"),
        ("两个局比比投诉量呗", "两个局比比投诉量"),
        ("苇塘区一整年立案多少件", "苇塘区全年立案多少件"),
        ("苇塘区2023年那会儿立案系几多", "苇塘区2023年立案是多少"),
        ("我是新来的小王，这个咋用", "这个怎么用"),
        ("苇塘区咋个弄的嘛", "苇塘区怎么弄的"),
        ("有没得人手不够的", "有没有人手不够的"),
        ("写没写冷链", "有没有写冷链"),
        ("哎不对 我要的是苇塘区的", "不对 我要的是苇塘区的"),
        ("县上的嘞", "县里的呢"),
        ("那个我想问一下就是苇塘区查了几家来着", "苇塘区查了几家"),
        ("苇塘区有什么短板可以写进剖析材料", "苇塘区有什么短板"),
        ("苇塘那边个体户有多少", "苇塘那边个体户有多少"),
        ("苇塘区有哪些毛病", "苇塘区有哪些问题"),
        ("电梯查出几处毛病", "电梯查出几处毛病"),
        ("苇塘区整个说了些啥", "苇塘区总结一下"),
    ],
)
def test_everyday_forms_are_read_as_plain_ones(said: str, plain: str) -> None:
    assert plain_words(said) == plain


@pytest.mark.parametrize(
    "plain",
    [
        "哦",
        "我是苇塘区局的，查了几家",
        "哈哈",
        "全县上下",
        "县上半年",
        "没得过奖",
        "好多星号",
        "没写就写没写",
        "苇塘区投诉多少件？",
    ],
)
def test_plain_words_stay(plain: str) -> None:
    assert plain_words(plain) == plain


@pytest.mark.parametrize(
    "said",
    [
        "瞅瞅这段有没有毛病：全年立案112件，罚没款75.4万元。",
        "帮我核一下：全年立案112件，结案108件，罚没款75.4万元。",
        "帮看下这段：全年立案112件，罚没款75.4万元。",
        "我材料里写的是“全年立案112件，结案118件”，帮我看看对不对",
    ],
)
def test_a_passage_may_be_sent_to_be_checked(said: str) -> None:
    assert passage_sent(said)[0].startswith("全年立案112件")


def test_a_question_behind_a_colon_is_no_passage() -> None:
    assert passage_sent("核对一下：苇塘区2023年双随机抽查任务实际完成了几个") == ("", "")
