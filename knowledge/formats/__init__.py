"""Readers of the forms that a bureau sends, each from a file's bytes to its text."""
