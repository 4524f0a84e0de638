"""Telegram, an adapter of the conversation core: client, parsing, rendering, polling, webhook.

Knows the core; only the command line knows it. python-telegram-bot is known in ``client`` alone.
"""
