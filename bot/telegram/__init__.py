"""Telegram, an adapter of the conversation core: client, parsing, rendering, polling, webhook.

python-telegram-bot is imported in ``client`` alone.
"""
