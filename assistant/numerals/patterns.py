r"""The patterns that the finder goes by, one branch for each nature of figure, compiled into one scanner.

All of them work on folded text (see `reading.fold`): half-width, simplified, one code point for one. They are linear:
runs are possessive, repetitions are bounded, and a branch is tried only at characters that it can begin with. The order
of `_branches` decides where two would match: listed words, codes and addresses, dates and times, shares in words,
ordinals, halves, and quantities last.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property, lru_cache

from assistant.numerals.exempt import (
    CODE,
    DATE,
    DAY_ALONE,
    DOCUMENT,
    HOTLINE,
    HOUSE,
    LABEL,
    LIST,
    PHONE,
    PLATE,
    SLOGAN,
    URL,
)
from assistant.numerals.lexicon import Lexicon
from assistant.numerals.runs import (
    BARE,
    FILLER,
    HUNDREDS,
    MIDDLE,
    NUMERALS,
    PREFIX,
    PREFIX_CLASS,
    RUN,
    SCALES,
    SEPARATOR,
    SEVERAL,
    SIGN,
    START,
    SUFFIX,
    either,
)


class Patterns:
    """The patterns of one lexicon, each compiled when it is first asked for: together they cost half a second."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Keep the lexicon and the source of its branches."""
        self._lexicon = lexicon
        self._numbers = "|".join(f"(?=[{firsts}])(?:{branch})" for firsts, branch in _branches(lexicon))

    @cached_property
    def scanner(self) -> re.Pattern[str]:
        """The pattern that finds the next thing of any kind."""
        words = self._lexicon.kind_of
        listed = f"(?P<listed>{trie(dict.fromkeys(words, ''))})"
        gate = "".join(sorted({re.escape(word[0]) for word in words}))
        gate += "".join(firsts for firsts, _ in _branches(self._lexicon))
        return re.compile(f"(?=[{gate}])(?:{listed}|{self._numbers})")

    @cached_property
    def numbers(self) -> re.Pattern[str]:
        """The same without listed words, for a listed word that turns out to be a number."""
        return re.compile(self._numbers)

    @cached_property
    def quantity(self) -> re.Pattern[str]:
        """The pattern of a quantity alone, for a day or a house that turns out to be a number."""
        return re.compile(_quantity(_units(self._lexicon)))

    @cached_property
    def time_tail(self) -> re.Pattern[str]:
        """The pattern of a number with a unit of time, for 20分 of 1小时20分."""
        return re.compile(f"零?(?P<run>(?={START}){RUN})(?P<unit>{_units(self._lexicon)}|分)")


def trie(words: Mapping[str, str]) -> str:
    """Return a pattern for the longest of many words, each with a guard that must hold behind it.

    The first characters are looked up in blocks, so that a character that begins no word costs little.
    """
    root: dict[str, dict[str, object]] = {}
    for word in words:
        node = root
        for char in word:
            node = node.setdefault(char, {})  # type: ignore[assignment]
        node[""] = {}
    firsts = sorted(root)
    blocks = [firsts[index : index + 24] for index in range(0, len(firsts), 24)]
    parts = []
    for block in blocks:
        inner = "|".join(re.escape(char) + _branch(root[char], char, words) for char in block)
        parts.append(f"(?=[{''.join(map(re.escape, block))}])(?:{inner})" if len(blocks) > 1 else inner)
    return "(?:" + "|".join(parts) + ")"


def _branch(node: dict[str, object], word: str, words: Mapping[str, str]) -> str:
    """Return the pattern of everything below a node of the tree."""
    ways = [
        re.escape(char) + _branch(below, word + char, words)  # type: ignore[arg-type]
        for char, below in sorted(node.items())
        if char
    ]
    if "" in node:
        ways.append(words[word])
    return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"


def _units(lexicon: Lexicon) -> str:
    unless = dict(lexicon.unless)
    guards = {}
    for written in lexicon.unit_of:
        guard = f"(?!{either(unless[written])})" if unless.get(written) else ""
        guards[written] = guard + ("(?![A-Za-z0-9])" if written[-1].isascii() and written[-1].isalpha() else "")
    return trie(guards)


