"""`python -m eval bench [NAME…]`: how fast and how large, each beside a peer or a limit in the same run.

Every line names what was measured, the figure, the peer's figure or the limit, and whether it holds. Peak memory is
taken in a process of its own.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from assistant.knowledge import load_knowledge
from assistant.numerals import Period
from assistant.pipeline import draft_report, find_files, find_outline, import_files, open_records, read_records
from assistant.pipeline.demo import example_folder
from assistant.reading import Limits
from assistant.store import Store

HEADERS = ("编号", "登记时间", "地点", "反映人", "反映渠道", "问题描述", "类别", "状态", "办结时间", "结果", "备注")
CHANNELS, CATEGORIES = ("微信群", "电话", "上门", "走访"), ("卫生", "设施", "安全", "停车", "矛盾纠纷")
FIRST = datetime(2024, 1, 1, 8, 30)


@dataclass(frozen=True, slots=True)
class Line:
    """One measured thing: `figure` against `bound` (a limit, or a peer's figure times what is asked of us)."""

    name: str
    figure: float
    bound: float
    unit: str
    remark: str = ""

    @property
    def holds(self) -> bool:
        """Whether the figure stays within its bound."""
        return self.figure <= self.bound


def main(names: Sequence[str] = ()) -> int:
    """Run the benches of these names, or all, and print each line as it comes; returns 1 when a bound is broken."""
    held = True
    for line in (line for name, bench in BENCHES.items() if not names or name in names for line in bench()):
        mark = "ok  " if line.holds else "MISS"
        print(f"{mark} {line.name}: {line.figure:.3g} {line.unit} (bound {line.bound:.3g}) {line.remark}", flush=True)
        held = held and line.holds
    return 0 if held else 1


def invent_rows(rows: int) -> Iterator[tuple[object, ...]]:
    """Yield records of an issue register, the same ones each time."""
    for number in range(rows):
        start = FIRST + timedelta(minutes=number * 5 % 525_600)
        closed = start + timedelta(hours=number % 200)
        done = number % 10 < 9
        yield (
            f"Q{number:07d}", start, f"{number % 12 + 1}号楼{number % 6 + 1}单元{number % 5 + 1}0{number % 4 + 1}",
            f"居民{number % 900}", CHANNELS[number % 4], f"第{number}件：楼道灯不亮", CATEGORIES[number % 5],
            "已办结" if done else "处理中", closed if done else None, "已解决" if done else None, "",
        )  # fmt: skip


def write_workbook(path: Path, rows: int) -> None:
    """Write an issue register with a title row as .xlsx."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet("问题登记")
    sheet.write_row(0, 0, ["问题登记簿"])
    sheet.write_row(1, 0, HEADERS)
    for index, row in enumerate(invent_rows(rows), 2):
        sheet.write_row(index, 0, row)
    book.close()


def bench_import() -> Iterator[Line]:
    """A workbook of 100,000 rows: our whole import (read, match, validate) against pandas+openpyxl reading alone."""
    import pandas as pd

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "问题登记簿.xlsx"
        write_workbook(path, 100_000)
        ours, records = timed(lambda: read_records(path.parent, load_knowledge(), limits=Limits()))
        theirs, frame = timed(lambda: pd.read_excel(path, header=1, engine="openpyxl"))
        if records.warehouse.coverage("issues").rows != len(frame):
            raise AssertionError("the two readers disagree about the number of rows")
        yield Line(
            "import of 100,000 rows against pandas+openpyxl", ours, theirs / 5, "s", f"{theirs / ours:.1f} times"
        )
        yield Line("seconds for 100,000 rows", ours, 5.0, "s", f"{100_000 / ours:,.0f} rows/s")
        yield Line("peak memory for 100,000 rows of .xlsx", peak_of(path.parent), 700, "MB")


def write_kept_book(path: Path, rows: int) -> None:
    """Write an issue register as people keep it: title rows, merged groups, a subtotal every 500 rows, a total."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet("问题登记")
    middle = book.add_format({"valign": "vcenter"})
    sheet.write_row(0, 0, ["东风社区居民问题登记簿（2024年）"])
    sheet.write_row(1, 0, ["填表：王芳　　单位：元"])
    sheet.write_row(2, 0, ("组别", *HEADERS, "费用（元）"))
    at = start = 3
    total = subtotal = 0
    for number, row in enumerate(invent_rows(rows), 1):
        cost = number % 50
        total, subtotal = total + cost, subtotal + cost
        sheet.write_row(at, 1, (*row, cost))
        at += 1
        if number % 500 == 0:
            sheet.merge_range(start, 0, at - 1, 0, f"第{number // 500}组", middle)
            sheet.write_row(at, 0, ["小计", *[""] * len(HEADERS), subtotal])
            at, subtotal = at + 1, 0
            start = at
    sheet.write_row(at, 0, ["合计", *[""] * len(HEADERS), total])
    sheet.write_row(at + 1, 0, ["填表人：王芳"])
    book.close()


def bench_books() -> Iterator[Line]:
    """A workbook of 100,000 rows with titles, merged groups and 201 totals: from the file to open records, one core."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "问题登记簿.xlsx"
        write_kept_book(path, 100_000)
        knowledge = load_knowledge()
        start = time.process_time()
        seconds, records = timed(lambda: read_records(path.parent, knowledge, limits=Limits()))
        busy = time.process_time() - start
        right = sum(total.agrees for total in records.totals)
        if (records.warehouse.coverage("issues").rows, right) != (100_000, 201):
            raise AssertionError("rows or totals of the kept book are wrong")
        records.warehouse.close()
        yield Line("kept book of 100,000 rows", seconds, 5.0, "s", f"{100_000 / seconds:,.0f} rows/s, {busy:.1f} s CPU")
        yield Line("peak memory for the kept book", peak_of(path.parent), 700, "MB")


def bench_csv() -> Iterator[Line]:
    """A million CSV rows within 2 GB."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "问题登记簿.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(HEADERS)
            writer.writerows(invent_rows(1_000_000))
        yield Line("peak memory for 1,000,000 rows of .csv", peak_of(path.parent), 2048, "MB")


def bench_draft() -> Iterator[Line]:
    """The example's annual report, drafted with records open, the best of three."""
    knowledge = load_knowledge()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "w")
        import_files(store, knowledge, find_files([example_folder()]), limits=Limits())
        records = open_records(store, knowledge)
        run = lambda: draft_report(records, Period.years(2025), find_outline("annual"), naming="surname")  # noqa: E731
        seconds = min(timed(run)[0] for _ in range(3))
        records.warehouse.close()
        store.close()
    yield Line("annual draft, warm", seconds, 1.0, "s")


