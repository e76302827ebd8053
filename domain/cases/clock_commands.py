"""What a caller asks about a case's clocks and its supervision: one frozen command for each action."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ExtendDeadline:
    """Extend a deadline (延长期限) by days of the kind it counts. `all_consented`: every party agreed."""

    expected_version: int
    deadline_id: UUID
    days: int
    reason: str
    all_consented: bool


@dataclass(frozen=True, slots=True)
class OpenSupervision:
    """Supervise a case (督办), to be answered within so many working days."""

    expected_version: int
    demand: str
    answer_days: int = 5


@dataclass(frozen=True, slots=True)
class AnswerSupervision:
    """Answer a supervision (督办答复)."""

    expected_version: int
    supervision_id: UUID
    answer: str


@dataclass(frozen=True, slots=True)
class CloseSupervision:
    """Close a supervision (督办办结) with what shows that the matter is settled."""

    expected_version: int
    supervision_id: UUID
    evidence: str


@dataclass(frozen=True, slots=True)
class AcknowledgeRisk:
    """Acknowledge that a risk report was read (风险报告签收), for the level of leadership that the caller belongs to."""

    expected_version: int
    note: str | None = None
