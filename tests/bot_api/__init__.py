"""A Telegram Bot API server on the loopback, for tests: the methods that our bot calls.

It serves one bot: its people act through :mod:`tests.bot_api.driving`. It knows nothing of the
bot, and refuses what Telegram refuses of what our bot may send. It has webhooks, flood limits,
faults and groups.
"""
