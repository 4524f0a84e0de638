"""How long a question may still take."""

import time


class Deadline:
    """So many seconds from now; every call that a question needs shares them."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left, never below zero."""
        return max(0.0, self._ends - time.monotonic())
