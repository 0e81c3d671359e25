"""From what a model sent to clean prose: thinking, markup, lists, English, refusals and half sentences taken away.

Nothing is repaired by guessing: what is taken away is said, and what cannot be read stays for the review to find.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.drafting.offers import OfferedFact
from assistant.drafting.slots import SLOT, fold_repeats, link_bare_numbers, normalize_marks
from assistant.drafting.writing import shorten, split_sentences

_THINK = re.compile(r"<(think|thinking|reasoning|analysis)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_END_OF_THINK = re.compile(r"\A.*?</(?:think|thinking|reasoning|analysis)>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z资][^<>\n]{0,60}>|<\|[^|>\n]{1,40}\|>|\[/?INST\]|<!--.*?-->", re.DOTALL)
_FENCE = re.compile(r"^\s*(?:```|~~~)[^\n]*$", re.MULTILINE)
_HEADING = re.compile(
    r"^\s*(?:#{1,6}\s*.*|[*_]{2}[^*_\n]{1,30}[*_]{2}\s*[:：]?|[一二三四五六七八九十]+、[^。！？\n]{1,20}|（[一二三四五六七八九十]+）[^。！？\n]{1,20})\s*$"
)
_BULLET = re.compile(r"^\s*(?:[-*•·●▪◆]\s+|\d{1,2}[.、)）]\s*|[（(]\d{1,2}[)）]\s*|[①②③④⑤⑥⑦⑧⑨⑩]\s*)")
_TABLE = re.compile(r"^\s*\|.*\|\s*$|^\s*[-|:\s*_]{3,}$")
_LABEL = re.compile(
    r"^(?:(?:[*_]{2}[^*_\n：:{}]{1,24}(?:[*_]{2}\s*[：:]|[：:]\s*[*_]{2}))"
    r"|(?:问题|不足|困难|解决措施|措施|做法|理由|原因|建议|目标|亮点|经验|启示|计划|总结|结论)[一二三四五六七八九十\d]{0,2}[：:])\s*(?=[^\s])"
)
_EMPHASIS = re.compile(r"\*{1,3}([^*\n]+)\*{1,3}|_{2}([^_\n]+)_{2}|`([^`\n]+)`|~~([^~\n]+)~~")
_LINKED = re.compile(r"!?\[([^\]\n]*)\]\((?:[^()\n]*)\)")
_CHATTER = re.compile(
    r"^\s*(?:好的|当然|没问题|以下(?:是|为)|下面(?:是|为)|根据(?:您|你|所给|提供|以上|上述)|这是|已(?:按|根据)|我(?:将|会|来|已)|注[:：]|说明[:：]|【?(?:正文|改写|输出|结果)】?[:：])"
    r"[^。！？\n]*[。！？:：]?\s*"
)
_CLOSING = re.compile(
    r"(?:希望(?:以上|这|对[您你])|以上(?:就)?是|如(?:有|需)[^。]{0,12}(?:请|可)|请(?:您)?(?:核对|查收|告诉我)|字数[:：]|（?(?:完|全文完|本节完)）?$|注[:：]|[（(]注)[^\n]*"
)
_REFUSAL = re.compile(
    r"(?:抱歉|对不起|很遗憾|我无法|我不能|无法(?:提供|完成|协助|生成)|作为(?:一个|一名)?(?:AI|人工智能|语言模型|助手)"
    r"|不便回答|I (?:cannot|can't|am sorry)|I'm sorry|As an AI)",
    re.IGNORECASE,
)
_META = re.compile(
    r"占位|提示词|编号照|这一节要|资料里没有|作为模型|字数要求|\bF\d+[-—~～至到]F?\d+|FACT|system prompt"
    r"|^\s*句子[“\"]|没有标出处|^\s*[：:]",
    re.IGNORECASE,
)
_LATIN = re.compile(r"[A-Za-z]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SENTENCE_END = re.compile(r"[。！？…”』」】](?:\[N\d+\])*\s*$")
_CLOSED = re.compile(r"(?:.*[。！？】](?:[”』」）])?(?:\[N\d+\])*)", re.DOTALL)
_DOTS = re.compile(r"\[N\d+\]")
_SENTENCE = re.compile(r"[\u4e00-\u9fff]{4,}.*[，。]")
_SEEN_BEFORE = 10
_LEAST_ECHO = 8
_WRITTEN_ALIAS = re.compile(r"[{｛]{1,2}\s*[Ff]\s?(\d{1,6})\s*[}｝]{1,2}")


@dataclass(frozen=True, slots=True)
class CleanProse:
    """A model's answer as a draft can take it.

    Attributes:
        text: Prose with slots by fact id and citations; empty when nothing can be used.
        told: What was taken away or put right, in Chinese.
        fault: Why nothing can be used, or empty.
    """

    text: str
    told: tuple[str, ...] = ()
    fault: str = ""


def clean_prose(
    raw: str,
    offers: Mapping[str, OfferedFact],
    *,
    heading: str = "",
    whole: bool = True,
    taught: Taught | None = None,
) -> CleanProse:
    """Clean one answer.

    Args:
        raw: The answer as it came.
        offers: Offered facts by the prompt's alias.
        heading: The section's heading, which a model likes to repeat.
        whole: False when the token limit or the connection cut the answer.
        taught: The rules and examples of the prompt, which a weak model repeats as if they were its text.
    """
    told: list[str] = []
    text = _without_echoes(_without_markup(raw, heading, told), offers, taught or Taught(()), told)
    if not _HAN.search(text):
        return CleanProse("", tuple(told), _fault_of(raw, text))
    given = text
    text = normalize_marks(given, offers)
    if _without_blanks(text) != _without_blanks(_as_the_book_says(given, offers)):
        told.append("模型的占位或出处写法不合规矩，已改成规定的写法")
    if not whole or not _SENTENCE_END.search(text):
        text = _without_half_sentence(text, told, whole=whole)
    by_id = {each.fact.id: each for each in offers.values()}
    text, folded = fold_repeats(text, by_id)
    if folded:
        told.append(f"模型在占位旁边又写了 {folded} 处数值或单位，已去掉")
    text = _sentence_by_sentence(text, by_id, told)
    if not text.strip():
        return CleanProse("", tuple(told), "模型拒绝写" if _REFUSAL.search(raw) else "模型交回的内容都不能用")
    return CleanProse(text.strip(), tuple(dict.fromkeys(told)))


class Taught:
    """What a prompt teaches, to be recognised where an answer repeats it."""

    def __init__(self, texts: Iterable[str]) -> None:
        lines = [line for text in texts for line in text.splitlines()]
        self._lines = frozenset(_bare(line) for line in lines)
        self._all = "\n".join(_bare(line) for line in lines)

    def holds_line(self, line: str) -> bool:
        """Say whether a line is one of the prompt's."""
        return bool(_bare(line)) and _bare(line) in self._lines

    def holds(self, sentence: str) -> bool:
        """Say whether a sentence stands in the prompt word for word."""
        bare = _bare(sentence)
        return len(_HAN.findall(bare)) >= _LEAST_ECHO and bare in self._all


