"""Which records go into which file, and in which form."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from eval.example import books_money as money
from eval.example import books_people as people
from eval.example import books_talk as talk
from eval.example.community import YEARS, Community
from eval.example.sheets import (
    Cell,
    Sheet,
    Smudge,
    add_table,
    new_word,
    plain,
    smudges_of,
    write_csv,
    write_ods,
    write_word,
    write_xlsx,
)


def workbooks_of(community: Community) -> dict[str, tuple[str, list[Sheet]]]:
    """Excel file → keeper and sheets."""
    return {
        "问题登记簿2024.xlsx": ("周敏", [people.issue_book_2024(community.issues[2024])]),
        "问题登记簿2025.xlsx": ("何晓雯", [people.issue_book_2025(community.issues[2025])]),
        "活动台账.xlsx": ("孙玉梅", [people.activity_sheet(year, community.activities[year]) for year in YEARS]),
        "志愿者花名册.xlsx": ("周敏", [people.roster_sheet(community.volunteers)]),
        "巡查维护记录.xlsx": ("罗建平", [talk.patrol_sheet(year, community.patrols[year]) for year in YEARS]),
        "通知公告登记.xlsx": ("何晓雯", [talk.notice_sheet(community.notices)]),
        "议事会记录.xlsx": ("郑惠芳", [talk.meeting_sheet()]),
        "调解台账.xlsx": ("吴桂珍", [talk.mediation_sheet(community.mediations)]),
        "培训与满意度调查.xlsx": ("何晓雯", talk.training_sheets()),
        "资金收支台账.xlsx": (
            "唐丽",
            [money.ledger_sheet(year, community.openings[year], community.ledger[year]) for year in YEARS],
        ),
        "年度预算.xlsx": ("郑惠芳", [money.budget_sheet(year) for year in YEARS]),
        "改造项目台账.xlsx": ("马德福", [money.project_sheet()]),
        "捐物与共建登记.xlsx": ("吴桂珍", [money.inkind_sheet()]),
        "工作计划.xlsx": ("陈秀兰", [money.plan_sheet(year) for year in (*YEARS, 2026)]),
        "社区基本情况.xlsx": ("吴倩", money.building_sheets()),
        "共享工具借用登记.xlsx": ("马德福", [money.tool_sheet(community.loans)]),
    }


def write_books(folder: Path, community: Community) -> list[Smudge]:
    """Write all registers; return the marked cells with their addresses."""
    smudges = []
    for name, (author, sheets) in workbooks_of(community).items():
        write_xlsx(folder / name, sheets, author)
        smudges += [smudge for sheet in sheets for smudge in smudges_of(name, sheet)]
    hours = [talk.hours_sheet(year, community.hours[year]) for year in YEARS]
    write_ods(folder / "志愿服务时长.ods", hours)
    smudges += [smudge for sheet in hours for smudge in smudges_of("志愿服务时长.ods", sheet)]
    receptions = talk.consultation_sheet(community.consultations)
    write_csv(folder / "咨询接待记录.csv", receptions, "gb18030")
    smudges += smudges_of("咨询接待记录.csv", receptions, named=False)
    write_csv(folder / "12345工单.csv", talk.order_sheet(community.orders), "utf-8-sig")
    channels = new_word()
    channels.add_paragraph("青槐里社区沟通渠道一览表")
    channels.add_paragraph("微信群按群主统计，公告栏按处统计，人数为2025年12月31日在群（关注）人数。")
    add_table(channels, talk.channel_table())
    write_word(folder / "沟通渠道一览.docx", channels, "何晓雯", date(2025, 12, 31))
    return smudges


def rows_of(community: Community) -> dict[str, dict[str, int]]:
    """File → sheet → records: no titles, blanks, totals, signatures, nor the balance carried over."""
    counts = {
        name: {sheet.name: sum(map(is_record, sheet.rows)) for sheet in sheets}
        for name, (_, sheets) in workbooks_of(community).items()
    }
    counts["志愿服务时长.ods"] = {f"{year}年": len(community.hours[year]) for year in YEARS}
    counts["咨询接待记录.csv"] = {"CSV": len(community.consultations)}
    counts["12345工单.csv"] = {"CSV": len(community.orders)}
    counts["沟通渠道一览.docx"] = {"表1": len(talk.channel_table().rows)}
    return counts


def is_record(line: Sequence[Cell]) -> bool:
    """Whether a line of a sheet is neither blank nor a total nor the balance carried over."""
    words = [value for value in map(plain, line) if isinstance(value, str)]
    return any(cell is not None for cell in line) and not any(
        word.endswith("合计") or word == "上年结转" for word in words
    )
