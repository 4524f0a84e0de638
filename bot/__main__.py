"""``python -m bot``: the assistant in the terminal and on Telegram."""

import sys

from bot.settings import read_settings
from bot.speech import hide_secrets, speak_errors
from bot.terminal.arguments import read_bot_arguments
from bot.terminal.commands import run


def main(arguments: list[str]) -> int:
    """Read the arguments and the settings, then run the command."""
    typed, settings = read_bot_arguments(arguments), read_settings()
    hide_secrets(settings.secrets)
    return run(typed, settings)


if __name__ == "__main__":
    sys.exit(speak_errors(lambda: main(sys.argv[1:])))
