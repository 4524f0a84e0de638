"""Where the knowledge is kept: the store in SQLite, the vector index in Chroma, the embedders.

``protocols.py`` says what each of them has to do. All SQL of the knowledge is in
``store.py`` and in ``steps/``, which make and migrate the tables.
"""
