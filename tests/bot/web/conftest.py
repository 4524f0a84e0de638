from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from knowledge.library import Library
from tests.bot.web.office import PageOffice, folder_like, page_office


@pytest.fixture(scope="package", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Hash passwords in no time; only a test of the hash itself needs the whole cost."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.web.entry._hasher", PasswordHasher(1, 8, 1))
        yield


@pytest.fixture
def office(library: Library, data_dir: Path, tmp_path: Path) -> Iterator[PageOffice]:
    """A page over the invented reports."""
    assert library
    with page_office(folder_like(data_dir, tmp_path)) as running:
        yield running
