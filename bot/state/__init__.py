"""The chat's own state: what came in, what went out, who may, what was said; one SQLite file.

It lies beside the knowledge and survives restarts. Whatever chat app the state is of, this package
knows none.
"""
