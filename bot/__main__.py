"""``python -m bot``, and the installed commands: each runs what was typed, with an exit code."""

import sys


def run_assistant() -> int:
    """Run a command of the assistant."""
    # here, as the processes that read files import the program's own module again: half a second
    from bot.speech import speak_errors  # noqa: PLC0415
    from bot.terminal.commands import main  # noqa: PLC0415

    return speak_errors(lambda: main(sys.argv[1:]))


def run_ingest() -> int:
    """Load reports into the store."""
    from bot.speech import speak_errors  # noqa: PLC0415 - as run_assistant
    from bot.terminal.ingest import ingest  # noqa: PLC0415

    return speak_errors(lambda: ingest(sys.argv[1:]))


if __name__ == "__main__":
    sys.exit(run_assistant())
