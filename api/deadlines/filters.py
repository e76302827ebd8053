"""Ways to narrow and sort deadlines and supervisions."""

from __future__ import annotations

import datetime as dt

import strawberry

from api.cases.figures import optional
from api.enums import (
    DeadlineKind,
    DeadlineOrderField,
    DeadlineState,
    DeadlineStep,
    OrderDirection,
    SupervisionCause,
    SupervisionOrderField,
)


@strawberry.input(description="Which deadlines; all conditions given must hold 期限筛选条件")
class DeadlineFilter:
    """Conditions on deadlines."""

    states: list[DeadlineState] | None = optional("In one of these states 状态")
    kinds: list[DeadlineKind] | None = optional("Of these kinds 期限类型")
    open: bool | None = optional("Not ended yet 是否未终结")
    due_from: dt.datetime | None = optional("Due at or after 到期起始时间")
    due_until: dt.datetime | None = optional("Due before 到期截止时间")
    organisation_id: strawberry.ID | None = optional("Of cases of this centre 受理中心")
    handler_id: strawberry.ID | None = optional("Of cases handled by 承办单位")
    court_id: strawberry.ID | None = optional("Of cases this court is seized of 法院")
    case_id: strawberry.ID | None = optional("Of this case 案件")


@strawberry.input(description="How to sort deadlines 期限排序")
class DeadlineOrder:
    """A field and a direction."""

    field: DeadlineOrderField = strawberry.field(description="By what 排序字段")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which way 排序方向")


@strawberry.input(description="Which supervisions; all conditions given must hold 督办筛选条件")
class SupervisionFilter:
    """Conditions on supervisions."""

    causes: list[SupervisionCause] | None = optional("For one of these causes 督办事由")
    levels: list[DeadlineStep] | None = optional("At one of these levels 督办层级")
    open: bool | None = optional("Not closed yet 是否未办结")
    answered: bool | None = optional("Answered or not 是否已答复")
    handler_id: strawberry.ID | None = optional("Of cases handled by 承办单位")


@strawberry.input(description="How to sort supervisions 督办排序")
class SupervisionOrder:
    """A field and a direction."""

    field: SupervisionOrderField = strawberry.field(description="By what 排序字段")
    direction: OrderDirection = strawberry.field(default=OrderDirection.DESC, description="Which way 排序方向")
