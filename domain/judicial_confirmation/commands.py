"""What a caller asks to be done about judicial confirmation: one frozen command for each action."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.judicial_confirmation.rules import RefusalGround, RejectionGround


@dataclass(frozen=True, slots=True)
class ApplyConfirmation:
    """Apply for judicial confirmation (申请司法确认). `joint`: both sides apply together (CONF1)."""

    expected_version: int
    court_id: UUID
    joint: bool
    note: str | None = None


@dataclass(frozen=True, slots=True)
class AcceptConfirmation:
    """The court accepts the application with its own case `number`, or refuses it on a `ground` (CONF5)."""

    expected_version: int
    accepted: bool
    number: str | None = None
    ground: RefusalGround | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class RuleConfirmation:
    """The court confirms the agreement, or rejects the application on a `ground` (CONF6)."""

    expected_version: int
    confirmed: bool
    number: str | None = None
    ground: RejectionGround | None = None
    note: str | None = None
