"""The labelled texts are right: each label agrees with the rows, and every kind of error has enough of them."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from eval.communities import COMMUNITIES, build_community
from eval.labels import ERRORS, Case, CaseError, load_cases, strip_marks
from eval.truth import evaluate
from eval.verify import problems_of
from eval.wording import judge, read_chinese

CASES = (*load_cases(), *load_cases(heldout=True))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_labels_agree_with_rows(case: Case) -> None:
    """What is labelled true is true by the rows, what is labelled wrong is wrong, and no number stands unmarked."""
    assert problems_of(case) == ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_offsets_cut_the_text(case: Case) -> None:
    """A label's offsets cut its own words out of the text, in order and apart."""
    end = 0
    for label in case.labels:
        assert case.text[label.start : label.end] == label.text
        assert label.start >= end
        end = label.end


@pytest.mark.parametrize("name", COMMUNITIES)
def test_community_is_built_the_same_each_time(name: str) -> None:
    """A community's rows come from its seed alone."""
    assert COMMUNITIES[name]().tables == build_community(name).tables


@pytest.mark.parametrize(
    ("mark", "problem"),
    [
        ("⟦312项⟧", "cannot read"),
        ("⟦312项|right⟧", "right"),
        ("⟦312项|contradicted:size⟧", "size"),
        ("⟦312项", "closed"),
    ],
)
def test_bad_mark_is_refused(mark: str, problem: str) -> None:
    """A mark that is misspelt is refused with what is wrong."""
    with pytest.raises(CaseError, match=problem):
        strip_marks(mark)


@pytest.mark.parametrize(
    ("text", "truth", "outcome"),
    [
        ("312项", "312", "exact"),
        ("312项", "313", "false"),
        ("三百一十二项", "312", "exact"),
        ("91.7%", "91.6865", "exact"),
        ("91.7%", "91.64", "false"),
        ("4.86万元", "48649", "exact"),
        ("4.86万元", "48551", "exact"),
        ("4.86万元", "48700", "false"),
        ("近300人", "280", "words"),
        ("近300人", "312", "false"),
        ("300余人", "312", "words"),
        ("300余人", "300", "false"),
        ("超300人", "312", "words"),
        ("超300人", "412", "loose"),
        ("不足300人", "280", "words"),
        ("约300人", "330", "words"),
        ("约300元", "316", "false"),
        ("两三百人", "250", "words"),
        ("八成", "84", "words"),
        ("三成五", "38", "false"),
        ("过半", "50", "false"),
        ("近半", "47", "words"),
        ("三分之二", "67", "words"),
        ("十几场", "20", "false"),
        ("300多人", "400", "false"),
        ("二十来户", "21", "words"),
        ("二十来户", "28", "false"),
        ("两千出头", "2019", "words"),
        ("两千出头", "1990", "false"),
        ("一百零几口人", "103", "words"),
        ("一百零几口人", "113", "false"),
        ("百分之七十二点一", "72.07", "exact"),
        ("七成以上", "69", "false"),
    ],
)
def test_wording_is_judged_by_the_table(text: str, truth: str, outcome: str) -> None:
    """The examiner's own reader follows the table of wordings."""
    assert judge(text, Decimal(truth)) == outcome


@pytest.mark.parametrize(
    ("text", "value"), [("一百零五", 105), ("两千四", 2400), ("二十", 20), ("十二", 12), ("三百二", 320)]
)
def test_chinese_numbers_are_read(text: str, value: int) -> None:
    """The examiner's own reader reads Chinese numbers."""
    assert read_chinese(text) == value


def test_truth_of_a_formula() -> None:
    """Formulas are evaluated over keys; a duplicate is left out unless it is asked for."""
    community = build_community("shiliu")
    marked = sum("重复" in str(row.get("note")) for row in community.tables["issues"])
    every = evaluate(community, "[issues.registered@2023#all]+[issues.registered@2024#all]", "2024")
    assert every == len(community.tables["issues"])
    assert (
        evaluate(community, "[issues.registered@2023]+[issues.registered@2024]", "2024")
        == len(community.tables["issues"]) - marked
    )
    assert evaluate(community, "note(18厘米)", "2024") is True


def test_files_are_written(tmp_path: Path) -> None:
    """Every book of a community becomes a file."""
    community = build_community("dongfeng")
    community.write(tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()} == {
        *(book.file for book in community.books),
        *community.notes,
    }


def test_there_are_enough_cases() -> None:
    """There are at least twelve texts and 450 figures, a quarter kept aside, and eight errors of each kind."""
    figures = [label for case in CASES for label in case.labels if label.is_figure]
    aside = [label for case in CASES if case.heldout for label in case.labels if label.is_figure]
    kinds = Counter(label.errors[0] for label in figures if label.is_error)
    assert len(CASES) >= 12
    assert len(figures) >= 450
    assert len(aside) >= 110
    assert {kind: kinds[kind] for kind in ERRORS if kinds[kind] < 8} == {}
