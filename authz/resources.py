"""What the policy speaks of, and where the facts of each stand in SQL.

A `Resource` declares its facts once for both evaluators. A fact is a column of the row, or a *relation*: the rows of
another table that tie people or organisations to it, mostly for a term. A policy row that needs a fact which its
resource lacks is refused when the policy is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from authz.facts import (
    CalendarRow,
    CaseRow,
    CommitteeRow,
    MediatorRow,
    NoteRow,
    OrganisationRow,
    PartyRow,
    UserRow,
)
from domain.codes.enums import CaseAction
from domain.reading.access import Columns

READ = "read"
CORE = "core"


@dataclass(frozen=True, slots=True)
class Relation:
    """Rows of `table` that belong to the resource's row: same county, and `key` equal to the row's column `of`."""

    table: str
    key: str
    of: str = "id"


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that the policy speaks of: its actions with their field groups, and its facts.

    `columns` gives each column fact the column that holds it; `never_null` lists the columns that are NOT NULL. Of a
    resource whose rows are part of another's, `owner.` names a column of that other row.
    """

    name: str
    row: type
    actions: Mapping[str, frozenset[str]]
    columns: Mapping[str, str]
    never_null: frozenset[str]
    relations: Mapping[str, Relation] = field(default_factory=dict)

    @property
    def facts(self) -> frozenset[str]:
        """Every fact, of either kind, by name."""
        return frozenset(self.columns) | frozenset(self.relations)


_PLACE = ("town_id", "community_id", "grid_id")

# `clue`: of harm, for whoever is told of it. `call`: what others are called for; `coordination`: what calls came to;
# `supervision`: what is demanded and answered. `handling`: drafts, and why somebody was recused. Of what those who work
# a case write to one another a court is given nothing (CRT3) but what it is itself called for, and no party reads it.
CASE_GROUPS = frozenset(
    {
        CORE,
        "narrative",
        "identity",
        "masked",
        "address",
        "notes",
        "call",
        "coordination",
        "handling",
        "supervision",
        "clue",
        "agreement",
        "money",
        "history",
    }
)

# Facts of a case that are rows of other tables.
_OF_OTHER_TABLES = {"party_users", "party_sides", "participants", "mediators", "protectors", "representatives"}

CASE = Resource(
    name="case",
    row=CaseRow,
    actions={READ: CASE_GROUPS} | {action.value: frozenset({CORE}) for action in CaseAction},
    columns={name.name: name.name for name in fields(CaseRow) if name.name not in _OF_OTHER_TABLES},
    never_null=frozenset(
        {
            "county_id",
            "id",
            "organisation_id",
            "registered_by",
            "agreement_in_effect",
            "public_security",
            "minor_involved",
            "family_or_minor",
            "address_protected",
            "violence_suspected",
        }
    ),
    relations={
        "party_users": Relation("case_party", "case_id"),
        "party_sides": Relation("case_party", "case_id"),
        "participants": Relation("case_participant", "case_id"),
        "mediators": Relation("case_mediator", "case_id"),
        "protectors": Relation("case_protector", "case_id"),
        "representatives": Relation("case_representative", "case_id"),
    },
)

_SIDES = {
    "party_sides": Relation("case_party", "case_id", of="case_id"),
    "representatives": Relation("case_representative", "case_id", of="case_id"),
}

# Of the case's facts, those by which its notes' readers are told; the centre that answers for it is not among them.
_CASE_FACTS_OF_NOTES = ("registered_by", *_PLACE, "handler_id", "public_security", "family_or_minor")

NOTE = Resource(
    name="note",
    row=NoteRow,
    actions={READ: frozenset({CORE})},
    columns={
        "county_id": "county_id",
        "visibility": "visibility",
        "side": "side",
        "organisation_id": "organisation_id",
        **{name: f"owner.{name}" for name in _CASE_FACTS_OF_NOTES},
    },
    never_null=frozenset(
        {"county_id", "visibility", "owner.registered_by", "owner.public_security", "owner.family_or_minor"}
    ),
    relations=_SIDES
    | {
        "party_users": Relation("case_party", "case_id", of="case_id"),
        "participants": Relation("case_participant", "case_id", of="case_id"),
        "mediators": Relation("case_mediator", "case_id", of="case_id"),
    },
)

PARTY = Resource(
    name="party",
    row=PartyRow,
    actions={READ: frozenset({CORE, "identity", "address"})},
    columns={"county_id": "county_id", "side": "side", "user_id": "user_id", "address_protected": "address_protected"},
    never_null=frozenset({"county_id", "side", "address_protected"}),
    relations=_SIDES,
)

ORGANISATION = Resource(
    name="organisation",
    row=OrganisationRow,
    actions={READ: frozenset({CORE, "contact"})},
    columns={"county_id": "county_id", "organisation_id": "id", **{name: name for name in _PLACE}},
    never_null=frozenset({"county_id", "id"}),
)

USER = Resource(
    name="user",
    row=UserRow,
    actions={READ: frozenset({CORE, "contact"})},
    columns={"county_id": "county_id", "user_id": "id", "staff": "staff"},
    never_null=frozenset({"county_id", "id", "staff"}),
    relations={"members": Relation("membership", "user_id")},
)

CALENDAR = Resource(
    name="calendar",
    row=CalendarRow,
    actions={READ: frozenset({CORE}), "set": frozenset({CORE})},
    columns={"county_id": "county_id"},
    never_null=frozenset({"county_id"}),
)

COMMITTEE = Resource(
    name="committee",
    row=CommitteeRow,
    # `set`: how many members the committees of an area have; the row is then that area.
    actions={action: frozenset({CORE}) for action in (READ, "register", "elect", "set", "appoint")},
    columns={"county_id": "county_id", "organisation_id": "id", **{name: name for name in _PLACE}},
    never_null=frozenset({"county_id", "id"}),
)

MEDIATOR = Resource(
    name="mediator",
    row=MediatorRow,
    actions={READ: frozenset({CORE, "identity", "dismissal"}), "dismiss": frozenset({CORE})},
    columns={
        "county_id": "county_id",
        "organisation_id": "committee_id",
        "user_id": "user_id",
        **{name: name for name in _PLACE},
    },
    never_null=frozenset({"county_id", "committee_id", "user_id"}),
)

RESOURCES: Mapping[str, Resource] = {
    resource.name: resource for resource in (CASE, ORGANISATION, USER, NOTE, PARTY, CALENDAR, COMMITTEE, MEDIATOR)
}


def columns(resource: str, alias: str, owner: str = "owner") -> Columns:
    """The resource's columns under a table alias, keyed by column name (`{"town_id": "t.town_id", "id": "t.id" …}`).

    `id` and `county_id` are always there, and whatever else relations are reached through. `owner` is the alias of the
    row that this one is part of.
    """
    found = RESOURCES[resource]
    names = {"county_id", "id", *found.columns.values(), *(relation.of for relation in found.relations.values())}
    return {
        name: f"{owner}.{name.removeprefix('owner.')}" if name.startswith("owner.") else f"{alias}.{name}"
        for name in sorted(names)
    }
