"""What left the main road, as the schema shows it: rests, withdrawals, breaches."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.enums import BreachRemedy, PauseReason
from api.fields import Node, described
from api.tenancy.types import User

if TYPE_CHECKING:
    from api.cases.types import Obligation, Party

LazyParty = Annotated["Party", strawberry.lazy("api.cases.types")]
LazyObligation = Annotated["Obligation", strawberry.lazy("api.cases.types")]


@strawberry.type(description="A rest of the mediation 调解中止")
class Pause(Node):
    """A pause."""

    __view__ = "pause"

    reason: PauseReason | None = described("Why 中止原因")
    reason_label: str | None = described("The reason's Chinese words 中止原因名称")
    paused_at: dt.datetime | None = described("Since 中止时间")
    paused_by: User | None = described("By whom 中止人")
    resumed_at: dt.datetime | None = described("Until; null while it runs 恢复时间")
    working_days: int | None = described("Working days it took, its first day not counted 中止工作日数")
    counts: bool | None = described("Whether its time is part of the period; an appraisal's is not 是否计入调解期限")


@strawberry.type(description="A party's word that ended the mediation 当事人终止调解")
class Withdrawal(Node):
    """A withdrawal."""

    __view__ = "withdrawal"

    party: LazyParty | None = described("Whose word 终止调解的当事人")
    withdrawn_at: dt.datetime | None = described("When 终止时间")
    recorded_by: User | None = described("Who recorded it; the party's own account, or a mediator 记录人")


@strawberry.type(description="A report that an obligation was not kept 未履行情况")
class Breach(Node):
    """A breach."""

    __view__ = "breach"

    obligation: LazyObligation | None = described("Which obligation 未履行事项")
    party: LazyParty | None = described("Whose report 报告的当事人")
    reported_by: User | None = described("Who recorded it 记录人")
    reported_at: dt.datetime | None = described("When 报告时间")
    refused: bool | None = described("The debtor refused to perform 义务人是否明确拒绝履行")
    description: str | None = described("What was not done 未履行情况")
    remedy: BreachRemedy | None = described("What is open to the creditor 救济途径")
    remedy_label: str | None = described("The remedy's Chinese words 救济途径名称")
    enforce_by: dt.date | None = described(
        "Last day to apply for enforcement, of a confirmed agreement (CONF10) 申请执行期限"
    )
