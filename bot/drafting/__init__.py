"""Wording for the next period's plan, made from the reports' own sentences."""
