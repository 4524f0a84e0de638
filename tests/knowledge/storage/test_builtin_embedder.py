import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.storage.builtin_embedder import DIMENSION, BuiltinEmbedder

ROOT = Path(__file__).parent.parent.parent.parent
TEXT = "全年检查药店86家，合格率98.6%。"
IN_ANOTHER_PROCESS = (
    "import sys; from knowledge.storage.builtin_embedder import BuiltinEmbedder;"
    f"sys.stdout.buffer.write(BuiltinEmbedder().embed(['{TEXT}']).tobytes())"
)

EMBEDDER = BuiltinEmbedder()


@given(st.lists(st.text(), max_size=4))
def test_each_text_gets_a_unit_vector(texts: list[str]) -> None:
    vectors = EMBEDDER.embed(texts)
    assert vectors.shape == (len(texts), DIMENSION)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("text", ["", " \n", "*＊，。"])
def test_a_text_without_a_term_gets_a_fixed_vector(text: str) -> None:
    assert np.array_equal(EMBEDDER.embed([text]), EMBEDDER.embed([""]))


def test_a_text_has_the_same_vector_alone_and_in_company() -> None:
    alone, company = EMBEDDER.embed([TEXT]), EMBEDDER.embed(["别的话", TEXT])
    assert np.array_equal(alone[0], company[1])


@pytest.mark.parametrize("seed", ["1", "2"])
def test_every_process_makes_the_same_vectors(seed: str) -> None:
    made = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", IN_ANOTHER_PROCESS],
        cwd=ROOT,
        env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    assert made.stdout == EMBEDDER.embed([TEXT]).tobytes()


def test_texts_of_like_words_are_nearer_than_others() -> None:
    question, like, other = EMBEDDER.embed(["检查药店多少家", "检查零售药店86家", "组织党员学习"])
    assert question @ like > question @ other


def test_the_name_tells_the_dimension() -> None:
    assert EMBEDDER.name.endswith(str(DIMENSION))
