"""What every test runs under: no network but the loopback, none of the machine's settings."""

import fcntl
import gc
import ipaddress
import os
import socket
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import certifi
import hypothesis
import pytest
from hypothesis.configuration import set_hypothesis_home_dir

from bot.settings import Settings
from bot.state.opening import STEPS as STATE_STEPS
from knowledge.library import Library
from knowledge.loading.loader import Status
from knowledge.loading.report_reader import ReportReader
from knowledge.retrieval.search import DenseSearch
from knowledge.storage import sqlite
from knowledge.storage.builtin_embedder import BuiltinEmbedder
from knowledge.storage.database import read_steps
from knowledge.storage.fingerprint import save_fingerprint
from knowledge.storage.sqlite import SQLiteDatabase
from knowledge.understanding.pipeline import Overrides
from tests.patience import PATIENCE
from tests.postgres import PostgresServer, start_server

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
REPORTS = ROOT.parent / "shared" / "reports"

set_hypothesis_home_dir(ROOT / ".hypothesis")  # found examples outlive a test's own folder
hypothesis.settings.register_profile(  # a slow machine is no fault
    "untimed",
    deadline=None,
    max_examples=30,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("untimed")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Have one process rewrite the assertions of a new clone, which each takes ten seconds."""
    gc.disable()  # what is imported stays, and looking through it takes a quarter of the time
    try:
        if any((ROOT / "tests" / "__pycache__").glob("test_*.pyc")):
            return (yield)
        with Path(__file__).open("rb") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """Keep the collector from going through all modules and tests again, and from going often."""
    gc.freeze()
    gc.set_threshold(50_000)


class NetworkRefused(AssertionError):
    """A test reached for the network."""


def _is_loopback(address: Any) -> bool:
    if isinstance(address, (str, bytes)):  # a Unix socket's path
        return True
    host = address[0]
    if host in ("localhost", b"localhost", "", None):
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def one_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Trust one authority: each client of an endpoint loads all, which takes it 20 ms."""
    first, end, _ = certifi.contents().partition("-----END CERTIFICATE-----\n")
    path = tmp_path_factory.mktemp("authority") / "one.pem"
    path.write_text(first + end, encoding="utf-8")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SSL_CERT_FILE", str(path))
        yield


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """Refuse every connection and every name but those of this machine itself."""
    connect, connect_ex, look_up = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def checked(address: Any) -> Any:
        if not _is_loopback(address):
            message = f"a test reached for {address!r}"
            raise NetworkRefused(message)
        return address

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", lambda self, a: connect(self, checked(a)))
        patch.setattr(socket.socket, "connect_ex", lambda self, a: connect_ex(self, checked(a)))
        patch.setattr(
            socket, "getaddrinfo", lambda host, *a, **k: look_up(checked((host,))[0], *a, **k)
        )
        yield


@pytest.fixture(scope="session", autouse=True)
def own_settings() -> Iterator[None]:
    """None of the machine's variables reaches a test."""
    settings = {name.upper() for name in Settings.model_fields}
    with pytest.MonkeyPatch.context() as environment:
        for name in list(os.environ):
            if name.upper() in settings or name.lower().endswith("_proxy"):
                environment.delenv(name)
        yield


@pytest.fixture(scope="session")
def empty_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where tests start that want no folder of their own, and leave nothing."""
    return tmp_path_factory.mktemp("empty")


@pytest.fixture(autouse=True)
def own_folder(request: pytest.FixtureRequest, empty_folder: Path) -> Iterator[None]:
    """Start each test where no ``.env`` lies: in its own folder if it has one."""
    has_own = "tmp_path" in request.fixturenames
    os.chdir(request.getfixturevalue("tmp_path") if has_own else empty_folder)
    yield
    assert has_own or not any(empty_folder.iterdir()), "ask for tmp_path to write files"


@pytest.fixture(scope="session", autouse=True)
def patient_store() -> Iterator[None]:
    """Who writes a store, or serves its index, is waited for, however busy the machine is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("knowledge.library._LOCK_SECONDS", PATIENCE)
        patch.setattr("knowledge.storage.chroma_index._CONNECT_SECONDS", PATIENCE)
        patch.setattr("knowledge.storage.postgres._WAIT_SECONDS", PATIENCE)
        patch.setattr("knowledge.storage.postgres._WAIT_IN_LOOP_SECONDS", PATIENCE)
        patch.setitem(sqlite._OPTIONS, "timeout", PATIENCE)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_stores() -> Iterator[None]:
    """Copy a new state's tables, and wait for no disk, as the machine outlives its tests."""
    migrate = SQLiteDatabase.migrate
    state_steps = read_steps(STATE_STEPS, SQLiteDatabase.dialect)
    new_state = SQLiteDatabase.in_memory(Path("new"))
    migrate(new_state, state_steps)

    def migrate_at_once(database: SQLiteDatabase, steps: Sequence[str]) -> None:
        if steps == state_steps and database.is_empty():
            new_state._connection.backup(database._connection)
        migrate(database, steps)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLiteDatabase, "migrate", migrate_at_once)
        patch.setattr(sqlite, "_AT_EACH_COMMIT", "OFF")
        patch.setattr(sqlite, "_AT_CHECKPOINTS", "OFF")
        yield
    new_state.close()


UPDATE_INDEX = DenseSearch.update_index
"""As the product has it."""


@contextmanager
def without_vector_index() -> Iterator[None]:
    """Make no vector index of what is loaded, and say that it is intact.

    Chroma takes 50 ms to make one that no search of so few passages uses.
    """

    def pass_as_indexed(search: DenseSearch) -> None:
        search._folder.mkdir(exist_ok=True)
        save_fingerprint(search._folder, search._store.generation)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DenseSearch, "update_index", pass_as_indexed)
        yield


def loaded_library(data_dir: Path, *paths: Path, database_url: str = "") -> Library:
    """A library of some files, read with the built-in embedder; the caller closes it."""
    library = Library(data_dir, BuiltinEmbedder(), database_url=database_url, create=True)
    with without_vector_index(), library.loader() as loader:
        results = loader.load(paths, Overrides())
        failed = [line for line in results if line.status is Status.FAILED]
    assert not failed
    return library


@pytest.fixture(scope="session")
def sample_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The project's sample reports; shared, so not to be written to."""
    library = loaded_library(tmp_path_factory.mktemp("samples"), SAMPLES / "reports")
    yield library
    library.close()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A PostgreSQL server of this process; a test that stops it starts it again."""
    server = start_server(tmp_path_factory.getbasetemp().parent)
    yield server
    server.discard()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """The address of an empty database; tables that a test before made may be there."""
    postgres_server.empty()
    return postgres_server.url()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """``DATABASE_URL`` for each place where data is kept."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def reads_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in this process: one of their own costs each test a third of a second."""
    monkeypatch.setattr("bot.assistant.data_folder.GuardedReader", lambda *_, **__: ReportReader())


@pytest.fixture(scope="session")
def reports_dir() -> Path:
    """The five real reports, which lie beside the project and are no part of it."""
    if not REPORTS.is_dir():
        reason = f"no real reports at {REPORTS}"
        print(reason)  # noqa: T201 - so that a run's log tells what it left out
        pytest.skip(reason)
    return REPORTS
