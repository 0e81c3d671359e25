"""Every number of the example's drafts is counted a second time, from the files, by code of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from assistant.data.values import plain_number
from assistant.knowledge import load_knowledge, packaged_folder
from assistant.numerals import Period
from assistant.pipeline.records import Records, read_records
from assistant.pipeline.reports import draft_report, find_outline
from assistant.privacy import NamingPolicy
from assistant.reading import Limits
from tests.recount.counting import Count, Recount
from tests.recount.truth import RECORDED, expected

FOLDER = packaged_folder("examples") / "青槐里社区"
DRAFTS = {
    "annual 2025": ("annual", "2025"),
    "street 2025": ("street", "2025"),
    "residents 2025": ("residents", "2025"),
    "brief 2025": ("brief", "2025"),
    "quarterly 2025Q3": ("quarterly", "2025Q3"),
    "annual 2024": ("annual", "2024"),
}
TRUTH = yaml.safe_load((Path(__file__).parent.parent / "eval" / "cases" / "example_truth_v1.yaml").read_text("utf-8"))
PRINTED = re.compile(r"(?P<rough>约)?(?P<number>\d+(?:\.(?P<places>\d+))?)(?P<scale>万)?(?P<unit>\D+)")
BY_WORDS = ("growth", "difference")
"""Operations that are printed without a sign, because words say the direction."""
UP, DOWN = re.compile("增|多|提高|上升|长"), re.compile("减|少|降|下滑|短|快|慢")


class Bound(NamedTuple):
    """A printed number of a draft with the fact that it stands for, as the JSON has them."""

    text: str
    before: str
    fact: dict[str, Any]


@pytest.fixture(scope="module")
def records() -> Records:
    """Read the example once, as `youju draft` does."""
    return read_records(FOLDER, load_knowledge(), limits=Limits())


@pytest.fixture(scope="module")
def drafts(records: Records) -> dict[str, tuple[Bound, ...]]:
    """Draft each version once, in the form of `youju draft --json -`."""
    return {name: tuple(_bound(records, *each)) for name, each in DRAFTS.items()}


@pytest.fixture(scope="module")
def recount() -> Recount:
    """Read the files a second time, without the product."""
    return Recount(FOLDER)


def _bound(records: Records, outline: str, period: str) -> Iterator[Bound]:
    draft, unbound = draft_report(
        records, Period.parse(period), find_outline(outline), naming=NamingPolicy(), report_id="recount"
    )
    assert unbound == ()
    told = json.loads(draft.model_dump_json(by_alias=True))
    facts = {fact["id"]: fact for fact in told["facts"]}
    for binding in told["bindings"]:
        start, end = binding["start"], binding["end"]
        assert told["text"][start:end] == binding["text"]
        yield Bound(binding["text"], told["text"][max(0, start - 24) : start], facts[binding["fact"]])


def _six_places(value: Fraction) -> Decimal:
    return _rounded(value, 6, ROUND_HALF_EVEN)


def _rounded(value: Fraction, places: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-places), rounding)


def _named_holders(written: str | None) -> tuple[frozenset[str], int]:
    """Read up to three names and how many there are: 甲、乙、丙等23个."""
    match = re.fullmatch(r"(.*?)(?:等(\d+)个)?", written or "")
    names = frozenset(filter(None, (match[1] if match else "").split("、")))
    return names, int(match[2]) if match and match[2] else len(names)


@pytest.mark.parametrize("name", DRAFTS)
def test_each_bound_number_is_counted_alike(name: str, drafts: dict[str, tuple[Bound, ...]], recount: Recount) -> None:
    """Value, unit and holder of every bound fact agree with the recount, to the last of six places."""
    wrong = []
    for fact in _facts(drafts[name]).values():
        count = recount.count(fact["key"])
        if (Decimal(fact["value"]), fact["unit"]) != (_six_places(count.value), count.unit):
            wrong.append((fact["key"], fact["value"], fact["unit"], str(_six_places(count.value)), count.unit))
        names, number = _named_holders(fact["holder"])
        if not names <= count.holders or number not in (0, len(count.holders)):
            wrong.append((fact["key"], fact["holder"], "held by", *sorted(count.holders)))
    assert wrong == []
    assert len(_facts(drafts[name])) >= 25


@pytest.mark.parametrize("name", DRAFTS)
def test_each_bound_number_names_the_rows_counted(
    name: str, drafts: dict[str, tuple[Bound, ...]], recount: Recount
) -> None:
    """The rows that a fact names (file, sheet, row) are the raw rows of the recount, all of them and no other."""
    wrong = []
    for fact in _facts(drafts[name]).values():
        count = recount.count(fact["key"])
        named = [(row["file"], row["sheet"], row["row"]) for row in fact["rows"] or ()]
        if len(named) != fact["row_count"] or set(named) != count.rows or len(set(named)) != len(named):
            missing, more = count.rows - set(named), set(named) - count.rows
            wrong.append((fact["key"], fact["row_count"], sorted(missing, key=str)[:3], sorted(more, key=str)[:3]))
    assert wrong == []


@pytest.mark.parametrize("name", DRAFTS)
def test_each_printed_number_agrees_with_the_recount(
    name: str, drafts: dict[str, tuple[Bound, ...]], recount: Recount
) -> None:
    """What stands in the text is the recounted value under rounding, with its unit, and 约 where rows are estimates."""
    assert [wrong for bound in drafts[name] if (wrong := _misprint(bound, recount.count(bound.fact["key"])))] == []


@pytest.mark.parametrize("year", ["2024", "2025"])
def test_facts_agree_with_the_truth_of_the_example(year: str, records: Records, recount: Recount) -> None:
    """What the generator counted in memory, the product and the recount count in the files."""
    wrong, compared = [], 0
    for key, value in expected(TRUTH, year):
        fact, compared = records.engine.fact(key), compared + 1
        told = None if fact.value is None else Decimal(plain_number(fact.value))
        if {told, _six_places(recount.count(key).value)} != {_six_places(value)}:
            wrong.append((key, str(told), str(_six_places(recount.count(key).value)), str(value)))
    assert wrong == []
    assert compared > 150


@pytest.mark.parametrize("year", ["2024", "2025"])
def test_what_a_fact_leaves_out_and_stands_on_agrees_with_the_truth(
    year: str, records: Records, recount: Recount
) -> None:
    """Duplicates left out, days added up and their number, and the largest activity are those of the truth."""
    issues = TRUTH[year]["issues"]
    assert records.engine.fact(f"issues.registered@{year}").left_out["duplicates"] == issues["duplicates"]
    days = issues["handling_days"]
    for key, suffix in ((f"issues.close_time@{year}", "_at_year_end"), (f"issues.close_time@{year}?{RECORDED}", "")):
        fact = records.engine.fact(key)
        assert (fact.numerator, fact.denominator) == (days[f"sum{suffix}"], days[f"rows{suffix}"])
        assert recount.count(key).value == Fraction(days[f"sum{suffix}"], days[f"rows{suffix}"])
    assert records.engine.fact(f"activities.attendance_max@{year}").holder == TRUTH[year]["activities"]["largest"]


def test_every_declared_metric_with_a_value_can_be_recounted(records: Records, recount: Recount) -> None:
    """Whatever metric a draft may name one day, its total over a year agrees as well; those of no draft included."""
    wrong = []
    for metric in load_knowledge().metrics:
        for period in ("2024", "2025", "2025Q2"):
            fact = records.engine.fact(f"{metric.id}@{period}")
            if fact.value is None:
                continue
            count = recount.count(fact.key)
            if (Decimal(plain_number(fact.value)), fact.unit) != (_six_places(count.value), count.unit):
                wrong.append((fact.key, str(fact.value), str(_six_places(count.value)), count.unit))
            if fact.approximate != count.rough:
                wrong.append((fact.key, "estimated", str(fact.approximate), str(count.rough)))
    assert wrong == []


def test_ages_are_those_of_the_period_s_end(records: Records, recount: Recount) -> None:
    """How many volunteers were 60 at the end of 2024 follows from their births, or is not said."""
    roster = recount.frames["volunteers"]
    there = [(row["name"], row["born"]) for _, row in roster.iterrows() if row["joined_on"].year <= 2024]
    seniors = {(name, born) for name, born in there if 2024 - int(born[:4]) >= 60}
    assert len(seniors) == 34
    assert records.engine.fact("volunteers.seniors@2024").value in (None, len(seniors))


@pytest.mark.proof
@pytest.mark.parametrize("period", ["2024", "2025", "2025Q3"])
def test_every_fact_of_a_period_is_counted_alike(period: str, records: Records, recount: Recount) -> None:
    """Not only what a draft says: each breakdown, share, extreme, mean and comparison of the whole book of facts."""
    wrong, compared = [], 0
    for fact in records.book(Period.parse(period)).facts:
        if fact.value is None or fact.metric.startswith("custom:"):
            continue
        count, compared = recount.count(fact.key), compared + 1
        told = (Decimal(plain_number(fact.value)), fact.unit, fact.approximate)
        if told != (_six_places(count.value), count.unit, count.rough):
            wrong.append((fact.key, *told, str(_six_places(count.value)), count.unit, count.rough))
    assert wrong == []
    assert compared > 5000


def _misprint(bound: Bound, count: Count) -> str | None:
    match = PRINTED.fullmatch(bound.text)
    if match is None:
        return f"{bound.text}: not a number with a unit"
    by_words = bound.fact["operation"] in BY_WORDS
    value = (abs(count.value) if by_words else count.value) / (10_000 if match["scale"] else 1)
    places = len(match["places"] or "")
    if Decimal(match["number"]) != _rounded(value, places) or not _close(match["number"], value):
        return f"{bound.fact['key']}: {bound.text} for {float(value)}"
    if match["unit"].removeprefix("个百") != count.unit.removeprefix("百"):
        return f"{bound.fact['key']}: {bound.text} is counted in {count.unit}"
    if bool(match["rough"]) != count.rough:
        return f"{bound.fact['key']}: {bound.text}, estimated: {count.rough}"
    wrong_way = (DOWN if count.value > 0 else UP) if by_words else None
    right_way = (UP if count.value > 0 else DOWN) if by_words else None
    words = re.split(r"[，。；、]", bound.before)[-1]
    if wrong_way and right_way and wrong_way.search(words) and not right_way.search(words):
        return f"{bound.fact['key']}: {words}{bound.text} for {float(count.value)}"
    return None


def _close(number: str, value: Fraction) -> bool:
    """Say whether nothing but a digit behind the first place was rounded off."""
    return abs(Fraction(number) - value) <= Fraction(1, 20)


def _facts(bounds: tuple[Bound, ...]) -> dict[str, dict[str, Any]]:
    return {bound.fact["key"]: bound.fact for bound in bounds}
