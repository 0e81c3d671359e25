"""The invented communities by id, each built once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from eval.communities import dongfeng, hongxing, lanxi, qinghe, shiliu
from eval.communities.model import Community

COMMUNITIES: Mapping[str, Callable[[], Community]] = {
    "shiliu": shiliu.build,
    "hongxing": hongxing.build,
    "dongfeng": dongfeng.build,
    "qinghe": qinghe.build,
    "lanxi": lanxi.build,
}


@cache
def build_community(name: str) -> Community:
    """Return the community of that id; the rows are shared, so nobody may change them."""
    return COMMUNITIES[name]()
