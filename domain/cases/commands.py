"""What a caller asks to be done to a case: one frozen command for each action of the main road.

Those of judicial confirmation are in its own context.

`expected_version` is the version that the caller decided upon; any other refuses the command. Times carry a zone and
lie in the past. There is no field for a fee anywhere: mediation is free of charge (CASE1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.codes.enums import (
    AgreementForm,
    CaseScale,
    CaseSource,
    NoteVisibility,
    PartyKind,
    PartySide,
    RiskLevel,
    SessionForm,
    SettlementMode,
)
from domain.kernel_of_work.row_ref import RowRef


@dataclass(frozen=True, slots=True, repr=False)
class NewParty:
    """A party as registered. Not shown in logs: it is personal data.

    `consented`: the party agreed that sensitive data be kept; `guardian_consented`: for under-fourteens the guardian
    did (PI1). `user_id`: the party's own account, if there is one.
    """

    side: PartySide
    kind: PartyKind
    name: str
    id_number: str | None = None
    phone: str | None = None
    address: str | None = None
    minor: bool = False
    elderly: bool = False
    woman_at_risk: bool = False
    disabled: bool = False
    address_protected: bool = False
    consented: bool = False
    guardian_consented: bool = False
    user_id: UUID | None = None


@dataclass(frozen=True, slots=True, repr=False)
class RegisterCase:
    """Register (登记). `place_id` is the area, as fine as is known, in which the dispute lies.

    `protector_ids`: users who form the protection team; only with a party whose address is protected.
    """

    place_id: UUID
    type_code: str
    source: CaseSource
    title: str
    facts: str
    parties: tuple[NewParty, ...]
    demands: str | None = None
    people_count: int | None = None
    public_security: bool = False
    violence_suspected: bool = False
    protector_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class AcceptCase:
    """Accept (受理). `rights_told_at`: when the parties were told of the nature, their rights and duties (CASE4)."""

    expected_version: int
    rights_told_at: datetime | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class DeclineCase:
    """Decline (不予受理), with the legal way that is open to the parties instead."""

    expected_version: int
    reason: str
    guidance: str


@dataclass(frozen=True, slots=True)
class AssessRisk:
    """Assess the risk (风险研判). `public_security`: None leaves the flag as it is."""

    expected_version: int
    level: RiskLevel
    scale: CaseScale
    people_count: int
    mass_incident: bool = False
    public_security: bool | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class DispatchCase:
    """Dispatch (分流) to the organisation that leads and those that assist."""

    expected_version: int
    handler_id: UUID
    assisting_ids: tuple[UUID, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ReturnCase:
    """Return (退回) to the centre."""

    expected_version: int
    reason: str


@dataclass(frozen=True, slots=True)
class TakeOnCase:
    """Take on (接办), naming who mediates."""

    expected_version: int
    mediator_ids: tuple[UUID, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class HoldSession:
    """Record a mediation session that was held (调解): for whom the record is; with which side a separate one was."""

    expected_version: int
    form: SessionForm
    held_at: datetime
    attendees: str
    record: str
    place: str | None = None
    visibility: NoteVisibility = NoteVisibility.MEDIATORS
    side: PartySide | None = None


@dataclass(frozen=True, slots=True)
class NewObligation:
    """One thing owed. `amount_cents` in fen; debtor and creditor are parties of the case."""

    description: str
    debtor_id: UUID | None = None
    creditor_id: UUID | None = None
    amount_cents: int | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class AgreeCase:
    """Record an agreement (达成协议). `all_consented`: every party agreed of its own will (CASE2).

    The three times of signing and sealing and the copies are for a written one (AGR3, AGR5): all of the times, or none
    of them for a draft that is signed afterwards;
    `written_requested`: a party asked for paper (AGR1).
    """

    expected_version: int
    form: AgreementForm
    content: str
    reached_at: datetime
    all_consented: bool
    obligations: tuple[NewObligation, ...] = ()
    parties_signed_at: datetime | None = None
    mediator_signed_at: datetime | None = None
    sealed_at: datetime | None = None
    copies: int | None = None
    written_requested: bool = False
    settlement_mode: SettlementMode = SettlementMode.PEOPLES_MEDIATION


@dataclass(frozen=True, slots=True)
class FailCase:
    """End a mediation without agreement (调解不成). `other_ways_told`: what other ways the parties were told (CASE8)."""

    expected_version: int
    reason: str
    other_ways_told: bool


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """Proof that one obligation was done."""

    obligation_id: UUID
    evidence: str
    fulfilled_at: datetime


@dataclass(frozen=True, slots=True)
class FulfilCase:
    """Record that everything agreed was done (履行完毕)."""

    expected_version: int
    fulfilments: tuple[Fulfilment, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class FollowUpCase:
    """Record a visit after the case (回访). `satisfaction` from 1 to 5."""

    expected_version: int
    visited_at: datetime
    record: str
    satisfaction: int | None = None
    relapse: bool = False


@dataclass(frozen=True, slots=True)
class CloseCase:
    """Close (结案)."""

    expected_version: int
    note: str | None = None


CaseRef = RowRef
"""The case that a command changed, and how it stands now."""


@dataclass(frozen=True, slots=True)
class RegisterOutcome:
    """The new case, and cases that may be about the same dispute.

    `possible_duplicates`, unless `known` was asked, are ids found without regard to what the caller may see: show only those that a read under
    the caller's own reach returns, and no count of the others.
    """

    case: CaseRef
    number: str
    possible_duplicates: tuple[UUID, ...]
