"""The assistant, its writers, its chat apps, its settings and commands."""
