"""What every command of the register does last: tell of what was done."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.kernel.grant import Grant
from domain.outbox.service import Code, record


def tell(session: AsyncSession, grant: Grant, topic: str, at: datetime, **payload: Code) -> None:
    """Write down, for whoever listens, what became of what the grant is upon."""
    record(session, county_id=grant.county_id, topic=topic, subject_id=grant.subject_id, payload=payload, at=at)
