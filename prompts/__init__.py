"""Versioned prompt files, ``<job>/v<N>.md``, and their loading; knows nobody above it."""
