from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.state.opening import State
from bot.state.uploads import Version
from bot.uploads.uploader import UploadFolder
from knowledge.errors import StoreUnwritable
from knowledge.library import Library
from knowledge.loading.loader import Status
from tests.knowledge.material import CountingEmbedder, report_text

FIRST, SECOND = report_text(0).encode(), report_text(8).encode()


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = State.open(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path, CountingEmbedder(), create=True)
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path, state: State) -> UploadFolder:
    return UploadFolder(tmp_path, state.uploads)


def put(folder: UploadFolder, state: State, update_id: int, data: bytes) -> Version:
    digest = folder.store("telegram:1", data)
    return state.uploads.add(
        Version(
            update_id,
            0,
            "telegram:1",
            float(update_id),
            "a.txt",
            digest,
            len(data),
            f"r{update_id}",
        )
    )


def test_what_counts_lies_there_and_is_loaded(
    folder: UploadFolder, state: State, library: Library
) -> None:
    put(folder, state, 1, FIRST)
    second = put(folder, state, 2, SECOND)
    with library.loader() as loader:
        loaded = folder.sync(loader, "telegram:1", "a.txt")
        assert loaded
        assert loaded.status is Status.ADDED
        assert folder.path("telegram:1", "a.txt").read_bytes() == SECOND
        state.uploads.withdraw([second.id], 3.0)
        loaded = folder.sync(loader, "telegram:1", "a.txt")
        assert loaded
        assert loaded.status is Status.REPLACED
    assert folder.path("telegram:1", "a.txt").read_bytes() == FIRST
    assert len(library.reports()) == 1


def test_where_nothing_counts_nothing_lies(
    folder: UploadFolder, state: State, library: Library
) -> None:
    version = put(folder, state, 1, FIRST)
    with library.loader() as loader:
        folder.sync(loader, "telegram:1", "a.txt")
        state.uploads.withdraw([version.id], 3.0)
        assert folder.sync(loader, "telegram:1", "a.txt") is None
        assert folder.sync(loader, "telegram:1", "a.txt") is None
    assert not folder.path("telegram:1", "a.txt").exists()
    assert not library.reports()


def test_what_is_told_of_a_version_is_told_to_the_library(
    folder: UploadFolder, state: State, library: Library
) -> None:
    version = put(folder, state, 1, FIRST)
    state.uploads.tell(version.id, "云溪县市场监管局", "2021年下半年")
    with library.loader() as loader:
        loaded = folder.sync(loader, "telegram:1", "a.txt")
    assert loaded
    assert (loaded.bureau, loaded.period) == ("云溪县市场监管局", "2021年下半年")


def test_a_content_stays_while_a_version_refers_to_it(folder: UploadFolder, state: State) -> None:
    version = put(folder, state, 1, FIRST)
    path = folder.path("telegram:1", ".versions") / folder.store("telegram:1", FIRST)
    state.uploads.withdraw([version.id], 3.0)
    folder.delete_unused("telegram:1", version.sha256)
    assert path.exists()
    state.uploads.delete([version.id])
    folder.delete_unused("telegram:1", version.sha256)
    assert not path.exists()


def test_what_cannot_be_written_is_said(folder: UploadFolder, tmp_path: Path) -> None:
    (tmp_path / "uploads").write_text("a file where the folder should be")
    with pytest.raises(StoreUnwritable):
        folder.store("telegram:1", FIRST)
