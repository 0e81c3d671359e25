"""How readers see people and doors: the author's naming policy for every file that leaves.

Three ways for a name: `real` 实名, `surname` 姓氏加称呼 (王阿姨, 李某, 张女士), `hidden` 某居民 or 某某. Volunteers and
people in a post are named by default, residents are not. Phones, ID numbers, plates, cards, mail and WeChat ids are
masked under every policy; of a door only the building is kept unless the author chose otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.data.values import Value
from assistant.privacy.finding import Mention, find_mentions
from assistant.privacy.marks import MARKS
from assistant.privacy.names import NameBook, Role, surname_of
from assistant.privacy.surnames import KIN_TITLES, POST_TITLES, PREFIXES, ROLE_WORDS

Naming = Literal["real", "surname", "hidden"]
_MASKS = {"phone": "****", "id": "****", "card": "****", "plate": "****", "mail": "****", "wechat": "****"}
_SHARP = re.compile(r"号?[#＃]楼?$")
_HOUSEHOLD_WORDS = ("住户", "业主", "租户", "居民", "户", "家")


class NamingPolicy(Value):
    """What the author chose for readers.

    Attributes:
        residents: How residents and people unknown to the registers appear.
        volunteers: How volunteers appear.
        others: How people in a post appear (mediators, staff).
        doors: `building` keeps 3号楼 of 3号楼502室; `keep` leaves doors as they are.
    """

    residents: Naming = "surname"
    volunteers: Naming = "real"
    others: Naming = "real"
    doors: Literal["building", "keep"] = "building"

    def of(self, role: Role) -> Naming:
        """Return how people of that role appear."""
        return {"resident": self.residents, "volunteer": self.volunteers, "other": self.others}[role]


@dataclass(frozen=True, slots=True)
class Renaming:
    """One replacement: `text[start:end]` becomes `shown`."""

    start: int
    end: int
    shown: str


class NamedMention(Value):
    """Somebody whom readers of the text can tell: the preview before a file leaves.

    Attributes:
        text: As it stands in the text (王桂英, 3号楼502室).
        kind: `name`, `form`, `guess`, `phone`, `door`, ….
        role: Role of the person, or None for forms and marks.
        count: How often it occurs.
        doubtful: True when it may be an ordinary word or a name that was only guessed.
    """

    text: str
    kind: str
    role: Role | None = None
    count: int = 1
    doubtful: bool = False


def public_text(text: str, names: NameBook, policy: Naming | NamingPolicy = "surname") -> str:
    """Write the text as readers may see it.

    Args:
        text: A report, a sentence or a cell.
        names: The people of the registers.
        policy: A word for residents (volunteers and people in a post stay named), or the whole policy.
    """
    parts: list[str] = []
    done = 0
    for renaming in plan_renaming(text, names, policy):
        parts += [text[done : renaming.start], renaming.shown]
        done = renaming.end
    return "".join([*parts, text[done:]])


def plan_renaming(text: str, names: NameBook, policy: Naming | NamingPolicy = "surname") -> tuple[Renaming, ...]:
    """Return the replacements that `public_text` makes, in order, for callers that must move spans along."""
    chosen = policy if isinstance(policy, NamingPolicy) else NamingPolicy(residents=policy)
    planned: list[Renaming] = []
    for mention in find_mentions(text, names):
        shown = _shown(text, mention, chosen)
        if shown != mention.text:
            planned.append(Renaming(mention.start, mention.end, shown))
    return tuple(planned)


def readable_names(text: str, names: NameBook) -> tuple[NamedMention, ...]:
    """List who and what can be told from the text as it stands, in order of first occurrence."""
    listed: dict[tuple[str, str], NamedMention] = {}
    sure = {(each.start, each.end) for each in find_mentions(text, names)}
    for mention in find_mentions(text, names, guess=True, strict=False):
        if mention.kind == "community":
            continue
        key = (mention.kind, mention.key)
        known = listed.get(key)
        doubtful = mention.kind == "guess" or (mention.start, mention.end) not in sure
        listed[key] = NamedMention(
            text=mention.text if known is None else known.text,
            kind=mention.kind,
            role=mention.person.role if mention.person else None,
            count=1 if known is None else known.count + 1,
            doubtful=doubtful and (known is None or known.doubtful),
        )
    return tuple(listed.values())


def _shown(text: str, mention: Mention, policy: NamingPolicy) -> str:
    """Return what readers see instead of a mention."""
    if mention.kind in _MASKS:
        return _MASKS[mention.kind]
    if mention.kind == "door":
        return mention.text if policy.doors == "keep" else _building_only(text, mention)
    if mention.kind == "community":
        return mention.text
    naming = policy.of(mention.person.role) if mention.person else policy.residents
    if naming == "real":
        return mention.text
    if mention.kind == "form":
        return mention.text if naming == "surname" else _hidden_form(text, mention)
    if naming == "surname":
        return _surname_and_title(mention)
    return _hidden(text, mention)


def _surname_and_title(mention: Mention) -> str:
    """王桂英阿姨 → 王阿姨, 王桂英 → 王女士 or 王某."""
    surname = surname_of(mention.key)
    if mention.title:
        return surname + mention.title
    gender = mention.person.gender if mention.person else ""
    return surname + {"女": "女士", "男": "先生", "": "某"}[gender]


def _hidden(text: str, mention: Mention) -> str:
    """王桂英 → 某居民, or 某某 behind a word that already says who it is (居民王桂英 → 居民某某)."""
    if mention.title in POST_TITLES:
        return f"某{mention.title}"
    return "某某" if text[: mention.start].endswith(ROLE_WORDS) else "某居民"


def _hidden_form(text: str, mention: Mention) -> str:
    """王阿姨 → 某居民, 陈主任 → 某主任, 老赵 → 某居民."""
    if mention.title in POST_TITLES or mention.title in ("师傅", "师父"):
        return f"某{mention.title}"
    if mention.title in KIN_TITLES or mention.title in PREFIXES or "某" in mention.title:
        return _hidden(text, Mention(mention.start, mention.end, mention.text, "name", mention.key))
    return "某居民"


def _building_only(text: str, mention: Mention) -> str:
    """3号楼2单元502室 → 3号楼某户; 502住户 → 某住户; 3号楼502室住户 → 3号楼某住户."""
    match = MARKS.search(text, mention.start, mention.end + 3)
    building = ""
    if match and match.start() == mention.start:
        building = match["building"] or match["loose"] or (f"{match['dashed']}号楼" if match["dashed"] else "")
    if building and building[-1] == "号":
        building += "楼"
    building = _SHARP.sub("号楼", building)
    household = text.startswith(_HOUSEHOLD_WORDS, mention.end)
    return f"{building}某" if household else f"{building}某户"
