"""All records of the community in memory, made once and handed to the books, the notes and the truth."""

from dataclasses import dataclass
from decimal import Decimal

from eval.example.activities import Activity, hold_activities
from eval.example.books_money import Loan, lend_tools
from eval.example.books_people import spoil_2024, spoil_2025
from eval.example.disputes import Mediation, Order, mediate, take_orders
from eval.example.issues import Issue, register_issues
from eval.example.money import OPENING, Entry, keep_book
from eval.example.outreach import Consultation, Notice, post_notices, receive
from eval.example.people import Volunteer, recruit
from eval.example.service import Patrol, Service, go_rounds, log_hours

YEARS = (2024, 2025)


@dataclass(frozen=True)
class Community:
    """The registers of both years; hand-written ones are read from ``sources/`` where they are needed."""

    issues: dict[int, tuple[Issue, ...]]
    activities: dict[int, tuple[Activity, ...]]
    volunteers: tuple[Volunteer, ...]
    patrols: dict[int, tuple[Patrol, ...]]
    hours: dict[int, tuple[Service, ...]]
    notices: tuple[Notice, ...]
    consultations: tuple[Consultation, ...]
    mediations: tuple[Mediation, ...]
    orders: tuple[Order, ...]
    openings: dict[int, Decimal]
    ledger: dict[int, tuple[Entry, ...]]
    loans: tuple[Loan, ...]


def found_community() -> Community:
    """Make every record."""
    issues = {2024: spoil_2024(register_issues(2024)), 2025: spoil_2025(register_issues(2025))}
    activities = {year: hold_activities(year) for year in YEARS}
    volunteers = recruit()
    patrols = {year: go_rounds(year, volunteers) for year in YEARS}
    ledger, openings = {}, dict(OPENING)
    for year in YEARS:
        ledger[year] = keep_book(year, openings[year], activities[year], issues[year])
        openings[year + 1] = ledger[year][-1].balance
    return Community(
        issues=issues,
        activities=activities,
        volunteers=volunteers,
        patrols=patrols,
        hours={year: log_hours(year, volunteers, activities[year], patrols[year]) for year in YEARS},
        notices=tuple(one for year in YEARS for one in post_notices(year, activities[year])),
        consultations=tuple(one for year in YEARS for one in receive(year, issues[year])),
        mediations=tuple(one for year in YEARS for one in mediate(issues[year])),
        orders=tuple(one for year in YEARS for one in take_orders(issues[year])),
        openings=openings,
        ledger=ledger,
        loans=lend_tools(),
    )
