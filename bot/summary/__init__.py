"""Summaries without a model: the report's own sentences, chosen and arranged."""
