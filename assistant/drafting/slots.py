"""Brings a model's slots and citations into form: braces, aliases, values written again, numbers that equal a fact.

Only what is certain is changed; anything else stays as it is and is found by the review.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.binding import print_fact
from assistant.drafting.claims import likeness, names_fact
from assistant.drafting.offers import OfferedFact
from assistant.numerals import Figure, find_figures

SLOT = re.compile(r"\{\{(?P<fact>F\d{1,6})\}\}")
_WIDE = str.maketrans(
    {"｛": "{", "｝": "}", "Ｆ": "F", "ｆ": "F", "［": "[", "］": "]"}
    | dict(zip("０１２３４５６７８９", "0123456789", strict=True))
)
_BRACED = re.compile(
    r"[{(（【\[<《$]{0,3}\{{1,3}\s*(?P<body>[^{}\n]{1,60}?)\s*\}{1,3}[)）】\]>》$]{0,2}"
    r"|[\[【(（]\s*(?P<boxed>[Ff]\s?\d{1,6}(?:\s*[,，、]\s*[Ff]\s?\d{1,6})*)\s*[\]】)）]"
    r"|(?<![A-Za-z0-9{])(?P<bare>[Ff]\d{1,6})(?![A-Za-z0-9}])"
)
_ALIAS = re.compile(r"[Ff]\s?(\d{1,6})")
_ONLY_ALIASES = re.compile(r"\s*[Ff]\s?\d{1,6}(?:\s*[,，、和及]\s*[Ff]\s?\d{1,6})*\s*(?:[:：=｜|为].*)?")
_CITED = re.compile(
    r"\s*[\[【(（{]{1,2}\s*(?:见|出自|来源[:：]?|记事)?\s*(?P<notes>[Nn]\s?\d{1,4}(?:\s*[,，、;和]\s*[Nn]\s?\d{1,4})*)\s*[\]】)）}]{1,2}"
)
_NOTE = re.compile(r"[Nn]\s?(\d{1,4})")
_LINK = r"(?:[，,]?(?:即|也就是|共计?|合计|约为?|分别为|是|为|[:：=]))?\s*"
_ABOUT = re.compile(r"(?:大约|约)$")
# Units that a model writes behind a slot which has printed its own: another of the same kind says the same again.
_UNITS_ALIKE = (
    (frozenset({"%"}), re.compile(r"[％%]|个?百分点?")),
    (frozenset({"元", "万元"}), re.compile(r"[万亿]?元")),
    (frozenset({"人", "名", "位", "人次"}), re.compile(r"人次|人(?![家数均员口员])|[名位](?=[，。；、！？\n]|$)")),
    (frozenset("项件条起场次个笔处份"), re.compile(r"[项件条起宗桩场次个笔处份](?=[，。；、！？\n]|$)")),
)
_NUMBER_KINDS = frozenset({"count", "amount", "rate", "duration", "multiple"})


def normalize_marks(text: str, offers: Mapping[str, OfferedFact]) -> str:
    """Write every slot as `{{F12}}` with the fact's id, and every citation as `[N3]`; unknown aliases stay.

    Args:
        text: What a model wrote.
        offers: Offered facts by the prompt's alias.
    """
    text = _CITED.sub(_citations, text.translate(_WIDE))
    return _BRACED.sub(lambda match: _slots(match, offers), text)


def _citations(match: re.Match[str]) -> str:
    return "".join(f"[N{number}]" for number in dict.fromkeys(_NOTE.findall(match["notes"])))


def _slots(match: re.Match[str], offers: Mapping[str, OfferedFact]) -> str:
    body = match["body"] or match["boxed"] or match["bare"]
    if _ONLY_ALIASES.fullmatch(body):
        head = re.split(r"[:：=｜|为]", body, maxsplit=1)[0]
        aliases = [f"F{number}" for number in _ALIAS.findall(head)]
        if match["bare"] and aliases[0] not in offers:
            return match.group()
        return "、".join(
            f"{{{{{offers[each].fact.id if each in offers else f'F9{each[1:]:0>5}'}}}}}" for each in aliases
        )
    named = [each for each in offers.values() if body in (each.fact.name, *each.names)]
    if len({each.fact.id for each in named}) == 1:
        return f"{{{{{named[0].fact.id}}}}}"
    return match.group()


def fold_repeats(text: str, facts: Mapping[str, OfferedFact]) -> tuple[str, int]:
    """Take away values and units that a model wrote again beside their slot; returns how many.

    A value that is another one than the fact's stays, so that the review finds it.

    Args:
        text: Text with slots in form.
        facts: Offered facts by their id.
    """
    parts: list[str] = []
    done = folded = 0
    for match in SLOT.finditer(text):
        offer = facts.get(match["fact"])
        if offer is None or offer.fact.value is None or match.start() < done:
            continue
        before = _without_value_before(text[done : match.start()], offer)
        after = _repeat_after(text[match.end() :], offer)
        folded += (len(before) != match.start() - done) + bool(after)
        parts += [before, match.group()]
        done = match.end() + after
    return "".join([*parts, text[done:]]), folded


def _repeat_after(rest: str, offer: OfferedFact) -> int:
    """Return how many code points after a slot say the same again."""
    opened = re.match(rf"\s*[（(]?{_LINK}", rest)
    start = opened.end() if opened else 0
    for figure in find_figures(rest[: start + 24]):
        if figure.start == start and _equals(figure, offer):
            end = figure.end
            closing = re.match(r"\s*[）)]", rest[end:])
            bracketed = opened is not None and re.search(r"[（(]", opened.group()) is not None
            return end + closing.end() if bracketed and closing else 0 if bracketed else end
    unit = _unit(offer)
    repeated = re.match(rf"个?{re.escape(unit)}", rest) if unit else None
    alike = next((each for units, each in _UNITS_ALIKE if unit in units), None)
    if repeated is None and alike is not None:
        repeated = alike.match(rest)
    return repeated.end() if repeated else 0


def _without_value_before(text: str, offer: OfferedFact) -> str:
    """Return the text before a slot without the same value at its end (379项{{F1}}, 百分之{{F3}})."""
    bare = re.sub(r"\s*[（(]?$", "", text)
    for figure in find_figures(bare[-16:]):
        if figure.end == len(bare[-16:]) and _equals(figure, offer) and len(bare) == len(text):
            return bare[: len(bare) - (figure.end - figure.start)]
    if print_fact(offer.fact).startswith("约"):
        text = _ABOUT.sub("", text)
    return text.removesuffix("百分之") if offer.fact.unit == "%" else text


def _unit(offer: OfferedFact) -> str:
    printed = print_fact(offer.fact)
    match = re.search(r"[^\d.,]*$", printed)
    return match.group() if match else ""


def _equals(figure: Figure, offer: OfferedFact) -> bool:
    """Say whether a written number is the fact's, as written: the fact rounds to it."""
    value = offer.fact.value
    if value is None or figure.value is None or figure.kind not in _NUMBER_KINDS:
        return False
    same_unit = figure.unit in (None, offer.fact.unit) or offer.fact.unit in (
        "项",
        "件",
        "条",
        "起",
        "人",
        "名",
        "户",
        "场",
        "次",
        "个",
    )
    value = abs(value) if offer.kind in ("growth", "difference") else value
    return same_unit and (figure.low if figure.low is not None else figure.value) <= value <= (
        figure.high if figure.high is not None else figure.value
    )


