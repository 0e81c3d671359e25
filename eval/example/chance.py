"""Reproducible chance: every topic draws from its own stream, so a change in one leaves the others as they were."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TypeVar

T = TypeVar("T")
SEED = "qinghuaili-1"


def stream(topic: str) -> Random:
    """Return the random stream of a topic; the same topic always gives the same draws."""
    return Random(f"{SEED}:{topic}")


def weighted(random: Random, weights: Mapping[T, float]) -> T:
    """Draw one key of ``weights``, each as likely as its weight."""
    keys = list(weights)
    return random.choices(keys, [weights[key] for key in keys])[0]


def day_in_month(random: Random, year: int, month: int) -> date:
    """Draw a day of the month."""
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return first + timedelta(days=random.randrange((following - first).days))


def clock(random: Random, day: date, hours: Sequence[int]) -> datetime:
    """Return a moment of ``day`` in one of the hours, on a minute that people write down."""
    return datetime.combine(day, time(random.choice(hours), random.choice((0, 5, 10, 15, 20, 30, 40, 45, 50))))


def meeting_day(year: int, month: int) -> date:
    """The third Friday, when the residents' meeting of the month is held."""
    first = date(year, month, 1)
    return first + timedelta(days=(4 - first.weekday()) % 7 + 14)
