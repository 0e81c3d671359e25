"""`python -m eval claims`: runs the checker and two baselines over the labelled texts and prints how well they do."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.checkers import Checker, NoCheckerError, match_numbers, no_checker, run_product
from eval.communities import build_community
from eval.labels import Case, load_cases
from eval.recount import Recount, Sheets, recount
from eval.scoring import Finding, Tally, report

LINES: Sequence[tuple[str, str]] = (
    ("figures", "figures labelled"),
    ("figure_recall", "figures found (recall)"),
    ("figure_precision", "figures found (precision)"),
    ("exact_spans", "  of them with the very span"),
    ("verdict_accuracy", "verdict right"),
    ("errors", "errors labelled"),
    ("error_recall", "errors found (recall)"),
    ("error_precision", "errors found (precision)"),
    ("error_kind_accuracy", "  of them of the right kind"),
    ("clean_figures", "figures in entirely correct texts"),
    ("false_alarms_per_100_on_correct_text", "false alarms per 100 of them"),
    ("exempt", "exempt phrases"),
    ("exempt_recall", "exempt kept quiet"),
    ("exempt_listed", "exempt listed as such"),
    ("bindable", "true figures of one metric"),
    ("binding_accuracy", "bound to metric, period, filters"),
    ("corrected_value_accuracy", "corrected value right, of errors found"),
    ("corrected_value_of_all", "corrected value right, of all errors"),
)


def run_claims(*, heldout: bool = False, only: str | None = None) -> dict[str, Any]:
    """Run every checker over the cases and return the reports by name."""
    cases = [case for case in load_cases(heldout=heldout) if only is None or only in case.name]
    with tempfile.TemporaryDirectory() as scratch:
        folders = {name: Path(scratch) / name for name in dict.fromkeys(case.community for case in cases)}
        for name, folder in folders.items():
            build_community(name).write(folder)
        checkers: Mapping[str, Checker] = {"youju": run_product, "plain": match_numbers, "none": no_checker}
        reports: dict[str, Any] = {}
        for name, checker in checkers.items():
            try:
                reports[name] = _run_checker(checker, cases, folders)
            except NoCheckerError:
                print("There is no checker to run yet; only the baselines are shown.")
    return {"heldout": heldout, "cases": [case.name for case in cases], "reports": reports}


def _run_checker(checker: Checker, cases: Sequence[Case], folders: Mapping[str, Path]) -> dict[str, Any]:
    tally, recounted = Tally(), Recount()
    by_case: dict[str, Any] = {}
    for case in cases:
        findings, crash = _findings(checker, case, folders[case.community])
        tally.add(case, findings, crash)
        recount(recounted, Sheets(build_community(case.community), folders[case.community]), case.name, findings)
        alone = Tally()
        alone.add(case, findings, crash)
        by_case[case.name] = report(alone)
    return {
        **report(tally),
        "recount": {
            "supported": recounted.supported,
            "agree": recounted.agree,
            "skipped": recounted.skipped,
            "without_rows": recounted.without_rows,
            "differ": recounted.differ,
        },
        "misses": tally.misses,
        "by_case": by_case,
    }


def _findings(checker: Checker, case: Case, folder: Path) -> tuple[Sequence[Finding], str | None]:
    try:
        return checker(case, folder), None
    except NoCheckerError:
        raise
    except Exception as error:  # noqa: BLE001 - a crash of the checker is a result, not a failure of the run
        return (), f"{type(error).__name__}: {error}"


def print_reports(result: Mapping[str, Any], *, misses: bool = False) -> None:
    """Print the reports side by side."""
    reports: Mapping[str, Any] = result["reports"]
    print(f"{len(result['cases'])} texts{' kept aside' if result['heldout'] else ''}\n")
    print(f"{'':42}" + "".join(f"{name:>10}" for name in reports))
    for key, title in LINES:
        print(f"{title:42}" + "".join(f"{_shown(each[key]):>10}" for each in reports.values()))
    print("\nerrors found by kind (of the right kind)")
    for kind, row in next(iter(reports.values()))["by_kind"].items():
        cells = (each["by_kind"][kind] for each in reports.values())
        shown = "".join(f"{cell['found']:>6} ({cell['kind_right']})" for cell in cells)
        print(f"  {kind:16}{row['errors']:>4}{shown}")
    for name, each in reports.items():
        print(f"\n{name}: names, quotations, leftovers {each['story']}, false flags {each['story_false_flags']}")
        counts = each["recount"]
        print(
            f"  recounted {counts['agree']} of {counts['supported']} supported aggregates, {counts['skipped']} skipped"
        )
        for problem in (*each["crashed"], *counts["differ"], *counts["without_rows"][:20]):
            print(f"  {problem}")
        for pair, count in each["confusion"].items():
            print(f"  {pair:40}{count:>5}")
        if misses:
            print("\n".join(f"  {line}" for line in each["misses"]))


def _shown(value: float | None) -> str:
    if value is None:
        return "—"
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def write_json(result: Mapping[str, Any], path: Path) -> None:
    """Write the reports."""
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
