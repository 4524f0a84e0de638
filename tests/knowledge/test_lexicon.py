import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from knowledge.lexicon import is_chinese, normalise, tokens_of


def test_full_width_forms_and_capitals_are_folded() -> None:
    assert normalise("ＡＢｃ１２３．５％（一）") == "abc123.5%(一)"


# the wide forms and what stands beside them in reports, and a mark that joins the letter before it
@given(
    st.text(st.characters(min_codepoint=0xFF01, max_codepoint=0xFF5E)) | st.text("aB1％药《·\u0301")
)
def test_texts_are_folded_as_unicode_says(text: str) -> None:
    assert normalise(text) == unicodedata.normalize("NFKC", text).lower()


def test_chinese_is_cut_into_characters_and_pairs() -> None:
    assert tokens_of("检查药店") == ("检", "查", "药", "店", "检查", "查药", "药店")


def test_words_and_numbers_stay_whole() -> None:
    assert tokens_of("OTC药12315件98.6%") == ("otc", "药", "12315", "件", "98.6")


def test_the_width_of_digits_makes_no_difference() -> None:
    assert tokens_of("检查１２家") == tokens_of("检查12家")


def test_no_pair_reaches_over_a_break() -> None:
    assert "店检" not in tokens_of("药店，检查")
    assert "店检" not in tokens_of("药店*检查")


def test_punctuation_and_masks_are_no_terms() -> None:
    assert tokens_of("*＊，。（）\n！") == ()


# letters and digits around what is left unfolded, and what is always folded
@given(st.text("aB1２.．，、。·…％“（—\u3000药店"))
def test_the_usual_punctuation_need_not_be_folded(text: str) -> None:
    assert tokens_of(text) == tokens_of(normalise(text))


@given(st.text())
def test_any_text_can_be_cut(text: str) -> None:
    tokens = tokens_of(text)
    folded = normalise(text)
    assert all(token in folded for token in tokens)
    assert all(len(token) <= 2 for token in tokens if is_chinese(token))
    assert all(not token.isspace() and '"' not in token for token in tokens)
