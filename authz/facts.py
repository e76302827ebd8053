"""What a decision may look at: the facts of one row in Python, and where the same facts stand in SQL.

A `Resource` declares its facts once for both evaluators. A fact is a column of the row, or a *relation*: the rows of
another table that tie people or organisations to it, mostly for a term. A policy row that needs a fact which its
resource lacks is refused when the policy is loaded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from domain.codes.enums import CaseAction
from domain.database.statements import Statement
from domain.kernel.actor import Actor
from domain.reading.access import Columns

READ = "read"
CORE = "core"


@dataclass(frozen=True, slots=True)
class Subject:
    """Who asks, and when. Prints as the user's id alone, so that no log line can carry a name."""

    actor: Actor
    now: datetime

    def __repr__(self) -> str:
        return f"Subject({self.actor.user_id})"


@dataclass(frozen=True, slots=True)
class Tie:
    """A person, an organisation, or the one acting for the other, tied to a row for a term [from, until)."""

    user_id: UUID | None
    organisation_id: UUID | None
    valid_from: datetime
    valid_until: datetime | None = None
    role: str | None = None

    def holds_at(self, now: datetime) -> bool:
        """Whether the term covers this moment: its first instant does, its last does not."""
        return self.valid_from <= now and (self.valid_until is None or now < self.valid_until)


class Row(Protocol):
    """The least that every row has: the county that it never leaves."""

    @property
    def county_id(self) -> int: ...


