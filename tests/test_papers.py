"""The papers lead where they say: links, tasks of the Makefile, commands."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAPERS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
TASK = re.compile(r"(?:^|`)make ([a-z]+)", re.MULTILINE)


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


@pytest.mark.parametrize("page", PAPERS, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    lost = [
        (str(target), anchor)
        for target, anchor in inner_links(page)
        if not target.exists() or (anchor and anchor not in anchors_of(target))
    ]
    assert not lost


@pytest.mark.parametrize("page", PAPERS, ids=lambda p: str(p.relative_to(ROOT)))
def test_tasks_are_in_the_makefile(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    tasks = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert set(TASK.findall(page.read_text("utf-8"))) <= tasks


def test_the_readme_links_to_every_page() -> None:
    linked = {target.resolve() for target, _ in inner_links(ROOT / "README.md")}
    assert {page for page in PAPERS if page.name != "README.md"} <= linked
