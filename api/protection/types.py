"""Protection, as the schema shows it. Who reported is not in it."""

from __future__ import annotations

import datetime as dt

import strawberry

from api.enums import DutyRecipient, MeasureKind
from api.fields import Node, described
from api.tenancy.types import Organisation


@strawberry.type(description="An authority that the law wants told 强制报告义务")
class ReportDuty(Node):
    """A reporting duty."""

    __view__ = "report_duty"

    recipient: DutyRecipient | None = described("Whom 报告对象")
    recipient_label: str | None = described("The recipient's Chinese word 报告对象名称")
    rule: str | None = described("DV1 or MIN1 规则编号")
    opened_at: dt.datetime | None = described("Owed since 产生时间")
    fulfilled_at: dt.datetime | None = described("Told 报告时间")


@strawberry.type(description="A written warning or a step of a protection order 保护措施")
class ProtectionMeasure(Node):
    """A measure."""

    __view__ = "protection_measure"

    kind: MeasureKind | None = described("Which 类型")
    kind_label: str | None = described("Its Chinese word 类型名称")
    organisation: Organisation | None = described("Who took it 作出单位")
    number: str | None = described("Number of the paper 文号")
    taken_at: dt.datetime | None = described("When 时间")
    urgent: bool | None = described("Urgent: 24 hours instead of 72 (DV3) 是否紧急")
    valid_until: dt.date | None = described("Last day of an order 有效期至")
    decide_by: dt.datetime | None = described("When the court decides on an application at the latest (DV3) 裁定期限")


@strawberry.type(description="A notice from one body to another 线索通报")
class ClueNotice(Node):
    """A clue notice."""

    __view__ = "clue_notice"

    sender: Organisation | None = described("From whom 通报单位")
    recipient: Organisation | None = described("To whom 接收单位")
    clue: str | None = described("What is told 线索内容")
    sent_at: dt.datetime | None = described("When 通报时间")
    acknowledged_at: dt.datetime | None = described("When acknowledged 签收时间")
