"""Summaries of reports: the report's own sentences, or a model's, chosen and arranged."""
