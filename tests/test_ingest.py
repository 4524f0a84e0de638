"""The command that loads reports: in this process for most, as a user runs it for the rest."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from bot.errors import UsageError
from bot.terminal.ingest import ingest
from knowledge.errors import StoreBusy, StoreDamaged, StoreMissing, StoreUnwritable
from knowledge.library import Library
from knowledge.storage.builtin_embedder import BuiltinEmbedder
from knowledge.storage.sqlite import write_lock
from tests.conftest import without_vector_index
from tests.knowledge.material import (
    contents,
    files_below,
    load,
    report_text,
    row_counts,
    write_reports,
)
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[1]
INGEST = [sys.executable, str(ROOT / "ingest.py")]
LINE = {
    "file": str, "status": str, "report_id": str, "bureau": str, "period": str, "sections": int,
    "passages": int, "figures": int, "seconds": float, "error": str,
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_reports(tmp_path / "reports", 3)
    return tmp_path / "reports"


@pytest.fixture
def data_dir(tmp_path: Path, reads_here: None) -> Iterator[Path]:  # noqa: ARG001 - set up before it
    with without_vector_index():
        yield tmp_path / "data"


def run(data_dir: Path, *arguments: object) -> int:
    return ingest([*map(str, arguments), "--data-dir", str(data_dir)])


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    captured = capsys.readouterr()
    return [json.loads(line) for line in captured.out.splitlines()]


def as_user(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """The command line itself."""
    command = [*INGEST, *map(str, arguments)]
    return subprocess.run(  # noqa: S603 - our own interpreter
        command, capture_output=True, text=True, check=False, **options
    )


def one_line(text: str) -> bool:
    return text.count("\n") == 1 and "Traceback" not in text


# -- what is told


def test_each_file_is_told_in_chinese_and_then_the_total(
    data_dir: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(data_dir, folder) == 0
    *lines, total = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in lines] == [
        ["新装", str(folder / f"report-{n:04d}.txt"), f"{place}市场监管局"]
        for n, place in enumerate(("青禾县", "白鹭区", "临泽市"))
    ]
    assert total.startswith("共 3 个文件：新装 3，更新 0，未变 0，去掉 0，失败 0，跳过 0；用时 ")


def test_json_is_an_object_a_line_and_nothing_else(
    data_dir: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "empty.txt").touch()
    assert run(data_dir, folder, "--json") == 1
    *lines, last = told(capsys)
    for line in lines:
        assert {name: type(line[name]) for name in LINE} == LINE
    assert [line["status"] for line in lines] == ["failed", "added", "added", "added"]
    assert lines[0]["error"]
    assert lines[1]["period"] == "2023年"
    assert last["total"] == {
        "files": 4, "added": 3, "replaced": 0, "unchanged": 0, "removed": 0, "failed": 1,
            "skipped": 0,
    }  # fmt: skip
    assert last["seconds"] > 0


@pytest.mark.usefixtures("reads_here")
def test_the_same_again_changes_nothing(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data_dir = tmp_path / "data"  # with its index
    run(data_dir, folder, "--json")
    first, rows = told(capsys), row_counts(data_dir)
    files = files_below(data_dir)
    assert run(data_dir, folder, "--json") == 0
    again = told(capsys)
    assert [line["status"] for line in again[:-1]] == ["unchanged"] * 3
    ids = [line["report_id"] for line in again[:-1]]
    assert ids == [line["report_id"] for line in first[:-1]]
    assert row_counts(data_dir) == rows
    assert files_below(data_dir) == files


def test_pruning_and_replacing_are_told(
    data_dir: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(data_dir, folder)
    capsys.readouterr()
    (folder / "report-0000.txt").unlink()
    (folder / "report-0001.txt").write_text(report_text(9), encoding="utf-8")
    assert run(data_dir, folder, "--prune", "--json") == 0
    assert [line["status"] for line in told(capsys)[:-1]] == ["replaced", "unchanged", "removed"]


def test_a_dry_run_writes_nothing(
    data_dir: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(data_dir, folder, "--dry-run", "--json") == 0
    assert [line["status"] for line in told(capsys)[:-1]] == ["added"] * 3
    assert not data_dir.exists()
    run(data_dir, folder)
    capsys.readouterr()
    (folder / "report-0000.txt").unlink()
    (folder / "report-0001.txt").write_text(report_text(9), encoding="utf-8")
    files = files_below(data_dir)
    assert run(data_dir, folder, "--dry-run", "--prune", "--reindex", "--json") == 0
    assert [line["status"] for line in told(capsys)[:-1]] == ["replaced", "unchanged", "removed"]
    assert files_below(data_dir) == files


def test_what_is_told_on_the_command_line_wins_over_the_text(
    data_dir: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = os.fsdecode(b"\xff")
    assert run(data_dir, folder, "--bureau", f"某县{odd}局", "--period", "2020年", "--json") == 0
    line = told(capsys)[0]
    assert line["bureau"].startswith("某县")
    assert line["period"] == "2020年"
    json.dumps(line, ensure_ascii=False).encode()


# -- wrong commands and folders


@pytest.mark.parametrize(
    "arguments", [[], ["--nothing"], ["x", "--period", "何时"], ["--data-dir"], ["--prune"]]
)
def test_a_wrong_command_is_a_usage_error(arguments: list[str]) -> None:
    with pytest.raises(UsageError):
        ingest(arguments)


def test_a_folder_without_reports_is_told(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    assert run(data_dir, tmp_path / "empty") == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "没有找到可以装入的报告文件。\n"


def test_a_path_that_is_missing_fails_and_the_others_go_on(
    data_dir: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(data_dir, folder / "nowhere", folder, "--json") == 1
    assert [line["status"] for line in told(capsys)[:-1]] == ["failed", *["added"] * 3]


def test_a_rebuild_needs_a_store(data_dir: Path) -> None:
    with pytest.raises(StoreMissing):
        run(data_dir, "--reindex")
    assert not data_dir.exists()


def test_a_rebuild_goes_with_paths_and_without(
    data_dir: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(data_dir, folder / "report-0000.txt")
    assert run(data_dir, "--reindex") == 0
    capsys.readouterr()
    assert run(data_dir, "--reindex", folder, "--json") == 0
    assert [line["status"] for line in told(capsys)[:-1]] == ["unchanged", "added", "added"]


def test_places_that_cannot_hold_a_store_are_told(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here")
    for place in (tmp_path / "file", Path("/proc/nope")):
        with pytest.raises(StoreUnwritable):
            run(place, folder)
    (tmp_path / "odd" / "knowledge.sqlite3").mkdir(parents=True)
    with pytest.raises(StoreDamaged):
        run(tmp_path / "odd", folder)


# -- as a user runs it


def test_the_command_line_speaks_in_single_lines(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "knowledge.sqlite3").write_bytes(b"garbage" * 999)
    damaged = as_user(folder, "--data-dir", tmp_path / "odd")
    assert (damaged.returncode, damaged.stdout) == (1, "")
    assert one_line(damaged.stderr)
    assert "资料库打不开" in damaged.stderr
    wrong = as_user("--nothing")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert one_line(wrong.stderr)


def test_names_that_are_no_utf8_reach_the_store_and_the_screen(
    tmp_path: Path, data_dir: Path
) -> None:
    name = os.fsdecode(b"\xff\xfe.txt")
    (tmp_path / name).write_text(report_text(1), encoding="utf-8")
    done = as_user(name, "--data-dir", data_dir, "--json", cwd=tmp_path, env=ascii_environment())
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[0])["status"] == "added"
    assert done.stderr == ""


def ascii_environment() -> dict[str, str]:
    """A terminal that says of itself that it knows ASCII alone."""
    return {**os.environ, "PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONIOENCODING": ""}


def test_a_second_ingest_is_told_at_once_and_harms_nothing(
    data_dir: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.library._LOCK_SECONDS", 0.0)
    with write_lock(data_dir), pytest.raises(StoreBusy) as busy:
        run(data_dir, folder)
    assert str(busy.value) == f"另一个程序正在往数据目录 {data_dir} 写入，请等它结束后再试。"
    assert run(data_dir, folder) == 0


# -- killed at any moment

LOADING = """
import os, sys
from pathlib import Path
from knowledge.storage.builtin_embedder import BuiltinEmbedder
from knowledge.library import Library
from knowledge.understanding.pipeline import Overrides
import knowledge.storage.chroma_index

