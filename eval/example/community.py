"""All records of the community in memory, made once and handed to the books, the notes and the truth."""

from dataclasses import dataclass

from eval.example.activities import Activity, hold_activities
from eval.example.books_people import spoil_2024, spoil_2025
from eval.example.issues import Issue, register_issues
from eval.example.people import Volunteer, recruit

YEARS = (2024, 2025)


@dataclass(frozen=True)
class Community:
    """The registers of both years."""

    issues: dict[int, tuple[Issue, ...]]
    activities: dict[int, tuple[Activity, ...]]
    volunteers: tuple[Volunteer, ...]


def found_community() -> Community:
    """Make every record."""
    return Community(
        issues={2024: spoil_2024(register_issues(2024)), 2025: spoil_2025(register_issues(2025))},
        activities={year: hold_activities(year) for year in YEARS},
        volunteers=recruit(),
    )
