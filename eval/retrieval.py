"""Measures retrieval on the labelled set: recall@5 and nDCG@10 of meaning, words, and both joined; and query times.

Run `python -m eval.retrieval [--speed]`. The weight of the join was chosen on the `dev` half of the queries alone.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from assistant.index import Index, Item, LocalEmbedder, Scope
from assistant.index.searching import Hit

CASES = Path(__file__).parent / "cases" / "retrieval_v1.yaml"


def load_cases() -> dict[str, Any]:
    """Read the notes and queries."""
    cases: dict[str, Any] = yaml.safe_load(CASES.read_text(encoding="utf-8"))
    return cases


def note_items(notes: Mapping[str, str]) -> list[Item]:
    """Make an item of each note."""
    return [Item(id=key, kind="note", text=text) for key, text in notes.items()]


def recall_at(found: Sequence[str], relevant: Sequence[str], depth: int = 5) -> float:
    """Share of the relevant notes among the first `depth`; a query with more of them than that can still reach 1."""
    return len(set(found[:depth]) & set(relevant)) / min(len(relevant), depth)


def ndcg_at(found: Sequence[str], relevant: Sequence[str], depth: int = 10) -> float:
    """Normalised discounted cumulative gain with gains of 0 and 1."""
    gain = sum(1 / math.log2(place + 2) for place, key in enumerate(found[:depth]) if key in relevant)
    best = sum(1 / math.log2(place + 2) for place in range(min(len(relevant), depth)))
    return gain / best


def by_words(hits: Sequence[Hit]) -> list[str]:
    """Order by BM25 alone; notes without a shared word are not found."""
    return [hit.chunk.source for hit in sorted(hits, key=lambda hit: -hit.words) if hit.words > 0]


def by_meaning(hits: Sequence[Hit]) -> list[str]:
    """Order by cosine alone."""
    return [hit.chunk.source for hit in sorted(hits, key=lambda hit: -(hit.meaning or -1.0)) if hit.meaning is not None]


def by_ranks(hits: Sequence[Hit]) -> list[str]:
    """Blind reciprocal-rank fusion, for comparison."""
    scores: dict[str, float] = {}
    for order in (by_words(hits), by_meaning(hits)):
        for place, key in enumerate(order):
            scores[key] = scores.get(key, 0.0) + 1 / (60 + place)
    return sorted(scores, key=lambda key: -scores[key])


def evaluate(found: Mapping[str, Sequence[Hit]], queries: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """Return recall@5 and nDCG@10 by way of ranking, from what was found for each query's id."""
    ways: dict[str, Callable[[Sequence[Hit]], list[str]]] = {
        "dense": by_meaning,
        "bm25": by_words,
        "rrf": by_ranks,
        "fused": lambda hits: [hit.chunk.source for hit in hits],
    }
    figures: dict[str, dict[str, float]] = {}
    for way, order in ways.items():
        ranked = [(list(dict.fromkeys(order(found[query["id"]]))), query["relevant"]) for query in queries]
        figures[way] = {
            "recall@5": statistics.fmean(recall_at(keys, relevant) for keys, relevant in ranked),
            "ndcg@10": statistics.fmean(ndcg_at(keys, relevant) for keys, relevant in ranked),
        }
    return figures


def measure(folder: Path) -> dict[str, dict[str, dict[str, float]]]:
    """Evaluate all queries, each half, and each kind."""
    cases = load_cases()
    index = Index(folder, LocalEmbedder())
    try:
        index.update(note_items(cases["notes"]))
        found = {query["id"]: index.search(query["text"], 200) for query in cases["queries"]}
        groups = {"all": cases["queries"]}
        for field in ("split", "kind"):
            for query in cases["queries"]:
                groups.setdefault(query[field], []).append(query)
        return {name: evaluate(found, queries) for name, queries in groups.items()}
    finally:
        index.close()


def measure_speed(folder: Path, size: int = 10_000) -> dict[str, float]:
    """Time warm queries over `size` chunks, without and with a scope; milliseconds."""
    cases = load_cases()
    texts = list(cases["notes"].values())
    items = [
        Item(
            id=f"n{number}",
            kind="note",
            text=f"{number}号记录。{texts[number % len(texts)]}",
            day=20240101 + number % 28,
        )
        for number in range(size)
    ]
    index = Index(folder, VaryingEmbedder(texts))
    try:
        started = time.perf_counter()
        index.update(items)
        built = time.perf_counter() - started
        queries = [query["text"] for query in cases["queries"]][:60]
        index.search(queries[0])
        index.search(queries[0], 5, Scope(start=20240105, end=20240106))
        plain = [_timed(index, text, None) for text in queries]
        scoped = [_timed(index, text, Scope(start=20240105, end=20240106)) for text in queries]
        wide = [_timed(index, text, Scope(start=20240105)) for text in queries]
    finally:
        index.close()
    figures = {"build_s": built}
    for name, times in (("plain", plain), ("narrow", scoped), ("wide", wide)):
        figures |= {
            f"{name}_median_ms": statistics.median(times),
            f"{name}_p95_ms": sorted(times)[int(len(times) * 0.95)],
        }
    return figures


class VaryingEmbedder:
    """Embeds queries for real, and numbered copies of known texts as their vectors with a little noise.

    Ten thousand texts take minutes to embed; what is timed here is the search.
    """

    name = "varying"

    def __init__(self, texts: Sequence[str]) -> None:
        self._local = LocalEmbedder()
        self._known = dict(zip(texts, self._local.embed(texts), strict=True))
        self._random = random.Random(1)

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector a text."""
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> list[float]:
        known = self._known.get(text.partition("号记录。")[2])
        if known is None:
            return self._local.embed([text])[0]
        return [value + self._random.gauss(0, 0.02) for value in known]


def _timed(index: Index, text: str, scope: Scope | None) -> float:
    """Return the milliseconds of a query."""
    started = time.perf_counter()
    index.search(text, 5, scope)
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speed", action="store_true", help="also time queries over ten thousand chunks")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for group, figures in measure(Path(folder) / "labelled").items():
            print(
                f"{group:10}",
                "  ".join(
                    f"{way}: R@5 {each['recall@5']:.3f} nDCG@10 {each['ndcg@10']:.3f}" for way, each in figures.items()
                ),
            )
        if options.speed:
            print(json.dumps(measure_speed(Path(folder) / "large"), indent=1))


if __name__ == "__main__":
    main()