def _bare(text: str) -> str:
    return re.sub(r"[^\w\u4e00-\u9fff]", "", text)


def _without_echoes(text: str, offers: Mapping[str, OfferedFact], taught: Taught, told: list[str]) -> str:
    """Take away what the answer repeats of the prompt's rules and examples, and sentences of no slot that is offered.

    A slot of an example stands for no fact; a sentence all of whose slots are such cannot be mended by asking again.
    """
    kept: list[str] = []
    for line in text.split("\n"):
        if taught.holds_line(line):
            told.append("去掉了照抄的要求和例子")
            continue
        parts: list[str] = []
        position = 0
        for start, end in split_sentences(line):
            parts.append(line[position:start])
            position = end
            sentence = line[start:end]
            aliases = _WRITTEN_ALIAS.findall(sentence)
            if taught.holds(sentence) or (aliases and not any(f"F{each}" in offers for each in aliases)):
                told.append("去掉了照抄的要求和例子")
            else:
                parts.append(sentence)
        kept.append("".join([*parts, line[position:]]))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _as_the_book_says(text: str, offers: Mapping[str, OfferedFact]) -> str:
    """Return the text with well-formed slots by fact id; what else changes was not well formed."""
    ids = {f"{{{{{alias}}}}}": f"{{{{{each.fact.id}}}}}" for alias, each in offers.items()}
    return re.sub(r"\{\{F\d+\}\}", lambda match: ids.get(match.group(), match.group()), text)


def _without_blanks(text: str) -> str:
    return re.sub(r"(?<!\{)\s(?!\})", "", text)


def _without_markup(raw: str, heading: str, told: list[str]) -> str:
    """Take away everything that is no prose."""
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(
        each for each in text if each == "\n" or unicodedata.category(each) not in ("Cc", "Cf", "Co", "Cn", "Cs")
    )
    bare = _THINK.sub("", text)
    if "</think>" in bare:
        bare = _END_OF_THINK.sub("", bare)
    if bare != text:
        told.append("去掉了模型的思考过程")
    plain = _LINKED.sub(r"\1", _FENCE.sub("", bare))
    if plain != bare or _EMPHASIS.search(plain):
        told.append("去掉了模型加的格式符号")
    bare = plain
    stripped = _TAG.sub("", bare)
    if stripped != bare:
        told.append("去掉了模型写出的标签")
    paragraphs = [_line(line, heading, told) for line in stripped.split("\n")]
    joined: list[str] = []
    listed = False
    for line, is_item in paragraphs:
        if is_item and listed and joined and joined[-1]:
            joined[-1] += line
        else:
            joined.append(line)
        listed = is_item
    text = re.sub(r"\n{2,}", "\n\n", "\n\n".join(each for each in joined if each))
    closing = _CLOSING.search(text, max(0, len(text) - 120))
    if closing and re.search(r"[。！？\n]\s*$", text[: closing.start()]):
        told.append("去掉了模型的说明")
        text = text[: closing.start()]
    return text.strip()


