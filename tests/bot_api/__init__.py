"""The Bot API server of ``bot.loopback`` with all that only tests need.

Webhooks, flood limits, faults, groups, and the methods that our bot does not call.
"""
