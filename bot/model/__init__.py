"""The writer that talks to a language model, held to the reports by the checks."""
