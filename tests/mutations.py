"""Spoilt and damaged copies of real files: what hurried people, bad disks and broken mails do to books."""

from __future__ import annotations

import codecs
import csv
import io
import random
import re
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import python_calamine
from openpyxl.cell.cell import MergedCell

REAL = Path(__file__).parents[2] / "shared" / "data" / "real"
EXAMPLES = Path(__file__).parents[1] / "examples"
SMALL = 400_000
LONG = 400
OFTEN = 8
BOOKS_OF = (".xlsx", ".xls", ".ods", ".csv")
WRONG = (b'"0"', b'"2147483648"', b'"1099511627776"')


def mutable_files() -> list[Path]:
    """Return the real files and those of the example, in a fixed order; books several times, as letters hold none."""
    found = [path for folder in (REAL, EXAMPLES) for path in folder.rglob("*")]
    chosen: list[Path] = []
    for path in sorted(each for each in found if each.suffix in (*BOOKS_OF, ".docx", ".txt")):
        chosen += [path] * (OFTEN if path.suffix in BOOKS_OF and path.stat().st_size < SMALL else 1)
    return chosen


def flip(content: bytes, times: int, rng: random.Random) -> bytes:
    """Change some bytes."""
    changed = bytearray(content)
    for _ in range(times if changed else 0):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def damage_part(content: bytes, rng: random.Random) -> bytes:
    """Damage one part inside an office file, so that the archive itself stays whole."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as new:
        names = archive.namelist()
        victim = rng.choice([name for name in names if name.endswith((".xml", ".rels"))])
        for name in names:
            part = archive.read(name)
            if name == victim:
                kind = rng.randrange(5)
                at, to = sorted((rng.randrange(len(part) + 1), rng.randrange(len(part) + 1)))
                if kind == 0:
                    continue
                part = (
                    part[:at], flip(part, rng.randrange(1, 8), rng), part[:at] + part[to:],
                    re.sub(rb'"\d+"', lambda m: m[0] if rng.random() < 0.9 else rng.choice(WRONG), part),
                )[kind - 1]  # fmt: skip
            new.writestr(name, part)
    return out.getvalue()


def load(path: Path) -> openpyxl.Workbook:
    """Open a book to be spoilt; one that openpyxl cannot open is laid out anew, and a long one cut short."""
    if path.suffix == ".xlsx" and path.stat().st_size < SMALL:
        return openpyxl.load_workbook(path)
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    if path.suffix == ".csv":
        content = path.read_bytes()
        coding = "utf-8-sig" if content.startswith(codecs.BOM_UTF8) else "gb18030"
        lines = {"Sheet": list(csv.reader(io.StringIO(content.decode(coding, "replace"))))}
    else:
        source = python_calamine.CalamineWorkbook.from_path(path)
        lines = {name: source.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in source.sheet_names}
    for name, rows in lines.items():
        sheet = book.create_sheet(name)
        for row in rows[:LONG]:
            sheet.append([cell if cell != "" else None for cell in row])
    return book


def delete_cells(sheet: Any, at: int, column: int, rng: random.Random) -> None:
    """Empty some cells side by side."""
    for beside in range(column, column + rng.randrange(1, 4)):
        write(sheet, at, beside, None)


def delete_row(sheet: Any, at: int, _column: int, _rng: random.Random) -> None:
    """Take a row out."""
    sheet.delete_rows(at)


def insert_row(sheet: Any, at: int, _column: int, _rng: random.Random) -> None:
    """Put an empty row in."""
    sheet.insert_rows(at)


def delete_column(sheet: Any, _at: int, column: int, _rng: random.Random) -> None:
    """Take a column out."""
    sheet.delete_cols(column)


def insert_column(sheet: Any, _at: int, column: int, _rng: random.Random) -> None:
    """Put an empty column in."""
    sheet.insert_cols(column)


def shift_row(sheet: Any, at: int, column: int, rng: random.Random) -> None:
    """Move the rest of some rows to the right, as when a cell was inserted."""
    for row in range(at, at + rng.choice((1, 1, 5))):
        values = [sheet.cell(row, each).value for each in range(column, sheet.max_column + 1)]
        for place, value in enumerate([None, *values], start=column):
            write(sheet, row, place, value)


def swap_rows(sheet: Any, at: int, _column: int, rng: random.Random) -> None:
    """Exchange two rows, wherever they stand."""
    other = rng.randrange(1, sheet.max_row + 1)
    for column in range(1, sheet.max_column + 1):
        one, two = sheet.cell(at, column).value, sheet.cell(other, column).value
        write(sheet, at, column, two)
        write(sheet, other, column, one)


def swap_columns(sheet: Any, _at: int, column: int, rng: random.Random) -> None:
    """Exchange two columns, headers and all."""
    other = rng.randrange(1, sheet.max_column + 1)
    for row in range(1, min(sheet.max_row, LONG) + 1):
        one, two = sheet.cell(row, column).value, sheet.cell(row, other).value
        write(sheet, row, column, two)
        write(sheet, row, other, one)


def retype(sheet: Any, at: int, column: int, rng: random.Random) -> None:
    """Put something of another type into a cell."""
    write(sheet, at, column, rng.choice(STRANGE))


def write(sheet: Any, row: int, column: int, value: Any) -> None:
    """Write a cell, unless a merged one covers it."""
    cell = sheet.cell(row, column)
    if not isinstance(cell, MergedCell):
        cell.value = value


SPOILS = (
    delete_cells, delete_row, insert_row, delete_column, insert_column, shift_row, swap_rows, swap_columns, retype,
)  # fmt: skip
STRANGE = (
    "合计", 0, -1.5, "#REF!", "备注：", date(2024, 2, 29), datetime(1899, 12, 30), "１２０", "=1+1", True, "序号",
    1e300, "√", "%", "2024年13月45日", "\n", "无", "3人×2小时", "99:99", "一、", "9" * 40,
)  # fmt: skip


def spoil_cells(path: Path, rng: random.Random) -> bytes:
    """Delete cells, shift columns, swap rows and change types, as hurried people do."""
    book = load(path)
    sheet = rng.choice(book.worksheets)
    for merge in list(sheet.merged_cells.ranges) if rng.random() < 0.5 else []:
        sheet.unmerge_cells(str(merge))
    for _ in range(rng.randrange(1, 12)):
        row, column = rng.randrange(1, sheet.max_row + 1), rng.randrange(1, sheet.max_column + 1)
        rng.choice(SPOILS)(sheet, row, column, rng)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def mutate(path: Path, rng: random.Random) -> tuple[bytes, bool]:
    """Return a mutation of a file, and whether it is still a workbook whose rows can be counted."""
    content = path.read_bytes()
    kind = rng.randrange(8)
    if path.suffix in BOOKS_OF and kind > 2:
        return spoil_cells(path, rng), True
    if kind == 0:
        return content[: rng.randrange(len(content))], False
    if kind % 2 or path.suffix in (".xls", ".csv", ".txt"):
        return flip(content, rng.randrange(1, 40), rng), False
    return damage_part(content, rng), False
