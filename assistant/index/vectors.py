"""Vectors of the chunks in Chroma, embedded or behind a local server, through langchain-chroma; telemetry is off.

Two processes that write one Chroma folder damage it without a word: callers hold the workspace's lock while they write.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from assistant.errors import WorkspaceError
from assistant.index.chunks import Chunk
from assistant.index.embedding import Embedder
from assistant.privacy import is_loopback

if TYPE_CHECKING:
    from langchain_chroma import Chroma
    from langchain_core.embeddings import Embeddings

_BATCH = 256


class DamagedVectorsError(Exception):
    """The Chroma folder cannot be read; it is made anew from the chunks."""


class Vectors:
    """One collection of one embedder; cosine distance."""

    def __init__(self, folder: Path, embedder: Embedder, server: str | None = None) -> None:
        self._folder, self._embedder, self._server = folder, embedder, server
        self._store: Chroma | None = None

    def open(self) -> None:
        """Open or create the collection.

        Raises:
            DamagedVectorsError: When Chroma cannot.
        """
        import chromadb
        from chromadb.config import Settings
        from langchain_chroma import Chroma

        settings = Settings(anonymized_telemetry=False, allow_reset=False)
        marks = self._embedder.name if self._server is None else f"{self._embedder.name}\0{self._folder.resolve()}"
        slug = hashlib.sha256(marks.encode()).hexdigest()[:16]
        try:
            if self._server is None:
                self._folder.mkdir(parents=True, exist_ok=True)
                client = chromadb.PersistentClient(path=str(self._folder), settings=settings)
            else:
                parts = urlsplit(self._server)
                client = chromadb.HttpClient(
                    host=parts.hostname or "",
                    port=parts.port or 8000,
                    ssl=parts.scheme == "https",
                    settings=settings,
                )
            self._store = Chroma(
                client=client,
                collection_name=f"youju-{slug}",
                embedding_function=cast("Embeddings", _Adapter(self._embedder)),
                collection_configuration={"hnsw": {"space": "cosine"}},
            )
            self._store.get(limit=1, include=[])
        except Exception as error:
            self.close()
            raise DamagedVectorsError(str(error)) from error

    def close(self) -> None:
        """Let go of the files."""
        store, self._store = self._store, None
        if store is not None:
            store._client.close()  # noqa: SLF001 - langchain-chroma has no close of its own

    def ids(self) -> frozenset[str]:
        """Return the ids of all vectors."""
        return frozenset(self._opened().get(include=[])["ids"])

    def add(self, chunks: Sequence[Chunk]) -> None:
        """Add chunks; one that is there already is written over, so that a run that was killed can be repeated."""
        for first in range(0, len(chunks), _BATCH):
            batch = chunks[first : first + _BATCH]
            self._opened().add_texts(
                [chunk.searched for chunk in batch],
                metadatas=[{"kind": chunk.kind} for chunk in batch],
                ids=[chunk.id for chunk in batch],
            )

    def remove(self, ids: Sequence[str]) -> None:
        """Remove vectors by id."""
        for first in range(0, len(ids), _BATCH):
            self._opened().delete(ids=list(ids[first : first + _BATCH]))

    def nearest(self, query: str, count: int, among: Sequence[str] | None = None) -> dict[str, float]:
        """Return id → cosine of the nearest chunks, of all or of those named.

        Raises:
            DamagedVectorsError: When Chroma cannot answer.
        """
        vector = self._embedder.embed([query])[0]
        narrowed: dict[str, Any] = {} if among is None else {"ids": list(among)}
        try:
            found = self._opened().similarity_search_by_vector_with_relevance_scores(vector, k=count, **narrowed)
        except Exception as error:
            raise DamagedVectorsError(str(error)) from error
        return {str(document.id): 1.0 - distance for document, distance in found}

    def _opened(self) -> Chroma:
        if self._store is None:
            self.open()
        assert self._store is not None  # noqa: S101 - open sets it or raises
        return self._store


def checked_server(url: str) -> str:
    """Return the URL of a Chroma server that may hold the notes as they are.

    Chroma's server knows no password and stores texts in the clear, so that only this machine will do; and the client
    library obeys the proxies of the environment, so that none may stand between.

    Raises:
        WorkspaceError: When the server is elsewhere, or a proxy would be asked.
    """
    if not is_loopback(url):
        raise WorkspaceError(
            "检索服务只能在本机（Chroma 不加密也不验身份）", hint="例如 http://127.0.0.1:8000", where=url
        )
    parts = urlsplit(url)
    if getproxies().get(parts.scheme) and not proxy_bypass(parts.hostname or ""):
        hint = "请在环境变量 NO_PROXY 里加上 127.0.0.1,localhost"
        raise WorkspaceError("连本机的检索服务会经过代理", hint=hint, where=url)
    return url


class _Adapter:
    """Our embedder with the names that langchain asks for."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed texts."""
        return self._embedder.embed(texts)

    def embed_query(self, text: str) -> list[float]:
        """Embed one text."""
        return self._embedder.embed([text])[0]
