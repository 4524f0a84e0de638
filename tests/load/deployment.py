"""Several processes over one PostgreSQL and, if wanted, one Chroma server, all of which can go."""

import json
import time
import urllib.request
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from tests.benchmark.reports import write_reports
from tests.chroma import ChromaServer
from tests.load.bot_process import REPORTS, BotProcess, load_reports
from tests.load.fake_telegram import FakeTelegram
from tests.patience import free_port
from tests.postgres import PostgresServer, find_programs

_TICK = 0.05
_LONGEST_START = 120.0
_GENERATED = range(16 * 160, 16 * 160 + 520)
"""Reports of places of other names than those of the samples; 10,500 passages."""


class HealthyProcess(BotProcess):
    """A process of the bot whose state of health can be asked."""

    def __init__(self, folder: Path, *words: str, **settings: str) -> None:
        self._listens_at = f"127.0.0.1:{free_port()}"
        super().__init__(folder, *words, HEALTH_LISTEN=self._listens_at, **settings)

    def health(self) -> dict[str, Any]:
        """What it says of itself; nothing while it starts or stands by."""
        try:
            with urllib.request.urlopen(f"http://{self._listens_at}/health", timeout=2) as told:
                return dict(json.load(told))
        except OSError:
            return {}


class Deployment:
    """A process that receives, ``stand_bys`` more, and workers beside them."""

    def __init__(  # noqa: PLR0913 - all that it is made of
        self,
        stack: ExitStack,
        folder: Path,
        telegram: FakeTelegram,
        staff: Sequence[int],
        *,
        workers: int,
        stand_bys: int = 0,
        with_chroma: bool = False,
    ) -> None:
        programs = find_programs()
        if programs is None:
            raise SystemExit("no PostgreSQL here")
        folder.chmod(0o755)  # the server may run as somebody else
        self._postgres = PostgresServer(programs, folder)
        stack.callback(self._postgres.discard)
        self.settings = {"DATABASE_URL": self._postgres.url()}
        if with_chroma:
            self._chroma = ChromaServer(folder / "chroma-server")
            stack.callback(self._chroma.kill)
            self.settings["CHROMA_HOST"] = self._chroma.url
            write_reports(folder / "reports", _GENERATED)  # fewer are searched without an index
            load_reports(folder, REPORTS, folder / "reports", **self.settings)
        else:
            load_reports(folder, **self.settings)

        def start(*command: str) -> HealthyProcess:
            return stack.enter_context(
                closing(
                    HealthyProcess(
                        folder,
                        *command,
                        TELEGRAM_API_BASE=telegram.url,
                        TELEGRAM_BOT_TOKEN=telegram.token,
                        ADMIN_IDS=",".join(map(str, staff)),
                        **self.settings,
                    )
                )
            )

        self.workers = [start("worker") for _ in range(workers)]
        self.receivers = [start() for _ in range(1 + stand_bys)]
        for worker in self.workers:
            wait_for_health(worker)
        wait_for_health(*self.receivers)

    def restart_database(self) -> None:
        self._postgres.stop()
        self._postgres.start()

    def restart_chroma(self) -> None:
        self._chroma.kill()
        self._chroma.start()

    def stop(self) -> int:
        """Stop all; how many of them did not end cleanly."""
        processes = (*self.workers, *self.receivers)
        for process in processes:
            process.stop()
        return sum(process.unclean_ends for process in processes)

    def hand_over(self, *, by_kill: bool) -> float:
        """End the process that receives; seconds until another one does, the first beside it."""
        leading = wait_for_health(*self.receivers)
        begun = time.monotonic()
        if by_kill:
            leading.kill()
        else:
            leading.stop()
        wait_for_health(*(process for process in self.receivers if process is not leading))
        seconds = time.monotonic() - begun
        leading.start()
        return seconds

    def upgrade(self) -> float:
        """Stop and start one process after another; how long the receiving was handed over."""
        for worker in self.workers:
            worker.stop()
            worker.start()
            wait_for_health(worker)
        return self.hand_over(by_kill=False)


def wait_for_health(*processes: HealthyProcess) -> HealthyProcess:
    """The first of some processes that says that it is well; raises TimeoutError."""
    until = time.monotonic() + _LONGEST_START
    while time.monotonic() < until:
        for process in processes:
            if process.health():
                return process
        time.sleep(_TICK)
    raise TimeoutError
