"""What a caller asks of a notice to the police: one frozen command for each action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class WrittenApplication:
    """One party's written application that no penalty be imposed: whose, and when it was made."""

    party_id: UUID
    applied_at: datetime


@dataclass(frozen=True, slots=True)
class NotifyPolice:
    """Tell the police that an act was mediated and the agreement performed (通报公安机关, POL2).

    `minor_circumstances`: whether the circumstances of the act are minor, as the sender judges; `statement`: what was
    done, and how it was settled.
    """

    expected_version: int
    recipient_id: UUID
    applications: tuple[WrittenApplication, ...]
    minor_circumstances: bool
    statement: str


@dataclass(frozen=True, slots=True)
class AnswerPoliceNotice:
    """Answer a notice for the police that it was sent to. `recognised`: no penalty will be imposed; else the reason."""

    expected_version: int
    notice_id: UUID
    recognised: bool
    reason: str | None = None
