"""Finds notes, record texts and guidance by meaning and by words: Chroma, through langchain-chroma, with BM25.

Embeddings only find passages; they see neither numbers nor direction (增长 and 下降 are neighbours), so that nothing
here judges a figure. Without an embedder BM25 works alone. `Index` keeps its files in one folder that can be deleted at
any time.
"""

from assistant.index.chunks import Chunk, Item, split_text
from assistant.index.embedding import Embedder, LocalEmbedder
from assistant.index.keywords import Keywords, tokenize
from assistant.index.searching import Hit, Index, Scope, UpdateResult, guidance_items

__all__ = [
    "Chunk",
    "Embedder",
    "Hit",
    "Index",
    "Item",
    "Keywords",
    "LocalEmbedder",
    "Scope",
    "UpdateResult",
    "guidance_items",
    "split_text",
    "tokenize",
]
