"""What has happened and is still to be told: written with the change, published afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from domain.foundation.database.base import (
    TENANT,
    Base,
    county_key,
    id_key,
    instant,
)


class OutboxMessage(Base):
    """One event, in the transaction of the change it tells of. Carries ids and codes, never personal data."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox__unpublished", "county_id", "id", postgresql_where=text("published_at IS NULL")),
        {"info": TENANT},
    )

    county_id: Mapped[int] = county_key()
    id: Mapped[UUID] = id_key()
    topic: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = instant()
    published_at: Mapped[datetime | None] = instant(nullable=True)
