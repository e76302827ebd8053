"""Figures over cases, and the ways to narrow and sort them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import strawberry

from api.enums import CaseDimension, CaseOrderField, CaseSource, CaseStatus, OrderDirection, RiskLevel
from api.fields import described


def optional(text: str) -> Any:
    """A condition that narrows only when given."""
    return strawberry.field(default=strawberry.UNSET, description=text)


@strawberry.input(description="Which cases; all conditions given must hold 案件筛选条件")
class CaseFilter:
    """Conditions on cases. A field the caller may not read on every case of the list is refused."""

    status: list[CaseStatus] | None = optional("In one of these states 状态")
    source: list[CaseSource] | None = optional("Brought in by one of these 来源")
    risk_level: list[RiskLevel] | None = optional("Of these risk levels 风险等级")
    type_codes: list[str] | None = optional("Of these types 纠纷类型代码")
    type_group: list[str] | None = optional("Of these groups of types, two digits 纠纷大类代码")
    organisation_id: strawberry.ID | None = optional("Registered at this centre 受理中心")
    handler_id: strawberry.ID | None = optional("Handled by 承办单位")
    court_id: strawberry.ID | None = optional("This court is seized of it 法院")
    place_id: strawberry.ID | None = optional("In this town, community or grid 区域")
    number: str | None = optional("Exactly this number 案号")
    registered_from: dt.datetime | None = optional("Registered at or after 登记起始时间")
    registered_until: dt.datetime | None = optional("Registered before 登记截止时间")
    settled: bool | None = optional("Settled or not 是否化解")
    open: bool | None = optional("Neither closed, archived nor declined 是否未结")
    overdue: bool | None = optional("Past due, or ended past due 是否超期")
    paused: bool | None = optional("Mediation rests or not 是否中止")
    reopened: bool | None = optional("Ever reopened or not 是否重启过")
    breached: bool | None = optional("An obligation is reported as not kept 是否存在未履行")
    title_contains: str | None = optional("Title contains 标题包含")
    party_name: str | None = optional("A party has exactly this name 当事人姓名")


@strawberry.input(description="How to sort cases 案件排序")
class CaseOrder:
    """A field and a direction."""

    field: CaseOrderField = strawberry.field(description="By what 排序字段")
    direction: OrderDirection = strawberry.field(default=OrderDirection.DESC, description="Which way 排序方向")


@strawberry.interface(description="Figures over cases; each success beside what would expose gaming it 案件指标")
class CaseMeasures:
    """What is counted."""

    brought_in: int = described("Cases registered 导入数")
    settled: int = described("Cases settled 调处成功数")
    settlement_rate: float | None = described("Settled of brought in, 0 to 1 调解成功率")
    reopened: int = described("Cases reopened 重启数")
    returned: int = described("Cases returned by a handler 退回数")
    declined: int = described("Cases declined 不予受理数")
    concluded: int = described("Mediations ended 调解终结数")
    on_time_rate: float | None = described("Ended by their due date, of those ended that had one, 0 to 1 按期率")


@strawberry.type(description="Figures over all cases of the filter 合计")
class CaseTotal(CaseMeasures):
    """The total."""


@strawberry.type(description="One value of one dimension 分组键")
class FigureKey:
    """A dimension's value."""

    dimension: CaseDimension = described("Which dimension 维度")
    value: str | None = described("Its value: a code, an organisation's key, a month 取值")
    label: str | None = described("Its Chinese word 名称")


@strawberry.type(description="Figures over the cases of one group 分组指标")
class CaseGroup(CaseMeasures):
    """A group."""

    key: str = described("Values of the dimensions, joined by / 分组键")
    keys: list[FigureKey] = described("Values of the dimensions with their words 分组取值")


@strawberry.type(description="Counts and rates over the cases the caller may see 案件统计")
class CaseFigures:
    """Figures in total and by group."""

    total: CaseTotal = described("All together 合计")
    groups: list[CaseGroup] = described("By the dimensions of groupBy 分组")
