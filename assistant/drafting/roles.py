"""Who does what in a story: people and roles as subjects, so that a swap of doer and receiver is seen.

No parser: a clause's subject is the first person named before its doing, else the one carried over from the clause
before; 被, 由 and 让 bring the doer behind. A doing is known by its pairs of characters.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.drafting.lexicon import load_guard_words
from assistant.drafting.licence import load_synonyms
from assistant.drafting.pairs import pairs_of_han
from assistant.privacy import NameBook, find_mentions
from assistant.privacy.surnames import SURNAMES

_CLAUSE = re.compile(r"(?:[^，。；：！？\n说]|说(?=[过服明清法话不成定好了重得道通]))+(?:说|：)?")
_PRONOUN = re.compile(
    r"(?:(?<![其给对向跟和把被为陪帮叫让在比])(?P<one>[他她](?!们|[母父妻丈女儿爱孩家]))|自己|大家|两人|两个人|双方|对方|人家|两边|两家|三方|有人|[他她我你]们|三人)"
)
_POST = re.compile(
    r"(?:网格员|师傅|教师|老师|楼长|调解员|志愿者|医生|队长|组长|主任|书记|学生|邻居|队员|干部|代表|[，。；：、\n和与跟请由])$"
)
_COMPOUND = re.compile(r"议事|代表|委员|自治|公约|群|登记|之间|楼|身上")
_SAYS = re.compile(r"(?:(?:[说道答称讲喊]|反映|表示|提出|答复)：?|(?<![\u4e00-\u9fff]{4})：)$")
_QUOTE = re.compile(r"“[^”\n]*”|「[^」\n]*」")
_TURNED = re.compile(r"(?:被|由|让|叫|靠|多亏)$")
_TOWARDS = re.compile(
    r"(?:(?:叫|喊|约|带|领|陪|拉|请|扶|找|邀)(?:上|着|来|了)|给|向|对|把|帮|陪|替|跟|和|同|与|请|找|问|劝|叫|去|到|往|在|从|为|邀|约|扶|送|骂|打|推|说|教|求|谢|有|被)(?:[一那这两几][个位名])?$"
)
_OWNS = re.compile(r"们?的(?=[\u4e00-\u9fff])")
_RELATIVE = re.compile(r"(?<=[\u4e00-\u9fff]) +[\u4e00-\u9fff]{1,3}的(?=[\u4e00-\u9fff])")
_MANY_PAIRS = 4
_LIGHT = frozenset("的了着过是在有不没一个人自己上下来去就也都还又这那")
_ROLE = re.compile(
    r"居委会|社区|派出所|[\u4e00-\u9fff]{0,3}公司|施工队|施工单位|疾控中心|班主任|小姑娘|小伙子|小两口|老两口|家长|领队|男孩|女孩"
    r"|城管|司机|店主|摊主|看门的|业主|住户|厂家|商家|爱心基金|卫生站|服务站|医院|小孙[女子]|门卫|保安|中介|房主|房东|店家"
    r"|[园店院班组校所站科局厂村镇团处][长](?![大高期])|(?:水|电|焊|木|瓦|管道|油漆|维修|泥水)[工匠]|老板|经理|教练|护士|环保所|派出所|街道办?"
    r"|(?:保洁|快递|管理|业务|收银|营业|售货|服务|送货|外卖|检测|维修|施工|保安|值班|驾驶|销售|技术|工作|巡逻)[员](?!工)"
    r"|(?<![自给对向跟和把被])我(?![们家婆妈爸老公爷奶女儿的这那])"
)
_TITLED = re.compile(
    r"[^\W\da-zA-Z_的一位个名老女男公小修理车管本该这那各全](?:老师|师傅|阿姨|大爷|老伯|老先生|老爷子|爹爹|大姐|大妈|大娘|奶奶|爷爷|婆婆|嫂|伯|队长|园长|先生|女士|医生)"
)
_FAMILIAR = re.compile(r"[老小][\u4e00-\u9fff]")
_NOBODY = frozenset({"小时", "小区", "老师"})
_HOUSEHOLD = re.compile(
    rf"[{''.join(sorted(each for each in SURNAMES if len(each) == 1))}]家(?![里中人属长务具电常])"
    r"|(?<![一二三四五六七八九十百千\d])[两三四五六七八九十][户家](?![人里中])"
)
_PARTY = re.compile(r"楼上|楼下|[\u4e00-\u9fff](?:某|女士|先生|阿姨|大爷|师傅|奶奶|大妈|大叔|叔|婶)")


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or role in a text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Doing:
    """A clause with its doer, to whom it is done, and the pairs of characters of the rest."""

    start: int
    end: int
    subject: str
    explicit: bool
    targets: tuple[str, ...]
    pairs: frozenset[str]
    quotes: tuple[str, ...]
    speaker: str = ""


class Roles:
    """The doings of a source text."""

    def __init__(self, text: str, names: NameBook) -> None:
        self._names = names
        actors = find_actors(text, names)
        self.actors = tuple(dict.fromkeys(each.text for each in actors))
        self._doings = read_doings(text, actors, self.actors)
        self._by_pair: dict[str, set[str]] = defaultdict(set)
        self._surely: dict[str, set[str]] = defaultdict(set)
        self._carried: set[str] = set()
        self._together = _adjacent(text, actors)
        self._by_target: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._speakers: dict[str, set[str]] = defaultdict(set)
        self._said: dict[str, set[str]] = defaultdict(set)
        self._owners = _owners(text, actors)
        self._agents: dict[str, set[str]] = defaultdict(set)
        for actor, deed in _agents(text, actors):
            self._agents[deed].add(actor.text)
        for doing in self._doings:
            for pair in doing.pairs if doing.speaker else ():
                self._said[pair].add(doing.speaker)
            if not doing.subject:
                continue
            for pair in doing.pairs:
                self._by_pair[pair].add(doing.subject)
                if doing.explicit:
                    self._surely[pair].add(doing.subject)
                else:
                    self._carried.add(pair)
                for target in doing.targets:
                    self._by_target[pair, target].add(doing.subject)
            for quote in doing.quotes:
                self._speakers[quote].add(doing.subject)

    def sides(self) -> tuple[tuple[str, ...], ...]:
        """Return the parties of a dispute, each with the words by which it is called; at most two."""
        upper = tuple(each for each in self.actors if "楼上" in each)
        lower = tuple(each for each in self.actors if "楼下" in each)
        people = [each for each in self.actors if _PARTY.fullmatch(each)]
        parties = [each for each in people if not re.search(r"楼上|楼下", each)]
        found = [each for each in (upper, lower) if each]
        if len(found) == 2 and len(parties) >= 2:
            return ((*upper, *parties), (*lower, *parties))
        if len(found) < 2 and len(parties) == 2:
            return ((parties[0], *upper), (parties[1], *lower))
        return tuple(found) if len(found) == 2 else ()

    def swaps(self, sentence: str) -> list[tuple[int, int, str]]:
        """Find clauses of a rewritten sentence that say of somebody what the source says of somebody else."""
        actors = [self._as_known(each) for each in find_actors(sentence, self._names)]
        found = [*self._other_owners(sentence, actors), *self._other_agents(sentence, actors)]
        for doing in read_doings(sentence, actors, self.actors):
            other = self._other_speaker(doing)
            if other:
                found.append((doing.start, doing.end, f"原文里这话是“{other}”说的，不是“{doing.speaker}”"))
                continue
            if not doing.explicit or not self._known(doing.subject):
                continue
            likest = self._likest(doing)
            if any(self._appears(doing, each) for each in likest):
                continue
            other = self._turned_round(doing, likest) or self._other_doer(doing) or self._other_in(doing, likest)
            if other:
                found.append((doing.start, doing.end, f"原文里这是“{other}”，不是“{doing.subject}”"))
        return found

    def _other_speaker(self, doing: Doing) -> str:
        """Return who said it in the source when that is somebody else."""
        if not self._known(doing.speaker):
            return ""
        heard = [self._said[pair] for pair in sorted(doing.pairs) if pair in self._said]
        against = [who for who in heard if not self._same_actor(doing.speaker, who)]
        return min(against[0]) if len(against) >= 2 and len(against) > 2 * (len(heard) - len(against)) else ""

    def _other_owners(self, sentence: str, actors: Sequence[Actor]) -> list[tuple[int, int, str]]:
        """Find relatives who now belong to somebody else: 李某的爱人 where the source has 贺某的爱人."""
        found = []
        for relative, (owner, start, end) in _owners(sentence, actors).items():
            known = self._owners.get(relative)
            if known is not None and owner != known[0] and self._known(owner):
                found.append((start, end, f"原文里是“{known[0]}”的{relative}"))
        return found

    def _as_known(self, actor: Actor) -> Actor:
        """Cut a guessed name to the one that the source has (柯磊 of 柯磊出)."""
        known = next((each for each in self.actors if actor.text.startswith(each) and len(each) > 1), actor.text)
        return Actor(actor.start, actor.start + len(known), known) if actor.text not in self.actors else actor

    def _other_agents(self, sentence: str, actors: Sequence[Actor]) -> list[tuple[int, int, str]]:
        """Find 由社区承担 where the source has 由卫生站承担."""
        found = []
        for actor, deed in _agents(sentence, actors):
            known = self._agents.get(deed, set())
            if known and not self._same_actor(actor.text, known):
                found.append((actor.start, actor.end, f"原文里由“{min(known)}”{deed}"))
        return found

    def _known(self, actor: str) -> bool:
        return actor in self.actors

    def _other_doer(self, doing: Doing) -> str:
        """Return who did it in the source when that is somebody else; empty when it agrees or is not known."""
        for quote in doing.quotes:
            speakers = next((who for said, who in self._speakers.items() if quote in said or said in quote), set())
            if speakers and not self._same_actor(doing.subject, speakers):
                return min(speakers)
        votes: dict[str, int] = defaultdict(int)
        mine = against = carried = 0
        for pair in doing.pairs:
            doers = self._by_pair.get(pair, set())
            if not doers:
                continue
            if self._same_actor(doing.subject, doers):
                mine += 1
                continue
            against += pair in self._surely
            carried += pair not in self._surely and pair in self._carried
            for doer in self._surely.get(pair, doers):
                votes[doer] += 1
        sure = (against >= 2 and against > mine * 2) or (carried + against >= _MANY_PAIRS and not mine)
        if sure and votes:
            return max(sorted(votes), key=lambda each: votes[each])
        return ""

    def _likest(self, doing: Doing) -> list[Doing]:
        """Return the clauses of the source that are most alike; none where too little is shared."""
        alike = [(len(doing.pairs & each.pairs), each) for each in self._doings]
        most = max((score for score, _ in alike), default=0)
        if not most or most < min(2, 0.5 * len(doing.pairs)):
            return []
        return [each for score, each in alike if score >= 0.75 * most]

    def _appears(self, doing: Doing, source: Doing) -> bool:
        """Say whether the doer appears in the source's clause beside its doer, who is not the one it is done to here.

        水箱由居民自管 and 水箱属居民自管, 老人有水送上门 and 给老人送水: told from the other end, not turned round.
        """
        beside = self._same_actor(doing.subject, set(source.targets)) and (not doing.targets or source.subject)
        return bool(beside) and not self._same_actor(source.subject or "-", set(doing.targets))

    def _turned_round(self, doing: Doing, likest: Sequence[Doing]) -> str:
        """Return the source's doer where doer and receiver have changed places."""
        for each in likest:
            receives = self._same_actor(doing.subject, set(each.targets))
            if not receives or (each.subject and self._same_actor(doing.subject, {each.subject})):
                continue
            others = doing.targets and not set(doing.targets) & set(each.targets)
            if others and not each.subject and doing.subject != "我":
                return "别人"
            if each.explicit and self._same_actor(each.subject, set(doing.targets)):
                return each.subject
        return ""

    def _other_in(self, doing: Doing, likest: Sequence[Doing]) -> str:
        """Return who does it in the likest clauses of the source, when that is surely somebody else."""
        shared = max((len(doing.pairs & each.pairs) for each in likest), default=0)
        same_receiver = any(set(doing.targets) & set(each.targets) for each in likest)
        telling = [each for each in doing.pairs if not set(each) & set("他说了是的")]
        whole = bool(telling) and shared == len(doing.pairs) and len(likest) == 1
        if shared < (1 if same_receiver or whole else 2) or shared < 0.5 * len(doing.pairs):
            return ""
        if any(not each.explicit or self._same_actor(doing.subject, {each.subject}) for each in likest):
            return ""
        return likest[0].subject

    def _same_actor(self, actor: str, others: set[str]) -> bool:
        return any(
            actor == each
            or actor in each
            or each in actor
            or frozenset((actor, each)) in self._together
            or _may_be_called(actor, each)
            for each in others
        )


