r"""The patterns of written numbers, composed from named parts.

All of them work on folded text (see `reading.fold`): half-width, simplified, one code point for one. They are linear:
runs are possessive, repetitions of runs are bounded, and no part can match the same characters in two ways.

The scanner tries, at every character that can begin anything (`gate`), the branches in this order: listed words, codes and
addresses, dates and times, fractions and percentages in words, ordinals, halves, quantities. Inside a branch named groups
carry the parts. A group name ending in `_` plus the branch's letter belongs to that branch alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from assistant.numerals.lexicon import Lexicon

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
# What may follow a first piece: scale after digits (25万), digits after a scale (3万4000), 点 with its decimals and scale.
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
    "过": "(?<![通经走超不越透度路错见跨渡太难转])",
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


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


PREFIX = "(?:" + "|".join(
    _PREFIX_GUARDS.get(word, "") + re.escape(word) for word in sorted(PREFIX_CLASS, key=len, reverse=True)
)
PREFIX = f"(?=[{''.join(sorted({word[0] for word in PREFIX_CLASS}))}]){PREFIX})"
# Fillers between the prefix and its number: 至少有10, 最多为5, 大于 100.
FILLER = "(?:有|为|是|达|到了|到|在)?"
SUFFIX = rf"(?:\(含\)|\(不含\))?(?:{_either(_SUFFIX_WORDS)}|上下(?![楼水班联级游来]))"
SIGN = f"(?=[-负零])(?:负|零下|(?<![0-9A-Za-z%)\u4e00-\u9fff])-|(?<=[了为是至达到降跌低高])-)(?=[0-9{NUMERALS}十百])"
SEPARATOR = r"(?:-{1,2}|—{1,2}|–{1,2}|~{1,2}|至|到)"

# --- numbers that are not quite written ---------------------------------------------------------------------------------
# 几十, 好几百, 数千; the 数 of 人数, 户数 does not count.
SEVERAL = f"(?:好几|几|(?<![人户总次个件复多少分字点参计基倍岁度指系函整单双票天例半台套条项无])数)(?P<several>[{SCALES}]++)(?!分[之点])"
# 上百, 上千; not 以上百分之.
HUNDREDS = "(?<![以之晚早网线身地路楼车])上(?P<hundreds>[百千万亿]++)(?!分[之点])"
# 百 and 千 alone count only with a word that makes them a number: 近百, 千余, 万多.
BARE = f"(?P<bare>(?(prefix)[百千万亿]{{1,4}}+(?!分[之点]|姓|家)|[百千万亿]{{1,4}}+(?=[余多](?!年来|户籍))))"
_MIDDLE = f"(?:余|多|(?<=[十百千拾佰仟0])来(?![自到源信电访往回])|(?<=[十百千拾佰仟0])几)(?:[{SCALES}](?!分[之点]|[瓦克卡]))*+"
MIDDLE = f"{_MIDDLE}(?:{_MIDDLE})?"


MONEY_TAIL = re.compile(
    f"(?:(?P<jiao>[{DIGIT_WORDS}两{CAPITALS}0-9])[角毛])?(?:零?(?P<fen>[{DIGIT_WORDS}两{CAPITALS}0-9])分)?(?:钱|整|正)?"
)
"""角 and 分 behind 元: 123元1角1分, 十块三毛."""
MONEY_SHORT = re.compile(f"(?P<jiao>[{DIGIT_WORDS[1:]}])(?![{NUMERALS}{SCALES}0-9a-zA-Z]|[\u4e00-\u9fff])")
"""The single digit of 三块五."""
SMALLER_TIMES = {"小时": "分钟", "分钟": "秒", "天": "小时", "年": "个月", "个月": "天"}
SMALLER_WORTH = {"小时": 60, "分钟": 60, "天": 24, "年": 12, "个月": 30}


class Patterns(NamedTuple):
    """The compiled patterns of one lexicon.

    Attributes:
        scanner: Finds the next thing of any kind.
        numbers: The same without listed words, for a listed word that turns out to be a number.
        quantity: A quantity alone, for a day or a house that turns out to be a number.
        time_tail: A number with a unit of time, for 20分 of 1小时20分.
    """

    scanner: re.Pattern[str]
    numbers: re.Pattern[str]
    quantity: re.Pattern[str]
    time_tail: re.Pattern[str]


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
        guard = f"(?!{_either(unless[written])})" if unless.get(written) else ""
        guards[written] = guard + ("(?![A-Za-z0-9])" if written[-1].isascii() and written[-1].isalpha() else "")
    return trie(guards)


# --- codes and addresses: no statistics ---------------------------------------------------------------------------------
URL = r"(?P<url>(?:https?|ftp)://[!-~]++|www\.[!-~]++|[A-Za-z0-9_.+-]{1,64}+@[A-Za-z0-9.-]+)"
# 〔2024〕5号, with its brackets.
DOCUMENT = r"(?P<document>[〔\[(](?:19|20)\d\d[〕\])]第?\d{1,4}(?:-\d{1,4})?号?)"
# 编号：2024001, 电话 87654321; the label is not part of the code.
LABEL = (
    "(?:编号|工单号|单号|电话|手机号?|联系方式|热线|QQ|微信号|身份证号?|账号|帐号|卡号|工号|邮编|票号|车牌号?|证号|文号|档案号|号码|户号|尾号|学号)"
    r"(?:码)?[为是:： ]{0,3}(?P<labelled>(?=[A-Za-z*-]*[0-9])[0-9A-Za-z*-]{4,})(?![0-9.,%件个项条次人户元万])"
)
HOTLINE = (
    r"(?P<hotline>(?<![0-9.,，])(?:12345|12315|12319|12348|12329|12333|12369|12328|12318|12388|12350|12317|12320|12331|12366|12358|9[56]\d{3})"
    r"(?![0-9.,，%万件个项条次人户元])(?:热线)?"
    r"|(?<![0-9.])(?:110|119|120|122|114|999)(?=报警|指挥|平台|电话|急救|火警|出警|接警|民警|联动|热线|救护))"
)
PHONE = (
    r"(?P<phone>(?<![0-9A-Za-z.])(?:1[3-9]\d[- ]?\d{4}[- ]?\d{4}|1[3-9]\d\*{4}\d{4}|0\d{2,3}-\d{7,8}(?:-\d{1,5})?|400-?\d{3}-?\d{4}"
    r"|\d{6}\*{6,8}[\dXx]{4}|\d{17}[\dXx]|\d{16,19}|\d{3,4}\*{3,}\d{2,4})(?![0-9.元万亿]))"
)
PLATE = r"(?P<plate>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·•.]?(?=[A-Z]{0,2}\d)[A-Z0-9]{5,6}(?![A-Za-z0-9]))"
_SMALL = f"(?:[0-9]{{1,4}}[A-Za-z]?|[{DIGIT_WORDS}十]{{1,4}})"
_HOUSE_SURE = "号楼|号院|号地块|号线|号门|号店|号梯|号机|号桩|号井|号泵|号(?!召)|单元(?!格)|室(?![内外])|户型|弄|巷|区(?![别域间分])|期(?=工程|项目|改造|建设|续建)|年级|路(?=公交|车)"
_HOUSE_MAYBE = "栋|幢|座(?!位|谈)|楼(?!栋|道|梯|宇)"
# 3号楼2单元, 1、2、3栋, 3栋12D户型, 裙楼一楼二楼.
HOUSE = (
    rf"(?P<house>(?<![0-9.])(?:{_SMALL}[、和及与至到~—–-]){{0,8}}+{_SMALL}(?:{_HOUSE_SURE}|(?P<maybe>{_HOUSE_MAYBE}))"
    rf"(?:-?{_SMALL}(?:{_HOUSE_SURE}|{_HOUSE_MAYBE}|层|门(?![口禁卫])))*+(?:(?:(?<=单元)|(?<=号楼)|(?<=门))-?[0-9]{{3,4}}(?![0-9.,%个户人件项条名次元万多余年]))?)"
)
LATIN_UNIT = "(?:[kKw]|kg|km|cm|mm|m[23²³]?|ml|g|L|h|min|s|t|W|kW|V|kWh|MB|GB|Hz)(?![A-Za-z0-9])"
# N222, PM2.5, V2.0, WT-2024-001; 3C, 12D, 5G, 20XX; 3-2-502, 1.2.3, 001.
CODE = (
    r"(?P<latin>(?<![A-Za-z0-9])(?!RMB)[A-Za-z]++(?:[-_.·/#]?[A-Za-z0-9]++)*+)"
    rf"|(?P<code>(?<![0-9.,])(?:[0-9]++(?:\.[0-9]++)?(?!{LATIN_UNIT})[A-Za-z][A-Za-z0-9-]*+"
    r"|[0-9]++(?:-[0-9]++){2,}+|[0-9]++-0[0-9]++|[0-9]++(?:\.[0-9]++){2,}+|0[0-9]++(?![0-9.,，%])|[0-9]{1,3}#))"
)
# Slogans and services that are built rather than listed: 24小时值守, 15分钟生活圈, 一户一策, 十九届四中全会.
SLOGAN = (
    r"(?P<slogan>7[×xX*]24(?:小时)?|(?<![0-9])24小时(?=值班|值守|不间断|不打烊|开放|服务|待命|在线|全天|巡|热线|轮|监控|看护|在岗)"
    rf"|(?:[0-9]{{1,2}}|[{DIGIT_WORDS}十]{{1,3}})分钟(?=[^，。；、]{{0,6}}圈)"
    rf"|[{DIGIT_WORDS}十]{{1,3}}届[一二三四五六七]中全会"
    "|一[户人事楼案村区岗企物点品校院店家梯路站处巷片格月周季年日]一(?:策|档|议|码|表|卡|册|特|案|品|员|景|清|牌|主题|调度|总结|报告|通报|例会|研判|评|测|梳理|单|长|方案|图|栏|格)"
    "|[一二两三四五]室[一二两三]厅|(?<![0-9])[5-9]0后(?![来续面退期勤])|(?<![0-9])0[05]后(?![来续面退期勤])"
    r"|[0-9](?:\+[0-9]){0,5}\+[NXn](?![0-9A-Za-z])|(?<![0-9])[0-9]{2,5}(?=[”\"]?(?:工作法|工作机制|工作模式|模式|治理体系))"
    r"|(?:GB|JGJ|CJJ|DB|MZ|ISO)(?:/?[A-Z])? ?[0-9]+(?:\.[0-9]+)?(?:[-—][0-9]{4})?)"
)
# 1. 一、 （三） ① at the start of a line, （2） after a stop, 第一， after a stop; 附件1, 表3.
_ITEM = f"(?:[0-9]{{1,2}}|[{DIGIT_WORDS}十]{{1,3}})"
LIST = (
    rf"(?P<list>[①-⑳⑴-⒇❶-❿㈠-㈩]"
    rf"|(?<![^\n])[ \t]*+(?:\({_ITEM}\)|{_ITEM}(?:\.(?![0-9])|\.(?=(?:19|20)\d\d年)|、(?!{_ITEM}(?:季度|月|号|栋|单元|、|和|楼|日|区))|\)))"
    rf"|(?<![^\n；;。:：，,、])\({_ITEM}\)(?![%、])"
    rf"|(?<![^\n；;。:：，,、！？!?])第{_ITEM}(?=[，,、:：](?!第))"
    rf"|(?<=附件|附表|附图|专栏|案例|步骤|任务){_ITEM}(?![0-9.%]|[个项条件人户次万])"
    rf"|(?<![代电水气报列发外钟仪])(?<=[图表]){_ITEM}(?=[ :：、，。）)]|$))"
)

# --- dates and times ------------------------------------------------------------------------------------------------------
YEAR = f"(?:(?:19|20)\\d\\d|(?<![{DIGIT_WORDS}])[一二][{DIGIT_WORDS}]{{3}}(?=年))"
MONTH = "(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
DAY = "(?:3[01]|[12][0-9]|0?[1-9]|三十一?|[二]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])"
QUARTER = "(?:第?[一二三四1-4](?:[、和及至到~-]第?[一二三四1-4]){0,3}季度|[前后][一二三两123]个?季度|Q[1-4])"
HALF_YEAR = "(?:上半年|下半年|前半年|后半年|上半月|下半月)"
_DASH = "(?:-|—{1,2}|~|–|至|到)"
_MONTH_DAY = (
    f"{MONTH}(?:[、,，和及]{MONTH}){{0,6}}(?:{_DASH}{MONTH})?月(?!饼|嫂|季)(?:份|底|初(?!{DAY})|末|中旬|上旬|下旬|中下旬)?"
    f"(?:{DAY}(?:[、,，和及]{DAY}){{0,6}}(?:{_DASH}{DAY})?(?:日|号)|初[一二三四五六七八九十])?"
)
_YEAR_TAIL = f"年度?(?:{_MONTH_DAY}|第?{QUARTER}|{HALF_YEAR}|底|初(?!一)|末|中期|春季|秋季|夏季|冬季|春节)?"
_ONE_DATE = (
    f"(?:{YEAR}{_YEAR_TAIL}|{_MONTH_DAY}"
    f"|[0-9]{{2}}年(?:{_MONTH_DAY}|第?{QUARTER}|{HALF_YEAR})|[{DIGIT_WORDS}{CAPITALS}]{{1,4}}年[{DIGIT_WORDS}{CAPITALS}十拾]{{1,3}}月(?:[{DIGIT_WORDS}{CAPITALS}十拾]{{1,3}}[日号])?)"
)
ISO = (
    r"(?:(?:19|20)\d\d(?:-|/|\.)(?:1[0-2]|0?[1-9])(?:-|/|\.)(?:3[01]|[12]\d|0?[1-9])(?![0-9]|\.[0-9])"
    r"|(?:19|20)\d\d[-/](?:1[0-2]|0[1-9])(?![0-9-])|(?:19|20)\d\d(?:H[12]|Q[1-4])(?![0-9A-Za-z])"
    r"|(?:19|20)\d\d(?:1[0-2]|0[1-9])(?:3[01]|[12]\d|0[1-9])(?![0-9元.万])|(?:19|20)\d\d\.(?:1[0-2]|[1-9])(?=[-—~至])|(?<=[-—~至])(?:19|20)\d\d\.(?:1[0-2]|[1-9])(?![0-9]))"
)
_BARE_YEARS = rf"(?:(?:19|20)\d\d(?:{_DASH}(?:19|20)\d\d(?![0-9])年?度?|(?=度|工作|财年|春节|届|级|/(?:19|20)\d\d)))"
_DATE_PART = f"(?:{_ONE_DATE}|{ISO}|{_BARE_YEARS}|{QUARTER}|{HALF_YEAR})"
_CLOCK = r"(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?![0-9])"
_NOON = "(?:上午|下午|早上|晚上|凌晨|中午|傍晚|清晨|早晨|夜里|深夜|当晚|每晚|早|晚)"
_HOUR = f"(?:[01]?\\d|2[0-4]|[一二两三四五六七八九]|十[一二]?)"
_TIME = f"(?:{_NOON}?{_CLOCK}|{_NOON}{_HOUR}(?:点|时)(?:半|整|钟|一刻|[0-5]?\\d分?|[{DIGIT_WORDS}十]{{1,3}}分)?|{_HOUR}(?:点(?:半(?!个)|钟|整|[0-5]\\d分?|[{DIGIT_WORDS}十]{{2,3}}分)|时(?:[0-5]?\\d分|整|许|(?=[，,。、；\\n至到前后起止)-]|$))))"
_WEEKDAY = "(?:每?(?:周|星期|礼拜)[一二三四五六日天](?:[、和及至到~-](?:周|星期|礼拜)?[一二三四五六日天]){0,6}(?![次场个期遍回批]))"
_ERA = (
    f"(?:上世纪)?(?:[0-9]{{2}}|[{DIGIT_WORDS}十]{{1,3}})(?:世纪|年代)(?:[{DIGIT_WORDS}十0-9]{{1,3}}年代)?[初中末]?期?"
)
DATE = rf"(?P<date>(?<![0-9])(?:(?<!\.)|(?=(?:19|20)\d\d年))(?:{_DATE_PART}(?:{_DASH}{{1,2}}(?:{_DATE_PART}|{DAY}[日号]))?|{_TIME}(?:{_DASH}{{1,2}}{_TIME})?|{_WEEKDAY}(?:{_DASH}{_WEEKDAY})?|{_ERA}|\d{{1,2}}[·•]\d{{1,2}}))"
# 14日, 廿二日, 15号: a day, unless it reads as a length of time (see finding).
DAY_ALONE = f"(?P<day>(?<![0-9.]){DAY}(?:[、,，和及]{DAY}){{0,6}}(?:{_DASH}{DAY})?日(?![内游间常均历报志照])(?!之内|以内|以上|左右))"

# --- shares in words ---------------------------------------------------------------------------------------------------
FRACTION = (
    rf"(?P<fraction>(?P<prefix_f>{PREFIX}{FILLER})?(?P<sign_f>负)?(?P<whole_f>[{NUMERALS}{SCALES}]{{1,12}}+|[0-9]{{1,12}}+)分之(?P<minus_f>负)?"
    rf"(?:(?P<part_f>{RUN})(?P<middle_f>多|余|几)?(?:{SEPARATOR}(?:[百千]分之)?(?P<end_f>{RUN}))?|(?P<few_f>几十|几|百|佰))(?P<suffix_f>{SUFFIX}|(?(prefix_f)[大高小低]|(?!)))?)"
)
SLASHED = rf"(?P<slashed>(?P<prefix_s>{PREFIX}{FILLER})?(?<![0-9./])(?P<part_s>[0-9]{{1,3}})/(?P<whole_s>[1-9][0-9]{{0,3}})(?![0-9/.]|[年月])(?P<suffix_s>{SUFFIX})?)"
RATIO = r"(?P<ratio>(?<![0-9:.])(?P<first_r>[0-9]{1,4}(?:\.[0-9]{1,3})?)(?::|比)(?P<second_r>[0-9]{1,4}(?:\.[0-9]{1,3})?)(?![0-9:.]|%|万))"
# 过半, 近半数, 一半以上, 半数.
SUPERLATIVE = (
    f"(?P<superlative>最(?:受欢迎|受关注|集中|活跃|频繁|密集|常见|突出|普遍|热门|年长|年轻|满意|及时|严重|积极|[多少高低大小快慢长短早晚好差强忙贵])(?:的)?"
    f"(?!限度|程度|化|限|量|{FILLER}{START}))"
)
# 所有 is a claim only where 都, 均, 全 follow in the clause.
ALL = "(?P<all>所有(?=[^，。；、！？\n]{1,14}[都均]))"
HALF = (
    r"(?P<half>(?P<more_h>超过一半|超过半数|超一半|超半数|过半数?(?![年月天小])|大半(?![年天个夜])|一大半|(?:一半|半数)以上|(?<![通超])过半)"
    r"|(?P<near_h>(?:将近|接近|近)(?:一半|半数)|(?<![最附])近半(?![年月天个小]))"
    r"|(?P<less_h>(?:不足|不到|少于|低于)(?:一半|半数)|一小半)|(?P<even_h>(?:约|大约)?(?:一半|半数)(?:左右)?))"
)
PERCENT_WHOLE = "(?P<hundred>百分(?:之)?百)"
DISCOUNT = "(?P<discount>(?<=打)对折|(?<=打了)对折)"

# --- ordinals, multiples, frequencies ------------------------------------------------------------------------------------
DOUBLING = f"(?P<doubling>(?P<prefix_d>{PREFIX})?翻了?(?:(?P<run_d>{RUN})?(?P<some_d>几)?番|倍(?!增)))"


def _ordinal(unit: str) -> str:
    return rf"(?P<ordinal>第(?P<run_o>{RUN}|几(?=[{SCALES}]))(?P<unit_o>{unit})?)"


def _few(unit: str) -> str:
    """几个, 好几户: a vague word, though it looks like a number."""
    return f"(?P<few>(?:好几|几)(?P<unit_v>{unit}))"


def _frequency(unit: str) -> str:
    """每月一次, 每季度公开1次, 每周至少两场."""
    verb = "(?:至少|不少于|都|均|各|坚持|定期|固定|组织|开展|召开|举办|进行|公开|更新|公布|发布|公示|巡查|接待|走访|开|办|检查){0,3}"
    return rf"(?P<frequency>每(?:隔)?(?P<span_q>个?月|季度?|周|个?星期|年|天|日|半年|半个?月|两周|双周)(?P<verb_q>{verb})(?P<run_q>{RUN})(?P<unit_q>[次场期遍回轮趟])(?!性))"


def _quantity(unit: str) -> str:
    """A number with everything around it: 近300余人次, 两到三万元, 630元/月/台, 50万元(含)以上, 一个半小时."""
    per = f"(?P<per>(?:/每?(?:{unit}|[月季班趟]))++)"
    unit_a, unit_b = (
        f"(?:(?P<half{x}>个半(?=月|小时|钟头|学期))?(?P<unit{x}>{unit})(?P<behind{x}>半(?![年数天夜径路价])钟?)?)"
        for x in "ab"
    )
    head = f"(?:(?={START})(?P<a>{RUN})|(?<![上下前后大一多])半(?P<unith>{unit})|{SEVERAL}|{HUNDREDS}|{BARE})"
    return (
        rf"(?P<quantity>(?P<prefix>{PREFIX}{FILLER})?(?P<currency>人民币|港币|美元|新台币|台币|RMB|[¥￥$])?(?P<sign>{SIGN})?{head}"
        rf"(?P<middle>{MIDDLE})?(?:{unit_a})?(?P<bracket>\(含\)|\(不含\))?"
        rf"(?:(?:{SEPARATOR}|(?P<between>[和与]))(?P<b>{RUN})(?P<middleb>{MIDDLE})?(?:{unit_b})?(?P<ends>之间|间(?![接隔断]))?)?"
        rf"(?:{per}|(?P<suffix>{SUFFIX}|(?<=[天日时钟月年周])内(?![部容外心涵科的])|[多余](?![次个场种年项名位方元样人家条层户])|(?(prefix)(?:[大高小低长短]|[多少](?![次个场种年项名位人家条层户]))|(?!))))?)"
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
        ("每", _frequency(unit)),
        ("好几", _few(unit)),
        ("第", _ordinal(unit)),
        (_NUMBER_FIRSTS + _PREFIX_FIRSTS + r"人港美新台R¥￥$负半几好数上百千万亿\-", _quantity(unit)),
    ]


@lru_cache(maxsize=8)
def compile_patterns(lexicon: Lexicon) -> Patterns:
    """Return the compiled patterns for a lexicon; made once for each."""
    branches = _branches(lexicon)
    numbers = "|".join(f"(?=[{firsts}])(?:{branch})" for firsts, branch in branches)
    listed = f"(?P<listed>{trie(dict.fromkeys(lexicon.kind_of, ''))})"
    gate = "".join(sorted({re.escape(word[0]) for word in lexicon.kind_of})) + "".join(firsts for firsts, _ in branches)
    unit = _units(lexicon)
    return Patterns(
        re.compile(f"(?=[{gate}])(?:{listed}|{numbers})"),
        re.compile(numbers),
        re.compile(_quantity(unit)),
        re.compile(f"零?(?P<run>(?={START}){RUN})(?P<unit>{unit}|分)"),
    )
