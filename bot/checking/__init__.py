"""The checks on what a model writes: pure functions from a text and passages to faults.

``statements`` cuts a text into statements, ``sources`` reads the passages, and ``checks`` joins
them; ``attribution``, ``date_checks``, ``figures``, ``names``, ``claims`` and ``entailment`` each
find one sort of fault. What a figure is said of is compared by ``facets``, word by word with
``telling_words``; what words say, character by character, with ``wordings``. A word that no quote
has is judged once, by ``entailment``; ``facets`` only asks of the others whether they are said of
the figure.
"""
