"""Where the knowledge is kept: the store, the vector index in Chroma, the embedders.

``protocols.py`` says what each of them has to do. The store is in SQLite or PostgreSQL: all SQL of
the knowledge is in ``store.py``, ``lexical.py`` and ``steps/``, which make and migrate the tables.
"""
