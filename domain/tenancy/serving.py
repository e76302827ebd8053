"""Who serves in a role."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.foundation.database.statements import Statement

_SERVING = Statement("""
SELECT m.user_id, count(*) OVER () AS total FROM membership m
JOIN app_user u ON u.county_id = m.county_id AND u.id = m.user_id AND u.active
WHERE m.county_id = :county AND m.role = :role AND m.valid_from <= :now AND (m.valid_until IS NULL OR m.valid_until > :now)
GROUP BY m.user_id ORDER BY m.user_id LIMIT :most
""")


async def users_serving(
    session: AsyncSession, county_id: int, role: str, now: datetime, most: int
) -> tuple[list[UUID], int]:
    """Who serves in a county in this role now, so many at most, and how many more there are."""
    found = await _SERVING.rows(session, county=county_id, role=role, now=now, most=most)
    return [one["user_id"] for one in found], (found[0]["total"] - len(found) if found else 0)
