"""How fast a text is checked, beside plain number matching on the same text and records.

A report of 3,000 characters, most of it right, every eighth number changed, against invented records of six registers:
new to an open ledger (another report was checked before), again after an edit in one section, and from the start of a
process, where no heavy library may be loaded. Times are the processor's, the best of three, so that other work on the
machine counts as little as it can; the remark holds the clock's. Plain number matching (`eval.checkers`) reads the same
records as CSV with pandas: once it has them, a text costs it next to nothing, so that both its parts are shown.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.csv as pa_csv

from assistant.checking import Ledger, check_figures
from assistant.checking.layout import sections_of
from assistant.knowledge import Knowledge, load_knowledge
from assistant.numerals import Period
from assistant.pipeline import Records, draft_report, find_files, find_outline, import_files
from assistant.pipeline.checks import make_ledger
from assistant.reading import Limits
from assistant.store import Store
from assistant.warehouse import Warehouse
from eval.bench_facts import invent_registers
from eval.checkers import match_numbers, simple_aggregates
from eval.labels import CASES, Case, load_case

if TYPE_CHECKING:
    from eval.bench import Line

CHARACTERS = 3_000
PERIOD = Period.years(2024)
BOUNDS = {10_000: 0.3, 1_000_000: 2.0}
RECHECK_SECONDS = 0.05
START_SECONDS = 3.0
HEAVY = ("pandas", "streamlit", "chromadb", "langchain", "langchain_core", "langchain_openai", "openai")
TRIALS = 3
OUTLINES = ("annual", "street")
_NUMBER = re.compile(r"\d+")
_START = """
import json, sys, time
sys.argv = ["youju", "check", sys.argv[1], "--workspace", sys.argv[2], "--json", sys.argv[3]]
from assistant.cli.entry import main
try:
    main()
except SystemExit as done:
    print(json.dumps([done.code, time.process_time(), sorted(set(HEAVY) & set(sys.modules))]))
"""


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of the processor and of the clock."""

    processor: float
    clock: float


@dataclass(frozen=True, slots=True)
class Ground:
    """Records in memory, the same as CSV files below a folder, a report on them, and one to warm up with."""

    records: Records
    folder: Path
    report: str
    other: str

    def warm_ledger(self) -> Ledger:
        """Return a ledger against which another report was checked before."""
        ledger = make_ledger(self.records)
        check_figures(self.other, ledger, PERIOD)
        return ledger


def bench_check() -> Iterator[Line]:
    """Yield the lines of all sizes, and those from the start of a process."""
    for rows, bound in BOUNDS.items():
        with invented_ground(rows) as ground:
            yield from _of_size(ground, rows, bound)
            if rows == min(BOUNDS):
                yield from _from_start(ground)


