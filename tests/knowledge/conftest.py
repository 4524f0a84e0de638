"""What several modules' tests begin with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.library import Library
from tests.knowledge.material import CountingEmbedder


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """One that holds nothing yet, in a folder of its own."""
    made = Library(tmp_path / "data", CountingEmbedder(), create=True)
    yield made
    made.close()
