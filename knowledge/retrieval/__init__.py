"""From a question to ranked passages: what it asks, its scope, ranking, search.

Imports understanding and storage, but not loading.
"""
