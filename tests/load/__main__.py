"""``python -m tests.load [PART]``: measure and print; exit code 1 for a failure."""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.load.fuzz import run_fuzz
from tests.load.kills import run_kills
from tests.load.page import run_page
from tests.load.questions import run_questions
from tests.load.workers import WorkerLoad, run_flood, run_upgrade, run_workers

MUST_BE_ZERO = frozenset(
    {"missing", "wrong", "doubled", "out_of_order", "tracebacks", "unclean_ends"}
    | {
        "strangers_answered_twice",
        "lost",
        "said_broken",
        "told_strangers",
        "unanswered_after",
        "unsent",
    }
)
PARTS = ("questions", "page", "fuzz", "workers", "flood", "upgrade", "kills")
_LONGEST_OF_WORKERS = 1_500.0
_Measure = Callable[[Path], dict[str, float]]


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load")
    parser.add_argument("part", nargs="?", choices=PARTS, help="one part; all if not given")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--questions", type=int, default=500, metavar="N")
    parser.add_argument("--kills", type=int, default=10, metavar="N")
    parser.add_argument("--workers", type=int, default=4, metavar="N")
    parser.add_argument("--restarts", type=int, default=5, metavar="N", help="of each server")
    parser.add_argument("--updates", type=int, default=6_000, metavar="N")
    parser.add_argument("--json", action="store_true", help="one line of JSON for each part")
    return parser.parse_args()


def _measure(part: str, typed: argparse.Namespace) -> dict[str, float]:
    seed, questions, kills = typed.seed, typed.questions, typed.kills
    load = WorkerLoad(questions, typed.workers, kills, typed.restarts, _LONGEST_OF_WORKERS)
    measures: dict[str, _Measure] = {
        "questions": lambda folder: run_questions(folder, seed, questions, kills),
        "page": lambda folder: run_page(folder, seed, questions, kills),
        "fuzz": lambda folder: run_fuzz(folder, seed, typed.updates),
        "workers": lambda folder: run_workers(folder, seed, load),
        "flood": lambda folder: run_flood(folder, seed, questions, typed.workers),
        "upgrade": lambda folder: run_upgrade(folder, seed, questions, typed.workers),
        "kills": lambda folder: run_kills(folder, seed, kills),
    }
    with tempfile.TemporaryDirectory() as folder:
        return measures[part](Path(folder))


def main() -> int:
    """Run the parts that were asked for; 1 where a figure that must be 0 is not."""
    typed = _read_arguments()
    failed = False
    for part in [typed.part] if typed.part else PARTS:
        figures = _measure(part, typed)
        faults = [name for name in figures if name in MUST_BE_ZERO and figures[name]]
        failed = failed or bool(faults)
        if typed.json:
            print(json.dumps({"part": part, "seed": typed.seed, **figures}), flush=True)
            continue
        print(f"{part}, seed {typed.seed}")
        for name, value in figures.items():
            mark = "  <- must be 0" if name in faults else ""
            print(f"  {name.replace('_', ' '):<44} {value:>8}{mark}", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
