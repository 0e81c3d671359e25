"""Where each book of the example community lies: files, header rows, columns and words, by hand."""

from __future__ import annotations

from collections.abc import Mapping

from tests.recount.books import NUMBERED, Book

_TWO = {"收入": "收入", "支出": "支出"}
BOOKS: Mapping[str, Book] = {
    "issues": Book(
        sheets=[("问题登记簿2024.xlsx", "2024年", 3), ("问题登记簿2025.xlsx", "问题登记", 2)],
        columns={
            "code": ["编号", "问题编号"], "registered_at": ["登记时间", "反映时间"], "place": ["地点", "楼栋/地点"],
            "reporter": ["反映人"], "channel": ["反映渠道", "渠道"], "description": ["问题描述", "反映内容"],
            "category": ["类别", "问题类别"], "handler": ["责任人"], "forwarded_to": ["转办单位"],
            "status": ["状态", "办理状态"], "closed_at": ["办结时间"], "replied_at": ["反馈时间"],
            "reply_method": ["反馈方式"], "result": ["结果", "处理结果"], "satisfaction": ["满意度"], "note": ["备注"],
        },
        days=["registered_at", "closed_at", "replied_at"],
        words={
            "category": {"环境卫生": "卫生", "公共设施": "设施", "邻里纠纷": "矛盾纠纷"},
            "channel": {"来访": "上门", "12345转来": "12345"},
            "status": {"办结": "已办结", "转办": "已转办", "待核实": "待处理"},
        },
        keep=("code", r"\d{4}|2025-\d{4}"),
    ),
    "activities": Book(
        sheets=[("活动台账.xlsx", "2024年", 3), ("活动台账.xlsx", "2025年", 3)],
        columns={
            "code": ["序号"], "held_on": ["日期"], "name": ["活动名称"], "category": ["类型"], "place": ["地点"],
            "attendance": ["参与人次"], "households": ["参与户数"], "organizer": ["组织队伍"], "cost": ["经费"],
            "raised": ["募集金额"], "note": ["备注"],
        },
        days=["held_on"],
        numbers={"attendance": 1, "households": 1, "cost": 1, "raised": 1},
        words={
            "category": {
                "文化活动": "文化", "环境整治": "环境清洁", "爱心义卖": "义卖募捐", "青少年活动": "亲子青少年",
            }
        },
        keep=("code", NUMBERED),
    ),
    "volunteers": Book(
        sheets=[("志愿者花名册.xlsx", "花名册", 3)],
        columns={
            "code": ["序号"], "joined_on": ["加入时间"], "birth": ["出生年月"], "name": ["姓名"], "gender": ["性别"],
            "politics": ["政治面貌"], "team": ["所在队伍"], "backbone": ["居民骨干"], "building": ["住址"],
        },
        days=["joined_on", "birth"],
        words={"politics": {"中共党员": "党员", "共青团员": "团员"}},
        keep=("code", NUMBERED),
    ),
    "service_hours": Book(
        sheets=[("志愿服务时长.ods", "2024年", 1), ("志愿服务时长.ods", "2025年", 1)],
        columns={
            "served_on": ["日期"], "team": ["队伍"], "person": ["姓名"], "item": ["服务内容"],
            "hours": ["时长（小时）"], "activity": ["对应活动"],
        },
        days=["served_on"],
        numbers={"hours": 1},
        keep=("person", r".+"),
    ),
    "patrols": Book(
        sheets=[("巡查维护记录.xlsx", "2024", 3), ("巡查维护记录.xlsx", "2025", 3)],
        columns={
            "code": ["序号"], "patrolled_on": ["巡查日期"], "kind": ["巡查类型"], "team": ["巡查队伍"],
            "person": ["巡查人"], "facility": ["巡查设施"], "spots": ["检查处数"], "hazards": ["发现隐患（处）"],
            "action": ["处理情况"], "fixed": ["当场维护（处）"],
        },
        days=["patrolled_on"],
        numbers={"spots": 1, "hazards": 1, "fixed": 1},
        words={
            "action": {
                "当场修好": "现场维修", "登记报修": "报修", "已报街道": "上报街道", "联系当事人整改": "劝导整改",
            },
            "facility": {"中心花园健身器材": "健身器材"},
        },
        keep=("code", NUMBERED),
    ),
    "channels": Book(
        sheets=[("沟通渠道一览.docx", "表1", 1)],
        columns={
            "opened_on": ["开通时间"], "category": ["渠道类型"], "name": ["名称"], "households": ["覆盖户数"],
            "members": ["人数"], "spots": ["处数"], "keeper": ["管理员"], "rhythm": ["更新频率"], "note": ["备注"],
        },
        days=["opened_on"],
        numbers={"households": 1, "members": 1, "spots": 1},
        keep=("name", r".+"),
        left_out=(("note",), r"已停用|已解散|已拆除"),
    ),
    "notices": Book(
        sheets=[("通知公告登记.xlsx", "通知公告", 2)],
        columns={
            "code": ["序号"], "published_on": ["发布日期"], "category": ["类型"], "title": ["标题"],
            "channel": ["发布渠道"], "spots": ["张贴处数"], "publisher": ["发布人"],
        },
        days=["published_on"],
        numbers={"spots": 1},
        keep=("code", NUMBERED),
    ),
    "consultations": Book(
        sheets=[("咨询接待记录.csv", None, 1)],
        columns={
            "consulted_on": ["日期"], "mode": ["方式"], "form": ["形式"], "person": ["来访人"], "building": ["楼栋"],
            "category": ["咨询类别"], "topic": ["咨询内容"], "receiver": ["接待人"], "outcome": ["答复情况"],
            "fixed": ["固定接待"], "note": ["备注"],
        },
        days=["consulted_on"],
        words={
            "mode": {"线上": "线上咨询", "线下": "线下接待"}, "outcome": {"已转登记": "转登记", "约好回话": "待回复"},
        },
        keep=("mode", r"线上|线下"),
    ),
    "meetings": Book(
        sheets=[("议事会记录.xlsx", "议事会", 3)],
        columns={
            "code": ["次序"], "held_on": ["会议日期"], "topic": ["议题"], "due": ["应到人数"], "present": ["实到人数"],
            "agree": ["同意"], "against": ["反对"], "abstain": ["弃权"], "resolution": ["决议结果"],
            "opinions": ["收集意见（条）"], "adopted": ["已落实（条）"], "note": ["备注"],
        },
        days=["held_on"],
        numbers=dict.fromkeys(["due", "present", "agree", "against", "abstain", "opinions", "adopted"], 1),
        keep=("code", r"\d{4}年第\d+次"),
    ),
    "mediations": Book(
        sheets=[("调解台账.xlsx", "调解台账", 2)],
        columns={
            "code": ["调解编号"], "opened_on": ["调解日期"], "revisited_on": ["回访日期"], "category": ["纠纷类型"],
            "sessions": ["调解次数"], "mediator": ["调解人"], "third_party": ["第三方"], "result": ["调解结果"],
            "revisited": ["回访情况"],
        },
        days=["opened_on", "revisited_on"],
        numbers={"sessions": 1},
        words={
            "category": {
                "噪音纠纷": "噪音", "漏水纠纷": "漏水", "公共空间纠纷": "占道", "停车纠纷": "停车", "其他纠纷": "其他",
            },
            "result": {"达成和解": "达成谅解", "口头谅解": "达成谅解", "未达成一致": "未达成"},
        },
        keep=("code", r"调\d{4}-\d{2}"),
    ),
    "orders": Book(
        sheets=[("12345工单.csv", None, 1)],
        columns={
            "code": ["工单编号"], "dispatched_on": ["派单时间"], "responded_at": ["响应时间"],
            "closed_at": ["办结时间"],
            "category": ["诉求类别"], "responded": ["是否响应"], "solved": ["是否解决"], "satisfied": ["满意度"],
        },
        days=["dispatched_on", "responded_at", "closed_at"],
        words={"satisfied": {"满意": "是", "基本满意": "是", "不满意": "否"}},
        keep=("code", r"YL\d+"),
    ),
    "ledger": Book(
        sheets=[("资金收支台账.xlsx", "2024年", 3), ("资金收支台账.xlsx", "2025年", 3)],
        columns={
            "booked_on": ["日期"], "code": ["凭证号"], "summary": ["摘要"], "category": ["资金来源"],
            "purpose": ["用途"], "income": ["收入"], "expense": ["支出"], "balance": ["余额"],
            "handler": ["经手人"], "note": ["备注"],
        },
        days=["booked_on"],
        numbers={"income": 1, "expense": 1, "balance": 1},
        words={
            "category": {"捐款": "居民捐款", "补贴": "政府补贴", "赞助": "企业赞助", "义卖": "爱心义卖"},
            "purpose": {"社区活动": "活动支出", "日常维修": "设施维修", "保洁补助": "保洁", "办公宣传": "办公用品"},
        },
        keep=("summary", r"(?!本月合计|全年合计|出纳：).+"),
    ),
    "budget": Book(
        sheets=[("年度预算.xlsx", "2024年预算", 3), ("年度预算.xlsx", "2025年预算", 3)],
        columns={"direction": ["收支"], "item": ["科目"], "amount": ["预算金额"], "note": ["说明"]},
        numbers={"amount": 1},
        keep=("direction", "|".join(_TWO)),
    ),
    "projects": Book(
        sheets=[("改造项目台账.xlsx", "项目", 3)],
        columns={
            "code": ["序号"], "started_on": ["申报时间"], "name": ["项目名称"], "source": ["资金来源"],
            "approved_on": ["批复时间"], "began_on": ["开工时间"], "finished_on": ["竣工时间"], "status": ["状态"],
            "spots": ["改造处数"], "households": ["惠及户数"], "applied": ["申请金额（万元）"],
            "approved": ["批复金额（万元）"], "received": ["到账金额（万元）"], "spent": ["支出金额（万元）"],
        },
        days=["started_on", "approved_on", "began_on", "finished_on"],
        numbers={"spots": 1, "households": 1} | dict.fromkeys(["applied", "approved", "received", "spent"], 10000),
        words={
            "source": dict.fromkeys(
                ["街道微治理补贴", "老旧小区改造补贴", "区适老化改造补贴", "平安建设补贴"], "政府补贴"
            )
        },
        keep=("code", NUMBERED),
    ),
    "inkind": Book(
        sheets=[("捐物与共建登记.xlsx", "捐物共建", 3)],
        columns={
            "received_on": ["日期"], "donor": ["捐赠方"], "donor_kind": ["捐赠方类型"], "item": ["物品名称"],
            "quantity": ["数量"], "worth": ["折价金额"],
        },
        days=["received_on"],
        numbers={"quantity": 1, "worth": 1},
        keep=("donor", r".+"),
    ),
    "trainings": Book(
        sheets=[("培训与满意度调查.xlsx", "培训", 2)],
        columns={
            "code": ["序号"], "held_on": ["培训日期"], "topic": ["培训内容"], "teacher": ["授课人"],
            "attendance": ["参加人数"], "hours": ["时长（小时）"], "audience": ["面向队伍"],
        },
        days=["held_on"],
        numbers={"attendance": 1, "hours": 1},
        keep=("code", NUMBERED),
    ),
    "surveys": Book(
        sheets=[("培训与满意度调查.xlsx", "满意度调查", 3)],
        columns={
            "topic": ["调查名称"], "held_on": ["调查日期"], "sent": ["发放份数"], "returned": ["回收份数"],
            "satisfied": ["满意"], "fair": ["基本满意"], "unsatisfied": ["不满意"], "method": ["方式"],
        },
        days=["held_on"],
        numbers=dict.fromkeys(["sent", "returned", "satisfied", "fair", "unsatisfied"], 1),
        keep=("topic", r"\d{4}年.+"),
    ),
    "plans": Book(
        sheets=[("工作计划.xlsx", f"{year}年", 2) for year in (2024, 2025, 2026)],
        columns={
            "code": ["序号"], "due_on": ["完成期限"], "task": ["工作目标"], "goal": ["量化指标"], "owner": ["责任人"],
            "status": ["完成情况"],
        },
        days=["due_on"],
        words={"status": {"部分完成": "进行中", "未开始": "计划中"}},
        keep=("code", NUMBERED),
    ),
    "buildings": Book(
        sheets=[("社区基本情况.xlsx", "楼栋情况", 3)],
        columns={
            "building": ["楼号"], "units": ["单元数"], "households": ["户数"], "residents": ["常住人口"],
            "elders": ["60岁以上老人"], "alone": ["独居老人"], "rented": ["出租户"],
        },
        numbers=dict.fromkeys(["units", "households", "residents", "elders", "alone", "rented"], 1),
        keep=("building", r"\d+号楼"),
    ),
}  # fmt: skip
