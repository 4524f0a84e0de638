"""The chat in a page of the browser, without a token: an adapter of the conversation core.

The page plays the people.
"""
