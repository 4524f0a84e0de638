import pytest

from bot.errors import Stopped
from bot.interruption import heed, interruptible


def test_work_goes_on_until_somebody_stops_it() -> None:
    halted = [False]
    with interruptible(lambda: halted[0]):
        heed()
        halted[0] = True
        with pytest.raises(Stopped):
            heed()
    heed()
