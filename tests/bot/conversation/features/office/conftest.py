"""Services with a library and a state of their own, and people who use them."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.assistant.assistant import Assistant
from bot.conversation.access import Access
from bot.conversation.context import Attachment, Live, Request, RequestContext, Services
from bot.conversation.dispatcher import dispatch
from bot.conversation.messages import BUTTON_BYTES, ButtonPress, Outcome, Reply, Update
from bot.conversation.queues import QueuedUpdate
from bot.conversation.routes import ROUTES
from bot.settings import Settings
from bot.state.delivery import InboxItem
from bot.state.opening import State
from bot.state.people import Role
from bot.telegram.rendering import render_html
from knowledge.library import Library
from knowledge.storage.builtin_embedder import BuiltinEmbedder
from tests.conftest import loaded_library

ADMIN, EDITOR, READER, STRANGER = (f"telegram:{n}" for n in (900, 800, 700, 600))
ROLES = {ADMIN: Role.ADMIN, EDITOR: Role.EDITOR, READER: Role.READER, STRANGER: Role.STRANGER}
NAMES = {ADMIN: "周主任", EDITOR: "小林", READER: "小陈", STRANGER: "新同事"}
NOON = 1_700_000_000.0


@dataclass
class Office:
    """What features work with, and the people who use them: each context is a new update."""

    services: Services
    folder: Path
    updates: int = 100
    progress: list[tuple[int, int]] = field(default_factory=list)

    @property
    def library(self) -> Library:
        return self.services.library

    @property
    def state(self) -> State:
        return self.services.state

    def context(self, user_id: str, **changes: object) -> RequestContext:
        self.updates += 1
        person = self.state.people.find(user_id)
        role = person.role if person else ROLES.get(user_id, Role.STRANGER)
        request = Request(
            update_id=self.updates, chat_id=user_id, user_id=user_id,
            user_name=NAMES.get(user_id, ""), role=role, private=True,
            message_id="telegram:1", now=NOON,
            show=lambda _text: None, progress=lambda done, of: self.progress.append((done, of)),
        )  # fmt: skip
        context = RequestContext.of(request, self.services)
        return replace(context, **changes)  # type: ignore[arg-type]

    def upload(self, name: str, data: bytes | str) -> Attachment:
        path = self.folder / "incoming"
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return Attachment(name, path.stat().st_size, path)

    def actions(self) -> list[str]:
        return [entry.action for entry in reversed(self.state.audit.latest(100))]

    def held(self) -> dict[str, tuple[str, str]]:
        """The library's reports: bureau and period by the file's name."""
        return {
            Path(e.file).name: (
                e.identity.bureau.name if e.identity.bureau else "",
                str(e.identity.period or ""),
            )
            for e in self.library.reports()
        }

    def files(self) -> list[str]:
        """What lies in the open among the uploads."""
        root = self.services.data_dir / "uploads"
        found = (p.relative_to(root) for p in root.rglob("*") if p.is_file())
        return sorted(str(p) for p in found if not any(n.startswith(".") for n in p.parts))

    def contents(self) -> int:
        """How many contents are put away."""
        root = self.services.data_dir / "uploads"
        return sum(p.is_file() for p in root.rglob(".versions/*"))


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory, reports_folder: Path) -> Path:
    """A data folder with the invented reports, to be copied."""
    data_dir = tmp_path_factory.mktemp("stored")
    loaded_library(data_dir, reports_folder).close()
    return data_dir


@pytest.fixture
def make_office(tmp_path: Path) -> Iterator[Callable[[Path], Office]]:
    closing: list[Library | State] = []

    def make(data_dir: Path) -> Office:
        settings = Settings(data_dir=tmp_path / "settings", admin_ids=(ADMIN,))
        library = Library(data_dir, BuiltinEmbedder(), create=True)
        state = State.open(data_dir)
        closing.extend((library, state))
        services = Services(
            settings=settings, data_dir=data_dir, library=library, assistant=Assistant(library),
            condenser=None, polisher=None, state=state,
            access=Access(state.people, settings.admin_ids, state.restrictions),
            live=lambda: Live(started_at=NOON),
        )  # fmt: skip
        return Office(services, tmp_path)

    yield make
    for each in closing:
        each.close()


@pytest.fixture
def office(tmp_path: Path, stored: Path, make_office: Callable[[Path], Office]) -> Office:
    """Services over the invented reports."""
    shutil.copytree(stored, tmp_path / "data")
    return make_office(tmp_path / "data")


@pytest.fixture
def empty_office(tmp_path: Path, make_office: Callable[[Path], Office]) -> Office:
    """Services over nothing."""
    return make_office(tmp_path / "data")


def press(context: RequestContext, data: str) -> Outcome:
    """A button of those for people, as far as its presser may."""
    button = ButtonPress("1", f"u:{data}", context.message_id)
    update = Update("1", context.chat_id, context.user_id, context.user_name, button)
    item = InboxItem("telegram", "1", context.chat_id, "{}")
    work = dispatch(ROUTES, QueuedUpdate(item, update), update, context.role)
    return work.route.run(context, work.words) if work.route else work.outcome


def text_of(said: Outcome | Reply | None) -> str:
    """All the words of what is said."""
    if said is None:
        return ""
    if isinstance(said, Reply):
        return "\n\n".join(map(render_html, said.blocks))
    replies = [*said.replies, *([said.page] if said.page else [])]
    return "\n\n".join(text_of(reply) for reply in replies)


def buttons_of(said: Outcome | Reply | None) -> dict[str, str]:
    """The buttons' data by their labels; each fits a button."""
    if said is None:
        return {}
    if isinstance(said, Outcome):
        replies = [*said.replies, *([said.page] if said.page else [])]
        return {label: data for reply in replies for label, data in buttons_of(reply).items()}
    buttons = [button for row in said.rows for button in row]
    assert all(0 < len(b.data.encode()) <= BUTTON_BYTES and b.label for b in buttons)
    return {button.label: button.data for button in buttons}


def data_of(said: Outcome | Reply | None, label: str) -> str:
    """A button's data by its label, less the prefix of its route."""
    return buttons_of(said)[label].partition(":")[2]