def _of_size(ground: Ground, rows: int, bound: float) -> Iterator[Line]:
    from eval.bench import Line

    report, folder = ground.report, ground.folder
    new = best(lambda: _new_report(ground))
    case = Case("bench", "bench", str(PERIOD), "", False, False, report, (), "")
    reading = spend(lambda: simple_aggregates(folder))
    plain = best(lambda: spend(lambda: match_numbers(case, folder)))
    whole = reading.processor + plain.processor
    yield Line(
        f"check of {len(report):,} characters against {rows:,} records, warm", new.processor, bound, "s CPU",
        f"{new.clock:.2f} s by the clock; plain matching {plain.processor * 1000:.1f} ms after reading for"
        f" {reading.processor:.1f} s, ours {new.processor / whole:.2f} of its whole",
    )  # fmt: skip
    ledger = ground.warm_ledger()
    check_figures(report, ledger, PERIOD)
    sections = long_sections(report)
    for name, section in (("middling", sections[len(sections) // 2]), ("longest", sections[-1])):
        edited = min((_recheck(ledger, report, section, trial) for trial in range(TRIALS)), key=_by_processor)
        yield Line(
            f"  the {name} section edited ({section[1] - section[0]:,} characters)", edited.processor, RECHECK_SECONDS,
            "s CPU", f"{edited.clock * 1000:.0f} ms by the clock; {edited.processor / plain.processor:.1f} times plain",
        )  # fmt: skip


def _recheck(ledger: Ledger, report: str, section: tuple[int, int], trial: int) -> Spent:
    text = edit(report, section, trial)
    return spend(lambda: check_figures(text, ledger, PERIOD))


def _new_report(ground: Ground) -> Spent:
    ledger = ground.warm_ledger()
    return spend(lambda: check_figures(ground.report, ledger, PERIOD))


def _from_start(ground: Ground) -> Iterator[Line]:
    """Check from the start of a process, in a workspace that holds the records."""
    from eval.bench import Line

    with tempfile.TemporaryDirectory() as scratch:
        home, text, out = Path(scratch) / "w", Path(scratch) / "report.txt", Path(scratch) / "out.json"
        store = Store(home)
        import_files(store, load_knowledge(), find_files([ground.folder]), limits=Limits())
        store.close()
        text.write_text(ground.report, encoding="utf-8")
        loaded: set[str] = set()
        spent: list[Spent] = []
        _run_command(text, home, out)
        for _ in range(TRIALS):
            began = time.perf_counter()
            code, processor, heavy = _run_command(text, home, out)
            spent.append(Spent(processor, time.perf_counter() - began))
            loaded |= set(heavy)
            if code:
                raise AssertionError(f"youju check ended with {code}")
        figures = len(json.loads(out.read_text(encoding="utf-8"))["figures"])
    fastest = min(spent, key=lambda each: each.processor)
    remark = f"{min(each.clock for each in spent):.2f} s by the clock, {figures} figures"
    yield Line("  from the start of a process", fastest.processor, START_SECONDS, "s CPU", remark)
    yield Line("  heavy libraries loaded", len(loaded), 0, "", " ".join(sorted(loaded)))


def _run_command(text: Path, home: Path, out: Path) -> tuple[int, float, list[str]]:
    """Return the exit code, the processor's seconds and the heavy libraries loaded of one `youju check`.

    Modules are compiled once, as they are where the product is installed, whatever the surroundings say.
    """
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    surroundings["PYTHONPYCACHEPREFIX"] = str(out.parent / "compiled")
    code = f"HEAVY = {HEAVY!r}\n{_START}"
    command = [sys.executable, "-c", code, str(text), str(home), str(out)]
    done = subprocess.run(  # noqa: S603 - our own command
        command, capture_output=True, text=True, encoding="utf-8", check=False, env=surroundings
    )
    if not done.stdout.strip():
        raise AssertionError(done.stderr)
    ended, processor, heavy = json.loads(done.stdout.strip().splitlines()[-1])
    return int(ended or 0), float(processor), list(heavy)


@contextmanager
def invented_ground(rows: int) -> Iterator[Ground]:
    """Make records of six registers, open and as CSV, and a report on them."""
    knowledge = load_knowledge()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "csv"
        folder.mkdir()
        warehouse = _invent_records(knowledge, rows, Path(scratch), folder)
        records = Records(knowledge, warehouse)
        other = load_case(CASES / "shiliu_correct_annual_report_v1.yaml").text
        yield Ground(records, folder, spoil(_drafted(records)), other)
        warehouse.close()


def _invent_records(knowledge: Knowledge, rows: int, scratch: Path, folder: Path) -> Warehouse:
    entries = []
    for register, table, entry in invent_registers(knowledge, rows, scratch):
        entries.append(entry)
        named = table.select([each.id for each in register.fields]).rename_columns(
            [each.name for each in register.fields]
        )
        pa_csv.write_csv(named, folder / f"{register.name}.csv")
    return Warehouse.open(entries, knowledge.registers)


def _drafted(records: Records) -> str:
    """Return what the built-in writer makes of the records, as long as the report is to be."""
    texts = []
    for name in OUTLINES:
        draft, _ = draft_report(records, PERIOD, find_outline(name), naming="surname", report_id="bench")
        texts.append(draft.text)
    return "\n\n".join(texts)[:CHARACTERS]


def spoil(report: str) -> str:
    """Change the last digit of every eighth number, as a hand in a hurry would."""
    numbers = count(1)

    def change(found: re.Match[str]) -> str:
        digits = found[0]
        return digits if next(numbers) % 8 else digits[:-1] + str((int(digits[-1]) + 3) % 10)

    return _NUMBER.sub(change, report)


def long_sections(report: str) -> list[tuple[int, int]]:
    """Return the sections of a report that hold figures, the longest last."""
    return sorted(
        (each for each in sections_of(report) if _NUMBER.search(report, *each)), key=lambda each: each[1] - each[0]
    )


def edit(report: str, section: tuple[int, int], number: int) -> str:
    """Write a sentence with a number to the end of a section."""
    return f"{report[: section[1]].rstrip()}其中已解决{number}项。\n{report[section[1] :]}"


def spend(call: Callable[[], object]) -> Spent:
    """Return what a call took."""
    processor, clock = time.process_time(), time.perf_counter()
    call()
    return Spent(time.process_time() - processor, time.perf_counter() - clock)


def best(trial: Callable[[], Spent]) -> Spent:
    """Return the least of three trials."""
    return min((trial() for _ in range(TRIALS)), key=_by_processor)


def _by_processor(spent: Spent) -> float:
    return spent.processor
