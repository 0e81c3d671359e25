"""Who lives and works in 青槐里: buildings, the committee, the volunteer teams."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from eval.example.chance import day_in_month, stream

Choice = Callable[[Sequence[str]], str]

NAME = "青槐里社区"
COMMITTEE = "青槐里社区居民自治委员会"


@dataclass(frozen=True)
class Building:
    """One building of the old cotton mill's housing."""

    number: int
    built: int
    units: int
    floors: int
    households: int
    people: int
    elders: int
    alone: int
    rented: int

    @property
    def name(self) -> str:
        """3号楼."""
        return f"{self.number}号楼"


BUILDINGS = (
    Building(1, 1984, 4, 6, 48, 104, 41, 5, 9),
    Building(2, 1984, 4, 6, 48, 109, 44, 6, 8),
    Building(3, 1986, 5, 6, 60, 138, 47, 4, 13),
    Building(4, 1986, 5, 6, 60, 141, 52, 5, 11),
    Building(5, 1987, 4, 6, 48, 112, 39, 3, 10),
    Building(6, 1989, 3, 6, 36, 86, 24, 2, 9),
    Building(7, 1991, 6, 6, 72, 175, 49, 4, 16),
    Building(8, 1991, 4, 6, 48, 121, 31, 2, 12),
    Building(9, 1993, 4, 7, 56, 138, 33, 3, 15),
    Building(10, 1982, 3, 6, 36, 71, 29, 6, 12),
)

TEAMS = ("安防巡逻队", "卫生清洁队", "邻里互助队", "便民维修队", "文体宣传队", "青年志愿队")
YOUTH_TEAM_FOUNDED = date(2025, 3, 15)


@dataclass(frozen=True)
class Volunteer:
    """One line of the roster; a person in two teams has two lines."""

    name: str
    male: bool
    born: date
    party: str
    team: str
    joined: date
    backbone: bool
    building: int
    post: str = ""


OFFICERS = (
    Volunteer(
        "陈秀兰", False, date(1959, 4, 11), "中共党员", "邻里互助队", date(2022, 3, 5), True, 1, "自治委员会主任"
    ),
    Volunteer("周志国", True, date(1957, 9, 2), "中共党员", "安防巡逻队", date(2022, 3, 5), True, 4, "副主任、队长"),
    Volunteer("罗建平", True, date(1965, 1, 20), "群众", "安防巡逻队", date(2022, 3, 5), True, 7, "副队长"),
    Volunteer("郑惠芳", False, date(1961, 12, 8), "中共党员", "文体宣传队", date(2022, 4, 10), True, 2, "会计"),
    Volunteer("唐丽", False, date(1978, 6, 17), "群众", "文体宣传队", date(2022, 9, 1), True, 9, "出纳"),
    Volunteer("周敏", False, date(1968, 2, 26), "群众", "卫生清洁队", date(2022, 3, 5), True, 3, "委员、队长"),
    Volunteer("何晓雯", False, date(1990, 10, 5), "中共党员", "青年志愿队", YOUTH_TEAM_FOUNDED, True, 8, "委员、队长"),
    Volunteer("马德福", True, date(1960, 7, 30), "中共党员", "便民维修队", date(2022, 3, 5), True, 5, "委员、队长"),
    Volunteer("孙玉梅", False, date(1963, 5, 14), "群众", "文体宣传队", date(2022, 3, 5), True, 6, "委员、队长"),
    Volunteer("吴桂珍", False, date(1955, 8, 19), "中共党员", "邻里互助队", date(2022, 3, 5), True, 10, "队长"),
    Volunteer("罗建平", True, date(1965, 1, 20), "群众", "便民维修队", date(2023, 5, 6), True, 7),
    Volunteer("周敏", False, date(1968, 2, 26), "群众", "邻里互助队", date(2024, 4, 13), True, 3),
)

