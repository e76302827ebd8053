"""Seals entries: appends them, in the order of their transactions, to the chain of their county.

An entry is sealed when no transaction that began before its own is under way any more, so that none can come late. Of
several sealers one works on a county at a time; each step is one transaction, whoever is killed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.audit.chain import BEGINNING, SEALED, cases_shown, digest_of, link
from domain.audit.heads import Head, keep
from domain.audit.models import AuditSeal, CaseReading
from domain.foundation.basics.clock import Clock
from domain.foundation.database.session import unit_of_work
from domain.foundation.database.statements import Statement, add_later

AT_ONCE = 2_000
"""Entries in one transaction."""

_LOCK = Statement("SELECT pg_try_advisory_xact_lock(hashtext('audit_seal'), :county) AS ours")
_HEAD = Statement(
    "SELECT position, hash, sealed_at FROM audit_seal WHERE county_id = :county ORDER BY position DESC LIMIT 1"
)
_HORIZON = Statement("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS horizon")
ENTRY = ", ".join(f"e.{name}{'::text' if name == 'shown' else ''}" for name in SEALED)
# Those beyond the snapshot are of another server, from which the database was restored: nothing of theirs is under way.
_UNSEALED = Statement(f"""
SELECT {ENTRY} FROM audit_entry e
WHERE e.county_id = :county AND e.transaction >= CAST(:after AS bigint)
  AND (e.transaction < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    OR e.transaction >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
  AND NOT EXISTS (SELECT FROM audit_seal s WHERE s.county_id = e.county_id AND s.entry_id = e.id)
ORDER BY e.transaction, e.id LIMIT {AT_ONCE}
""")
_MONTHS = Statement("SELECT add_audit_months(CAST(:first AS date), 13)")


class Sealer:
    """One sealer, of a worker. What it knows between rounds only spares it looking at what it has sealed."""

    def __init__(
        self, engine: AsyncEngine, heads: Path | None, *, clock: Clock, heads_every: timedelta = timedelta(0)
    ) -> None:
        """`heads`: the file in which the chains' heads are kept apart, of a county no oftener than that; None keeps none."""
        self._engine = engine
        self._heads = heads
        self._clock = clock
        self._heads_every = heads_every
        self._after: dict[int, int] = {}
        self._to_keep: dict[int, Head] = {}
        self._kept_at: dict[int, datetime] = {}

    async def seal(self, county_id: int) -> int:
        """Seal what can be in a county; returns how many entries. None while another sealer is at work there."""
        done = 0
        while True:
            sealed, head = await self._step(county_id)
            done += sealed
            if head is not None:
                self._to_keep[county_id] = head
            if sealed < AT_ONCE:
                self._keep_head(county_id)
                return done

    def _keep_head(self, county_id: int) -> None:
        now, before = self._clock(), self._kept_at.get(county_id)
        if self._heads is None or county_id not in self._to_keep:
            return
        if before is None or now - before >= self._heads_every:
            keep(self._heads, self._to_keep.pop(county_id))
            self._kept_at[county_id] = now

    async def _step(self, county_id: int) -> tuple[int, Head | None]:
        async with unit_of_work(self._engine, (county_id,)) as session:
            if not (await _LOCK.first(session, county=county_id))["ours"]:
                return 0, None
            # Read before what is sealed is: everything that was there by then is seen.
            horizon = (await _HORIZON.first(session))["horizon"]
            last = await _HEAD.first(session, county=county_id)
            position, before = (0, BEGINNING) if last is None else (last["position"], last["hash"])
            rows = await _UNSEALED.rows(session, county=county_id, after=self._after.get(county_id, 0))
            now = self._clock()
            for position, row in enumerate(rows, start=position + 1):  # noqa: B020 - counts on from the last
                digest = digest_of(row)
                before = link(before, digest)
                add_later(
                    session,
                    AuditSeal,
                    county_id=county_id,
                    position=position,
                    entry_id=row["id"],
                    entry_at=row["at"],
                    digest=digest,
                    hash=before,
                    sealed_at=now,
                )
                if row["shown"] is not None:
                    self._tell_of_cases(session, row)
        if len(rows) < AT_ONCE:
            self._after[county_id] = horizon
        return len(rows), Head(county_id, position, before, now) if rows else None

    @staticmethod
    def _tell_of_cases(session: AsyncSession, row: dict[str, object]) -> None:
        for case, groups in cases_shown(str(row["shown"])).items():
            add_later(
                session,
                CaseReading,
                county_id=row["county_id"],
                # Of no order: an id that tells the moment is for those who may know it.
                id=uuid4(),
                case_id=UUID(case),
                entry_id=row["id"],
                at=row["at"],
                actor_id=row["actor_id"],
                organisation_id=row["organisation_id"],
                role=row["role"],
                groups=groups,
            )

    async def add_months(self) -> None:
        """See to it that there are partitions for the months to come."""
        async with unit_of_work(self._engine, ()) as session:
            await _MONTHS.rows(session, first=self._clock().date())
