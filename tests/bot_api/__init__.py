"""A Telegram Bot API server on the loopback, as strict as Telegram's, for tests.

It serves one bot: its people act through :mod:`tests.bot_api.driving`. It knows nothing of the
bot. It has webhooks, flood limits, faults, groups, and methods that our bot does not call.
"""
