"""The checkers under test: the product through its JSON contract, plain number matching, and no checker at all."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from eval.labels import Case

Findings = Sequence[dict[str, Any]]
Checker = Callable[[Case, Path], Findings]
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?\s*(?:万元|万|%|人次|个百分点|[\u4e00-\u9fff])?")
NOT_COUNTED = re.compile(r"[年月日号栋层岁]$")
MANY_VALUES = 40
CODE = Path(__file__).resolve().parent.parent / "assistant"
START = "from assistant.cli import main; main()"


class NoCheckerError(RuntimeError):
    """There is no checker to run yet."""


def no_checker(case: Case, folder: Path) -> Findings:
    """Accept every text as it is."""
    del case, folder
    return ()


def run_product(case: Case, folder: Path) -> Findings:
    """Check in this process through `assistant.pipeline.check_text`, or through the command line where that is missing.

    Raises:
        NoCheckerError: When the product has no checker yet.
    """
    if not (CODE / "checking").is_dir():
        raise NoCheckerError
    check_text = getattr(importlib.import_module("assistant.pipeline"), "check_text", None)
    if check_text is None:
        return run_command(case, folder)
    result = check_text(case.text, records=folder, period=case.period)
    data = result if isinstance(result, dict) else result.model_dump(mode="json", by_alias=True)
    return tuple(data["figures"])


def run_command(case: Case, folder: Path) -> Findings:
    """Check through `youju check FILE --records DIR --json -`.

    Raises:
        RuntimeError: When the command fails.
    """
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / f"{case.name}.txt"
        path.write_text(case.text, encoding="utf-8")
        command = [sys.executable, "-c", START, "check", str(path), "--records", str(folder)]
        done = subprocess.run(  # noqa: S603 - our own command
            [*command, "--period", case.period, "--json", "-"], capture_output=True, text=True, check=False
        )
    if done.returncode not in (0, 1, 4):
        raise RuntimeError(f"exit {done.returncode}: {done.stderr.strip()[-200:]}")
    return tuple(json.loads(done.stdout)["figures"])


def match_numbers(case: Case, folder: Path) -> Findings:
    """Call a figure right when any simple aggregate of any table equals it, else wrong.

    The aggregates are counts, distinct counts and sums of every column, over everything, each year, half, quarter and
    month, and each value of each short column.
    """
    known = simple_aggregates(folder)
    findings: list[dict[str, Any]] = []
    for found in NUMBER.finditer(case.text):
        text = found[0]
        if NOT_COUNTED.search(text):
            continue
        value, step = _value(text)
        right = any(abs(number - value) <= step / 2 for number in known) if step < 1 or step > 1 else value in known
        findings.append(
            {
                "start": found.start(),
                "end": found.end(),
                "text": text,
                "kind": "count",
                "verdict": "supported" if right else "contradicted",
                "error": None if right else "value",
            }
        )
    return findings


def _value(text: str) -> tuple[Decimal, Decimal]:
    digits = re.match(r"[\d,.]+", text)
    raw = digits[0].replace(",", "").rstrip(".") if digits else "0"
    scale = Decimal(10000) if "万" in text else Decimal(1)
    return Decimal(raw) * scale, scale * Decimal(1).scaleb(-len(raw.partition(".")[2]))


@cache
def simple_aggregates(folder: Path) -> frozenset[Decimal]:
    """Return every simple aggregate of the tables below a folder."""
    numbers: set[Decimal] = set()
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".xlsx", ".csv"):
            for table in read_tables(path):
                numbers |= _aggregates(table)
    return frozenset(numbers)


def read_tables(path: Path) -> list[pd.DataFrame]:
    """Read the tables of a workbook or CSV file below their header rows, as pandas sees them."""
    if path.suffix == ".csv":
        return [pd.read_csv(path, encoding=csv_encoding(path))]
    sheets = pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl")
    tables: list[pd.DataFrame] = []
    for sheet in sheets.values():
        header = int(sheet.notna().sum(axis=1).head(4).to_numpy().argmax())
        table = sheet.iloc[header + 1 :].copy()
        table.columns = pd.Index([str(name) for name in sheet.iloc[header]])
        tables.append(table.infer_objects())
    return tables


def csv_encoding(path: Path) -> str:
    """Return the encoding of a CSV file: UTF-8 when it decodes as such, else GB 18030."""
    try:
        path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _aggregates(table: pd.DataFrame) -> set[Decimal]:
    numbers = _of_slice(table)
    dates = [column for column in table.columns if pd.api.types.is_datetime64_any_dtype(_as_dates(table[column]))]
    groups: list[Any] = [table[column] for column in table.columns if 1 < table[column].nunique() <= MANY_VALUES]
    for column in dates:
        day = _as_dates(table[column])
        groups += [day.dt.year, day.dt.to_period("Q").astype(str), day.dt.to_period("M").astype(str)]
        groups.append(day.dt.year.astype(str) + (day.dt.month > 6).astype(str))
    for group in groups:
        for _, part in table.groupby(group):
            numbers |= _of_slice(part)
    return numbers


def _as_dates(column: pd.Series[Any]) -> pd.Series[Any]:
    if pd.api.types.is_numeric_dtype(column):
        return column
    dates = pd.to_datetime(column, errors="coerce", format="mixed")
    return dates if dates.notna().mean() > 0.5 else column


def _of_slice(table: pd.DataFrame) -> set[Decimal]:
    numbers = {Decimal(len(table))}
    for column in table.columns:
        numbers.add(Decimal(int(table[column].nunique())))
        if pd.api.types.is_numeric_dtype(table[column]) and not pd.api.types.is_bool_dtype(table[column]):
            numbers.add(round(Decimal(str(float(table[column].sum()))), 2))
    return numbers
