import pytest

from knowledge.retrieval.bureau_names import fold_masks, parts_of


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("清河县市场监管局", ("清河县", "")),
        ("清河县市场监督管理局", ("清河县", "")),
        ("白沙市市场监管局*局", ("白沙市", "*局")),
        ("***县市场监管局", ("*县", "")),
        ("清河县局", ("清河县", "")),
    ],
)
def test_a_name_is_a_place_and_a_branch(name: str, parts: tuple[str, str]) -> None:
    assert parts_of(name) == parts


def test_masks_of_any_length_and_form_are_one() -> None:
    assert (
        fold_masks("**县")
        == fold_masks("*县")
        == fold_masks("＊＊县")
        == fold_masks("××县")
        == "*县"
    )
