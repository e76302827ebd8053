"""Making a repeated request harmless: the first with a key is done, a repeat gets the first one's outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from domain.foundation.basics.actor import Actor
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.database.statements import Statement

REMEMBERED_FOR = timedelta(hours=24)
LONGEST_KEY = 200

_CLAIM = Statement("""
INSERT INTO idempotency_key AS k (county_id, user_id, key, mutation, request_digest, outcome, created_at)
VALUES (:county, :user, :key, :mutation, :digest, '{}', :now)
ON CONFLICT (county_id, user_id, key) DO UPDATE
SET mutation = excluded.mutation, request_digest = excluded.request_digest, outcome = excluded.outcome,
  created_at = excluded.created_at
WHERE k.created_at <= :old RETURNING k.key
""")
_MINE = "WHERE county_id = :county AND user_id = :user AND key = :key"
_FIRST = Statement(f"SELECT mutation, request_digest, CAST(outcome AS text) AS outcome FROM idempotency_key {_MINE}")
_REMEMBER = Statement(f"UPDATE idempotency_key SET outcome = CAST(:outcome AS jsonb) {_MINE}")


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
        raise InvalidInput(
            f"幂等键应为1至{LONGEST_KEY}个可见字符",
            f"a key has 1 to {LONGEST_KEY} visible characters",
            field="idempotencyKey",
        )
    this = {"county": actor.county_id, "user": actor.user_id, "key": key}
    claimed = await _CLAIM.first(
        session, **this, mutation=mutation, digest=request_digest, now=now, old=now - REMEMBERED_FOR
    )
    if claimed is not None:
        return None
    first = await _FIRST.first(session, **this)
    if first["mutation"] != mutation or first["request_digest"] != request_digest:
        raise InvalidInput(
            "该幂等键已用于另一请求，请更换",
            "this key came with another request: take a new one",
            field="idempotencyKey",
            code="IDEMPOTENCY_KEY_REUSED",
        )
    return StoredOutcome(orjson.loads(first["outcome"]))


async def remember(session: AsyncSession, actor: Actor, *, key: str, outcome: Mapping[str, Any]) -> None:
    """Keep the outcome of the work under the key claimed in this transaction. JSON, ids and codes only."""
    kept = orjson.dumps(dict(outcome)).decode()
    await _REMEMBER.rows(session, county=actor.county_id, user=actor.user_id, key=key, outcome=kept)
