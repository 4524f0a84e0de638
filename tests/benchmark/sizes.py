"""``python -m tests.benchmark.sizes sqlite|postgresql [SIZE …]``: one store as it grows.

The store is filled up to each size by ``ingest.py``, and searched with bureau and period. Prints
one JSON object a size. What is loaded has the lowest priority, what is searched its usual one.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.benchmark.ours import Ours
from tests.benchmark.reports import write_reports
from tests.benchmark.step import search
from tests.conftest import ROOT
from tests.postgres import start_server

_PASSAGES_A_REPORT = 20
_SIZES = (10_000, 100_000, 200_000)


def _load(reports: Path, folder: Path, url: str) -> float:
    """Load what is new; how many seconds it took."""
    begun = time.perf_counter()
    subprocess.run(  # noqa: S603 - our own program
        [sys.executable, ROOT / "ingest.py", reports, "--data-dir", folder],
        check=True,
        env={**os.environ, "DATABASE_URL": url},
        stdout=subprocess.DEVNULL,
        preexec_fn=lambda: os.nice(10),
    )
    return time.perf_counter() - begun


def _megabytes(*folders: Path) -> float:
    files = (path.stat() for of in folders for path in of.rglob("*") if path.is_file())
    return sum(status.st_size for status in files) / 1e6


def main(engine: str, sizes: list[int]) -> None:
    """Fill the store up to each size and measure."""
    with ExitStack() as stack:
        room = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sizes-")))
        room.chmod(0o755)  # the server may run as somebody else
        reports, folder, folders, url = room / "reports", room / "data", [room / "data"], ""
        if engine == "postgresql":
            server = start_server(room)
            stack.callback(server.discard)
            url = server.url()
            folders.append(server.folder / "data" / "base")  # all but its log of writes
        before = 0
        for size in sizes:
            count = size // _PASSAGES_A_REPORT
            write_reports(reports, range(before, count))
            before, seconds = count, _load(reports, folder, url)
            found = search(Ours(folder, url), reports, count)
            if url:
                server.execute("CHECKPOINT")
            disk = _megabytes(*folders)
            figures = {"load_seconds": seconds, **found, "megabytes": disk}
            told = {"engine": engine, "reports": count, "load_average": os.getloadavg()[0]}
            print(json.dumps(told | {k: round(v, 4) for k, v in figures.items()}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], [int(size) for size in sys.argv[2:]] or list(_SIZES))