def load(data_dir, folder):
    library = Library(
        data_dir, BuiltinEmbedder(), create=True, progress=lambda done, of: print("index", done)
    )
    with library.loader() as loader:
        for line in loader.load([folder], Overrides()):
            print("file", line.file)
    library.close()
    print("done")

sys.stdout.reconfigure(line_buffering=True)
for _ in sys.stdin:
    if not os.fork():
        print("pid", os.getpid())
        load(*map(Path, sys.argv[1:]))
        os._exit(0)
    os.wait()
    print("over")
"""


class Loading:
    """Loads a folder in processes of its own, one after another, each killed at a moment."""

    def __init__(self, data_dir: Path, folder: Path) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", LOADING, str(data_dir), str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def run(self, lines: int, prefix: str = "") -> list[str]:
        """What was told until it was killed, after so many lines that begin so."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("\n")
        pid = int(self._process.stdout.readline().split()[1])
        heard: list[str] = []
        for line in self._process.stdout:
            if line == "over\n":
                return heard
            heard.append(line.strip())
            if sum(h.startswith(prefix) for h in heard) == lines:
                with suppress(ProcessLookupError):  # it may have come to its end meanwhile
                    os.kill(pid, signal.SIGKILL)
        return heard

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


@pytest.fixture
def loading(data_dir: Path, tmp_path: Path) -> Iterator[Loading]:
    write_reports(tmp_path / "many", 36)
    made = Loading(data_dir, tmp_path / "many")
    yield made
    made.close()


