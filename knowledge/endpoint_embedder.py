"""The embedder behind an OpenAI-compatible endpoint; the only file here that knows it."""

from collections.abc import Sequence

import numpy as np
import openai
from langchain_openai import OpenAIEmbeddings
from pydantic import SecretStr

from knowledge.errors import EmbeddingFailed
from knowledge.store import Vectors

_BATCH = 64
_RETRIES = 2


class EndpointEmbedder:
    """Vectors from ``POST {base_url}/embeddings``; texts are sent as texts, not token ids."""

    def __init__(self, model: str, key: str, base_url: str, timeout: float) -> None:
        self._model = model
        try:
            self._client = OpenAIEmbeddings(
                model=model,
                openai_api_key=SecretStr(key),
                openai_api_base=base_url or None,
                request_timeout=timeout,
                max_retries=_RETRIES,
                chunk_size=_BATCH,
                check_embedding_ctx_length=False,
                model_kwargs={"encoding_format": "float"},
            )
        except ValueError as error:
            raise EmbeddingFailed(reason="接口地址写得不对") from error

    @property
    def name(self) -> str:
        """The model's name as the endpoint knows it."""
        return self._model

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors; raises EmbeddingFailed with what the endpoint's fault means."""
        batches = [
            self._embed_batch(list(texts[start : start + _BATCH]))
            for start in range(0, len(texts), _BATCH)
        ]
        if len({batch.shape[1] for batch in batches}) > 1:
            raise EmbeddingFailed(reason="返回的向量维数前后不一")
        return np.concatenate(batches) if batches else np.zeros((0, 0), dtype=np.float32)

    def _embed_batch(self, texts: list[str]) -> Vectors:
        try:
            rows = self._client.embed_documents(texts)
        except openai.APITimeoutError as error:
            raise EmbeddingFailed(reason="超时没有回应") from error
        except openai.APIConnectionError as error:
            raise EmbeddingFailed(reason="连不上") from error
        except openai.APIStatusError as error:
            raise EmbeddingFailed(reason=f"返回错误 {error.status_code}") from error
        except (openai.OpenAIError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise EmbeddingFailed(reason="返回的内容看不懂") from error
        return _unit_vectors(rows, len(texts))


def _unit_vectors(rows: object, wanted: int) -> Vectors:
    """What an endpoint gave, as unit vectors, if it is as many vectors as were wanted."""
    try:
        matrix = np.asarray(rows, dtype=np.float32)
    except (ValueError, TypeError) as error:
        raise EmbeddingFailed(reason="返回的内容看不懂") from error
    if matrix.ndim != 2 or len(matrix) != wanted or not matrix.shape[1]:
        raise EmbeddingFailed(reason="返回的向量数目不对")
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    if not np.isfinite(norms).all() or not norms.all():
        raise EmbeddingFailed(reason="返回的向量不能用")
    return np.asarray(matrix / norms, dtype=np.float32)
