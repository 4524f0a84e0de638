"""``python -m bot``: the assistant in the terminal and on Telegram."""

import sys

if __name__ == "__main__":
    # here, as the processes that read files import this one again, and it is a second
    from bot.speech import speak_errors
    from bot.terminal.commands import main

    sys.exit(speak_errors(lambda: main(sys.argv[1:])))
