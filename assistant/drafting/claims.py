"""Does a slot stand where the text speaks of its fact? Words before a slot against the names of the offered facts.

A model that swaps two slots prints true numbers at false places; no digit is wrong then, only the claim.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.drafting.offers import OfferedFact
from assistant.drafting.pairs import pairs_of_han

_SLOT = re.compile(r"\{\{(F\d{1,6})\}\}")
_CLAUSE_END = re.compile(r"[，。；：、！？（(\n]")
_UP = re.compile(r"增加|增长|上升|提高|提升|多了|多出|上涨|扩大|高出|加快|延长|同比增|增幅")
_DOWN = re.compile(r"减少|下降|降低|少了|回落|缩短|缩小|降幅|下滑|同比降|减幅|低了")
_LAST = re.compile(r"上年|去年|同期|上一年|往年|前一年|20\d\d年?")
_THIS = re.compile(r"今年|本年|全年|本期|年内|本季度|本月")
_PART_OF = re.compile(r"^\s*(?:中|里|里面)|其中")
_UNIT = re.compile(r"(?:人次|户次|人|名|户|项|件|条|起|场|次|万元|元|天|小时|[％%])$")
_TAIL = re.compile(r"(?:数量?|总数|人数|次数|率|金额|数目)$")


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a stretch of a section may not stand; offsets count in the text that was looked at."""

    start: int
    end: int
    reason: str


def names_fact(window: str, offer: OfferedFact) -> bool:
    """Say whether a stretch of text speaks of a fact: by a name of its metric and all values of its filters."""
    if any(not _mentions(window, value) for value in offer.values):
        return False
    if offer.last and not _LAST.search(window):
        return False
    return likeness(window, offer) >= 0.5 or bool(offer.values)


def likeness(window: str, offer: OfferedFact) -> float:
    """Return the largest share of a name of the fact that the window holds."""
    pairs = pairs_of_han(window)
    best = 0.0
    for name in offer.names:
        if name in window:
            return 1.0
        bare = _TAIL.sub("", name)
        if len(bare) >= 2 and bare in window:
            best = max(best, 0.9)
        own = pairs_of_han(name)
        best = max(best, len(own & pairs) / len(own) if own else 0.0)
    return best


def object_to_slots(text: str, offers: Mapping[str, OfferedFact], heading: str = "") -> tuple[Objection, ...]:
    """Find slots whose words speak of something else, of another year, or of the other direction.

    Args:
        text: One sentence, or a whole section, with slots by fact id.
        offers: Offered facts by id.
        heading: What the section is about; counts as said.
    """
    found: list[Objection] = []
    position = 0
    matches = list(_SLOT.finditer(text))
    for number, match in enumerate(matches):
        offer = offers.get(match[1])
        if offer is None:
            continue
        tight = text[position : match.start()]
        position = match.end()
        behind = text[match.end() : matches[number + 1].start() if number + 1 < len(matches) else len(text)]
        behind = _CLAUSE_END.split(behind)[0]
        sentence = re.split(r"[。！？\n]", text[: match.start()])[-1]
        reason = (
            _wrong_claim(tight, sentence, behind, offer, offers, heading)
            or _wrong_direction(tight, behind, offer)
            or _wrong_unit(behind, offer)
            or _wrong_part(tight, offers.get(matches[number - 1][1]) if number else None, offer)
        )
        if reason:
            found.append(Objection(match.start(), match.end(), reason))
    return tuple(found)


def _wrong_unit(behind: str, offer: OfferedFact) -> str:
    """Say what is wrong where the unit written behind a slot is none that its fact has (占比32.6%人)."""
    unit = _UNIT.match(behind)
    if unit is None:
        return ""
    return f"“{_label(offer)}”的单位是{offer.fact.unit or '没有的'}，后面又写了“{unit.group()}”"


def _wrong_part(between: str, whole: OfferedFact | None, part: OfferedFact) -> str:
    """Say what is wrong where one slot is told as a part of the one before it: 设施类92项，其中办结率91.3%.

    A part of what is counted under a filter is counted under it too, and no part is larger than its whole.
    """
    if re.fullmatch(r"\s*[-—–－+＋×÷/]\s*", between):
        return "占位之间不能写算式"
    if whole is None or not _PART_OF.search(between) or whole.kind or part.kind:
        return ""
    lost = next((each for each in whole.values if each not in part.values), "")
    if lost and not part.values:
        return f"前面说的是“{lost}”，“{_label(part)}”却不只是其中的"
    same = whole.fact.unit == part.fact.unit and None not in (whole.fact.value, part.fact.value)
    if same and part.fact.value > whole.fact.value:  # type: ignore[operator]
        return f"“{_label(part)}”比“{_label(whole)}”还多，不是其中的一部分"
    return ""


