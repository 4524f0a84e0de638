from bot.state.audit import Deed
from bot.state.opening import State


def test_the_newest_deeds_come_first(state: State) -> None:
    for number in range(4):
        state.audit.note(number, "upload", f"报告{number}", float(number))
    assert state.audit.latest(2) == [
        Deed(3.0, 3, "upload", "报告3"),
        Deed(2.0, 2, "upload", "报告2"),
    ]
