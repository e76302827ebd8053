"""What a caller asks of protection: one frozen command for each action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.codes.enums import MeasureKind


@dataclass(frozen=True, slots=True)
class Protect:
    """Protect parties' addresses at once (启动保护), naming who forms the team besides the caller."""

    expected_version: int
    party_ids: tuple[UUID, ...]
    protector_ids: tuple[UUID, ...]
    reason: str
    violence_suspected: bool = False


@dataclass(frozen=True, slots=True)
class RecordMeasure:
    """Record a measure (保护措施). `valid_until`: of an order that was issued, at most six months (DV3)."""

    expected_version: int
    kind: MeasureKind
    organisation_id: UUID
    taken_at: datetime
    number: str | None = None
    urgent: bool = False
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class FulfilDuty:
    """Record that an authority was told (强制报告)."""

    expected_version: int
    duty_id: UUID
    record: str


@dataclass(frozen=True, slots=True)
class SendClue:
    """Send a clue notice (线索通报)."""

    expected_version: int
    recipient_id: UUID
    clue: str


@dataclass(frozen=True, slots=True)
class AcknowledgeClue:
    """Acknowledge a clue notice (线索签收) for the organisation it was sent to."""

    expected_version: int
    clue_id: UUID
