"""The assistant, its writers, its chat apps, its settings and commands.

Who may import whom, here and in ``knowledge``: LAYERS in tests/test_architecture.py.
"""
