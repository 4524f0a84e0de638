"""Who may import whom, read from the imports of the product's own files."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

HOMES = {
    "chromadb": ("knowledge/storage/chroma_index.py",),
    "docx": ("bot/official/docx.py", "bot/official/comments.py"),
    "lxml": ("knowledge/reading/",),
    "httpx2": ("bot/model/endpoint.py",),
    "langchain_openai": ("bot/model/endpoint.py",),
    "openai": ("knowledge/storage/endpoint_embedder.py", "bot/model/endpoint.py"),
    "olefile": ("knowledge/reading/mail.py",),
    "pypdfium2": ("knowledge/reading/pdf.py",),
    "pydantic_settings": ("bot/settings.py",),
    "cv2": ("knowledge/reading/recognition.py",),
    "PIL": ("knowledge/reading/recognition.py",),
    "rapidocr": ("knowledge/reading/recognition.py",),
    "rjieba": ("knowledge/lexicon.py",),
    "sqlite3": ("knowledge/storage/sqlite.py",),
    "psycopg": ("knowledge/storage/postgres.py",),
    "psycopg_pool": ("knowledge/storage/postgres.py",),
    "telegram": ("bot/telegram/adapter.py",),
    "vl_convert": ("bot/ledger/chart.py",),
    "watchfiles": ("knowledge/loading/watch.py",),
    "argon2": ("bot/web/entry.py",),
    "cryptography": ("bot/wecom/encryption.py",),
    "httpx": (
        "bot/terminal/doctor.py",
        "bot/wecom/callback.py",
        "bot/wecom/files.py",
        "bot/feishu/client.py",
        "knowledge/storage/chroma_index.py",
    ),
    "google": ("bot/feishu/connection.py",),
    "websockets": ("bot/wecom/connection.py", "bot/feishu/connection.py"),
    "starlette": (
        "bot/http_server.py",
        "bot/telegram/app.py",
        "bot/wecom/callback.py",
        "bot/web/",
    ),
    "uvicorn": ("bot/http_server.py",),
    "xlrd": ("knowledge/reading/xls.py",),
    "xlsxwriter": ("bot/ledger/workbook.py",),
}
"""Where a vendor may be known: the beginnings of paths."""

SPEAKERS = (
    "bot/terminal/commands.py",
    "bot/terminal/doctor.py",
    "bot/terminal/ingest.py",
    "bot/speech.py",
)
"""The command line speaks by printing; nothing else does."""

LATE_IMPORTS = {
    (
        "knowledge/reading/scans.py",
        "knowledge.reading.recognition",
    ): "RapidOCR is optional, and takes a second to import",
    (
        "knowledge/retrieval/search.py",
        "knowledge.storage.chroma_index",
    ): "chromadb takes half a second to import",
    (
        "knowledge/storage/opening.py",
        "knowledge.storage.postgres",
    ): "psycopg takes a fifth of a second to import, and few use it",
    (
        "bot/assistant/data_folder.py",
        "knowledge.storage.endpoint_embedder",
    ): "openai takes a second to import",
    (
        "bot/assistant/opening.py",
        "bot.assistant.models",
    ): "langchain and openai take two seconds to import",
    (
        "bot/terminal/commands.py",
        "bot.terminal.chat",
    ): "prompt_toolkit takes a third of a second to import",
    (
        "bot/terminal/commands.py",
        "bot.official.docx",
    ): "docx and lxml take a third of a second to import",
    (
        "bot/terminal/chat.py",
        "bot.official.docx",
    ): "the same third of a second",
    (
        "bot/terminal/commands.py",
        "bot.proofreading.export",
    ): "docx and lxml again",
    (
        "bot/terminal/commands.py",
        "bot.ledger.workbook",
    ): "xlsxwriter takes a fifth of a second to import",
    (
        "bot/terminal/doctor.py",
        "bot.assistant.models",
    ): "as opening; only an endpoint that lists no models is asked",
    (
        "bot/terminal/commands.py",
        "bot.terminal.backup",
    ): "the state of the chats, which few commands need",
    (
        "bot/terminal/commands.py",
        "bot.terminal.doctor",
    ): "httpx takes a fifth of a second to import",
    (
        "bot/terminal/commands.py",
        "bot.evaluation.evaluation",
    ): "its models take a tenth of a second",
    ("bot/__main__.py", "bot.speech"): "a second with the next, which no reading process pays",
    ("bot/__main__.py", "bot.terminal.commands"): "as the one before",
    ("bot/__main__.py", "bot.terminal.ingest"): "half a second that no reading process pays",
    ("knowledge/reading/text.py", "knowledge.reading.html"): "9 ms, and few texts hold its tables",
    ("knowledge/lexicon.py", "rjieba"): "a tenth of a second to import, and few commands need it",
    (
        "bot/terminal/ingest.py",
        "knowledge.loading.watch",
    ): "watchfiles takes a fourteenth of a second",
    ("bot/terminal/ingest.py", "rich.console"): "a tenth of a second that no script pays",
    (
        "bot/terminal/ingest.py",
        "bot.terminal.progress",
    ): "its bar and tables take a fifth of a second",
    (
        "bot/terminal/commands.py",
        "bot.telegram.app",
    ): "telegram takes a fifth of a second to import",
    (
        "bot/terminal/commands.py",
        "bot.wecom.app",
    ): "httpx, websockets and cryptography take a third of a second to import",
    (
        "bot/terminal/doctor.py",
        "bot.wecom.app",
    ): "the same third of a second",
    (
        "bot/terminal/commands.py",
        "bot.feishu.app",
    ): "httpx and websockets take a quarter of a second to import",
    (
        "bot/terminal/doctor.py",
        "bot.feishu.app",
    ): "the same quarter of a second",
    (
        "bot/terminal/commands.py",
        "bot.web.demo",
    ): "uvicorn and starlette take half a second to import",
    (
        "bot/terminal/commands.py",
        "bot.web.app",
    ): "the same half a second",
    (
        "bot/terminal/commands.py",
        "bot.serving",
    ): "the conversation core takes a tenth of a second to import",
}
"""Imports inside functions, each with its measured cost."""

LAYERS = (
    ("knowledge.errors",),
    ("knowledge.vocabulary",),
    ("knowledge.models", "knowledge.understanding"),  # the values are made of what is understood
    ("knowledge.lexicon",),
    ("knowledge.reading",),
    ("knowledge.storage",),
    ("knowledge.loading",),
    ("knowledge.retrieval",),
    ("knowledge.library",),
    ("knowledge.moving",),
    ("prompts",),
    ("bot.errors",),
    ("bot.wording",),
    ("bot.ids",),
    ("bot.settings",),
    ("bot.interruption",),
    ("bot.speech",),
    ("bot.answers",),
    ("bot.compositions",),
    ("bot.checking",),
    ("bot.official",),
    ("bot.model",),
    ("bot.summarising",),
    ("bot.answering",),
    ("bot.ledger",),
    ("bot.proofreading",),
    ("bot.drafting",),
    ("bot.display",),
    ("bot.records",),
    ("bot.assistant",),
    ("bot.evaluation",),
    ("bot.state",),
    ("bot.uploads",),
    ("bot.conversation",),
    ("bot.http_server",),
    ("bot.serving",),
    ("bot.telegram",),
    ("bot.wecom",),
    ("bot.feishu",),
    ("bot.web",),
    ("bot.terminal",),
    ("bot.__main__",),
    ("ingest",),
)
"""Packages and modules from the bottom up: each may know those of its own row and below it."""

NOT_ALL_BELOW = {
    "knowledge.reading": ("knowledge.storage", "knowledge.loading"),
    "knowledge.retrieval": ("knowledge.loading", "knowledge.reading"),
}
"""Who may not know some that stand below."""

ENVIRONMENT = ("environ", "environb", "getenv", "getenvb", "putenv", "unsetenv")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@cache
def sources() -> dict[str, ast.Module]:
    """The product's files; read by the process that runs these tests, not by all that collect."""
    folders = ("bot", "knowledge", "prompts")
    paths = [ROOT / "ingest.py", *(p for f in folders for p in sorted((ROOT / f).rglob("*.py")))]
    return {
        str(p.relative_to(ROOT)): ast.parse(p.read_text(encoding="utf-8")) for p in paths
    }  # fmt: skip


