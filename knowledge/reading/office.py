"""Old Word and WPS documents (doc, wps) to text, by way of LibreOffice."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from knowledge.reading.docx import read_docx
from knowledge.reading.processes import run_program
from knowledge.reading.result import refusal

_PROGRAMS = ("soffice", "libreoffice")
_SECONDS = 60
_WRITER = "WordDocument".encode("utf-16-le")
_PRESENTATION = "PowerPoint Document".encode("utf-16-le")
# A profile of its own: nobody's settings, nobody's running LibreOffice. Documents may neither run
# anything nor fetch anything.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
</item></oor:items>
"""


def read_office(data: bytes) -> str:
    """The text of a doc or wps document; raises UnreadableFile in words for its user."""
    if _WRITER not in data and _PRESENTATION in data:
        raise refusal("unsupported.office")
    program = find_libreoffice()
    if program is None:
        raise refusal("no_libreoffice")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return read_docx(_convert(program, data, Path(folder)))


def find_libreoffice() -> str | None:
    """Where the program is, None where it is not on the PATH."""
    return next(filter(None, map(shutil.which, _PROGRAMS)), None)


def _convert(program: str, data: bytes, folder: Path) -> bytes:
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_SETTINGS, encoding="utf-8")
    source = folder / "source.doc"
    source.write_bytes(data)
    command = [
        program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
        "--norestore", "--nolockcheck", "--convert-to", "docx", "--outdir",
        str(folder / "made"), str(source),
    ]  # fmt: skip
    try:
        run_program(command, _SECONDS)
        return (folder / "made" / "source.docx").read_bytes()
    except OSError as error:
        raise refusal("not_converted") from error
    except subprocess.TimeoutExpired as error:
        raise refusal("convert_slow", seconds=_SECONDS) from error
