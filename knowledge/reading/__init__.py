"""Files to text: encodings, docx, PDF, HTML, old Office files, archives.

Knows the vocabularies, errors and models of ``knowledge``; nothing else of it.
"""
