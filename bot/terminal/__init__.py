"""The command line: arguments, commands, the terminal chat, the doctor, ingest and its progress."""
