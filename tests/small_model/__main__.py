"""``python -m tests.small_model``: put golden cases to a small model on this machine.

What comes of each is added to a file, so that a run that was ended goes on where it was. Prints
the table; exit code 1 where the product is worse with the model than without.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from langchain_core.tracers.context import collect_runs

from bot.assistant.data_folder import open_library
from bot.assistant.opening import open_assistant, open_planner, open_summariser
from bot.evaluation.evaluation import EvaluatedWriter, evaluate
from bot.evaluation.golden import Golden, read_golden
from bot.settings import Settings, WriterChoice
from knowledge.library import Library
from tests.conftest import ROOT
from tests.small_model.cases import (
    CaseRecord,
    add_record,
    draw_cases,
    read_records,
    single_cases,
)
from tests.small_model.serving import PYTHON, serve
from tests.small_model.table import differences, shortfalls, table_of

_GOLDEN = (ROOT / "samples" / "golden.jsonl", ROOT / "samples" / "golden_figures.jsonl")
_WEIGHTS = ("1.5B", "0.5B")


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.small_model")
    parser.add_argument("--weights", choices=_WEIGHTS, default=_WEIGHTS[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--questions", type=int, default=30, metavar="N")
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1), metavar="N")
    parser.add_argument("--context", type=int, default=1500, metavar="TOKENS")
    parser.add_argument("--seconds", type=float, default=600, help="the most for one answer")
    parser.add_argument("--data-dir", type=Path, default=ROOT / "data" / "samples")
    parser.add_argument("--results", type=Path, help="default: a file of data/small_model")
    parser.add_argument("--python", type=Path, default=PYTHON)
    return parser.parse_args()


def _open_writer(settings: Settings, library: Library) -> EvaluatedWriter:
    return EvaluatedWriter(
        open_assistant(settings, library),
        open_summariser(settings, library),
        open_planner(settings, library),
    )


def _evaluate_case(
    writer: EvaluatedWriter, library: Library, case: Golden
) -> tuple[dict[str, Any], list[str]]:
    """The record of a case, and what the model wrote for it."""
    with collect_runs() as runs:
        (outcome,) = evaluate(writer, library, case).all
    return outcome.record(), [text for run in runs.traced_runs if (text := _text_of(run.outputs))]


def _text_of(outputs: dict[str, Any] | None) -> str:
    return str(getattr((outputs or {}).get("output"), "text", ""))


def _with_model(typed: argparse.Namespace, library: Library, cases: Golden) -> list[CaseRecord]:
    """What comes of the cases with the model; those that are in the file are not put again."""
    results = typed.results or (
        ROOT / "data" / "small_model" / f"{typed.weights}-seed-{typed.seed}.jsonl"
    )
    known = {record.id for record in read_records(results)}
    left = [(key, case) for key, case in single_cases(cases) if key not in known]
    if left:
        with serve(typed.weights, typed.threads, typed.python) as address:
            settings = Settings(
                openai_base_url=address,
                chat_model=typed.weights,
                writer=WriterChoice.MODEL,
                model_context=typed.context,
                model_timeout=typed.seconds,
            )
            writer = _open_writer(settings, library)
            for n, (key, case) in enumerate(left, 1):
                record, drafts = _evaluate_case(writer, library, case)
                add_record(results, record, drafts)
                print(f"{n}/{len(left)} {key} {record['seconds']:.0f} s", file=sys.stderr)
    drawn = dict(single_cases(cases))
    return [record for record in read_records(results) if record.id in drawn]


def main() -> int:
    """Run, and print what came of it; 1 where it is worse with the model."""
    typed = _read_arguments()
    if not typed.python.exists():
        print(f"skipped: no environment for the model ({typed.python}); run make test-model")
        return 0
    cases = draw_cases(map(read_golden, _GOLDEN), typed.seed, typed.questions)
    plain = Settings(writer=WriterChoice.EXTRACTIVE, data_dir=typed.data_dir)
    library = open_library(plain, None, lambda _done, _of: None)
    writer = _open_writer(plain, library)
    without = [
        CaseRecord.model_validate(_evaluate_case(writer, library, case)[0])
        for _, case in single_cases(cases)
    ]
    found = _with_model(typed, library, cases)
    print(table_of(f"Qwen2.5-Coder {typed.weights}", found, without))
    for line in [*differences(found, without), *(worse := shortfalls(found, without))]:
        print(line)
    return int(bool(worse))


if __name__ == "__main__":
    sys.exit(main())
