"""All that is doubted of one report's figures."""

from collections.abc import Sequence

from knowledge.figures import Figure
from knowledge.models import Section
from knowledge.sums.doubt import Doubt
from knowledge.sums.growth import growth_doubts
from knowledge.sums.parts import parts_doubts
from knowledge.sums.rates import rate_doubts
from knowledge.sums.repeats import repeat_doubts
from knowledge.sums.stretches import sentences_with_figures, stretches


def find_doubts(
    text: str, sections: Sequence[Section], figures: Sequence[Figure]
) -> tuple[Doubt, ...]:
    """Where a report's own arithmetic does not come out, in reading order.

    Parts against totals, rates against counts and changes against values within a sentence, and
    totals that two places give two values. Approximate and masked figures are left out, and so is
    whatever could be meant otherwise: a false alarm is worse than a miss. Any text will do.
    """
    sentences = sentences_with_figures(text, figures)
    found = list(repeat_doubts(sentences, sections))
    for stretch in stretches(sentences):
        found += [*parts_doubts(stretch), *rate_doubts(stretch), *growth_doubts(stretch)]
    first: dict[tuple[Figure, ...], Doubt] = {}
    for doubt in found:
        first.setdefault(doubt.figures, doubt)
    return tuple(sorted(first.values(), key=lambda doubt: (doubt.span, doubt.kind)))
