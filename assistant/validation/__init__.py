"""Table → which register, which column is which field → typed records, row issues and stated totals."""

from assistant.validation.custom import custom_register
from assistant.validation.duplicates import find_likely_duplicates
from assistant.validation.headers import table_shape
from assistant.validation.matching import SURE_MAPPING, match_table
from assistant.validation.overlaps import find_overlaps
from assistant.validation.records import validate_table

__all__ = [
    "SURE_MAPPING",
    "custom_register",
    "find_likely_duplicates",
    "find_overlaps",
    "match_table",
    "table_shape",
    "validate_table",
]
