"""Thousands of spoilt updates through polling: the bot lives on, and strangers learn nothing."""

import contextlib
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tests.load.bot_process import REPORTS, BotProcess, load_reports, running_bot
from tests.load.fake_telegram import FakeTelegram, fake_telegram
from tests.load.fuzz_updates import Cast, Tap, Update, draw_update

_KNOWN, _CHECKING = range(1_001, 1_041), 1_041
_STRANGERS = range(900_001, 900_031)
_GROUPS = 20
_FIRST_WORDS = (
    "云溪县2023年上半年检查了多少家药店？", "/start", "/summary", "/plan", "/compare", "/reports",
    "/search 电梯", "/users", "/remove", "/feedback", "/summary 云溪县2023年", "/upload",
)  # fmt: skip
_BROKEN = "程序出了错"
_A_SECOND = 30
_LONGEST_RUN = 420.0
_LONGEST_COMMON = 8
"""So many characters in a row with a report are no accident."""


def run_fuzz(folder: Path, seed: int, count: int) -> dict[str, float]:
    """Send ``count`` updates; the figures."""
    load_reports(folder)
    dice = random.Random(seed)
    with fake_telegram() as telegram:
        cast = _people(telegram)
        unasked = count // 10  # before the bot polls: then kinds that it does not ask for are lost
        for number in range(unasked):
            telegram.put(draw_update(dice, cast, number, asked=False))
        with running_bot(folder, telegram, (*_KNOWN, _CHECKING)) as bot:
            begun = time.monotonic()
            cast = replace(cast, taps=_shown_buttons(telegram, cast))
            updates = (draw_update(dice, cast, n, asked=True) for n in range(unasked, count))
            sent = unasked + _send(telegram, bot, updates)
            telegram.wait_for_quiet(5.0, 120.0)
            seconds = time.monotonic() - begun
            telegram.say(_CHECKING, "/id")
            telegram.wait_for_quiet(2.0, 60.0)
            bot.stop()
        figures = _figures(telegram, bot, cast)
    return {"updates": sent} | figures | {"unsent": count - sent, "seconds": round(seconds, 1)}


def _people(telegram: FakeTelegram) -> Cast:
    for user_id in (*_KNOWN, _CHECKING, *_STRANGERS):
        telegram.add_user(user_id)
    contents = {"短.txt": b"short", "坏.docx": b"PK\x03\x04" + bytes(50), "空.pdf": b"%PDF-1.4"}
    files = [telegram.send_file(_KNOWN[0], name, content) for name, content in contents.items()]
    groups = [telegram.add_group() for _ in range(_GROUPS)]
    nothing_shown = (Tap(_KNOWN[0], 1, "q:1:1"),)
    return Cast(_KNOWN, _STRANGERS, groups, files, telegram.bot_name, nothing_shown)


def _shown_buttons(telegram: FakeTelegram, cast: Cast) -> tuple[Tap, ...]:
    """The buttons that the bot shows to a few first words of several people."""
    for n, user_id in enumerate((*cast.known[:-1], cast.strangers[0])):
        telegram.say(user_id, _FIRST_WORDS[n % len(_FIRST_WORDS)])
    telegram.wait_for_quiet(3.0, 60.0)
    shown = ((user, m) for user in (*cast.known, *cast.strangers) for m in telegram.messages(user))
    return tuple(Tap(user, m.id, data) for user, m in shown for data in m.tap_data)


def _send(telegram: FakeTelegram, bot: BotProcess, updates: Iterator[Update]) -> int:
    """Send updates about as fast as they are answered; how many were."""
    begun = time.monotonic()
    sent = 0
    for update in updates:
        while (now := time.monotonic() - begun) < sent / _A_SECOND or telegram.is_behind:
            if now > _LONGEST_RUN or not bot.is_alive:
                return sent
            time.sleep(0.02)
        telegram.put(update)
        sent += 1
    return sent


def _figures(telegram: FakeTelegram, bot: BotProcess, cast: Cast) -> dict[str, float]:
    chats = (*cast.known, *cast.strangers, *cast.groups)
    said = {chat: telegram.messages(chat) for chat in chats}
    tap_answers = telegram.tap_answers()
    strangers = tuple(f"{user_id}-" for user_id in cast.strangers)
    to_strangers = [text for user_id in cast.strangers for m in said[user_id] for text in m.texts]
    to_strangers += [text for query, text in tap_answers if query.startswith(strangers)]
    documents = [m for user_id in cast.strangers for m in said[user_id] if m.has_document]
    everything = [text for messages in said.values() for m in messages for text in m.texts]
    everything += [text for _, text in tap_answers]
    secrets = _pieces_of_reports()
    leaks = sum(not secrets.isdisjoint(_pieces(text)) for text in to_strangers)
    return {
        "messages": sum(map(len, said.values())),
        "tap_answers": len(tap_answers),
        "said_broken": sum(_BROKEN in text for text in everything),
        "told_strangers": leaks + len(documents) + telegram.count_inline_results(),
        "unanswered_after": int(
            not any(str(_CHECKING) in m.text for m in telegram.messages(_CHECKING))
        ),
        "pace_violations": telegram.count_pace_violations(),
        **telegram.refused_edits(),
        "tracebacks": bot.count_tracebacks(),
        "unclean_ends": bot.unclean_ends,
    }


def _pieces_of_reports() -> set[str]:
    return {p for path in REPORTS.iterdir() for p in _pieces(_decoded(path.read_bytes()))}


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            return content.decode(encoding)
    return content.decode("utf-16")


def _pieces(text: str) -> set[str]:
    bare = "".join(text.split())
    return {bare[n : n + _LONGEST_COMMON] for n in range(len(bare) - _LONGEST_COMMON + 1)}
