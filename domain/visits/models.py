"""Tables of visits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.foundation.database.base import Base, instant, one_of
from domain.foundation.kernel.tables import WorkRow, timeline_of, work_table
from domain.visits.commands import VisitFindingKind
from domain.visits.rules import VisitAction, VisitStatus


class Visit(WorkRow, Base):
    """One visit of a household (走访记录), in the place where it lies."""

    __tablename__ = "visit"
    __table_args__ = work_table(
        "visit",
        VisitStatus,
        "visited_at",
        CheckConstraint(one_of("finding_kind", VisitFindingKind), name="finding_kind"),
        CheckConstraint("people_met >= 0", name="people_met"),
    )

    visited_at: Mapped[datetime] = instant()
    household: Mapped[str] = mapped_column(Text)
    finding_kind: Mapped[str] = mapped_column(Text)
    finding: Mapped[str | None] = mapped_column(Text)
    people_met: Mapped[int | None] = mapped_column(SmallInteger)


# Who recorded and corrected it.
VisitTimeline = timeline_of(Visit, VisitAction, VisitStatus)
