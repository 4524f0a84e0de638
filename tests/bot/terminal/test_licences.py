import json
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from bot.terminal.commands import licence_of, main

CASES = [
    ({"License-Expression": "BSD-3-Clause", "License": "BSD"}, "BSD-3-Clause"),
    ({"License": "LGPL-3.0-only"}, "LGPL-3.0-only"),
    ({"License": "UNKNOWN", "Classifier": "License :: OSI Approved :: MIT License"}, "MIT License"),
    ({"License": "MIT License\n  \n  Copyright", "Classifier": "License :: X :: MIT"}, "MIT"),
    ({"License": "MIT License\n  \n  Copyright"}, "MIT License"),
    ({"Classifier": "License :: OSI Approved"}, ""),
    ({}, ""),
]


@pytest.mark.parametrize(("fields", "licence"), CASES)
def test_a_licence_is_what_the_library_states(
    fields: dict[str, str], licence: str, tmp_path: Path
) -> None:
    lines = [f"{name}: {value}\n" for name, value in fields.items()]
    (tmp_path / "METADATA").write_text("".join(lines), encoding="utf-8")
    assert licence_of(Distribution.at(tmp_path).metadata) == licence


def test_the_command_lists_every_library(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["licences", "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    of = {entry["name"]: entry["licence"] for entry in told}
    assert "LGPL" in of["python-telegram-bot"]
    assert {"chromadb", "pydantic", "starlette"} <= of.keys()
    assert main(["licences"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(told)
