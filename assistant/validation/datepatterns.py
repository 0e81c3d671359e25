"""The forms in which people write dates, composed from named parts; what each one means is decided in `dates`."""

from __future__ import annotations

import re

SEP = r"[-/.、·]"
YEAR = r"(?P<y>(?:19|20|21|22|23)\d\d)"
HALF = r"上午|下午|晚上?|中午|早上?|凌晨|am|pm"
MINUTES = r"(?P<M>\d{1,2}|半)?分?"
SECONDS = r"(?:[:：]?(?P<S>\d{1,2})(?:\.\d+)?秒?)?"
CLOCK = rf"(?P<half>{HALF})?(?P<H>\d{{1,2}})(?:[:：时点]{MINUTES}{SECONDS})(?P<pm>am|pm)?"
TAIL = rf"(?:[T,，]?(?:{CLOCK})|(?P<part>{HALF}|全天))?"
WEEKDAY = re.compile(r"[(]?(?:星期|周|礼拜)[一二三四五六日天][)]?|[(](?:[一二三四五六日天])[)]")
# A dash after another separator makes a span of months (2018.9-10), not a date.
FULL = re.compile(
    rf"{YEAR}(?:年|(?P<dash>-)|[/.、·])(?P<m>\d{{1,2}})(?:月|(?(dash){SEP}|[/.、·]))(?P<d>\d{{1,2}})[日号]?{TAIL}"
)
PLAIN = re.compile(r"((?:19|20)\d\d)([-/.])(\d{1,2})\2(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")
SPACED = re.compile(r"^(\d{4})[,\s]+(\d{1,2})[,\s]+(\d{1,2})$")
SERIAL_TEXT = re.compile(r"[345]\d{4}")
PACKED = re.compile(r"(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?:[T ]?(?P<H>\d\d):?(?P<M>\d\d):?(?P<S>\d\d)?)?")
MONTH = re.compile(rf"{YEAR}(?:年度?|{SEP})(?P<m>\d{{1,2}})月?(?:份)?")
YEAR_ONLY = re.compile(rf"{YEAR}年?度?")
SHORT = re.compile(rf"(?P<m>\d{{1,2}})(?:月|{SEP})(?P<d>\d{{1,2}})[日号]?{TAIL}")
MONTH_ONLY = re.compile(r"(?P<m>\d{1,2})月份?")
TWO_DIGIT = re.compile(rf"['‘’]?(?P<y>\d\d)(?:年|{SEP})(?P<m>\d{{1,2}})(?:月|{SEP})(?P<d>\d{{1,2}})[日号]?{TAIL}")
TWO_DIGIT_MONTH = re.compile(r"'?(?P<y>\d\d)年(?P<m>\d{1,2})月(?P<d>)(?:份)?")
YEAR_LAST = re.compile(rf"(?P<a>\d{{1,2}}){SEP}(?P<b>\d{{1,2}}){SEP}{YEAR},?{TAIL}")
ROC = re.compile(rf"(?:中华民国|民国|民)(?P<y>\d{{1,3}})(?:年|{SEP})(?P<rest>.+)")
PACKED_MONTH = re.compile(r"(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])")
SPAN = re.compile(r"(?P<a>.*?\d[日号月年]?)(?:至|到|[~～—–―]+|-{1,2})(?P<b>(?:\d|今|次|现).*)")
MANY = re.compile(r"(?P<a>.*?\d[日号]?)(?:、|和|及|,|，|;|；)(?P<b>\d.*)")
PART_WORD = r"[年月]?[初中底末]|上旬|中旬|下旬|上半年|下半年|全年|第?[1-4一二三四]季度末?|[qQ][1-4]"
VAGUE = re.compile(rf"(?:{YEAR}年?度?)?(?:(?P<m>\d{{1,2}})月份?)?(?P<word>{PART_WORD})(?:前|之前|以前|完成)*")
CHINESE = re.compile(r"[〇零一二三四五六七八九十]+(?=[年月日号时点]|$)")
HEDGES = re.compile(r"^(?:约|大约|大概|于|在|截至|截止)|(?:左右|前后|前|之前|以前|起|许|\?)$")
OPEN = frozenset(
    [
        "长期",
        "持续",
        "常年",
        "全年",
        "每月",
        "每周",
        "每天",
        "不定期",
        "随时",
        "待定",
        "至今",
        "暂未",
        "未办结",
        "未完成",
        "未反馈",
        "进行中",
        "处理中",
        "办理中",
        "跟进中",
    ]
)
