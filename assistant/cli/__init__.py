"""The command line: `youju …`. Thin: options in, pipeline, Chinese or JSON out.

Exit codes: 0 done · 1 --fail-on met · 2 usage · 3 nothing could be done · 4 done, some file unreadable · 70 our fault.
"""

from assistant.cli.entry import main

__all__ = ["main"]
