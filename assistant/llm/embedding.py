"""Embeddings from an OpenAI-compatible endpoint, through the same door as chat."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from assistant.llm.chat import needed_veil
from assistant.llm.endpoints import checked_url, guarded_client, place_of, quiet_libraries
from assistant.llm.faults import ModelError, explain_connection, explain_status
from assistant.llm.messages import ChatOptions

if TYPE_CHECKING:
    from langchain_openai import OpenAIEmbeddings

    from assistant.privacy import Veil
    from assistant.settings import ModelSettings

BATCH = 16


def open_embedder(
    model: ModelSettings,
    *,
    veil: Veil | None,
    options: ChatOptions | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> EndpointEmbedder:
    """Open an embedder; `model.name` names the embedding model.

    Raises:
        ModelError: When no model is set up, the address is wrong, or a remote host would get names.
    """
    if not model.name:
        raise ModelError("setup", "还没有设置向量模型")
    url = checked_url(model.base_url)
    return EndpointEmbedder(model, url, needed_veil(model, url, veil), options or ChatOptions(), wait)


class EndpointEmbedder:
    """Turns texts into vectors; fits `assistant.index.Embedder`. Made by `open_embedder`."""

    def __init__(
        self, settings: ModelSettings, url: str, veil: Veil | None, options: ChatOptions, wait: Callable[[float], None]
    ) -> None:
        self._settings, self._url, self._veil, self._options, self._wait = settings, url, veil, options, wait
        self._client: OpenAIEmbeddings | None = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        """Show model and host, never the key."""
        return f"EndpointEmbedder({self.name!r}, {place_of(self._url)!r})"

    @property
    def name(self) -> str:
        """Name under which vectors are kept apart from those of other models."""
        return f"endpoint:{self._settings.name}"

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector a text, in order; passing troubles are waited out.

        Raises:
            ModelError: When the endpoint gives none.
        """
        covered = [self._veil.cover(text) if self._veil else text for text in texts]
        vectors: list[list[float]] = []
        for first in range(0, len(covered), BATCH):
            vectors += self._batch(covered[first : first + BATCH])
        return vectors

    def _batch(self, texts: list[str]) -> list[list[float]]:
        """Embed a few texts, again after a passing trouble."""
        attempt = 1
        while True:
            try:
                return self._once(texts)
            except ModelError as fault:
                if not fault.passing or attempt >= self._options.attempts:
                    raise
                self._wait(min(60.0, 2.0 ** (attempt - 1)))
                attempt += 1

    def _once(self, texts: list[str]) -> list[list[float]]:
        """Send one request."""
        import openai
        from langsmith import tracing_context

        try:
            with tracing_context(enabled=False):
                vectors = self._open_client().embed_documents(texts)
        except openai.APIStatusError as error:
            raise explain_status(error, place_of(self._url)) from None
        except openai.APIError as error:
            raise explain_connection(error, place_of(self._url)) from None
        except (TypeError, ValueError, KeyError, IndexError) as error:
            raise ModelError("protocol", "向量接口的回答读不懂", where=place_of(self._url)) from error
        if len(vectors) != len(texts) or not all(vectors):
            raise ModelError("protocol", "向量接口交回的条数不对", where=place_of(self._url))
        return vectors

    def _open_client(self) -> OpenAIEmbeddings:
        """Make the langchain object once; texts are sent as they are, never as tokens (that would want a download)."""
        with self._lock:
            if self._client is None:
                from langchain_openai import OpenAIEmbeddings
                from pydantic import SecretStr

                quiet_libraries()
                client = guarded_client(
                    self._url,
                    self._veil,
                    open_remote=self._settings.pseudonyms == "never",
                    timeout=self._options.timeout,
                )
                self._client = OpenAIEmbeddings(
                    model=self._settings.name or "",
                    openai_api_base=self._url,
                    openai_api_key=self._settings.api_key or SecretStr("local"),
                    http_client=client,
                    request_timeout=client.timeout,
                    openai_proxy=None,
                    max_retries=0,
                    check_embedding_ctx_length=False,
                    chunk_size=BATCH,
                )
            return self._client
