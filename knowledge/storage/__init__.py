"""Where the knowledge is kept: the truth in SQLite, the vector index in Chroma, the embedders.

Knows the models and what is understood of a report; all SQL of the knowledge is here.
"""
