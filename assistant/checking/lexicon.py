"""The words that the checker goes by, from `knowledge/lexicon/claims.yaml`; a user's own file may add to them."""

from __future__ import annotations

from functools import cache
from typing import Any

from assistant.knowledge import packaged_folder, read_yaml


class ClaimWords:
    """Wordings of metrics, words without weight, and words of plans and stories.

    Attributes:
        said: Metric id → further wordings.
        values: Stem of a register's value → what people say for it.
        columns: Stem of a column that nobody declared → what people say for its sum.
        tables: Stem of such a table's or column's name → what people say for its rows.
        bare: Words that name a measure only where a number follows and nothing comes before, as words of one letter do.
        common: Words too plain to stand for a value that contains them.
        particles: Single characters that join words and mean nothing alone.
        generic: Wordings of metrics that are also plain words.
        light: Words that say nothing about which figure is meant, the longest first.
        plans: Words that speak of what is yet to come.
        stories: Words of headings under which single cases are told.
    """

    def __init__(self, tree: dict[str, Any]) -> None:
        self.said: dict[str, tuple[str, ...]] = {key: tuple(words) for key, words in tree["said"].items()}
        self.values, self.columns, self.tables = (_lists(tree[key]) for key in ("values", "columns", "tables"))
        self.bare: frozenset[str] = frozenset(tree["bare"])
        self.common: frozenset[str] = frozenset(str(tree["common"]).split())
        self.light: tuple[str, ...] = tuple(sorted(set(str(tree["light"]).split()), key=len, reverse=True))
        self.generic: frozenset[str] = frozenset(tree["generic"])
        self.particles: str = str(tree["particles"])
        self.plans: tuple[str, ...] = tuple(tree["plans"])
        self.stories: tuple[str, ...] = tuple(tree["stories"])


def _lists(tree: dict[str, list[object]]) -> dict[str, tuple[str, ...]]:
    return {str(key): tuple(str(each) for each in words) for key, words in tree.items()}


@cache
def claim_words() -> ClaimWords:
    """Return the packaged words; read once."""
    return ClaimWords(read_yaml(packaged_folder("knowledge") / "lexicon" / "claims.yaml"))
