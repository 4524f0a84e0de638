"""The page as people run it, and a Chromium of this machine to look at it with."""

import importlib
import os
import re
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
ADMIN, READER, STRANGER = 1, 2, 3
"""The people of the demonstration, as its addresses number them."""
_UNLIMITED = "10000"  # a quick machine asks all that one person asks here within a minute
_ADDRESS = re.compile(r"http://[^\s\"]+")


def chromium() -> str:
    """Where the browser is; empty where there is none."""
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return next((path for path in found if path), "")


def demonstration(folder: Path, start_in: Path) -> Any:
    """The address of the demonstration, as its first person, for as long as the block runs."""
    words = ("demo", "--no-open", "--json", "--data-dir", str(folder), "--port", "0")
    return _running(words, start_in, {})


def office_page(folder: Path, start_in: Path, port: int) -> Any:
    """The address at which the first administrator of an office makes an account."""
    return _running(
        ("web", "--data-dir", str(folder)), start_in, {"WEB_LISTEN": f"127.0.0.1:{port}"}
    )


@contextmanager
def _running(words: tuple[str, ...], start_in: Path, more: dict[str, str]) -> Iterator[str]:
    """The first address that a command tells; it must end in good order."""
    settings = {name.upper() for name in Settings.model_fields}
    kept = {name: value for name, value in os.environ.items() if name.upper() not in settings}
    with subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-m", "bot", *words],
        cwd=start_in,
        env=kept | {"PYTHONPATH": str(ROOT), "RATE_PER_MINUTE": _UNLIMITED} | more,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as process:
        try:
            assert process.stdout
            told = (_ADDRESS.search(line) for line in process.stdout)
            yield next(found[0] for found in told if found)
        finally:
            process.terminate()
            assert process.wait(PATIENCE) == 0


@contextmanager
def browser() -> Iterator[Any]:
    """This machine's Chromium; raises ModuleNotFoundError without Playwright."""
    playwright = importlib.import_module("playwright.sync_api")  # not on every machine
    with playwright.sync_playwright() as started:
        # a container's user is often root, whose browser knows no sandbox
        flags = ["--no-sandbox"] if os.getuid() == 0 else []
        opened = started.chromium.launch(executable_path=chromium(), args=flags)
        try:
            yield opened
        finally:
            opened.close()


class Visit:
    """What somebody does on the page, and what they see of it."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.line = page.locator("#line")

    def become(self, url: str, person: int) -> None:
        """Open the demonstration as one of its people."""
        self.page.goto(f"{url.rsplit('/', 1)[0]}/{person}")
        self.page.locator(".opening h2").wait_for()

    def say(self, text: str) -> None:
        """Write it and press Enter."""
        self.line.fill(text)
        self.line.press("Enter")

    def heard(self, text: str) -> Any:
        """The last message of the assistant's that holds a text, once it is there."""
        messages = self.page.locator(".message.theirs").filter(has_text=text)
        messages.last.wait_for()
        return messages.last

    def press(self, label: str) -> None:
        """The last button of a label under a message."""
        self.page.locator(".message .key, .message .act").filter(has_text=label).last.click()

    def choose(self, opener: str, label: str) -> None:
        """An entry of the menu that a button opens."""
        self.page.locator(opener).click()
        self.page.get_by_role("menuitem", name=label).click()

    def toast(self, text: str) -> None:
        """Wait until something is told above the line."""
        self.page.locator(".toast").filter(has_text=text).wait_for()
