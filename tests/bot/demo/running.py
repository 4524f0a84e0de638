"""The demonstration as people run it, and a Chromium of this machine to look at it with."""

import importlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.settings import Settings
from tests.patience import PATIENCE

ROOT = Path(__file__).parent.parent.parent.parent


def chromium() -> str:
    """Where the browser is; empty where there is none."""
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return next((path for path in found if path), "")


@contextmanager
def demonstration(folder: Path, start_in: Path) -> Iterator[str]:
    """The page's address, for as long as the block runs; it must end in good order."""
    settings = {name.upper() for name in Settings.model_fields}
    kept = {name: value for name, value in os.environ.items() if name.upper() not in settings}
    words = ("-m", "bot", "demo", "--no-open", "--json", "--data-dir", str(folder))
    with subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, *words],
        cwd=start_in,
        env=kept | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as process:
        try:
            assert process.stdout
            yield str(json.loads(process.stdout.readline())["url"])
        finally:
            process.terminate()
            assert process.wait(PATIENCE) == 0


@contextmanager
def browser() -> Iterator[Any]:
    """This machine's Chromium; raises ModuleNotFoundError without Playwright."""
    playwright = importlib.import_module("playwright.sync_api")  # not on every machine
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=chromium())
        try:
            yield opened
        finally:
            opened.close()


class Talk:
    """One person's chat on the page."""

    def __init__(self, page: Any, number: int) -> None:
        self.chat = page.locator(f"#chat-{number}")
        self.line = self.chat.locator("textarea")

    def say(self, text: str) -> None:
        """Write it and press Enter."""
        self.line.fill(text)
        self.line.press("Enter")

    def heard(self, text: str) -> Any:
        """The last message of the bot's that holds a text, once it is there."""
        messages = self.chat.locator(".message:not(.mine)").filter(has_text=text)
        messages.last.wait_for()
        return messages.last

    def tap(self, label: str) -> None:
        """The last button of a label."""
        self.chat.locator(".keys button").filter(has_text=label).last.click()
