"""Wording for the next period's plan, made from the reports' own sentences; see ``draft_plan``."""

from bot.plan.drafting import draft_plan
from bot.plan.request import PlanRequest

__all__ = ["PlanRequest", "draft_plan"]
