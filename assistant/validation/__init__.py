"""Table → which register, which column is which field → typed records, row issues and stated totals."""

from assistant.validation.amounts import prepare_amounts
from assistant.validation.arranging import arrange_table
from assistant.validation.corrections import find_lapsed
from assistant.validation.crossing import find_line_conflicts
from assistant.validation.custom import custom_register
from assistant.validation.duplicates import MANY_DUPLICATES, find_likely_duplicates
from assistant.validation.headers import table_shape
from assistant.validation.matching import SURE_MAPPING, match_table
from assistant.validation.overlaps import find_overlaps
from assistant.validation.records import validate_table
from assistant.validation.superseding import Superseded, supersede

__all__ = [
    "MANY_DUPLICATES",
    "SURE_MAPPING",
    "Superseded",
    "arrange_table",
    "custom_register",
    "find_lapsed",
    "find_likely_duplicates",
    "find_line_conflicts",
    "find_overlaps",
    "match_table",
    "prepare_amounts",
    "supersede",
    "table_shape",
    "validate_table",
]
