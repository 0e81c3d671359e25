"""The words by which a layout is read: header words, total labels, footers, units; no register is known here."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HEADER_WORDS = _words(
    """序号 编号 号码 日期 时间 年份 年度 年 月份 月 姓名 性别 年龄 电话 手机 手机号 联系电话 联系方式 身份证号 住址
    地址 楼号 楼栋 栋 单元 房号 门牌号 户主 名称 项目 内容 事项 摘要 类别 类型 分类 种类 金额 单价 数量 单位 规格
    规格型号 合计 小计 备注 说明 状态 结果 人数 人次 户数 次数 场次 时长 小时 地点 位置 部门 职务 岗位 负责人 责任人
    经办人 联系人 登记人 记录人 主办 协办 组织 收入 支出 余额 结余 来源 用途 凭证号 票据号 预算 决算 满意度 评价
    意见 建议 问题 描述 详情 处理结果 处理情况 办理情况 完成情况 进度 计划 目标 期限 开始 结束 方式 渠道 队伍
    政治面貌 主题 标题 议题 应到 实到 同意 反对 弃权 决议 品牌 产地 用户 成人 儿童 男 女 男性 女性 图片 照片 签名
    签字 是否 等级 得分 分数 占比 比例 部门/人 total name date amount"""
)
HEADER_ENDINGS = tuple(
    _words(
        """编号 序号 日期 时间 姓名 名称 金额 人数 人次 户数 数量 次数 时长 类别 类型 分类 状态 结果 地点 电话 单位
        负责人 责任人 经办人 方式 渠道 情况 收入 支出 余额 费用 单价 说明 备注 内容 意见 标题 主题 详情 用户 部门
        原因 措施 期限 年龄 对象 来源 用途 满意度 得分 分 率 数 额 领域 中心 名单 名册 清单"""
    )
)
FORM_LABELS = (HEADER_WORDS - _words("男 女 成人 儿童 合计 小计 total")) | _words(
    """反映人 反映时间 反映渠道 登记时间 受理人 受理时间 诉求 诉求内容 问题描述 办理结果 办结时间 回访 回访情况
    回访时间 审批意见 家庭住址 出生日期 出生年月 民族 学历 籍贯 特长 服务意向 入队时间 所属队伍 紧急联系人 当事人
    甲方 乙方 调解人 调解结果 纠纷类型 活动名称 活动时间 活动地点 参加人数 参与人数 活动内容 填表人 填表日期 审核人
    申请人 申请时间 申请事由 案情 事由 处理意见 楼栋号 居民姓名 回复 登记日期
    当事人甲 当事人乙 当事人一 当事人二 申请方 被申请方 调解次数 调解时间 调解地点 调解过程 调解员 调解协议 协议内容
    履行情况 回访结果 回访人 纠纷简况 纠纷情况 基本情况 主要内容 服务内容 服务对象 服务时间 服务地点 走访对象 走访时间
    走访人 走访情况 存在问题 整改情况 整改期限 检查时间 检查地点 检查人 检查内容 参会人员 会议时间 会议地点 会议主题
    会议议题 主持人 记录人 出席人员 缺席人员 会议内容 决议事项 表决结果"""
)

UNIT = r"(?:人民币)?(?:万元|千元|百元|亿元|元|人次|人|户|小时|分钟|天|个|件|次|场|条|处|平方米|㎡|%|％|栋|份|岁|月|年)"
UNIT_WORD = re.compile(rf"[（(]?({UNIT})[）)]?")
UNIT_LINE = re.compile(rf"单\s*位\s*[:：]\s*[（(]?\s*({UNIT})(?![\u4e00-\u9fff])")
UNIT_TAIL = re.compile(rf"[（(](?:单位\s*[:：]?\s*)?({UNIT})[）)]\s*$|[/／](万元|千元|元|小时|人次|㎡)$")

TOTAL_LABEL = re.compile(
    r"(?P<prefix>.{0,14}?)(?P<word>总合计|总计|总和|合计|小计|累计|共计|总共|汇总)(?:金额|数|人数|人次|额|（.{1,12}）|\(.{1,12}\))?[:：]?"
)
TOTAL_HINT = re.compile(r"[计和共汇页∑Σ]|total|sum", re.IGNORECASE)
LABEL_ENDS = frozenset("计和共总汇页数次额）)：:lLmM∑Σ")
"""What a total's label can end with: a test of one character spares a pattern for each cell of a large sheet."""
CARRIED = re.compile(r"(?:承前页|过次页|转下页|承上页|接上页|转次页)[:：]?")
ENGLISH_TOTAL = re.compile(r"(?:grand\s+|sub-?)?total[:：]?|sum|[∑Σ]", re.IGNORECASE)
AVERAGE_LABEL = re.compile(
    r"(?:总)?(?:平均|均值|平均值|平均数|平均分|人均|最大值|最小值|最高分|最低分|占比|比例)[:：]?"
)
AVERAGE_ENDS = frozenset("均值数分比例:：")
"""What the label of such a row can end with."""
WHOLE_PREFIXES = ("本", "总", "以上", "全部", "全年", "本表")
TOTAL_LEVELS = {"小计": 1, "合计": 3, "共计": 3, "总共": 3, "汇总": 3, "累计": 4, "总计": 4, "总和": 4, "总合计": 5}

