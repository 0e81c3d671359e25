"""The parts of a written number and of the words around it, as patterns over folded text.

A run is what may stand for one number (12.5万, 三百一十二, 3万4000); whether it is one is decided by reading it. Runs
are possessive, so that no text makes them slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# --- characters -----------------------------------------------------------------------------------------------------
DIGIT_WORDS = "零一二三四五六七八九"
CAPITALS = "壹贰叁肆伍陆柒捌玖"
SCALES = "十百千万亿拾佰仟"
NUMERALS = f"{DIGIT_WORDS}两俩仨廿卅{CAPITALS}"

# --- one written number -----------------------------------------------------------------------------------------------
# 1,200 and 1，200 in groups of three, or plain digits; then decimals.
ARABIC = r"(?:[0-9]{1,3}(?:[,，][0-9]{3})++(?![0-9])|[0-9]++)(?:\.[0-9]++)?+"
# A Chinese numeral character; 百 of 百分之 and 千 of 千瓦 belong to what follows.
WORD = f"(?:[{NUMERALS}十万亿拾佰仟]|百(?!分[点之比百位])|千(?![瓦克卡伏帕]))"
# 个 of 两个亿, a spoken scale.
SPOKEN_SCALE = r"个(?=亿|万(?![达科家象里物]))"
# What may follow a first piece: scale after digits (25万), digits after a scale (3万4000), 点 with
# its decimals and scale.
PIECE = (
    f"(?<=[0-9])(?:[十万亿拾佰仟]|百(?!分[点之比])|千(?![瓦克卡伏帕米]))(?:{WORD})*+"
    f"|(?<=[{SCALES}零]){ARABIC}"
    f"|点[{DIGIT_WORDS}{CAPITALS}0-9]++[{SCALES}]*+"
    f"|{SPOKEN_SCALE}"
    f"|(?<=个)[万亿]++"
    r"|(?<=[0-9])[kKw](?![A-Za-z0-9]|[屏高超视分电显])"
)
RUN = f"(?:{ARABIC}|{WORD}++)(?:{PIECE})*+"
# What a number can begin with, for looking ahead.
START = f"(?!零[0-9])[0-9{NUMERALS}十拾]"

# --- words around a number --------------------------------------------------------------------------------------------
ABOVE = (
    "超过了",
    "超过",
    "超出",
    "超",
    "突破了",
    "突破",
    "逾",
    "多于",
    "大于",
    "高于",
    "不止",
    "不下于",
    "不下",
    "过",
    ">",
    "＞",
    "破",
)
ABOVE_OR_EQUAL: tuple[str, ...] = (
    "大于或者等于",
    "大于或等于",
    "大于等于",
    "不少于",
    "不低于",
    "不小于",
    "不短于",
    "至少",
    "起码",
    "最少",
    ">=",
    "≥",
    "> =",
)
BELOW = ("不足", "不到", "未到", "不满", "未满", "不及", "低于", "少于", "小于", "<", "短于")
BELOW_OR_EQUAL = (
    "小于或者等于",
    "小于或等于",
    "小于等于",
    "不超过",
    "未超过",
    "不多于",
    "不大于",
    "不高于",
    "至多",
    "最多",
    "顶多",
    "<=",
    "≤",
    "< =",
)
ABOUT = ("大约", "约为", "约", "大概", "大致", "差不多", "估计约", "估算约")
NEAR = ("将近", "接近", "近", "快到")
PREFIX_CLASS: dict[str, str] = {
    **dict.fromkeys(ABOVE, "above"),
    **dict.fromkeys(ABOVE_OR_EQUAL, "at_least"),
    **dict.fromkeys(BELOW, "below"),
    **dict.fromkeys(BELOW_OR_EQUAL, "at_most"),
    **dict.fromkeys(ABOUT, "about"),
    **dict.fromkeys(NEAR, "near"),
    "比": "than",
}
# Single characters that end or begin other words: 节约, 附近, 通过, 高超, 打破.
_PREFIX_GUARDS = {
    "约": "(?<![节契预合公条简制履违签规特爽失])",
    "近": "(?<![附最邻靠临远亲])",
    "过": "(?<![通经走超不越透度路错见跨渡太难转写说办开来去做问查用花收有讲听看受到住修])",
    "超": "(?<!高)",
    "破": "(?<![打突侦爆])",
    "比": f"(?<![对相占环同{DIGIT_WORDS}0-9])",
}
SUFFIX_CLASS: dict[str, str] = {
    **dict.fromkeys(
        ("以上", "之上", "或更多", "及以上", "或以上", "或者以上", "或者更多", "开外", "含以上", "起步"), "at_least"
    ),
    **dict.fromkeys(("以下", "以内", "之内", "之下", "及以下", "或以下", "或者以下", "封顶"), "at_most"),
    **dict.fromkeys(("左右", "上下"), "about"),
    "出头": "over",
    "之多": "exact",
    "内": "at_most",
    "多": "over",
    "余": "over",
}
COMPARING = {**dict.fromkeys("大高多长", "above"), **dict.fromkeys("小低少短", "below")}
"""What closes 比…: 比300多, 比170低."""
_SUFFIX_WORDS: tuple[str, ...] = (
    "以上",
    "之上",
    "或更多",
    "或者更多",
    "及以上",
    "或以上",
    "或者以上",
    "开外",
    "起步",
    "以下",
    "以内",
    "之内",
    "之下",
)
_SUFFIX_WORDS += ("及以下", "或以下", "或者以下", "封顶", "左右", "之多", "出头")


def either(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


PREFIX = "(?:" + "|".join(
    _PREFIX_GUARDS.get(word, "") + re.escape(word) for word in sorted(PREFIX_CLASS, key=len, reverse=True)
)
PREFIX = f"(?=[{''.join(sorted({word[0] for word in PREFIX_CLASS}))}]){PREFIX})"
# Fillers between the prefix and its number: 至少有10, 最多为5, 大于 100.
FILLER = "(?:有|为|是|达|到了|到|在)?"
SUFFIX = rf"(?:\(含\)|\(不含\))?(?:{either(_SUFFIX_WORDS)}|上下(?![楼水班联级游来]))"
SIGN = f"(?=[-负零])(?:负|零下|(?<![0-9A-Za-z%)\u4e00-\u9fff])-|(?<=[了为是至达到降跌低高])-)(?=[0-9{NUMERALS}十百])"
SEPARATOR = r"(?:-{1,2}|—{1,2}|–{1,2}|~{1,2}|至|到)"

# --- numbers that are not quite written -----------------------------------------------------------
# 几十, 好几百, 数千; the 数 of 人数, 户数 does not count.
SEVERAL = (
    f"(?:好几|几|(?<![人户总次个件复多少分字点参计基倍岁度指系函整单双票天例半台套条项无])数)"
    f"(?P<several>[{SCALES}]++)(?!分[之点])"
)
# 上百, 上千; not 以上百分之.
HUNDREDS = "(?<![以之晚早网线身地路楼车])上(?P<hundreds>[百千万亿]++)(?!分[之点])"
# 百 and 千 alone count only with a word that makes them a number: 近百, 千余, 万多.
BARE = "(?P<bare>(?(prefix)[百千万亿]{1,4}+(?!分[之点]|姓|家)|[百千万亿]{1,4}+(?=[余多](?!年来|户籍))))"
_MIDDLE = (
    f"(?:余|多|(?<=[十百千拾佰仟0])来(?![自到源信电访往回])|(?<=[十百千拾佰仟0])几)(?:[{SCALES}](?!分[之点]"
    f"|[瓦克卡]))*+"
)
MIDDLE = f"{_MIDDLE}(?:{_MIDDLE})?"


MONEY_TAIL = re.compile(
    f"(?:(?P<jiao>[{DIGIT_WORDS}两{CAPITALS}0-9])[角毛])?(?:零?(?P<fen>[{DIGIT_WORDS}两{CAPITALS}0-9])分)?(?:钱|整|正)?"
)
"""角 and 分 behind 元: 123元1角1分, 十块三毛."""
MONEY_SHORT = re.compile(f"(?P<jiao>[{DIGIT_WORDS[1:]}])(?![{NUMERALS}{SCALES}0-9a-zA-Z]|[\u4e00-\u9fff])")
"""The single digit of 三块五."""
SMALLER_TIMES = {"小时": "分钟", "分钟": "秒", "天": "小时", "年": "个月", "个月": "天"}
SMALLER_WORTH = {"小时": 60, "分钟": 60, "天": 24, "年": 12, "个月": 30}
