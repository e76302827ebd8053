"""What a caller asks to be done to a case off the main road: one frozen command for each action, as domain.cases.commands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.cases.commands import Fulfilment
from domain.codes.enums import PauseReason


@dataclass(frozen=True, slots=True)
class PauseCase:
    """Let the mediation rest (中止)."""

    expected_version: int
    reason: PauseReason
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ResumeCase:
    """Go on with a mediation that rested (恢复)."""

    expected_version: int
    note: str | None = None


@dataclass(frozen=True, slots=True)
class WithdrawCase:
    """End the mediation by a party's will (当事人终止), at any time (CASE2), the parties told of other ways (CASE8).

    `party_id`: whose will it is. A party who says so from their own account may leave it out.
    """

    expected_version: int
    reason: str
    other_ways_told: bool
    party_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReferToCourt:
    """Refer a mediation that failed to a court (诉非对接). `consented_at`: when the parties consented to it."""

    expected_version: int
    court_id: UUID
    consented_at: datetime | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class PerformCase:
    """Record that performance began or went on (履行), with the proof of one obligation.

    Without proof only to begin with: from then on performance is supervised (AGR6).
    """

    expected_version: int
    performance: Fulfilment | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class BreachCase:
    """Report that an obligation was not kept (未履行). `refused`: the debtor said that they would not perform.

    `party_id`: whose report it is. A party who reports from their own account may leave it out.
    """

    expected_version: int
    obligation_id: UUID
    description: str
    refused: bool = False
    party_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReopenCase:
    """Open a closed case again (重启). `rights_told_at`: needed of a case that was declined (CASE4)."""

    expected_version: int
    reason: str
    rights_told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MediateAgain:
    """Return to mediation (再次调解) from an agreement that somebody will not sign or did not keep."""

    expected_version: int
    reason: str
    all_consented: bool


@dataclass(frozen=True, slots=True)
class ArchiveCase:
    """Put a closed case into the archive (归档)."""

    expected_version: int
    note: str | None = None
