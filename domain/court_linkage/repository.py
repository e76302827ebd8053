"""Loading an entrustment for change."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.court_linkage.models import CourtEntrustment


async def entrustment_of(session: AsyncSession, county_id: int, case_id: UUID) -> CourtEntrustment | None:
    """The entrustment that made the case, if a court did; the caller holds the case's lock."""
    found: CourtEntrustment | None = await session.scalar(
        select(CourtEntrustment)
        .where(CourtEntrustment.county_id == county_id, CourtEntrustment.case_id == case_id)
        .with_for_update()
    )
    return found