# --- shares in words ------------------------------------------------------------------------------
FRACTION = (
    rf"(?P<fraction>(?P<prefix_f>{PREFIX}{FILLER})?(?P<sign_f>负)?(?P<whole_f>[{NUMERALS}{SCALES}]{{1,12}}+"
    rf"|[0-9]{{1,12}}+)分之(?P<minus_f>负)?"
    rf"(?:(?P<part_f>{RUN})(?P<middle_f>多|余|几)?(?:{SEPARATOR}(?:[百千]分之)?(?P<end_f>{RUN}))?|"
    rf"(?P<few_f>几十|几|百|佰))(?P<suffix_f>{SUFFIX}|(?(prefix_f)[大高小低]|(?!)))?)"
)
SLASHED = (
    rf"(?P<slashed>(?P<prefix_s>{PREFIX}{FILLER})?(?<![0-9./])(?P<part_s>[0-9]{{1,3}})/(?P<whole_s>[1-9][0-9]"
    rf"{{0,3}})(?![0-9/.]|[年月])(?P<suffix_s>{SUFFIX})?)"
)
RATIO = (
    r"(?P<ratio>(?<![0-9:.])(?P<first_r>[0-9]{1,4}(?:\.[0-9]{1,3})?)(?::|比)(?P<second_r>[0-9]{1,4}(?:\.[0-9]"
    r"{1,3})?)(?![0-9:.]|%|万))"
)
# 过半, 近半数, 一半以上, 半数.
SUPERLATIVE = (
    f"(?P<superlative>最(?:受欢迎|受关注|集中|活跃|频繁|密集|常见|突出|普遍|热门|年长|年轻|满意|及时|严重|积极"
    f"|[多少高低大小快慢长短早晚好差强忙贵])"
    f"(?!限度|程度|化|限|量|(?!一天|一周|一个?月){FILLER}{START}))"
)
# 所有 is a claim only where 都, 均, 全 follow in the clause.
ALL = "(?P<all>所有(?=[^，。；、！？\n]{1,14}[都均]))"
HALF = (
    r"(?P<half>(?P<more_h>超过一半|超过半数|超一半|超半数|过半数?(?![年月天小])|大半(?![年天个夜])|一大半|"
    r"(?:一半|半数)以上|(?<![通超])过半)"
    r"|(?P<near_h>(?:将近|接近|近)(?:一半|半数)|(?<![最附])近半(?![年月天个小]))"
    r"|(?P<less_h>(?:不足|不到|少于|低于)(?:一半|半数)|一小半)|(?P<even_h>(?:约|大约)?(?:一半|半数)(?:左右)?))"
)
PERCENT_WHOLE = "(?P<hundred>百分(?:之)?百)"
DISCOUNT = "(?P<discount>(?<=打)对折|(?<=打了)对折)"

# --- ordinals, multiples, frequencies -------------------------------------------------------------
DOUBLING = f"(?P<doubling>(?P<prefix_d>{PREFIX})?翻了?(?:(?P<run_d>{RUN})?(?P<some_d>几)?番|倍(?!增)))"


def _ordinal(unit: str) -> str:
    return rf"(?P<ordinal>第(?P<run_o>{RUN}|几(?=[{SCALES}]))(?P<unit_o>{unit})?)"


def _few(unit: str) -> str:
    """几个, 好几户: a vague word, though it looks like a number."""
    return f"(?P<few>(?:好几|几)(?P<unit_v>{unit}))"


def _frequency() -> str:
    """每月一次, 每季度公开1次, 每周至少两场."""
    verb = (
        "(?:至少|不少于|都|均|各|坚持|定期|固定|组织|开展|召开|举办|进行|公开|更新|公布|发布|公示|巡查|接待|走访"
        "|开|办|检查){0,3}"
    )
    return (
        rf"(?P<frequency>每(?:隔)?(?P<span_q>个?月|季度?|周|个?星期|年|天|日|半年|半个?月|两周|双周)"
        rf"(?P<verb_q>{verb})(?P<run_q>{RUN})(?P<unit_q>[次场期遍回轮趟])(?!性))"
    )


