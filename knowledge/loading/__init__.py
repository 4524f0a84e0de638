"""From files to the store: the parse pool, the loader, manifests, watching folders.

Imports reading, understanding and storage.
"""
