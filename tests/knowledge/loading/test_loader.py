import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.errors import EmbeddingFailed
from knowledge.library import Library
from knowledge.loading.loader import Decision, Status, decide
from knowledge.loading.report_reader import read_report
from knowledge.models import Bureau, Identity
from knowledge.reading.files import read_bytes
from knowledge.reading.paths import display_path, is_gone, path_at, place_of
from knowledge.reading.result import PagedText
from knowledge.storage.protocols import ReportEntry, ReportSource, Vectors
from knowledge.understanding.periods import Period, YearPart
from knowledge.understanding.pipeline import Overrides, understand
from tests.knowledge.material import (
    CountingEmbedder,
    contents,
    load,
    report_text,
    row_counts,
    statuses,
    write_reports,
)

ADDED, REPLACED, UNCHANGED = Status.ADDED, Status.REPLACED, Status.UNCHANGED
REMOVED, FAILED = Status.REMOVED, Status.FAILED
BODY = "一、主要工作\n检查食品单位120家，立案3件。\n二、存在的问题\n监管力量不足。\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "reports"
    path.mkdir()
    return path


def files_of(library: Library) -> list[str]:
    return sorted(Path(entry.file).name for entry in library.reports())


def generation(library: Library) -> str:
    return library._store.generation


# -- what is to be done with a file, decided without touching anything

READ = understand(report_text(1), file="a.txt", sha256="sha")
HERE = ReportSource("file:///a.txt", "a.txt", "sha", "v2 told ")


def entry(**changes: object) -> ReportEntry:
    held = ReportEntry(READ.report.id, HERE, READ.report.identity, "", 1, 1, 1)
    return replace(held, **changes)  # type: ignore[arg-type]


OTHER = entry(id="another")
ELSEWHERE = replace(HERE, place="file:///b.txt", file="b.txt")


@pytest.mark.parametrize(
    ("held", "before", "gone", "decision"),
    [
        (None, None, False, Decision(ADDED, rewrite=True, primary=True)),
        (None, OTHER, False, Decision(REPLACED, rewrite=True, primary=True)),
        (entry(), entry(), False, Decision(UNCHANGED, rewrite=False, primary=True)),
        # read by an older version, or told otherwise
        (entry(source=replace(HERE, understanding="v1 told ")), entry(), False,
         Decision(REPLACED, rewrite=True, primary=True)),
        (entry(source=replace(HERE, understanding="v2 other ")), entry(), False,
         Decision(REPLACED, rewrite=True, primary=True)),
        # the same text in another file, which is there, and may have been told otherwise
        (entry(source=ELSEWHERE), None, False, Decision(UNCHANGED, rewrite=False, primary=False)),
        (entry(source=replace(ELSEWHERE, understanding="v2 other ")), None, False,
         Decision(UNCHANGED, rewrite=False, primary=False)),
        (entry(source=replace(ELSEWHERE, understanding="v1 told ")), None, False,
         Decision(REPLACED, rewrite=True, primary=False)),
        (entry(source=ELSEWHERE), OTHER, False, Decision(REPLACED, rewrite=False, primary=False)),
        # moved; and moved to a name that tells more
        (entry(source=ELSEWHERE), None, True, Decision(UNCHANGED, rewrite=False, primary=True)),
        (entry(source=ELSEWHERE, identity=Identity(None, None)), None, True,
         Decision(REPLACED, rewrite=True, primary=True)),
    ],
)  # fmt: skip
def test_what_to_do_with_a_file_follows_from_what_is_held(
    held: ReportEntry | None, before: ReportEntry | None, gone: bool, decision: Decision
) -> None:
    assert decide(READ, HERE, held, before, gone=gone) == decision


# -- the same files again


def test_new_files_are_added_and_told(library: Library, folder: Path) -> None:
    paths = write_reports(folder, 3)
    lines = load(library, folder)
    assert [line.file for line in lines] == [str(path) for path in paths]
    assert {line.status for line in lines} == {ADDED}
    first = lines[0]
    assert (first.bureau, first.level, first.period) == ("青禾县市场监管局", "县", "2023年")
    assert {line.report_id for line in lines} == {entry.id for entry in library.reports()}
    assert min(first.sections, first.passages, first.figures) > 0
    assert first.seconds > 0


