"""Damaged and spoilt copies of real files go the whole way: reading, matching, validation, warehouse, facts."""

from __future__ import annotations

import random
import shutil
import warnings
from collections import Counter
from pathlib import Path

import pytest

from assistant.errors import YoujuError
from assistant.facts import compute_facts
from assistant.knowledge import load_knowledge
from assistant.pipeline import choose_period, import_files, list_coverage, open_records, read_records
from assistant.pipeline.records import Records
from assistant.reading import Limits
from assistant.store import Store
from tests.mutations import mutable_files, mutate

KNOWLEDGE = load_knowledge()
LIMITS = Limits()
CJK = ("\u4e00", "\u9fff")


def ask_everything(records: Records) -> str:
    """Count what can be counted of what was read; returns how far it came."""
    for problem in records.problems:
        assert any(CJK[0] <= each <= CJK[1] for each in problem.reason)
    held = [each.id for each in records.warehouse.registers()]
    assert all(each.kind == "books" for each in records.disagreements)
    try:
        period, _ = choose_period(None, records)
    except YoujuError:
        return "undated" if held else "empty"
    metrics = [each.id for each in records.engine.metrics if each.register_id in held]
    book = compute_facts(records.warehouse, records.knowledge, period, metrics, engine=records.engine)
    assert all(fact.value is not None or fact.reason for fact in book)
    list_coverage(records, period)
    return "counted"


def go_all_the_way(seed: int, count: int, folder: Path) -> Counter[str]:
    """Send mutations through the whole import; now and then beside the original, or into a workspace."""
    rng = random.Random(seed)
    files = mutable_files()
    ends: Counter[str] = Counter()
    for turn in range(count):
        path = rng.choice(files)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of what it drops from the files of others
            content, _ = mutate(path, rng)
        place = folder / f"{seed}-{turn}"
        place.mkdir()
        (place / path.name).write_bytes(content)
        if rng.random() < 0.25:
            shutil.copy(path, place / f"副本{path.suffix}")
        if rng.random() < 0.04:
            ends[through_a_workspace(place, rng)] += 1
        else:
            records = read_records(place, KNOWLEDGE, limits=LIMITS)
            ends[ask_everything(records)] += 1
            records.warehouse.close()
        shutil.rmtree(place)
    return ends


def through_a_workspace(place: Path, rng: random.Random) -> str:
    """Import into a workspace with one of the answers, and count there."""
    store = Store(place / "w")
    names = sorted(path for path in place.iterdir() if path.is_file())
    answer = rng.choice(("replace", "add"))
    import_files(store, KNOWLEDGE, [(path, path.name) for path in names], limits=LIMITS, overlap=answer)
    try:
        records = open_records(store, KNOWLEDGE)
    except YoujuError:
        return "empty"
    finally:
        store.close()
    end = ask_everything(records)
    records.warehouse.close()
    return end


@pytest.mark.parametrize("seed", range(3))
def test_mutations_go_all_the_way(seed: int, tmp_path: Path) -> None:
    """Every mutation ends in facts or in a word of why not; none raises."""
    ends = go_all_the_way(seed, 20, tmp_path)
    assert ends.total() == 20
    assert set(ends) <= {"counted", "undated", "empty"}


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(100, 121))
def test_thousands_of_mutations_go_all_the_way(seed: int, tmp_path: Path) -> None:
    """The same over more than two thousand mutations."""
    assert go_all_the_way(seed, 100, tmp_path).total() == 100
