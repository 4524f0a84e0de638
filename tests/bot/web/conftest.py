from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.library import Library
from tests.bot.web.office import PageOffice, folder_like, page_office


@pytest.fixture
def office(library: Library, data_dir: Path, tmp_path: Path) -> Iterator[PageOffice]:
    """A page over the invented reports."""
    assert library
    with page_office(folder_like(data_dir, tmp_path)) as running:
        yield running