def _may_be_called(actor: str, other: str) -> bool:
    """Say whether one word for a person may stand for the other (学生 for 同学)."""
    synonyms = load_synonyms().by_word
    return other in synonyms.get(actor, ()) or actor in synonyms.get(other, ())


def _owners(text: str, actors: Sequence[Actor]) -> dict[str, tuple[str, int, int]]:
    """Return for each relative or neighbour whose it is (贺某的爱人, 周奶奶的女儿), with the place."""
    return {
        other.text: (one.text, one.start, other.end)
        for one, other in pairwise(actors)
        if text[one.end : other.start] == "的"
    }


def _agents(text: str, actors: Sequence[Actor]) -> Iterator[tuple[Actor, str]]:
    """Yield who stands behind 由, 被 or 归, with the two characters of what they do."""
    for actor in actors:
        deed = re.match(r"[\u4e00-\u9fff]{2}", text[actor.end :])
        if deed and text[max(0, actor.start - 1) : actor.start] in ("由", "被", "归"):
            yield actor, deed.group()


def _adjacent(text: str, actors: Sequence[Actor]) -> frozenset[frozenset[str]]:
    """Return the pairs of actors that stand side by side and so are one: 楼上姜某, 邻居冯师傅, 调解员董文秀."""
    return frozenset(
        frozenset((one.text, other.text))
        for one, other in pairwise(actors)
        if other.start - one.end <= 1 and text[one.end : other.start] in ("", "的", "家", "户")
    )


