"""`python -m eval claims [--heldout] [--json OUT] [--misses] [--only NAME]` and `python -m eval bench [NAME…]`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from eval.run import print_reports, run_claims, write_json


def main(arguments: Sequence[str] | None = None) -> int:
    """Run an evaluation and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m eval")
    commands = parser.add_subparsers(dest="command", required=True)
    claims = commands.add_parser("claims", help="the claim checker against labelled texts")
    claims.add_argument("--heldout", action="store_true", help="the quarter that is kept aside")
    claims.add_argument("--json", type=Path, metavar="OUT", help="also write everything as JSON")
    claims.add_argument("--misses", action="store_true", help="list every wrong verdict")
    claims.add_argument("--only", metavar="NAME", help="only texts whose name contains NAME")
    bench = commands.add_parser("bench", help="speed and size beside peers and limits")
    bench.add_argument("names", nargs="*", metavar="NAME", help="only these benches")
    options = parser.parse_args(arguments)
    if options.command == "bench":
        from eval.bench import main as run_bench

        return run_bench(options.names)
    result = run_claims(heldout=options.heldout, only=options.only)
    print_reports(result, misses=options.misses)
    if options.json:
        write_json(result, options.json)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
