"""The day view of clocks and supervision, and the county's calendar, as roots of the query."""

from __future__ import annotations

from typing import Annotated

import strawberry

from api.cases.types import After, Before, First, Last
from api.deadlines.filters import DeadlineFilter, DeadlineOrder, SupervisionFilter, SupervisionOrder
from api.deadlines.types import CalendarDay, Deadline, Supervision
from api.fields import Connection, NotResolved, rooted
from domain.reading.compile import Listing, Rows


@strawberry.type
class DeadlineQueries:
    """A part of the query root."""

    @rooted(Listing("deadline"), "Deadlines of the cases within reach, soonest first 期限列表")
    def deadlines(
        self,
        filter: Annotated[DeadlineFilter | None, strawberry.argument(description="Which deadlines 筛选")] = None,
        order_by: Annotated[DeadlineOrder | None, strawberry.argument(description="How to sort 排序")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Deadline] | None:
        raise NotResolved

    @rooted(Listing("supervision"), "Supervisions of the cases within reach, newest first 督办列表")
    def supervisions(
        self,
        filter: Annotated[SupervisionFilter | None, strawberry.argument(description="Which 筛选")] = None,
        order_by: Annotated[SupervisionOrder | None, strawberry.argument(description="How to sort 排序")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Supervision] | None:
        raise NotResolved

    @rooted(Rows("calendar_day", "day", {"year": "year"}), "Days that the county has set for itself 工作日历调整")
    def calendar_days(
        self, year: Annotated[int, strawberry.argument(description="Of which year 年份")]
    ) -> list[CalendarDay]:
        raise NotResolved
