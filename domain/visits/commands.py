"""What a caller asks of visits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from domain.foundation.basics.checks import LONGEST_LINE, LONGEST_NOTE
from domain.foundation.basics.commands import ExpectedVersion, Takes


class VisitFindingKind(StrEnum):
    """What a visit found 走访发现"""

    NOTHING_FOUND = "nothing_found"
    NEEDS_HELP = "needs_help"
    DISPUTE_SIGN = "dispute_sign"
    HAZARD = "hazard"
    OTHER = "other"


Household = Annotated[str, Takes("Which household 住户", longest=LONGEST_LINE, protected=True)]
Kind = Annotated[VisitFindingKind, Takes("What kind of finding 发现类别")]
Finding = Annotated[
    str | None, Takes("What was found; wanted unless it is nothing 走访情况", longest=LONGEST_NOTE, rules=("VIS1",))
]
PeopleMet = Annotated[int | None, Takes("How many people were met 见到人数", most=1_000)]


@dataclass(frozen=True, slots=True)
class RecordVisit:
    """Record a visit (登记走访)."""

    place_id: Annotated[UUID, Takes("The grid, or the community 网格或村社区", id_of="organisation")]
    visited_at: Annotated[datetime, Takes("When 走访时间", past=True)]
    household: Household = field(repr=False)
    finding_kind: Kind
    finding: Finding = field(default=None, repr=False)
    people_met: PeopleMet = None


@dataclass(frozen=True, slots=True)
class CorrectVisit:
    """Correct what was recorded (更正走访): everything as it should have been, and why."""

    expected_version: ExpectedVersion
    household: Household = field(repr=False)
    finding_kind: Kind
    reason: Annotated[str, Takes("Why 更正原因", longest=LONGEST_NOTE)] = field(repr=False)
    finding: Finding = field(default=None, repr=False)
    people_met: PeopleMet = None
