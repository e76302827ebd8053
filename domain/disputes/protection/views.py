"""What can be read of protection: part of the case. Who reported is nowhere to be read."""

from __future__ import annotations

from datetime import datetime

from domain.disputes.cases.parts import OF_CASE
from domain.disputes.cases.told import INTERNAL
from domain.disputes.protection.codes import MeasureKind
from domain.foundation.query.expressions import (
    column,
    enum,
    expression,
    seen_under,
    to_one,
)
from domain.foundation.query.narrowing import ordering
from domain.foundation.query.view import View, by_name
from domain.law.deadlines.schedule import PROTECTION_ORDER, PROTECTION_ORDER_URGENT
from domain.law.report_duties.codes import DutyRecipient

IDENTITY, CLUE = "identity", "clue"

REPORT_DUTY = View(
    name="report_duty",
    description="An authority that the law wants told 强制报告义务",
    table="report_duty",
    owner=OF_CASE,
    prefix="duty",
    seen=seen_under(IDENTITY, besides=INTERNAL),
    members=by_name(
        enum("recipient", DutyRecipient, "Whom 报告对象", IDENTITY),
        column("rule", "DV1 or MIN1 规则编号", IDENTITY),
        column("opened_at", "Owed since 产生时间", IDENTITY),
        column("fulfilled_at", "Told 报告时间", IDENTITY),
    ),
    orderings=by_name(ordering("opened_at", "timestamptz")),
)

PROTECTION_MEASURE = View(
    name="protection_measure",
    description="A written warning or a step of a protection order 保护措施",
    table="protection_measure",
    owner=OF_CASE,
    prefix="measure",
    seen=seen_under(IDENTITY, besides=INTERNAL),
    members=by_name(
        enum("kind", MeasureKind, "Which 类型", IDENTITY, label="Its Chinese word 类型名称"),
        to_one("organisation", "organisation", "Who took it 作出单位", IDENTITY),
        column("number", "Number of the paper 文号", IDENTITY),
        column("taken_at", "When 时间", IDENTITY),
        column("urgent", "Urgent: 24 hours instead of 72 (DV3) 是否紧急", IDENTITY),
        column("valid_until", "Last day of an order 有效期至", IDENTITY),
        # The clock itself is kept out of the case's list of deadlines, which more people read.
        expression(
            "decide_by",
            datetime,
            "When the court decides on an application at the latest (DV3) 裁定期限",
            lambda t: (
                f"CASE WHEN {t}.kind = 'order_applied' THEN {t}.taken_at + make_interval(hours =>"
                f" CASE WHEN {t}.urgent THEN {PROTECTION_ORDER_URGENT.hours} ELSE {PROTECTION_ORDER.hours} END) END"
            ),
            IDENTITY,
        ),
    ),
    orderings=by_name(ordering("taken_at", "timestamptz")),
)

CLUE_NOTICE = View(
    name="clue_notice",
    description="A notice from one body to another 线索通报",
    table="clue_notice",
    owner=OF_CASE,
    prefix="clue",
    seen=seen_under(CLUE, besides=INTERNAL),
    members=by_name(
        to_one("sender", "organisation", "From whom 通报单位", CLUE),
        to_one("recipient", "organisation", "To whom 接收单位", CLUE),
        column("clue", "What is told 线索内容", CLUE),
        column("sent_at", "When 通报时间", CLUE),
        column("acknowledged_at", "When acknowledged 签收时间", CLUE),
    ),
    orderings=by_name(ordering("sent_at", "timestamptz")),
)

VIEWS = (REPORT_DUTY, PROTECTION_MEASURE, CLUE_NOTICE)
