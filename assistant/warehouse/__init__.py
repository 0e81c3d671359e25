"""Records on disk and in memory, and the only place that queries them.

`write_batch` lays one imported table down as an immutable Parquet file, `Warehouse.open` takes a snapshot of such files
(or of Arrow tables in memory) and answers counts, distinct counts, exact sums, minima and maxima, and rows by lineage.
"""

from assistant.warehouse.database import GroupRow
from assistant.warehouse.files import RecordFile, batch_in_memory, read_data, read_hashes, write_batch
from assistant.warehouse.grouping import Grid
from assistant.warehouse.queries import WORD_TYPES, Measure, Scope
from assistant.warehouse.snapshot import Warehouse

__all__ = [
    "WORD_TYPES",
    "Grid",
    "GroupRow",
    "Measure",
    "RecordFile",
    "Scope",
    "Warehouse",
    "batch_in_memory",
    "read_data",
    "read_hashes",
    "write_batch",
]
