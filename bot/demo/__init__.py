"""The whole Telegram bot in a page of the browser, without a token.

The bot runs as it is, against the Bot API server of :mod:`bot.loopback`; the page plays the
people. Neither of the two knows that there is a page.
"""
