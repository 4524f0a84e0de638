"""A follow-up that a model made to stand alone, held to what was said."""

import re

from knowledge.question import Question

LONGEST = 200
_DIGITS = re.compile(r"[\d*]+")


def only_line(written: str) -> str:
    """The one question of a model's reply; empty where it wrote more, or none."""
    lines = [line.strip().strip("“”\"'「」") for line in written.strip().splitlines()]
    lines = [line for line in lines if line]
    return lines[0] if len(lines) == 1 and len(lines[0]) <= LONGEST else ""


def is_faithful(rewritten: Question, asked: Question, earlier: str) -> bool:
    """Whether a rewriting keeps what was asked and brings in nothing that nobody said.

    ``asked`` is the follow-up as it reads on its own, ``earlier`` the questions before it: the
    bureaus, periods and numbers of the rewriting stand in one of them, and those that the
    follow-up names itself are all kept.
    """
    said = asked.text + "\n" + earlier
    named = [m.wording for m in rewritten.scope.bureaus] + list(rewritten.scope.unknown)
    own = [m.wording for m in asked.scope.bureaus] + list(asked.scope.unknown)
    periods = {str(period) for period in rewritten.scope.periods}
    return (
        all(name in said for name in named)
        and all(digits in said for digits in _DIGITS.findall(rewritten.text))
        and all(name in rewritten.text for name in own)
        and {str(period) for period in asked.scope.periods} <= periods
    )
