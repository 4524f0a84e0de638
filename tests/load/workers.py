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
_BETWEEN = 0.3
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


def run_flood(folder: Path, seed: int, count: int, workers: int) -> dict[str, float]:
    """Ask ``count`` questions as staff while ten times as many updates of strangers come in."""
    dice = random.Random(seed)
    strangers = [_CHATS.stop + n for n in range(5 * count)]
    with ExitStack() as stack:
        folder.chmod(0o755)  # the server may run as somebody else
        telegram = stack.enter_context(fake_telegram())
        for person in (*_CHATS, *strangers):
            telegram.add_user(person)
        deployment = _Deployment(stack, folder, telegram, workers)
        telegram.wait_for_quiet(1.0, 30.0)
        for person in strangers * 2:
            telegram.say(person, "在吗")
        seconds = _ask_staff(telegram, deployment.pool, count, dice)
        answered = sum(bool(telegram.messages(person)) for person in strangers)
        twice = sum(len(telegram.messages(person)) > 1 for person in strangers)
        unclean = deployment.stop()
    ordered = sorted(seconds)
    return {
        "staff_questions": count,
        "not_answered_as_alone": count - len(seconds),
        "updates_of_strangers": 2 * len(strangers),
        "median_seconds": round(ordered[len(ordered) // 2], 2),
        "p95_seconds": round(ordered[int(0.95 * (len(ordered) - 1))], 2),
        "strangers_answered": answered,
        "strangers_answered_twice": twice,
        "pace_violations": telegram.count_pace_violations(),
        "unclean_ends": unclean,
    }


def _ask_staff(
    telegram: FakeTelegram, pool: list[Expected], count: int, dice: random.Random
) -> list[float]:
    """Ask every now and then; how long each answer took."""
    chats = [_CHATS[n % len(_CHATS)] for n in range(count)]
    asked: dict[int, list[Expected]] = {}
    waiting: dict[int, tuple[Expected, float]] = {}
    seconds: list[float] = []
    begun = time.monotonic()
    while (now := time.monotonic() - begun) < count * _BETWEEN + _SILENCE and len(seconds) < count:
        if chats and now >= (count - len(chats)) * _BETWEEN and chats[0] not in waiting:
            chat_id = chats.pop(0)
            known = asked.setdefault(chat_id, [])
            question = dice.choice([each for each in pool if each not in known])
            known.append(question)
            telegram.say(chat_id, question.question)
            waiting[chat_id] = question, time.monotonic()
        for chat_id, (question, since) in list(waiting.items()):
            if any(question.fits(message) for message in telegram.messages(chat_id)):
                seconds.append(time.monotonic() - since)
                del waiting[chat_id]
        time.sleep(0.05)
    return seconds
