"""One total in two places of a report with two values."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from knowledge.figures import Figure, same_amount
from knowledge.models import Section, SectionKind
from knowledge.sums.doubt import Doubt, DoubtKind, doubt
from knowledge.sums.stretches import Amount, Sentence, Stretch
from knowledge.sums.words import holds, sum_words

_SHORTEST = 6
_Key = tuple[str, str, str]


def repeat_doubts(sentences: Sequence[Sentence], sections: Sequence[Section]) -> Iterator[Doubt]:
    """Figures that the report words as the same total and values otherwise.

    Only what ``data/sums.toml`` names as a total of the whole report, in clauses that are the same
    to the letter, outside plans; three places and more are a list of parts.
    """
    totals = sum_words().repeats.totals
    keyed = sorted(
        (
            (key, figure)
            for sentence in sentences
            if holds(sentence.words, totals)
            for figure in sentence.figures
            if (key := _key(sentence, figure))
        ),
        key=lambda pair: (pair[0], pair[1].start),
    )
    plans = [s for s in sections if s.kind is SectionKind.PLAN]
    for _, group in groupby(keyed, key=lambda pair: pair[0]):
        places = [f for _, f in group if not any(s.start <= f.start < s.end for s in plans)]
        if len(places) == 2 and not same_amount(*places):
            first, second = places
            yield doubt(DoubtKind.REPEAT, "repeat", places, first=first.text, second=second.text)


def _key(sentence: Sentence, figure: Figure) -> _Key | None:
    """Clause, unit and time of a total; None for any other figure."""
    words = sum_words().repeats
    if figure.masked or figure.approximate or figure.value is None:
        return None
    amount = Amount(figure, figure.value, Decimal(0))
    clause = Stretch(sentence.text, sentence.start, sentence.end, (amount,)).clause(amount)
    said = sentence.text[sentence.start : figure.start]
    if len(clause) < _SHORTEST or not holds(clause, words.totals):
        return None
    if holds(said, words.scopes) or any(c.isdigit() for c in clause):
        return None
    time = "".join(word for word in words.times if word in said)
    return clause, figure.unit, f"{time}{figure.as_of or ''}"
