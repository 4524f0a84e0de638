import io

import pytest

from bot.assistant import Assistant
from bot.chat import chat
from knowledge.builtin_embedder import BuiltinEmbedder
from knowledge.library import Library
from tests.bot.conftest import CLEAR


@pytest.fixture
def talk(
    assistant: Assistant,
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """What is shown when some lines are typed."""

    def typed(*lines: str) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        chat(assistant, library)
        captured = capsys.readouterr()
        assert captured.err == ""
        assert "\x1b" not in captured.out
        return captured.out

    return typed
