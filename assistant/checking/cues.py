"""What the words beside a figure do with the measure: share, growth, difference, multiple, mean, sum.

Patterns are anchored at the figure: the words right before it, in its own clause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from assistant.numerals import Figure

CueKind = Literal["value", "share", "growth", "difference", "points", "ratio", "mean", "sum", "remainder"]
_SOFT = r"(?:了|约|近|达到?|为|是|超过?|将近|接近|大约|差不多|高达|整整|已|仅|只有?|又|共|的|幅度|率|[:：]|足足|就|正好|刚好|\s)*"
_UP = r"(?:同比|环比)?(?:增长|增加|上升|提高|提升|上涨|增幅|涨幅|增多|净增|增收|高出|多出|多收|多办|多开|多了|高了|涨了?|增|多|高|扩大|延长|拉长|攀升|走高|净增长|新增加|多[花收办来用支开借捐查做跑]|慢了?)"
_DOWN = r"(?:同比|环比)?(?:下降|减少|降低|降幅|减幅|回落|缩短|下滑|压降|压减|少了|低了|少|低|降|减|缩减|走低|锐减|降了|减了|缩短了|短了|快了?|省了?|节省|节约|掉了?|跌了?|少[花收办来用支开借捐查做跑])"
_CHANGE = re.compile(rf"(?:(?P<up>{_UP})|(?P<down>{_DOWN})){_SOFT}$")
_ARRIVAL = re.compile(rf"(?:{_UP}|{_DOWN}|发展|扩大|恢复){_SOFT}[到至]{_SOFT}$")
_SHARE = re.compile(
    r"占(?!用|地|道|据|位)(?P<whole>[^，。；、]{0,14}?)(?:的|比重?|比例)?(?:已|约|近|为|达到?|超过?|将近|接近|了|有)*$|(?:占比|比重|比例|份额)(?:为|达到?|约|是|近|超过?|将近)*$"
)
_SHARE_AFTER = re.compile(r"^(?:的?(?:比例|占比|比重))")
_MEAN = re.compile(
    r"(?P<each>(?:平均|每|均)?[^，。；、\d]{0,6}?(?:月均|日均|户均|人均|场均|次均|件均|栋均|队均|季均|周均|年均|班均|单均|平均每?一?个?(?:[\u4e00-\u9fff]{1,3})?|每一?个?(?:百户|千人|百人|万人|人次|[月天日户人场次起件栋队支季周年班单笔条份处家个位名])))"
    r"(?:要|约|近|是|为|达|有|的|花费?|用|看|参与|服务|支出|捐|只|就|[\u4e00-\u9fff]{0,4})?$"
)
_MEAN_ACROSS = re.compile(
    r"平均(?:下来)?(?:每)?一个?(?P<unit>人次|[月天日户人场次起件栋队支季周年班单笔条份处家名])(?:活动|诉求|问题|纠纷|会议|培训|会)?"
    r"(?:要|约|近|是|为|达|有|用|来|看|参与|参加|服务|支出|花费?|到场|到会)*$"
)
ADDED_UP = "加起来|合起来|相加|加在一起|凑一块儿?|凑起来|拢共|统共|通共|加一块儿?|归总"
"""How people say that figures were added."""
TOGETHER = re.compile(
    r"合起来|加起来|加在一起|相加|之和|[两二三四五六七]者|[项类条支家]合计|两年合计|前[两二三四五六七八]?[类项个种位名支条](?=占|合计|共|的)|这[几两三四五六][项类个种支条]"
)
"""Words that take several figures as one."""
_SUM = re.compile(rf"(?:合计|共计|总计|累计|总共|两者共|总起来|{ADDED_UP})[\u4e00-\u9fff]{{0,6}}$")
_NO_CHANGE = (
    "最",
    "不",
    "新",
    "很",
    "好",
    "至",
    "许",
    "没",
    "太",
    "较",
    "更",
    "中",
    "老",
    "居",
    "无",
    "众",
    "诸",
    "大",
)
_AN_AMOUNT = re.compile(r"(?:[一二三四五六七八九十两几\d]|(?<![上下])半)个?[年月天周]$")
_REMAINDER = re.compile(r"(?:还剩|尚余|剩余|余下|剩下|结余|尚有|还有|仍有|其余|剩|余)[\u4e00-\u9fff]{0,4}$")
_DID_MORE = re.compile(r"[多少][花收办来用支开借捐查做跑]|[快慢]了")
_COMPARED = re.compile(r"比|较|同比|环比|相比|与[^，。]{1,14}相|跟[^，。]{1,14}比|同期")
_FROM = re.compile(r"[从由](?:[^，。；、\d]{0,8})$")
LEADS_TO = re.compile(
    r"^的?(?:降|减|升|增|提|缩|压|下|上|扩|发展|变|回|涨|攀|延|拉|跌|落|壮大|调|走|掉|加|多|少|跳|爬|冲|添)?[^，。；\d]{0,4}[到至为成]"
)
"""Words between an earlier value and the later one: 降到, 提高到."""
_EACH_UNITS: dict[str, tuple[str, Decimal]] = {
    "百户": ("户", Decimal(100)), "千人": ("人", Decimal(1000)), "百人": ("人", Decimal(100)), "万人": ("人", Decimal(10000)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cue:
    """What is done with the measure.

    Attributes:
        sign: -1 for words of decrease, 0 where the words say no direction (相差2个百分点).
        start: Offset where the cue's words begin.
        whole: Offsets of the words that name the whole of a share.
        each: The unit that a mean is by (月, 户, 场, 人次).
        factor: 100 for 每百户.
        compared: The clause says 比, 较, 同比 or the like.
    """

    kind: CueKind
    start: int
    sign: int = 1
    whole: tuple[int, int] = (0, 0)
    each: str = ""
    factor: Decimal = Decimal(1)
    compared: bool = False


def read_cue(text: str, figure: Figure, left: tuple[int, int], clause_start: int, sentence_start: int) -> Cue:
    """Read what the words before a figure do."""
    before = text[left[0] : figure.start]
    after = text[figure.end : figure.end + 6]
    inner = figure.text
    compared = bool(_COMPARED.search(text[sentence_start : figure.start]))
    if figure.kind == "universal" and figure.per:
        return Cue("mean", left[0], each=figure.per)
    rate_like = figure.unit in ("%", "‰") or (figure.unit is None and figure.kind == "rate") or figure.kind == "rate"
    if figure.kind == "multiple" or figure.unit in ("倍", "番"):
        return _multiple(before, inner, figure, left[0], compared=compared)
    if figure.unit == "百分点":
        change = _CHANGE.search(before)
        sign = _sign(change) if change else 0
        return Cue("points", left[0] + change.start() if change else figure.start, sign, compared=True)
    share = _SHARE.search(before)
    if rate_like and (share or _SHARE_AFTER.match(after)):
        start = left[0] + share.start() if share else figure.start
        whole = (left[0] + share.start("whole"), left[0] + share.end("whole")) if share and share["whole"] else (0, 0)
        return Cue("share", start, whole=whole)
    if _ARRIVAL.search(before):
        return Cue("value", figure.start, compared=compared)
    change = _CHANGE.search(before)
    if change and _is_change(text, before, change, left, clause_start, rate_like=rate_like, compared=compared):
        kind: CueKind = "growth" if rate_like else "difference"
        return Cue(kind, left[0] + change.start(), _sign(change), compared=compared)
    mean = _MEAN.search(before)
    if mean and not rate_like:
        each, factor = _each(mean["each"])
        if each:
            return Cue("mean", left[0] + mean.start("each"), each=each, factor=factor)
    across = _MEAN_ACROSS.search(text, clause_start, figure.start)
    if across and not rate_like:
        return Cue("mean", figure.start, each=across["unit"])
    total = _SUM.search(before)
    if total:
        return Cue("sum", left[0] + total.start())
    remainder = _REMAINDER.search(before)
    if remainder:
        return Cue("remainder", left[0] + remainder.start())
    return Cue("value", figure.start, compared=compared)


def is_departure(text: str, clause_start: int, figure: Figure) -> bool:
    """Say whether a figure is the first one of 从62.2人次降到46.3人次, so that it speaks of an earlier time."""
    begun = _FROM.search(text[clause_start : figure.start]) is not None
    return begun and LEADS_TO.match(text[figure.end : figure.end + 12]) is not None


def _sign(change: re.Match[str] | None) -> int:
    return -1 if change is not None and change["down"] else 1


def _is_change(
    text: str,
    before: str,
    change: re.Match[str],
    left: tuple[int, int],
    clause_start: int,
    *,
    rate_like: bool,
    compared: bool,
) -> bool:
    """Say whether 多, 少, 增加 and the like speak of a change, not of an amount (最多, 新增加, 还少)."""
    word = (change["up"] or change["down"]).removeprefix("同比").removeprefix("环比")
    head = before[: change.start()]
    if len(word) == 1 and (head.endswith(_NO_CHANGE) or _AN_AMOUNT.search(head)):
        return False
    if word in ("多", "少", "高", "低", "增", "减", "降", "快", "慢") or _DID_MORE.fullmatch(word):
        return compared or rate_like or not head.strip("，、；和及 ")
    del text, left, clause_start
    return True


def _multiple(before: str, inner: str, figure: Figure, start: int, *, compared: bool) -> Cue:
    del before
    change = "翻" in inner or "番" in inner
    return Cue("growth" if change else "ratio", figure.start if not change else start, compared=compared)


def _each(words: str) -> tuple[str, Decimal]:
    for word, (unit, factor) in _EACH_UNITS.items():
        if words.endswith(word):
            return unit, factor
    match = re.search(r"([月日户人场次件栋队季周年班单])均$", words)
    if match:
        return match[1], Decimal(1)
    match = re.search(r"(?:平均每?|每)一?个?(人次|[月天日户人场次起件栋队支季周年班单笔条份处家位名])", words)
    if match:
        return match[1], Decimal(1)
    return ("平均", Decimal(1)) if "平均" in words else ("", Decimal(1))
