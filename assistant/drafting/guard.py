"""The guard of polishing: what a rewritten sentence says that its note does not carry.

Pure: sentences in, issues out. It compares figures by value, names, quotations and addresses letter by letter, words of
feeling, gesture, relation, outcome and so on by groups of near synonyms (`knowledge/lexicon/polish.yaml`), and asks of
every doing whether the note has the same person do it (`roles`). What it cannot trace to the note it refuses; style is
none of its business.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from assistant.drafting.counted import find_homes, find_wrong_figures, read_figures
from assistant.drafting.denials import find_turned
from assistant.drafting.lexicon import ADDED_KINDS, WordGroup, load_guard_words
from assistant.drafting.licence import content_words, cut_words, find_unlicensed, share_said, words_said
from assistant.drafting.pairs import pairs_across, without_signs
from assistant.drafting.roles import Roles, find_actors
from assistant.numerals import Figure, find_figures
from assistant.privacy import NameBook, find_mentions

IssueKind = Literal[
    "number", "name", "date", "place", "quote", "relation", "outcome", "feeling", "tear", "thanks", "gesture", "motive",
    "appeal", "judgement", "universal", "honour", "actor", "time", "swap", "side", "untraced", "negation",
]  # fmt: skip
_SENTENCE = re.compile(r"(?:“[^”\n]*”|「[^」\n]*」|[^。！？!?\n“「])*(?:[。！？!?]+[”』」）]*|(?=\n)|\Z)")
_QUOTE = re.compile(r"“([^”\n]*)”|「([^」\n]*)」|『([^』\n]*)』|\"([^\"\n]*)\"|‘([^’\n]*)’")
_SPOKEN = re.compile(r"(?:说|道|问|答|喊|讲)(?:道|着)?[：:](?!\s*[“「『\"‘])(?P<said>[^。！？\n]{3,})")
_ADDRESS = re.compile(r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s?(?:号楼|单元|栋|幢|室|楼(?![上下道梯顶长]))")
_NAMED_PLACE = re.compile(
    r"(?P<own>[\u4e00-\u9fff]{2})(?:(?:路|巷|大街|新村)(?![面灯口边上过程径费线牌])|小区|公园|医院|超市|饭店|学校|社区卫生|菜场)"
)
_NOT_OF_A_NAME = frozenset(
    "去到在往从来给的和与了进由向是有把这那一条个家小大老整全各每修补铺走通送本该马道网电线思销出套回退上下里外前后中内新旧"
)
_LEAST_SHARED = 0.34
_LEAST_SAID = 0.34
_COMPASS = re.compile(r"(?<!关)[东西南北](?![西阳京瓜])")
_OF_THE_SENTENCE = frozenset({"time", "relation", "outcome", "place"})
_JOINS = frozenset({"因为", "由于"})
_LIGHT = frozenset(
    "的了着过地得是在有和与同及跟就都也还又再才便却很更最太只不没未这那此其每各某些个位名次回遍下上里外中内前后时候日月年天"
    "起来去到从往向把被给让使对于为以而则且或及并但因所能会要可应该想说道讲问答叫请做办弄搞进出开回成好多少大小新老人们家户事情"
    "先最终于后来随即马上立刻一直自己他她它我你大家双方两边头另外此外当即接着然后由将等再次共总计达约近余份件条只张本位"
    "看见听知道觉得用拿放带找送接收打忙完定写记交换走跑站坐住吃买卖花发挂贴装修改动手边处儿子呢吗吧啊明白结果电话情况问题原因办法当初正在几商量赶紧陆续前往告诉提议"
)


@dataclass(frozen=True, slots=True)
class GuardIssue:
    """Why a rewritten sentence may not stand; offsets count in the sentence."""

    kind: IssueKind
    start: int
    end: int
    text: str
    reason: str


@dataclass(frozen=True)
class SourceText:
    """The text that a rewriting must keep to, read once.

    Attributes:
        text: A note's story, or a paragraph.
        names: People that the registers name.
        also: Further names that may stand for 我 (the note's writer) or come from the text's frame.
    """

    text: str
    names: NameBook = field(default_factory=NameBook)
    also: tuple[str, ...] = ()

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Spans of the sentences."""
        return tuple(split_story(self.text))

    @cached_property
    def pairs(self) -> tuple[set[str], ...]:
        """Pairs of characters of each sentence."""
        return tuple(pairs_across(self.text[start:end]) for start, end in self.sentences)

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """Everything that is a number or a date."""
        return read_figures(self.text)

    @cached_property
    def quotes(self) -> tuple[str, ...]:
        """What stands in quotation marks, without punctuation."""
        return tuple(without_signs(each) for each in _quoted(self.text))

    @cached_property
    def bare(self) -> str:
        """The text without punctuation."""
        return without_signs(self.text)

    @cached_property
    def actors(self) -> tuple[str, ...]:
        """People and roles."""
        return tuple(dict.fromkeys(each.text for each in find_actors(self.text, self.names)))

    @cached_property
    def full_names(self) -> tuple[str, ...]:
        """Names of three characters, surname and given name, that a changed character would make another's."""
        return tuple(each for each in dict.fromkeys((*self.actors, *self.also)) if self._is_full_name(each))

    @cached_property
    def registered(self) -> tuple[str, ...]:
        """Full names of three characters that the registers hold and the text names."""
        return tuple(each.name for each in self.names.people if len(each.name) == 3 and each.name in self.text)

    @cached_property
    def roles(self) -> Roles:
        """Who does what."""
        return Roles(self.text, self.names)

    def sentence(self, number: int) -> str:
        """Return a sentence by its number, from 1."""
        start, end = self.sentences[number - 1]
        return self.text[start:end]

    def _is_full_name(self, name: str) -> bool:
        """Say whether a name is a full one: of a known person, or named twice and no word; 王阿姨 is none."""
        import rjieba

        if len(name) != 3:
            return False
        known = self.names.person(name) is not None
        if not known and (self.text.count(name) < 2 or rjieba.has_word(name)):
            return False
        return not find_mentions(name, NameBook(), guess=False)


def split_story(text: str) -> list[tuple[int, int]]:
    """Return the spans of sentences; a full stop inside quotation marks ends none."""
    return [match.span() for match in _SENTENCE.finditer(text) if without_signs(match.group())]


def guard_sentence(sentence: str, source: SourceText, cited: Sequence[int] = ()) -> tuple[GuardIssue, ...]:
    """Find everything in a rewritten sentence that the source does not carry.

    Args:
        sentence: One rewritten sentence, without citation marks.
        source: What it was rewritten from.
        cited: Numbers (from 1) of the source's sentences that it says it stands on.
    """
    traced = trace_sentence(sentence, source, cited)
    near = "".join(source.sentence(each) for each in traced)
    before = "".join(source.sentence(each - 1) for each in traced if each > 1)
    found = [
        *_figure_issues(sentence, source, near),
        *_name_issues(sentence, source, source.full_names),
        *_quote_issues(sentence, source),
        *_address_issues(sentence, source, near, before),
        *_word_issues(sentence, source, traced),
        *(
            GuardIssue(kind, start, end, sentence[start:end], reason)
            for kind, start, end, reason in find_turned(sentence, source.text, near)
        ),
    ]
    if not found:
        found += [
            GuardIssue("swap", start, end, sentence[start:end], reason)
            for start, end, reason in source.roles.swaps(sentence)
        ]
    found += _novel_words(sentence, source)
    if not traced and len(without_signs(sentence)) > 6 and not _familiar(sentence, source):
        found.append(GuardIssue("untraced", 0, len(sentence), sentence, "这一句在原文里找不到出处"))
    return tuple(sorted(dict.fromkeys(found), key=lambda each: (each.start, each.end)))


def guard_claims(sentence: str, source: SourceText) -> tuple[GuardIssue, ...]:
    """Find names, quotations, dates, places and words in a sentence that a loose collection of known texts lacks.

    For sentences that cite no note: nothing is traced, figures are the binding's business, and the people of the
    collection are those that the registers name.
    """
    dates = [each for each in find_figures(sentence) if each.kind == "date" and each.text not in source.text]
    return (
        *(GuardIssue("date", each.start, each.end, each.text, f"原文没有“{each.text}”") for each in dates),
        *_name_issues(sentence, source, source.registered),
        *_quote_issues(sentence, source),
        *_address_issues(sentence, source, source.text),
        *_word_issues(sentence, source, ()),
    )


def trace_sentence(sentence: str, source: SourceText, cited: Sequence[int] = ()) -> tuple[int, ...]:
    """Return the numbers of the source's sentences that a sentence tells, by shared words and pairs of characters.

    Cited sentences count when they share anything at all; others are added until what is shared no longer grows.
    """
    words = content_words(sentence)
    own = pairs_across(sentence) | set(words)
    shared = {
        number: own & pairs | words_said(words, source.sentence(number)) for number, pairs in enumerate(source.pairs, 1)
    }
    chosen = [each for each in cited if shared.get(each)]
    covered: set[str] = set().union(*(shared[each] for each in chosen)) if chosen else set()
    while True:
        best = max(shared, key=lambda each: len(shared[each] - covered), default=0)
        gain = len(shared[best] - covered) if best else 0
        if gain < max(2, 0.12 * len(own)):
            break
        chosen.append(best)
        covered |= shared[best]
    if own and len(covered) / len(own) < _LEAST_SHARED * (0.6 if cited else 1):
        return ()
    return tuple(sorted(set(chosen)))


def guard_story(sentences: Sequence[str], source: SourceText) -> tuple[GuardIssue, ...]:
    """Find what is wrong with a story as a whole: in a dispute, a side that no longer appears."""
    sides = source.roles.sides()
    told = "".join(sentences)
    if len(sides) < 2 or not re.search(r"调解|纠纷|吵|争|闹|双方|两家", source.text):
        return ()
    missing = [each for each in sides if not any(word in told for word in each)]
    if not missing or len(missing) == len(sides):
        return ()
    names = "、".join(each[0] for each in missing)
    return (GuardIssue("side", 0, 0, names, f"纠纷里只剩一方，“{names}”的一头没有了"),)


def _novel_words(sentence: str, source: SourceText) -> list[GuardIssue]:
    """Find words that the source neither holds nor says otherwise."""
    spared = [match.span() for match in _QUOTE.finditer(sentence)]
    spared += [(each.start, each.end) for each in find_figures(sentence)]
    spared += [(start, end) for start, end, _ in _guarded_words(sentence)]
    spared += [match.span() for match in re.finditer(r"今年(?=\d|[一二三四五六七八九])", sentence)]
    spared += [
        (each.start, each.end)
        for each in find_actors(sentence, source.names)
        if each.text in source.actors or any(each.text in other for other in source.also)
    ]
    ground = source.text + "".join(source.also)
    return [
        GuardIssue("untraced", word.start, word.end, word.text, f"原文没有说到“{word.text}”")
        for word in find_unlicensed(sentence, ground, spared)
    ]


def _familiar(sentence: str, source: SourceText) -> bool:
    """Say whether a short sentence uses hardly any character that the source does not hold."""
    letters = [each for each in without_signs(sentence) if each not in _LIGHT]
    known = bool(letters) and sum(each in source.text for each in letters) / len(letters) >= 0.75
    return known or share_said(sentence, source.text) >= _LEAST_SAID


def _figure_issues(sentence: str, source: SourceText, near: str) -> list[GuardIssue]:
    """Numbers and dates: each must be in the source, and belong to the same thing there."""
    return [
        GuardIssue(each.kind, each.start, each.end, sentence[each.start : each.end], each.reason)
        for each in find_wrong_figures(sentence, source.text, source.figures, source.sentences, near)
    ]


def _name_issues(sentence: str, source: SourceText, names: Sequence[str]) -> list[GuardIssue]:
    """People: every name and form of address must stand in the source as it is.

    Args:
        names: Full names of the source, which a changed character would make another's.
    """
    issues = []
    for mention in find_mentions(sentence, source.names, guess=True):
        if mention.kind not in ("name", "form", "guess", "phone", "mail", "plate", "wechat", "id", "card"):
            continue
        text = mention.text
        if text in source.text or any(text in each or each in text for each in source.also):
            continue
        if mention.kind == "guess" and text[:-1] in source.text and len(text) == 3:
            continue
        if mention.kind == "form" and mention.title and _same_surname(text, mention.title, source):
            continue
        if mention.kind == "guess" and text[:1] not in source.text and not _acts(sentence, mention.end):
            continue
        issues.append(GuardIssue("name", mention.start, mention.end, text, f"原文没有“{text}”"))
    return issues + _changed_names(sentence, source, names)


def _same_surname(text: str, title: str, source: SourceText) -> bool:
    """Say whether 邱师傅 is the 老邱 of the source, whom it calls 师傅 as well."""
    surname = text.replace(title, "")[:1]
    return title in source.text and any(surname and surname in each for each in source.actors)


def _changed_names(sentence: str, source: SourceText, names: Sequence[str]) -> list[GuardIssue]:
    """Find names of three characters that differ from one of the source's by their last or middle one."""
    issues = []
    for name in names:
        alike = rf"{name[:2]}[\u4e00-\u9fff]|{name[0]}[\u4e00-\u9fff]{name[2]}"
        issues += [
            GuardIssue("name", *match.span(), match.group(), f"原文是“{name}”")
            for match in re.finditer(alike, sentence)
            if match.group() not in source.text
        ]
    return issues


def _acts(sentence: str, end: int) -> bool:
    return bool(re.match(r"[说道问答喊讲叫找来去给帮把带拿送请和与、，]", sentence[end : end + 1]))


def _quote_issues(sentence: str, source: SourceText) -> list[GuardIssue]:
    """Quotations: word for word from a quotation of the source; indirect speech stays indirect."""
    issues = []
    for match in _QUOTE.finditer(sentence):
        words = without_signs(next(group for group in match.groups() if group is not None))
        if not words or any(words in each for each in source.quotes):
            continue
        reason = "原文是转述，改写成了原话" if words in source.bare else "原文没有这句话"
        issues.append(GuardIssue("quote", *match.span(), match.group(), reason))
    issues += [
        GuardIssue("quote", *match.span("said"), match["said"], "原文没有这句话")
        for match in _SPOKEN.finditer(sentence)
        if without_signs(match["said"]) not in source.bare
    ]
    return issues


def _address_issues(sentence: str, source: SourceText, near: str, before: str = "") -> list[GuardIssue]:
    """Doors, named places and points of the compass; `before` holds the sentences before those that are told."""
    issues = [
        GuardIssue("place", *match.span(), match.group(), f"原文没有“{match.group()}”")
        for match in _ADDRESS.finditer(sentence)
        if match.group() not in source.text and not _spelled(match.group(), source.text)
    ]
    words = list(cut_words(sentence))
    for match in _NAMED_PLACE.finditer(sentence):
        text = match.group()
        if any(word.end == match.end() and word.start > match.start() for word in words):
            continue
        if text not in source.text and text[1:] not in source.text and not set(match["own"]) & _NOT_OF_A_NAME:
            issues.append(GuardIssue("place", *match.span(), text, f"原文没有“{text}”"))
    told = set("东西南北") & set(near)
    issues += [
        GuardIssue("place", *match.span(), match.group(), f"原文没有说是“{match.group()}”边")
        for match in _COMPASS.finditer(sentence)
        if (told and match.group() not in told | set(before)) or _turned_side(sentence, match.start(), near)
    ]
    return issues


def _turned_side(sentence: str, at: int, near: str) -> bool:
    """Say whether a point of the compass stands behind what another one stands behind in the source (楼西, 楼东)."""
    if not re.match(r"[\u4e00-\u9fff]", sentence[max(0, at - 1) :]) or not at or sentence[at - 1 : at + 1] in near:
        return False
    return re.search(rf"{re.escape(sentence[at - 1])}[东西南北]", near) is not None


def _spelled(address: str, text: str) -> bool:
    """Say whether an address stands in the text with its number in the other script (六号楼, 6号楼)."""
    digits = dict(zip("一二三四五六七八九", "123456789", strict=True))
    plain = re.sub("[一二三四五六七八九]", lambda match: digits[match.group()], address.replace("十", "10"))
    return plain in re.sub("[一二三四五六七八九]", lambda match: digits[match.group()], text.replace("十", "10"))


def _word_issues(sentence: str, source: SourceText, traced: Sequence[int]) -> list[GuardIssue]:
    """Words of kinds that polishing may not add, unless the source holds one of the same group.

    Times, places, relations and outcomes must stand in the sentences that are told: another one of the story is another
    fact. Where and when a thing was, and whose it is, may be said in the sentence before.
    """
    issues = []
    near = "".join(source.sentence(each) for each in traced)
    before = "".join(source.sentence(each - 1) for each in traced if each > 1)
    for (start, end, kind), words in _words_by_kind(sentence).items():
        if len(traced) == 1 and sentence[start:end] in _JOINS:
            continue
        ground = source.text
        if kind in _OF_THE_SENTENCE and traced:
            ground = near + "".join(find_homes(sentence, (start, end), source.text, source.sentences))
            ground += before if kind != "outcome" else ""
        if sentence[start:end] in ground or any(word in ground for word in words):
            continue
        if _inside_source_word(sentence, start, end, source.text):
            continue
        if kind == "place" and sentence[start:end] in source.text and not _has_place(near):
            continue
        reason = f"原文没有的{ADDED_KINDS[kind]}：“{sentence[start:end]}”"
        issues.append(GuardIssue(kind, start, end, sentence[start:end], reason))  # type: ignore[arg-type]
    return issues


def _words_by_kind(sentence: str) -> dict[tuple[int, int, str], list[str]]:
    """Return each guarded word's place, once for each kind, with all words of the groups that it belongs to."""
    found: dict[tuple[int, int, str], list[str]] = defaultdict(list)
    for start, end, group in _guarded_words(sentence):
        found[start, end, group.kind] += group.grounds
    return found


def _has_place(text: str) -> bool:
    """Say whether a text names a place of its own; if not, the story is still where it was."""
    return any(load_guard_words().find(text, frozenset({"place"})))


def _guarded_words(sentence: str) -> Iterator[tuple[int, int, WordGroup]]:
    """Yield the guarded words outside quotations; none across a word's border or amid a word (设有|理发, 施工人员)."""
    quoted = [match.span() for match in _QUOTE.finditer(sentence)]
    words = list(cut_words(sentence))
    for start, end, group in load_guard_words().find(sentence):
        if any(first <= start < last for first, last in quoted):
            continue
        if any(start < word.start < end < word.end or word.start < start < word.end < end for word in words):
            continue
        if any(word.start < start and end < word.end for word in words):
            continue
        yield start, end, group


def _inside_source_word(sentence: str, start: int, end: int, text: str) -> bool:
    """Say whether a word of one character is only part of a stretch that the source holds as well (换季, 装修)."""
    if end - start > 1:
        return False
    return sentence[max(0, start - 1) : end] in text or sentence[start : end + 1] in text


def _quoted(text: str) -> list[str]:
    return [next(group for group in match.groups() if group is not None) for match in _QUOTE.finditer(text)]
