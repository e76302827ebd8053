"""Tables of visits."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.foundation.database.base import APPENDED_ONLY, TENANT, Base, instant, one_of
from domain.foundation.kernel.tables import (
    TimelineEntry,
    WorkRow,
    place_indexes,
    timeline_constraints,
    work_constraints,
)
from domain.visits.commands import VisitFindingKind
from domain.visits.rules import VisitAction, VisitStatus


class Visit(WorkRow, Base):
    """One visit of a household (走访记录), in the place where it lies."""

    __tablename__ = "visit"
    __table_args__ = (
        *work_constraints(VisitStatus),
        CheckConstraint(one_of("finding_kind", VisitFindingKind), name="finding_kind"),
        CheckConstraint("people_met >= 0", name="people_met"),
        *place_indexes("visit", "visited_at"),
        {"info": TENANT},
    )

    visited_at: Mapped[datetime] = instant()
    household: Mapped[str] = mapped_column(Text)
    finding_kind: Mapped[str] = mapped_column(Text)
    finding: Mapped[str | None] = mapped_column(Text)
    people_met: Mapped[int | None] = mapped_column(SmallInteger)


class VisitTimeline(TimelineEntry, Base):
    """Who recorded and corrected it."""

    __tablename__ = "visit_timeline"
    __table_args__ = (
        *timeline_constraints("visit_id", "visit", VisitAction, VisitStatus),
        {"info": TENANT | APPENDED_ONLY},
    )

    visit_id: Mapped[UUID]
