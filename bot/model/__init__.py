"""Answers, summaries and plans in a language model's words, checked against the reports.

Imported only where a model endpoint is set, since langchain and openai take two seconds to import;
knows the checks, the retrieval, ``knowledge`` and ``prompts``.
"""
