"""Load reports into the store: ``python ingest.py PATH…``."""

import sys

from bot.__main__ import run_ingest

if __name__ == "__main__":
    sys.exit(run_ingest())