def _wrong_claim(
    tight: str, sentence: str, behind: str, offer: OfferedFact, offers: Mapping[str, OfferedFact], heading: str
) -> str:
    """Say what is wrong when the words nearest to a slot are the name of another fact, and none of its own."""
    clause = _CLAUSE_END.split(tight.rstrip("：: "))[-1]
    near = clause + behind
    own = max(likeness(near, offer), likeness(sentence + behind, offer) * 0.7)
    name = _label(offer)
    for value in offer.values:
        if not _mentions(sentence + behind, value):
            return f"这里放的是“{name}”，句子里却没有说到“{value}”"
    if offer.kind not in ("growth", "difference"):
        if offer.last and _THIS.search(clause) and not _LAST.search(near):
            return f"这里放的是上年的“{offer.fact.name}”，句子说的是本期"
        if not offer.last and _LAST.search(clause) and not _THIS.search(clause) and offer.kind == "":
            return f"这里放的是本期的“{offer.fact.name}”，句子说的是上年"
        if offer.last and not _LAST.search(sentence + behind):
            return f"这里放的是上年的“{offer.fact.name}”，句子没有说是上年"
    better = next((each for each in offers.values() if _is_named(each, clause, offer)), None)
    if own < 0.5 and better is not None and not offer.values:
        return f"这里说的像是“{_label(better)}”，放的却是“{name}”"
    extra = _foreign_value(clause, offer, offers)
    if extra:
        return f"这里说的是“{extra}”，放的却是“{name}”"
    if own == 0.0 and not offer.values and likeness(heading, offer) == 0.0:
        return f"句子里没有说这个数是什么，放的是“{name}”"
    return ""


def _is_named(rival: OfferedFact, clause: str, offer: OfferedFact) -> bool:
    """Say whether the words before a slot are the full name of another metric's fact."""
    name = rival.fact.name
    bare = _TAIL.sub("", name)
    return (
        rival.fact.metric != offer.fact.metric
        and not rival.values
        and rival.kind == ""
        and (
            (len(name) >= 3 and name in clause)
            or (len(bare) >= 2 and bare == re.sub(r"^(?:全年|共|累计|有|其中)+|[了有共]+$", "", clause))
        )
    )


def _foreign_value(clause: str, offer: OfferedFact, offers: Mapping[str, OfferedFact]) -> str:
    """Return a value right before the slot that belongs to sisters of this fact, but not to itself."""
    mine = {*offer.values, offer.fact.holder or ""}
    named = "|".join(re.escape(each) for each in offer.names)
    sisters = [each for each in offers.values() if each.fact.metric == offer.fact.metric and each.values]
    for sister in sisters:
        for value in sister.values:
            pattern = rf"{re.escape(value)}(?:类|的|问题)*(?:{named})?[共有为是达]*$"
            said = value not in mine and len(value) >= 2 and re.search(pattern, clause)
            if said and not any(value in name for name in offer.names):
                return value
    return ""


def _wrong_direction(tight: str, behind: str, offer: OfferedFact) -> str:
    if offer.kind not in ("growth", "difference") or not offer.fact.value:
        return ""
    clause = tight[-16:]
    words = clause if _UP.search(clause) or _DOWN.search(clause) else behind
    up, down = bool(_UP.search(words)), bool(_DOWN.search(words))
    if up == down:
        return "" if not up else "升降说得不清楚"
    rising = offer.fact.value > 0
    if up != rising:
        return f"方向写反了：“{offer.fact.name}”是{'增' if rising else '减'}，句子写成{'增' if up else '减'}"
    return ""


def _label(offer: OfferedFact) -> str:
    return "·".join((offer.fact.name, *(each for each in offer.values if each not in offer.fact.name)))


def _mentions(window: str, value: str) -> bool:
    """Say whether a text names a value: all of it, or, for a long name, most of it."""
    if value in window:
        return True
    own = pairs_of_han(value)
    return len(value) >= 4 and len(own & pairs_of_han(window)) / max(1, len(own)) >= 0.5
