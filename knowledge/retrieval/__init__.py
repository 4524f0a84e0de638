"""From a question to ranked passages: what it asks, its scope, ranking, search."""
