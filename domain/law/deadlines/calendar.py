"""A county's own working days: read by every command that counts days, set by the county's administrators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

from sqlalchemy import TextClause, delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.foundation.basics.calendar import (
    NATIONAL,
    WorkingCalendar,
    china_date,
    end_of_day,
)
from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.basics.grant import Grant
from domain.foundation.database.statements import Statement
from domain.foundation.kernel.rooms import rooms
from domain.foundation.outbox.service import record
from domain.law.deadlines import clocks
from domain.law.deadlines.codes import DeadlineKind, DeadlineUnit
from domain.law.deadlines.commands import ClearCalendarDay, SetCalendarDay
from domain.law.deadlines.models import CalendarDay, Deadline

# Any number of our own: who counts days shares it, who changes what a day is holds it alone.
_ADVISORY = 0x43414C
SHARED = f"pg_advisory_xact_lock_shared({_ADVISORY}, {{county}})"
"""Template of an SQL expression that shares it until the transaction ends: for the statement that locks a case."""
_SHARE = Statement(f"SELECT {SHARED.format(county=':county')}")
_DAYS = Statement("SELECT day, working FROM calendar_day WHERE county_id = :county")
_ALONE = text("SELECT pg_advisory_xact_lock(:lock, :county)")
_CASES = text("SELECT id FROM dispute_case WHERE county_id = :county AND id = ANY (:ids) ORDER BY id FOR UPDATE")


@cache
def _shown_as(kind: DeadlineKind) -> TextClause | None:
    """The statement that keeps a deadline's last day where a room shows it, or asks it by rules: it moves along."""
    shown = [room.shows_deadlines[kind] for room in rooms() if kind in room.shows_deadlines]
    return text(shown[0]) if shown else None


async def calendar_of(session: AsyncSession, county_id: int, base: WorkingCalendar = NATIONAL) -> WorkingCalendar:
    """The calendar with the county's own days over it.

    Until the transaction ends no day of the county changes, so that nothing is counted by a calendar of yesterday.
    """
    await _SHARE.rows(session, county=county_id)
    return await _read(session, county_id, base)


async def _read(session: AsyncSession, county_id: int, base: WorkingCalendar) -> WorkingCalendar:
    rows = await _DAYS.rows(session, county=county_id)
    return base.with_overrides({row["day"]: row["working"] for row in rows})


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """What a change of the calendar did: how many open deadlines moved by it, in the same transaction."""

    id: UUID
    day: date
    deadlines_moved: int
    working: bool | None


@takes_checked
async def set_day(session: AsyncSession, grant: Grant, command: SetCalendarDay, *, clock: Clock) -> CalendarChange:
    """Say whether the county works on a day."""
    _require_calendar(grant)
    day, now = command.day, clock()
    await _take_hold(session, grant.county_id, day)
    values = {"working": command.working, "reason": command.reason, "set_by": grant.actor.user_id, "set_at": now}
    await session.execute(
        insert(CalendarDay)
        .values(county_id=grant.county_id, day=day, **values)
        .on_conflict_do_update(index_elements=[CalendarDay.county_id, CalendarDay.day], set_=values)
    )
    return await _recount(session, grant, day, now, working=command.working)


@takes_checked
async def clear_day(session: AsyncSession, grant: Grant, command: ClearCalendarDay, *, clock: Clock) -> CalendarChange:
    """Let the published calendar say again what a day is."""
    _require_calendar(grant)
    day = command.day
    await _take_hold(session, grant.county_id, day)
    cleared = await session.scalar(
        delete(CalendarDay)
        .where(CalendarDay.county_id == grant.county_id, CalendarDay.day == day)
        .returning(CalendarDay.day)
    )
    if cleared is None:
        raise InvalidInput("该日没有另行设定", "nothing was set for this day", field="day")
    return await _recount(session, grant, day, clock(), working=None)


def _require_calendar(grant: Grant) -> None:
    if grant.action != "set":
        message = f"a grant for {grant.action} was used to set the calendar"
        raise AssertionError(message)


async def _take_hold(session: AsyncSession, county_id: int, day: date) -> None:
    """Lock the cases that may be concerned, then the calendar: in the order in which commands do."""
    ids = [deadline.case_id for deadline in await _find_concerned(session, county_id, day)]
    await session.execute(_CASES, {"county": county_id, "ids": ids})
    await session.execute(_ALONE, {"lock": _ADVISORY, "county": county_id})


async def _find_concerned(session: AsyncSession, county_id: int, day: date) -> Sequence[Deadline]:
    """Open deadlines counted in days whose span the day lies in; no other one can move."""
    found = await session.scalars(
        select(Deadline)
        .where(
            Deadline.county_id == county_id,
            Deadline.closed_at.is_(None),
            Deadline.unit != DeadlineUnit.HOURS,
            Deadline.starts_at < end_of_day(day),
            Deadline.due_at > end_of_day(day) - timedelta(days=1),
        )
        .order_by(Deadline.id)
        .execution_options(populate_existing=True)
    )
    return found.all()


async def _recount(
    session: AsyncSession, grant: Grant, day: date, now: datetime, *, working: bool | None
) -> CalendarChange:
    calendar = await _read(session, grant.county_id, NATIONAL)
    moved = [one for one in await _find_concerned(session, grant.county_id, day) if clocks.recount(one, calendar)]
    await session.flush()
    for deadline in moved:
        shown = _shown_as(DeadlineKind(deadline.kind))
        if shown is not None:
            due = {"due": deadline.due_at, "day": china_date(deadline.due_at)}
            await session.execute(shown, due | {"county": deadline.county_id, "id": deadline.case_id})
    record(
        session,
        county_id=grant.county_id,
        topic="calendar.changed",
        subject_id=grant.subject_id,
        payload={"day": day.isoformat(), "working": working, "deadlines_moved": len(moved)},
        at=now,
    )
    await session.flush()
    return CalendarChange(grant.subject_id, day, len(moved), working)
