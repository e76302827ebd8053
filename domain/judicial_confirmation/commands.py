"""What a caller asks to be done about judicial confirmation: one frozen command for each action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.codes.enums import ConfirmationBasis, ConfirmationMaterial, ConfirmationWithdrawal
from domain.judicial_confirmation.rules import RefusalGround, RejectionGround


@dataclass(frozen=True, slots=True)
class Consent:
    """A party's word that it applies with the others, and when it was given."""

    party_id: UUID
    consented_at: datetime


@dataclass(frozen=True, slots=True)
class ApplyConfirmation:
    """Apply for judicial confirmation (申请司法确认). `joint`: both sides apply together (CONF1).

    `consents`: who of each side; none named, every party of both sides consents with the application. `basis`: why
    this court (CONF3): the inviting one where a court entrusted the case, else the committee's place unless said
    otherwise; `place_id` is the residence or the object's place, `resident_id` the party whose residence. `materials`: what is enclosed (CONF4).
    """

    expected_version: int
    court_id: UUID
    joint: bool
    note: str | None = None
    consents: tuple[Consent, ...] = ()
    basis: ConfirmationBasis | None = None
    place_id: UUID | None = None
    concerns_title: bool = False
    materials: tuple[ConfirmationMaterial, ...] = ()
    resident_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class SupplyMaterial:
    """Supply material that was missing (补充材料)."""

    expected_version: int
    materials: tuple[ConfirmationMaterial, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class AcceptConfirmation:
    """The court accepts the application with its own case `number`, or refuses it on a `ground` (CONF5).

    With `material_due_on` it does neither yet: missing material is to be supplied by that day (CONF7).
    """

    expected_version: int
    accepted: bool
    number: str | None = None
    ground: RefusalGround | None = None
    note: str | None = None
    material_due_on: date | None = None


@dataclass(frozen=True, slots=True)
class ExtendConfirmation:
    """The court takes ten days more to rule (CONF8), for a reason."""

    expected_version: int
    reason: str


@dataclass(frozen=True, slots=True)
class WithdrawConfirmation:
    """The application ends before the ruling (CONF7)."""

    expected_version: int
    withdrawal: ConfirmationWithdrawal = ConfirmationWithdrawal.BY_PARTIES
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ApplyEnforcement:
    """A creditor applies for enforcement (申请执行) at the court that confirmed, or at one where property lies.

    `court_id`: None for the court that confirmed; for another, `place_id` says where property lies. `party_id`: whose
    application. A party who applies from their own account may leave it out.
    """

    expected_version: int
    party_id: UUID | None = None
    court_id: UUID | None = None
    place_id: UUID | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class RuleConfirmation:
    """The court confirms the agreement, or rejects the application on a `ground` (CONF6)."""

    expected_version: int
    confirmed: bool
    number: str | None = None
    ground: RejectionGround | None = None
    note: str | None = None
