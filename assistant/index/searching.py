"""The index of a workspace: kept in step with its items, searched by meaning and words together.

`chunks.json` is the truth: the chunks, a generation number and the name of the folder with the vectors. It is written
aside and renamed. Vectors are brought in step with it, whatever a killed run left; a damaged Chroma folder is given up
and made anew under another name (an open file cannot be deleted on Windows).

Dense and BM25 scores are joined by their values, not by ranks: the cosine plus `WORD_WEIGHT` times the square of the
share of the query's wording that a chunk holds. Where the wording matches, words decide; a paraphrase shares little
wording, the square makes that less still, and meaning decides. `eval/retrieval.py` measures it: the weight was chosen
on one half of the queries (0.6 to 1 do as well); blind reciprocal-rank fusion is worse than meaning alone.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.data.values import Value
from assistant.errors import WorkspaceError
from assistant.index.chunks import Chunk, Item, ItemKind, cut_items
from assistant.index.embedding import Embedder
from assistant.index.keywords import Keywords
from assistant.index.vectors import DamagedVectorsError, Vectors, checked_server
from assistant.knowledge import packaged_folder

WORD_WEIGHT = 0.8
_SCHEMA = 1
_CANDIDATES = 60
_MOST_NAMED = 1500
_CHUNKS = TypeAdapter(tuple[Chunk, ...])


class Scope(Value):
    """Which chunks a search may find.

    Attributes:
        kinds: Kinds of items; all when empty.
        registers: Registers of records; all when empty.
        categories: Categories; all when empty.
        start: First day (YYYYMMDD), inclusive.
        end: Last day, inclusive. With either bound, items without a day are left out unless they are guidance.
        sources: Ids of items; all when empty.
    """

    kinds: tuple[ItemKind, ...] = ()
    registers: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    start: int | None = None
    end: int | None = None
    sources: tuple[str, ...] = ()

    def admits(self, chunk: Chunk) -> bool:
        """Whether a chunk is within the scope."""
        return (
            (not self.kinds or chunk.kind in self.kinds)
            and (not self.registers or chunk.register_id in self.registers)
            and (not self.categories or chunk.category in self.categories)
            and (not self.sources or chunk.source in self.sources)
            and self._admits_day(chunk)
        )

    def _admits_day(self, chunk: Chunk) -> bool:
        if (self.start is None and self.end is None) or chunk.kind == "guidance":
            return True
        return chunk.day is not None and (self.start or 0) <= chunk.day <= (self.end or 99991231)


class Hit(Value):
    """A chunk that was found.

    Attributes:
        score: Joined score; only its order within one search means anything.
        meaning: Cosine with the query, or None where it was not among the nearest.
        words: Share of the query's wording that it holds.
    """

    chunk: Chunk
    score: float
    meaning: float | None
    words: float


class UpdateResult(Value):
    """What an update did."""

    chunks: int
    added: int
    removed: int
    rebuilt: bool = False


class _Kept(Value):
    """What `chunks.json` holds, without the chunks."""

    generation: int = 0
    vectors: str = "chroma-1"
    embedder: str | None = None


class Index:
    """One workspace's index; safe to share between threads.

    Args:
        folder: Where its files lie; may be deleted at any time.
        embedder: Makes vectors; None for BM25 alone.
        server: URL of a Chroma server on this machine (`chroma run`); by default Chroma is embedded.
        lock: Gives the lock that is held while writing (the workspace's own); by default a lock file in the folder.
    """

    def __init__(
        self,
        folder: Path,
        embedder: Embedder | None,
        *,
        server: str | None = None,
        lock: Callable[[], AbstractContextManager[Any]] | None = None,
    ) -> None:
        self._folder, self._embedder = folder, embedder
        self._server = checked_server(server) if server is not None else None
        self._write_lock = lock or self._file_lock
        self._guard = threading.RLock()
        self._kept = _Kept()
        self._chunks: tuple[Chunk, ...] = ()
        self._keywords: Keywords | None = None
        self._places: dict[str, int] = {}
        self._scoped: dict[Scope, list[int]] = {}
        self._vectors: Vectors | None = None
        self._stamp: tuple[int, int] | None = None

    def __len__(self) -> int:
        """How many chunks there are."""
        with self._guard:
            self._refresh()
            return len(self._chunks)

    def close(self) -> None:
        """Let go of the files."""
        with self._guard:
            if self._vectors is not None:
                self._vectors.close()
            self._vectors, self._stamp = None, None

    def update(self, items: Iterable[Item]) -> UpdateResult:
        """Bring the index in step with all items of the workspace; what is unchanged is not embedded again.

        Raises:
            EndpointError: When an embeddings endpoint fails; the index stays as it was.
        """
        wanted = {chunk.id: chunk for chunk in cut_items(items)}
        with self._guard, self._write_lock():
            self._refresh()
            known = {chunk.id for chunk in self._chunks}
            kept, rebuilt = self._kept, False
            if self._embedder is not None:
                kept, rebuilt = self._step_vectors(wanted)
            if known != wanted.keys() or kept != self._kept or not (self._folder / "chunks.json").exists():
                kept = kept.model_copy(update={"generation": kept.generation + 1})
                self._write(kept, tuple(wanted.values()))
                self._sweep(kept.vectors)
            added, removed = len(wanted.keys() - known), len(known - wanted.keys())
            return UpdateResult(chunks=len(wanted), added=added, removed=removed, rebuilt=rebuilt)

    def search(self, query: str, count: int = 5, scope: Scope | None = None) -> tuple[Hit, ...]:
        """Return the best chunks, best first; fewer when the scope holds fewer or nothing fits at all."""
        with self._guard:
            self._refresh()
            if not query.strip() or not self._chunks or count < 1:
                return ()
            chosen = None
            if scope is not None:
                chosen = self._within(scope)
                if not chosen:
                    return ()
            words = self._word_scores(query)
            most = max(_CANDIDATES, count)
            nearest = self._nearest(query, chosen, most)
            allowed = None if chosen is None else set(chosen)
            found = ((self._places.get(key), cosine) for key, cosine in nearest.items())
            meanings = {
                place: cosine for place, cosine in found if place is not None and (allowed is None or place in allowed)
            }
            worded = _best(words, chosen, most)
            floor = min(meanings.values(), default=0.0)
            hits = [
                Hit(
                    chunk=self._chunks[place],
                    score=float(meanings.get(place, floor) + WORD_WEIGHT * words[place] ** 2),
                    meaning=meanings.get(place),
                    words=float(words[place]),
                )
                for place in {*meanings, *worded}
            ]
            return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.chunk.id))[:count])

    def _within(self, scope: Scope) -> list[int]:
        """Return the places of the chunks within a scope; a report's sections ask for the same one again and again."""
        if scope not in self._scoped:
            if len(self._scoped) >= 16:
                self._scoped.clear()
            self._scoped[scope] = [place for place, chunk in enumerate(self._chunks) if scope.admits(chunk)]
        return self._scoped[scope]

    def _word_scores(self, query: str) -> Any:
        """Return BM25 scores, from an index that is made when first asked for."""
        if self._keywords is None:
            self._keywords = Keywords([chunk.searched for chunk in self._chunks])
            self._places = {chunk.id: place for place, chunk in enumerate(self._chunks)}
        return self._keywords.scores(query)

    def _nearest(self, query: str, chosen: list[int] | None, count: int) -> dict[str, float]:
        """Ask Chroma; with a scope among the chunks in it, or among more of the nearest when these are too many."""
        if self._embedder is None or self._kept.embedder != self._embedder.name:
            return {}
        among = None
        if chosen is not None and len(chosen) <= _MOST_NAMED:
            among = [self._chunks[place].id for place in chosen]
        elif chosen is not None:
            count = min(len(self._chunks), count * max(2, 2 * len(self._chunks) // len(chosen)))
        try:
            return self._open_vectors().nearest(query, min(count, len(self._chunks)), among)
        except DamagedVectorsError:
            self.close()
            return {}

    def _open_vectors(self) -> Vectors:
        """Return the open vectors of the current generation."""
        if self._vectors is None:
            assert self._embedder is not None  # noqa: S101 - callers have looked
            self._vectors = Vectors(self._folder / self._kept.vectors, self._embedder, self._server)
        return self._vectors

    def _step_vectors(self, wanted: dict[str, Chunk]) -> tuple[_Kept, bool]:
        """Add and remove vectors until they are those of the wanted chunks; anew when damaged or of another model."""
        assert self._embedder is not None  # noqa: S101 - callers have looked
        name = self._embedder.name
        same = self._kept.embedder in (None, name)
        kept = self._kept.model_copy(update={"embedder": name})
        rebuilt = False
        for _ in range(2):
            if not same:
                self.close()
                kept = kept.model_copy(update={"vectors": self._fresh_name(kept.vectors)})
                self._vectors = Vectors(self._folder / kept.vectors, self._embedder, self._server)
                rebuilt = True
            vectors = self._vectors or Vectors(self._folder / kept.vectors, self._embedder, self._server)
            self._vectors = vectors
            try:
                there = vectors.ids()
                vectors.add([wanted[key] for key in wanted if key not in there])
                vectors.remove(sorted(there - wanted.keys()))
                if vectors.ids() == wanted.keys():
                    return kept, rebuilt
                same = False
            except DamagedVectorsError:
                same = False
        raise WorkspaceError("检索用的索引建不起来", hint="请检查磁盘空间和文件夹权限", where=str(self._folder))

    def _fresh_name(self, name: str) -> str:
        """Return a name for a vectors folder that does not exist yet."""
        number = int(name.rpartition("-")[2]) + 1
        while (self._folder / f"chroma-{number}").exists():
            number += 1
        return f"chroma-{number}"

    def _refresh(self) -> None:
        """Read `chunks.json` again when another process (or a first use) has made it newer; damage counts as empty."""
        path = self._folder / "chunks.json"
        try:
            status = path.stat()
        except OSError:
            stamp = None
        else:
            stamp = (status.st_mtime_ns, status.st_size)
        if stamp is not None and stamp == self._stamp:
            return
        self.close()
        self._kept, self._chunks, self._keywords, self._scoped = _Kept(), (), None, {}
        if stamp is None:
            return
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if data["schema"] != _SCHEMA:
                return
            self._kept, self._chunks = _Kept.model_validate(data["kept"]), _CHUNKS.validate_python(data["chunks"])
        except (OSError, ValueError, KeyError, TypeError, ValidationError):
            return
        self._stamp = stamp

    def _write(self, kept: _Kept, chunks: tuple[Chunk, ...]) -> None:
        """Write `chunks.json` aside and rename it; the index in memory follows."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path, aside = self._folder / "chunks.json", self._folder / "chunks.json.new"
        data = {
            "schema": _SCHEMA,
            "kept": kept.model_dump(),
            "chunks": _CHUNKS.dump_python(chunks, exclude_defaults=True),
        }
        with aside.open("w", encoding="utf-8") as stream:
            json.dump(data, stream, ensure_ascii=False)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(path)
        status = path.stat()
        self._kept, self._chunks, self._keywords, self._scoped = kept, chunks, None, {}
        self._stamp = (status.st_mtime_ns, status.st_size)

    def _sweep(self, current: str) -> None:
        """Delete folders of vectors that are no longer used, where the system lets us."""
        for path in self._folder.glob("chroma-*"):
            if path.name != current:
                shutil.rmtree(path, ignore_errors=True)

    def _file_lock(self) -> AbstractContextManager[Any]:
        """Return a lock file in the folder, for callers without a workspace."""
        from filelock import FileLock

        self._folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self._folder / "index.lock", timeout=60)


def _best(scores: Any, chosen: list[int] | None, count: int) -> list[int]:
    """Return the places with the highest scores above zero, of all or of those chosen."""
    import numpy as np

    places = np.arange(len(scores)) if chosen is None else np.asarray(chosen)
    values = scores[places]
    if len(places) > count:
        top = np.argpartition(-values, count - 1)[:count]
        places, values = places[top], values[top]
    return [int(place) for place in places[values > 0]]


def guidance_items(*folders: Path) -> tuple[Item, ...]:
    """Return the guidance documents of the product and of further knowledge folders, as items to index."""
    items: list[Item] = []
    for folder in (packaged_folder("knowledge"), *folders):
        for path in sorted((folder / "guidance").glob("*.md")):
            text = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
            title = text.partition("\n")[0].lstrip("# ").strip()
            items.append(Item(id=f"guidance/{path.stem}", kind="guidance", text=text, title=title, file=path.name))
    return tuple(items)
