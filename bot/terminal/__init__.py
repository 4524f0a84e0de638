"""The command line: arguments, commands, the terminal chat, the doctor, ingest and its progress.

Knows everything below; nothing but ``bot.__main__`` and ``ingest.py`` knows it.
"""
