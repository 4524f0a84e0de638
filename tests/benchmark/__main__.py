"""``python -m tests.benchmark [SIZE …]``: measure both pipelines.

Each step runs in a process of its own, the two pipelines in turn on the same reports. The
figures are put into ``docs/measurements.md``.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmark.pipelines import NAMES
from tests.benchmark.reports import change_reports, write_reports
from tests.benchmark.table import Measured, growth_of, machine, table_of, with_figures

_ROOT = Path(__file__).parents[2]
_PAGE = _ROOT / "docs" / "measurements.md"
_PASSAGES_A_REPORT = 20
_SIZES = (1_000, 10_000)


def run_step(name: str, step: str, folder: Path, reports: Path, count: int) -> dict[str, float]:
    """What a step of a pipeline measured."""
    command = [sys.executable, "-m", "tests.benchmark.step", name, step]
    told = subprocess.run(  # noqa: S603 - our own module
        [*command, str(folder), str(reports), str(count)],
        check=True,
        stdout=subprocess.PIPE,
        cwd=_ROOT,
    )
    measured: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    print(f"{count} reports, {name}, {step}: {measured}", file=sys.stderr)
    return measured


def measure(name: str, room: Path, count: int) -> Measured:
    """All that one pipeline is asked, on ``count`` reports of its own."""
    folder, reports = room / name, room / "reports"
    shutil.rmtree(reports, ignore_errors=True)
    write_reports(reports, range(count))
    loaded = run_step(name, "load", folder, reports, count)
    searched = run_step(name, "search", folder, reports, count)
    files = (path.stat() for path in folder.rglob("*") if path.is_file())
    disk = sum(status.st_size for status in files) / 1e6
    unchanged = loaded if loaded["anew"] else run_step(name, "load", folder, reports, count)
    change_reports(reports, range(0, count, 100))
    changed = run_step(name, "load", folder, reports, count)
    return {
        **searched,
        "load": loaded["seconds"],
        "work": loaded["work"],
        "unchanged": unchanged["seconds"],
        "changed": changed["seconds"],
        "passages": loaded["passages"],
        "load_megabytes": loaded["megabytes"],
        "search_megabytes": searched["megabytes"],
        "disk": disk,
    }


def main(sizes: list[int]) -> None:
    """Measure at each size, smallest first, and write the figures."""
    busy = os.getloadavg()
    found: dict[str, dict[int, Measured]] = {name: {} for name in NAMES}
    for size in sorted(sizes):
        for name in NAMES:
            with tempfile.TemporaryDirectory() as room:
                found[name][size] = measure(name, Path(room), size // _PASSAGES_A_REPORT)
    ours, theirs = found["ours"], found["afternoon"]
    figures = "\n\n".join(filter(None, (table_of(ours, theirs), growth_of(ours), machine(busy))))
    _PAGE.write_text(with_figures(_PAGE.read_text("utf-8"), figures), "utf-8")
    print(figures)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or list(_SIZES))
