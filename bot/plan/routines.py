"""Regular work, read from the figures that a report tells of it: told again without them. Pure."""

import re
from collections.abc import Iterator, Sequence

from bot.plan.words import Routine
from knowledge.figures import find_figures

_COUNT = "#"
_COUNTED = re.compile(rf"[{_COUNT}、]+")
_HAN = re.compile(r"[\u4e00-\u9fff（）、“”]{2,60}")


def routine_work(text: str, routines: Sequence[Routine]) -> Iterator[tuple[Routine, str]]:
    """What a sentence shows to be regular work: 检查药店1,246家 gives 加强对药店的监督检查.

    Each with the routine that tells it.
    """
    counted = without_counts(text)
    for routine in routines:
        match = routine.pattern.search(counted)
        if not match:
            continue
        told = {name: _things(found) for name, found in match.groupdict().items() if found}
        if all(_HAN.fullmatch(what) for what in told.values()):
            yield routine, routine.text.format(**told)


def without_counts(text: str) -> str:
    """A text with every figure, unit and all, as ``#``."""
    told = text
    for figure in reversed(find_figures(text)):
        told = told[: figure.start] + _COUNT + told[figure.end :]
    return told


def _things(found: str) -> str:
    """药店#、医院# as 药店、医院."""
    return _COUNTED.sub("、", found).strip("、")
