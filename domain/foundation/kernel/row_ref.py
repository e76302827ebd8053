"""What a command answers: which row it changed, and how it stands now."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RowRef:
    """What a command did: the row, and its version and status now."""

    county_id: int
    id: UUID
    version: int
    status: str
