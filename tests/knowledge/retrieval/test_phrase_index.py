from hypothesis import given
from hypothesis import strategies as st

from knowledge.retrieval.bureau_names import PhraseIndex


@given(st.lists(st.text("清河县云")), st.text("清河县云溪"), st.integers(1, 3))
def test_just_the_phrases_that_stand_in_a_text_are_found(
    phrases: list[str], text: str, length: int
) -> None:
    found = PhraseIndex(phrases, length).find(text)
    assert len(found) == len(set(found))
    assert set(found) == {p for p in phrases if len(p) >= length and p in text}
    assert found == sorted(found, key=text.index)
