"""Tables of notices to the police (POL2): the notice with its answer, and the parties' written applications."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.foundation.database.base import (
    TENANT,
    Base,
    instant,
    refers,
)
from domain.foundation.kernel.tables import TenantRow


class PoliceNotice(TenantRow, Base):
    """One notice (通报) to the police that an act was mediated and the agreement performed, until it is answered.

    `recognised`: whether the police agree that no penalty is due; nothing before their answer.
    """

    __tablename__ = "police_notice"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("agreement_id", "case_agreement"),
        refers("sender_id", "organisation"),
        refers("recipient_id", "organisation"),
        refers("sent_by", "app_user"),
        refers("answered_by", "app_user"),
        # POL_ONCE.
        UniqueConstraint("county_id", "agreement_id"),
        CheckConstraint("sender_id <> recipient_id", name="recipient"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="answered_by"),
        CheckConstraint("(answered_at IS NULL) = (recognised IS NULL)", name="recognised"),
        CheckConstraint("recognised IS NOT FALSE OR reason IS NOT NULL", name="reason"),
        Index("ix_police_notice__case", "county_id", "case_id", "sent_at", "id"),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    agreement_id: Mapped[UUID]
    sender_id: Mapped[UUID]
    recipient_id: Mapped[UUID]
    statement: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = instant()
    sent_by: Mapped[UUID]
    answered_at: Mapped[datetime | None] = instant(nullable=True)
    answered_by: Mapped[UUID | None]
    recognised: Mapped[bool | None]
    reason: Mapped[str | None] = mapped_column(Text)


class PoliceNoticeApplication(TenantRow, Base):
    """One party's written application that a notice rests on: whose, and when it was made."""

    __tablename__ = "police_notice_application"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("notice_id", "police_notice"),
        refers("party_id", "case_party"),
        refers("recorded_by", "app_user"),
        UniqueConstraint("county_id", "notice_id", "party_id"),
        Index("ix_police_notice_application__case", "county_id", "case_id"),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    notice_id: Mapped[UUID]
    party_id: Mapped[UUID]
    applied_at: Mapped[datetime] = instant()
    recorded_by: Mapped[UUID]
