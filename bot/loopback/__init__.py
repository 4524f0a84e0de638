"""A Telegram Bot API server on the loopback, as strict as Telegram's in what our bot calls.

It speaks the real HTTP, so the bot runs against it unpatched; people are played through
:mod:`bot.loopback.driving`. It knows nothing of the bot. The demonstration runs on it; what only
tests need (webhooks, flood limits, faults, groups, more methods) is in ``tests/bot_api``.
"""
