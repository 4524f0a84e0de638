import io
import os
import subprocess
from pathlib import Path

import docx
import pytest

from knowledge.errors import UnreadableFile
from knowledge.reading import office
from knowledge.reading.office import find_libreoffice, read_office
from tests.knowledge.reading.writing import document, p
from tests.patience import PATIENCE

DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "WordDocument".encode("utf-16-le")

needs_libreoffice = pytest.mark.skipif(
    find_libreoffice() is None, reason="LibreOffice (soffice) is not on the PATH"
)


def refusal_of(data: bytes) -> str:
    with pytest.raises(UnreadableFile) as refused:
        read_office(data)
    return str(refused.value)


def program(folder: Path, script: str) -> None:
    """A program in LibreOffice's place; PATH holds nothing else but the shell's own."""
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", f"{tmp_path}")
    return tmp_path


def test_without_libreoffice_it_is_said_what_to_do(path: Path) -> None:
    assert not list(path.iterdir())
    refusal = refusal_of(DOC)
    assert "LibreOffice" in refusal
    assert "另存为 docx" in refusal


def test_slides_of_the_old_form_are_not_converted(path: Path) -> None:
    program(path, "exit 1")
    assert "ppt" in refusal_of(DOC[:512] + "PowerPoint Document".encode("utf-16-le"))


def test_what_was_made_is_read(path: Path) -> None:
    (path / "made.docx").write_bytes(document(p("甲")))
    out = 'while [ "$1" != --outdir ]; do shift; done; /bin/mkdir -p "$2"'
    program(path, f'{out}; /bin/cp "{path}/made.docx" "$2/source.docx"')
    assert read_office(DOC) == "甲\n"


def test_a_document_that_does_not_convert_is_told(path: Path) -> None:
    program(path, "exit 0")
    assert "没有转换成功" in refusal_of(DOC)


def test_a_program_that_does_not_end_is_ended(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(path / "begun")
    program(path, f"echo $$ > {path}/begun; exec /bin/sleep {PATIENCE:.0f}")
    pids: list[str] = []

    class Overdue(subprocess.Popen[bytes]):
        """Its time is over once it has begun."""

        def wait(self, timeout: float | None = None) -> int:
            if timeout is not None:
                assert timeout == office._SECONDS
                pids.append((path / "begun").read_text().strip())
                timeout = 0
            return super().wait(timeout)

    monkeypatch.setattr(subprocess, "Popen", Overdue)
    assert "还没有结束" in refusal_of(DOC)
    (pid,) = pids
    assert not Path("/proc", pid).exists()


@needs_libreoffice
def test_a_doc_is_read_with_its_automatic_numbers(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_paragraph("清河县市场监管局2023年工作总结")
    made.add_paragraph("食品安全监管", style="List Number")
    made.add_paragraph("药品安全监管", style="List Number")
    packed = io.BytesIO()
    made.save(packed)
    path = tmp_path / "a.docx"
    path.write_bytes(packed.getvalue())
    program = find_libreoffice() or ""
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(  # noqa: S603 - the program itself, on a file of our own
        [program, profile, "--headless", "--convert-to", "doc", "--outdir", tmp_path, path],
        check=True,
        capture_output=True,
        timeout=PATIENCE,
    )
    assert read_office((tmp_path / "a.doc").read_bytes()).split("\n") == [
        "清河县市场监管局2023年工作总结",
        "1.食品安全监管",
        "2.药品安全监管",
        "",
    ]
