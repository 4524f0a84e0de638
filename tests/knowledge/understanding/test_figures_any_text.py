from decimal import Decimal

import cn2an  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.understanding.figures import find_figures
from tests.knowledge.understanding.test_figures import only

# A busy machine is no failure, and the first reading compiles the data files.
untimed = settings(deadline=None)

_WIDE = str.maketrans("0123456789,.%", "０１２３４５６７８９，．％")


@untimed
@given(
    number=st.decimals(0, 10**9, places=2).filter(lambda n: n > 0),
    form=st.sampled_from(["{:f}", "{:,f}"]),
    suffix=st.sampled_from(
        [("%", 1, "%"), ("元", 1, "元"), ("千克", 1, "千克"), ("万", 10**4, ""),
         ("万元", 10**4, "元"), ("万人次", 10**4, "人次"), ("百万元", 10**6, "元"),
         ("亿元", 10**8, "元")],
    ),
    wide=st.booleans(),
)  # fmt: skip
def test_a_formatted_amount_is_read_back(
    number: Decimal, form: str, suffix: tuple[str, int, str], *, wide: bool
) -> None:
    written, factor, unit = suffix
    text = form.format(number) + written
    figure = only(f"总量达{text.translate(_WIDE) if wide else text}。")
    assert (figure.value, figure.unit, figure.masked) == (number * factor, unit, False)


@untimed
@given(number=st.integers(2, 10**8), unit=st.sampled_from(["家", "起", "批次", "吨"]))
def test_a_number_in_words_is_read_back(number: int, unit: str) -> None:
    figure = only(f"登记{cn2an.an2cn(number)}{unit}。")
    assert figure.value == number
    assert figure.unit == unit


@untimed
@given(stars=st.integers(1, 40), between=st.sampled_from(["", "余", "万", "万余", "多"]))
def test_masks_of_any_length_have_no_worth(stars: int, between: str) -> None:
    figure = only(f"登记{'*' * stars}{between}户。")
    assert figure.masked
    assert figure.value is None


_ALPHABET = st.sampled_from(
    "0123456789０９*＊.,，．、%％+-—~至到/·:：（）()[]《》“”\n \u3000A"
    "一二两三十百千万亿零〇点分之成几余多近超约上第前家户个台套元人次天日月年号类截至底检查"
)


@untimed
@given(st.text(alphabet=_ALPHABET, max_size=60) | st.text(max_size=40))
def test_any_text_gives_exact_ordered_spans_and_a_worth_unless_masked(text: str) -> None:
    position = 0
    for figure in find_figures(text):
        assert position <= figure.start < figure.end
        assert figure.text == text[figure.start : figure.end]
        assert figure.masked == (figure.value is None)
        assert figure.counted in text or figure.counted[:-2] in text
        assert figure.as_of is None or figure.as_of in text
        position = figure.end


@pytest.mark.parametrize(
    "piece",
    ["*", "1", "1,", "1.", "1、", "1-", "十", "三万", "1万", "A-", "“", "《", "(", " ", "近",
     "截至1月", "一分之", "1/2", "\n", "检查书店86家，合格率为91.4%。"],
)  # fmt: skip
def test_a_long_run_of_one_piece_is_read_to_its_end(piece: str) -> None:
    """What takes time with the square of the length would not end here."""
    ended = "。检查书店86家。"
    text = (piece * 30_000)[:30_000] + ended
    assert "86家" in find_figures(text)[-1].text
