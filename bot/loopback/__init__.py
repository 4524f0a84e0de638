"""A Telegram Bot API server of our own on the loopback, as strict as Telegram's.

It speaks the real HTTP, so any bot runs against it unpatched; people and their taps are played
from the driving side (:mod:`bot.loopback.driving`). It knows nothing of the bot that it serves.
The words of its refusals are Telegram's own, part of the protocol.
"""
