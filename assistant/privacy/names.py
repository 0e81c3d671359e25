"""The people whom the registers name, by role: what the name columns hold, read with care.

A name column holds more than names (匿名, 3号楼住户, 卫生清洁队, 王阿姨、李大爷): `names_in_cell` takes the names out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal, Self

from assistant.data.values import Value
from assistant.privacy.surnames import COMPOUND_SURNAMES, KIN_TITLES, NOBODY, ORGANISATION, POST_TITLES, SURNAMES

Role = Literal["resident", "volunteer", "other"]
_APART = re.compile(r"[、,，;；/／\\|+＋&\n\t]+|\s{2,}")
_BRACKETS = re.compile(r"[（(\[【][^）)\]】]*[）)\]】]")
_BLANK = re.compile(r"[\s\u200b\u200c\u200d\ufeff\u3000]+")
_HAN_NAME = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,8}[·・•][\u3400-\u9fff]{1,10}")
_TITLES = tuple(sorted((*KIN_TITLES, *POST_TITLES), key=len, reverse=True))
_COMMUNITY_TAIL = re.compile(r"(?:社区|小区|家园|新村|花园)?(?:居民)?(?:自治委员会|居民委员会|居委会|社区)?$")


class Person(Value):
    """One person of the registers.

    Attributes:
        name: Full name as written, without blanks.
        roles: Every role in which the registers name this person (or someone of the same name).
        gender: `男`, `女` or empty; makes 女士 and 先生 possible.
    """

    name: str
    roles: tuple[Role, ...]
    gender: Literal["男", "女", ""] = ""

    @property
    def role(self) -> Role:
        """The role that decides how readers see the name: a volunteer who also reported something stays a volunteer."""
        for role in ("volunteer", "other"):
            if role in self.roles:
                return role
        return "resident"

    @property
    def surname(self) -> str:
        """The surname, of one or two characters."""
        return surname_of(self.name)


class NameBook(Value):
    """Everybody whom the registers name, and what the community is called."""

    people: tuple[Person, ...] = ()
    communities: tuple[str, ...] = ()

    @classmethod
    def build(
        cls,
        *,
        residents: Iterable[str] = (),
        volunteers: Iterable[str] = (),
        others: Iterable[str] = (),
        communities: Iterable[str] = (),
        genders: Mapping[str, str] | None = None,
    ) -> Self:
        """Collect names from the cells of name columns.

        Args:
            residents: Cells of columns that name residents (反映人, 当事人, 服务对象).
            volunteers: Cells of columns that name volunteers.
            others: Cells that name people in a post (责任人, 调解人, 管理人).
            communities: What the community is called, in any form.
            genders: Full name → 男 or 女, where a register says so.
        """
        roles: dict[str, list[Role]] = {}
        sources: tuple[tuple[Role, Iterable[str]], ...] = (
            ("resident", residents), ("volunteer", volunteers), ("other", others),
        )  # fmt: skip
        for role, cells in sources:
            for cell in cells:
                for name in names_in_cell(cell):
                    if role not in roles.setdefault(name, []):
                        roles[name].append(role)
        people = tuple(
            Person(name=name, roles=tuple(held), gender=_gender((genders or {}).get(name, "")))
            for name, held in sorted(roles.items())
        )
        return cls(people=people, communities=tuple(dict.fromkeys(_community_forms(communities))))

    def person(self, name: str) -> Person | None:
        """Return the person of that full name, or None."""
        return next((each for each in self.people if each.name == name), None)


def names_in_cell(cell: str) -> tuple[str, ...]:
    """Take the full names out of a cell of a name column; forms such as 王阿姨 and groups such as 巡逻队 are none."""
    found: list[str] = []
    for part in _APART.split(_BRACKETS.sub("、", cell)):
        bare = _BLANK.sub("", part)
        pieces = [bare] if len(bare) <= 4 or "·" in bare else _BLANK.split(part.strip())
        found += [name for piece in pieces if (name := _full_name(_BLANK.sub("", piece)))]
    return tuple(dict.fromkeys(found))


def surname_of(name: str) -> str:
    """Return the surname of a full name."""
    return name[:2] if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else name[:1]


def _full_name(text: str) -> str | None:
    """Return the full name that a piece of a cell is, without a title behind it; None for anything else."""
    for title in _TITLES:
        if text.endswith(title) and len(text) > len(title):
            text = text.removesuffix(title)
            break
    if not _HAN_NAME.fullmatch(text) or text in NOBODY or "某" in text:
        return None
    surname = surname_of(text)
    if len(text) == len(surname) or (len(text) == 2 and text[0] in "老小" and text[1] in SURNAMES):
        return None
    if any(word in text[1:] for word in ORGANISATION) and not (len(text) == 3 and surname in SURNAMES):
        return None
    if text.endswith(("队", "组", "会", "部", "处", "局", "店", "办")) and len(text) != 3:
        return None
    return text


def _gender(word: str) -> Literal["男", "女", ""]:
    """Read a cell of a 性别 column."""
    return "男" if "男" in word else "女" if "女" in word else ""


def _community_forms(names: Iterable[str]) -> Iterable[str]:
    """Yield each name and its distinctive stem (青槐里社区居委会 → 青槐里社区, 青槐里)."""
    for name in names:
        bare = _BLANK.sub("", name)
        if len(bare) < 2:
            continue
        yield bare
        stem = _COMMUNITY_TAIL.sub("", bare)
        for form in (stem, stem + "社区"):
            if len(stem) >= 3 and form in bare:
                yield form