def bench_facts() -> Iterator[Line]:
    """All metrics and breakdowns over a million records, against pandas doing the same."""
    from eval.bench_facts import measure

    outcome = measure(1_000_000)
    if outcome.differing:
        raise AssertionError(f"totals differ from pandas: {outcome.differing[:3]}")
    ours, theirs = outcome.ours.clock, outcome.theirs.clock
    yield Line("all metrics over 1,000,000 records", ours, 3.0, "s")
    yield Line("  against pandas doing the same", ours, theirs, "s", f"{theirs / ours:.2f} times")


T = TypeVar("T")


def timed(call: Callable[[], T]) -> tuple[float, T]:
    """Run a call and return the seconds that it took with its result."""
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


def peak_of(folder: Path) -> float:
    """Return the peak memory (MB) of a process that reads the folder's records."""
    code = (
        "import json, sys, resource; from pathlib import Path; from assistant.knowledge import load_knowledge; "
        "from assistant.pipeline import read_records; from assistant.reading import Limits; "
        "read_records(Path(sys.argv[1]), load_knowledge(), limits=Limits()); "
        "print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter with our own code
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, encoding="utf-8", check=True
    )  # fmt: skip
    return float(json.loads(done.stdout))


def bench_app() -> Iterator[Line]:
    """Measure the app in a real browser; see `bench_ui`."""
    from eval.bench_ui import bench_ui

    yield from bench_ui()


def bench_check() -> Iterator[Line]:
    """A report against ten thousand and a million records; see `bench_check`."""
    from eval.bench_check import bench_check

    yield from bench_check()


BENCHES: dict[str, Callable[[], Iterator[Line]]] = {
    "import": bench_import, "books": bench_books, "csv": bench_csv, "draft": bench_draft, "facts": bench_facts,
    "check": bench_check, "app": bench_app,
}  # fmt: skip
