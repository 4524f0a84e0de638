from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.state.opening import State


@pytest.fixture
def state(tmp_path: Path, database_url: str) -> Iterator[State]:
    """A state of its own."""
    opened = State.open(tmp_path, database_url)
    yield opened
    opened.close()
