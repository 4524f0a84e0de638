from knowledge.understanding.outline import read_outline
from tests.knowledge.outlines import LONG, tree

HEADINGS = ["一、主要工作", "（一）食品安全", "二、存在问题", "三、下步打算"]
BODY = "".join(f"{heading}\n{LONG}\n" for heading in HEADINGS)
TITLE = "云溪县市场监管局2023年工作总结"
TREE = ["一、主要工作", "-（一）食品安全", "二、存在问题", "三、下步打算"]


def test_the_lines_of_a_table_of_contents_are_no_headings() -> None:
    for listed in ("\n".join(HEADINGS), "\n".join(f"{h} ……… {n}" for n, h in enumerate(HEADINGS))):
        text = f"{TITLE}\n目\u3000录\n{listed}\n{BODY}"
        assert tree(text) == TREE
        furniture = "".join(text[s.start : s.end] for s in read_outline(text) if s.furniture)
        assert furniture.strip() == f"目\u3000录\n{listed}"


def test_what_is_not_said_again_is_no_table_of_contents() -> None:
    assert tree(f"{TITLE}\n目录\n{BODY}") == TREE
    assert tree(f"{TITLE}\n{BODY}") == TREE
