"""What a process has imported, and read, from which those of ``forked.py`` are forked."""

import gc
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.assistant.assistant import Assistant
from knowledge.library import Library
from knowledge.retrieval.search import DenseSearch
from knowledge.storage.builtin_embedder import BuiltinEmbedder
from knowledge.understanding.pipeline import Overrides

_OTHERS = (
    "bot.feishu.app",
    "bot.telegram.app",
    "bot.terminal.commands",
    "bot.terminal.ingest",
    "bot.web.app",
    "bot.wecom.app",
    "tests.forked",
)
_REPORT = "云溪县市场监管局2023年工作总结\n\n一、食品安全\n抽检1688批次，合格率97.93%。\n"


def _answer() -> None:
    """Answer a question: vocabularies are read with the first."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.txt")
        path.write_text(_REPORT, encoding="utf-8")
        library = Library(Path(folder, "data"), BuiltinEmbedder(), create=True)
        with library.loader() as loader:
            list(loader.load([path], Overrides()))
        Assistant(library).ask("云溪县2023年食品抽检合格率是多少")
        library.close()


for _name in _OTHERS:
    import_module(_name)
with pytest.MonkeyPatch.context() as _patch:
    _patch.setattr(DenseSearch, "update_index", lambda _search: None)  # Chroma begins threads
    _answer()
gc.freeze()
