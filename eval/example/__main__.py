"""``python -m eval.example OUT_DIR [TRUTH_FILE]`` writes the example community's files into OUT_DIR."""

import sys
from pathlib import Path

from eval.example.books import write_books
from eval.example.community import found_community
from eval.example.notes import read_notes, write_notes
from eval.example.papers import truth_of, write_readme, write_truth
from eval.example.past_report import write_past_report
from eval.example.people import NAME


def main() -> int:
    """Write everything; return the exit code."""
    if len(sys.argv) not in {2, 3}:
        print("用法：python -m eval.example 目录 [真值文件]", file=sys.stderr)
        return 2
    out = Path(sys.argv[1])
    folder = out / NAME
    folder.mkdir(parents=True, exist_ok=True)
    community = found_community()
    truth = truth_of(community, write_books(folder, community))
    notes = read_notes(community)
    write_notes(folder / "案例", notes)
    write_past_report(folder / "往年总结", truth["2024"])
    write_readme(out / "README.md", truth, notes)
    if len(sys.argv) > 2:
        write_truth(Path(sys.argv[2]), truth)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
