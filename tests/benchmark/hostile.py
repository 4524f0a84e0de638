"""``python -m tests.benchmark.hostile [N [FORM ...]]``: hostile files, and N spoilt ones a format.

The formats are all of ``SEEDS``, or those that are named. Each file is read as an upload is, within
the limits of ``.env.example``, while questions are asked of the samples in the same process. Prints
how each file ended, and how long questions took.
"""

import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from bot.assistant.opening import open_assistant
from bot.settings import Settings
from knowledge.errors import UnreadableFile
from knowledge.library import Library
from knowledge.loading.report_reader import GuardedReader, ReadLimits
from knowledge.reading.archives import Content
from knowledge.reading.files import MOST_CHARACTERS
from knowledge.storage.builtin_embedder import BuiltinEmbedder
from knowledge.understanding.pipeline import Overrides
from tests.conftest import SAMPLES
from tests.knowledge.reading.hostile import HOSTILE
from tests.knowledge.reading.spoiling import SEEDS, spoilt

_QUESTIONS = (
    "食品抽检合格率是多少？",
    "立案查处多少件？",
    "存在哪些问题？",
    "特种设备检验了多少台？",
)
_PLACES = ("云溪县2023年", "江岚市2023年上半年", "梧桐区2022年", "区局2023年上半年")
_COUNT = 100


def read_all(reader: GuardedReader, path: Path, most: int = MOST_CHARACTERS) -> Iterable[str]:
    """What is said of a file, or of each of its members: empty where it is read."""
    try:
        for content in reader.contents(path):
            yield read(reader, content, most)
    except UnreadableFile as error:
        yield str(error)


def read(reader: GuardedReader, content: Content, most: int) -> str:
    """Why a content is not read; empty where it is."""
    try:
        reader.read(content, "文件", Overrides(), most)
    except UnreadableFile as error:
        return str(error)
    return ""


def put_hostile(reader: GuardedReader, folder: Path) -> None:
    """Read each hostile file and print how it ended."""
    for name, made in HOSTILE.items():
        path = folder / name
        path.write_bytes(made())
        begun = time.perf_counter()
        said = Counter(read_all(reader, path))
        seconds = time.perf_counter() - begun
        lines = "; ".join(f"{count} × {line or 'read'}" for line, count in said.most_common(3))
        print(f"{seconds:6.1f} s  {name}: {lines}", flush=True)
        path.unlink()


def put_spoilt(
    reader: GuardedReader, folder: Path, count: int, forms: Iterable[str] = SEEDS
) -> None:
    """Read so many spoilt files of each format and print how many ended in which way."""
    for form in forms:
        said: Counter[str] = Counter()
        slowest, path = 0.0, folder / form
        for seed in range(count):
            path.write_bytes(spoilt(form, seed))
            begun = time.perf_counter()
            for line in read_all(reader, path):
                said["several lines" if "\n" in line else line or "read"] += 1
            slowest = max(slowest, time.perf_counter() - begun)
        print(f"{form}: slowest {slowest:.1f} s", flush=True)
        for line, times in said.most_common():
            print(f"    {times:6} × {line}", flush=True)


def ask_until(done: threading.Event, library: Library) -> list[float]:
    """Ask questions until the files are through, a hundred at least; milliseconds of each."""
    assistant = open_assistant(Settings(), library)
    taken: list[float] = []
    while not done.is_set() or len(taken) < _COUNT:
        number = len(taken)
        question = _PLACES[number % len(_PLACES)] + _QUESTIONS[number // 4 % len(_QUESTIONS)]
        begun = time.perf_counter()
        assistant.ask(question)
        taken.append((time.perf_counter() - begun) * 1000)
        done.wait(0.3)
    return taken


def main(count: int, forms: Sequence[str]) -> None:
    """Read hostile and spoilt files while questions are asked."""
    done = threading.Event()
    with tempfile.TemporaryDirectory() as room, closing(GuardedReader(ReadLimits())) as reader:
        folder = Path(room)
        library = Library(folder / "data", BuiltinEmbedder(), create=True)
        with closing(library):
            with library.loader() as loader:
                list(loader.load([SAMPLES / "reports"], Overrides()))

            def put() -> None:
                put_hostile(reader, folder)
                put_spoilt(reader, folder, count, forms)
                done.set()

            putting = threading.Thread(target=put)
            putting.start()
            taken = ask_until(done, library)
            putting.join()
    slow = statistics.quantiles(taken, n=20)[-1]
    median = statistics.median(taken)
    print(f"{len(taken)} questions meanwhile: median {median:.0f} ms, 95 % within {slow:.0f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 0, sys.argv[2:] or list(SEEDS))
