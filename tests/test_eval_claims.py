"""The claims runner counts what it says: a perfect checker is perfect, a crash misses all, rows are recounted."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from eval.checkers import match_numbers, read_tables
from eval.communities import COMMUNITIES, Community, build_community
from eval.labels import Case, Label, load_cases, strip_marks
from eval.recount import Recount, Sheets, recount
from eval.run import print_reports
from eval.scoring import Tally, binds, claimed_keys, expected_values, report
from eval.truth import parse_key

CASES = load_cases()


def perfect(case: Case) -> list[dict[str, Any]]:
    """Return the findings of a checker that knows the labels."""
    return [_finding(case, label) for label in case.labels]


def _finding(case: Case, label: Label) -> dict[str, Any]:
    keys = claimed_keys(case, label)
    wanted = expected_values(case, label)
    kind = label.subject or ("date" if label.is_exempt else "count")
    return {
        "start": label.start,
        "end": label.end,
        "text": label.text,
        "kind": kind,
        "verdict": label.verdicts[0],
        "error": label.errors[0] if label.is_error else None,
        "claim": {"metric": keys[0].metric, "period": keys[0].period, "filters": dict(keys[0].filters)}
        if keys
        else None,
        "expected": {"value": str(wanted[0]), "text": str(wanted[0])} if wanted else None,
    }


def one_case(marked: str, *, correct: bool = False) -> Case:
    """Return a case of one line about the first community."""
    text, labels = strip_marks(marked)
    return Case("line", "shiliu", "2024", "", correct, False, text, labels, marked)


def test_perfect_checker_is_perfect() -> None:
    """A checker that says what the labels say gets every rate right."""
    tally = Tally()
    for case in CASES:
        tally.add(case, perfect(case))
    result = report(tally)
    rates = ("figure_recall", "figure_precision", "exact_spans", "verdict_accuracy", "error_recall", "error_precision")
    more = ("error_kind_accuracy", "exempt_recall", "exempt_listed", "binding_accuracy", "corrected_value_of_all")
    assert {name: result[name] for name in (*rates, *more)} == dict.fromkeys((*rates, *more), 1.0)
    assert result["false_alarms_per_100_on_correct_text"] == 0
    assert result["story_false_flags"] == 0
    assert tally.misses == []


def test_crash_misses_everything() -> None:
    """A text that crashes the checker counts all its figures as missed, exempt ones too."""
    case = next(case for case in CASES if not case.correct)
    tally = Tally()
    tally.add(case, (), "ValueError: no")
    result = report(tally)
    assert result["figure_recall"] == result["error_recall"] == result["exempt_recall"] == 0
    assert result["crashed"] == [f"{case.name}: ValueError: no"]


@pytest.mark.parametrize(
    ("verdict", "alarms", "right", "clean"),
    [("supported", 0, 0, 0), ("rounded", 0, 0, 0), ("unsupported", 0, 0, 0), ("contradicted", 1, 0, 1)],
)
def test_false_alarm_on_correct_text(verdict: str, alarms: int, right: int, clean: int) -> None:
    """Only a claimed error on a true figure is a false alarm."""
    case = one_case("登记⟦222项|supported|issues.registered⟧。", correct=True)
    tally = Tally()
    tally.add(case, [{**perfect(case)[0], "verdict": verdict}])
    assert (tally.alarms, tally.alarms_right, tally.clean_alarms) == (alarms, right, clean)


def test_error_outside_every_label_is_a_false_alarm() -> None:
    """An error raised where nothing stands counts against precision."""
    case = one_case("大家⟦一起|exempt⟧努力，进一步做好。")
    stray = {"start": 6, "end": 9, "text": "进一步", "kind": "count", "verdict": "contradicted"}
    tally = Tally()
    tally.add(case, [stray])
    assert (tally.alarms, tally.alarms_right) == (1, 0)
    assert report(tally)["figure_precision"] == 0


@pytest.mark.parametrize(
    ("metric", "filters", "period", "bound"),
    [
        ("issues.registered", {"category": "卫生"}, "2024", True),
        ("issues.registered", {"category": "卫生"}, "2023", False),
        ("issues.registered", {}, "2024", False),
        ("issues.closed", {"category": "卫生"}, "2024", False),
    ],
)
def test_binding(metric: str, filters: dict[str, str], period: str, bound: bool) -> None:
    """A binding is right when metric, filters and period are."""
    key = parse_key("issues.registered?category=卫生", "2024")
    assert binds({"claim": {"metric": metric, "filters": filters, "period": period}}, key) is bound


def test_same_metric_by_another_name_binds() -> None:
    """A metric of its own and the filter that it stands for are one claim; a stock has no period to miss."""
    claim = {"metric": "activities.cultural", "filters": {}, "period": "2024"}
    assert binds({"claim": claim}, parse_key("activities.held?category=文化", "2024"))
    building = {"metric": "buildings.households", "filters": {"building": "7号楼"}, "period": None}
    assert binds({"claim": building}, parse_key("buildings.households?building=7栋", "2024"))


@pytest.fixture(name="shiliu")
def _shiliu(tmp_path: Path) -> tuple[Community, Path]:
    community = build_community("shiliu")
    community.write(tmp_path)
    return community, tmp_path


@pytest.mark.parametrize(("said", "agree"), [("2890", 1), ("2900", 0)])
def test_recount_reads_the_spreadsheet(shiliu: tuple[Community, Path], said: str, agree: int) -> None:
    """The rows that a finding names are summed again from the file."""
    community, folder = shiliu
    book = next(book for book in community.books if book.register == "activities" and book.sheet == "2024年")
    rows = community.rows_of(book)
    cost = sum((value for row in rows if isinstance(value := row["cost"], Decimal)), Decimal(0))
    places = [{"file": book.file, "sheet": book.sheet, "row": book.first_row + place} for place in range(len(rows))]
    finding = {
        "text": "",
        "verdict": "supported",
        "basis": "records",
        "expected": {"value": str(cost) if agree else said},
        "evidence": {"operation": "sum", "field": "cost", "rows": places},
    }
    tally = Recount()
    recount(tally, Sheets(community, folder), "case", [finding])
    assert (tally.supported, tally.agree, len(tally.differ)) == (1, agree, 1 - agree)


def test_recount_of_a_doubling_and_of_a_universal(shiliu: tuple[Community, Path]) -> None:
    """翻一番 is a growth of 100 % said as the multiple 2; 每月一次 states no one value of its rows."""
    community, folder = shiliu
    book = next(book for book in community.books if book.register == "issues")
    places = [{"file": book.file, "sheet": book.sheet, "row": row} for row in range(3, 11)]
    now, before = ({"operation": "count", "field": None, "rows": rows} for rows in (places, places[:4]))
    common = {"verdict": "supported", "basis": "records"}
    grown = {"operation": "growth", "field": None, "rows": [], "parts": [now, before]}
    doubled = {**common, "text": "翻了一番", "unit": "番", "expected": {"value": "2"}, "evidence": grown}
    tripled = {**doubled, "expected": {"value": "3"}}
    monthly = {**common, "text": "每月一次", "kind": "universal", "value": "1", "evidence": now}
    tally = Recount()
    recount(tally, Sheets(community, folder), "case", [doubled, tripled, monthly])
    assert (tally.agree, len(tally.differ), tally.skipped) == (1, 1, 1)


def test_recount_of_a_rate_uses_its_parts(shiliu: tuple[Community, Path]) -> None:
    """A rate is recounted from numerator and denominator; the row of the title is no record."""
    community, folder = shiliu
    book = next(book for book in community.books if book.register == "issues")
    places = [{"file": book.file, "sheet": book.sheet, "row": row} for row in (1, *range(3, 11))]
    part = {"operation": "count", "field": None, "rows": places[:5]}
    whole = {"operation": "count", "field": None, "rows": places}
    evidence = {"operation": "ratio", "field": None, "rows": [], "parts": [part, whole]}
    finding = {
        "text": "",
        "verdict": "supported",
        "basis": "records",
        "expected": {"value": "50"},
        "evidence": evidence,
    }
    tally = Recount()
    recount(tally, Sheets(community, folder), "case", [finding])
    assert tally.agree == 1


@pytest.mark.parametrize("name", COMMUNITIES)
def test_files_hold_what_the_rows_hold(name: str, tmp_path: Path) -> None:
    """Read by pandas, every book has the rows in memory, and its numbers add up to theirs."""
    community = build_community(name)
    community.write(tmp_path)
    sheets = Sheets(community, tmp_path)
    for book in community.books:
        rows = community.rows_of(book)
        frame = sheets.frame(book.file, None if book.file.endswith(".csv") else book.sheet)
        body = frame.iloc[book.first_row - 1 :]
        assert len(body) == len(rows), book
        for place, field in enumerate(book.columns):
            numbers = [
                value
                for row in rows
                if isinstance(value := row.get(field), (int, Decimal)) and value not in (True, False)
            ]
            if len(numbers) > 1:
                written = pd.to_numeric(body.iloc[:, place], errors="coerce").dropna()
                assert round(Decimal(str(float(written.sum()))), 2) >= round(Decimal(sum(numbers)), 2), (
                    book.file,
                    field,
                )


def test_plain_matching_knows_simple_aggregates_only(shiliu: tuple[Community, Path]) -> None:
    """The baseline accepts a count and a sum, and cannot know a difference."""
    community, folder = shiliu
    assert len(read_tables(folder / "巡查维护记录.xlsx")[0]) == len(community.tables["patrols"])
    case = one_case("⟦96次|supported|patrols.count⟧，⟦99.3%|contradicted:value|patrols.fix_rate|84.29⟧")
    only = folder / "only"
    only.mkdir()
    shutil.copy(folder / "巡查维护记录.xlsx", only)
    assert [finding["verdict"] for finding in match_numbers(case, only)] == ["supported", "contradicted"]


def test_reports_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """The runner prints rates side by side and every kind of error."""
    tally = Tally()
    for case in CASES:
        tally.add(case, perfect(case))
    counts = {"supported": 0, "agree": 0, "skipped": 0, "without_rows": [], "differ": []}
    one = {**report(tally), "recount": counts, "misses": []}
    result = {"heldout": False, "cases": [case.name for case in CASES], "reports": {"youju": one, "none": one}}
    print_reports(json.loads(json.dumps(result)))
    printed = capsys.readouterr().out
    assert "errors found (recall)" in printed
    assert "denominator" in printed