@cache
def nodes() -> dict[str, list[ast.AST]]:
    return {path: list(ast.walk(tree)) for path, tree in sources().items()}


def module_of(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def modules() -> dict[str, str]:
    """The files by the names of their modules."""
    return {module_of(path): path for path in sources()}


def imported(node: ast.AST) -> Iterator[str]:
    """The modules that an import names; ``from package import name`` names both."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def imports() -> dict[str, set[str]]:
    return {
        path: {name for node in found for name in imported(node)} for path, found in nodes().items()
    }


def is_for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def run_imports_of(path: str) -> set[str]:
    """What is imported when the code runs, early or late."""
    found: set[str] = set()
    waiting: list[ast.AST] = [sources()[path]]
    while waiting:
        node = waiting.pop()
        found.update(imported(node))
        waiting.extend(c for c in ast.iter_child_nodes(node) if not is_for_types_only(c))
    return found


def late_imports_of(path: str) -> set[str]:
    return {
        name
        for function in nodes()[path]
        if isinstance(function, FUNCTIONS)
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in list(imported(node))[:1]
    }


def places(matches: Callable[[ast.AST], bool]) -> list[str]:
    return [
        f"{path}:{getattr(node, 'lineno', 0)}"
        for path, found in nodes().items()
        for node in found
        if matches(node)
    ]


def outside(found: list[str], homes: tuple[str, ...]) -> list[str]:
    return [place for place in found if not place.startswith(homes)]


def test_the_product_is_found() -> None:
    assert {"ingest.py", "bot/__main__.py", "knowledge/library.py"} <= sources().keys()


def test_imports_name_their_module_in_full() -> None:
    assert not places(lambda node: isinstance(node, ast.ImportFrom) and node.level > 0)


def area_of(module: str) -> str:
    """The row of LAYERS that a module belongs to: itself, or the package above it."""
    known = {area for row in LAYERS for area in row}
    while module not in known:
        module, dot, _ = module.rpartition(".")
        if not dot:
            return ""
    return module


def test_every_module_stands_in_a_layer() -> None:
    packages = {"bot", "knowledge"}
    assert not [m for m in modules() if m not in packages and not area_of(m)]


def test_imports_point_downwards() -> None:
    rank = {area: n for n, row in enumerate(LAYERS) for area in row}
    upwards = {
        (area, other)
        for path in sources()
        if (area := area_of(module_of(path)))
        for name in imports()[path]
        if (other := area_of(name)) and rank[other] > rank[area]
    }
    assert not upwards


def test_some_know_even_less() -> None:
    offenders = {
        (path, name)
        for path in sources()
        for name in imports()[path]
        for forbidden in NOT_ALL_BELOW.get(area_of(module_of(path)), ())
        if name.startswith(f"{forbidden}.") and area_of(name) != area_of(module_of(path))
    }
    assert not offenders


@pytest.mark.parametrize(
    ("below", "above"),
    [
        ("knowledge/", ("bot", "prompts", "ingest")),
        ("prompts/", ("bot", "knowledge", "ingest")),
        ("bot/", ("ingest",)),
    ],
)
def test_nobody_knows_those_above(below: str, above: tuple[str, ...]) -> None:
    offenders = {
        path: names
        for path in sources()
        if path.startswith(below)
        and (names := {n for n in imports()[path] if n.split(".")[0] in above})
    }
    assert not offenders


APPS = ("telegram", "wecom", "feishu", "web")


def test_only_the_commands_know_a_chat_app() -> None:
    knowing = [
        path
        for path in sources()
        for app in APPS
        if not path.startswith(f"bot/{app}/")
        and any(f"{name}.".startswith(f"bot.{app}.") for name in imports()[path])
    ]
    assert set(knowing) == {"bot/terminal/commands.py", "bot/terminal/doctor.py"}


APP_AWARE = (
    *(f"bot/{app}/" for app in APPS), "bot/terminal/",
    "bot/errors.py", "bot/evaluation/", "bot/ids.py", "bot/settings.py",
)  # fmt: skip
"""Who may name a chat app; everything else works whatever the app."""


def test_only_a_few_name_a_chat_app() -> None:
    vendor = re.compile("telegram|wecom|feishu|lark", re.IGNORECASE)

    def names_one(node: ast.AST) -> bool:
        words = (getattr(node, key, None) for key in ("id", "attr", "name", "arg", "value"))
        return any(isinstance(word, str) and vendor.search(word) for word in words)

    others = [path for path in sources() if not path.startswith(APP_AWARE)]
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in others}
    for path in (path for path in others if vendor.search(texts[path])):
        docstrings = {node.value for node in nodes()[path] if isinstance(node, ast.Expr)}
        assert not [node for node in nodes()[path] if names_one(node) and node not in docstrings]


def test_what_people_may_do_is_decided_in_one_place() -> None:
    def decides(node: ast.AST) -> bool:
        return isinstance(node, ast.Attribute) and node.attr in ("covers", "admin_ids")

    homes = ("bot/conversation/access.py", "bot/conversation/service.py", "knowledge/")
    assert not outside(places(decides), homes)


def test_no_word_stands_there_twice() -> None:
    doubled = re.compile(r"\b([a-z]+) \1\b")
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in sources()}
    assert not [path for path, text in texts.items() if doubled.search(text)]


@pytest.mark.parametrize("vendor", HOMES)
def test_a_vendor_has_one_home(vendor: str) -> None:
    knowing = [p for p in sources() if any(n.split(".")[0] == vendor for n in imports()[p])]
    assert knowing
    assert not outside(knowing, HOMES[vendor])


def test_only_the_settings_read_the_environment() -> None:
    def reads(node: ast.AST) -> bool:
        if isinstance(node, ast.Attribute):
            return node.attr in ENVIRONMENT
        return isinstance(node, ast.ImportFrom) and any(
            alias.name in ENVIRONMENT for alias in node.names
        )

    assert not outside(places(reads), ("bot/settings.py",))


def test_imports_run_in_no_circle() -> None:
    paths = modules()
    known = {
        path: {paths[name] for name in run_imports_of(path) if name in paths} - {path}
        for path in paths.values()
    }
    while known:
        free = [path for path, needed in known.items() if not needed & known.keys()]
        assert free, f"a circle within {sorted(known)}"
        known = {path: needed for path, needed in known.items() if path not in free}


def test_an_import_is_late_only_for_a_measured_cost() -> None:
    assert {(p, name) for p in sources() for name in late_imports_of(p)} == LATE_IMPORTS.keys()


def test_only_the_command_line_prints() -> None:
    def prints(node: ast.AST) -> bool:
        if isinstance(node, ast.Name):
            return node.id == "print"
        return (
            isinstance(node, ast.Attribute)
            and node.attr == "write"
            and (ast.unparse(node.value) in ("sys.stdout", "sys.stderr"))
        )

    assert not outside(places(prints), SPEAKERS)


def test_only_what_turns_errors_into_speech_catches_everything() -> None:
    def swallows(node: ast.AST) -> bool:
        if not isinstance(node, ast.ExceptHandler):
            return False
        caught = ast.unparse(node.type) if node.type else "Exception"
        last = node.body[-1]
        passes_on = isinstance(last, ast.Raise) and last.exc is None
        return bool({"Exception", "BaseException"} & set(caught.strip("()").split(", "))) and (
            not passes_on
        )

    homes = ("bot/speech.py", "bot/conversation/update_handler.py", "knowledge/loading/workers.py")
    assert not outside(places(swallows), homes)


def test_no_error_is_passed_over_in_silence() -> None:
    def passes_over(node: ast.AST) -> bool:
        return isinstance(node, ast.ExceptHandler) and all(
            isinstance(statement, ast.Pass) for statement in node.body
        )

    assert not places(passes_over)
