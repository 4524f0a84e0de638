import pytest

from knowledge.storage.endpoint_embedder import is_http_address


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/v1", "https://x.example", "http://[::1]/v1"]
)
def test_an_address_of_a_server(url: str) -> None:
    assert is_http_address(url)


@pytest.mark.parametrize(
    "url", ["", "ftp://x/v1", "127.0.0.1:8000", "http://", "http://[x/v1", "http://x:0/", "x y"]
)
def test_what_is_none(url: str) -> None:
    assert not is_http_address(url)
