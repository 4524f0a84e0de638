from bot.state.audit import AuditEntry
from bot.state.opening import State


def test_the_newest_entries_come_first(state: State) -> None:
    for number in range(4):
        state.audit.note(f"t:{number}", "upload", f"报告{number}", float(number))
    assert state.audit.latest(2) == [
        AuditEntry(3.0, "t:3", "upload", "报告3"),
        AuditEntry(2.0, "t:2", "upload", "报告2"),
    ]
