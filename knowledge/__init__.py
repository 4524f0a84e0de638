"""Reports into searchable knowledge: reading, outline, identity, figures, store, search."""
