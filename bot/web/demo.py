"""The demonstration: the page with the sample reports and three people, nothing to set up."""

import secrets
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, closing, contextmanager
from functools import cache, partial
from pathlib import Path
from threading import Thread

from bot.assistant.data_folder import open_library
from bot.conversation.access import allows
from bot.errors import AlreadyShown, NotForShow
from bot.serving import serve_apps
from bot.settings import Settings
from bot.speech import print_notice, progress_line
from bot.state.accounts import Account
from bot.state.opening import FILE, State
from bot.state.people import Role
from bot.web.adapter import person_id
from bot.web.app import WebPage, open_page
from bot.web.entry import NO_PASSWORD
from bot.web.services import Player
from bot.web.words import phrase
from knowledge.errors import StoreBusy
from knowledge.storage.sqlite import write_lock
from knowledge.understanding.pipeline import Overrides
from knowledge.vocabulary import Vocabulary, load_vocabulary

SAMPLES = Path(__file__).parent.parent.parent / "samples" / "reports"
_FILE = Path(__file__).parent.parent / "data" / "demo.toml"
_FOLDER = "demo"
_NOTE = "demonstration"
_RUNNING = "running"


class _Person(Vocabulary):
    name: str
    role: Role


class DemoWords(Vocabulary):
    """The people of the demonstration."""

    person: tuple[_Person, ...]


demo_words = cache(partial(load_vocabulary, DemoWords, path=_FILE))


def demonstrate(
    settings: Settings, data_dir: Path | None, *, port: int, ready: Callable[[str], None]
) -> None:
    """Serve the page until a signal says to stop; ``ready`` gets its address.

    Raises AlreadyShown, AlreadyRunning, NotForShow, ListenFailed, and what opening the store and
    the writers raises.
    """
    folder = data_dir or settings.data_dir / _FOLDER
    settings = settings.model_copy(
        update={
            "admin_ids": (),
            "data_dir": folder,
            "database_url": None,
            "web_listen": f"127.0.0.1:{port}",
            "web_url": "",
        }
    )
    token = secrets.token_urlsafe(18)

    def open_demo(
        settings: Settings, folder: Path, state: State
    ) -> AbstractAsyncContextManager[WebPage]:
        return open_page(settings, folder, state, [Player(p, token) for p in people_of(state)])

    with ExitStack() as stack:
        stack.enter_context(_lock_folder(folder))
        _load_samples(settings, folder)
        with closing(open_state(folder)):
            print_notice(phrase("terminal.starting"))
        serve_apps(settings, folder, [open_demo], ready)


def ready_line(url: str) -> str:
    """What the terminal says once the page can be opened."""
    return phrase("terminal.demo", url=url)


def open_browser(url: str) -> None:
    """Show the page, where there is a browser; a browser in the terminal blocks only a thread."""
    Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def open_state(folder: Path) -> State:
    """The demonstration's state; raises NotForShow where the folder holds a real bot's."""
    is_new = not (folder / FILE).exists()
    state = State.open(folder)
    if not is_new and not state.notes.read(_NOTE):
        state.close()
        raise NotForShow(path=folder)
    state.notes.write(_NOTE, _NOTE)
    return state


def people_of(state: State) -> list[Account]:
    """The people of the demonstration, made with their first roles where they are not there yet."""
    people = []
    for person in demo_words().person:
        account = state.accounts.find_named(person.name)
        if account is None:
            account = state.accounts.add(person.name, NO_PASSWORD, time.time())
            if account and allows(person.role, Role.READER):
                state.people.give(person_id(account.id), person.name, person.role, time.time())
        if account:
            people.append(account)
    return people


@contextmanager
def _lock_folder(folder: Path) -> Iterator[None]:
    """Hold a folder's lock; raises AlreadyShown where another demonstration has it."""
    with ExitStack() as stack:
        try:
            stack.enter_context(write_lock(folder / _RUNNING))
        except StoreBusy as error:
            raise AlreadyShown(path=folder) from error
        yield


def _load_samples(settings: Settings, folder: Path) -> None:
    """Load the samples where the folder holds no reports yet."""
    library = open_library(settings, folder, progress_line("ingest.indexing"), create=True)
    with closing(library):
        if library.reports():
            return
        files = sorted(path for path in SAMPLES.iterdir() if path.is_file())
        with library.loader() as loader:
            for done, path in enumerate(files, 1):
                file = path.name
                print_notice(phrase("terminal.loading", done=done, of=len(files), file=file))
                for loaded in loader.load([path], Overrides()):
                    if loaded.error:
                        print_notice(phrase("terminal.not_loaded", file=file, error=loaded.error))
