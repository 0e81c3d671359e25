"""How keepers write: the date forms and small slips of the pen that real registers show."""

from datetime import date, datetime


def dotted(day: date) -> str:
    """2025.3.5, the commonest hand-typed form."""
    return f"{day.year}.{day.month}.{day.day}"


def slashed(day: date) -> str:
    """2025/3/5."""
    return f"{day.year}/{day.month}/{day.day}"


def padded(moment: datetime) -> str:
    """2025/03/05 9:05, as exported from a phone form."""
    return f"{moment.year}/{moment.month:02d}/{moment.day:02d} {moment.hour}:{moment.minute:02d}"


def chinese(day: date) -> str:
    """2025年3月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def iso(day: date) -> str:
    """2025-03-05."""
    return f"{day:%Y-%m-%d}"
