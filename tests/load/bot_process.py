"""The product as its users run it: the command line, and the bot as a process."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from tests.load.fake_telegram import FakeTelegram

ROOT = Path(__file__).parents[2]
REPORTS = ROOT / "samples" / "reports"
_LONGEST_STOP = 40.0
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")


def _environment(**settings: str) -> dict[str, str]:
    """None of the machine's settings but where programs are found."""
    inherited = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return inherited | {"PYTHONPATH": str(ROOT), "WRITER": "extractive"} | settings


def load_reports(folder: Path, *paths: Path, **settings: str) -> None:
    """Load reports, by default the samples, into a data folder; raises CalledProcessError."""
    command = [sys.executable, str(ROOT / "ingest.py"), *map(str, paths or [REPORTS])]
    environment = _environment(DATA_DIR=str(folder / "data"), **settings)
    subprocess.run(command, check=True, env=environment, cwd=folder, stdout=subprocess.DEVNULL)


def ask(folder: Path, questions: Sequence[str], **settings: str) -> list[dict[str, Any]]:
    """The answers of ``python -m bot ask --json``; raises CalledProcessError."""
    asked = subprocess.run(
        [sys.executable, "-m", "bot", "ask", "--json"],
        check=True,
        env=_environment(DATA_DIR=str(folder / "data"), **settings),
        cwd=folder,
        input="\n".join(questions),
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    return [json.loads(line) for line in asked.stdout.splitlines()]


class BotProcess:
    """``python -m bot``, which can be killed and started again on the same data folder."""

    def __init__(self, folder: Path, *words: str, **settings: str) -> None:
        self._folder = folder
        self._words = words
        self._environment = _environment(
            DATA_DIR=str(folder / "data"), RATE_PER_MINUTE="100000", **settings
        )
        self._log: TextIO = (folder / "stderr.txt").open("a", encoding="utf-8")
        self.unclean_ends = 0
        """How often it ended without being killed or told to, or not with exit code 0."""
        self.start()

    def start(self) -> None:
        """Begin, or begin again."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", *self._words],
            env=self._environment,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
        )

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def count_tracebacks(self) -> int:
        """How many tracebacks its runs wrote to stderr."""
        log = self._folder / "stderr.txt"
        return log.read_text(encoding="utf-8", errors="replace").count("Traceback (most recent")

    def kill_and_restart(self) -> None:
        """``kill -9``, and begin again."""
        self.unclean_ends += not self.is_alive
        self.kill()
        self.start()

    def kill(self) -> None:
        """``kill -9``."""
        self._process.kill()
        self._process.wait()

    def wait(self) -> None:
        """Wait until it ends by itself."""
        self._process.wait()

    def stop(self) -> None:
        """Ask it to stop; kill it if it does not."""
        if not self.is_alive:
            self.unclean_ends += 1
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self.unclean_ends += self._process.wait(_LONGEST_STOP) != 0
        except subprocess.TimeoutExpired:
            self.unclean_ends += 1
            self.kill()

    def close(self) -> None:
        """Leave nothing running."""
        self.kill()
        self._log.close()


@contextmanager
def running_bot(
    folder: Path, telegram: FakeTelegram, admins: Sequence[int]
) -> Iterator[BotProcess]:
    """The bot for as long as the block runs."""
    process = BotProcess(
        folder,
        TELEGRAM_API_BASE=telegram.url,
        TELEGRAM_BOT_TOKEN=telegram.token,
        ADMIN_IDS=",".join(map(str, admins)),
    )
    try:
        yield process
    finally:
        process.close()
