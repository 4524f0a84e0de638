import pytest

from bot.errors import Stopped
from bot.interruption import interruptible, raise_if_stopped


def test_work_goes_on_until_somebody_stops_it() -> None:
    halted = [False]
    with interruptible(lambda: halted[0]):
        raise_if_stopped()
        halted[0] = True
        with pytest.raises(Stopped):
            raise_if_stopped()
    raise_if_stopped()
