"""What a caller asks to be done about a court's entrustment: one frozen command for each action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.cases.commands import RegisterCase
from domain.codes.enums import EntrustmentReturn


@dataclass(frozen=True, slots=True, repr=False)
class EntrustCase:
    """Entrust a dispute before it is filed (委派调解): what is registered, to whom, and the court's own number for it."""

    registration: RegisterCase
    organisation_id: UUID
    reference_number: str


@dataclass(frozen=True, slots=True)
class AcceptEntrustment:
    """Accept the entrustment (接受委派), saying when the parties were told their rights and duties (CASE4)."""

    expected_version: int
    rights_told_at: datetime | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ReturnEntrustment:
    """Give the entrustment back (退回委派), not accepted or without agreement. The `note` does not reach the court."""

    expected_version: int
    reason: EntrustmentReturn
    note: str | None = None
