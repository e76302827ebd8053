"""What every command of the register does first and last: judge whose grant it is, and tell of what was done."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.kernel.errors import Forbidden
from domain.kernel.grant import Grant
from domain.outbox.service import Code, record


def demand(grant: Grant, action: str) -> None:
    """Refuse a grant for another action, and an actor of another county: its people are no users of this one."""
    if grant.action != action:
        message = f"a grant for {grant.action} was used to {action}"
        raise AssertionError(message)
    if grant.actor.county_id != grant.county_id:
        raise Forbidden


def tell(session: AsyncSession, grant: Grant, topic: str, at: datetime, **payload: Code) -> None:
    """Write down, for whoever listens, what became of what the grant is upon."""
    record(session, county_id=grant.county_id, topic=topic, subject_id=grant.subject_id, payload=payload, at=at)
