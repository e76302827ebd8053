"""Loading an entrustment for change, and finding one by the court's own number."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.disputes.court_entrustment.models import CourtEntrustment


async def entrustment_of(session: AsyncSession, county_id: int, case_id: UUID) -> CourtEntrustment | None:
    """The entrustment that made the case, if a court did; the caller holds the case's lock."""
    found: CourtEntrustment | None = await session.scalar(
        select(CourtEntrustment)
        .where(CourtEntrustment.county_id == county_id, CourtEntrustment.case_id == case_id)
        .with_for_update()
    )
    return found


# One at a time for each number, so that of two at once one finds the other. Full-width and plain signs are the same.
_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(normalize(:number, NFKC), :county))")
_UNDER_WAY = text("""
SELECT 1 FROM court_entrustment
WHERE county_id = :county AND court_id = :court AND status IN ('entrusted', 'accepted')
  AND normalize(reference_number, NFKC) = normalize(:number, NFKC)
""")


async def entrusted_already(session: AsyncSession, county_id: int, court_id: UUID, number: str) -> bool:
    """Whether the court has an entrustment of that number under way; until the transaction ends nobody adds another."""
    given = {"county": county_id, "number": number}
    await session.execute(_ALONE, given)
    return await session.scalar(_UNDER_WAY, given | {"court": court_id}) is not None