def find_actors(text: str, names: NameBook) -> list[Actor]:
    """Find the people and roles of a text, in order; the longest where two overlap."""
    found = [
        Actor(each.start, each.end, each.text)
        for each in find_mentions(text, names, guess=True)
        if each.kind in ("name", "form") or (each.kind == "guess" and _is_surely_named(text, each.start, each.text))
    ]
    found += [
        Actor(start, end, text[start:end])
        for start, end, group in load_guard_words().find(text, frozenset({"actor", "relation"}))
        if not _COMPOUND.match(text, end)
    ]
    found += [Actor(*match.span(), match.group()) for match in (*_PARTY.finditer(text), *_ROLE.finditer(text))]
    found += [Actor(*match.span(), match.group()) for match in _TITLED.finditer(text) if text.count(match.group()) >= 2]
    found += [Actor(*match.span(), match.group()) for match in _HOUSEHOLD.finditer(text)]
    found += [
        Actor(*match.span(), match.group()) for match in _FAMILIAR.finditer(text) if _is_somebody(match.group(), text)
    ]
    found.sort(key=lambda each: (each.start, -(each.end - each.start)))
    kept: list[Actor] = []
    for actor in found:
        if not kept or actor.start >= kept[-1].end:
            kept.append(actor)
    return kept


