"""Recognised pages that are kept: the same page again, and no more than there is room for."""

import os
import time
from pathlib import Path

import pytest
from PIL import Image

from knowledge.reading import page_cache, processes, scans
from knowledge.reading.files import read_bytes
from knowledge.reading.glyphs import Glyph, Rule, TypePage
from knowledge.reading.page_cache import PageCache
from tests.knowledge.reading.test_scans import PAGE, TEXT

ONE = TypePage([Glyph("检", 1.5, 2.0, 3.25, 4.0)], [Rule(0.0, 1.0, 9.0, 1.0)])


@pytest.fixture
def cache(tmp_path: Path) -> PageCache:
    return PageCache(tmp_path / "pages")


def test_a_page_comes_back_as_it_was(cache: PageCache) -> None:
    assert cache.find("a") is None
    cache.put("a", ONE)
    assert cache.find("a") == ONE
    assert cache.find("b") is None


@pytest.mark.parametrize("data", [b"", b"no page", b"x\x9c\x8b\x8e\x05\0\0\xf5\0\x93"])
def test_a_damaged_page_is_none(cache: PageCache, tmp_path: Path, data: bytes) -> None:
    cache.put("a", ONE)
    (tmp_path / "pages" / "a").write_bytes(data)
    assert cache.find("a") is None


def test_the_newest_pages_stay_for_a_month(
    cache: PageCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_cache, "_MOST_PAGES", 2)
    for name, days in (("old", 40), ("last week", 7), ("yesterday", 1)):
        cache.put(name, ONE)
        at = time.time() - days * 86_400
        os.utime(tmp_path / "pages" / name, (at, at))
    cache.put("today", ONE)
    assert {path.name for path in (tmp_path / "pages").iterdir()} == {"yesterday", "today"}
    monkeypatch.setattr(page_cache, "_MOST_PAGES", 9)
    at = time.time() - 40 * 86_400
    os.utime(tmp_path / "pages" / "yesterday", (at, at))
    cache.put("now", ONE)
    assert {path.name for path in (tmp_path / "pages").iterdir()} == {"today", "now"}


def test_a_picture_is_known_by_its_pixels_and_their_size(cache: PageCache) -> None:
    white, black = (Image.new("RGB", (40, 50), colour) for colour in ("white", "black"))
    keys = [cache.key(white, 0.5), cache.key(black, 0.5), cache.key(white, 0.25)]
    keys.append(cache.key(Image.new("RGB", (50, 40), "white"), 0.5))
    assert len(set(keys)) == 4
    assert cache.key(white.copy(), 0.5) == keys[0]


def test_a_folder_that_cannot_be_written_costs_no_page(tmp_path: Path) -> None:
    (tmp_path / "pages").write_text("a file", encoding="utf-8")
    cache = PageCache(tmp_path / "pages")
    cache.put("a", ONE)
    assert cache.find("a") is None


@pytest.mark.usefixtures("one_thread")
def test_a_page_is_recognised_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_folders", [tmp_path])
    data = PAGE.read_bytes()
    first = read_bytes(data)

    def recognise_anew(_picture: object, _points: float) -> TypePage:
        raise AssertionError

    monkeypatch.setattr(scans, "_recognise", recognise_anew)
    assert read_bytes(data) == first
    assert first.text == TEXT
