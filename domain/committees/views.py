"""What can be read of the register: committees with who sits on them, and mediators, of each appointment its term."""

from __future__ import annotations

from domain.committees.rules import FEWEST_MEMBERS, MOST_MEMBERS
from domain.kernel.ids import parse_global_id
from domain.reading.expressions import (
    NOW,
    column,
    enum,
    identifier,
    label,
    mask_id_number,
    mask_phone,
    masked,
    part_of,
    refers_to,
)
from domain.reading.view import Field, Filter, Many, One, Ordering, Owner, View

IDENTITY = "identity"
DISMISSAL = "dismissal"

TODAY = f"({NOW} AT TIME ZONE 'Asia/Shanghai')::date"


def ended(last_day: str) -> str:
    """SQL: whether a term with this last day is over. One without a last day runs on."""
    return f"coalesce({last_day} < {TODAY}, FALSE)"


def in_office(t: str) -> str:
    """SQL: whether the appointment holds now: neither ended by its term nor by a dismissal."""
    return f"({t}.dismissed_at IS NULL AND NOT {ended(f'{t}.ends_on')})"


# Those of the latest election: what an earlier one brought together is history.
def _sits_on(t: str, u: str) -> str:
    return (
        f"{u}.county_id = {t}.county_id AND {u}.committee_id = {t}.id AND {u}.term_id = (SELECT x.id"
        f" FROM committee_term x WHERE x.county_id = {t}.county_id AND x.committee_id = {t}.id"
        f" AND x.elected_on = {t}.elected_on)"
    )


def of_its_place(column_: str) -> str:
    """SQL template: a column of the bounds that the finest area of the committee's place has set (PMC1), if any."""
    return (
        f"(SELECT s.{column_} FROM committee_size s WHERE s.county_id = {{t}}.county_id"
        " AND (s.town_id IS NULL OR s.town_id = {t}.town_id)"
        " AND (s.community_id IS NULL OR s.community_id = {t}.community_id)"
        " AND (s.grid_id IS NULL OR s.grid_id = {t}.grid_id)"
        " ORDER BY s.grid_id IS NULL, s.community_id IS NULL, s.town_id IS NULL LIMIT 1)"
    )


PLACE = Filter(
    lambda t, v: f"{v} IN ({t}.town_id, {t}.community_id, {t}.grid_id)",
    "uuid",
    lambda value: parse_global_id(value, "organisation"),
)

COMMITTEE = View(
    name="mediation_committee",
    table="mediation_committee",
    resource="committee",
    prefix="committee",
    members={
        "id": identifier("committee"),
        "version": column("version"),
        "organisation": One("organisation", refers_to("id")),
        "elected_on": column("elected_on"),
        "term_ends_on": column("term_ends_on"),
        "term_ended": Field(lambda t: ended(f"{t}.term_ends_on")),
        "registered_at": column("registered_at"),
        "fewest_members": Field(lambda t: f"coalesce({of_its_place('fewest').format(t=t)}, {FEWEST_MEMBERS})"),
        "most_members": Field(lambda t: f"coalesce({of_its_place('most').format(t=t)}, {MOST_MEMBERS})"),
        "size_source": Field(lambda t: of_its_place("source").format(t=t)),
        "members": Many("committee_member", _sits_on, order="ordinal"),
        "terms": Many("committee_term", part_of("committee_id"), order="elected_on"),
        "mediators": Many("mediator", part_of("committee_id"), order="name"),
    },
    orderings={
        # Soonest to elect again first; those never elected last, in a year that no term reaches.
        "term_ends_on": Ordering(lambda t: f"coalesce({t}.term_ends_on, DATE '9999-12-31')", "date"),
        "registered_at": Ordering(lambda t: f"{t}.registered_at", "timestamptz"),
        "id": Ordering(lambda t: f"{t}.id", "uuid"),
    },
    default_order=("term_ends_on", False),
    filters={
        "place_id": PLACE,
        "organisation_id": Filter(
            lambda t, v: f"{t}.id = {v}", "uuid", lambda value: parse_global_id(value, "organisation")
        ),
        "term_ended": Filter(lambda t, v: f"{ended(f'{t}.term_ends_on')} = {v}", "boolean"),
        "term_ends_until": Filter(lambda t, v: f"{t}.term_ends_on <= {v}", "date"),
    },
)

OF_COMMITTEE = Owner("mediation_committee", lambda t, o: f"{o}.county_id = {t}.county_id AND {o}.id = {t}.committee_id")

TERM = View(
    name="committee_term",
    table="committee_term",
    owner=OF_COMMITTEE,
    members={
        "elected_on": column("elected_on"),
        "ends_on": column("ends_on"),
        "ended_on": column("ended_on"),
        "fewest_members": column("fewest"),
        "most_members": column("most"),
        "members": Many("committee_member", part_of("term_id"), order="ordinal"),
    },
    orderings={"elected_on": Ordering(lambda t: f"{t}.elected_on", "date")},
    default_order=("elected_on", False),
)

MEMBER = View(
    name="committee_member",
    table="committee_member",
    owner=OF_COMMITTEE,
    members={
        "name": column("name"),
        "position": enum("position"),
        "position_label": label("committee_position", "position"),
        "woman": column("woman"),
        "left_on": column("left_on"),
        "user": One("user", refers_to("user_id")),
    },
    orderings={"ordinal": Ordering(lambda t: f"{t}.ordinal", "int")},
    default_order=("ordinal", False),
)

MEDIATOR = View(
    name="mediator",
    table="mediator",
    resource="mediator",
    prefix="mediator",
    members={
        "id": identifier("mediator"),
        "version": column("version"),
        "committee": One("mediation_committee", refers_to("committee_id")),
        "user": One("user", refers_to("user_id")),
        "name": column("name"),
        "basis": enum("basis"),
        "basis_label": label("mediator_basis", "basis"),
        "full_time": column("full_time"),
        "gold_medal": column("gold_medal"),
        "appointed_on": column("appointed_on"),
        "term_ends_on": column("ends_on"),
        "term_ended": Field(lambda t: ended(f"{t}.ends_on")),
        "in_office": Field(in_office),
        "dismissed_at": column("dismissed_at"),
        "dismissal_ground": enum("dismissal_ground", DISMISSAL),
        "dismissal_ground_label": label("dismissal_ground", "dismissal_ground", DISMISSAL),
        "dismissal_evidence": column("dismissal_evidence", DISMISSAL),
        "dismissed_by": One("user", refers_to("dismissed_by"), DISMISSAL),
        "birth_date": column("birth_date", IDENTITY),
        "id_number": masked("id_number", IDENTITY, mask_id_number),
        "phone": masked("phone", IDENTITY, mask_phone),
        "consent_at": column("consent_at", IDENTITY),
    },
    orderings={
        "name": Ordering(lambda t: f"{t}.name", "text"),
        "appointed_on": Ordering(lambda t: f"{t}.appointed_on", "date"),
        "id": Ordering(lambda t: f"{t}.id", "uuid"),
    },
    default_order=("name", False),
    filters={
        "place_id": PLACE,
        "committee_id": Filter(
            lambda t, v: f"{t}.committee_id = {v}", "uuid", lambda value: parse_global_id(value, "committee")
        ),
        "name_contains": Filter(lambda t, v: f"strpos({t}.name, {v}) > 0", "text"),
        "in_office": Filter(lambda t, v: f"{in_office(t)} = {v}", "boolean"),
    },
)

VIEWS = (COMMITTEE, TERM, MEMBER, MEDIATOR)
