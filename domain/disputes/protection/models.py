"""Tables of protection (妇儿保护): measures taken, and clue notices between those who protect."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.disputes.protection.codes import MeasureKind
from domain.foundation.database.base import (
    TENANT,
    Base,
    instant,
    one_of,
    refers,
)
from domain.foundation.kernel.tables import TenantRow


class ProtectionMeasure(TenantRow, Base):
    """One measure: a written warning (告诫书), or a step of a protection order (人身安全保护令)."""

    __tablename__ = "protection_measure"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("organisation_id", "organisation"),
        refers("recorded_by", "app_user"),
        CheckConstraint(one_of("kind", MeasureKind), name="kind"),
        CheckConstraint("(kind = 'order_issued') = (valid_until IS NOT NULL)", name="valid_until"),
        Index("ix_protection_measure__case", "county_id", "case_id", "taken_at", "id"),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    # Who took it: the police that warned, the court that ordered.
    organisation_id: Mapped[UUID]
    number: Mapped[str | None] = mapped_column(Text)
    taken_at: Mapped[datetime] = instant()
    urgent: Mapped[bool] = mapped_column(server_default=text("false"))
    valid_until: Mapped[date | None] = mapped_column(Date)
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime] = instant()


class ClueNotice(TenantRow, Base):
    """One clue notice (线索通报) from one body to another, until it is acknowledged."""

    __tablename__ = "clue_notice"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("sender_id", "organisation"),
        refers("recipient_id", "organisation"),
        refers("sent_by", "app_user"),
        refers("acknowledged_by", "app_user"),
        refers("participant_id", "case_participant"),
        CheckConstraint("sender_id <> recipient_id", name="recipient"),
        CheckConstraint("(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name="acknowledged"),
        Index("ix_clue_notice__case", "county_id", "case_id", "sent_at", "id"),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    sender_id: Mapped[UUID]
    recipient_id: Mapped[UUID]
    clue: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = instant()
    sent_by: Mapped[UUID]
    acknowledged_at: Mapped[datetime | None] = instant(nullable=True)
    acknowledged_by: Mapped[UUID | None]
    # The term on the case that the notice brought; it lasts while the case does.
    participant_id: Mapped[UUID | None]