def _quantity(unit: str) -> str:
    """A number with everything around it: 近300余人次, 两到三万元, 630元/月/台, 50万元(含)以上, 一个半小时."""
    per = f"(?P<per>(?:/每?(?:{unit}|[月季班趟]))++)"
    unit_a, unit_b = (
        f"(?:(?P<half{x}>个半(?=月|小时|钟头|学期))?(?P<unit{x}>{unit})(?P<behind{x}>半(?![年数天夜径路价])钟?)?)"
        for x in "ab"
    )
    head = f"(?:(?={START})(?P<a>{RUN})|(?<![上下前后大一多])半(?P<unith>{unit})|{SEVERAL}|{HUNDREDS}|{BARE})"
    return (
        rf"(?P<quantity>(?P<prefix>{PREFIX}{FILLER})?(?P<currency>人民币|港币|美元|新台币|台币|RMB|[¥￥$])?"
        rf"(?P<sign>{SIGN})?{head}"
        rf"(?P<middle>{MIDDLE})?(?:{unit_a})?(?P<bracket>\(含\)|\(不含\))?"
        rf"(?:(?:{SEPARATOR}|(?P<between>[和与]))(?P<b>{RUN})(?P<middleb>{MIDDLE})?(?:{unit_b})?(?P<ends>之间"
        rf"|间(?![接隔断]))?)?"
        rf"(?:{per}|(?P<suffix>{SUFFIX}|(?<=[天日时钟月年周])内(?![部容外心涵科的])|[多余]"
        rf"(?![次个场种年项名位方元样人家条层户])|(?(prefix)(?:[大高小低长短]|[多少]"
        rf"(?![次个场种年项名位人家条层户]))|(?!))))?)"
    )


# What a branch can begin with; a branch is not tried elsewhere.
_LINES = " \t(①-⑳⑴-⒇❶-❿㈠-㈩第"
_NUMBER_FIRSTS = f"0-9{NUMERALS}十拾"
_PREFIX_FIRSTS = "".join(sorted({re.escape(word[0]) for word in PREFIX_CLASS}))


def _branches(lexicon: Lexicon) -> list[tuple[str, str]]:
    """Return the branches in order, each with the characters that it can begin with."""
    unit = _units(lexicon)
    return [
        ("A-Za-z0-9", URL),
        (r"〔\[(", DOCUMENT),
        ("编工单电手联热Q微身账帐卡邮票车证文档号户尾学", LABEL),
        ("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼", PLATE),
        (_LINES + _NUMBER_FIRSTS, LIST),
        (_NUMBER_FIRSTS + "第前后上下Q周星礼每早晚凌中傍清夜深当", DATE),
        (_NUMBER_FIRSTS + "GJCDMI", SLOGAN),
        ("0-9", f"{HOTLINE}|{PHONE}"),
        (_NUMBER_FIRSTS, f"{HOUSE}|{DAY_ALONE}"),
        ("A-Za-z0-9", CODE),
        ("最所", f"{SUPERLATIVE}|{ALL}"),
        ("对百", f"{DISCOUNT}|{PERCENT_WHOLE}"),
        (_NUMBER_FIRSTS + "百千万佰仟负" + _PREFIX_FIRSTS, FRACTION),
        ("0-9" + _PREFIX_FIRSTS, SLASHED),
        ("0-9", RATIO),
        ("超过大一半近将接不少低约", HALF),
        ("翻" + _PREFIX_FIRSTS, DOUBLING),
        ("每", _frequency()),
        ("好几", _few(unit)),
        ("第", _ordinal(unit)),
        (_NUMBER_FIRSTS + _PREFIX_FIRSTS + r"人港美新台R¥￥$负半几好数上百千万亿\-", _quantity(unit)),
    ]


@lru_cache(maxsize=8)
def compile_patterns(lexicon: Lexicon) -> Patterns:
    """Return the patterns for a lexicon; made once for each."""
    return Patterns(lexicon)
