"""Patterns of what identifies a person without a name: phones, ID numbers, plates, cards, mail, WeChat, doors.

Each pattern is composed of named parts. Long digit runs are never cut: a mark neither begins nor ends inside a longer
number, and a count (13800000000元, 3号楼48户) is none.
"""

from __future__ import annotations

import re

_ALONE = r"(?<![\d.A-Za-z])"
_ENDS = r"(?![\d]|\.\d|\s*(?:元|万|亿|人|户|次|条|件|项|米|平方))"
_GAP = r"[-\s—]?"
_HAN_DIGIT = "〇零一二三四五六七八九"

MOBILE = rf"[一二三四五六七八九〇零幺]{{11}}|{_ALONE}(?:\+?86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}{_ENDS}"
LANDLINE = rf"{_ALONE}(?:0\d{{2,3}}{_GAP}\d{{7,8}}|\(0\d{{2,3}}\)\s?\d{{7,8}}|（0\d{{2,3}}）\s?\d{{7,8}}){_ENDS}"
SHORT_PHONE = rf"(?<=电话|座机|号码)(?:[:：是为]\s?)?(?P<short>\d{{7,8}}){_ENDS}"
PHONE = rf"(?P<phone>{MOBILE}|{LANDLINE})|{SHORT_PHONE}"

ID_NUMBER = (
    r"(?<![\dA-Za-z])(?P<id>[1-9]\d{5}\s?(?:19|20)\d{2}\s?(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\s?\d{3}[\dXx]"
    r"|[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})(?![\dA-Za-z])"
)
CARD = r"(?<![\dA-Za-z.])(?P<card>(?:4|5|6|9)\d{3}(?:[\s-]?\d{4}){3}(?:[\s-]?\d{1,3})?)(?![\dA-Za-z]|\s*元)"
PLATE = (
    r"(?P<plate>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]\s?[A-HJ-NP-Z][\s·]?"
    r"(?:[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳]|[DF]\d{5}|\d{5}[DF]|[A-HJ-NP-Z0-9]{6}))(?![A-Za-z0-9])"
)
MAIL = r"(?<![A-Za-z0-9_.])(?P<mail>[A-Za-z0-9][A-Za-z0-9_.+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"
WECHAT = (
    r"(?:微信号?|QQ号?|qq号?|WeChat)\s?(?:是|为|[:：])?\s?"
    r"(?P<wechat>[A-Za-z][-_A-Za-z0-9]{5,19}|\d{5,11})(?![A-Za-z0-9_]|[元个人户条])"
)

_NUMBER = rf"(?:\d{{1,3}}|[{_HAN_DIGIT}十]{{1,3}})"
_NAMED = r"(?:[A-Za-z甲乙丙丁东西南北])"
BUILDING = rf"(?P<building>(?:{_NUMBER}|{_NAMED})\s?(?:号楼|＃楼|#楼|栋楼?|幢楼?|座|＃|#))"
_LOOSE_BUILDING = rf"(?P<loose>(?<!\d){_NUMBER}(?:号|楼))"
_UNIT = rf"(?:{_NUMBER}\s?(?:单元|门洞?)|{_NAMED}单元)"
_ROOM_NUMBER = rf"(?:\d{{3,4}}(?!-)|[{_HAN_DIGIT}]{{3,4}})"
_ROOM_ENDS = r"(?:室|房间?|号房?)(?!楼|线)"
_COUNTED = "户人元万次条件项个名份米平年月日天盏辆块张本斤吨公％"
_NO_COUNT = rf"(?![\d.%]|\s*[多余来]?[{_COUNTED}])"
_ROOM = rf"{_ROOM_NUMBER}(?:[、和与及/]{_ROOM_NUMBER})*\s?(?:{_ROOM_ENDS}|{_NO_COUNT})"
_BIG_ROOM = rf"{_ROOM_NUMBER}(?:[、和与及/]{_ROOM_NUMBER})*\s?{_ROOM_ENDS}"
_FLOOR_DOOR = rf"(?:{_NUMBER}\s?[楼层]\s?)?"
_SIDE = r"(?:[东西南北中左右](?:户|门|室|边户))"
DOOR = (
    rf"(?P<door>{BUILDING}\s?(?:{_UNIT}\s?)?{_FLOOR_DOOR}(?:{_ROOM}|{_SIDE})"
    rf"|{_LOOSE_BUILDING}\s?(?:{_UNIT}\s?(?:{_ROOM}|{_SIDE})|{_BIG_ROOM}|(?<=楼){_ROOM})"
    rf"|(?<![\d-])(?P<dashed>\d{{1,2}})[-－—](?:\d{{1,2}}[-－—])?(?:[1-9]\d?0[1-9]|[1-9]\d?1[0-2])(?![\d-]|\s*[年月日元号])[室房]?"
    rf"|{_UNIT}\s?(?:{_ROOM}|{_SIDE})"
    rf"|(?<![\d.第]){_ROOM_NUMBER}(?:[、和与及/]{_ROOM_NUMBER})*\s?(?:室|房(?![屋产租价贷款]))"
    rf"|(?<![\d.]){_ROOM_NUMBER}(?=住户|业主|租户|居民|家))"
)
MARKS = re.compile(f"{ID_NUMBER}|{MAIL}|{PHONE}|{CARD}|{PLATE}|{WECHAT}|{DOOR}")
