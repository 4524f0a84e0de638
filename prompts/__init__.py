"""Versioned prompt files, ``<job>/v<N>.md``, and their loading; imports nothing of the product."""