def _is_somebody(familiar: str, text: str) -> bool:
    """Say whether 老赵 or 小韩 is a person: by a surname or by coming back; by both where it is a word too (老高)."""
    import rjieba

    surname, back = familiar[1] in SURNAMES, text.count(familiar) >= 2
    if rjieba.has_word(familiar):
        return surname and back and familiar not in _NOBODY
    return surname or back


def _is_surely_named(text: str, start: int, name: str) -> bool:
    """Say whether a guessed name is one: it comes back, or stands behind a post or at the beginning of a clause."""
    before = text[max(0, start - 4) : start]
    return text.count(name) >= 2 or not before or _POST.search(before) is not None


def read_doings(text: str, found: Sequence[Actor], known: Sequence[str] = ()) -> tuple[Doing, ...]:
    """Read a text clause by clause.

    Args:
        text: A story or a sentence.
        found: Its people and roles.
        known: How else people may be called there.
    """
    starts = {each.start for each in found}
    actors = list(found)
    for name in known:
        actors += [
            Actor(match.start(), match.end(), name)
            for match in re.finditer(re.escape(name), text)
            if match.start() not in starts
        ]
    actors.sort(key=lambda each: each.start)
    doings: list[Doing] = []
    carried = speaker = ""
    before: set[str] = set()
    now: set[str] = set()
    for clause in _clauses(text):
        start, end = clause
        own = [each for each in actors if start <= each.start < end and not _in_quote(text, each.start)]
        subject = _subject(text, start, own)
        quotes = tuple(
            re.sub(r"[“”「」，。！？、；：]", "", match.group())
            for match in _QUOTE.finditer(text)
            if start <= match.start() < end
        )
        rest = _without(text, start, end, own)
        who, explicit = _who(text, clause, subject, carried, now if len(now) == 1 else before | now)
        targets = tuple(each.text for each in own if each is not subject)
        doings.append(Doing(start, end, who, explicit, targets, frozenset(rest), quotes, speaker))
        carried = who
        now |= {each.text for each in own}
        if _SAYS.search(text[start:end]):
            speaker = who if explicit else ""
        if text[end : end + 1] in "。！？\n":
            before, now, speaker = now, set(), ""
    return tuple(doings)


