import os
import time
from pathlib import Path

import pytest

from bot.conversation.update_handler import FileFetcher

HOUR = 3600.0


@pytest.mark.parametrize(("shared", "left"), [(False, []), (True, ["under way"])])
def test_what_a_killed_run_left_is_removed_and_nothing_of_another_process(
    tmp_path: Path, shared: bool, left: list[str]
) -> None:
    for name, age in (("left", 2 * HOUR), ("under way", 60.0)):
        (tmp_path / name).write_bytes(b"x")
        os.utime(tmp_path / name, (time.time() - age, time.time() - age))
    FileFetcher(tmp_path, shared=shared)
    assert [path.name for path in tmp_path.iterdir()] == left
