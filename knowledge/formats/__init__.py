"""Readers of what bureaus send besides plain text: a form's bytes to the text that people see."""
