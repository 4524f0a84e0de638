"""One step of the benchmark in a process of its own: ``… step PIPELINE STEP FOLDER REPORTS N``.

Prints one JSON object: what was measured. Imports are not in its seconds.
"""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from knowledge.loading.report_reader import processes_to_read
from tests.benchmark.pipelines import Pipeline, pipeline
from tests.benchmark.reports import questions

_QUESTIONS = 200


def load(made: Pipeline, reports: Path, _count: int) -> dict[str, float]:
    """Seconds, those of all processors together, and passages of a load."""
    begun, worked = time.perf_counter(), _processor_seconds()
    passages = made.load(reports)
    seconds = time.perf_counter() - begun
    work = _processor_seconds() - worked
    return {"seconds": seconds, "work": work, "passages": passages, "anew": made.anew}


def search(made: Pipeline, reports: Path, count: int) -> dict[str, float]:
    """Milliseconds of opening until the first answer, then of each question.

    ``work`` is the processor's time of this process, which others do not lengthen much.
    """
    asked = list(questions(_QUESTIONS, count))
    begun = time.perf_counter()
    made.open()
    made.find(asked[0].text)
    opened = time.perf_counter() - begun
    taken, worked, right = [], [], 0
    for question in asked:
        begun, work = time.perf_counter(), time.process_time()
        found = made.find(question.text)
        taken.append((time.perf_counter() - begun) * 1000)
        worked.append((time.process_time() - work) * 1000)
        right += bool(found) and found[0] == reports / question.file
    return {
        "open": opened,
        "median": statistics.median(taken),
        "p95": statistics.quantiles(taken, n=20)[-1],
        "median_work": statistics.median(worked),
        "p95_work": statistics.quantiles(worked, n=20)[-1],
        "right": right / len(asked),
    }


STEPS: dict[str, Callable[[Pipeline, Path, int], dict[str, float]]] = {
    "load": load,
    "search": search,
}


def _processor_seconds() -> float:
    """What this process and its children that have ended worked: others' work does not count."""
    who = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in who)


def peak_megabytes() -> float:
    """The most memory that this process held, and for each helper what the largest held.

    Not ``ru_maxrss`` of the process itself, which begins with that of whoever started it.
    """
    status = Path("/proc/self/status")
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if status.exists():
        (line,) = [li for li in status.read_text("utf-8").splitlines() if li.startswith("VmHWM")]
        own = int(line.split()[1])
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (own + largest * processes_to_read()) / 1024


def main(name: str, step: str, folder: str, reports: str, count: str) -> None:
    """Run the step and tell what was measured."""
    measured = STEPS[step](pipeline(name, Path(folder)), Path(reports), int(count))
    print(json.dumps({**measured, "megabytes": peak_megabytes()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
