"""Payloads of the mutations of clocks, supervision and the calendar: done, or every way to be refused."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import strawberry

from api.cases.payloads import CaseChanged
from api.errors import Forbidden, InvalidInput, NotFound, RuleRefused
from api.fields import described


@strawberry.type(description="Done: extend a deadline 延长期限成功")
class CaseExtendDeadlineSuccess(CaseChanged):
    """Extend a deadline: done."""


@strawberry.type(description="Done: supervise 督办成功")
class CaseOpenSupervisionSuccess(CaseChanged):
    """Supervise: done."""


@strawberry.type(description="Done: answer a supervision 督办答复成功")
class CaseAnswerSupervisionSuccess(CaseChanged):
    """Answer a supervision: done."""


@strawberry.type(description="Done: close a supervision 督办办结成功")
class CaseCloseSupervisionSuccess(CaseChanged):
    """Close a supervision: done."""


@strawberry.type(description="Done: acknowledge a risk report 风险报告签收成功")
class CaseAcknowledgeRiskSuccess(CaseChanged):
    """Acknowledge a risk report: done."""


@strawberry.interface(description="A county's calendar was changed 工作日历已变更")
class CalendarChanged:
    """What every change of the calendar shows."""

    day: dt.date = described("Which day 日期")
    deadlines_moved: int = described("How many open deadlines it moved, in the same transaction 受影响的期限数")
    client_mutation_id: str | None = described("As given 客户端标识")


@strawberry.type(description="Done: set a day 设定工作日成功")
class CalendarDaySetSuccess(CalendarChanged):
    """Set a day: done."""

    working: bool = described("Whether it is worked 是否工作日")


@strawberry.type(description="Done: clear a day 取消工作日设定成功")
class CalendarDayClearSuccess(CalendarChanged):
    """Clear a day: done."""


CaseExtendDeadlineResult = Annotated[
    CaseExtendDeadlineSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseExtendDeadlineResult", description="Extend a deadline: done, or why not 延长期限结果"),
]
CaseOpenSupervisionResult = Annotated[
    CaseOpenSupervisionSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseOpenSupervisionResult", description="Supervise: done, or why not 督办结果"),
]
CaseAnswerSupervisionResult = Annotated[
    CaseAnswerSupervisionSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseAnswerSupervisionResult", description="Answer a supervision: done, or why not 督办答复结果"),
]
CaseCloseSupervisionResult = Annotated[
    CaseCloseSupervisionSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CaseCloseSupervisionResult", description="Close a supervision: done, or why not 督办办结结果"),
]
CaseAcknowledgeRiskResult = Annotated[
    CaseAcknowledgeRiskSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union(
        "CaseAcknowledgeRiskResult", description="Acknowledge a risk report: done, or why not 风险报告签收结果"
    ),
]
CalendarDaySetResult = Annotated[
    CalendarDaySetSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CalendarDaySetResult", description="Set a day: done, or why not 设定工作日结果"),
]
CalendarDayClearResult = Annotated[
    CalendarDayClearSuccess | RuleRefused | Forbidden | NotFound | InvalidInput,
    strawberry.union("CalendarDayClearResult", description="Clear a day: done, or why not 取消工作日设定结果"),
]
