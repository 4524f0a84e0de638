"""The checks on what a model writes: pure functions from a text and passages to faults.

Knows ``knowledge`` alone.
"""
