"""Who signed the tables of a file, in their titles or under them: found at the import, kept by the file's digest."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.data.tables import Table
from assistant.store import Store

_SIGNED = re.compile(
    r"(?:填表人?|填报人?|登记人|记录人|制表人?|统计人?|保管人|记账人?|出纳|汇总人?|整理人?)\s*[:：]\s*([\u4e00-\u9fff·]{2,4})(?![\u4e00-\u9fff])"
)


def signed_by(tables: Iterable[Table]) -> str:
    """Return who signed tables, empty when nobody did."""
    names = (name for table in tables for name in _SIGNED.findall("\n".join((*table.footers, *table.titles))))
    return "、".join(dict.fromkeys(names))


def keep_keeper(store: Store, sha256: str, keeper: str) -> None:
    """Keep who signed a file."""
    store.set_value(f"keeper/{sha256}", keeper)


def kept_keeper(store: Store, sha256: str) -> str | None:
    """Return who signed a file, empty when nobody did; None where the file was never looked at."""
    return store.value(f"keeper/{sha256}")
