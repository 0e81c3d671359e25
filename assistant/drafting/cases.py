"""Chooses the notes that become 典型案例 by declared criteria, and tells each in the note's own sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.drafting.context import AliasedNote, WritingContext
from assistant.drafting.notes import Part, Story, StorySentence, read_story
from assistant.drafting.phrasings import CaseWords

_PARTS: tuple[Part, ...] = ("background", "process", "result")
_DOOR = re.compile(r"(\d{1,3}\s*号楼)\s*(?:\d\s*单元)?\s*\d{3,4}\s*(?:室|号|户)?(?!\d)")
_LEANING = re.compile(r"\d+(?:票|位代表)|[^“「]{0,8}(?:[他她]|听了|听明白)|.{0,9}第[二三四]次")
_DAY = re.compile(r"\d{1,2}月\d{1,2}日")
_SHORT = 10
_SHARES: dict[Part, float] = {"background": 0.30, "process": 0.42, "result": 0.28}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A note that may be told, and how much speaks for it.

    Attributes:
        score: Complete story, warmth, difficulty and a linked record, by the weights of `CaseWords`.
    """

    aliased: AliasedNote
    story: Story
    score: float


def choose_cases(context: WritingContext, count: int, words: CaseWords, limit: int) -> tuple[Candidate, ...]:
    """Choose the notes to tell, the strongest first, no two of one category while others are left.

    A story that cannot be told within `limit` characters without losing its thread is worth less.

    Left out for good: notes without consent, notes of another period, and, in the residents' version, notes whose
    people are marked as vulnerable. A story that lacks background, process or result is taken only when nothing
    better is there.
    """
    candidates = [
        _weighed(Candidate(aliased, story, _score(aliased, story, words)), context, words, limit)
        for aliased in context.notes
        if not aliased.note.is_report and _may_be_told(story := read_story(aliased.note, words), context, words)
    ]
    return spread_cases(candidates, count, words)


def spread_cases(candidates: Sequence[Candidate], count: int, words: CaseWords) -> tuple[Candidate, ...]:
    """Take candidates by score, the strongest first; one of a category that is taken already counts for less."""
    left = sorted(candidates, key=lambda each: (-each.score, each.aliased.alias))
    chosen: list[Candidate] = []
    while left and len(chosen) < count:
        taken = {_category(each, words) for each in chosen}
        best = max(left, key=lambda each: each.score - words.same_category * (_category(each, words) in taken))
        left.remove(best)
        chosen.append(best)
    return tuple(chosen)


def tell_case(candidate: Candidate, context: WritingContext, words: CaseWords, limit: int) -> str:
    """Tell a note in its own sentences, each with its citation, within about `limit` characters."""
    rename = context.rename if candidate.story.consent != "实名" else _hide_door
    citation = f"[{candidate.aliased.alias}]"
    kept: set[StorySentence] = set()
    for part in _PARTS:
        kept |= _within(candidate.story, part, words, limit * _SHARES[part])
    ordered = sorted(kept, key=lambda each: each.order)
    told = [_closed(each.named(candidate.story.recorder)) for each in ordered]
    renamed = rename("\n".join(told)).split("\n")
    if len(renamed) != len(told):
        renamed = [rename(each) for each in told]
    return "".join(f"{text}{citation}" for text in renamed)


def tell_reflections(context: WritingContext, count: int, words: CaseWords, limit: int) -> tuple[tuple[str, str], ...]:
    """Return what notes judge afterwards (要说没做好的，…) as (title, cited sentences), the shortest notes first."""
    found = []
    for aliased in context.notes:
        story = read_story(aliased.note, words)
        if aliased.note.is_report or not story.reflections or not _may_be_told(story, context, words):
            continue
        candidate = Candidate(aliased, story, 0)
        told = [context.rename(_closed(each.named(story.recorder))) for each in story.reflections]
        length = sum(len(each) for each in told)
        if length <= limit:
            text = "".join(f"{each}[{aliased.alias}]" for each in told)
            found.append((length, case_title(candidate, context), text))
    return tuple((title, text) for _, title, text in sorted(found)[:count])


