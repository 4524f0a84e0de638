"""Load reports into the store: ``python ingest.py PATH…``."""

import sys

if __name__ == "__main__":
    # here, as the processes that read ahead import this file again, and it is half a second
    from bot.speech import speak_errors
    from bot.terminal.ingest import ingest

    sys.exit(speak_errors(lambda: ingest(sys.argv[1:])))
