"""Which records go into which file, and in which form."""

from pathlib import Path

from eval.example import books_people as people
from eval.example.community import YEARS, Community
from eval.example.sheets import Sheet, Smudge, smudges_of, write_xlsx


def write_books(folder: Path, community: Community) -> list[Smudge]:
    """Write all registers; return the marked cells with their addresses."""
    workbooks: dict[str, tuple[str, list[Sheet]]] = {
        "问题登记簿2024.xlsx": ("周敏", [people.issue_book_2024(community.issues[2024])]),
        "问题登记簿2025.xlsx": ("何晓雯", [people.issue_book_2025(community.issues[2025])]),
        "活动台账.xlsx": ("孙玉梅", [people.activity_sheet(year, community.activities[year]) for year in YEARS]),
        "志愿者花名册.xlsx": ("周敏", [people.roster_sheet(community.volunteers)]),
    }
    smudges = []
    for name, (author, sheets) in workbooks.items():
        write_xlsx(folder / name, sheets, author)
        smudges += [smudge for sheet in sheets for smudge in smudges_of(name, sheet)]
    return smudges
