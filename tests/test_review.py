"""What is known survives where the author touched nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.data.manuscripts import BoundSpan, ManuscriptSection, TracedSentence
from assistant.review import (
    accept_changes,
    carry_traces,
    compare_texts,
    mark_words,
    split_sentences,
    unwritten_sections,
)

TEXTS = st.text(alphabet="甲乙丙12。！？\n “”", max_size=60)


@given(TEXTS)
def test_sentences_joined_give_the_text(text: str) -> None:
    """No character is lost between sentences."""
    assert "".join(split_sentences(text)) == text


@given(TEXTS, TEXTS)
def test_all_changes_give_the_new_text_and_none_the_old(old: str, new: str) -> None:
    """Accepting is exact at both ends."""
    changes = compare_texts(old, new)
    assert accept_changes(changes, range(len(changes))) == new
    assert accept_changes(changes, ()) == old


def test_one_sentence_is_accepted_and_the_rest_stays() -> None:
    """The author takes what they like."""
    changes = compare_texts("甲一。乙二。丙三。", "甲壹。乙二。丙叁。")
    first = next(place for place, change in enumerate(changes) if not change.same)
    assert accept_changes(changes, [first]) == "甲壹。乙二。丙三。"


def test_a_locked_sentence_is_never_lost() -> None:
    """Even when the author accepts everything."""
    changes = compare_texts("甲一。乙二。", "甲壹。乙二。")
    assert accept_changes(changes, range(len(changes)), kept=["甲一。"]) == "甲一。乙二。"


@pytest.mark.parametrize(
    ("text", "found"),
    [("登记379项。", [(2, 6)]), ("开头。登记379项。", [(5, 9)]), ("登记380项。", []), ("共登记379项。", [])],
    ids=["untouched", "moved", "number changed", "sentence changed"],
)
def test_a_number_keeps_its_fact_only_in_an_untouched_sentence(text: str, found: list[tuple[int, int]]) -> None:
    """A word before a number may make it another number."""
    trace = TracedSentence(text="登记379项。", facts=(BoundSpan(start=2, end=6, key="issues.registered@2025"),))
    assert [(each.start, each.end) for each in carry_traces(text, [trace]).facts] == found


def test_numbers_are_marked_whole() -> None:
    """379 → 397 is one change, not a 7 that wandered."""
    assert mark_words("共379项", "共397项") == (("same", "共"), ("removed", "379"), ("added", "397"), ("same", "项"))


def test_a_heading_alone_is_not_written_yet() -> None:
    """A heading over sections that carry the text is; the title and a text without a heading are no gaps."""
    texts = ("# 总结", "## 一、工作", "### （一）问题\n\n登记40项。", "## 二、党建", "谢谢大家。")
    sections = [
        ManuscriptSection(id=str(place), title=text, position=place, level=level, text=text)
        for place, (level, text) in enumerate(zip((0, 1, 2, 1, 1), texts, strict=True))
    ]
    assert [each.text for each in unwritten_sections(sections)] == ["## 二、党建"]
