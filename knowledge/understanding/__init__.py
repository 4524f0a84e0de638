"""Text to what is understood of it: outline, identity, periods, figures, sums, versions. Pure.

Knows no file and no store.
"""
