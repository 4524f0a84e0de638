"""The embedder behind an OpenAI-compatible endpoint; the only file here that knows it."""

import base64
from collections.abc import Sequence
from functools import cached_property
from urllib.parse import urlsplit

import numpy as np
import openai
from openai.types import CreateEmbeddingResponse

from knowledge.errors import EmbeddingFailed
from knowledge.storage.protocols import Vectors

_BATCH = 64
_RETRIES = 2
_MAY_DO = frozenset({400, 413, 422, 500})
"""What endpoints answer to more than they take, where fewer or shorter texts may do."""
_SHORTEST_SPLIT = 200  # characters; no endpoint takes less
_ODD = (openai.OpenAIError, ValueError, TypeError, KeyError, AttributeError)


def is_http_address(url: str) -> bool:
    """Whether it is ``http://`` or ``https://`` with a host, and with a port that can be."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


class _Refused(Exception):
    """The endpoint may take fewer texts at once, or shorter ones: some take ten, or 512 tokens."""

    def __init__(self, failure: EmbeddingFailed) -> None:
        super().__init__()
        self.failure = failure


class EndpointEmbedder:
    """Vectors from ``POST {base_url}/embeddings``; texts are sent as texts, not token ids."""

    def __init__(self, model: str, key: str, base_url: str, timeout: float) -> None:
        self._model = model
        self._key = key
        self._base_url = base_url
        self._timeout = timeout
        self._batch = _BATCH
        self._options = {"encoding_format": "float"}

    @property
    def name(self) -> str:
        """The model's name as the endpoint knows it."""
        return self._model

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors; raises EmbeddingFailed with what the endpoint's fault means.

        A text that is longer than the endpoint takes has the mean of its halves' vectors.
        """
        batches: list[Vectors] = []
        done = 0
        while done < len(texts):
            batch = list(texts[done : done + self._batch])
            try:
                batches.append(self._embed_batch(batch))
            except _Refused as refused:
                if len(batch) > 1:
                    self._batch = (len(batch) + 1) // 2
                    continue
                batches.append(self._embed_halves(batch[0], refused))
            done += len(batches[-1])
        if len({batch.shape[1] for batch in batches}) > 1:
            raise EmbeddingFailed(reason="返回的向量维数前后不一")
        return np.concatenate(batches) if batches else np.zeros((0, 0), dtype=np.float32)

    def _embed_halves(self, text: str, refused: _Refused) -> Vectors:
        if len(text) < _SHORTEST_SPLIT:
            raise refused.failure from refused
        middle = len(text) // 2
        mean = self.embed([text[:middle], text[middle:]]).mean(axis=0, keepdims=True)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

    def _embed_batch(self, texts: list[str]) -> Vectors:
        """The vectors of texts sent at once; what an endpoint does not know is left out."""
        try:
            return self._request(texts, self._options)
        except _Refused:
            if not self._options:
                raise
            vectors = self._request(texts, {})
            self._options = {}
            return vectors

    def _request(self, texts: list[str], options: dict[str, str]) -> Vectors:
        """The vectors that the endpoint gives; raises EmbeddingFailed or _Refused."""
        body = {"input": texts, "model": self._model} | options
        try:
            # not embeddings.create, which always names a format, and some endpoints know none
            response = self._client.post("/embeddings", cast_to=CreateEmbeddingResponse, body=body)
            return _unit_vectors(response, len(texts))
        except openai.APITimeoutError as error:
            raise EmbeddingFailed(reason="超时没有回应") from error
        except openai.APIConnectionError as error:
            raise EmbeddingFailed(reason="连不上") from error
        except openai.APIStatusError as error:
            failure = EmbeddingFailed(reason=f"返回错误 {error.status_code}")
            raise (_Refused(failure) if error.status_code in _MAY_DO else failure) from error
        except _ODD as error:
            raise EmbeddingFailed(reason="返回的内容看不懂") from error

    @cached_property
    def _client(self) -> openai.OpenAI:
        if self._base_url and not is_http_address(self._base_url):
            raise EmbeddingFailed(reason="接口地址写得不对")
        try:
            return openai.OpenAI(
                api_key=self._key,
                base_url=self._base_url or None,
                timeout=self._timeout,
                max_retries=_RETRIES,
            )
        except (ValueError, ImportError, OSError) as error:
            raise EmbeddingFailed(reason="代理或证书的设置用不了") from error


def _unit_vectors(response: CreateEmbeddingResponse, count: int) -> Vectors:
    """The response's vectors as unit vectors; raises EmbeddingFailed, _Refused for too few."""
    data = response.data
    if {item.index for item in data} == set(range(count)):
        data = sorted(data, key=lambda item: item.index)
    if len(data) != count:
        raise _Refused(EmbeddingFailed(reason="返回的向量数目不对"))
    matrix = np.asarray([_numbers(item.embedding) for item in data], dtype=np.float32)
    if matrix.ndim != 2 or not matrix.shape[1]:
        raise EmbeddingFailed(reason="返回的内容看不懂")
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    if not np.isfinite(norms).all() or not norms.all():
        raise EmbeddingFailed(reason="返回的向量不能用")
    return np.asarray(matrix / norms, dtype=np.float32)


def _numbers(embedding: object) -> object:
    """A vector's numbers; some endpoints send them as Base64 of single floats, asked or not."""
    if isinstance(embedding, str):
        return np.frombuffer(base64.b64decode(embedding, validate=True), dtype="<f4")
    if not isinstance(embedding, list):
        raise TypeError
    return embedding
