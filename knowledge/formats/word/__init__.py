"""The parts of a WordprocessingML package: styles, numbering, runs and tables."""
