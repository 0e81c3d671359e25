"""The packaged words: each stands in one list, and measure words match as people use them."""

from __future__ import annotations

from collections import Counter

import pytest

from assistant.errors import KnowledgeError
from assistant.numerals import packaged_lexicon, plain_unit, units_match

LISTS = ("idioms", "words", "vague", "superlatives", "universals")


def test_no_word_stands_in_two_lists() -> None:
    """A word is of one kind."""
    lexicon = packaged_lexicon()
    counts = Counter(word for name in LISTS for word in getattr(lexicon, name))
    assert [word for word, count in counts.items() if count > 1] == []


def test_no_measure_word_is_written_twice() -> None:
    """A measure word belongs to one group."""
    counts = Counter(unit.written for unit in packaged_lexicon().units)
    assert [word for word, count in counts.items() if count > 1] == []


def test_guards_speak_of_listed_words_and_measure_words() -> None:
    """No guard is left over from a word that was taken out."""
    lexicon = packaged_lexicon()
    assert {word for word, _ in (*lexicon.before, *lexicon.after)} <= set(lexicon.kind_of)
    assert {word for word, _ in lexicon.unless} <= set(lexicon.unit_of)


@pytest.mark.parametrize(
    ("one", "other", "match"),
    [
        ("项", "件", True),
        ("条", "起", True),
        ("人", "名", True),
        ("户", "家", True),
        ("场", "次", True),
        ("人", "人次", False),
        ("个", "项", True),
        ("个", "人次", False),
        ("个", "人", True),
        (None, "元", True),
        ("元", "项", False),
        ("天", "日", True),
        ("%", "百分点", False),
    ],
)
def test_measure_words_match_as_people_use_them(one: str | None, other: str | None, match: bool) -> None:
    """项件条起宗桩, 人名位, 户家, 场次 are one unit each; 人 and 人次 are not."""
    assert units_match(one, other) is match
    assert units_match(other, one) is match


def test_plain_forms() -> None:
    """个百分点 is 百分点; an unknown word stays."""
    assert [plain_unit(word) for word in ("个百分点", "块钱", "个小时", "光年")] == ["百分点", "元", "小时", "光年"]


def test_an_unknown_list_is_refused() -> None:
    """Only the five lists can be added to."""
    with pytest.raises(KnowledgeError):
        packaged_lexicon().extended(colours=["红"])
