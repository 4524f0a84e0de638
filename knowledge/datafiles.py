"""The data files that staff can edit: read as TOML, faults told with the file's name."""

import tomllib
from pathlib import Path
from typing import Any

from knowledge.errors import DataFileError

DATA = Path(__file__).parent / "data"


def read_toml(path: Path) -> dict[str, Any]:
    """The file's tables; raises DataFileError with the place of the fault."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataFileError(name=path.name, fault="读不到这个文件。") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataFileError(name=path.name, fault=f"{error}。") from error
