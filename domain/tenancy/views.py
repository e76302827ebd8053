"""What can be read of organisations, users, memberships and frameworks."""

from __future__ import annotations

from domain.codes.enums import FrameworkTier, OrganisationKind, Role
from domain.foundation.query.expressions import (
    NOW,
    belongs_to,
    column,
    enum,
    mask_phone,
    masked_text,
    part_of,
    seen_under,
    to_many,
    to_one,
)
from domain.foundation.query.narrowing import (
    contains,
    flag,
    id_is,
    one_of,
    ordering,
)
from domain.foundation.query.roots import CORE, Listing, Lookup, Own
from domain.foundation.query.view import Concrete, View, by_name

CONTACT = "contact"

ORGANISATION = View(
    name="organisation",
    description="A node of the organisation tree, an area or a partner 组织",
    table="organisation",
    resource="organisation",
    prefix="organisation",
    types={
        "Area": Concrete(
            "A territory: county, town, community, grid 区域",
            lambda t: f"{t}.is_area",
            frozenset({"division_code", "virtual", "children", "partners", "frameworks"}),
        ),
        "Partner": Concrete(
            "An institution: centre, court, police station, committee 单位",
            lambda t: f"NOT {t}.is_area",
            frozenset({"home", "jurisdictions"}),
        ),
    },
    members=by_name(
        enum("kind", OrganisationKind, "What kind 组织类型", label="Its Chinese word 组织类型名称"),
        column("name", "Full name 名称"),
        column("short_name", "Name as spoken 简称"),
        masked_text("phone", "Contact telephone 联系电话", CONTACT, mask_phone),
        column("valid_from", "Exists since 生效时间"),
        column("valid_until", "Existed until 失效时间"),
        # Both: an area's area above, an institution's institution above.
        to_one("parent", "organisation", "The area, or institution, above 上级"),
        # Areas.
        column("division_code", "Administrative division code, 12 digits and more below 区划代码"),
        column("virtual", "Drawn for governance, not by administration 是否虚拟区域"),
        to_many("children", "organisation", "Areas directly below, by name 下级区域", join=part_of("parent_id")),
        to_many("partners", "organisation", "Institutions that sit here, by name 驻地单位", join=part_of("home_id")),
        to_many("frameworks", "framework", "How the place is organised 治理体系", join=part_of("area_id")),
        # Partners.
        to_one("home", "organisation", "The area in which it sits 驻地"),
        to_many(
            "jurisdictions",
            "organisation",
            "The areas it serves 管辖区域",
            join=lambda t, u: (
                f"{u}.county_id = {t}.county_id AND {u}.id IN (SELECT j.area_id FROM jurisdiction j"
                f" WHERE j.county_id = {t}.county_id AND j.organisation_id = {t}.id)"
            ),
        ),
    ),
    orderings=by_name(
        ordering("name", "text", "By name 名称"),
        ordering("id", "uuid"),
    ),
    roots={
        "organisation": Lookup("organisation", "One organisation 组织"),
        "organisations": Listing(
            "organisation",
            "Organisations by name 组织列表",
            plural="organisations",
            term="组织",
            filter_description="Which organisations 组织筛选条件",
        ),
    },
    filters=by_name(
        one_of("kinds", OrganisationKind, "Of these kinds 类型", lambda t: f"{t}.kind"),
        contains("name_contains", "Name contains 名称包含", "name"),
        id_is("parent_id", "organisation", "Directly below 直接上级"),
        id_is(
            "within_id",
            "organisation",
            "Within this area 所属区域",
            lambda t, v: f"{v} IN ({t}.town_id, {t}.community_id, {t}.grid_id, {t}.id, {t}.parent_id)",
        ),
        # What was and is no more is history; a list shows it only when asked.
        flag(
            "current",
            "Existing now 是否现行有效",
            lambda t: f"{t}.valid_until IS NULL OR {t}.valid_until > {NOW}",
        ),
    ),
)

FRAMEWORK = View(
    name="framework",
    description="How a place is organised, such as 1+6+N 治理体系",
    table="framework",
    open_because="how a place is organised is published by the place itself",
    prefix="framework",
    members=by_name(
        column("name", "Its own name 体系名称"),
        column("description", "What it says of itself 说明"),
        to_many("members", "framework_member", "Who belongs, in order 成员"),
    ),
    orderings=by_name(ordering("name", "text")),
)

FRAMEWORK_MEMBER = View(
    name="framework_member",
    description="An organisation's place in a framework 体系成员",
    table="framework_member",
    owner=belongs_to("framework"),
    seen=seen_under(CORE),
    key="organisation_id",
    prefix="frameworkmember",
    identity=(("framework_id", "uuid"), ("organisation_id", "uuid")),
    members=by_name(
        enum("tier", FrameworkTier, "Core, resident, rotating, on call, wider 层次"),
        to_one("organisation", "organisation", "Which organisation 组织", nullable=False),
    ),
    orderings=by_name(ordering("ordinal", "int")),
)

USER = View(
    name="user",
    description="A person who can sign in or act 用户",
    table="app_user",
    resource="user",
    sensitive=frozenset({CONTACT}),
    prefix="user",
    members=by_name(
        column("display_name", "Name as shown 显示名称"),
        column("sample", "An invented person of the sample places 是否为虚构的示例人员"),
        masked_text("phone", "Telephone 电话", CONTACT, mask_phone),
    ),
    orderings=by_name(ordering("id", "uuid")),
)

VIEWER = View(
    name="viewer",
    description="Who is asking 当前用户",
    table="app_user",
    open_because="everybody may read what they themselves are",
    roots={"viewer": Own("viewer", "Who is asking 当前用户")},
    members=by_name(
        to_one(
            "user",
            "user",
            "The person; null without a role that is held now 用户",
            join=part_of("id"),
        ),
        to_many(
            "memberships",
            "membership",
            "Roles held now 现任职务",
        ),
    ),
)


def held_now(t: str) -> str:
    """SQL: whether the term of a membership runs."""
    return f"{t}.valid_from <= {NOW} AND ({t}.valid_until IS NULL OR {t}.valid_until > {NOW})"


MEMBERSHIP = View(
    name="membership",
    description="A role in an organisation for a term 任职",
    table="membership",
    owner=belongs_to("viewer", "user_id"),
    seen=seen_under(CORE, only=held_now),
    prefix="membership",
    members=by_name(
        enum("role", Role, "Which role 角色"),
        to_one("organisation", "organisation", "In which organisation, while it exists 所在组织"),
        column("full_time", "Full-time or part-time, where it matters 是否专职"),
        column("valid_from", "Since 任职开始"),
        column("valid_until", "Until 任职结束"),
    ),
    orderings=by_name(ordering("valid_from", "timestamptz")),
)

VIEWS = (ORGANISATION, FRAMEWORK, FRAMEWORK_MEMBER, USER, VIEWER, MEMBERSHIP)
