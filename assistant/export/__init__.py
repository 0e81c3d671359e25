"""Reports leave the house: Word and Markdown, written whole or not at all."""

from assistant.export.files import write_whole
from assistant.export.markdown import write_markdown
from assistant.export.word import write_word

__all__ = ["write_markdown", "write_whole", "write_word"]