def test_a_kill_costs_no_more_than_the_report_in_hand(
    loading: Loading, data_dir: Path, tmp_path: Path
) -> None:
    for lines, prefix in ((1, ""), (9, ""), (19, ""), (1, "index"), (2, "index")):
        heard = loading.run(lines, prefix)
        loaded = {line.removeprefix("file ") for line in heard if line.startswith("file ")}
        library = Library(data_dir, BuiltinEmbedder())
        held = {entry.file for entry in library.reports()}
        assert loaded <= held
        assert len(held) <= len(loaded) + 1
        assert_reports_are_whole(library)
        assert library.search(library.read_question("检查食品安全单位多少家"))
        library.close()
    heard = loading.run(-1)
    assert heard[-1] == "done"
    assert load_whole(tmp_path) == contents(data_dir)
    library = Library(data_dir, BuiltinEmbedder())
    assert len(library.reports()) == len(list((tmp_path / "many").iterdir()))
    assert_reports_are_whole(library)
    assert library.index_is_current()
    library.close()


def load_whole(tmp_path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What a store holds of the same files that was never killed."""
    library = Library(tmp_path / "whole", BuiltinEmbedder(), create=True)
    load(library, tmp_path / "many")
    library.close()
    return contents(tmp_path / "whole")


def assert_reports_are_whole(library: Library) -> None:
    for entry in library.reports():
        sections, figures = library.outline(entry.id)
        assert (len(sections), len(figures)) == (entry.sections, entry.figures)
        passages = library._store.passages(entry.id)
        assert len(passages) == entry.passages > 0
        text = library.report(entry.id).text
        assert text == Path(entry.file).read_text(encoding="utf-8")
        assert passages[-1].end == len(text)
        ids, vectors = library._store.vectors([entry.id])
        assert ids == [p.id for p in passages]
        assert vectors.shape == (len(ids), 512)
        assert library._store.lexical(["食品"], 10, [entry.id])


# -- what an unchanged file costs


LATER = """
import sys
from bot.terminal.ingest import ingest
code = ingest(sys.argv[1:])
print({"chromadb", "rich", "watchfiles", "openai"} & set(sys.modules), file=sys.stderr)
sys.exit(code)
"""


def test_unchanged_files_cost_no_heavy_import(data_dir: Path, folder: Path) -> None:
    assert run(data_dir, folder, "--json") == 0
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", LATER, "--data-dir", str(data_dir), str(folder), "--prune"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    assert done.stderr == "set()\n"
    assert "未变 3" in done.stdout


# -- full disks and limits


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)
from bot.speech import speak_errors
from bot.terminal.ingest import ingest
sys.exit(speak_errors(lambda: ingest(sys.argv[1:])))
"""


@pytest.mark.parametrize("size", [2_000, 150_000])
def test_a_full_disk_is_one_line_and_leaves_the_store_sound(
    data_dir: Path, tmp_path: Path, size: int
) -> None:
    write_reports(tmp_path / "many", 12)
    command = [sys.executable, "-c", LIMITED, str(size), "--data-dir", str(data_dir)]
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [*command, str(tmp_path / "many")], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 1
    assert one_line(done.stderr)
    assert run(data_dir, tmp_path / "many", "--json") == 0
    library = Library(data_dir, BuiltinEmbedder())
    assert len(library.reports()) == 12
    assert_reports_are_whole(library)
    library.close()


# -- in step with a folder


def test_watching_keeps_the_store_in_step_until_it_is_ended(data_dir: Path, folder: Path) -> None:
    command = [*INGEST, "--watch", "--json", "--data-dir", str(data_dir), str(folder)]
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        assert process.stdout
        assert process.stderr
        overdue = Timer(PATIENCE, process.kill)  # a line that does not come must end the test
        overdue.start()
        first = [json.loads(process.stdout.readline()) for _ in range(4)]
        assert [line.get("status") for line in first] == [*["added"] * 3, None]
        assert "正在看住" in process.stderr.readline()
        (folder.parent / "new.txt").write_text(report_text(9), encoding="utf-8")
        (folder.parent / "new.txt").rename(folder / "new.txt")  # never seen before it is whole
        line = json.loads(process.stdout.readline())
        assert (line["status"], Path(line["file"]).name) == ("added", "new.txt")
        (folder / "report-0001.txt").unlink()
        line = json.loads(process.stdout.readline())
        assert (line["status"], Path(line["file"]).name) == ("removed", "report-0001.txt")
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0
        overdue.cancel()
        assert process.stderr.read() == "不再看住，已停止。\n"
        assert process.stdout.read() == ""
    library = Library(data_dir, BuiltinEmbedder())
    held = sorted(Path(entry.file).name for entry in library.reports())
    assert held == ["new.txt", "report-0000.txt", "report-0002.txt"]
    assert library.index_is_current()
    library.close()


@pytest.mark.parametrize("arguments", [["--watch"], ["x", "--watch", "--dry-run"]])
def test_watching_needs_something_to_watch_and_to_write(arguments: list[str]) -> None:
    with pytest.raises(UsageError):
        ingest(arguments)