@dataclass(frozen=True, slots=True)
class CaseRow:
    """The facts of one case that access depends on. Ids, flags and terms only: no personal data."""

    county_id: int
    id: UUID
    organisation_id: UUID
    registered_by: UUID
    town_id: UUID | None = None
    community_id: UUID | None = None
    grid_id: UUID | None = None
    handler_id: UUID | None = None
    court_id: UUID | None = None
    agreement_in_effect: bool = False
    public_security: bool = False
    minor_involved: bool = False
    family_or_minor: bool = False
    address_protected: bool = False
    violence_suspected: bool = False
    party_users: frozenset[UUID] = frozenset()
    participants: tuple[Tie, ...] = ()
    mediators: tuple[Tie, ...] = ()
    protectors: tuple[Tie, ...] = ()
    # What each organisation does on the case is the tie's role. Who stands for a party, with the side as the tie's role; and which account is a party on which side.
    representatives: tuple[Tie, ...] = ()
    party_sides: frozenset[tuple[UUID, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class NoteRow:
    """The facts of one note, or of one session's record: for whom it is, and what its case tells of its readers.

    `side`: the side that it is for or, of a separate session's record, with which it was held; `organisation_id`: the
    one organisation that it is for.
    """

    county_id: int
    visibility: str
    registered_by: UUID
    side: str | None = None
    organisation_id: UUID | None = None
    town_id: UUID | None = None
    community_id: UUID | None = None
    grid_id: UUID | None = None
    handler_id: UUID | None = None
    public_security: bool = False
    family_or_minor: bool = False
    party_users: frozenset[UUID] = frozenset()
    party_sides: frozenset[tuple[UUID, str]] = frozenset()
    participants: tuple[Tie, ...] = ()
    mediators: tuple[Tie, ...] = ()
    representatives: tuple[Tie, ...] = ()

    @classmethod
    def on(cls, case: CaseRow, visibility: str, side: str | None, organisation_id: UUID | None) -> NoteRow:
        """The facts of a note of these readers on that case."""
        own: dict[str, Any] = {"visibility": visibility, "side": side, "organisation_id": organisation_id}
        return cls(**own, **{name.name: getattr(case, name.name) for name in fields(cls) if name.name not in own})


@dataclass(frozen=True, slots=True)
class PartyRow:
    """The facts of one party, or of somebody who stands for one: their side and account, and who else is on it."""

    county_id: int
    side: str
    user_id: UUID | None = None
    address_protected: bool = False
    representatives: tuple[Tie, ...] = ()
    party_sides: frozenset[tuple[UUID, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """The facts of one organisation: itself, and where it stands."""

    county_id: int
    organisation_id: UUID
    town_id: UUID | None = None
    community_id: UUID | None = None
    grid_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class UserRow:
    """The facts of one user: themselves, whether they ever served, and the memberships they ever had."""

    county_id: int
    user_id: UUID
    staff: bool = False
    members: tuple[Tie, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """The facts of a county's calendar: whose it is."""

    county_id: int


@dataclass(frozen=True, slots=True)
class CommitteeRow:
    """The facts of one mediation committee on the register, or of what it would be: its organisation and its place."""

    county_id: int
    organisation_id: UUID
    town_id: UUID | None = None
    community_id: UUID | None = None
    grid_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class MediatorRow:
    """The facts of one appointment of a mediator: by which committee (`organisation_id`), whose, and where."""

    county_id: int
    organisation_id: UUID
    user_id: UUID
    town_id: UUID | None = None
    community_id: UUID | None = None
    grid_id: UUID | None = None


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


_CASE_ROW = Statement("""
SELECT t.county_id, t.id, t.organisation_id, t.registered_by, t.town_id, t.community_id, t.grid_id, t.handler_id,
  t.court_id, t.agreement_in_effect, t.public_security, t.minor_involved, t.family_or_minor, t.address_protected,
  t.violence_suspected,
  (SELECT array_agg(x.user_id ORDER BY x.user_id) FROM case_party x
    WHERE x.county_id = t.county_id AND x.case_id = t.id AND x.user_id IS NOT NULL) AS party_users,
  (SELECT json_agg(json_build_array(x.user_id, x.side) ORDER BY x.id)::text FROM case_party x
    WHERE x.county_id = t.county_id AND x.case_id = t.id AND x.user_id IS NOT NULL) AS party_sides,
  (SELECT json_agg(json_build_array(NULL, x.organisation_id, x.valid_from, x.valid_until, x.relation) ORDER BY x.id)::text
    FROM case_participant x WHERE x.county_id = t.county_id AND x.case_id = t.id) AS participants,
  (SELECT json_agg(json_build_array(x.user_id, x.organisation_id, x.valid_from, x.valid_until) ORDER BY x.id)::text
    FROM case_mediator x WHERE x.county_id = t.county_id AND x.case_id = t.id) AS mediators,
  (SELECT json_agg(json_build_array(x.user_id, NULL, x.valid_from, x.valid_until) ORDER BY x.user_id)::text
    FROM case_protector x WHERE x.county_id = t.county_id AND x.case_id = t.id) AS protectors,
  (SELECT json_agg(json_build_array(x.user_id, NULL, x.valid_from, x.valid_until, x.side) ORDER BY x.id)::text
    FROM case_representative x
    WHERE x.county_id = t.county_id AND x.case_id = t.id AND x.user_id IS NOT NULL) AS representatives
FROM dispute_case t
WHERE t.county_id = ANY (CAST(:counties AS int[])) AND t.id = CAST(:id AS uuid)
""")


def _ties(value: str | None) -> tuple[Tie, ...]:
    if value is None:
        return ()
    return tuple(
        Tie(
            user_id=None if user is None else UUID(user),
            organisation_id=None if organisation is None else UUID(organisation),
            valid_from=datetime.fromisoformat(start),
            valid_until=None if end is None else datetime.fromisoformat(end),
            role=role[0] if role else None,
        )
        for user, organisation, start, end, *role in json.loads(value)
    )


async def case_row(session: AsyncSession | AsyncConnection, county_ids: Sequence[int], case_id: UUID) -> CaseRow | None:
    """Every fact of one case, in one statement; None if no such case is in these counties (or behind the wall)."""
    found = await _CASE_ROW.first(session, counties=list(county_ids), id=case_id)
    if found is None:
        return None
    facts = dict(found)
    return CaseRow(
        **{
            **facts,
            "party_users": frozenset(facts["party_users"] or ()),
            "participants": _ties(facts["participants"]),
            "mediators": _ties(facts["mediators"]),
            "protectors": _ties(facts["protectors"]),
            "representatives": _ties(facts["representatives"]),
            "party_sides": frozenset((UUID(user), side) for user, side in json.loads(facts["party_sides"] or "[]")),
        }
    )
