"""The data files of style and layout: a fault in them is told with the file's name."""

from pathlib import Path

import pytest

from bot.official import layout, vocabulary
from bot.official.layout import official_layout
from bot.official.vocabulary import style_phrase, style_words
from knowledge.errors import DataFileError

DATA = Path(layout.__file__).parent.parent / "data"


def changed_file(name: str, old: str, new: str, folder: Path) -> Path:
    written = (DATA / name).read_text(encoding="utf-8")
    assert old in written
    path = folder / name
    path.write_text(written.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new"),
    [("[styles.body]", "[styles.other]"), ('sources = "引', 'others = "引'), ("lines = 22", "")],
)
def test_a_layout_that_lacks_something_is_told(old: str, new: str, tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"official\.toml"):
        official_layout(path=changed_file("official.toml", old, new, tmp_path))


@pytest.mark.parametrize(
    ("old", "new"), [("[casual]", "[other]"), ('shifting_years = "', 'shifting_years = "(')]
)
def test_wordings_that_do_not_fit_are_told(old: str, new: str, tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"style\.toml"):
        style_words(path=changed_file("style.toml", old, new, tmp_path))


def test_a_sentence_that_is_missing_is_told(tmp_path: Path) -> None:
    path = changed_file("style.toml", "mark_form", "other_form", tmp_path)
    with pytest.raises(DataFileError, match="mark_form"):
        style_phrase("mark_form", path)


def test_every_sentence_of_the_data_file_is_in_use() -> None:
    sources = Path(vocabulary.__file__).parent.glob("*.py")
    code = "".join(path.read_text(encoding="utf-8") for path in sources)
    assert not [key for key in style_words().say if f'"{key}"' not in code]
