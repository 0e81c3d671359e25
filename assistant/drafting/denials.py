"""What a source denies, a rewriting may not assert, nor the other way round; what is planned is not yet done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

Turned = tuple[Literal["negation", "outcome"], int, int, str]
_CLAUSE = re.compile(r"[^，。；：！？\n]+")
_BARE = re.compile(r"[\s，。！？；：、“”‘’「」『』（）()…—\-]")
_NEGATED = re.compile(
    r"(?:没有?|未|不再|不能|无法|不肯|不愿|不(?!但|仅|光|过|如|少|用|错|好意思)|别)([\u4e00-\u9fff]{2})"
)
_DENIED_VERB = re.compile(r"(?:没有?|未|不)(?:再)?([\u4e00-\u9fff])")
_ANY_DENIAL = re.compile(r"[没未不无别非难免]|谈崩|拒绝|反对|空")
_PLANNED = re.compile(r"打算|计划|准备|拟|将要|即将|商量着|争取")
_DONE = re.compile(r"已经?|(?<!不)了(?=[，。！？]|$)|完成")


def find_turned(sentence: str, text: str, near: str) -> Iterator[Turned]:
    """Yield (kind, start, end, reason) for everything that a sentence turns round.

    Args:
        sentence: A rewritten sentence.
        text: The whole source.
        near: The sentences of the source that it tells.
    """
    denied_near = {match[1] for match in _NEGATED.finditer(near)}
    denied_here = {match[1] for match in _NEGATED.finditer(sentence)}
    for match in _NEGATED.finditer(sentence):
        word = match[1]
        clauses = [each for each in _CLAUSE.findall(near) if re.search(rf"(?<![没未不无别有]){word}", each)]
        if clauses and word not in denied_near and not any(_DENIED_VERB.search(each) for each in clauses):
            yield "negation", *match.span(), f"原文说的是“{word}”，没有否定"
    for match in _NEGATED.finditer(near):
        word = match[1]
        at = sentence.find(word)
        if at < 0 or word in denied_here or re.search(rf"(?<![没未不无别有]){word}", text):
            continue
        if not re.search(r"[没未不无别]", sentence[max(0, at - 4) : at]):
            yield "negation", at, at + len(word), f"原文说的是“{match.group()}”"
    yield from _turned_clauses(sentence, near)
    planned, done = _PLANNED.search(near), _DONE.search(sentence)
    if planned and done and not _PLANNED.search(sentence) and not _DONE.search(near):
        yield "outcome", *done.span(), f"原文说的是“{planned.group()}”，还没有做"


def _turned_clauses(sentence: str, near: str) -> Iterator[Turned]:
    """Yield clauses that the source denies and the rewriting asserts: 没备盐 → 备了盐, 没有再吵过 → 又吵过."""
    for clause in _CLAUSE.findall(near):
        denied = _DENIED_VERB.search(clause)
        if denied is None or denied.group() in sentence or f"没{denied[1]}" in sentence:
            continue
        verb = denied[1]
        who = clause[max(0, denied.start() - 2) : denied.start()].strip()
        at = sentence.find(f"{who}{verb}") if len(who) == 2 else -1
        if at >= 0 and f"{who}{verb}" not in near and not _ANY_DENIAL.search(sentence, max(0, at - 4), at):
            yield "negation", at, at + len(who) + 1, f"原文说的是“{clause.strip()}”"
            continue
        content = _pairs(re.sub(r"没有?|未|不|再", "", clause))
        for match in _CLAUSE.finditer(sentence):
            told = match.group()
            if _ANY_DENIAL.search(told):
                continue
            shared = len(content & _pairs(re.sub(r"[又了过]", "", told))) / max(1, len(content))
            asserted = re.search(rf"{verb}[了过下上到出好]", told) and not re.search(rf"(?<![没未不有再]){verb}", near)
            if asserted or (shared >= 0.6 and len(content) >= 3):
                yield "negation", *match.span(), f"原文说的是“{clause.strip()}”"


def _pairs(text: str) -> set[str]:
    bare = _BARE.sub("", text)
    return {bare[at : at + 2] for at in range(len(bare) - 1)}