SIGNED = (
    r"填\s*表|制\s*表|审\s*核|审\s*批|复\s*核|经\s*办|申\s*请|负\s*责|记\s*录|统\s*计|登\s*记|会\s*计|出\s*纳|主\s*管|填\s*报"
    r"|核\s*对|领\s*导|签\s*字|签\s*名|签\s*章|盖\s*章|经\s*理|主\s*任|报\s*送|联系"
)
SIGNER = r"(?:人|员|单位|部门|日期|时间|电话|签字|签名)?(?:\s*[/／]\s*日期)?\s*(?:[（(].{0,8}[）)])?"
REMARK = r"备\s*注|注|附\s*注|说\s*明|附|附件|填表说明|温馨提示|提示|数据来源|资料来源|来源"
FOOTER = re.compile(
    rf"(?:[（(【]?\s*(?:{REMARK})\s*\d{{0,2}}[】）)]?\s*[:：.、]"
    rf"|[\u4e00-\u9fff/ ]{{0,12}}(?:{SIGNED})\s*{SIGNER}\s*[:：]"
    r"|(?:合\s*计|总\s*计|共\s*计|金\s*额|人民币)[\u4e00-\u9fff（(]{0,8}大写|[（(—\-\s]*以下(?:空白|无正文|为空))"
)
INFO = re.compile(r"[\u4e00-\u9fffA-Za-z ]{2,14}[:：]")
SHORT_MARK = re.compile(r"[（(]?(?:附?表[\d一二三四五六七八九十]+|第?\s*\d+\s*页.{0,8}|续表|共\s*\d+\s*页)[）)]?")

DATE_PARTS = frozenset("年月日号")
DITTO = frozenset(("同上", "同上行", "同前", "〃", "″", "”", "“", '"', "''", "〞", "々"))
"""What people write instead of what stands in the row above."""
DITTO_ENDS = frozenset(text[-1] for text in DITTO)
OF_WHICH = re.compile(r"其中\s*(?:[:：]|$)")
NOTHING_TO_TELL = re.compile(
    r"[（(]?(?:本(?:类|项|月|周|季度?|期|页|表)\s*)?(?:暂?无|没有|空|未(?:召开|开展|举办|举行|组织|发生|登记))"
    r"(?:记录|内容|此类|登记|活动|会议|培训)?[）)]?[。.]?"
)
COUNT_LINE = re.compile(
    r"(?:合\s*计|总\s*计|小\s*计|共\s*计|一\s*共|总\s*共|共)\s*[:：]?\s*(\d{1,6})\s*(?:条|件|项|个|次|场|笔|起|份|户|人|名|位)[。.]?"
)
"""A line under a table that says how many rows it has."""

SPACE = " \t\r\n\v\f\u3000\xa0\u200b\u2002\u2003\u2009\ufeff\u200e\u200f\u2060\x00"
ERROR_VALUES = frozenset(
    ("#REF!", "#DIV/0!", "#N/A", "#NAME?", "#VALUE!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA")
)
DATA_TEXT = re.compile(
    r"[\s￥¥$＋+\-－−(（<>≤≥约]*[\d０-９][\d０-９,，.．:：/年月日\-—–~～至\s%％万亿千元人次户号时分秒个小天点)）]*"
)
DAY_TEXT = re.compile(
    r"(?:(?:19|20)\d\d[年./-])?(?:1[0-2]|0?[1-9])[月./-](?:3[01]|[12]\d|0?[1-9])[日号]?(?:[（(].{1,4}[）)])?"
)
YEAR_OR_MONTH = re.compile(r"(?:(?:19|20)\d\d年?(?:度|\.0)?|\d{1,2}月(?:份)?|第?[一二三四1-4]季度|Q[1-4])")
BETWEEN_CJK = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])\s+(?=[\u3000-\u9fff\uff00-\uffef])")
SPACES = re.compile(r"\s+")
SERIAL_NAMES = frozenset(("序号", "序", "编号", "号", "No", "NO", "No.", "NO.", "no", "项次", "行号", "#"))
GROUP_NUMBER_NAME = re.compile(
    r"(?!.*[金额费数价量率资])(?:.*[年月日季期号楼栋幢室层届周序班组]|.*(?:年份|年度|月份|季度|单元|编码|代码|等级))"
)


def fold(text: str) -> str:
    """Return a header text with its white space folded: none between Chinese characters, one blank elsewhere."""
    return BETWEEN_CJK.sub("", SPACES.sub(" ", text.strip(SPACE)))


def tidy(text: str) -> str:
    """Return a line of text with each run of white space as one blank."""
    return SPACES.sub(" ", text.strip(SPACE))


def bare(text: str) -> str:
    """Return a text without any white space, to compare labels such as `合  计`."""
    return SPACES.sub("", text.replace("\u3000", "")).strip(SPACE)


def is_header_word(text: str) -> bool:
    """Say whether a cell reads like the name of a column."""
    word = bare(text).lower()
    if word in HEADER_WORDS or fold(text).lower() in HEADER_WORDS:
        return True
    stem = re.sub(r"[（(].{0,10}[）)]$", "", word)
    return len(stem) <= 12 and (stem in HEADER_WORDS or stem.endswith(HEADER_ENDINGS))


def total_level(text: str) -> int:
    """Return the rank of a total's label, 0 when the text is none: 小计 1, 类合计 2, 合计 3, 总计 4, 总合计 5."""
    if TOTAL_HINT.search(text) is None:
        return 0
    word = bare(text)
    if len(word) > 30:
        return 0
    if ENGLISH_TOTAL.fullmatch(word) or ENGLISH_TOTAL.fullmatch(text.strip()):
        return 1 if word.lower().startswith("sub") else 4 if word.lower().startswith("grand") else 3
    if CARRIED.fullmatch(word):
        return 4
    match = TOTAL_LABEL.fullmatch(word)
    if match is None:
        return 0
    level = TOTAL_LEVELS[match["word"]]
    prefix = match["prefix"]
    if prefix.endswith(("设", "统", "会", "不", "未", "无", "审")) or re.search(r"[，。；？！]", prefix):
        return 0
    return 2 if level == 3 and prefix and prefix not in WHOLE_PREFIXES else level
