"""Verifies a county's chain: what was changed, deleted, inserted or cut, and where."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.audit.chain import BEGINNING, SEALED, digest_of, link
from domain.audit.heads import kept
from domain.audit.sealing import ENTRY
from domain.foundation.database.session import unit_of_work
from domain.foundation.database.statements import Statement

AT_ONCE = 5_000
# Longer than a transaction may take: an entry that is dated before what was sealed ahead of it by more was not written then.
LATEST = timedelta(minutes=10)
MOST_NAMED = 20

_LINKS = Statement(f"""
SELECT s.position, s.entry_id, s.entry_at, s.digest, s.hash AS link, e.id IS NOT NULL AS there, {ENTRY}
FROM audit_seal s LEFT JOIN audit_entry e ON e.county_id = s.county_id AND e.at = s.entry_at AND e.id = s.entry_id
WHERE s.county_id = :county AND s.position > CAST(:after AS bigint) ORDER BY s.position LIMIT {AT_ONCE}
""")
_UNSEALED = Statement(f"""
SELECT e.id, e.at FROM audit_entry e WHERE e.county_id = :county AND e.at < CAST(:before AS timestamptz)
  AND NOT EXISTS (SELECT FROM audit_seal s WHERE s.county_id = e.county_id AND s.entry_id = e.id)
ORDER BY e.at, e.id LIMIT {MOST_NAMED + 1}
""")
# What whoSaw tells is made of sealed entries, and is compared with them.
_TOLD = """
SELECT r.entry_id, r.case_id::text AS case_id, r.at, r.actor_id, r.organisation_id, r.role, r.groups FROM case_reading r
WHERE r.county_id = :county"""
_SHOWN = """
SELECT e.id, substr(x.shown ->> 1, 6), e.at, e.actor_id, e.organisation_id, e.role,
  string_agg(DISTINCT g.word, ' ' ORDER BY g.word)
FROM audit_entry e JOIN audit_seal s ON s.county_id = e.county_id AND s.entry_id = e.id
CROSS JOIN LATERAL jsonb_array_elements(e.shown) x(shown)
CROSS JOIN LATERAL unnest(string_to_array(rtrim(x.shown ->> 2), ' ')) g(word)
WHERE e.county_id = :county AND x.shown ->> 1 LIKE 'case:%' GROUP BY e.id, x.shown ->> 1, e.at, e.actor_id, e.organisation_id, e.role"""
_MISTOLD = Statement(f"""
SELECT DISTINCT d.entry_id, d.case_id FROM (
  (({_TOLD}) EXCEPT ALL ({_SHOWN})) UNION ALL (({_SHOWN}) EXCEPT ALL ({_TOLD}))) d LIMIT {MOST_NAMED + 1}
""")


async def verify(
    engine: AsyncEngine, county_id: int, heads: Path | None, now: datetime, *, unsealed: timedelta
) -> list[str]:
    """Everything that is wrong with a county's audit log, a sentence each; empty where it is as it was written.

    `heads`: the file of heads that were kept apart. `unsealed`: how old an entry may become before it is sealed.
    """
    seen = {} if heads is None else kept(heads, county_id)
    found: list[str] = []
    async with unit_of_work(engine, (county_id,)) as session:
        found += [fault async for fault in _faults(session, county_id, seen)]
        late = await _UNSEALED.rows(session, county=county_id, before=now - unsealed)
        found += [f"entry {row['id']} of {row['at'].isoformat()} is not sealed" for row in late[:MOST_NAMED]]
        if len(late) > MOST_NAMED:
            found.append("and further entries are not sealed")
        found += [
            f"entry {row['entry_id']}: what is told of who read the case {row['case_id']} is not what it says"
            for row in await _MISTOLD.rows(session, county=county_id)
        ]
    return [f"county {county_id}: {fault}" for fault in found]


async def _faults(session: AsyncSession, county_id: int, seen: dict[int, bytes]) -> AsyncIterator[str]:
    """What is wrong along the chain."""
    position, before, latest = 0, BEGINNING, None
    while rows := await _LINKS.rows(session, county=county_id, after=position):
        for row in rows:
            at = row["position"]
            if at != position + 1:
                yield f"the seals {position + 1} to {at - 1} were deleted"
            for fault in _faults_of(row, before if at == position + 1 else None, seen):
                yield f"at position {at}: {fault}"
            if latest is not None and row["entry_at"] < latest - LATEST:
                yield f"at position {at}: entry {row['entry_id']} is dated {row['entry_at'].isoformat()}, long before those sealed ahead of it"
            latest = row["entry_at"] if latest is None else max(latest, row["entry_at"])
            position, before = at, row["link"]
    last = max(seen, default=0)
    if last > position:
        yield f"the chain was cut: it ends at position {position}, and its head was seen at {last}"


def _faults_of(row: Any, before: bytes | None, seen: dict[int, bytes]) -> list[str]:
    """What is wrong with one link. `before`: the hash of the link before it, where that is there."""
    found = []
    if not row["there"]:
        found.append(f"entry {row['entry_id']} of {row['entry_at'].isoformat()} was deleted, or its moment changed")
    elif digest_of({name: row[name] for name in SEALED}) != row["digest"]:
        found.append(f"entry {row['entry_id']} was changed")
    if before is not None and link(before, row["digest"]) != row["link"]:
        found.append("the seal does not follow from the one before: one of the two was changed, inserted or exchanged")
    if row["position"] in seen and seen[row["position"]] != row["link"]:
        found.append("the seal is not the head that was kept apart: the chain up to here was made anew")
    return found