def _who(text: str, clause: tuple[int, int], subject: Actor | None, carried: str, named: set[str]) -> tuple[str, bool]:
    """Return the doer of a clause and whether that is sure; 他 and 她 are sure where only one person was named."""
    start, end = clause
    pronoun = _PRONOUN.search(text, start, end)
    if pronoun and (subject is None or pronoun.start() < subject.start):
        return (next(iter(named)), True) if len(named) == 1 and pronoun["one"] else ("", False)
    if subject is not None:
        return subject.text, True
    return carried, False


def _clauses(text: str) -> list[tuple[int, int]]:
    """Return the spans of clauses; a quotation is never cut."""
    quotes = [match.span() for match in _QUOTE.finditer(text)]
    spans: list[tuple[int, int]] = []
    for match in _CLAUSE.finditer(text):
        start, end = match.span()
        inside = any(first < start < last for first, last in quotes)
        if inside and spans:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _in_quote(text: str, place: int) -> bool:
    return any(match.start() < place < match.end() for match in _QUOTE.finditer(text))


def _subject(text: str, start: int, own: Sequence[Actor]) -> Actor | None:
    """Return the doer of a clause: behind 被 or 由, else the first who is not somebody's target."""
    for actor in own:
        if _TURNED.search(text[start : actor.start]) and text[actor.start - 1 : actor.start] in "被由":
            return actor
    for actor in own:
        if not _TOWARDS.search(text[start : actor.start]) and not _OWNS.match(text, actor.end):
            return actor
    return None


def _without(text: str, start: int, end: int, own: Sequence[Actor]) -> set[str]:
    """Return the pairs of characters of a clause without its people and quotations."""
    chars = list(text[start:end])
    for actor in own:
        for at in range(actor.start - start, min(actor.end - start, len(chars))):
            chars[at] = " "
    for match in _QUOTE.finditer(text):
        for at in range(max(match.start(), start) - start, max(0, min(match.end(), end) - start)):
            if at < len(chars):
                chars[at] = " "
    for match in _RELATIVE.finditer("".join(chars)):
        chars[match.start() : match.end()] = " " * (match.end() - match.start())
    told = pairs_of_han("".join(chars).replace("她", "他"))
    return {pair for pair in told if not set(pair) <= _LIGHT}
