"""The wheel, built and run as who installs it does, and the files that deployments are made of."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.web.demo import SAMPLES
from knowledge.errors import data_text
from tests.conftest import ROOT
from tests.patience import PATIENCE

UV = Path(sysconfig.get_path("scripts")) / "uv"
SERVICE = "supervision-assistant.service"
UNITS = (SERVICE, "supervision-assistant-backup.service")
TIMER = "supervision-assistant-backup.timer"
OFFLINE = os.environ | {"UV_OFFLINE": "1", "UV_NO_CONFIG": "1"}


def run(*words: str | Path, folder: Path, variables: Mapping[str, str]) -> str:
    """The output of a command that goes well."""
    done = subprocess.run(  # noqa: S603 - our own words
        [*map(str, words)],
        cwd=folder,
        env={**variables},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not UV.exists():
        pytest.skip("uv, which builds the wheel without a network, is not installed")
    folder = tmp_path_factory.mktemp("built")
    run(UV, "build", "--wheel", "--out-dir", folder, ROOT, folder=folder, variables=OFFLINE)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture
def installed(wheel: Path, tmp_path: Path) -> Path:
    """A new environment with the wheel, where only libraries are found beside it."""
    environment = tmp_path / "environment"
    run(UV, "venv", "--python", sys.executable, environment, folder=tmp_path, variables=OFFLINE)
    install = (UV, "pip", "install", "--no-deps", "--python", environment)
    run(*install, wheel, folder=tmp_path, variables=OFFLINE)
    (packages,) = environment.glob("[Ll]ib/**/site-packages")
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return environment


def test_the_wheel_holds_all_that_the_product_reads(wheel: Path) -> None:
    product = ("bot", "knowledge", "prompts", "samples/reports")
    files = {path for name in product for path in (ROOT / name).rglob("*") if path.is_file()}
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    assert {str(f.relative_to(ROOT)) for f in files if f.parent.name != "__pycache__"} <= packed


def test_the_wheel_runs_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    variables = {"PATH": str(installed / "bin")}
    (sample,) = installed.rglob(f"{SAMPLES.relative_to(ROOT)}/云溪县2023年上半年*")
    run("supervision-ingest", sample, folder=folder, variables=variables)
    question = "云溪县2023年上半年检查了多少家药店？"
    told = run("supervision-assistant", "ask", question, folder=folder, variables=variables)
    assert "检查药店86家[1]" in told
    assert [path.name for path in folder.iterdir()] == ["data"]


@pytest.mark.parametrize("script", sorted((ROOT / "deploy").glob("*.sh")), ids=lambda p: p.name)
def test_scripts_can_be_read_by_a_plain_shell(script: Path, tmp_path: Path) -> None:
    run("/bin/sh", "-n", script, folder=tmp_path, variables={})


def test_units_are_sound_and_expose_little(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed")
    shutil.copy(ROOT / "deploy" / TIMER, tmp_path)
    for unit in UNITS:
        told = (ROOT / "deploy" / unit).read_text("utf-8")
        told, count = re.subn("(?<==| )/opt/[^ ]*", sys.executable, told)
        assert count == 1
        (tmp_path / unit).write_text(told, encoding="utf-8")
    units = [tmp_path / unit for unit in UNITS]
    run(analyze, "verify", *units, tmp_path / TIMER, folder=tmp_path, variables={})
    security = (analyze, "security", "--offline=true", "--threshold=20")  # tenths: 2.0 of 10
    for path in units:
        run(*security, path, folder=tmp_path, variables={})


def test_a_backup_is_made_as_its_unit_says(tmp_path: Path) -> None:
    told = (ROOT / "deploy" / UNITS[1]).read_text("utf-8")
    (line,) = re.findall("^ExecStart=/bin/sh -c '(.*)'$", told, flags=re.MULTILINE)
    command = line.replace("%%", "%").replace("exec /opt/", "echo /opt/")
    made = run("/bin/sh", "-c", command, folder=tmp_path, variables={"BACKUPS": "/b"})
    assert re.fullmatch(r"/opt/\S+/supervision-assistant backup /b/[1-7]\.zip\n", made)


def test_deployments_call_what_is_installed() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    files = ("Containerfile", *(f"deploy/{unit}" for unit in UNITS), "deploy/install.sh")
    told = "".join((ROOT / file).read_text("utf-8") for file in files)
    called = set(re.findall(r"(?:bin/|\[\")(supervision-[a-z]+)", told))
    assert called == {"supervision-assistant"} & {*scripts}
    settings = {name.upper() for name in Settings.model_fields}
    container = (ROOT / "Containerfile").read_text("utf-8")
    compose = (ROOT / "compose.yaml").read_text("utf-8")
    for name in ("DATA_DIR", "WEB_LISTEN", "HEALTH_LISTEN"):
        assert name in settings
        assert f"{name}=" in container
        assert f"{name}: " in compose


def test_installed_commands_are_told_by_their_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "words.toml"
    file.write_text("python ingest.py 文件；python -m bot ask", encoding="utf-8")
    monkeypatch.setattr("knowledge.errors.INGEST", "supervision-ingest")
    monkeypatch.setattr("knowledge.errors.ASSISTANT", "supervision-assistant")
    assert data_text(file) == "supervision-ingest 文件；supervision-assistant ask"
