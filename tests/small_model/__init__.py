"""The golden cases put to a real, small language model on this machine: ``make test-model``."""
