"""Fetches updates from Telegram; the next fetch tells it that the last ones are written down."""

import asyncio
import logging

from bot.errors import TelegramRefused
from bot.telegram.faults import Elsewhere, LineFault, Refused, Wait
from bot.telegram.intake import Intake
from bot.telegram.line import TelegramLine
from bot.telegram.watch import Watch
from knowledge.errors import StoreError

_log = logging.getLogger("bot.telegram")
_HELD_OPEN = 30
_FIRST_PAUSE, _LONGEST_PAUSE = 0.3, 15.0
_BREATH = 0.1


async def poll(line: TelegramLine, intake: Intake, watch: Watch) -> None:
    """Go on until cancelled. Raises TelegramRefused when the token is no longer known."""
    offset: int | None = None
    pause = _FIRST_PAUSE
    while True:
        if intake.is_full:  # what is not fetched is kept by Telegram
            await asyncio.sleep(_BREATH)
            continue
        try:
            updates = await line.updates(offset, _HELD_OPEN)
            highest = intake.take(updates)
        except StoreError as error:  # a full disk: what was not written down is fetched again
            watch.failed(error)
            _log.error("updates not written down: %s", type(error).__name__)
            await asyncio.sleep(_LONGEST_PAUSE)
        except LineFault as fault:
            if isinstance(fault, Refused) and fault.token:
                raise TelegramRefused from fault
            watch.polling_ok = False
            watch.failed(fault)
            known = isinstance(fault, Elsewhere)
            _log.warning("updates: %s%s", type(fault).__name__, ", run twice?" if known else "")
            await asyncio.sleep(fault.seconds if isinstance(fault, Wait) else pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        else:
            watch.polling_ok = True
            pause = _FIRST_PAUSE
            if highest is not None:
                offset = highest + 1
            elif updates:  # nothing that could be told to be received: it will come again
                await asyncio.sleep(_LONGEST_PAUSE)
