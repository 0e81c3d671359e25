"""Files → tables with the address of every cell, and notes; nothing is dropped without being said."""

from assistant.reading.files import list_files, read_file, read_folder
from assistant.reading.formats import Limits
from assistant.reading.word import read_with_tables

__all__ = ["Limits", "list_files", "read_file", "read_folder", "read_with_tables"]
