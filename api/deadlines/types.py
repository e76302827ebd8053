"""Clocks, supervision, risk reports and the calendar, as the schema shows them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.enums import (
    DeadlineKind,
    DeadlineState,
    DeadlineStep,
    DeadlineUnit,
    LeadershipLevel,
    RiskLevel,
    SupervisionCause,
)
from api.fields import Node, described
from api.tenancy.types import User

if TYPE_CHECKING:
    from api.cases.types import Case

LazyCase = Annotated["Case", strawberry.lazy("api.cases.types")]


@strawberry.type(description="Something the worker did about a deadline, once 期限处理步骤")
class DeadlineStepTaken:
    """A step."""

    __view__ = "deadline_step"

    step: DeadlineStep = described("Which step 步骤")
    step_label: str = described("The step's Chinese word 步骤名称")
    at: dt.datetime = described("When 时间")


@strawberry.type(description="One extension of a deadline 期限延长记录")
class DeadlineExtension:
    """An extension."""

    __view__ = "deadline_extension"

    days: int | None = described("By how many days of the kind it counts 延长天数")
    reason: str | None = described("Why 延长理由")
    consented: bool | None = described("Whether all parties agreed 各方当事人是否同意")
    due_before: dt.datetime | None = described("When it was due 原期限")
    due_after: dt.datetime | None = described("When it was due from then on 延长后期限")
    recorded_by: User | None = described("Who recorded it 登记人")
    recorded_at: dt.datetime | None = described("When recorded 登记时间")


@strawberry.type(description="A period that runs, or ran, for a case 办理期限")
class Deadline(Node):
    """A deadline."""

    __view__ = "deadline"

    case: LazyCase | None = described("Its case 所属案件")
    kind: DeadlineKind = described("What it is for 期限类型")
    kind_label: str = described("The kind's Chinese word 期限类型名称")
    rule: str = described("Id of the rule that sets it 规则编号")
    source: str = described("The law or policy behind it 依据")
    unit: DeadlineUnit = described("By what it counts 计算单位")
    starts_at: dt.datetime = described("What it counts from; the first day does not count 起算时间")
    opened_at: dt.datetime = described("When it was opened 开始时间")
    due: dt.datetime = described("Its last moment 到期时间")
    warn_at: dt.datetime = described("When a warning is given 提醒时间")
    state: DeadlineState = described("Where it stands now 状态")
    state_label: str = described("The state's Chinese word 状态名称")
    remaining: int | None = described(
        "Whole days left, working days where the rule counts those; 0 on the last day, negative when over 剩余天数"
    )
    remaining_hours: int | None = described("Whole hours left 剩余小时")
    late: bool = described("Past its end, or ended past it 是否超期")
    paused_at: dt.datetime | None = described("Since when it stands still 中止时间")
    paused_days: int = described("Days of pauses that did not count 不计入期限的天数")
    extensions: int = described("How often extended 延长次数")
    extended_by: int = described("By how many days in all 延长天数")
    closed_at: dt.datetime | None = described("When it ended 终结时间")
    steps: list[DeadlineStepTaken] = described("What was done about it, in order 处理步骤")
    extension_records: list[DeadlineExtension] | None = described("Each extension 延长记录")


@strawberry.type(description="A case watched from above 督办")
class Supervision(Node):
    """A supervision."""

    __view__ = "supervision"

    case: LazyCase | None = described("Its case 所属案件")
    cause: SupervisionCause = described("Why 督办事由")
    cause_label: str = described("The cause's Chinese word 督办事由名称")
    level: DeadlineStep = described("How far silence has been escalated 督办层级")
    level_label: str = described("The level's Chinese word 督办层级名称")
    deadline: Deadline | None = described("The deadline that passed, if that is why 超期的期限")
    opened_at: dt.datetime = described("When opened 发起时间")
    answer_due_at: dt.datetime | None = described("When the answer is due 答复期限")
    answered_at: dt.datetime | None = described("When answered 答复时间")
    closed_at: dt.datetime | None = described("When closed 办结时间")
    demand: str | None = described("What is demanded, by hand 督办要求")
    opened_by: User | None = described("Who opened it; nobody: the system 发起人")
    answer: str | None = described("The handler's answer 答复内容")
    answered_by: User | None = described("Who answered 答复人")
    evidence: str | None = described("What shows that the matter is settled 办结依据")
    closed_by: User | None = described("Who closed it 办结人")


@strawberry.type(description="Whether a level of leadership has read a risk report 风险报告签收")
class RiskReading:
    """A reading."""

    __view__ = "risk_reading"

    level: LeadershipLevel = described("Whose leadership 层级")
    level_label: str = described("The level's Chinese word 层级名称")
    read_at: dt.datetime | None = described("When acknowledged 签收时间")
    read_by: User | None = described("By whom 签收人")


@strawberry.type(description="A red risk or possible mass incident, reported at once (RISK1) 风险报告")
class RiskReport:
    """A risk report."""

    __view__ = "risk_report"

    risk_level: RiskLevel | None = described("How dangerous 风险等级")
    mass_incident: bool = described("May become a mass incident 是否可能引发群体性事件")
    reported_at: dt.datetime = described("When reported 报告时间")
    readings: list[RiskReading] = described("Who has read it 签收情况")


@strawberry.type(description="A day that the county works, or not, whatever the published calendar says 工作日历调整")
class CalendarDay:
    """A day set by the county."""

    __view__ = "calendar_day"

    day: dt.date = described("Which day 日期")
    working: bool = described("Whether it is worked 是否工作日")
    reason: str = described("Why 理由")
    set_by: User | None = described("Who set it 设定人")
    set_at: dt.datetime = described("When set 设定时间")