SURNAMES = (
    "王李张刘杨赵黄吴徐孙胡朱高林郭梁谢宋韩唐冯于董萧程曹袁邓许傅"
    "沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田姜范方石姚谭廖邹"
)
OLD_MEN = [
    "国强",
    "德明",
    "永福",
    "长河",
    "志远",
    "树林",
    "兴旺",
    "保田",
    "建华",
    "立新",
    "卫东",
    "援朝",
    "光明",
    "根生",
    "守义",
    "继先",
    "宝成",
    "凤鸣",
    "庆云",
    "玉山",
]
OLD_WOMEN = [
    "桂英",
    "玉兰",
    "淑珍",
    "素芬",
    "惠兰",
    "凤琴",
    "秀云",
    "翠萍",
    "美华",
    "月娥",
    "爱莲",
    "金凤",
    "春香",
    "瑞芝",
    "慧珍",
    "雪梅",
    "菊香",
    "丽君",
    "彩霞",
    "文秀",
]
YOUNG_MEN = ["浩然", "一鸣", "子轩", "俊杰", "海涛", "鹏飞", "文博", "志伟", "晨阳", "家豪"]
YOUNG_WOMEN = ["雨晴", "思琪", "佳怡", "梦洁", "晓彤", "欣然", "静怡", "婷婷", "诗涵", "丹妮"]

# team → (members who joined by the end of 2024, members who joined in 2025, share of the young)
INTAKE = {
    "安防巡逻队": (13, 3, 0.1),
    "卫生清洁队": (12, 3, 0.05),
    "邻里互助队": (11, 4, 0.1),
    "便民维修队": (6, 2, 0.15),
    "文体宣传队": (9, 3, 0.1),
    "青年志愿队": (0, 13, 1.0),
}


def recruit() -> tuple[Volunteer, ...]:
    """Return the roster as of the end of 2025, team by team in order of joining."""
    random = stream("volunteers")
    taken = {officer.name for officer in OFFICERS}
    surnames = list(SURNAMES)
    roster = list(OFFICERS)
    for team, (before, during, young_share) in INTAKE.items():
        for place in range(before + during):
            young = random.random() < young_share
            male = random.random() < (0.75 if team in {"安防巡逻队", "便民维修队"} else 0.3)
            pool = (YOUNG_MEN if male else YOUNG_WOMEN) if young else (OLD_MEN if male else OLD_WOMEN)
            name = fresh_name(random.choice, surnames, pool, taken)
            year = random.randint(1986, 2004) if young else random.randint(1952, 1972)
            joined = day_in_month(random, random.choice((2022, 2023, 2023, 2024)), random.randint(3, 11))
            if place >= before:
                joined = (
                    YOUTH_TEAM_FOUNDED if young and place < 9 else day_in_month(random, 2025, random.randint(4, 11))
                )
                joined = date(2025, 2, 22) if team == "便民维修队" else joined
            party = "共青团员" if young and year > 1997 else random.choice(("群众", "群众", "中共党员"))
            building = random.choices(range(1, 11), [building.households for building in BUILDINGS])[0]
            born = day_in_month(random, year, random.randint(1, 12))
            roster.append(Volunteer(name, male, born, party, team, joined, random.random() < 0.12, building))
    return tuple(sorted(roster, key=lambda one: (TEAMS.index(one.team), not one.post, one.joined, one.name)))


def fresh_name(choice: Choice, surnames: Sequence[str], pool: Sequence[str], taken: set[str]) -> str:
    """Draw a name that nobody bears yet."""
    while True:
        name = choice(surnames) + choice(pool)
        if name not in taken:
            taken.add(name)
            return name


def team_on(roster: Sequence[Volunteer], team: str, day: date) -> list[Volunteer]:
    """The members of a team who had joined by that day."""
    return [one for one in roster if one.team == team and one.joined <= day]


def resident_call(random_choice: Choice, building: int, floor_sign: str) -> str:
    """A resident as a keeper writes one: 王阿姨, 李某, 3号楼住户."""
    surname = random_choice("王李张刘杨赵黄吴徐孙胡朱高林郭梁谢宋韩唐冯于董程曹袁邓许沈")
    form = random_choice(("阿姨", "阿姨", "大爷", "师傅", "先生", "女士", "某", "某某", "老师", "住户", "奶奶"))
    if form == "住户":
        return f"{building}号楼{floor_sign}住户"
    return surname + form
