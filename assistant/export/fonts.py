"""Which of the fonts that the layouts name are on this machine, and what stands in for those that are not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from assistant.data.values import Value

STAND_INS: dict[str, tuple[str, ...]] = {
    "方正小标宋简体": ("方正小标宋_GBK", "华文中宋", "宋体", "Noto Serif CJK SC"),
    "仿宋_GB2312": ("仿宋", "华文仿宋", "方正仿宋_GBK", "Noto Serif CJK SC"),
    "楷体_GB2312": ("楷体", "华文楷体", "方正楷体_GBK", "Noto Serif CJK SC"),
    "黑体": ("方正黑体_GBK", "华文黑体", "微软雅黑", "Noto Sans CJK SC"),
}
"""For each font, others of equal width (every one sets a Chinese character in a square), the nearest first."""
_FILES = {
    "simfang": "仿宋", "simhei": "黑体", "simkai": "楷体", "simsun": "宋体", "msyh": "微软雅黑",
    "stfangso": "华文仿宋", "stkaiti": "华文楷体", "stzhongs": "华文中宋", "stxihei": "华文黑体",
    "fzxbsjw": "方正小标宋简体", "fzxbsk": "方正小标宋_GBK", "fangsong_gb2312": "仿宋_GB2312",
    "simfang_gb2312": "仿宋_GB2312", "kaiti_gb2312": "楷体_GB2312", "simkai_gb2312": "楷体_GB2312",
    "pingfang": "苹方", "notosanscjk": "Noto Sans CJK SC", "notoserifcjk": "Noto Serif CJK SC",
    "sourcehansans": "Source Han Sans SC", "wqy": "文泉驿",
}  # fmt: skip


class StandIn(Value):
    """A font that a layout names and this machine lacks; `other` is what stands in, or empty when nothing does."""

    font: str
    other: str


def find_stand_ins(fonts: tuple[str, ...]) -> tuple[StandIn, ...]:
    """Return the fonts that are not on this machine with what stands in for each.

    The file names its fonts all the same, with the stand-ins as alternatives, so that it is right where they are.
    """
    installed = installed_fonts()
    missing = [each for each in fonts if each not in installed]
    return tuple(
        StandIn(font=each, other=next((other for other in STAND_INS.get(each, ()) if other in installed), ""))
        for each in missing
    )


def chart_font() -> str | None:
    """Return a font with Chinese glyphs that can draw a chart on this machine, or None."""
    installed = installed_fonts()
    return next((family for font, family in _DRAWING.items() if font in installed), None)


_DRAWING = {
    "微软雅黑": "Microsoft YaHei", "黑体": "SimHei", "苹方": "PingFang SC", "Noto Sans CJK SC": "Noto Sans CJK SC",
    "Source Han Sans SC": "Source Han Sans SC", "文泉驿": "WenQuanYi Zen Hei", "宋体": "SimSun", "仿宋": "FangSong",
    "Noto Serif CJK SC": "Noto Serif CJK SC",
}  # fmt: skip


@cache
def installed_fonts() -> frozenset[str]:
    """Return the Chinese font families of this machine, by the files that lie in its font folders."""
    found: set[str] = set()
    for folder in _folders():
        for path in folder.rglob("*") if folder.is_dir() else ():
            stem = path.stem.lower().replace("-", "").replace(" ", "")
            found |= {name for start, name in _FILES.items() if stem.startswith(start)}
            if path.suffix.lower() in (".ttf", ".otf", ".ttc"):
                found |= {font for font in STAND_INS if path.stem == font}
    return frozenset(found | _listed())


def _folders() -> list[Path]:
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", "")
        own = [Path(local) / "Microsoft" / "Windows" / "Fonts"] if local else []
        return [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts", *own]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), Path.home() / "Library" / "Fonts"]
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local" / "share" / "fonts"]


def _listed() -> set[str]:
    """Ask fontconfig, where there is one, for families by their Chinese names."""
    program = shutil.which("fc-list")
    if program is None:
        return set()
    try:
        out = subprocess.run([program, ":lang=zh", "family"], capture_output=True, timeout=10, check=False).stdout  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return set()
    families = {name.strip() for line in out.decode("utf-8", "replace").splitlines() for name in line.split(",")}
    return families & {name for font, others in STAND_INS.items() for name in (font, *others)}
