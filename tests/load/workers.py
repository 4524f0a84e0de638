"""Questions from many chats to several processes that are killed, on servers that are restarted."""

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.load.deployment import Deployment
from tests.load.fake_telegram import FakeTelegram, fake_telegram
from tests.load.questions import Expected, answers_of, answers_of_golden_questions, judge

_CHATS = range(1_001, 1_201)
_TICK = 0.2
_BETWEEN = 0.3
_LOOKED_AT_EVERY = 20.0
_SILENCE = 60.0  # longer than a lease, and than anything that is waited for
_TO_ALL_REPORTS = "回收了多少家庭过期药品？"
"""Chroma is asked where no bureau and no period is named."""
_AFRESH = Expected("/new", "好，换个话题。", (), ())


@dataclass(frozen=True, slots=True)
class WorkerLoad:
    """How many questions, workers, kills of workers and restarts of each server, and how long."""

    questions: int
    workers: int
    kills: int
    restarts: int
    longest: float


def run_workers(folder: Path, seed: int, load: WorkerLoad) -> dict[str, float]:
    """Ask at once all that is to be asked, and do what is to be done meanwhile; the figures."""
    dice = random.Random(seed)
    with ExitStack() as stack:
        telegram = stack.enter_context(fake_telegram())
        for chat_id in _CHATS:
            telegram.add_user(chat_id)
        deployment = Deployment(
            stack, folder, telegram, _CHATS, workers=load.workers, with_chroma=True
        )
        pool = answers_of_golden_questions(folder, **deployment.settings)
        (to_all,) = answers_of(folder, [_TO_ALL_REPORTS], **deployment.settings)
        each = load.questions // len(_CHATS)
        asked = {}
        for chat_id in _CHATS:
            asked[chat_id] = dice.sample(pool, each - 2)
            place = dice.randrange(each - 1)
            asked[chat_id][place:place] = [_AFRESH, to_all]
        begun = time.monotonic()
        for turn in range(each):
            for chat_id in dice.sample(_CHATS, len(_CHATS)):
                telegram.say(chat_id, asked[chat_id][turn].question)
        seconds, kills, restarts = _disturb(telegram, deployment, asked, load, dice)
        chroma_ok = all(worker.health().get("chroma_ok") for worker in deployment.workers)
        figures = _judge_all(telegram, asked)
        unclean = deployment.stop()
        writes = telegram.count_writes()
    return {
        "questions": each * len(_CHATS),
        "workers": load.workers,
        **figures,
        "kills": kills,
        "restarts_of_postgresql": restarts["postgresql"],
        "restarts_of_chroma": restarts["chroma"],
        "chroma_ok_at_the_end": chroma_ok,
        "pace_violations": telegram.count_pace_violations(),
        "writes": writes,
        "seconds": round(seconds, 1),
        "answers_a_second": round(figures["right"] / seconds, 2),
        "unclean_ends": unclean,
        "waited": round(time.monotonic() - begun - seconds, 1),
    }


def _disturb(
    telegram: FakeTelegram,
    deployment: Deployment,
    asked: dict[int, list[Expected]],
    load: WorkerLoad,
    dice: random.Random,
) -> tuple[float, int, Counter[str]]:
    """Kill and restart until all is answered; how long that took, how often it was done."""
    writes = 2 * load.questions
    kill_at = sorted(dice.sample(range(20, writes), load.kills))
    servers = {"postgresql": deployment.restart_database, "chroma": deployment.restart_chroma}
    restart_at = {name: sorted(dice.sample(range(20, writes), load.restarts)) for name in servers}
    begun = looked_at = time.monotonic()
    kills, restarts = 0, Counter[str]()
    while time.monotonic() - begun < load.longest:
        made = telegram.count_writes()
        if kills < len(kill_at) and made >= kill_at[kills]:
            dice.choice(deployment.workers).kill_and_restart()
            kills += 1
        for name, restart in servers.items():
            if restarts[name] < load.restarts and made >= restart_at[name][restarts[name]]:
                restart()
                restarts[name] += 1
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
        telegram = stack.enter_context(fake_telegram())
        for person in (*_CHATS, *strangers):
            telegram.add_user(person)
        deployment = Deployment(stack, folder, telegram, _CHATS, workers=workers)
        pool = answers_of_golden_questions(folder, **deployment.settings)
        telegram.wait_for_quiet(1.0, 30.0)
        for person in strangers * 2:
            telegram.say(person, "在吗")
        seconds, asked = _ask_staff(telegram, pool, count, dice)
        figures = _judge_all(telegram, asked)
        answered = sum(bool(telegram.messages(person)) for person in strangers)
        twice = sum(len(telegram.messages(person)) > 1 for person in strangers)
        unclean = deployment.stop()
    return {
        "staff_questions": count,
        **figures,
        "updates_of_strangers": 2 * len(strangers),
        **_distribution(seconds),
        "strangers_answered": answered,
        "strangers_answered_twice": twice,
        "pace_violations": telegram.count_pace_violations(),
        "unclean_ends": unclean,
    }


def run_upgrade(folder: Path, seed: int, count: int, workers: int) -> dict[str, float]:
    """Kill the process that receives, then upgrade all, one after another, while staff asks."""
    dice = random.Random(seed)
    with ExitStack() as stack:
        telegram = stack.enter_context(fake_telegram())
        for chat_id in _CHATS:
            telegram.add_user(chat_id)
        deployment = Deployment(stack, folder, telegram, _CHATS, workers=workers, stand_bys=1)
        pool = answers_of_golden_questions(folder, **deployment.settings)

        def disturb() -> dict[str, float]:
            time.sleep(count * _BETWEEN / 10)
            killed = deployment.hand_over(by_kill=True)
            time.sleep(count * _BETWEEN / 10)
            stopped = deployment.upgrade()
            return {
                "taken_over_after_kill_seconds": round(killed, 1),
                "taken_over_after_stop_seconds": round(stopped, 1),
            }

        disturbing = stack.enter_context(ThreadPoolExecutor(1)).submit(disturb)
        seconds, asked = _ask_staff(telegram, pool, count, dice)
        times = disturbing.result()
        figures = _judge_all(telegram, asked)
        unclean = deployment.stop()
    return {
        "staff_questions": count,
        "workers": workers,
        **figures,
        **_distribution(seconds),
        "longest_seconds": round(max(seconds), 1),
        **times,
        "pace_violations": telegram.count_pace_violations(),
        "unclean_ends": unclean,
    }


def _distribution(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "median_seconds": round(ordered[len(ordered) // 2], 2),
        "p95_seconds": round(ordered[int(0.95 * (len(ordered) - 1))], 2),
    }


def _ask_staff(
    telegram: FakeTelegram, pool: list[Expected], count: int, dice: random.Random
) -> tuple[list[float], dict[int, list[Expected]]]:
    """Ask every now and then; how long each answer took, and what each chat asked."""
    chats = [_CHATS[n % len(_CHATS)] for n in range(count)]
    asked: dict[int, list[Expected]] = {}
    waiting: dict[int, tuple[Expected, float]] = {}
    seconds: list[float] = []
    begun = time.monotonic()
    while (now := time.monotonic() - begun) < count * _BETWEEN + _SILENCE and len(seconds) < count:
        free = next((chat_id for chat_id in chats if chat_id not in waiting), None)
        if free is not None and now >= (count - len(chats)) * _BETWEEN:
            chat_id = free
            chats.remove(free)
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
    return seconds, asked
