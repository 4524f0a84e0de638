"""What a model wrote, made readable."""

import pytest

from bot.checking.drafts import read_draft, strip_thinking
from bot.checking.statements import split_statements

SAID = "检查药店83家"


@pytest.mark.parametrize(
    "written",
    [
        "{s}[3]。",
        "{s}（3）。",
        "{s}(3)。",
        "{s}[来源3]。",
        "{s}[来源：3]。",
        "{s}（来源：材料3）。",
        "{s}³。",
        "{s}[^3]。",
        "{s}[passage 3]。",
        "{s}[Passage: 3]。",
        "{s}[n=3]。",
        '{s}[passage n="3"]。',
        "{s}<sup>3</sup>。",
        "{s}<sup>[3]</sup>。",
        "{s}[[3]]。",
        "{s}\\[3\\]。",
        "{s}[3](#3)。",
        "{s}[3](https://x.cn/a)。",
        "{s}【3†source】。",
        "{s}【3†L1-L9】。",
        "{s}〔3〕。",
        "{s}［第3段］。",
        "{s}。（3）",
        "{s} (3).",
        "{s}③。",
        "{s}`[3]`。",
        '<passage n="3" bureau="溪口县局" period="2023年" section="一、工作">{s}。</passage>',
        '<passage n="3" bureau="溪口县局">{s}',
        '<statement passage="3">{s}</statement>',
        '<material>\n<passage n="3">\n{s}。\n</passage>\n</material>',
        "{s}<cite>3</cite>。",
        "答案：{s}[3]。",
        "**回答**：{s}[3]。",
        "{s}。\n\n来源：[3]",
        "{s}。\n\n（资料来源：[3]）",
        "{s}。\n**来源**：[3]",
    ],
)
def test_a_citation_is_read_in_whatever_form_it_is_written(written: str) -> None:
    (sentence,) = split_statements(read_draft(written.format(s=SAID)))
    assert sentence.cited == (3,)
    assert sentence.body.strip().strip("。. \n") == SAID


def test_each_sentence_of_a_copied_passage_cites_it() -> None:
    copied = (
        '<passage n="1" section="一">检查药店83家。立案2件[7]。\n\n没收3件</passage>\n'
        '<passage n="12">检查食堂46家！</passage>\n<passage n="2" bureau="溪口'
    )
    assert read_draft(copied) == (
        "检查药店83家[1]。立案2件[7]。\n\n没收3件[1]\n检查食堂46家[12]！\n"
    )


@pytest.mark.parametrize(
    "written",
    [
        "检查药店83家[3]。\n<draft>\n检查药店85家[3]。\n</draft>\n<faults>\n检查｜错｜85家",
        "<draft>\n检查药店83家[3]。\n</draft>",
        "<draft>检查药店83家[3]。",
    ],
)
def test_a_draft_that_is_copied_is_no_text_unless_it_is_all(written: str) -> None:
    assert read_draft(written).strip() == "检查药店83家[3]。"


def test_a_copied_prompt_is_no_text() -> None:
    fence = '<passage n="3">检查药店83家。</passage>\n<draft>\n检查药店85家[3]。\n</draft>'
    assert read_draft(f"{fence}\n<faults>\n检查药店85家[3]。｜错｜85家\n</faults>") == ""


@pytest.mark.parametrize(
    ("written", "cited"),
    [
        ("检查[来源1、来源2]。", (1, 2)),
        ("检查[passage 1, passage 3]。", (1, 3)),
        ("检查（1、2）。", (1, 2)),
        ("检查¹²。", (12,)),
        ("检查[材料1-3]。", (1, 2, 3)),
    ],
)
def test_several_passages_are_read(written: str, cited: tuple[int, ...]) -> None:
    (sentence,) = split_statements(read_draft(written))
    assert sentence.cited == cited


@pytest.mark.parametrize(
    "text",
    [
        "主要有：（1）检查药店83家；（2）检查诊所129家。",
        "检查面积80m²、30km²。",
        "检查药店（2023年）83家。",
        "依据第三条（1）检查药店[2]。",
        "检查药店**家，立案*件[1]。",
        "（1）检查药店83家。",
        "①检查药店83家；②检查诊所129家。",
        "检查“双随机”药店（一）83家。",
    ],
)
def test_what_is_no_citation_stays_as_it_is(text: str) -> None:
    assert read_draft(text) == text


@pytest.mark.parametrize(
    "written",
    [
        "<seed:think>想97家</seed:think>{s}。",
        "<thought>想97家</thought>\n{s}。",
        "<|channel|>analysis<|message|>想97家<|end|><|start|>assistant<|channel|>final<|message|>{s}。",
        "<|channel|>final<|message|>{s}。<|return|>",
        "<|channel>thought\n想97家<channel|>{s}。",
        "<|begin_of_thought|>想97家<|end_of_thought|>{s}。",
        "[THINK]想97家[/THINK]{s}。",
        "◁think▷想97家◁/think▷{s}。",
        "想97家</think>{s}。",
        "<|begin_of_box|>{s}。<|end_of_box|>",
        "<answer>{s}。</answer>",
        "{s}。<|im_end|>\n<|im_start|>user\n再问97家？",
        "{s}。<|endoftext|>",
        "{s}。</s>",
        "{s}。<｜end▁of▁sentence｜>",
    ],
)
def test_thinking_and_tokens_are_no_text(written: str) -> None:
    assert strip_thinking(written.format(s=SAID)).strip() == f"{SAID}。"


@pytest.mark.parametrize(
    "written", ["<think>想97家", "<seed:think>想", "<|channel|>analysis<|message|>想"]
)
def test_thinking_without_an_end_is_all_thinking(written: str) -> None:
    assert not strip_thinking(written)