def link_bare_numbers(text: str, start: int, facts: Sequence[OfferedFact]) -> tuple[str, int]:
    """Turn numbers that a model wrote itself into slots where exactly one offered fact has this value and this claim.

    Args:
        text: One sentence without citations, slots in form.
        start: Where in the sentence to begin.
        facts: Facts that the prompt offered.

    Returns:
        The sentence, and how many numbers were linked.
    """
    linked = 0
    for figure in reversed(find_figures(text[start:])):
        begin, end = start + figure.start, start + figure.end
        if figure.kind not in _NUMBER_KINDS or figure.indefinite or "{" in text[begin:end]:
            continue
        offer = _the_one_meant(text, begin, end, [each for each in facts if _equals(figure, each)])
        if offer is not None:
            text = f"{text[:begin]}{{{{{offer.fact.id}}}}}{text[end:]}"
            linked += 1
    return text, linked


def _the_one_meant(text: str, begin: int, end: int, fitting: Sequence[OfferedFact]) -> OfferedFact | None:
    """Return the fact of this value that the words around it name; None where none or more than one does.

    The words before it in its clause come first (微信群：4个), then those behind as well (办了44场活动).
    """
    before = re.split(r"[，。；、{}]", text[:begin])[-1]
    around = before + re.split(r"[，。；：、{}]", text[end:])[0]
    for window in (before, around):
        named = [each for each in fitting if names_fact(window, each)]
        best = max((likeness(window, each) for each in named), default=0.0)
        meant = {each.fact.id: each for each in named if likeness(window, each) == best}
        if len(meant) == 1:
            return next(iter(meant.values()))
    return None
