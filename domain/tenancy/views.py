"""What can be read of organisations, users, memberships and frameworks."""

from __future__ import annotations

from domain.kernel.ids import parse_global_id
from domain.reading.expressions import (
    NOW,
    column,
    enum,
    identifier,
    label,
    mask_phone,
    masked,
    part_of,
    refers_to,
)
from domain.reading.view import Filter, Many, One, Ordering, Owner, View

CONTACT = "contact"

ORGANISATION = View(
    name="organisation",
    table="organisation",
    resource="organisation",
    prefix="organisation",
    types={"Area": lambda t: f"{t}.is_area", "Partner": lambda t: f"NOT {t}.is_area"},
    members={
        "id": identifier("organisation"),
        "kind": enum("kind"),
        "kind_label": label("organisation_kind", "kind"),
        "name": column("name"),
        "short_name": column("short_name"),
        "valid_from": column("valid_from"),
        "valid_until": column("valid_until"),
        "phone": masked("phone", CONTACT, mask_phone),
        # Areas.
        "division_code": column("division_code"),
        "virtual": column("virtual"),
        "children": Many("organisation", part_of("parent_id"), order="name"),
        "partners": Many("organisation", part_of("home_id"), order="name"),
        "frameworks": Many("framework", part_of("area_id"), order="name"),
        # Both: an area's area above, an institution's institution above.
        "parent": One("organisation", refers_to("parent_id")),
        # Partners.
        "home": One("organisation", refers_to("home_id")),
        "jurisdictions": Many(
            "organisation",
            lambda t, u: (
                f"{u}.county_id = {t}.county_id AND {u}.id IN (SELECT j.area_id FROM jurisdiction j"
                f" WHERE j.county_id = {t}.county_id AND j.organisation_id = {t}.id)"
            ),
            order="name",
        ),
    },
    orderings={
        "name": Ordering(lambda t: f"{t}.name", "text"),
        "id": Ordering(lambda t: f"{t}.id", "uuid"),
    },
    default_order=("name", False),
    filters={
        "kinds": Filter(lambda t, v: f"{t}.kind = ANY ({v})", "text[]"),
        "name_contains": Filter(lambda t, v: f"strpos({t}.name, {v}) > 0", "text"),
        "parent_id": Filter(
            lambda t, v: f"{t}.parent_id = {v}", "uuid", lambda value: parse_global_id(value, "organisation")
        ),
        "within_id": Filter(
            lambda t, v: f"{v} IN ({t}.town_id, {t}.community_id, {t}.grid_id, {t}.id, {t}.parent_id)",
            "uuid",
            lambda value: parse_global_id(value, "organisation"),
        ),
        # What was and is no more is history; a list shows it only when asked.
        "current": Filter(lambda t, v: f"({t}.valid_until IS NULL OR {t}.valid_until > {NOW}) = {v}", "boolean"),
    },
)

FRAMEWORK = View(
    name="framework",
    table="framework",
    open_because="how a place is organised is published by the place itself",
    members={
        "name": column("name"),
        "description": column("description"),
        "members": Many("framework_member", part_of("framework_id"), order="ordinal"),
    },
    orderings={"name": Ordering(lambda t: f"{t}.name", "text")},
)

FRAMEWORK_MEMBER = View(
    name="framework_member",
    table="framework_member",
    owner=Owner("framework", lambda t, o: f"{o}.county_id = {t}.county_id AND {o}.id = {t}.framework_id"),
    key="organisation_id",
    members={
        "tier": enum("tier"),
        "tier_label": label("framework_tier", "tier"),
        "organisation": One("organisation", refers_to("organisation_id")),
    },
    orderings={"ordinal": Ordering(lambda t: f"{t}.ordinal", "int")},
)

USER = View(
    name="user",
    table="app_user",
    resource="user",
    prefix="user",
    members={
        "id": identifier("user"),
        "display_name": column("display_name"),
        "sample": column("sample"),
        "phone": masked("phone", CONTACT, mask_phone),
    },
    orderings={"id": Ordering(lambda t: f"{t}.id", "uuid")},
)

VIEWER = View(
    name="viewer",
    table="app_user",
    open_because="everybody may read what they themselves are",
    members={
        "user": One("user", lambda t, u: f"{u}.county_id = {t}.county_id AND {u}.id = {t}.id"),
        "memberships": Many(
            "membership",
            lambda t, u: (
                f"{u}.county_id = {t}.county_id AND {u}.user_id = {t}.id AND {u}.valid_from <= {NOW}"
                f" AND ({u}.valid_until IS NULL OR {u}.valid_until > {NOW})"
            ),
            order="valid_from",
        ),
    },
)

MEMBERSHIP = View(
    name="membership",
    table="membership",
    owner=Owner("viewer", lambda t, o: f"{o}.county_id = {t}.county_id AND {o}.id = {t}.user_id"),
    members={
        "role": enum("role"),
        "role_label": label("role", "role"),
        "organisation": One("organisation", refers_to("organisation_id")),
        "full_time": column("full_time"),
        "valid_from": column("valid_from"),
        "valid_until": column("valid_until"),
    },
    orderings={"valid_from": Ordering(lambda t: f"{t}.valid_from", "timestamptz")},
)

VIEWS = (ORGANISATION, FRAMEWORK, FRAMEWORK_MEMBER, USER, VIEWER, MEMBERSHIP)
