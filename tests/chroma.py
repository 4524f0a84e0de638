"""A Chroma server of the tests' own, from the same package."""

import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

from tests.patience import PATIENCE, free_port


class ChromaServer:
    """A server on the loopback, which can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.start()

    def start(self) -> None:
        """Start it, and wait until it can be asked."""
        program = Path(sys.executable).with_name("chroma")
        place = ["--path", str(self._folder), "--host", "127.0.0.1", "--port", str(self._port)]
        self._process = subprocess.Popen(  # noqa: S603 - of our own environment
            [program, "run", *place], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        listening = threading.Event()

        def read_on(output: IO[bytes]) -> None:  # a server that nobody reads stands still
            for line in output:
                if b"listening on" in line:
                    listening.set()

        self._reader = threading.Thread(target=read_on, args=(self._process.stdout,))
        self._reader.start()
        assert listening.wait(PATIENCE)

    def kill(self) -> None:
        """``kill -9``."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        if self._process.stdout:
            self._process.stdout.close()
