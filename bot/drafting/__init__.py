"""Wording for the next period's plan, made from the reports' own sentences.

Knows ``checking``, ``official``, ``model`` and ``knowledge``.
"""
