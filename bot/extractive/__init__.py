"""The writer that needs no model: it selects and arranges the reports' own sentences."""
