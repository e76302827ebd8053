"""The table of reporting duties (强制报告): whom the law wants told at once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.foundation.database.base import (
    TENANT,
    Base,
    instant,
    one_of,
    refers,
)
from domain.foundation.kernel.tables import TenantRow
from domain.law.report_duties.codes import DutyRecipient


class ReportDuty(TenantRow, Base):
    """One authority to be told of a case, once. Who told it is kept, and shown to nobody (反家庭暴力法 14)."""

    __tablename__ = "report_duty"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("fulfilled_by", "app_user"),
        CheckConstraint(one_of("recipient", DutyRecipient), name="recipient"),
        CheckConstraint("rule IN ('DV1', 'MIN1')", name="rule"),
        CheckConstraint("(fulfilled_at IS NULL) = (record IS NULL)", name="record"),
        UniqueConstraint("county_id", "case_id", "recipient"),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    recipient: Mapped[str] = mapped_column(Text)
    rule: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = instant()
    fulfilled_at: Mapped[datetime | None] = instant(nullable=True)
    fulfilled_by: Mapped[UUID | None]
    record: Mapped[str | None] = mapped_column(Text)
