"""The embedder behind an OpenAI-compatible endpoint; the only file here that knows it."""

from collections.abc import Sequence
from functools import cached_property
from urllib.parse import urlsplit

import numpy as np
import openai
from langchain_openai import OpenAIEmbeddings
from openai.types import CreateEmbeddingResponse
from pydantic import SecretStr

from knowledge.errors import EmbeddingFailed
from knowledge.storage.protocols import Vectors

_BATCH = 64
_RETRIES = 2
_TOO_MUCH = frozenset({400, 413, 422})
_ODD = (openai.OpenAIError, ValueError, TypeError, KeyError, AttributeError)


def is_http_address(url: str) -> bool:
    """Whether it is ``http://`` or ``https://`` with a host, and with a port that can be."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


class _TooManyTexts(Exception):
    """The endpoint may take fewer texts at once: some take ten, others thousands."""


class EndpointEmbedder:
    """Vectors from ``POST {base_url}/embeddings``; texts are sent as texts, not token ids."""

    def __init__(self, model: str, key: str, base_url: str, timeout: float) -> None:
        self._model = model
        self._key = SecretStr(key)
        self._base_url = base_url
        self._timeout = timeout
        self._batch = _BATCH

    @property
    def name(self) -> str:
        """The model's name as the endpoint knows it."""
        return self._model

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors; raises EmbeddingFailed with what the endpoint's fault means."""
        batches: list[Vectors] = []
        done = 0
        while done < len(texts):
            try:
                batches.append(self._embed_batch(list(texts[done : done + self._batch])))
            except _TooManyTexts:
                self._batch = (min(self._batch, len(texts) - done) + 1) // 2
            else:
                done += len(batches[-1])
        if len({batch.shape[1] for batch in batches}) > 1:
            raise EmbeddingFailed(reason="返回的向量维数前后不一")
        return np.concatenate(batches) if batches else np.zeros((0, 0), dtype=np.float32)

    def _embed_batch(self, texts: list[str]) -> Vectors:
        try:
            # not embed_documents, which passes over the numbers that tell whose a vector is
            response = self._client.client.create(
                input=texts, model=self._model, encoding_format="float"
            )
            return _unit_vectors(response, len(texts))
        except openai.APITimeoutError as error:
            raise EmbeddingFailed(reason="超时没有回应") from error
        except openai.APIConnectionError as error:
            raise EmbeddingFailed(reason="连不上") from error
        except openai.APIStatusError as error:
            if error.status_code in _TOO_MUCH and len(texts) > 1:
                raise _TooManyTexts from error
            raise EmbeddingFailed(reason=f"返回错误 {error.status_code}") from error
        except _ODD as error:
            raise EmbeddingFailed(reason="返回的内容看不懂") from error

    @cached_property
    def _client(self) -> OpenAIEmbeddings:
        if self._base_url and not is_http_address(self._base_url):
            raise EmbeddingFailed(reason="接口地址写得不对")
        return OpenAIEmbeddings(
            model=self._model,
            openai_api_key=self._key,
            openai_api_base=self._base_url or None,
            request_timeout=self._timeout,
            max_retries=_RETRIES,
        )


def _unit_vectors(response: CreateEmbeddingResponse, count: int) -> Vectors:
    """The response's vectors as unit vectors; raises EmbeddingFailed unless there are ``count``."""
    data = response.data
    if {item.index for item in data} == set(range(count)):
        data = sorted(data, key=lambda item: item.index)
    if not all(isinstance(item.embedding, list) for item in data):
        raise EmbeddingFailed(reason="返回的内容看不懂")
    matrix = np.asarray([item.embedding for item in data], dtype=np.float32)
    if matrix.ndim != 2 or len(matrix) != count or not matrix.shape[1]:
        raise EmbeddingFailed(reason="返回的向量数目不对")
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    if not np.isfinite(norms).all() or not norms.all():
        raise EmbeddingFailed(reason="返回的向量不能用")
    return np.asarray(matrix / norms, dtype=np.float32)
