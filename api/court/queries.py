"""The court's docket, as a root of the query."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import strawberry

from api.cases.figures import optional
from api.cases.types import After, Before, First, JudicialConfirmation, Last
from api.enums import ConfirmationOrderField, ConfirmationStatus, OrderDirection
from api.fields import Connection, NotResolved, rooted
from domain.reading.compile import Listing


@strawberry.input(description="Which applications; all conditions given must hold 司法确认筛选条件")
class ConfirmationFilter:
    """Conditions on applications for confirmation."""

    status: list[ConfirmationStatus] | None = optional("In one of these states 状态")
    court_id: strawberry.ID | None = optional("At this court 法院")
    due_from: dt.date | None = optional("Next step due on or after 期限起始日")
    due_until: dt.date | None = optional("Next step due on or before 期限截止日")
    overdue: bool | None = optional("The court is late with it or not 是否超期")


@strawberry.input(description="How to sort applications 司法确认排序")
class ConfirmationOrder:
    """A field and a direction."""

    field: ConfirmationOrderField = strawberry.field(description="By what 排序字段")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which way 排序方向")


@strawberry.type
class CourtQueries:
    """A part of the query root."""

    # Only those whose agreement the caller may read: the list itself would tell of the others.
    @rooted(
        Listing("judicial_confirmation", needed="agreement"),
        "Applications for confirmation within reach, newest first: the court's docket 司法确认列表",
    )
    def confirmations(
        self,
        filter: Annotated[ConfirmationFilter | None, strawberry.argument(description="Which 筛选")] = None,
        order_by: Annotated[ConfirmationOrder | None, strawberry.argument(description="How to sort 排序")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[JudicialConfirmation] | None:
        raise NotResolved
