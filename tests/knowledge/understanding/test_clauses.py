from pathlib import Path

import pytest

from knowledge.errors import DataFileError
from knowledge.understanding.figures import clause_words, find_figures
from knowledge.understanding.mentions import unit_words


@pytest.mark.parametrize(
    ("sentence", "counted"),
    [
        ("全年共检查书店86家。", ["书店"]),
        ("2023年及格率达到91.4%。", ["及格率"]),
        ("为群众挽回损失3万元。", ["损失"]),
        ("约谈2家物业公司、3家影院负责人。", ["物业公司", "影院负责人"]),
        ("检查书店8家、影院9家。", ["书店", "影院"]),
        ("走访商户（含流动摊贩）30户。", ["商户"]),
        ("下发《整改意见书》6份。", ["《整改意见书》"]),
        ("立案4起。", ["立案"]),
        ("共受理物业、停车、广告等各类纠纷9件。", ["纠纷"]),
        ("书店数量较2022年增长5%。", ["书店数量增长"]),
        ("对7家涉嫌违规的书店进行回访。", ["涉嫌违规的书店"]),
        ("抽检12批次，其中合格11批次。", ["抽检", "合格"]),
        ("办理时限由30天压减为12天。", ["办理时限", "办理时限"]),
        ("红榜由12家增加到19家。", ["红榜", "红榜"]),
        ("书店、影院达标率分别为90%、80%。", ["", ""]),
        ("抽查任务5个，检测机构6家。", ["抽查任务", "检测机构"]),
    ],
)
def test_what_is_counted_is_read_from_the_clause(sentence: str, counted: list[str]) -> None:
    assert [f.counted for f in find_figures(sentence)] == counted


def test_a_date_clause_governs_its_sentence_up_to_the_next() -> None:
    text = (
        "前期3家。截至11月23日，办结4件，剩5件；截止目前，又办6件。另有7件。\n"
        "截至2023年５月底，8家。"
    )
    assert [f.as_of for f in find_figures(text)] == [
        None,
        "截至11月23日",
        "截至11月23日",
        "截止目前",
        None,
        "截至2023年５月底",
    ]


def test_a_data_file_that_does_not_fit_is_told_by_name(tmp_path: Path) -> None:
    damaged = tmp_path / "words.toml"
    damaged.write_text("[units]\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"words\.toml"):
        unit_words(path=damaged)
    with pytest.raises(DataFileError, match=r"words\.toml"):
        clause_words(path=damaged)
