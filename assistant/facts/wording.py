"""Names, units and formulas of facts in Chinese."""

from __future__ import annotations

from decimal import Decimal

from assistant.facts.keys import FactKey, KeyFilter
from assistant.knowledge import Metric, Register
from assistant.numerals import Period

TIME_DIMENSIONS: dict[str, str] = {"month": "月份", "quarter": "季度", "year": "年份"}
BASES: dict[str, str] = {"year_ago": "同比", "previous": "环比"}
_SIGNS = {"ge": "不低于", "gt": "高于", "le": "不超过", "lt": "低于", "contains": "含"}
_CHANGES = frozenset({"growth", "difference", "ratio"})
_PER = {"month": "月均", "quarter": "季均", "year": "年均"}


def plain(value: Decimal | int | None) -> str:
    """Print a number for a formula: no exponent, no trailing zeros, six places at most."""
    if value is None:
        return "？"
    number = Decimal(value)
    if -int(number.as_tuple().exponent) > 6:
        number = round(number, 6)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def fact_name(metric: Metric, key: FactKey, register: Register | None) -> str:
    """Compose the name of a fact, e.g. 卫生类登记问题, 登记问题同比增长率, 登记问题最多的类别."""
    subject = "".join(_filter_words(each, register) for each in key.filters) + metric.name
    if key.marked:
        subject += "（含重复登记）"
    if not key.operation:
        return subject
    name, _, place = key.argument.partition(":")
    thing = dimension_name(name, register)
    based = key.operation in _CHANGES and not _names_metric(key.argument)
    base = _base_words(key.argument) if based else ""
    return {
        "share": f"{subject}占比",
        "growth": f"{subject}{base}增长率",
        "difference": f"{subject}{base}增减",
        "ratio": f"{subject}{base}倍数" if based else f"{subject}与 {key.argument} 之比",
        "mean": f"{_PER.get(name) or f'每个{thing}平均'}{subject}",
        "max": f"{subject}最多的{thing}",
        "min": f"{subject}最少的{thing}",
        "rank": f"{subject}第{place}多的{thing}" if place else f"{subject}的位次",
        "distinct": f"{subject}涉及的{thing}数",
    }[key.operation]


def _names_metric(argument: str) -> bool:
    return "." in argument and not argument[0].isdigit()


def dimension_name(name: str, register: Register | None) -> str:
    """Return what a dimension is called."""
    if name in TIME_DIMENSIONS:
        return TIME_DIMENSIONS[name]
    field = register.field(name) if register is not None else None
    return field.name if field is not None else name


def _filter_words(each: KeyFilter, register: Register | None) -> str:
    name, op, values = each
    field = register.field(name) if register is not None else None
    label = field.name if field is not None else name
    joined = "、".join(values)
    match op:
        case "empty":
            return f"未填{label}的"
        case "filled":
            return f"填了{label}的"
        case "not_in":
            return f"{label}不是{joined}的"
        case "is" | "in":
            if field is not None and field.type == "boolean":
                return f"{label}的" if values == ("是",) else f"未{label}的"
            return f"{joined}类" if label.endswith(("类别", "类型")) else joined
    unit = (field.unit or "") if field is not None else ""
    return f"{label}{_SIGNS[op]}{joined}{unit}的"


def _base_words(argument: str) -> str:
    if argument in BASES or not argument:
        return BASES[argument or "year_ago"]
    return f"比{Period.parse(argument).label}"
