"""Tables of supervision (督办) and of risk reports: what is watched from above, and who has read of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.codes.enums import RiskLevel
from domain.foundation.database.base import (
    TENANT,
    Base,
    county_key,
    instant,
    one_of,
    refers,
)
from domain.foundation.kernel.tables import TenantRow
from domain.law.deadlines.codes import DeadlineStep
from domain.law.supervision.codes import LeadershipLevel, SupervisionCause

# The rungs on which a supervision can stand: it is opened with the first of them.
RUNGS = (DeadlineStep.SUPERVISED, DeadlineStep.NOTICED, DeadlineStep.INTERVIEWED, DeadlineStep.REPORTED)


class Supervision(TenantRow, Base):
    """One supervision of a case: opened by the system or by hand, answered by the handler, closed with evidence."""

    __tablename__ = "supervision"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("deadline_id", "deadline"),
        refers("opened_by", "app_user"),
        refers("answered_by", "app_user"),
        refers("closed_by", "app_user"),
        CheckConstraint(one_of("cause", SupervisionCause), name="cause"),
        CheckConstraint(one_of("level", RUNGS), name="level"),
        CheckConstraint("(cause = 'overdue') = (deadline_id IS NOT NULL)", name="overdue_deadline"),
        CheckConstraint("(cause = 'by_hand') = (opened_by IS NOT NULL)", name="by_hand"),
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answer"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="answered_by"),
        CheckConstraint("(closed_at IS NULL) = (evidence IS NULL)", name="evidence"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_by"),
        # A deadline is supervised once, whatever happens; a case once at a time for each other cause.
        Index(
            "uq_supervision__deadline",
            "county_id",
            "deadline_id",
            unique=True,
            postgresql_where=text("deadline_id IS NOT NULL"),
        ),
        Index(
            "uq_supervision__open",
            "county_id",
            "case_id",
            "cause",
            unique=True,
            postgresql_where=text("deadline_id IS NULL AND closed_at IS NULL"),
        ),
        Index("ix_supervision__case", "county_id", "case_id", "opened_at", "id"),
        Index("ix_supervision__opened", "county_id", "opened_at", "id"),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    deadline_id: Mapped[UUID | None]
    cause: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    demand: Mapped[str | None] = mapped_column(Text)
    opened_at: Mapped[datetime] = instant()
    # Nobody: the system did, for a cause that needs no judgement.
    opened_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None] = instant(nullable=True)
    answered_by: Mapped[UUID | None]
    answer: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None] = instant(nullable=True)
    closed_by: Mapped[UUID | None]
    evidence: Mapped[str | None] = mapped_column(Text)


class RiskReport(TenantRow, Base):
    """A red risk or a possible mass incident, reported to the leadership of town and county at once (RISK1)."""

    __tablename__ = "risk_report"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        CheckConstraint(one_of("risk_level", RiskLevel), name="risk_level"),
        Index("ix_risk_report__case", "county_id", "case_id", "reported_at", "id"),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    risk_level: Mapped[str | None] = mapped_column(Text)
    mass_incident: Mapped[bool]
    reported_at: Mapped[datetime] = instant()


class RiskReading(Base):
    """Whether the leadership of one level has acknowledged a risk report."""

    __tablename__ = "risk_reading"
    __table_args__ = (
        refers("report_id", "risk_report"),
        refers("case_id", "dispute_case"),
        refers("read_by", "app_user"),
        CheckConstraint(one_of("level", LeadershipLevel), name="level"),
        CheckConstraint("(read_at IS NULL) = (read_by IS NULL)", name="read"),
        Index("ix_risk_reading__case", "county_id", "case_id"),
        {"info": TENANT},
    )

    county_id: Mapped[int] = county_key()
    report_id: Mapped[UUID] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(Text, primary_key=True)
    case_id: Mapped[UUID]
    read_at: Mapped[datetime | None] = instant(nullable=True)
    read_by: Mapped[UUID | None]
