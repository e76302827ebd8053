"""The table of judicial confirmation (司法确认): a joint application, the court's acceptance, its ruling."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.codes.enums import ConfirmationStatus
from domain.database.base import TENANT, Base, county_key, id_key, instant, one_of, refers


class JudicialConfirmation(Base):
    """One application to a court to confirm a mediated agreement; at most one a case is open or confirmed."""

    __tablename__ = "judicial_confirmation"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("court_id", "organisation"),
        refers("applied_by", "app_user"),
        CheckConstraint(one_of("status", ConfirmationStatus), name="status"),
        Index("uq_judicial_confirmation__open", "county_id", "case_id", unique=True,
              postgresql_where=text("status IN ('applied', 'accepted', 'confirmed')")),
        Index("ix_judicial_confirmation__case", "county_id", "case_id", "applied_at", "id"),
        Index("ix_judicial_confirmation__court", "county_id", "court_id", "status", "applied_at", "id"),
        {"info": TENANT},
    )

    county_id: Mapped[int] = county_key()
    id: Mapped[UUID] = id_key()
    case_id: Mapped[UUID]
    court_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(Text)
    applied_at: Mapped[datetime] = instant()
    applied_by: Mapped[UUID]
    # The last day on which both sides may apply (CONF1, CONF2), a date in China.
    apply_by: Mapped[date] = mapped_column(Date)
    decided_at: Mapped[datetime | None] = instant(nullable=True)
    number: Mapped[str | None] = mapped_column(Text)
    ground: Mapped[str | None] = mapped_column(Text)
    ruled_at: Mapped[datetime | None] = instant(nullable=True)
    # The last day on which enforcement may be applied for (CONF10).
    enforce_by: Mapped[date | None] = mapped_column(Date)
