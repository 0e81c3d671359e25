"""``python -m eval.example OUT_DIR`` writes the example community's files into OUT_DIR."""

import sys
from pathlib import Path

from eval.example.books import write_books
from eval.example.community import found_community
from eval.example.people import NAME


def main() -> int:
    """Write everything; return the exit code."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program and its one argument
        print("用法：python -m eval.example 目录", file=sys.stderr)
        return 2
    folder = Path(sys.argv[1]) / NAME
    folder.mkdir(parents=True, exist_ok=True)
    write_books(folder, found_community())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
