from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def one_thread() -> Iterator[None]:
    """Recognise with one thread: several wait for each other busily, most of all beside others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("knowledge.reading.recognition._THREADS", 1)
        yield
