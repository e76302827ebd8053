"""Organisations, users and the viewer, as the schema shows them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import strawberry

from api.enums import FrameworkTier, OrderDirection, OrganisationKind, OrganisationOrderField, Role
from api.fields import MaskedText, Node, described

Lazy = Annotated["Organisation", strawberry.lazy("api.tenancy.types")]


@strawberry.interface(description="A node of the organisation tree 组织: an area or a partner")
class Organisation(Node):
    """What areas and partners share."""

    kind: OrganisationKind = described("What kind 组织类型")
    kind_label: str = described("Its Chinese word 组织类型名称")
    name: str = described("Full name 名称")
    short_name: str | None = described("Name as spoken 简称")
    phone: MaskedText | None = described("Contact telephone 联系电话")
    valid_from: dt.datetime = described("Exists since 生效时间")
    valid_until: dt.datetime | None = described("Existed until 失效时间")
    parent: Lazy | None = described("The area, or institution, above 上级")


@strawberry.type(description="An organisation's place in a framework 体系成员")
class FrameworkMember:
    """One member of a framework."""

    __view__ = "framework_member"

    tier: FrameworkTier = described("Core, resident, rotating, on call, wider 层次")
    tier_label: str = described("The tier's Chinese word 层次名称")
    organisation: Organisation = described("Which organisation 组织")


@strawberry.type(description="How a place is organised, such as 1+6+N 治理体系")
class Framework:
    """A framework with its members."""

    __view__ = "framework"

    name: str = described("Its own name 体系名称")
    description: str = described("What it says of itself 说明")
    members: list[FrameworkMember] = described("Who belongs, in order 成员")


@strawberry.type(description="A territory: county, town, community, grid 区域")
class Area(Organisation):
    """An area."""

    __view__ = "organisation"

    division_code: str | None = described("Administrative division code, 12 digits and more below 区划代码")
    virtual: bool = described("Drawn for governance, not by administration 是否虚拟区域")
    children: list[Lazy] = described("Areas directly below, by name 下级区域")
    partners: list[Lazy] = described("Institutions that sit here, by name 驻地单位")
    frameworks: list[Framework] = described("How the place is organised 治理体系")


@strawberry.type(description="An institution: centre, court, police station, committee 单位")
class Partner(Organisation):
    """A partner."""

    __view__ = "organisation"

    home: Lazy | None = described("The area in which it sits 驻地")
    jurisdictions: list[Lazy] = described("The areas it serves 管辖区域")


@strawberry.type(description="A person who can sign in or act 用户")
class User(Node):
    """A user."""

    __view__ = "user"

    display_name: str = described("Name as shown 显示名称")
    sample: bool = described("An invented person of the sample places 是否为虚构的示例人员")
    phone: MaskedText | None = described("Telephone 电话")


@strawberry.type(description="A role in an organisation for a term 任职")
class Membership:
    """A membership."""

    __view__ = "membership"

    role: Role = described("Which role 角色")
    role_label: str = described("The role's Chinese word 角色名称")
    organisation: Organisation | None = described("In which organisation, while it exists 所在组织")
    full_time: bool | None = described("Full-time or part-time, where it matters 是否专职")
    valid_from: dt.datetime = described("Since 任职开始")
    valid_until: dt.datetime | None = described("Until 任职结束")


@strawberry.type(description="Who is asking 当前用户")
class Viewer:
    """The signed-in user."""

    __view__ = "viewer"

    user: User | None = described("The person; null without a role that is held now 用户")
    memberships: list[Membership] = described("Roles held now 现任职务")


@strawberry.input(description="Which organisations 组织筛选条件")
class OrganisationFilter:
    """All conditions given must hold."""

    kinds: list[OrganisationKind] | None = strawberry.field(default=strawberry.UNSET, description="Of these kinds 类型")
    name_contains: str | None = strawberry.field(default=strawberry.UNSET, description="Name contains 名称包含")
    parent_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="Directly below 直接上级")
    within_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Within this area 所属区域"
    )
    current: bool | None = strawberry.field(default=strawberry.UNSET, description="Existing now 是否现行有效")


@strawberry.input(description="How to sort organisations 组织排序")
class OrganisationOrder:
    """A field and a direction."""

    field: OrganisationOrderField = strawberry.field(description="By what 排序字段")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which way 排序方向")
