"""Rows as access sees them, in plain words: what tests invent, and what they know to be true of it.

Written by hand and apart from what the application declares of its tables: `columns` and `related` say once more where
each fact stands, so that a declaration that is wrong is not taken over here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
"""When everything is asked."""


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


Related = Mapping[str, tuple[Mapping[str, Any], ...]]
# Relationship -> the column in which a tie's role stands.
ROLE_COLUMNS = {
    "participants": "relation",
    "representatives": "side",
    "members": "role",
    "mediators": None,
    "protectors": None,
}
# What somebody is of whom nothing more is said: an organisation on a case assists, it does not lead.
ROLES = {"participants": "assisting"}


def _ties(name: str, ties: Iterable[Tie]) -> tuple[Mapping[str, Any], ...]:
    column = ROLE_COLUMNS[name]
    return tuple(
        {
            "user_id": tie.user_id,
            "organisation_id": tie.organisation_id,
            "valid_from": tie.valid_from,
            "valid_until": tie.valid_until,
        }
        | ({} if column is None else {column: tie.role or ROLES.get(name)})
        for tie in ties
    )


class PlainRow:
    """What every row of these has: its columns and its related rows, by the names that they have in the database."""

    county_id: int
    # Fact -> column, for those that are called otherwise.
    RENAMED: ClassVar[Mapping[str, str]] = {}

    @cached_property
    def columns(self) -> Mapping[str, Any]:
        return {
            self.RENAMED.get(one.name, one.name): value
            for one in fields(self)  # type: ignore[arg-type]
            if not isinstance(value := getattr(self, one.name), (tuple, frozenset))
        }

    @cached_property
    def related(self) -> Related:
        found = {name: _ties(name, getattr(self, name)) for name in ROLE_COLUMNS if hasattr(self, name)}
        if hasattr(self, "party_sides"):
            sided = sorted(self.party_sides, key=str)
            unsided: frozenset[UUID] = getattr(self, "party_users", frozenset()) - {user for user, _ in sided}
            parties = [*sided, *((user, None) for user in unsided)]
            found["parties"] = tuple({"user_id": user, "side": side} for user, side in parties)
        return found


@dataclass(frozen=True)
class CaseRow(PlainRow):
    """The facts of one case."""

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
    party_users: frozenset[UUID] = frozenset()
    participants: tuple[Tie, ...] = ()
    mediators: tuple[Tie, ...] = ()
    protectors: tuple[Tie, ...] = ()
    # What each organisation does on the case is the tie's role. Who stands for a party, with the side as the tie's role;
    # and which account is a party on which side.
    representatives: tuple[Tie, ...] = ()
    party_sides: frozenset[tuple[UUID, str]] = frozenset()


_OF_CASE = (
    "registered_by",
    "town_id",
    "community_id",
    "grid_id",
    "handler_id",
    "public_security",
    "family_or_minor",
)


@dataclass(frozen=True)
class NoteRow(PlainRow):
    """The facts of one note, or of one session's record: for whom it is, and what its case tells of its readers."""

    RENAMED: ClassVar[Mapping[str, str]] = {name: f"owner.{name}" for name in _OF_CASE}

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


@dataclass(frozen=True)
class PartyRow(PlainRow):
    """The facts of one party, or of somebody who stands for one: their side and account, and who else is on it."""

    county_id: int
    side: str
    user_id: UUID | None = None
    address_closed: bool = False
    representatives: tuple[Tie, ...] = ()
    party_sides: frozenset[tuple[UUID, str]] = frozenset()


@dataclass(frozen=True)
class OrganisationRow(PlainRow):
    """The facts of one organisation: itself, and where it stands."""

    RENAMED: ClassVar[Mapping[str, str]] = {"organisation_id": "id"}

    county_id: int
    organisation_id: UUID
    town_id: UUID | None = None
    community_id: UUID | None = None
    grid_id: UUID | None = None


@dataclass(frozen=True)
class UserRow(PlainRow):
    """The facts of one user: themselves, whether they ever served, and the memberships they ever had."""

    RENAMED: ClassVar[Mapping[str, str]] = {"user_id": "id"}

    county_id: int
    user_id: UUID
    staff: bool = False
    members: tuple[Tie, ...] = ()


@dataclass(frozen=True)
class PlacedRow(PlainRow):
    """The facts of a row of a kind of work of which no more counts than where it lies and who registered it."""

    county_id: int
    registered_by: UUID
    town_id: UUID | None = None
    community_id: UUID | None = None
    grid_id: UUID | None = None
    party_users: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class CalendarRow(PlainRow):
    """The facts of a county's calendar: whose it is."""

    county_id: int


@dataclass(frozen=True)
class CommitteeRow(OrganisationRow):
    """The facts of one mediation committee on the register, or of what it would be: its organisation and its place."""


@dataclass(frozen=True)
class MediatorRow(PlainRow):
    """The facts of one appointment of a mediator: by which committee (`organisation_id`), whose, and where."""

    RENAMED: ClassVar[Mapping[str, str]] = {"organisation_id": "committee_id"}

    county_id: int
    organisation_id: UUID
    user_id: UUID
    town_id: UUID | None = None
    community_id: UUID | None = None
    grid_id: UUID | None = None
