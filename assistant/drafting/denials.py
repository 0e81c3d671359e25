"""What a source denies, a rewriting may not assert, nor the other way round; what is planned is not yet done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.drafting.licence import load_synonyms
from assistant.drafting.pairs import pairs_across

Turned = tuple[Literal["negation", "outcome"], int, int, str]
_CLAUSE = re.compile(r"[^，。；：！？、\n]+")
_NO_DENIAL = re.compile(
    r"不(?:但|仅|光|过(?![了去来])|如|少|用|错|久|同|锈|断|好意思|得不|一会)|没关系|没事|[给被]别|别[了在一]|特别|别(?:的|人|处|墅|针|着|上|好)|分别|区别|个别|告别|未来|无线|无声|非常"
    r"|([\u4e00-\u9fff])不\1|[\u4e00-\u9fff]得[不没]|[\u4e00-\u9fff]不了|要不要|能不能|是不是|有没有|不超过|不(?:能|得|许|可|要)超过|不到"
)
_NEGATOR = re.compile(
    r"(?:没有?|未|无法|不再|不能|不|别|莫)(?:再|被|给|人|能|敢|肯|愿(?!意)|想|要|(?:让|叫|许)(?![两他她它我你大人谁老小居三])|怎么|大|太|全|都|为|有人|有)*"
    r"(?:[从在向跟和对往][^，。；]{1,8}?(?=[\u4e00-\u9fff]{1,2}(?:[，。；]|$)))?"
)
_DENYING = re.compile(r"[没未不无别莫非难免停空缺少]|(?:原来|本来|原本|原先|原)要|谈崩|拒绝|反对|退|取消|忘|只|才")
_TOO_LIGHT = frozenset("的了着过地得是在有到上下来去出起完好成住开回给把被让和与再也都就说为得要会能没不一个什")
_PLANNED = re.compile(
    r"打算|计划(?!生育)|准备(?!好)|拟(?=[在于对将])|将(?=[在于会要])|即将|商量着|争取|下个?月|下周|下个?星期|明年(?!.{0,6}[高中]考)|预计|有望"
)
_PLANS = re.compile(r"打算|计划(?!生育)|准备(?!好)|拟(?=[在于对将])|即将|争取|预计|有望")
_FUTURE = re.compile(r"打算|计划|准备|拟|将|即将|要|会|想|商量|争取|下个?月|下周|明|以后|今后|说|答应|预|备|讲")
_DONE = re.compile(r"已经?(?!经?报)|(?<!不)了(?=[，。！？、]|$|\d|[一二三两几半])|完(?:成|了|毕)|[好完成]了")


_RESULT = re.compile(r"(?:把|将|被)[^，。]*?(?P<deed>[\u4e00-\u9fff]{2})了$")
_ASKED = re.compile(
    r"要求|请求|建议|提议|希望|想(?!起|到)|打算|计划|准备|不让|不肯|没有让|要么|或者|得(?=[\u4e00-\u9fff]{2})|应该|最好"
)


@dataclass(frozen=True, slots=True)
class _Denial:
    """A denied doing: the place of the denial, and the character that it denies with the one behind it, if any."""

    start: int
    end: int
    both: str

    @property
    def first(self) -> str:
        """The denied character alone."""
        return self.both[0]


def find_turned(sentence: str, text: str, near: str) -> Iterator[Turned]:
    """Yield (kind, start, end, reason) for everything that a sentence turns round.

    Args:
        sentence: A rewritten sentence.
        text: The whole source.
        near: The sentences of the source that it tells.
    """
    yield from _newly_denied(sentence, near, text)
    yield from _no_longer_denied(sentence, near, text)
    yield from _contrary(sentence, near)
    planned, done = _PLANNED.search(near), _DONE.search(sentence)
    if planned and done and not _FUTURE.search(sentence) and not _DONE.search(near):
        yield "outcome", *done.span(), f"原文说的是“{planned.group()}”，还没有做"
    yield from _not_yet_done(sentence, text)
    plans = _PLANS.search(sentence)
    if near and plans and not _FUTURE.search(near):
        yield "outcome", *plans.span(), "原文说的是已经做了的事"


def _newly_denied(sentence: str, near: str, text: str) -> Iterator[Turned]:
    """Yield what the rewriting denies and the source says plainly."""
    denied = {each.first for each in _denials(near)}
    for denial in _denials(sentence):
        if denial.first in denied:
            continue
        clauses = [each for each in _CLAUSE.findall(near) if denial.both in each]
        if not clauses and denial.first not in _TOO_LIGHT:
            clauses = [each for each in _CLAUSE.findall(near) if denial.first in each]
            clauses += [each for each in _CLAUSE.findall(text) if denial.first in each and _DENYING.search(each)]
        own = denial.first if _DENYING.fullmatch(denial.first) else "\n"
        if clauses and not any(_DENYING.search(each.replace(own, "")) for each in clauses):
            yield "negation", denial.start, denial.end, f"原文说的是“{denial.both}”，没有否定"


def _no_longer_denied(sentence: str, near: str, text: str) -> Iterator[Turned]:
    """Yield what the source denies and the rewriting says plainly: 没备盐 → 备了盐, 没有再吵过 → 又吵过."""
    told = [(match.span(), match.group()) for match in _CLAUSE.finditer(sentence)]
    for clause in _CLAUSE.findall(near):
        for denial in _denials(clause):
            if denial.both in _TOO_LIGHT:
                continue
            plain = re.compile(re.escape(denial.both if denial.first in _TOO_LIGHT else denial.first))
            again = re.compile(rf"(?:又|再次|再度)[^，。]{{0,8}}{plain.pattern}")
            known = any(_says_plainly(each, plain) for each in _CLAUSE.findall(text))
            for span, words in told:
                turned = ("再" in clause and again.search(words)) or (not known and _says_plainly(words, plain))
                if turned or (plain.search(words) and _is_the_same_but(words, clause, text)):
                    yield "negation", *span, f"原文说的是“{clause.strip()}”"


def _not_yet_done(sentence: str, text: str) -> Iterator[Turned]:
    """Yield what a sentence says is done and the source only has asked for: 要求搬走 → 搬走了."""
    told = _CLAUSE.findall(text)
    for match in _CLAUSE.finditer(sentence):
        done = _RESULT.search(match.group())
        if done is None or _ASKED.search(match.group()):
            continue
        asked = [each for each in told if done["deed"] in each]
        if asked and all(_ASKED.search(each[: each.index(done["deed"])]) for each in asked):
            yield "outcome", *match.span(), f"原文说的是“{asked[0].strip()}”，没有说做了"


def _contrary(sentence: str, near: str) -> Iterator[Turned]:
    """Yield words whose contrary, and not they, the source has: 收下 where it says 退了, 赢 where it says 输."""
    for one, other in load_synonyms().contraries:
        for these, those in ((one, other), (other, one)):
            match = these.search(sentence)
            if match and those.search(near) and not these.search(near) and not those.search(sentence):
                denied = re.search(r"[没未不别]", sentence[max(0, match.start() - 3) : match.start()])
                if not denied:
                    yield "negation", *match.span(), f"原文说的正相反，没有“{match.group()}”"


def _is_the_same_but(words: str, clause: str, text: str) -> bool:
    """Say whether a clause repeats a denying one of the source without its denial."""
    content = pairs_across(_NEGATOR.sub("", clause))
    shared = content & pairs_across(re.sub(r"[又了过]", "", words))
    if len(content) < 3 or len(shared) < 0.6 * len(content) or _DENYING.search(words):
        return False
    others = [each for each in _CLAUSE.findall(text) if each != clause and not _DENYING.search(each)]
    return all(len(shared & pairs_across(each)) < len(shared) for each in others)


def _says_plainly(clause: str, plain: re.Pattern[str]) -> bool:
    """Say whether a clause has a word and denies nothing."""
    return plain.search(clause) is not None and not _DENYING.search(_NO_DENIAL.sub("", clause))


def _denials(text: str) -> Iterator[_Denial]:
    """Yield the denials of a text; A不A, 听得不清, 不但 and the like are none."""
    spared = [match.span() for match in _NO_DENIAL.finditer(text)]
    for match in _NEGATOR.finditer(text):
        if any(first <= match.start() < last for first, last in spared):
            continue
        behind = re.match(r"[\u4e00-\u9fff]{1,2}", text[match.end() :])
        if behind:
            yield _Denial(match.start(), match.end() + len(behind.group()), behind.group())
