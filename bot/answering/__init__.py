"""Answers to questions: by the extractive writer, or in a model's words that are checked."""
