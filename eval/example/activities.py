"""Activities of both years, hand-written in ``sources/activities.tsv``."""

import csv
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from eval.example.issues import SOURCES


@dataclass(frozen=True)
class Activity:
    """One activity; ``people_text`` is the cell as written, ``people`` the number in it."""

    day: date
    name: str
    kind: str
    place: str
    people_text: str
    households: int
    team: str
    cost: Decimal
    raised: Decimal
    helpers: int
    hours: Decimal

    @property
    def people(self) -> int:
        """The number written in the cell."""
        return int(re.sub(r"\D", "", self.people_text))

    @property
    def exact(self) -> bool:
        """Whether the keeper counted heads or only guessed."""
        return self.people_text.isdigit()


def hold_activities(year: int) -> tuple[Activity, ...]:
    """Return the activities of a year in order of time."""
    with (SOURCES / "activities.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["day"].startswith(str(year))]
    return tuple(
        Activity(
            day=date.fromisoformat(row["day"]),
            name=row["name"],
            kind=row["kind"],
            place=row["place"],
            people_text=row["people"],
            households=int(row["households"]),
            team=row["team"],
            cost=Decimal(row["cost"]),
            raised=Decimal(row["raised"]),
            helpers=int(row["helpers"]),
            hours=Decimal(row["hours"]),
        )
        for row in rows
    )
