"""Questions from many chats to a bot that is killed, over a line that breaks."""

import json
import random
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.load.bot_process import ROOT, BotProcess, ask, load_reports, running_bot
from tests.load.fake_telegram import BotMessage, FakeTelegram, fake_telegram

JUDGED = ("right", "missing", "doubled", "out_of_order", "openings_left", "wrong")
_CHATS = range(1_001, 1_051)
_GOLDEN = ROOT / "samples" / "golden.jsonl"
_STANDS_ALONE = re.compile(r"^(?!.*(?:同期|呢[？?]?$)).*20\d\d年")
"""A question that names its year is not read as following on from the one before it."""
_LONGEST_ANSWER = 3_500  # a longer one may come as several messages
OPENINGS = ("正在翻报告", "已收到，前面还有", "正在办：")
_UNFINISHED = "▍"
_BETWEEN_QUESTIONS = 0.12
_TICK = 0.05
_LONGEST_RUN, _QUIET = 420.0, 3.0
_SILENCE = 60.0  # longer than the bot waits for anything


@dataclass(frozen=True, slots=True)
class Expected:
    """A question with what must stand in the message that answers it."""

    question: str
    answer: str
    quotes: tuple[str, ...]
    labels: tuple[str, ...]

    def fits(self, message: BotMessage) -> bool:
        """Whether a message is the answer, whole, with a button for each quote."""
        return (
            message.text.startswith(self.answer)
            and all(quote in message.text for quote in self.quotes)
            and set(self.labels) <= set(message.labels)
        )


def _expected(record: dict[str, Any]) -> Expected:
    citations = record["citations"]
    return Expected(
        record["question"],
        record["answer"].strip(),
        tuple(citation["quote"].strip() for citation in citations),
        tuple(f"[{citation['n']}]" for citation in citations[:15]),  # as many have a button
    )


def answers_of_golden_questions(folder: Path, **settings: str) -> list[Expected]:
    """The golden questions that stand alone, no two answers alike, as the command line answers."""
    golden = [json.loads(line) for line in _GOLDEN.read_text("utf-8").splitlines()]
    asked = [g["question"] for g in golden if "question" in g and "history" not in g]
    standing = [question for question in asked if _STANDS_ALONE.search(question)]
    found = answers_of(folder, standing, **settings)
    return [
        each
        for n, each in enumerate(found)
        if len(each.answer) + sum(map(len, each.quotes)) < _LONGEST_ANSWER
        and not any(each.answer.startswith(other.answer) for other in found[:n])
        and not any(other.answer.startswith(each.answer) for other in found[:n])
    ]


def answers_of(folder: Path, questions: Sequence[str], **settings: str) -> list[Expected]:
    """Some questions, as the command line answers them."""
    return [_expected(record) for record in ask(folder, questions, **settings)]


def judge(expected: Sequence[Expected], messages: Sequence[BotMessage]) -> Counter[str]:
    """How the messages of one chat answer its questions; wrong ones by their beginnings, too."""
    figures: Counter[str] = Counter()
    answered: list[int] = []
    for message in messages:
        if message.text.startswith(OPENINGS) or message.text.endswith(_UNFINISHED):
            figures["openings_left"] += 1
            continue
        n = next((n for n, each in enumerate(expected) if each.fits(message)), None)
        if n is None:
            figures["wrong"] += 1
            figures[f"- {message.text[:30]}"] += 1
        else:
            answered.append(n)
    firsts = list(dict.fromkeys(answered))
    figures["right"] = len(firsts)
    figures["missing"] = len(expected) - len(firsts)
    figures["doubled"] = len(answered) - len(firsts)
    figures["out_of_order"] = sum(after < before for before, after in pairwise(firsts))
    return figures


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked in each chat, whose turn it is, and after how many writes the bot is killed."""

    asked: dict[int, list[Expected]]
    turns: list[int]
    kill_at: list[int]


def plan(seed: int, pool: Sequence[Expected], count: int, kills: int) -> Plan:
    """Draw ``count`` questions, none twice in a chat, in a mixed order."""
    dice = random.Random(seed)
    turns = [_CHATS[n % len(_CHATS)] for n in range(count)]
    asked = {chat_id: dice.sample(pool, turns.count(chat_id)) for chat_id in _CHATS}
    dice.shuffle(turns)
    # each answer takes two writes at least, so all of these are reached
    return Plan(asked, turns, sorted(dice.sample(range(1, 2 * count), kills)))


def run_questions(folder: Path, seed: int, count: int, kills: int) -> dict[str, float]:
    """Ask ``count`` questions while the bot is killed ``kills`` times; the figures."""
    load_reports(folder)
    planned = plan(seed, answers_of_golden_questions(folder), count, kills)
    with fake_telegram() as telegram:
        for chat_id in _CHATS:
            telegram.add_user(chat_id)
        telegram.break_at_random(seed)
        with running_bot(folder, telegram, _CHATS) as bot:
            begun = time.monotonic()
            restarts = _ask_and_kill(telegram, bot, planned, random.Random(seed))
            seconds = time.monotonic() - begun
            telegram.wait_for_quiet(_QUIET, _LONGEST_RUN)
            bot.stop()
        return _figures(telegram, bot, planned) | {"kills": restarts, "seconds": round(seconds, 1)}


def _ask_and_kill(
    telegram: FakeTelegram, bot: BotProcess, planned: Plan, dice: random.Random
) -> int:
    """Until all is answered, the bot ended by itself or the time is up; how often it was killed."""
    unsent = {chat_id: iter(expected) for chat_id, expected in planned.asked.items()}
    sent = killed = 0
    begun = time.monotonic()
    while (now := time.monotonic() - begun) < _LONGEST_RUN and bot.is_alive:
        is_sending = sent < len(planned.turns)
        kills = killed < len(planned.kill_at) and telegram.count_writes() >= planned.kill_at[killed]
        if kills and killed % 2:
            telegram.break_next_polls()  # what is fetched now is not confirmed, so it comes again
        if is_sending and (kills or now >= sent * _BETWEEN_QUESTIONS):
            chat_id = planned.turns[sent]
            telegram.say(chat_id, next(unsent[chat_id]).question)
            sent += 1
        if kills:
            time.sleep(dice.uniform(0.0, 0.5))  # anywhere between two calls
            bot.kill_and_restart()
            killed += 1
        elif not is_sending and (
            telegram.seconds_silent() > _SILENCE or _is_answered(telegram, planned)
        ):
            break
        time.sleep(_TICK)
    return killed


def _is_answered(telegram: FakeTelegram, planned: Plan) -> bool:
    """Whether there is an answer to every question, right or wrong."""
    figures = _judge_all(telegram, planned)
    return figures["missing"] <= figures["wrong"]


def _judge_all(telegram: FakeTelegram, planned: Plan) -> Counter[str]:
    figures: Counter[str] = Counter()
    for chat_id, expected in planned.asked.items():
        figures.update(judge(expected, telegram.messages(chat_id)))
    return figures


def _figures(telegram: FakeTelegram, bot: BotProcess, planned: Plan) -> dict[str, float]:
    figures = _judge_all(telegram, planned)
    return {
        "questions": len(planned.turns),
        **{name: figures[name] for name in JUDGED},
        **{name: n for name, n in figures.items() if name.startswith("- ")},
        "pace_violations": telegram.count_pace_violations(),
        **telegram.refused_edits(),
        "tracebacks": bot.count_tracebacks(),
        "unclean_ends": bot.unclean_ends,
    }
