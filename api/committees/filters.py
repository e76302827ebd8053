"""Ways to narrow and sort committees and mediators."""

from __future__ import annotations

import datetime as dt

import strawberry

from api.cases.figures import optional
from api.enums import CommitteeOrderField, MediatorOrderField, OrderDirection


@strawberry.input(description="Which committees; all conditions given must hold 调委会筛选条件")
class CommitteeFilter:
    """Conditions on committees."""

    place_id: strawberry.ID | None = optional("Whose home lies in this town, community or grid 所在区域")
    organisation_id: strawberry.ID | None = optional("The one that is this organisation 单位")
    term_ended: bool | None = optional("Whose term is over, or not 任期是否届满")
    term_ends_until: dt.date | None = optional("Whose term ends by this day 届满截止日期")


@strawberry.input(description="How to sort committees 调委会排序")
class CommitteeOrder:
    """A field and a direction."""

    field: CommitteeOrderField = strawberry.field(description="By what 排序字段")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which way 排序方向")


@strawberry.input(description="Which mediators; all conditions given must hold 调解员筛选条件")
class MediatorFilter:
    """Conditions on mediators."""

    place_id: strawberry.ID | None = optional("Of committees in this town, community or grid 所在区域")
    committee_id: strawberry.ID | None = optional("Of this committee 调委会")
    name_contains: str | None = optional("Name contains 姓名包含")
    in_office: bool | None = optional("In office now, or not 是否在任")


@strawberry.input(description="How to sort mediators 调解员排序")
class MediatorOrder:
    """A field and a direction."""

    field: MediatorOrderField = strawberry.field(description="By what 排序字段")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which way 排序方向")