def case_title(candidate: Candidate, context: WritingContext) -> str:
    """Return the note's title under the naming policy."""
    rename = context.rename if candidate.story.consent != "实名" else _hide_door
    return rename(candidate.story.title)


def _weighed(candidate: Candidate, context: WritingContext, words: CaseWords, limit: int) -> Candidate:
    told = tell_case(candidate, context, words, limit)
    length = len(told.replace(f"[{candidate.aliased.alias}]", ""))
    return candidate if length <= limit * 1.1 else replace(candidate, score=candidate.score - words.too_long)


def _may_be_told(story: Story, context: WritingContext, words: CaseWords) -> bool:
    if story.consent == "不同意" or not story.sentences:
        return False
    if story.day is not None and not context.period.contains(story.day):
        return False
    return not (context.audience == "residents" and set(story.sensitive) & set(words.not_for_residents))


def _score(aliased: AliasedNote, story: Story, words: CaseWords) -> float:
    text = "".join(each.text for each in story.sentences)
    complete = all(story.part(part) for part in _PARTS)
    return (
        words.complete * complete
        + words.linked * aliased.linked
        + words.warmth * min(sum(word in text for word in words.warm), 4)
        + words.difficulty * min(sum(word in text for word in words.hard), 4)
        - words.sensitive * len(story.sensitive)
    )


def _category(candidate: Candidate, words: CaseWords) -> str:
    """Return the kind of a story: what the note says, else the first kind whose words it uses most."""
    if candidate.story.category:
        return candidate.story.category
    text = candidate.story.title + "".join(each.text for each in candidate.story.sentences)
    counts = {kind: sum(text.count(word) for word in marks) for kind, marks in words.kinds.items()}
    return max(counts, key=lambda kind: counts[kind], default="")


def _within(story: Story, part: Part, words: CaseWords, limit: float) -> set[StorySentence]:
    """Keep the sentences that carry a part, within a length; none is torn from the sentence that it leans on."""
    ranked = sorted(story.part(part), key=lambda each: -_weight(each, story.part(part), words))
    kept: set[StorySentence] = set()
    for each in ranked:
        group = _with_forerunners(each, story, words)
        if not kept or sum(len(one.text) for one in kept | group) <= limit:
            kept |= group
    return kept


def _weight(sentence: StorySentence, sentences: Sequence[StorySentence], words: CaseWords) -> float:
    """Say how much a sentence carries: it opens or dates the background, turns the process, closes the result."""
    place = sentences.index(sentence)
    text = sentence.text
    marks = {"background": words.hard, "process": words.turn, "result": words.outcome}[sentence.part]
    edge = {"background": place == 0, "process": False, "result": place == len(sentences) - 1}[sentence.part]
    return (
        2.0 * edge
        + 2.5 * (sentence.part == "background" and bool(_DAY.search(text)))
        + 1.5 * sum(word in text for word in marks)
        + 0.5 * sum(word in text for word in words.action)
        + 0.5 * any(word in text for word in words.warm)
        - 1.0 * (len(text) < _SHORT)
        - 3.0 * any(word in text for word in words.unfit)
    )


def _with_forerunners(sentence: StorySentence, story: Story, words: CaseWords) -> set[StorySentence]:
    """Return a sentence with those before it in its paragraph that it leans on."""
    group = {sentence}
    while _leans(sentence, words) and sentence.order:
        before = story.sentences[sentence.order - 1]
        if before.paragraph != sentence.paragraph:
            break
        group.add(before)
        sentence = before
    return group


def _leans(sentence: StorySentence, words: CaseWords) -> bool:
    return sentence.text.startswith(words.leaning) or bool(_LEANING.match(sentence.text))


def _closed(text: str) -> str:
    return text if text.endswith(("。", "！", "？", "”", "」")) else f"{text}。"


def _hide_door(text: str) -> str:
    return _DOOR.sub(r"\1某户", text)