def test_the_same_files_again_change_nothing(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    write_reports(folder, 3)
    (folder / "copy.txt").write_text(report_text(0), encoding="utf-8")
    first = load(library, folder)
    before, counts = generation(library), row_counts(tmp_path / "data")
    again = load(library, folder)
    assert {line.status for line in again} == {UNCHANGED}
    assert generation(library) == before
    assert row_counts(tmp_path / "data") == counts
    told = [(n.file, n.report_id, n.bureau, n.period, n.passages, n.figures) for n in first]
    assert told == [(n.file, n.report_id, n.bureau, n.period, n.passages, n.figures) for n in again]


def test_what_is_unchanged_is_not_embedded_again(library: Library, folder: Path) -> None:
    write_reports(folder, 2)
    load(library, folder)
    embedder = library._embedder
    assert isinstance(embedder, CountingEmbedder)
    embedder.texts.clear()
    load(library, folder)
    assert not embedder.texts


def test_what_is_unchanged_is_not_even_decoded(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = write_reports(folder, 2)
    load(library, folder)
    decoded: list[bytes] = []

    def noted(data: bytes, most: int) -> PagedText:
        decoded.append(data)
        return read_bytes(data, most)

    monkeypatch.setattr("knowledge.loading.report_reader.read_bytes", noted)
    assert {line.status for line in load(library, folder)} == {UNCHANGED}
    assert not decoded
    first.write_text(report_text(7), encoding="utf-8")
    load(library, folder)
    assert decoded == [first.read_bytes()]


def test_a_renamed_file_is_the_same_report_and_is_not_embedded_again(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    (path,) = write_reports(folder, 1)
    load(library, folder)
    held = contents(tmp_path / "data")
    embedder = library._embedder
    assert isinstance(embedder, CountingEmbedder)
    embedder.texts.clear()
    path.rename(folder / "renamed.txt")
    (line,) = load(library, folder, prune=True)
    assert line.status is UNCHANGED
    assert not embedder.texts
    now = contents(tmp_path / "data")
    assert [place for place, *_ in now.pop("sources")] == [place_of(folder / "renamed.txt")]
    held.pop("sources")
    changed = {table for table in held if held[table] != now[table]}
    assert changed == {"reports"}  # where it lies; all that was read of it stays


def test_a_changed_file_is_replaced_as_a_whole(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    (path,) = write_reports(folder, 1)
    load(library, folder)
    path.write_text(report_text(8), encoding="utf-8")
    load(library, folder)
    other = Library(tmp_path / "fresh", CountingEmbedder(), create=True)
    load(other, folder)
    other.close()
    assert contents(tmp_path / "data") == contents(tmp_path / "fresh")


def test_a_file_named_twice_is_loaded_once(library: Library, folder: Path) -> None:
    (path,) = write_reports(folder, 1)
    (folder / "link.txt").symlink_to(path)
    assert len(load(library, path, folder, folder / ".." / "reports" / path.name)) == 1


def test_ids_come_from_the_content(library: Library, folder: Path, tmp_path: Path) -> None:
    write_reports(folder, 2)
    here = {line.report_id for line in load(library, folder)}
    moved = tmp_path / "elsewhere"
    folder.rename(moved)
    (moved / "report-0000.txt").rename(moved / "z.txt")
    other = Library(tmp_path / "data2", CountingEmbedder(), create=True)
    assert {line.report_id for line in load(other, moved)} == here
    other.close()


# -- files that changed, moved or hold the same


def test_a_changed_file_is_replaced(library: Library, folder: Path, tmp_path: Path) -> None:
    (path,) = write_reports(folder, 1)
    load(library, folder)
    rows = row_counts(tmp_path / "data")
    path.write_text(report_text(8), encoding="utf-8")
    (line,) = load(library, folder)
    assert line.status is REPLACED
    assert [e.id for e in library.reports()] == [line.report_id]
    assert row_counts(tmp_path / "data")["passages"] == rows["passages"]


def test_bytes_that_changed_without_the_text_leave_the_report(
    library: Library, folder: Path
) -> None:
    (path,) = write_reports(folder, 1)
    load(library, folder)
    before = generation(library)
    path.write_text(report_text(0), encoding="utf-8-sig")
    (line,) = load(library, folder)
    assert line.status is UNCHANGED
    assert generation(library) == before


def test_the_same_text_in_two_files_is_one_report(library: Library, folder: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(report_text(1), encoding="utf-8")
    lines = load(library, folder)
    assert statuses(lines) == {"a.txt": ADDED, "b.txt": UNCHANGED}
    assert lines[0].report_id == lines[1].report_id
    assert files_of(library) == ["a.txt"]


def test_two_files_of_one_text_told_otherwise_do_not_take_turns(
    library: Library, folder: Path
) -> None:
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(report_text(1), encoding="utf-8")
    manifest = "file,bureau,period\na.txt,甲县市场监管局,2021\nb.txt,乙县市场监管局,2022\n"
    (folder / "manifest.csv").write_text(manifest, encoding="utf-8")
    load(library, folder)
    before = generation(library)
    assert {line.status for line in load(library, folder)} == {UNCHANGED}
    assert generation(library) == before


def test_one_of_two_files_may_change_or_go(library: Library, folder: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(report_text(1), encoding="utf-8")
    load(library, folder)
    (folder / "a.txt").write_text(report_text(2), encoding="utf-8")
    assert statuses(load(library, folder / "a.txt")) == {"a.txt": REPLACED}
    assert files_of(library) == ["a.txt", "b.txt"]
    (folder / "b.txt").write_text(report_text(2), encoding="utf-8")
    assert statuses(load(library, folder / "b.txt")) == {"b.txt": REPLACED}
    assert files_of(library) == ["a.txt"]
    (folder / "a.txt").unlink()
    assert load(library, folder, prune=True)[-1].status is UNCHANGED
    assert files_of(library) == ["b.txt"]


def test_a_moved_file_keeps_its_report(library: Library, folder: Path) -> None:
    (path,) = write_reports(folder, 1)
    (added,) = load(library, folder)
    path.rename(folder / "moved.txt")
    (moved,) = load(library, folder, prune=True)
    assert (moved.status, moved.report_id) == (UNCHANGED, added.report_id)
    assert files_of(library) == ["moved.txt"]


def test_a_new_name_may_tell_whose_report_it_is(library: Library, folder: Path) -> None:
    (folder / "a.txt").write_text(BODY, encoding="utf-8")
    (line,) = load(library, folder)
    assert (line.bureau, line.period) == ("", "")
    (folder / "a.txt").rename(folder / "云溪县市场监管局2022年.txt")
    (line,) = load(library, folder)
    assert (line.status, line.bureau, line.period) == (REPLACED, "云溪县市场监管局", "2022年")
    (line,) = load(library, folder)
    assert line.status is UNCHANGED


def test_what_is_told_replaces_what_was_read(library: Library, folder: Path) -> None:
    write_reports(folder, 1)
    load(library, folder)
    period = Period(2020, YearPart.FIRST_HALF)
    (line,) = load(library, folder, bureau="某某区市场监管局", period=period)
    assert (line.status, line.bureau) == (REPLACED, "某某区市场监管局")
    (held,) = library.reports()
    assert held.identity.bureau == Bureau("某某区市场监管局", held.identity.bureau.level)  # type: ignore[union-attr]
    assert held.identity.period == period
    (line,) = load(library, folder, bureau="某某区市场监管局", period=period)
    assert line.status is UNCHANGED


def test_a_new_way_of_reading_reads_all_anew(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_reports(folder, 2)
    load(library, folder)
    monkeypatch.setattr("knowledge.loading.loader.understanding_version", lambda: "another")
    assert {line.status for line in load(library, folder)} == {REPLACED}
    assert {line.status for line in load(library, folder)} == {UNCHANGED}


# -- pruning


def test_pruning_takes_out_what_lay_in_the_folder_and_is_gone(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    first, second = write_reports(folder, 2)
    (elsewhere,) = write_reports(tmp_path / "elsewhere", 1, first=5)
    load(library, folder, elsewhere)
    first.unlink()
    elsewhere.unlink()
    assert statuses(load(library, folder)) == {second.name: UNCHANGED}
    lines = load(library, folder, prune=True)
    assert statuses(lines) == {second.name: UNCHANGED, first.name: REMOVED}
    assert lines[-1].bureau == "青禾县市场监管局"
    assert files_of(library) == [second.name, elsewhere.name]
    assert statuses(load(library, elsewhere, prune=True)) == {elsewhere.name: REMOVED}


def test_pruning_leaves_a_folder_alone_that_is_not_there(library: Library, folder: Path) -> None:
    write_reports(folder, 2)
    load(library, folder)
    folder.rename(folder.with_name("away"))
    (line,) = load(library, folder, prune=True)
    assert line.status is FAILED
    assert len(library.reports()) == 2


def test_pruning_takes_out_nothing_that_it_may_not_look_at(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_reports(folder / "inner", 1)
    load(library, folder)

    def closed(path: Path) -> os.stat_result:
        raise PermissionError(path)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "stat", closed)
        assert not is_gone(place_of(folder / "inner" / "report-0000.txt"))


# -- a dry run


def test_a_dry_run_tells_what_would_become_of_each_file(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    first, second, third, fourth = write_reports(folder, 4)
    load(library, folder)
    embedder = library._embedder
    assert isinstance(embedder, CountingEmbedder)
    embedder.texts.clear()
    first.write_text(report_text(9), encoding="utf-8")
    second.unlink()
    (folder / "new.txt").write_text(report_text(10), encoding="utf-8")
    (folder / "new-copy.txt").write_text(report_text(10), encoding="utf-8")
    (folder / "odd.txt").write_bytes(b"")
    third.rename(folder / "x.txt")
    before, rows = generation(library), row_counts(tmp_path / "data")
    with library.loader(dry_run=True) as loader:
        dry = list(loader.load([folder], Overrides(), prune=True))
    assert generation(library) == before
    assert row_counts(tmp_path / "data") == rows
    assert not embedder.texts
    wet = load(library, folder, prune=True)
    assert [replace(n, seconds=0) for n in dry] == [replace(n, seconds=0) for n in wet]
    assert statuses(wet) == {
        first.name: REPLACED,
        second.name: REMOVED,
        fourth.name: UNCHANGED,
        "new-copy.txt": ADDED,
        "new.txt": UNCHANGED,
        "odd.txt": FAILED,
        "x.txt": UNCHANGED,
    }


def test_a_dry_run_makes_no_folder(library: Library, folder: Path, tmp_path: Path) -> None:
    write_reports(folder, 1)
    with library.loader(dry_run=True) as loader:
        (line,) = loader.load([folder], Overrides())
    assert line.status is ADDED
    assert not (tmp_path / "data").exists()
    assert not library.reports()


# -- files of all kinds


def test_what_cannot_be_read_is_told_and_the_others_go_on(library: Library, folder: Path) -> None:
    (good,) = write_reports(folder, 1)
    (folder / "empty.txt").touch()
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "away.txt").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "pipe.txt")
    lines = {Path(line.file).name: line for line in load(library, folder, folder / "missing.txt")}
    assert lines.pop(good.name).status is ADDED
    assert len(lines) == 6
    assert {line.status for line in lines.values()} == {FAILED}
    assert all(line.error and "\n" not in line.error for line in lines.values())


def test_a_manifest_that_does_not_parse_is_told_for_its_folder_alone(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    write_reports(folder, 1)
    (folder / "manifest.csv").write_text("file,period\na.txt,何时\n", encoding="utf-8")
    (good,) = write_reports(tmp_path / "other", 1, first=3)
    lines = load(library, folder, good)
    assert [line.status for line in lines] == [FAILED, ADDED]
    assert "manifest.csv" in lines[0].error


def test_what_is_no_report_is_passed_over_and_told(library: Library, folder: Path) -> None:
    (folder / "a.rar").write_bytes(b"Rar!\x1a\x07")
    (folder / "程序.py").write_text(report_text(1), encoding="utf-8")
    (folder / "坏的.docx").write_bytes(b"PK\x03\x04")
    told = {Path(line.file).name: (line.status, line.error) for line in load(library, folder)}
    assert {name: status for name, (status, _) in told.items()} == {
        "a.rar": Status.SKIPPED, "程序.py": Status.SKIPPED, "坏的.docx": FAILED,
    }  # fmt: skip
    assert "只支持 zip" in told["a.rar"][1]
    assert "后缀是 .py" in told["程序.py"][1]
    with library.loader() as loader:
        (changed,) = loader.load([folder / "程序.py"], Overrides(), named=[folder])
    assert changed.status is Status.SKIPPED
    (named,) = load(library, folder / "a.rar")
    assert named.status is FAILED
    (named,) = load(library, folder / "程序.py")
    assert named.status is ADDED


def test_characters_that_cannot_be_read_are_told(library: Library, folder: Path) -> None:
    text = report_text(1).encode()
    (folder / "a.txt").write_bytes(text[:-4] + b"\xff" + text[-4:])
    (line,) = load(library, folder)
    assert (line.status, line.unreadable) == (ADDED, 1)
    assert "unreadable" in line.doubts


NAMES = {b"\xff\xfe.txt": None, "云溪县2023年.txt".encode("gb18030"): "云溪县2023年.txt"}


@pytest.mark.parametrize(("name", "readable"), NAMES.items())
def test_a_name_that_is_no_utf8_is_stored_and_shown(
    library: Library, folder: Path, name: bytes, readable: str | None
) -> None:
    path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name))
    path.write_text(report_text(1), encoding="utf-8")
    (line,) = load(library, folder)
    assert line.status is ADDED
    line.file.encode()
    assert readable is None or Path(line.file).name == readable
    assert [s.status for s in load(library, folder)] == [UNCHANGED]
    assert [s.status for s in load(library, path)] == [UNCHANGED]
    path.unlink()
    (line,) = load(library, folder, prune=True)
    assert line.status is REMOVED


def test_a_place_is_plain_text_and_leads_back() -> None:
    for name in ("云溪县 2023年#1%20.txt", os.fsdecode(b"\xff\xfe"), "a\nb?.txt"):
        path = Path("/tmp").resolve() / name  # noqa: S108 - nothing is written there
        place_of(path).encode("ascii")
        assert path_at(place_of(path)) == path


def test_a_readable_path_is_shown_as_it_was_given() -> None:
    assert display_path(Path("a/../云溪.txt")) == "a/../云溪.txt"


# -- when the embedder fails


class FailingEmbedder(CountingEmbedder):
    def embed(self, texts: Sequence[str]) -> Vectors:
        if any("编号2的" in text for text in texts):
            raise EmbeddingFailed(reason="超时没有回应")
        return super().embed(texts)


def test_reports_before_the_fault_of_an_embedder_stay(tmp_path: Path, folder: Path) -> None:
    write_reports(folder, 4)
    library = Library(tmp_path / "data", FailingEmbedder(), create=True)
    with pytest.raises(EmbeddingFailed):
        load(library, folder)
    assert files_of(library) == ["report-0000.txt", "report-0001.txt"]
    assert library.search(library.read_question("检查食品安全单位多少家"))
    library.close()


# -- taken out by name


def test_a_report_is_forgotten_whichever_files_hold_it(library: Library, folder: Path) -> None:
    first, second = write_reports(folder, 2)
    (folder / "copy.txt").write_bytes(first.read_bytes())
    load(library, folder)
    entry = next(e for e in library.reports() if Path(e.file).name == "copy.txt")
    assert {path.name for path in library.files_of(entry.id)} == {"copy.txt", first.name}
    with library.loader() as loader:
        forgotten = loader.remove_report(entry.id)
        assert loader.remove_report(entry.id) is None
    assert forgotten
    assert (forgotten.status, forgotten.report_id) == (REMOVED, entry.id)
    assert files_of(library) == [second.name]
    assert library.files_of(entry.id) == []


def test_a_forgotten_report_comes_back_with_its_folder(library: Library, folder: Path) -> None:
    write_reports(folder, 1)
    (line,) = load(library, folder)
    with library.loader() as loader:
        loader.remove_report(line.report_id)
    assert files_of(library) == []
    (again,) = load(library, folder)
    assert (again.status, again.report_id) == (ADDED, line.report_id)


def test_a_file_is_let_go_and_its_report_leaves_with_the_last_of_them(
    library: Library, folder: Path
) -> None:
    (first,) = write_reports(folder, 1)
    copy = folder / "copy.txt"
    copy.write_bytes(first.read_bytes())
    load(library, folder)
    with library.loader() as loader:
        assert loader.remove_file(folder / "unknown.txt") is None
        assert loader.remove_file(copy) is None
        assert [Path(e.file).name for e in library.reports()] == [first.name]
        gone = loader.remove_file(first)
    assert gone
    assert gone.status is REMOVED
    assert not any(
        row_counts(folder.parent / "data")[t] for t in ("reports", "passages", "lexicon")
    )


def test_a_report_is_lost_once_none_of_its_files_lies_there(library: Library, folder: Path) -> None:
    (first,) = write_reports(folder, 1)
    copy = folder / "copy.txt"
    copy.write_bytes(first.read_bytes())
    (line, _) = load(library, folder)
    first.unlink()
    with library.loader() as loader:
        assert loader.remove_if_lost(line.report_id) is None
        copy.unlink()
        assert loader.remove_if_lost(line.report_id)
        assert loader.remove_if_lost(line.report_id) is None
    assert files_of(library) == []


def test_what_was_understood_already_is_loaded_as_the_file_would_be(tmp_path: Path) -> None:
    path = tmp_path / "白鹭区2022年.txt"
    path.write_text(BODY, encoding="utf-8")
    read = read_report(path, "b.txt", Overrides())
    stated = Overrides("清河县市场监管局", None)
    lines, held = [], []
    for n, understood in enumerate((False, True)):
        with (
            closing(Library(tmp_path / str(n), CountingEmbedder(), create=True)) as library,
            library.loader() as loader,
        ):
            if understood:
                lines += [loader.load_understood(path, read, stated) for _ in range(2)]
            else:
                lines += [*loader.load([path], stated), *loader.load([path], stated)]
            held.append([replace(entry, loaded_at="") for entry in library.reports()])
    assert [line.status for line in lines] == [ADDED, UNCHANGED] * 2
    assert replace(lines[2], seconds=0.0) == replace(lines[0], seconds=0.0)
    assert held[0] == held[1]
