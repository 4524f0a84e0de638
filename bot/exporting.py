"""Writes a summary or a draft as a .docx file."""

from datetime import datetime
from pathlib import Path

from bot.errors import ExportFailed
from bot.official.document import OfficialDocument
from bot.official.docx_file import docx_bytes


def write_docx(path: Path, document: OfficialDocument) -> None:
    """Write the document; raises ExportFailed where the file cannot be written."""
    try:
        path.write_bytes(docx_bytes(document, at=datetime.now().astimezone()))
    except OSError as error:
        raise ExportFailed(path=path) from error
