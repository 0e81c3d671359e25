"""What in a case story is delicate even without a name: health, poverty, disputes, minors, and telling combinations.

Word lists, hence a proposal for the author's marks, never a verdict: a text without these words may still hurt.
"""

from __future__ import annotations

import re
from typing import Literal

from assistant.data.values import Value
from assistant.privacy.finding import find_mentions
from assistant.privacy.names import NameBook

Sensitivity = Literal["健康", "贫困", "纠纷", "未成年人"]
_WORDS: dict[Sensitivity, re.Pattern[str]] = {
    "健康": re.compile(
        r"癌|肿瘤|糖尿病|高血压|心梗|脑梗|中风|偏瘫|瘫痪|住院|手术|透析|残疾|失智|认知症|抑郁|精神病|聋哑|失明|卧床|病重|确诊|艾滋"
        r"|流产|自杀|吸毒"
    ),
    "贫困": re.compile(
        r"低保|特困|贫困|困难户|困难家庭|欠费|欠债|失业|下岗|救助金|补助金|交不起|揭不开锅|捡废品|临时救助"
    ),
    "纠纷": re.compile(r"纠纷|争执|吵架|吵翻|打架|动手|报警|起诉|调解|家暴|离婚|赡养|遗产|借钱不还|诉讼|不让步|翻脸"),
    "未成年人": re.compile(
        r"小学生|中学生|初中生|孩子|小孩|儿童|少年|男孩|女孩|小姑娘|小男生|未成年|留守|婴儿|(?<!\d)(?:[1-9]|1[0-7])岁"
    ),
}
# Details that narrow a person down; two of them in one sentence about a resident may be enough for the neighbours.
_DETAILS: dict[str, re.Pattern[str]] = {
    "楼号": re.compile(r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s?(?:号楼|栋|幢|单元)"),
    "楼层": re.compile(r"(?:\d{1,2}|[一二三四五六七八九十]{1,3}|顶)\s?(?:楼(?!栋)|层)(?!道|梯|下|上)"),
    "年纪": re.compile(r"(?:\d{1,3}|[一二三四五六七八九十百]{1,4})(?:多|余|来)?岁"),
    "身体": _WORDS["健康"],
    "生计": _WORDS["贫困"],
    "职业": re.compile(
        r"退休(?:教师|老师|工人|干部|护士|医生|军人)|老厂|护士|教师|司机|军人|厨师|会计|清洁工|保洁员|快递员"
    ),
    "家人": re.compile(r"独居|空巢|丧偶|离异|单亲|再婚|孤寡|老伴|儿女|独子|独女|婆婆|儿媳|租客|租户|外地"),
}
_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")


class TellingSentence(Value):
    """A sentence by which neighbours may know whom it is about.

    Attributes:
        details: What narrows the person down (楼号, 年纪, 身体, …), in order.
        named: Whether a name or form of address stands in it as well.
    """

    start: int
    end: int
    text: str
    details: tuple[str, ...]
    named: bool


def sensitivities(text: str) -> tuple[Sensitivity, ...]:
    """Propose the sensitivity marks of a note."""
    return tuple(mark for mark, words in _WORDS.items() if words.search(text))


def telling_sentences(text: str, names: NameBook) -> tuple[TellingSentence, ...]:
    """Find sentences that hold two details about a person, or one beside a name or form of address."""
    people = [each for each in find_mentions(text, names) if each.kind in ("name", "form", "guess")]
    residents = [each for each in people if each.person is None or each.person.role == "resident"]
    telling: list[TellingSentence] = []
    for match in _SENTENCE.finditer(text):
        details = tuple(name for name, words in _DETAILS.items() if words.search(match.group()))
        named = any(match.start() <= each.start < match.end() for each in residents)
        if len(details) + named >= 2:
            telling.append(
                TellingSentence(start=match.start(), end=match.end(), text=match.group(), details=details, named=named)
            )
    return tuple(telling)
