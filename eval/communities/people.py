"""Invented residents' names, drawn without repeats."""

from __future__ import annotations

from eval.communities.model import Chance

SURNAMES = "田邱卢孟谭庄施严柯岑褚桑温翟闵路祝童骆裘季穆翁冷尚柏"
GIVEN = (
    "春兰",
    "建民",
    "志强",
    "玉珍",
    "国庆",
    "小敏",
    "桂英",
    "文斌",
    "海燕",
    "丽华",
    "永福",
    "秀琴",
    "金水",
    "雅静",
    "德明",
    "素云",
    "立新",
    "凤霞",
    "晓峰",
    "淑芬",
    "振华",
    "美玲",
    "根宝",
    "阿秀",
    "启明",
    "冬梅",
    "伟东",
    "爱莲",
    "长顺",
    "佩芳",
)


def invent_names(chance: Chance, count: int) -> list[str]:
    """Return `count` different names."""
    names = [surname + given for surname in SURNAMES for given in GIVEN]
    chance.shuffle(names)
    return names[:count]
