"""What a caller asks of joint handling: one frozen command for each action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CallOthers:
    """Call organisations to a case (联调呼叫), to answer within so many hours."""

    expected_version: int
    respondent_ids: tuple[UUID, ...]
    matter: str
    hours: int


@dataclass(frozen=True, slots=True)
class RespondToCall:
    """Answer a call (联调响应): accept, or refuse with a reason."""

    expected_version: int
    call_id: UUID
    accepted: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ConcludeCall:
    """Conclude a call (联调办结): when those who came sat together, and what they came to."""

    expected_version: int
    call_id: UUID
    conclusion: str
    session_held_at: datetime | None = None
