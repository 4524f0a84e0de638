"""The figures of a run as a table, and its place in ``docs/measurements.md``."""

import os
import platform
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

BEGIN, END = "<!-- bench: written by make bench -->", "<!-- bench: end -->"

Measured = Mapping[str, float]
"""What one pipeline took at one size, by the names in ``ROWS``."""

ROWS = (
    ("load", "load all, seconds", "{:.1f}"),
    ("work", "load all, seconds of all processors together", "{:.1f}"),
    ("changed", "load again, 1 % of the files changed, seconds", "{:.2f}"),
    ("unchanged", "load again, nothing changed, seconds", "{:.2f}"),
    ("open", "open until the first answer, seconds", "{:.2f}"),
    ("median", "search, median, milliseconds", "{:.1f}"),
    ("p95", "search, 95th percentile, milliseconds", "{:.1f}"),
    ("right", "first passage is of the report asked for, share", "{:.2f}"),
    ("load_megabytes", "memory at most, loading, MB", "{:.0f}"),
    ("search_megabytes", "memory at most, searching, MB", "{:.0f}"),
    ("disk", "disk, MB", "{:.0f}"),
)
_NO_RATIO = {"right"}


def table_of(ours: Mapping[int, Measured], theirs: Mapping[int, Measured]) -> str:
    """A Markdown table: at each size ours, theirs, and how many times ours theirs is."""
    sizes = sorted(ours)
    heads = "".join(f" {size:,}: ours | afternoon | ratio |" for size in sizes)
    lines = [f"| passages |{heads}", f"| --- |{' ---: | ---: | ---: |' * len(sizes)}"]
    for name, words, form in ROWS:
        cells = "".join(
            f" {form.format(ours[s][name])} | {form.format(theirs[s][name])} |"
            f" {_ratio(name, ours[s], theirs[s])} |"
            for s in sizes
        )
        lines.append(f"| {words} |{cells}")
    return "\n".join(lines)


def _ratio(name: str, ours: Measured, theirs: Measured) -> str:
    return "" if name in _NO_RATIO or not ours[name] else f"{theirs[name] / ours[name]:.1f}×"


def growth_of(ours: Mapping[int, Measured]) -> str:
    """How loading and searching grew between neighbouring sizes, in one sentence."""
    sizes = sorted(ours)
    steps = [
        f"from {small:,} to {large:,} passages loading took"
        f" {ours[large]['load'] / ours[small]['load'] * small / large:.2f} times as long a passage"
        f" and a search {ours[large]['median'] / ours[small]['median']:.2f} times as long"
        for small, large in pairwise(sizes)
    ]
    return f"Ours: {'; '.join(steps)}." if steps else ""


def machine(load_before: Sequence[float]) -> str:
    """The machine that was measured on, and how busy others kept it."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text("utf-8").splitlines()
        model = next((li.split(":")[1].strip() for li in lines if li.startswith("model na")), model)
    busy = ", ".join(f"{load:.1f}" for load in load_before)
    return (
        f"{model}, {os.cpu_count()} cores, {platform.system()}, Python"
        f" {platform.python_version()}; load averages as it began: {busy}."
    )


def with_figures(page: str, figures: str) -> str:
    """The page with the figures between the two marks; raises ValueError without them."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(BEGIN)
    return f"{before}{BEGIN}\n{figures}\n{END}{after}"
