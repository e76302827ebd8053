"""The access stamp within a command's transaction."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_STAMP = text("SELECT coalesce(sum(stamp), 0) FROM access_stamp WHERE county_id IN (0, :county)")


async def access_stamp(session: AsyncSession, county_id: int) -> int:
    """How often who may see what has changed in the county, as this transaction sees it."""
    return int((await session.execute(_STAMP, {"county": county_id})).scalar_one())
