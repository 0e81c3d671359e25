"""Which words of a rewritten sentence its source licenses: every content word must come from somewhere.

A faithful rewriting reorders, joins, drops and says the same with other words; an invention brings words of its own.
So a word may stand when the source holds it, when the source holds another of its group
(`knowledge/lexicon/synonyms.yaml`), when it is built from the source's own characters, or when it carries nothing (the
words under `free`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from assistant.errors import KnowledgeError
from assistant.knowledge import packaged_folder, read_yaml

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_NAMING = ("n", "s", "t", "f", "i", "l", "z", "j")
_DOING = ("v", "d", "p", "c", "u", "r", "q")
_OF_THE_HEART = re.compile(
    "[心忌忍忐忑忠忧忿怀怂怏怒怔怕怖怜思怡怨怪怯恋恍恐恒恕恙恢恤恨恩恭恰恳恶恸恹恺恻恼恿悄悉悌悍悔悖悟悠患悦悬悯悲悴悼情惆惊惋惑惕惘惚惜"
    "惠惦惧惨惩惫惬惭惮惯惰惴惶惹惺愁愈愉愎愕愚愠愣愤愧愿慈慌慎慑慕慢慧慨慰慷憋憎憔憧憨憩憾懂懈懊懒懦懵]"
)
_AROUND_A_VERB = re.compile("^[不没未已再又]|[来去上下出进回起过到好完开掉走住]*[了着过来去]$")
_COMPLEMENTS = frozenset("清好完到住开起掉走成满光透紧牢回")
_TITLES = frozenset("嫂伯叔姨哥姐弟妹婆爷奶爹娘婶师总工老")
_GENERIC_HEADS = frozenset("费料员者处价款单表数量方案事话")
_DIMINUTIVES = frozenset("子儿头")
_AROUND = re.compile(r"^(?:每|各|本|该|此|这|那|众|全)|(?:们|儿|里|上|下|中|内|外|边|面|处|前|后|旁|时|口)$")
_TELLING_APART = frozenset("中大小老新旧高低东西南北上下前后左右男女内外里早晚长短单")
_COMPASS = frozenset("东西南北")
_DEMONSTRATIVE = re.compile(r"[这那每几半整一两各某][\u4e00-\u9fff]")
_MOST_REWORDED = 0.25
_COUNTS = re.compile(r"[第每一二两三四五六七八九十百半几]")
_CARRIES_LITTLE = frozenset(
    "的了着过地得是在有到上下来去出起完好成住开回给把被让和与同就也都还又再不没一个这那他她它我人家里中时后前子头"
    "全更很太最才便却已曾只仅各每"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a sentence with its place.

    Attributes:
        naming: True for what names a thing, a place or a time, or is a set phrase; false for doings and qualities.
        doing: True for verbs and for words that only join or shade.
    """

    start: int
    end: int
    text: str
    naming: bool
    doing: bool = False


@dataclass(frozen=True)
class Synonyms:
    """Groups of words that tell the same, words that carry nothing, and pairs that tell the contrary.

    Attributes:
        kinds: A general word with the specific ones that it may stand for (树 for 香樟), and not the other way round.
    """

    groups: tuple[tuple[str, ...], ...]
    kinds: tuple[tuple[str, tuple[str, ...]], ...]
    free: frozenset[str]
    contraries: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = ()

    @cached_property
    def by_word(self) -> Mapping[str, frozenset[str]]:
        """All words that may stand for a word."""
        found: dict[str, set[str]] = defaultdict(set)
        for group in self.groups:
            for word in group:
                found[word].update(group)
        for general, specific in self.kinds:
            found[general].update(specific)
        return {word: frozenset(others) for word, others in found.items()}


