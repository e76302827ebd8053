"""Remembered answers, so that a repeat of a request within 24 hours is harmless."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from domain.foundation.database.base import (
    TENANT,
    Base,
    county_key,
    instant,
    refers,
)


class IdempotencyKey(Base):
    """What a user's request with this key did: which mutation, a digest of its input, and which row it changed."""

    __tablename__ = "idempotency_key"
    __table_args__ = (
        refers("user_id", "app_user"),
        CheckConstraint("char_length(key) BETWEEN 1 AND 200", name="key"),
        {"info": TENANT},
    )

    county_id: Mapped[int] = county_key()
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    mutation: Mapped[str] = mapped_column(Text)
    request_digest: Mapped[bytes] = mapped_column(LargeBinary)
    outcome: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = instant()
