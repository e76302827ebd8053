"""The table of entrustments: pre-litigation mediation that a court hands down (委派调解)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.codes.enums import EntrustmentStatus
from domain.disputes.court_entrustment.codes import EntrustmentReturn
from domain.foundation.database.base import (
    TENANT,
    Base,
    instant,
    one_of,
    refers,
)
from domain.foundation.kernel.tables import TenantRow


class CourtEntrustment(TenantRow, Base):
    """One dispute that a court entrusted before filing it; a case has at most one, which made it."""

    __tablename__ = "court_entrustment"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("court_id", "organisation"),
        refers("organisation_id", "organisation"),
        refers("entrusted_by", "app_user"),
        CheckConstraint(one_of("status", EntrustmentStatus), name="status"),
        CheckConstraint(one_of("return_reason", EntrustmentReturn), name="return_reason"),
        CheckConstraint("(status = 'returned') = (returned_at IS NOT NULL)", name="returned"),
        CheckConstraint("(returned_at IS NULL) = (return_reason IS NULL)", name="reason"),
        UniqueConstraint("county_id", "case_id"),
        Index("ix_court_entrustment__court", "county_id", "court_id", "status", "entrusted_at", "id"),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    court_id: Mapped[UUID]
    # The committee or centre that is to mediate.
    organisation_id: Mapped[UUID]
    # The court's own number for the matter, such as (2026)粤0781诉前调123号.
    reference_number: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    entrusted_at: Mapped[datetime] = instant()
    entrusted_by: Mapped[UUID]
    # CRT2: the last day to accept. CRT1: the last day to mediate, counted from acceptance.
    accept_by: Mapped[date] = mapped_column(Date)
    accepted_at: Mapped[datetime | None] = instant(nullable=True)
    mediate_by: Mapped[date | None] = mapped_column(Date)
    returned_at: Mapped[datetime | None] = instant(nullable=True)
    return_reason: Mapped[str | None] = mapped_column(Text)