def _line(line: str, heading: str, told: list[str]) -> tuple[str, bool]:
    """Return a line without heading marks, bullets and emphasis, and whether it was an item of a list."""
    bare = line.strip()
    if not bare:
        return "", False
    if _TABLE.match(bare):
        told.append("去掉了模型画的表格")
        return "", False
    plain = re.sub(r"[\s#*【】：:]", "", bare)
    numbered = re.sub(r"^[一二三四五六七八九十（）、\d.]+", "", plain)
    if _HEADING.match(bare) or (heading and numbered in (heading, f"{heading}正文")):
        told.append("去掉了模型自拟的标题")
        return "", False
    chatter = _CHATTER.match(bare)
    if (
        chatter
        and not SLOT.search(chatter.group())
        and not _DOTS.search(chatter.group())
        and re.search(r"[:：]\s*$|正文|总结|改写|如下|要求|内容", chatter.group())
    ):
        told.append("去掉了模型的开场白")
        bare = bare[chatter.end() :].strip()
    item = _BULLET.match(bare)
    if item:
        told.append("把列成条的改成了段落")
        bare = bare[item.end() :].strip()
        if bare and not re.search(r"[。！？；]$", bare):
            bare += "。"
    label = _LABEL.match(bare)
    if label and _SENTENCE.search(bare[label.end() :]):
        told.append("去掉了模型给句子加的小标题")
        bare = bare[label.end() :]
    bare = _EMPHASIS.sub(lambda match: next(group for group in match.groups() if group is not None), bare)
    return bare.lstrip("> ").strip(), item is not None


def _fault_of(raw: str, text: str) -> str:
    if not raw.strip() or not text.strip():
        return "模型没有写出内容"
    return "模型拒绝写" if _REFUSAL.search(text) else "模型没有用中文写"


def _without_half_sentence(text: str, told: list[str], *, whole: bool) -> str:
    """Drop what stands behind the last full stop."""
    closed = _CLOSED.match(text)
    kept = closed.group() if closed else ""
    if kept.rstrip() != text.rstrip():
        told.append("最后半句没有写完，已去掉" if not whole else "去掉了没有句号的半句")
    return kept


def _sentence_by_sentence(text: str, by_id: Mapping[str, OfferedFact], told: list[str]) -> str:
    """Drop sentences that are no Chinese prose, that refuse, that speak of the prompt, or that were said already."""
    parts: list[str] = []
    seen: set[str] = set()
    printed: set[str] = set()
    position = linked = 0
    for start, end in split_sentences(text):
        parts.append(text[position:start])
        position = end
        sentence = text[start:end]
        reason = _unusable(SLOT.sub("", _DOTS.sub("", sentence)))
        more = 0
        if not reason and not _DOTS.search(sentence):
            sentence, more = link_bare_numbers(sentence, 0, tuple(by_id.values()))
        slots = set(SLOT.findall(sentence))
        if not reason and slots and slots <= printed and not _DOTS.search(sentence):
            reason = "里面的数前面都说过了"
        same = re.sub(r"\s", "", sentence)
        if not reason and len(same) >= _SEEN_BEFORE and same in seen:
            reason = "重复了前面的话"
        if reason:
            told.append(f"删去一句：“{shorten(sentence)}”（{reason}）")
            continue
        seen.add(same)
        printed |= slots
        linked += more
        parts.append(sentence)
    parts.append(text[position:])
    if linked:
        told.append(f"模型直接写了 {linked} 个数，与台账一致，已接上出处")
    text = re.sub(r"\n{3,}", "\n\n", "".join(parts))
    return (
        re.sub(r"^[，。；、！？\s]+", "", text, flags=re.MULTILINE)
        if re.search(r"^[，。；、！？]", text, re.MULTILINE)
        else text
    )


def _unusable(bare: str) -> str:
    """Say why a sentence is no prose of a report, or return an empty text."""
    latin, han = len(_LATIN.findall(bare)), len(_HAN.findall(bare))
    if (latin > 12 and latin > han) or (latin > 3 and not han):
        return "不是中文"
    if _REFUSAL.search(bare):
        return "模型推辞的话"
    if _META.search(bare):
        return "说的是写法，不是事情"
    return ""
