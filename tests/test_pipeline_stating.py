"""Figures that no register holds: given with a source, or stated by a past report; comparisons on them say so."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.data.facts import StatedFact
from assistant.data.tables import Note
from assistant.errors import UsageError
from assistant.facts import FactKey
from assistant.knowledge import load_knowledge, packaged_folder
from assistant.numerals import Period
from assistant.pipeline import check_text, draft_report, find_outline, import_files, open_records
from assistant.pipeline.stating import figures_of_report, period_of_report, plans_of_report, state_fact
from assistant.reading import Limits
from assistant.store import Store

KNOWLEDGE = load_knowledge()
LIMITS = Limits()
GIVEN = StatedFact(metric="issues.registered", name="登记问题", period="2024", value=Decimal(331), unit="项",
                   source="2024年度工作总结.docx", from_report=True)  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The example without its registers of 2024, but with the report of that year."""
    store = Store(tmp_path_factory.mktemp("w") / "小区")
    names = ("问题登记簿2025.xlsx", "2024年度工作总结.docx", "议事会记录.xlsx")
    files = [(next(packaged_folder("examples").rglob(name)), name) for name in names]
    import_files(store, KNOWLEDGE, files, limits=LIMITS)
    return store


def note(text: str) -> Note:
    """Return a text as a past report."""
    return Note(id="n", file="2024年度工作总结.docx", sha256="s", title="2024年度工作总结", text=text, is_report=True)


def test_a_past_report_states_figures_that_the_author_may_take_over(store: Store) -> None:
    """What it says of whole metrics in its year, with the sentence; one that it tells twice differently is left out."""
    records = open_records(store, KNOWLEDGE)
    (report,) = records.reports
    assert period_of_report(report) == Period.years(2024)
    found = {each.metric: each for each in figures_of_report(records, report)}
    assert found["issues.registered"].value == 331
    assert found["meetings.count"].value == 13
    assert "331项" in found["issues.registered"].quote
    assert all(each.from_report and each.source.endswith("2024年度工作总结.docx") for each in found.values())


def test_a_comparison_may_stand_on_a_stated_figure_and_says_so(store: Store) -> None:
    """Without last year's register there is no growth; with the stated figure there is, marked in fact and draft."""
    key = "issues.registered@2025#growth"
    fact = open_records(store, KNOWLEDGE).engine.fact(key)
    assert fact.value is None
    state_fact(store, GIVEN)
    records = open_records(store, KNOWLEDGE)
    fact = records.engine.fact(key)
    assert (fact.coverage, fact.formula) == ("stated", "(379−331)÷331")
    base = records.engine.fact("issues.registered@2024")
    assert (base.value, base.coverage, base.row_count) == (331, "stated", 0)
    text = draft_report(records, Period.years(2025), find_outline("annual"), naming="surname", report_id="r")[0].text
    assert "上年报告所载，未核原始台账" in text


def test_a_figure_given_in_place_of_a_register_is_drafted_and_labelled(store: Store) -> None:
    """Nobody kept a register of activities: the figure is told, as one that was given, and not broken down."""
    given = StatedFact(
        metric="activities.held", name="活动", period="2025", value=Decimal(12), unit="场", source="会议纪要"
    )
    state_fact(store, given)
    records = open_records(store, KNOWLEDGE)
    assert records.engine.fact("activities.held@2025").value == 12
    assert records.engine.ranking(FactKey("activities.held", Period.years(2025)), "category") == ()
    text = draft_report(records, Period.years(2025), find_outline("annual"), naming="surname", report_id="r")[0].text
    assert "12场" in text
    assert "为另行填报的数，未核原始台账" in text


def test_a_text_that_repeats_a_stated_figure_is_supported_by_it_alone(store: Store) -> None:
    """The basis is what was stated, not the records."""
    records = open_records(store, KNOWLEDGE)
    result = check_text("2025年登记问题379项，上年登记331项。", records, "2025")
    assert [(each.text, each.verdict, each.basis) for each in result.figures if each.kind == "count"] == [
        ("379项", "supported", "records"), ("331项", "supported", "stated"),
    ]  # fmt: skip


def test_records_win_over_what_was_stated() -> None:
    """Where the register reaches, a stated figure changes nothing."""
    from builders import KNOWLEDGE as KNOWN
    from builders import make_entry, open_warehouse

    from assistant.facts import FactEngine

    rows = [{"registered_at": f"2024-{month:02d}-05", "description": "x"} for month in range(1, 13)]
    engine = FactEngine(open_warehouse(make_entry("issues", rows)), KNOWN, [GIVEN])
    assert engine.fact("issues.registered@2024").value == 12


@pytest.mark.parametrize(("change", "message"), [({"source": " "}, "出处"), ({"period": "去年"}, "去年")])
def test_a_figure_without_source_or_period_is_refused(store: Store, change: dict[str, str], message: str) -> None:
    """A figure must say where it comes from and when it holds."""
    with pytest.raises(UsageError, match=message):
        state_fact(store, GIVEN.model_copy(update=change))


def test_a_past_report_s_plans_are_found(store: Store) -> None:
    """The numbered items under 打算; without numbers the sentences of that section."""
    (report,) = open_records(store, KNOWLEDGE).reports
    plans = plans_of_report(report)
    assert len(plans) == 10
    assert plans[0] == "3月底前成立青年志愿队，先凑齐10个人。"
    text = "一、做法\n做了不少。\n二、下一步计划\n一是修好中心路。二是换掉旧水管。\n"
    assert plans_of_report(note(text)) == ("修好中心路。", "换掉旧水管。")
    assert plans_of_report(note("一、做法\n做了不少。\n")) == ()
