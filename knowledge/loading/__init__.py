"""From files to the store: the parse pool, the loader, manifests, watching folders."""