@cache
def load_synonyms() -> Synonyms:
    """Load the groups once.

    Raises:
        KnowledgeError: When the file does not have the declared shape.
    """
    path = packaged_folder("knowledge") / "lexicon" / "synonyms.yaml"
    data = read_yaml(path)
    if not isinstance(data, dict) or set(data) != {"groups", "kinds", "free", "contraries"}:
        raise KnowledgeError("应当有 groups、kinds、free 和 contraries 四项", where=path.name)
    groups = tuple(tuple(str(line).split()) for line in data["groups"])
    lonely = next((each for each in groups if len(each) < 2), None)
    if lonely is not None:
        raise KnowledgeError(f"一组里至少要有两个词：{' '.join(lonely)}", where=path.name)
    try:
        contraries = tuple((re.compile(one), re.compile(other)) for one, other in data["contraries"])
    except (ValueError, re.error) as error:
        raise KnowledgeError(f"contraries 里的写法不对：{error}", where=path.name) from error
    kinds = tuple((str(general), tuple(str(specific).split())) for general, specific in data["kinds"].items())
    free = frozenset(word for line in data["free"] for word in str(line).split())
    return Synonyms(groups, kinds, free, contraries)


def cut_words(text: str) -> Iterator[Word]:
    """Cut the Chinese stretches of a text into words."""
    import rjieba

    for stretch in _HAN.finditer(text):
        at = stretch.start()
        for word, mark in rjieba.tag(stretch.group()):
            doing = mark.startswith(_DOING) or (mark == "l" and word.endswith(("了", "着", "过")))
            yield Word(at, at + len(word), word, mark.startswith(_NAMING) and not doing, doing)
            at += len(word)


def find_unlicensed(sentence: str, source: str, spared: Iterable[tuple[int, int]] = ()) -> tuple[Word, ...]:
    """Return the words of a sentence that nothing in the source licenses.

    Args:
        sentence: A rewritten sentence.
        source: The text that it must keep to.
        spared: Spans that others look at: quotations, numbers, names.
    """
    taken = tuple(spared)
    words = tuple(cut_words(sentence))
    unlicensed = tuple(
        word
        for word in words
        if not any(start < word.end and word.start < end for start, end in taken)
        and not is_licensed(word, sentence, source)
    )
    telling = [each for each in unlicensed if not _is_another_verb(each)]
    content = [each for each in words if each.text not in load_synonyms().free]
    reworded = len(unlicensed) - len(telling)
    if reworded > max(1, _MOST_REWORDED * len(content)):
        return unlicensed
    return tuple(telling)


def _is_another_verb(word: Word) -> bool:
    """Say whether a word is a plain verb of the dictionary: it may stand for the source's verb (运 for 背).

    What is felt or thought (written with 心), and what the dictionary does not know, is not covered by that.
    """
    if not word.doing or _OF_THE_HEART.search(word.text):
        return False
    return not _is_coined(word.text) or not _is_coined(_AROUND_A_VERB.sub("", word.text))


def share_said(sentence: str, source: str) -> float:
    """Return the share of the content words of a sentence that a text holds or says otherwise; 0 without any."""
    words = content_words(sentence)
    return sum(_is_said(each, source) for each in words) / len(words) if words else 0.0


def content_words(text: str) -> list[str]:
    """Return the words of a text that carry something, once each; numbers and dates are not words."""
    words = (each.text for each in cut_words(text))
    return list(dict.fromkeys(each for each in words if each not in load_synonyms().free and not _COUNTS.match(each)))


def words_said(words: Iterable[str], source: str) -> set[str]:
    """Return those of some words that a text holds or says otherwise."""
    return {each for each in words if _is_said(each, source)}


def is_licensed(word: Word, sentence: str, source: str) -> bool:
    """Say whether the source, a group or the free words account for a word."""
    if _stands_for(word.text, source) or _in_phrase(word, sentence, source):
        return True
    if _is_coined(word.text) and word.text[-1] not in _TITLES and _is_run_together(word.text, source):
        return True
    letters = [each for each in word.text if each not in _CARRIES_LITTLE]
    if len(word.text) == 1:
        return not letters
    if word.naming:
        return _names_known(word.text, source)
    if not letters:
        return True
    return any(each in source for each in letters) or _is_put_together(word.text, source)


def _is_coined(text: str) -> bool:
    """Say whether a word is none of the dictionary's: 红圈 for a circle drawn in red, or two words run together."""
    import rjieba

    return not rjieba.has_word(text)


