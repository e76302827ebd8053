"""Writing down what happened, in the transaction in which it happens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from domain.foundation.basics.ids import new_id
from domain.foundation.database.statements import add_later
from domain.foundation.outbox.models import OutboxMessage

# What a payload may hold: ids and dates as text, codes, numbers, flags.
Code = str | int | bool | None


def record(
    session: AsyncSession, *, county_id: int, topic: str, subject_id: UUID, payload: Mapping[str, Code], at: datetime
) -> None:
    """Add a message about `subject_id` to the transaction; it is written before the commit.

    `payload` holds ids and codes: never a name, a number of a person, or a text that somebody typed.
    """
    add_later(
        session,
        OutboxMessage,
        county_id=county_id,
        id=new_id(),
        topic=topic,
        subject_id=subject_id,
        payload=orjson.dumps(payload).decode(),
        created_at=at,
    )
