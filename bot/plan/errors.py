"""Why a plan cannot be drafted; each sentence stands in ``data/plan.toml``.

PlanError
├── BureauUnclear   several bureaus and none named, or one that the store does not know
├── TopicUnclear    no such line of work
├── PeriodUnclear   the period to plan cannot be read or told
├── LengthUnclear   neither 短, 中, 长 nor a number of paragraphs
└── NothingToPlan   no report holds anything to plan from
"""

from bot.errors import BotError
from bot.plan.words import phrase


class PlanError(BotError):
    """A plan that cannot be drafted."""

    def __init__(self, **fields: object) -> None:
        super().__init__(phrase(f"errors.{type(self).__name__}", **fields))


class BureauUnclear(PlanError):
    """Nobody said for which bureau, or for one that is not there."""


class TopicUnclear(PlanError):
    """A line of work that is not in the list."""


class PeriodUnclear(PlanError):
    """The period to plan cannot be told."""


class LengthUnclear(PlanError):
    """A length that is no length."""


class NothingToPlan(PlanError):
    """Nothing in the store to plan from."""
