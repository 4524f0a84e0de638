"""Answers, summaries and plans in a language model's words, checked against the reports.

Imported late, where an endpoint is set or the prompts are examined: langchain and openai take two
seconds.
"""
