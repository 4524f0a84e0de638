"""Questions from many chats to workers that are killed, on a PostgreSQL that is restarted."""

import random
import time
from collections import Counter
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from tests.load.bot_process import BotProcess, load_reports
from tests.load.fake_telegram import FakeTelegram, fake_telegram
from tests.load.questions import Expected, answers_of_golden_questions, judge
from tests.postgres import PostgresServer, find_programs

_CHATS = range(1_001, 1_201)
_TICK = 0.2
_LOOKED_AT_EVERY = 20.0
_SILENCE = 60.0  # longer than a lease, and than anything that is waited for


@dataclass(frozen=True, slots=True)
class WorkerLoad:
    """How many questions, workers, kills of workers and restarts of the database, and how long."""

    questions: int
    workers: int
    kills: int
    restarts: int
    longest: float


class _Deployment:
    """One process that receives, workers beside it, and their database."""

    def __init__(
        self, stack: ExitStack, folder: Path, telegram: FakeTelegram, workers: int
    ) -> None:
        programs = find_programs()
        if programs is None:
            raise SystemExit("no PostgreSQL here")
        self._server = PostgresServer(programs, folder)
        stack.callback(self._server.discard)
        self.url = self._server.url()
        load_reports(folder, self.url)
        self.pool = answers_of_golden_questions(folder, self.url)

        def start(*command: str) -> BotProcess:
            return stack.enter_context(
                closing(
                    BotProcess(
                        folder,
                        *command,
                        TELEGRAM_API_BASE=telegram.url,
                        TELEGRAM_BOT_TOKEN=telegram.token,
                        ADMIN_IDS=",".join(map(str, _CHATS)),
                        DATABASE_URL=self.url,
                    )
                )
            )

        self.workers = [start("worker") for _ in range(workers)]
        self.receiver = start()

    def restart_database(self) -> None:
        self._server.stop()
        self._server.start()

    def stop(self) -> int:
        """Stop all; how many of them did not end cleanly."""
        for process in (*self.workers, self.receiver):
            process.stop()
        return sum(process.unclean_ends for process in (*self.workers, self.receiver))


def run_workers(folder: Path, seed: int, load: WorkerLoad) -> dict[str, float]:
    """Ask at once all that is to be asked, and do what is to be done meanwhile; the figures."""
    dice = random.Random(seed)
    with ExitStack() as stack:
        folder.chmod(0o755)  # the server may run as somebody else
        telegram = stack.enter_context(fake_telegram())
        for chat_id in _CHATS:
            telegram.add_user(chat_id)
        deployment = _Deployment(stack, folder, telegram, load.workers)
        each = load.questions // len(_CHATS)
        asked = {chat_id: dice.sample(deployment.pool, each) for chat_id in _CHATS}
        begun = time.monotonic()
        for turn in range(each):
            for chat_id in dice.sample(_CHATS, len(_CHATS)):
                telegram.say(chat_id, asked[chat_id][turn].question)
        seconds, kills, restarts = _disturb(telegram, deployment, asked, load, dice)
        figures = _judge_all(telegram, asked)
        unclean = deployment.stop()
        writes = telegram.count_writes()
    return {
        "questions": each * len(_CHATS),
        "workers": load.workers,
        **figures,
        "kills": kills,
        "restarts": restarts,
        "pace_violations": telegram.count_pace_violations(),
        "writes": writes,
        "seconds": round(seconds, 1),
        "answers_a_second": round(figures["right"] / seconds, 2),
        "unclean_ends": unclean,
        "waited": round(time.monotonic() - begun - seconds, 1),
    }


def _disturb(
    telegram: FakeTelegram,
    deployment: _Deployment,
    asked: dict[int, list[Expected]],
    load: WorkerLoad,
    dice: random.Random,
) -> tuple[float, int, int]:
    """Kill and restart until all is answered; how long that took, how often it was done."""
    writes = 2 * load.questions
    kill_at = sorted(dice.sample(range(20, writes), load.kills))
    restart_at = sorted(dice.sample(range(20, writes), load.restarts))
    begun = looked_at = time.monotonic()
    kills = restarts = 0
    while time.monotonic() - begun < load.longest:
        made = telegram.count_writes()
        if kills < len(kill_at) and made >= kill_at[kills]:
            dice.choice(deployment.workers).kill_and_restart()
            kills += 1
        if restarts < len(restart_at) and made >= restart_at[restarts]:
            deployment.restart_database()
            restarts += 1
        if telegram.seconds_silent() > _SILENCE:
            break
        if time.monotonic() - looked_at > _LOOKED_AT_EVERY or made >= writes:
            looked_at = time.monotonic()
            figures = _judge_all(telegram, asked)
            if figures["missing"] <= figures["wrong"]:
                break
        time.sleep(_TICK)
    return time.monotonic() - begun, kills, restarts


def _judge_all(telegram: FakeTelegram, asked: dict[int, list[Expected]]) -> Counter[str]:
    figures: Counter[str] = Counter()
    for chat_id, expected in asked.items():
        figures.update(judge(expected, telegram.messages(chat_id)))
    return figures
