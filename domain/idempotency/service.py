"""Making a repeated request harmless: the first with a key is done, a repeat gets the first one's outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.idempotency.models import IdempotencyKey
from domain.kernel.actor import Actor
from domain.kernel.errors import InvalidInput

REMEMBERED_FOR = timedelta(hours=24)
LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class StoredOutcome:
    """What the first request with this key did; the mutation's own shape, ids and codes only."""

    outcome: Mapping[str, Any]


async def claim(
    session: AsyncSession, actor: Actor, *, key: str, mutation: str, request_digest: bytes, now: datetime
) -> StoredOutcome | None:
    """Claim `key` for this transaction, before anything else is done in it.

    None: it is ours; do the work, then `remember`. Otherwise the outcome of the request that had it before. While
    another transaction holds the key this waits for its end: committed, its outcome is returned; rolled back (a
    refusal), the key is ours. After 24 hours a key is as new. Keys are each user's own.

    Raises InvalidInput IDEMPOTENCY_KEY_REUSED if the key came with another mutation or other input.
    """
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        raise InvalidInput(f"幂等键应为1至{LONGEST_KEY}个可见字符", field="idempotencyKey")
    values = {"mutation": mutation, "request_digest": request_digest, "outcome": {}, "created_at": now}
    statement = insert(IdempotencyKey).values(county_id=actor.county_id, user_id=actor.user_id, key=key, **values)
    claimed = await session.scalar(
        statement.on_conflict_do_update(
            index_elements=[IdempotencyKey.county_id, IdempotencyKey.user_id, IdempotencyKey.key],
            set_=values,
            where=IdempotencyKey.created_at <= now - REMEMBERED_FOR,
        ).returning(IdempotencyKey.key)
    )
    if claimed is not None:
        return None
    first = (
        await session.execute(
            select(IdempotencyKey.mutation, IdempotencyKey.request_digest, IdempotencyKey.outcome).where(
                *_this(actor, key)
            )
        )
    ).one()
    if first.mutation != mutation or first.request_digest != request_digest:
        raise InvalidInput("该幂等键已用于另一请求，请更换", field="idempotencyKey", code="IDEMPOTENCY_KEY_REUSED")
    return StoredOutcome(first.outcome)


async def remember(session: AsyncSession, actor: Actor, *, key: str, outcome: Mapping[str, Any]) -> None:
    """Keep the outcome of the work under the key claimed in this transaction. JSON, ids and codes only."""
    await session.execute(update(IdempotencyKey).where(*_this(actor, key)).values(outcome=dict(outcome)))


def _this(actor: Actor, key: str) -> tuple[Any, ...]:
    return (
        IdempotencyKey.county_id == actor.county_id,
        IdempotencyKey.user_id == actor.user_id,
        IdempotencyKey.key == key,
    )
