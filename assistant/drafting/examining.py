"""Looks at a model's section sentence by sentence: claims of slots, what cited notes carry, what nobody has told.

Pure, and only a part of the review: binding and the checker are added by the pipeline.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from assistant.data.reports import SlottedSection
from assistant.drafting.claims import Objection, object_to_slots
from assistant.drafting.guard import SourceText, guard_claims, guard_sentence
from assistant.drafting.lexicon import load_guard_words
from assistant.drafting.offers import OfferedFact
from assistant.drafting.writing import split_sentences

_MARKS = re.compile(r"\{\{F\d{1,6}\}\}|\[N\d{1,4}\]|【待填：[^】]*】")
_CITED = re.compile(r"\[(N\d{1,4})\]")
_SLOT = re.compile(r"\{\{F\d{1,6}\}\}")
_LEFTOVER = re.compile(r"[{}｛｝<>«»]|\[[A-Za-z]{1,2}\d|〔|〕|\*\*|^#|XX|××")
_CAUSE = re.compile(r"由于|得益于|归功于|因此|因而|使得|之所以|离不开|源于|主要原因是|多亏")
_TOLD_BY_NOBODY = frozenset({
    "name", "quote", "date", "place", "feeling", "tear", "thanks", "gesture", "honour", "appeal", "judgement",
    "relation", "universal",
})  # fmt: skip
_EVERYBODY = frozenset({"邻居", "邻里", "街坊", "对门", "隔壁", "楼上", "楼下", "房东", "租客", "租户", "亲人", "朋友"})


@dataclass(frozen=True, slots=True)
class Ground:
    """What a section may stand on.

    Attributes:
        offers: Offered facts by their id in the book.
        notes: Cited notes by alias.
        known: Everything else that is known to be so: the built-in section, names of facts, the community's profile.
        spared: Sentences that are not looked at, because the built-in writer wrote them.
    """

    offers: Mapping[str, OfferedFact]
    notes: Mapping[str, SourceText]
    known: SourceText
    spared: Collection[str] = ()


def examine_section(section: SlottedSection, ground: Ground) -> tuple[Objection, ...]:
    """Find what may not stand in a section; offsets count in its text."""
    found: list[Objection] = []
    spans = [
        (start, end)
        for start, end in split_sentences(section.text)
        if section.text[start:end].strip() not in ground.spared
    ]
    claims = object_to_slots(section.text, ground.offers, section.heading)
    for start, end in spans:
        sentence = section.text[start:end]
        found += [each for each in claims if start <= each.start < end]
        reasons = [_leftover(sentence), *_told(sentence, ground)]
        found += [Objection(start, end, reason) for reason in reasons if reason]
    return tuple(found)


def _leftover(sentence: str) -> str:
    bare = _MARKS.sub("", sentence)
    if load_guard_words().directive.search(bare):
        return "像是写给程序的话，不是总结的内容"
    if _LEFTOVER.search(bare):
        return "占位或标记写错了"
    return ""


def _told(sentence: str, ground: Ground) -> list[str]:
    """Return what is wrong with the telling of a sentence: by its notes, or by what is known."""
    bare = _MARKS.sub("", sentence).strip()
    cited = dict.fromkeys(_CITED.findall(sentence))
    if cited:
        unknown = [each for each in cited if each not in ground.notes]
        if unknown:
            return [f"没有编号为 {unknown[0]} 的记事"]
        tries = [guard_sentence(bare, ground.notes[each]) for each in cited]
        best = min(tries, key=len)
        return list(
            dict.fromkeys(f"{each.reason}（记事里没有）" if "记事" not in each.reason else each.reason for each in best)
        )
    reasons = [
        f"{each.reason}，也没有标出处"
        for each in guard_claims(bare, ground.known)
        if each.kind in _TOLD_BY_NOBODY and each.text not in _EVERYBODY
    ]
    if _SLOT.search(sentence) and _CAUSE.search(bare) and not _CAUSE.search(ground.known.text):
        reasons.append("数字说明不了原因，记事里也没有写")
    return list(dict.fromkeys(reasons))