def _is_run_together(text: str, source: str) -> bool:
    """Say whether a coined word falls into pieces that are accounted for, plain verbs among them (常|误, 市政|管理)."""
    return not text or any(
        _is_piece_of_coined(text[:at], source) and _is_run_together(text[at:], source) for at in range(len(text), 0, -1)
    )


def _is_piece_of_coined(piece: str, source: str) -> bool:
    import rjieba

    if _stands_for(piece, source) and piece not in _COMPASS:
        return len(piece) > 1 or piece not in _TELLING_APART or piece in load_synonyms().free
    if len(piece) == 1 and piece in _CARRIES_LITTLE:
        return True
    tagged = rjieba.tag(piece)
    return len(tagged) == 1 and tagged[0][1] == "v" and not _OF_THE_HEART.search(piece) and not _is_coined(piece)


def _stands_for(text: str, source: str) -> bool:
    """Say whether a word is free, stands in the source, or has a word of its group there."""
    if text in load_synonyms().free or _DEMONSTRATIVE.fullmatch(text):
        return True
    return _is_said(text, source)


def _is_said(text: str, source: str) -> bool:
    """Say whether a word or another of its group stands in the source."""
    return text in source or any(each in source for each in load_synonyms().by_word.get(text, ()))


def _is_put_together(text: str, source: str) -> bool:
    """Say whether a word falls into pieces that are accounted for."""
    return not text or any(
        _is_known_piece(text[:at], source) and _is_put_together(text[at:], source) for at in range(len(text), 0, -1)
    )


def _is_known_piece(piece: str, source: str) -> bool:
    """Say whether a piece of a word is accounted for; 中, 大, 东 alone are not: they tell one thing from another."""
    if len(piece) > 1:
        return _stands_for(piece, source)
    if piece in _TELLING_APART:
        return False
    return (
        piece in _heads(source)
        or piece in _GENERIC_HEADS
        or piece in load_synonyms().free
        or _is_said_at_length(piece, source)
    )


def _is_said_at_length(piece: str, source: str) -> bool:
    """Say whether a word of more than one character that may stand for a single one is in the source (购 for 买了)."""
    return any(len(each) > 1 and each in source for each in load_synonyms().by_word.get(piece, ()))


def _names_known(text: str, source: str) -> bool:
    """Say whether what a word names is named in the source: as such, with a localiser, or by its head (猫 of 野猫)."""
    bare = _AROUND.sub("", text) if len(text) > 1 else text
    if not bare or bare in load_synonyms().free:
        return True
    if bare != text and bare in _COMPASS:
        return bare in source
    if len(bare) == 1:
        return bare in _heads(source) or any(
            each in source for each in load_synonyms().by_word.get(bare, ()) if len(each) > 1
        )
    return (bare != text and _stands_for(bare, source)) or _is_put_together(text, source) or _is_compound(text, source)


def _is_compound(text: str, source: str) -> bool:
    """Say whether a word of two characters is a doing with what it is done to or how it ends: 买药, 问清.

    The tagger calls many of these names of things.
    """
    import rjieba

    if len(text) != 2 or _OF_THE_HEART.search(text) or text[1] in _TITLES:
        return False
    verb = text[0] in source or rjieba.tag(text[0])[0][1] == "v"
    return verb and (text[1] in _COMPLEMENTS or (text[1] not in _TELLING_APART and text[1] in _heads(source)))


@lru_cache(maxsize=64)
def _heads(source: str) -> frozenset[str]:
    """Return the single characters that a source uses as words or as heads of words."""
    words = tuple(cut_words(source))
    heads = {word.text[-1] for word in words} | {word.text[0] for word in words if not word.naming}
    return frozenset(heads | {word.text[-2] for word in words if len(word.text) > 1 and word.text[-1] in _DIMINUTIVES})


def _in_phrase(word: Word, sentence: str, source: str) -> bool:
    """Say whether a word of one character belongs to a longer stretch that is accounted for (门|口, 拍|照)."""
    if len(word.text) > 1:
        return False
    pairs = (sentence[max(0, word.start - 1) : word.end], sentence[word.start : word.end + 1])
    return any(len(pair) == 2 and _is_said(pair, source) for pair in pairs)
