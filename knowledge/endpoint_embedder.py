"""The embedder behind an OpenAI-compatible endpoint; the only file here that knows it."""

from collections.abc import Sequence

import numpy as np
import openai
from langchain_openai import OpenAIEmbeddings
from pydantic import SecretStr

from knowledge.errors import EmbeddingFailed
from knowledge.store import Vectors


class EndpointEmbedder:
    """Vectors from ``POST {base_url}/embeddings``; texts are sent as texts, not token ids."""

    def __init__(self, model: str, key: str, base_url: str, timeout: float) -> None:
        self._model = model
        self._client = OpenAIEmbeddings(
            model=model,
            api_key=SecretStr(key),
            base_url=base_url or None,
            timeout=timeout,
            max_retries=2,
            chunk_size=64,
            check_embedding_ctx_length=False,
        )

    @property
    def name(self) -> str:
        """The model's name as the endpoint knows it."""
        return self._model

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors; raises EmbeddingFailed with what the endpoint's fault means."""
        try:
            rows = self._client.embed_documents(list(texts))
        except openai.APITimeoutError as error:
            raise EmbeddingFailed(reason="超时没有回应") from error
        except openai.APIConnectionError as error:
            raise EmbeddingFailed(reason="连不上") from error
        except openai.APIStatusError as error:
            raise EmbeddingFailed(reason=f"返回错误 {error.status_code}") from error
        except (openai.OpenAIError, ValueError, TypeError, KeyError) as error:
            raise EmbeddingFailed(reason="返回的内容看不懂") from error
        matrix = np.asarray(rows, dtype=np.float32)
        if matrix.ndim != 2 or len(matrix) != len(texts):
            raise EmbeddingFailed(reason="返回的向量数目不对")
        norms = np.linalg.norm(matrix, axis=1, keepdims=True)
        return np.asarray(matrix / np.where(norms == 0, 1, norms), dtype=np.float32)
