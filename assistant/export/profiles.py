"""How a report looks: the layout of official documents, and a warmer one for residents.

Measures of `OFFICE` follow GB/T 9704-2012 (党政机关公文格式): A4, margins 37/35/28/26 mm, 仿宋 of size 三号 (16 pt)
on 22 lines of 28.95 pt with 28 characters, a title in 小标宋 of size 二号 (22 pt), headings 一、 in 黑体, （一） in
楷体, 1. and （1） in 仿宋, page numbers as — 1 — in 四号 (14 pt).
"""

from __future__ import annotations

from typing import Literal

from assistant.data.values import Value
from assistant.errors import UsageError

LATIN_FONT = "Times New Roman"


class Profile(Value):
    """A layout.

    Attributes:
        margins: Top, bottom, left, right in mm.
        heading_fonts: For the levels 一、, （一）, 1., （1）.
        colour: Of title and headings, as RGB.
        toc: Whether a table of contents opens a long report.
        key_table: Whether key figures are set in a table.
        charts: How many charts at most.
        photos: Whether places for photos are kept.
    """

    id: Literal["office", "residents", "paper"]
    name: str
    margins: tuple[float, float, float, float]
    title_font: str
    title_size: float
    body_font: str
    body_size: float
    line: float
    heading_fonts: tuple[str, str, str, str]
    heading_size: float
    colour: str = "000000"
    toc: bool = False
    key_table: bool = False
    charts: int = 0
    photos: bool = False
    numbered_figures: bool = False

    @property
    def fonts(self) -> tuple[str, ...]:
        """All fonts that it names."""
        return tuple(dict.fromkeys((self.title_font, self.body_font, *self.heading_fonts)))


OFFICE = Profile(
    id="office",
    name="公文版式",
    margins=(37, 35, 28, 26),
    title_font="方正小标宋简体",
    title_size=22,
    body_font="仿宋_GB2312",
    body_size=16,
    line=28.95,
    heading_fonts=("黑体", "楷体_GB2312", "仿宋_GB2312", "仿宋_GB2312"),
    heading_size=16,
    toc=True,
    key_table=True,
    charts=4,
)
RESIDENTS = Profile(
    id="residents",
    name="居民版式",
    margins=(18, 16, 24, 24),
    title_font="黑体",
    title_size=20,
    body_font="楷体_GB2312",
    body_size=12,
    line=19.5,
    heading_fonts=("黑体", "黑体", "楷体_GB2312", "楷体_GB2312"),
    heading_size=13,
    colour="9C4A1A",
    charts=2,
    photos=True,
)
PAPER = OFFICE.model_copy(
    update={"id": "paper", "name": "纸上核对", "toc": False, "key_table": False, "charts": 0, "numbered_figures": True}
)
PROFILES: dict[str, Profile] = {each.id: each for each in (OFFICE, RESIDENTS, PAPER)}
_NAMES = {"公文": "office", "街道": "office", "居民": "residents", "纸质": "paper", "依据表": "paper"}


def find_profile(name: str) -> Profile:
    """Return a layout by id or Chinese name.

    Raises:
        UsageError: When there is none.
    """
    found = PROFILES.get(_NAMES.get(name, name))
    if found is None:
        raise UsageError(f"没有叫“{name}”的版式", hint="可写 office（公文）、residents（居民）、paper（纸上核对）")
    return found
