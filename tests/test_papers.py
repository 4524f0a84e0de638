"""The papers lead where they say: links, tasks of the Makefile, modules, names in code."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAPERS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
TASK = re.compile(r"(?:^|`)make ([a-z]+)", re.MULTILINE)
PLACE = re.compile(r"(?<![\w./])(?:bot|knowledge|prompts|tests|samples|docs)/[\w./{},]*[\w}/](?!<)")
"""A path; before ``<N>`` and the like, the folder above."""
BRACES = re.compile(r"\{([^}]*)\}")
DOTTED = re.compile(
    r"(?<![\w./])(?:bot|knowledge|prompts|tests)(?:\.(?!(?:sqlite3|lock)\b)[A-Za-z_]\w*)+"
)
DEFINED = re.compile(r"`([\w/]+\.py)` `([A-Za-z_][\w.]*)`")
CLASS = re.compile(r"`([A-Z][a-z]\w*(?:\.\w+)?)`")
NAME = re.compile(r"`([a-z_]+)`")


def anchors_of(page: Path) -> set[str]:
    """The headings of a page as GitHub's links name them."""
    headings = HEADING.findall(page.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def inner_links(page: Path) -> Iterator[tuple[Path, str]]:
    """The files that a page links to, and the headings in them."""
    for target in LINK.findall(page.read_text("utf-8")):
        if "://" not in target:
            name, _, anchor = target.partition("#")
            yield (page.parent / name if name else page), anchor


def expand(place: str) -> Iterator[str]:
    """``bot/{a,b}.py`` is two places."""
    braces = BRACES.search(place)
    if braces is None:
        yield place
        return
    for word in braces[1].split(","):
        yield from expand(place[: braces.start()] + word + place[braces.end() :])


@cache
def names_in(module: Path) -> frozenset[str]:
    """What a module defines: ``Class``, ``Class.method``, ``function``, ``CONSTANT``."""
    names: set[str] = set()
    for node in ast.parse(module.read_text("utf-8")).body:
        names |= defined_by(node)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{name}" for inner in node.body for name in defined_by(inner)}
    return frozenset(names)


def defined_by(node: ast.stmt) -> set[str]:
    match node:
        case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            return {node.name}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
        case ast.Assign():
            return {n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)}
        case _:
            return set()


def is_importable(dotted: str) -> bool:
    """Whether a dotted name is a module or package, or something that one of them defines."""
    path = ROOT / dotted.replace(".", "/")
    if path.is_dir() or path.with_suffix(".py").is_file():
        return True
    module = path.parent.with_suffix(".py")
    return module.is_file() and path.name in names_in(module)


@pytest.fixture(params=PAPERS, ids=lambda p: str(p.relative_to(ROOT)))
def page(request: pytest.FixtureRequest) -> Path:
    paper: Path = request.param
    return paper


def test_links_lead_somewhere(page: Path) -> None:
    lost = [
        (str(target), anchor)
        for target, anchor in inner_links(page)
        if not target.exists() or (anchor and anchor not in anchors_of(target))
    ]
    assert not lost


def test_tasks_are_in_the_makefile(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    tasks = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert set(TASK.findall(page.read_text("utf-8"))) <= tasks


def test_the_readme_links_to_every_page() -> None:
    linked = {target.resolve() for target, _ in inner_links(ROOT / "README.md")}
    assert {page for page in PAPERS if page.name != "README.md"} <= linked


def test_places_that_a_paper_names_are_there(page: Path) -> None:
    found = PLACE.findall(page.read_text("utf-8"))
    places = {each for place in found for each in expand(place)}
    assert not [place for place in sorted(places) if not (ROOT / place).exists()]


def test_dotted_names_of_a_paper_are_in_the_code(page: Path) -> None:
    dotted = set(DOTTED.findall(page.read_text("utf-8")))
    assert not [name for name in sorted(dotted) if not is_importable(name)]


def test_names_behind_a_module_are_defined_there(page: Path) -> None:
    named = DEFINED.findall(page.read_text("utf-8"))
    assert not [(m, n) for m, n in named if n not in names_in(ROOT / m)]


def test_the_architecture_names_functions_behind_their_modules() -> None:
    """That the check above sees what it is to see."""
    assert len(DEFINED.findall((ROOT / "docs" / "architecture.md").read_text("utf-8"))) > 40


def test_the_names_of_the_glossary_are_in_the_code() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    before, _, rest = text.partition("## Not in the code yet")
    present = before + rest.partition("\n## ")[2]
    folders = ("bot", "knowledge", "prompts")
    modules = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    defined = {name for module in modules for name in names_in(module)}
    assert set(CLASS.findall(present)) <= defined
    words = {word for module in modules for word in re.findall(r"\w+", module.read_text("utf-8"))}
    assert set(NAME.findall(present)) <= words
