"""The access stamp within a command's transaction."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from domain.foundation.database.statements import Statement

_STAMP = Statement("SELECT coalesce(sum(stamp), 0) AS stamp FROM access_stamp WHERE county_id IN (0, :county)")


async def access_stamp(session: AsyncSession, county_id: int) -> int:
    """How often who may see what has changed in the county, as this transaction sees it."""
    return int((await _STAMP.first(session, county=county_id))["stamp"])
