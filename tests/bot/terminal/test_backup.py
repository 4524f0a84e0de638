import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from bot.conversation.service import hold_folder
from bot.errors import (
    AlreadyRunning,
    BackupUnusable,
    BackupUnwritable,
    FolderHolds,
    RestoreToFiles,
    RestoreUnfinished,
)
from bot.state.opening import State
from bot.state.people import Role
from bot.terminal.backup import back_up, move, restore
from bot.terminal.commands import main
from knowledge.errors import StoreBusy, StoreMissing, StoreNewer
from knowledge.library import Library
from knowledge.storage.sqlite import write_lock
from tests.bot.terminal.killed import content
from tests.conftest import ROOT, loaded_library
from tests.patience import PATIENCE


def fill(folder: Path, person: str, *files: str) -> None:
    """Let somebody into a folder's chats, who sent files."""
    with closing(State.open(folder)) as state:
        state.people.give("web:1", person, Role.READER, time.time())
    for name in files:
        path = folder / "uploads" / "1" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")


@pytest.fixture
def folder(library: Library, data_dir: Path, tmp_path: Path) -> Path:
    """A folder with reports, chats and files that were sent."""
    assert library
    own = tmp_path / "own"
    shutil.copytree(data_dir, own)
    fill(own, "甲", "报告.txt", ".versions/abc", ".x.part")
    return own


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A folder with less."""
    report = tmp_path / "other.txt"
    report.write_text("芦塘县市场监管局2023年工作总结\n\n全年立案3件。\n", encoding="utf-8")
    loaded_library(tmp_path / "other", report).close()
    fill(tmp_path / "other", "乙", "旧.txt")
    return tmp_path / "other"


@pytest.fixture
def backup(folder: Path, tmp_path: Path) -> Path:
    back_up(folder, tmp_path / "backup.zip")
    return tmp_path / "backup.zip"


def test_all_comes_back_in_a_new_folder(folder: Path, backup: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    restore(new, backup, replace=False)
    reports, people, files = content(new)
    assert (reports, people) == (content(folder)[0], ["甲"])
    assert files == ["abc", "报告.txt"]
    assert (new / "uploads" / "1" / "报告.txt").read_text("utf-8") == "报告.txt"
    assert {path.stat().st_mode & 0o077 for path in new.glob("*.sqlite3")} == {0}


def test_it_is_made_while_others_write(folder: Path, tmp_path: Path) -> None:
    with hold_folder(folder), write_lock(folder), closing(State.open(folder)) as state:
        state.people.give("web:2", "丙", Role.READER, time.time())
        with state.transaction():
            state.people.give("web:3", "丁", Role.READER, time.time())
            back_up(folder, tmp_path / "backup.zip")
    restore(tmp_path / "new", tmp_path / "backup.zip", replace=False)
    assert {*content(tmp_path / "new")[1]} == {"甲", "丙"}


def test_what_a_folder_holds_goes_only_where_that_is_said(
    folder: Path, backup: Path, other: Path
) -> None:
    before = content(other)
    with pytest.raises(FolderHolds):
        restore(other, backup, replace=False)
    assert content(other) == before
    restore(other, backup, replace=True)
    assert content(other)[:2] == content(folder)[:2]
    assert "旧.txt" not in content(other)[2]


def changed(file: Path, change: Callable[[dict[str, bytes]], object]) -> None:
    """Write a backup anew with other members."""
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def renamed(name: str) -> Callable[[dict[str, bytes]], object]:
    """Has the first file, wherever it is told of, another name."""

    def change(members: dict[str, bytes]) -> None:
        first = next(iter(members))
        rest = {k: v.replace(first.encode(), name.encode()) for k, v in members.items()}
        members.clear()
        members |= {(name if k == first else k): v for k, v in rest.items()}

    return change


def make_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


SPOILT: dict[str, Callable[[Path], object]] = {
    "missing": Path.unlink,
    "empty": lambda file: file.write_bytes(b""),
    "cut": lambda file: os.truncate(file, file.stat().st_size // 2),
    "a folder": make_folder,
    "another archive": lambda file: changed(file, dict.clear),
    "a file more": lambda file: changed(file, lambda m: m.update({"uploads/x": b""} | m)),
    "a file less": lambda file: changed(file, lambda m: m.pop("chats.sqlite3")),
    "another content": lambda file: changed(file, lambda m: m.update({"chats.sqlite3": b"x"})),
    "no manifest": lambda file: changed(file, lambda m: m.pop("manifest.json")),
    "a later form": lambda file: changed(
        file, lambda m: m.update({"manifest.json": m["manifest.json"].replace(b": 1,", b": 2,")})
    ),
    "upwards": lambda file: changed(file, renamed("uploads/../../x")),
    "elsewhere": lambda file: changed(file, renamed("/tmp/x")),  # noqa: S108 - never written
    "on another drive": lambda file: changed(file, renamed("uploads/C:x")),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_file_that_is_not_whole_changes_nothing(
    backup: Path, other: Path, spoil: Callable[[Path], object], tmp_path: Path
) -> None:
    before = content(other)
    spoil(backup)
    with pytest.raises(BackupUnusable):
        restore(other, backup, replace=True)
    assert content(other) == before
    with pytest.raises(BackupUnusable):
        restore(tmp_path / "new", backup, replace=False)
    assert not (tmp_path / "new" / "knowledge.sqlite3").exists()


def test_a_later_versions_backup_changes_nothing(backup: Path, other: Path) -> None:
    before, later = content(other), backup.with_suffix(".sqlite3")

    def raise_version(members: dict[str, bytes]) -> None:
        manifest = json.loads(members["manifest.json"])
        later.write_bytes(members["chats.sqlite3"])
        with closing(sqlite3.connect(later)) as database:
            database.execute("PRAGMA user_version = 999")
        members["chats.sqlite3"] = data = later.read_bytes()
        manifest["files"]["chats.sqlite3"] = {"size": len(data), "sha256": sha256(data).hexdigest()}
        members["manifest.json"] = json.dumps(manifest).encode()

    changed(backup, raise_version)
    with pytest.raises(StoreNewer):
        restore(other, backup, replace=True)
    assert content(other) == before


def test_a_folder_in_use_is_not_restored(backup: Path, other: Path) -> None:
    with hold_folder(other), pytest.raises(AlreadyRunning):
        restore(other, backup, replace=True)
    with write_lock(other), pytest.raises(StoreBusy):
        restore(other, backup, replace=True)


def test_a_backup_that_cannot_be_made_is_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreMissing):
        back_up(tmp_path / "nothing", tmp_path / "backup.zip")
    with pytest.raises(BackupUnwritable):
        back_up(folder, folder / "knowledge.sqlite3" / "backup.zip")
    (tmp_path / "taken").mkdir()
    with pytest.raises(BackupUnwritable):
        back_up(folder, tmp_path / "taken")
    assert not list(tmp_path.glob(".*.part"))


def test_both_commands_tell_what_they_did(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(tmp_path / "backup.zip")
    assert main(["backup", file, "--data-dir", str(folder)]) == 0
    assert f"已备份到 {file}：4 份报告，共 4 个文件" in capsys.readouterr().out
    assert main(["restore", file, "--data-dir", str(tmp_path / "new"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["file"], told["reports"], told["files"]) == (file, 4, 4)


def test_what_is_on_a_server_comes_back_as_files(
    folder: Path, tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [part for part, _ in move(folder, "", postgres_url)] == ["reports", "chats"]
    before = content(folder)
    for path in folder.glob("*.sqlite3*"):
        path.unlink()
    file = str(tmp_path / "backup.zip")
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    assert main(["backup", file, "--data-dir", str(folder)]) == 0
    with pytest.raises(RestoreToFiles):
        main(["restore", file, "--data-dir", str(tmp_path / "new")])
    monkeypatch.delenv("DATABASE_URL")
    assert main(["restore", file, "--data-dir", str(tmp_path / "new")]) == 0
    assert content(tmp_path / "new") == before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked to be killed")
def test_killed_at_any_step_nothing_is_half(folder: Path, other: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "tests.bot.terminal.killed", other, folder, work],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    old, new = told["old"], told["new"]
    left = [before for before, _ in told["restored"]]
    assert left[0] == old
    assert left[-1] == new
    assert "unfinished" in left
    assert all(before in (old, new, "unfinished") for before in left)
    assert all(after == new for _, after in told["restored"])
    assert [before for before, _ in told["backed_up"]][-1] == "new"
    assert all(after == [new, ["backup.zip"]] for _, after in told["backed_up"])


def test_a_folder_that_was_half_put_back_says_so(backup: Path, folder: Path) -> None:
    (folder / "restoring").mkdir()
    with pytest.raises(RestoreUnfinished):
        main(["reports", "--data-dir", str(folder)])
    with pytest.raises(RestoreUnfinished), hold_folder(folder):
        pass
    restore(folder, backup, replace=False)
    assert main(["reports", "--data-dir", str(folder)]) == 0
