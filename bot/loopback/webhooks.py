"""Updates posted to the bot's own address, one after another, until each is taken."""

import asyncio
import json
from contextlib import suppress

import httpx

from bot.loopback.bells import Bell
from bot.loopback.desk import Desk
from bot.loopback.records import Json
from bot.loopback.updates import Webhook

RETRY_AFTER = 0.2
"""Seconds before an update that was not taken is posted again; Telegram's own are longer."""
_PATIENCE = 30.0
_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name


async def deliver(desk: Desk, bell: Bell) -> None:
    """Post updates for as long as a webhook is set; runs until it is cancelled."""
    async with httpx.AsyncClient(timeout=_PATIENCE, trust_env=False) as client:
        while True:
            change = bell.next
            with desk.changed:
                hook, pending = desk.world.updates.webhook, desk.world.updates.pending[:1]
            if hook is None or not pending:
                await change.wait()
            elif not await _taken(desk, client, hook, pending[0]):
                with suppress(TimeoutError):
                    await asyncio.wait_for(change.wait(), RETRY_AFTER)


async def _taken(desk: Desk, client: httpx.AsyncClient, hook: Webhook, update: Json) -> bool:
    headers = {"Content-Type": "application/json"}
    headers |= {_SECRET: hook.secret} if hook.secret else {}
    try:
        answer = await client.post(hook.url, content=json.dumps(update), headers=headers)
        reason = (
            ""
            if answer.is_success
            else f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}"
        )
    except httpx.HTTPError:
        reason = "Connection refused"
    with desk.changed:
        if reason:
            desk.world.updates.failed(reason, desk.world.now())
        else:
            desk.world.updates.forget(update["update_id"])
            desk.ring()
    return not reason
