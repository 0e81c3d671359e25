"""What need not be checked (不用核): dates and codes, parts of a name, list counts, and what is only planned."""

from __future__ import annotations

import re

from assistant.checking.explaining import base_finding
from assistant.checking.lexicon import claim_words
from assistant.checking.places import Place, Scene
from assistant.data.findings import Finding

JUDGED = frozenset({"count", "amount", "rate", "duration", "multiple"})
_TAKEN_AS_ONE = "加起来|合计|合起来|相加|加在一起|之和|一共|总共"
_OF_A_LIST = re.compile(rf"^(?:渠道|类别?|方面|项目?)?(?:{_TAKEN_AS_ONE})")
_OF_NAMED_LIST = re.compile(rf"^(?:渠道|类别?|方面|部分|楼|楼栋|队|队伍|人|月|季度)(?:{_TAKEN_AS_ONE}|平均)")
_DONE_WITHIN = re.compile(r"^(?:就|都|全部)?(?:办|解|处理|反馈|回复|响应|答复|修|整改|完)")
_PER_ONE = re.compile(r"每[\u4e00-\u9fff]{0,2}$")
_LISTED = re.compile(r"(?:这|前|上述|以上|其[他余]|那|后)$")
_RANKED = re.compile(r"(?:排名?在?|位居|居|名列|位列|并列|占|^|[，。；：,;:\n、])$")
_LOOKING_BACK = re.compile(r"上文|前文|前面说|如前|前述|以上所述|上述|回顾|截至目前|已经?完成")
_BEFORE_HEADING = re.compile(r"[\s#*]*")
_IN_A_KEY = re.compile("\ufe0f?\u20e3")
_ALSO_BACK = re.compile(r"不足|问题|短板|差距|困难|挑战|成效|回顾|总结|情况|反思")
_SPAN_OF_TIME = re.compile(
    r"(?:够|撑|用|历时|平均|拖|耗|等|持续|工期|[一每]?[件项次]|周期|时间|时长|了)(?:了|约|近|只|大约|将近)*$"
)
_STOREY = re.compile(r"[楼栋幢座]$")
_LIMIT = re.compile(r"^(?:以|之)?内|^(?:岁|周岁)?(?:以上|及以上|以下)?(?:的)?(?:老人|老年人|居民|志愿者)")
_LIST_UNITS = frozenset({"项", "类", "条", "个", "种", "方面", "支", "点", "年", "次", "栋", None})


def exempt(scene: Scene, place: Place) -> Finding | None:
    """Return the finding of a figure that is no statistic of what was done, or None."""
    figure = place.figure
    reason = _reason(scene, place)
    return base_finding(figure, "exempt", reason=f"{reason}，不用核") if reason else None


def _reason(scene: Scene, place: Place) -> str:
    figure, text = place.figure, scene.text
    if figure.is_exempt:
        return "不是统计数"
    if place.inside:
        return "是口径里的数"
    if figure.unit is None and (_IN_A_KEY.match(text, figure.end) or _numbers_heading(scene, place)):
        return "是序号"
    if _is_stretch(scene, place):
        return "是时间"
    if figure.kind in ("duration", "count") and _is_time(scene, place):
        return "是时间"
    if figure.kind == "duration" and _LIMIT.match(text[figure.end : figure.end + 6]):
        return "是口径里的数"
    if figure.kind == "duration" and figure.text.endswith("内") and _DONE_WITHIN.match(text[figure.end :][:6]):
        return "是口径里的数"
    if figure.unit == "层" and _STOREY.search(text[max(0, figure.start - 1) : figure.start]):
        return "是地点"
    if figure.value == 1 and _PER_ONE.search(text[max(0, figure.start - 3) : figure.start]):
        return "是口径里的数"
    if figure.kind == "count" and _counts_a_list(scene, place):
        return "是上文列举的个数"
    if figure.kind == "ordinal" and not _is_rank(scene, place):
        return "是次序"
    if figure.kind in JUDGED and is_planned(scene, place):
        return "是今后的打算，不是已有的数"
    return ""


def _numbers_heading(scene: Scene, place: Place) -> bool:
    """Say whether a number stands before the words of a heading (## 2 诉求分类)."""
    start = place.sentence.start
    return place.sentence.is_heading and _BEFORE_HEADING.fullmatch(scene.text[start : place.start]) is not None


def _is_stretch(scene: Scene, place: Place) -> bool:
    """Say whether some whole months only say over which time something is told (三个月分别登记18件), and do not measure it."""
    figure = place.figure
    if figure.unit not in ("个月", "季度") or figure.value is None or figure.value != figure.value.to_integral_value():
        return False
    if figure.approximation not in ("exact", "rounded") or figure.text.endswith(("多", "余", "来")):
        return False
    behind = scene.text[figure.end : figure.end + 2]
    return not behind.startswith(("出头", "多", "以", "内", "左右", "才")) and not _SPAN_OF_TIME.search(
        scene.text[max(0, place.start - 6) : place.start]
    )


def _is_time(scene: Scene, place: Place) -> bool:
    return any(
        each.start < place.figure.end
        and place.figure.start < each.end
        and each.end - each.start >= place.figure.end - place.figure.start - 2
        for each in scene.times[place.sentence.start]
    )


def _is_rank(scene: Scene, place: Place) -> bool:
    figure = place.figure
    if figure.unit not in (None, "名", "位") and not figure.text.endswith(
        ("名", "位", "一", "二", "三", "四", "五", "六")
    ):
        return False
    return _RANKED.search(scene.text[max(0, figure.start - 4) : figure.start]) is not None


def _counts_a_list(scene: Scene, place: Place) -> bool:
    """Say whether a figure counts what was just listed: 这三条渠道, 前三类合计, 三项加起来."""
    figure = place.figure
    if figure.value is None or figure.value > 12 or figure.unit not in _LIST_UNITS:
        return False
    behind = bool(_OF_A_LIST.match(scene.text[figure.end :][:8]))
    before = bool(_LISTED.search(scene.text[max(0, figure.start - 2) : figure.start]))
    named = _OF_NAMED_LIST.match(scene.text[figure.end :][:10]) is not None
    return (behind and (before or figure.indefinite or not place.left_hits)) or before or named


def is_planned(scene: Scene, place: Place) -> bool:
    """Say whether a figure stands among what is yet to come."""
    words = claim_words().plans
    before = scene.text[place.sentence.start : place.start]
    if _LOOKING_BACK.search(before):
        return False
    ahead = [each for each in place.sentence.heading if any(word in each for word in words if len(word) > 1)]
    if ahead and not _ALSO_BACK.search(ahead[-1]):
        return True
    return any(word in before for word in words if len(word) > 1)
