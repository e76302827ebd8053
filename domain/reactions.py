"""What follows from an action on a case, in other contexts: one visible list, run for every command before it commits.

Contexts above cases are no part of it: they call what they need themselves.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.deadlines import service as deadlines
from domain.deadlines.service import OfCase
from domain.deadlines.wiring import Happening
from domain.duties import service as duties
from domain.kernel.calendar import WorkingCalendar
from domain.supervision import service as supervision


async def react(session: AsyncSession, case: OfCase, happened: Happening, calendar: WorkingCalendar) -> datetime | None:
    """Carry the clocks along, then open what the action opens by itself; returns when mediation is due, if it runs."""
    due_at = await deadlines.carry_along(session, happened, calendar)
    await supervision.follow(session, case, happened)
    await duties.follow(session, happened)
    return due_at
