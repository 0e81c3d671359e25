"""BM25 over Chinese text: an inverted index in memory, rebuilt from the chunks in a moment.

Scores follow Robertson and Zaragoza (The Probabilistic Relevance Framework, 2009), with the idf of Lucene, which is
never negative. A library would bring more code than it saves: the index is forty lines over numpy.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

K1, B = 1.2, 0.6
_RUN = re.compile(r"[\u3400-\u9fff]+|[A-Za-z0-9]+(?:[.\-][A-Za-z0-9]+)*")
_STOP = frozenset("的了是在和与及有对把被也都就而又为于其这那个我们他们你们怎么什么哪些如何请问一下情况关于以及进行")


def tokenize(text: str) -> list[str]:
    """Cut a text into terms: dictionary words and their parts for Chinese, whole runs for letters and digits."""
    import rjieba

    terms: list[str] = []
    for run in _RUN.findall(text.lower()):
        if run[0].isascii():
            terms.append(run)
            continue
        terms += [word for word in rjieba.cut_for_search(run, False) if len(word) > 1 or word not in _STOP]
        terms += [run[at : at + 2] for at in range(len(run) - 1)]
    return terms


class Keywords:
    """BM25 over a fixed list of texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        import numpy as np

        postings: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        lengths: list[int] = []
        for place, text in enumerate(texts):
            terms = tokenize(text)
            lengths.append(len(terms))
            for term, count in Counter(terms).items():
                places, counts = postings[term]
                places.append(place)
                counts.append(count)
        self._size = len(texts)
        sizes = np.asarray(lengths, dtype=np.float32)
        self._norm = K1 * (1 - B + B * sizes / max(float(sizes.mean()) if len(sizes) else 1.0, 1.0))
        self._postings: dict[str, tuple[Any, Any]] = {
            term: (np.asarray(places, dtype=np.int32), np.asarray(counts, dtype=np.float32))
            for term, (places, counts) in postings.items()
        }

    def __len__(self) -> int:
        """How many texts there are."""
        return self._size

    def scores(self, query: str) -> Any:
        """Return one score a text, between 0 and 1: the share of the best score that any text could reach.

        The share tells how much of the query's wording a text has, so that scores of different queries compare.
        """
        import numpy as np

        total = np.zeros(self._size, dtype=np.float32)
        best = 0.0
        for term in dict.fromkeys(tokenize(query)):
            found = self._postings.get(term)
            frequency = len(found[0]) if found is not None else 0
            weight = float(np.log(1 + (self._size - frequency + 0.5) / (frequency + 0.5)))
            best += weight * (K1 + 1)
            if found is not None:
                places, counts = found
                total[places] += weight * counts * (K1 + 1) / (counts + self._norm[places])
        return total / best if best else total
