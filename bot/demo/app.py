"""The demonstration: the page, the people in it, and the conversation core behind it."""

import asyncio
import time
import webbrowser
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path
from threading import Thread

from bot.assistant.data_folder import open_library
from bot.assistant.opening import open_assistant
from bot.assistant.tracing import trace, trace_record
from bot.conversation.access import Access, allows
from bot.conversation.service import (
    ConversationService,
    check_setup,
    hold_folder,
    stop_event,
)
from bot.demo.chats import PageChats, app_id
from bot.demo.scene import Json, Scene
from bot.demo.server import TraceOf, serve_page
from bot.demo.words import phrase, players
from bot.errors import AlreadyShown, NotForShow
from bot.settings import Settings
from bot.speech import print_notice, progress_line
from bot.state.opening import FILE, State
from bot.state.people import Role
from knowledge.errors import StoreBusy
from knowledge.library import Library
from knowledge.storage.database import write_lock
from knowledge.understanding.pipeline import Overrides

SAMPLES = Path(__file__).parent.parent.parent / "samples" / "reports"
_FOLDER = "demo"
_NOTE = "demonstration"
_RUNNING = "running"


def demonstrate(
    settings: Settings, data_dir: Path | None, *, port: int, ready: Callable[[str], None]
) -> None:
    """Serve the page until a signal says to stop; ``ready`` gets the address.

    Raises AlreadyShown, AlreadyRunning, NotForShow, PortTaken, and what opening the store and the
    writers raises.
    """
    folder = data_dir or settings.data_dir / _FOLDER
    with ExitStack() as stack:
        stack.enter_context(_lock_folder(folder))
        _load_samples(settings, folder)
        state = stack.enter_context(closing(new_state(folder)))
        stack.enter_context(hold_folder(folder))
        settings = settings_for(settings, folder)
        check_setup(settings, folder)
        worker = stack.enter_context(ThreadPoolExecutor(1, "demo-trace"))
        tracing = stack.enter_context(_open_tracing(settings, folder, worker))
        access, chats = access_to(state), PageChats(players())
        scene = Scene(chats, players(), lambda number: access.role_of(app_id(number)))
        url = stack.enter_context(serve_page(scene, tracing, worker, port))
        stack.enter_context(_watch_for_answer(scene, lambda: ready(url)))
        print_notice(phrase("terminal.starting"))
        service = stack.enter_context(
            closing(ConversationService(settings, folder, state, [chats]))
        )
        asyncio.run(_serve(service))


async def _serve(service: ConversationService) -> None:
    await service.serve(stop_event())


def settings_for(settings: Settings, folder: Path) -> Settings:
    """The same settings for the players of the page alone."""
    return settings.model_copy(update={"admin_ids": _admins(), "data_dir": folder})


def ready_line(url: str) -> str:
    """What the terminal says once the page can be opened."""
    return phrase("terminal.ready", url=url)


def open_browser(url: str) -> None:
    """Show the page, where there is a browser; a browser in the terminal blocks only a thread."""
    Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def access_to(state: State) -> Access:
    """What the players may."""
    return Access(state.people, _admins())


def _admins() -> tuple[str, ...]:
    """The players whom the settings make administrators."""
    return tuple(app_id(p.number) for p in players() if p.role is Role.ADMIN)


def new_state(folder: Path) -> State:
    """A state that holds only the players' roles; that of the last demonstration is removed.

    The page numbers what people do anew: the core would take it for what it has handled.
    Raises NotForShow where the folder holds a real bot's state.
    """
    if (folder / FILE).exists():
        with closing(State.open(folder)) as former:
            if not former.notes.read(_NOTE):
                raise NotForShow(path=folder)
        for path in folder.glob(f"{FILE}*"):
            path.unlink()
    state = State.open(folder)
    state.notes.write(_NOTE, _NOTE)
    for player in players():
        if player.role in (Role.READER, Role.EDITOR):
            state.people.give(app_id(player.number), player.name, player.role, time.time())
    return state


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


@contextmanager
def _open_tracing(
    settings: Settings, folder: Path, worker: ThreadPoolExecutor
) -> Iterator[TraceOf]:
    """A function that traces; the worker's one thread opens its library at the first call."""
    stack = ExitStack()

    @cache
    def library() -> Library:
        opened = open_library(settings, folder, progress_line("ingest.indexing"))
        return stack.enter_context(closing(opened))

    def trace_question(question: str, history: tuple[str, ...]) -> Json:
        assistant = open_assistant(settings, library())
        return trace_record(trace(library(), assistant, question, history))

    try:
        yield trace_question
    finally:
        worker.submit(stack.close).result()


@contextmanager
def _watch_for_answer(scene: Scene, ready: Callable[[], None]) -> Iterator[None]:
    """Everybody who may says ``/start``; ``ready`` is called once the bot has answered one."""
    users = [p.number for p in scene.players if allows(scene.role_of(p.number), Role.READER)]
    for user in users:
        scene.chats.say(user, "/start")
    announcing: list[Thread] = []

    def look() -> None:
        if not announcing and any(not m.mine for user in users for m in scene.chats.history(user)):
            announcing.append(Thread(target=ready, name="demo-ready"))  # as a lock is held here
            announcing[0].start()

    try:
        with scene.chats.watch(look):
            yield
    finally:
        for thread in announcing:
            thread.join()
