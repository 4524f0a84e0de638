"""Files into the store: the parse pool, the loader, manifests, watching folders.

Knows reading, understanding and storage.
"""
