"""``python -m tests.benchmark.trace``: which modules one question passes, and how deep it goes.

A question is asked on Telegram, of the fake server, and followed from its update to the sent
answer. Counted are the product's modules in which a function ran; imports are over by then.
"""

import asyncio
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from pydantic import SecretStr

from bot.conversation.service import ConversationService
from bot.serving import serve_opened
from bot.settings import Settings, WriterChoice
from bot.state.opening import State
from bot.telegram.app import open_telegram
from knowledge.library import Library
from knowledge.storage.builtin_embedder import BuiltinEmbedder
from knowledge.understanding.pipeline import Overrides
from tests.bot_api.driving import LoopbackDriver
from tests.bot_api.server import serving

_ROOT = Path(__file__).parents[2]
_OURS = tuple(f"{_ROOT / folder}/" for folder in ("bot", "knowledge", "prompts"))
_ADMIN = 7
_WARMING = "石桥县2023年上半年立案多少件？"
_QUESTION = "云溪县2023年上半年检查药店多少家？"


class CallTrace:
    """The calls of our own functions, in all threads."""

    def __init__(self) -> None:
        self.modules: Counter[str] = Counter()
        self.deepest: list[str] = []
        self.following = False

    def note(self, frame: FrameType, event: str, _argument: Any) -> None:
        """A profile function (``sys.setprofile``)."""
        if not self.following or event != "call" or not _is_ours(frame):
            return
        self.modules[_module_of(frame)] += 1
        stack = [f"{_module_of(each)}:{each.f_code.co_name}" for each in _own_frames(frame)]
        if len(stack) > len(self.deepest):
            self.deepest = stack

    def install(self) -> None:
        """Hear of the calls in this thread and in those that begin from now on."""
        threading.setprofile(self.note)
        sys.setprofile(self.note)


def _is_ours(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(_OURS)


def _module_of(frame: FrameType) -> str:
    path = Path(frame.f_code.co_filename).relative_to(_ROOT)
    return str(path.with_suffix("")).replace("/", ".")


def _own_frames(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        if _is_ours(frame):
            yield frame
        frame = frame.f_back


async def _trace_question(api: LoopbackDriver, folder: Path) -> CallTrace:
    settings = Settings.model_construct(
        telegram_bot_token=SecretStr(api.token),
        telegram_api_base=api.url,
        admin_ids=(f"telegram:{_ADMIN}",),
        data_dir=folder,
        writer=WriterChoice.EXTRACTIVE,
    )
    state, stopping, found = State.open(folder), asyncio.Event(), CallTrace()
    found.install()
    async with open_telegram(settings, folder, state) as app:
        service = ConversationService(settings, folder, state, [app.adapter])
        serving_bot = asyncio.create_task(serve_opened(service, [app], stopping))
        try:
            await asyncio.to_thread(_ask, api, _WARMING)
            await asyncio.sleep(2)
            found.following = True
            await asyncio.to_thread(_ask, api, _QUESTION)
            found.following = False
        finally:
            stopping.set()
            await serving_bot
            service.close()
    state.close()
    return found


def _ask(api: LoopbackDriver, question: str) -> None:
    user = api.user("甲", _ADMIN)
    said = api.user_says(user, user, question)
    api.wait_for_message(user, lambda m: "[1]" in m.text and not m.text.endswith("▍"), after=said)


def main() -> None:
    """Ask, and print the modules by package, and the deepest stack of our own functions."""
    with tempfile.TemporaryDirectory() as room, serving() as api:
        folder = Path(room)
        library = Library(folder, BuiltinEmbedder(), create=True)
        with library.loader() as loader:
            list(loader.load([_ROOT / "samples" / "reports"], Overrides()))
        library.close()
        found = asyncio.run(_trace_question(api, folder))
    packages = Counter(name.rpartition(".")[0] for name in found.modules)
    for package, count in sorted(packages.items()):
        names = (n.rpartition(".")[2] for n in sorted(found.modules) if n.startswith(package + "."))
        print(f"{package} {count}: {' '.join(names)}")
    print(f"\n{len(found.modules)} modules, {len(found.deepest)} calls deep:")
    print("\n".join(reversed(found.deepest)))


if __name__ == "__main__":
    main()
