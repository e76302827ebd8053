"""Tables of the clocks: deadlines of cases, what was done about each, and a county's own working days."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index, Integer, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.foundation.database.base import (
    TENANT,
    Base,
    county_key,
    instant,
    one_of,
    refers,
)
from domain.foundation.kernel.tables import TenantRow
from domain.law.deadlines.codes import DeadlineKind, DeadlineStep, DeadlineUnit


class Deadline(TenantRow, Base):
    """One period that runs, or ran, for a case. What it says of the period is a copy: schedules change, history stays.

    Its state is no column: it follows from these and the clock.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        CheckConstraint(one_of("kind", DeadlineKind), name="kind"),
        CheckConstraint(one_of("unit", DeadlineUnit), name="unit"),
        CheckConstraint("outcome IN ('satisfied', 'cancelled', 'lapsed')", name="outcome"),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed"),
        CheckConstraint("closed_at IS NULL OR next_at IS NULL", name="nothing_next"),
        CheckConstraint("paused_at IS NULL OR next_at IS NULL", name="nothing_while_paused"),
        CheckConstraint("length >= 1 AND extended_by >= 0 AND extensions >= 0 AND paused_days >= 0", name="counts"),
        Index(
            "uq_deadline__running",
            "county_id",
            "case_id",
            "kind",
            unique=True,
            postgresql_where=text("closed_at IS NULL AND subject_id IS NULL"),
        ),
        Index("ix_deadline__case", "county_id", "case_id", "due_at", "id"),
        Index("ix_deadline__due", "county_id", "due_at", "id", postgresql_where=text("closed_at IS NULL")),
        Index("ix_deadline__next", "county_id", "next_at", "id", postgresql_where=text("next_at IS NOT NULL")),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    # What of the case it is about, where there can be several: an answer to a call, to a supervision.
    subject_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(Text)
    rule: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(Text)
    length: Mapped[int] = mapped_column(Integer)
    # What starts it: the first day, which does not count, or the hour from which hours run.
    starts_at: Mapped[datetime] = instant()
    opened_at: Mapped[datetime] = instant()
    due_at: Mapped[datetime] = instant()
    warn_at: Mapped[datetime] = instant()
    # While a pause stops it; the days (of the kind it counts) that earlier pauses took.
    paused_at: Mapped[datetime | None] = instant(nullable=True)
    paused_days: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    # Days (of the kind it counts) by which it was extended, and how often.
    extended_by: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    extensions: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    # A right that ends: when it passes it lapses, and nobody was late.
    lapses: Mapped[bool] = mapped_column(server_default=text("false"))
    confidential: Mapped[bool] = mapped_column(server_default=text("false"))
    # Silence is escalated, rung by rung.
    climbs: Mapped[bool] = mapped_column(server_default=text("true"))
    # When the worker has something to do about it; nothing: never again.
    next_at: Mapped[datetime | None] = instant(nullable=True)
    closed_at: Mapped[datetime | None] = instant(nullable=True)
    outcome: Mapped[str | None] = mapped_column(Text)


class DeadlineStepTaken(Base):
    """What the worker did about a deadline: each step once, whoever did it, however often it was tried."""

    __tablename__ = "deadline_step"
    __table_args__ = (
        refers("deadline_id", "deadline"),
        CheckConstraint(one_of("step", DeadlineStep), name="step"),
        {"info": TENANT},
    )

    county_id: Mapped[int] = county_key()
    deadline_id: Mapped[UUID] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(Text, primary_key=True)
    at: Mapped[datetime] = instant()


class DeadlineExtension(TenantRow, Base):
    """One extension: by how much, on whose word, with whose consent."""

    __tablename__ = "deadline_extension"
    __table_args__ = (
        refers("deadline_id", "deadline"),
        refers("recorded_by", "app_user"),
        UniqueConstraint("county_id", "deadline_id", "ordinal"),
        CheckConstraint("days >= 1", name="days"),
        {"info": TENANT},
    )

    deadline_id: Mapped[UUID]
    ordinal: Mapped[int] = mapped_column(SmallInteger)
    days: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    consented: Mapped[bool]
    due_before: Mapped[datetime] = instant()
    due_after: Mapped[datetime] = instant()
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime] = instant()


class CalendarDay(Base):
    """A day that a county works, or does not, whatever the published calendar says."""

    __tablename__ = "calendar_day"
    __table_args__ = (
        refers("set_by", "app_user"),
        CheckConstraint("char_length(reason) BETWEEN 1 AND 200", name="reason"),
        {"info": TENANT},
    )

    county_id: Mapped[int] = county_key()
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    working: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    set_by: Mapped[UUID]
    set_at: Mapped[datetime] = instant()
