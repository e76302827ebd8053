"""What a decision may look at: the facts of one row, and who asks."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from domain.kernel.actor import Actor


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
