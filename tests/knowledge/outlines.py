"""What every outline must hold, and a short way to write down the tree that a text has."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from hypothesis import strategies as st

from knowledge.models import Passage, Section
from knowledge.understanding.outline import read_outline

LONG = "检查餐饮服务单位120家，责令改正15家，立案查处3件，罚没款2.6万元，群众满意度明显提升。"
"""A sentence to stand under a heading."""

PIECES = """一、|二、|（一）|（二）|(三)|1.|2.|１．|（1）|(2)|①|②|第一部分|第二部分 |一是|二是
三是|首先|其次，|最后|——|—|--|在食品安全方面，|药品方面，|。|；|，|：|、|*|**|#
## |### |食品安全|检查药店12家|全面推进|存在的问题|下一步工作打算|工作亮点|下载|打印
分享到：微信|来源：局办公室|【关闭窗口】|云溪县市场监管局2023年工作总结|县政府：
云溪县市场监督管理局|2023年7月5日|下一步，我们将继续努力|3.5%|1.2.3 |1.1 食品|“|”|（
）|一要|二要|第一，|第二，|加强广告监管。|现将情况汇报如下：|新的一年，|a|-"""
HOSTILE = st.sampled_from(
    [
        *PIECES.replace("\n", "|").split("|"),
        LONG,
        *["\n"] * 12,
        "# ",
        "\n\n",
        "\f",
        " ",
        "\u3000",
        "\t",
    ]
)
"""What a hostile text is put together from."""


def tree(text: str) -> list[str]:
    """The headings with a dash for each level above them; what stands apart is left out."""
    unheaded = {"导语", "正文"}
    return [
        "-" * (section.level - 1) + section.path[-1]
        for section in read_outline(text)
        if section.level and not (section.leaf and section.path[-1] in unheaded)
    ]


def kinds(text: str) -> dict[str, str]:
    """The kind of each heading; of unheaded stretches by their first words."""
    return {
        (
            text[s.start : s.end].strip()[:4] if s.path[-1] in {"导语", "正文"} else s.path[-1]
        ): s.kind.value
        for s in read_outline(text)
        if s.level
    }


def slices(text: str, spans: Iterable[Section | Passage]) -> list[str]:
    return [text[s.start : s.end] for s in spans]


def assert_sound(text: str, sections: Sequence[Section]) -> None:
    """Leaves partition the text, parents contain their children, all is in reading order."""
    leaves = [s for s in sections if s.leaf]
    assert "".join(slices(text, leaves)) == text
    assert all(a.end == b.start for a, b in pairwise(leaves))
    assert not text.strip() or all(s.strip() for s in slices(text, leaves))
    assert [(s.start, -s.end) for s in sections] == sorted((s.start, -s.end) for s in sections)
    above: list[Section] = []
    for section in sections:
        assert section.start <= section.heading_end <= section.end
        assert all(section.path)
        assert section.level in {0, len(section.path)}
        while above and above[-1].end <= section.start:
            above.pop()
        if above:
            assert section.end <= above[-1].end
            assert section.level == 0 or section.path[:-1] == above[-1].path
        if not section.leaf:
            above.append(section)


def assert_covered(text: str, sections: Sequence[Section], passages: Sequence[Passage]) -> None:
    """Passages cover all but the furniture, in order and without overlap."""
    assert all(a.end <= b.start for a, b in pairwise(passages))
    covered = [False] * len(text)
    for passage in passages:
        assert passage.start < passage.end
        covered[passage.start : passage.end] = [True] * (passage.end - passage.start)
    for leaf in (s for s in sections if s.leaf):
        assert set(covered[leaf.start : leaf.end]) == {not leaf.furniture}
