"""A small model served on this machine while it is asked."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import ROOT

PYTHON = ROOT / ".venv-model" / "bin" / "python"
"""The environment of ``requirements-model.txt``, which ``make test-model`` makes."""

_SERVER = Path(__file__).parent / "server.py"


@contextmanager
def serve(weights: str, threads: int, python: Path = PYTHON) -> Iterator[str]:
    """The address of an endpoint with these weights; raises ChildProcessError if it fails."""
    folder = python.parents[1] / "weights"
    with subprocess.Popen(  # noqa: S603 - our own program
        [str(python), str(_SERVER), weights, str(folder), str(threads)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"OMP_WAIT_POLICY": "passive"},  # idle threads leave the cores to others
    ) as process:
        try:
            address = process.stdout.readline().strip() if process.stdout else ""
            if not address:
                raise ChildProcessError(_SERVER.name)
            yield f"{address}/v1"
        finally:
            process.terminate()
