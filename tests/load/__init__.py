"""The Telegram bot under load, measured from outside: ``python -m tests.load``.

It knows the command line, the settings and, in ``fake_telegram.py`` alone, the fake Bot API
server; nothing else of the product. Pytest runs only the checks of its own arithmetic.
"""
