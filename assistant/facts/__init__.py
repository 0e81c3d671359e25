"""Facts: metrics × scopes → exact values with lineage, or the reason for none.

`compute_facts` gives the facts of a period, `FactEngine` answers any key of the grammar in `keys` (the checker asks it
thousands), `FactKey` writes and reads keys. Every quotient is a Decimal; a figure that the records do not cover has no
value but a reason.
"""

from assistant.facts.answers import Answer
from assistant.facts.book import BREAKDOWN_LIMIT, FactBook, compute_fact, compute_facts, dimensions_of
from assistant.facts.books import compare_books
from assistant.facts.custom import custom_metrics
from assistant.facts.engine import FactEngine
from assistant.facts.keys import FactKey

__all__ = [
    "BREAKDOWN_LIMIT",
    "Answer",
    "FactBook",
    "FactEngine",
    "FactKey",
    "compare_books",
    "compute_fact",
    "compute_facts",
    "custom_metrics",
    "dimensions_of",
]
