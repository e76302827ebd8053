"""What a caller asks of the register of committees and mediators: one frozen command for each action."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from domain.codes.enums import CommitteePosition, DismissalGround


@dataclass(frozen=True, slots=True)
class RegisterCommittee:
    """Put the organisation that the grant is upon on the register (登记调委会)."""


@dataclass(frozen=True, slots=True, repr=False)
class NewPerson:
    """Who takes an office: somebody known to the platform (`user_id`), or a new person by name.

    The birth date is given or comes with the identity number, which is kept only with consent (PI1). Of somebody who
    is on the register already neither need be given again. Not shown in logs: it is personal data.
    """

    user_id: UUID | None = None
    name: str | None = None
    birth_date: date | None = None
    id_number: str | None = None
    consented: bool = False
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class NewMember:
    """Somebody elected."""

    person: NewPerson
    position: CommitteePosition
    woman: bool
    full_time: bool = False
    gold_medal: bool = False


@dataclass(frozen=True, slots=True)
class ElectCommittee:
    """Record an election (推选、换届): who was elected on that day, all of them."""

    expected_version: int
    elected_on: date
    members: tuple[NewMember, ...]


@dataclass(frozen=True, slots=True)
class AppointMediator:
    """Record that a committee engaged a mediator (聘任). `ends_on`: the last day, where one was agreed."""

    person: NewPerson
    full_time: bool
    appointed_on: date
    ends_on: date | None = None
    gold_medal: bool = False


@dataclass(frozen=True, slots=True)
class DismissMediator:
    """Record a dismissal (罢免、解聘) with its ground and what it rests on (MED2)."""

    expected_version: int
    ground: DismissalGround
    evidence: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SetCommitteeSize:
    """Narrow how many members the committees of an area have (PMC1), by a paper that says so."""

    fewest: int
    most: int
    source: str
