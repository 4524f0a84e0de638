from collections.abc import Iterator

import pytest

from tests.conftest import without_vector_index


@pytest.fixture(autouse=True)
def no_vector_index() -> Iterator[None]:
    """What is loaded is not searched here."""
    with without_vector_index():
        yield
