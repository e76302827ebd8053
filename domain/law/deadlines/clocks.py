"""What a deadline does: begin, stop, go on, stretch, end. Plain Python on rows that need no database.

Days are the county's: every change of one takes the calendar by which its days are counted.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.foundation.basics.calendar import WorkingCalendar, china_date, end_of_day
from domain.foundation.basics.ids import new_id
from domain.law.deadlines.codes import DeadlineUnit
from domain.law.deadlines.models import Deadline
from domain.law.deadlines.schedule import Period, last_day


class Outcome(StrEnum):
    """How a deadline ended: what it was for was done, is no longer wanted, or the right to it is gone."""

    SATISFIED = "satisfied"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


def new_deadline(
    period: Period,
    *,
    county_id: int,
    case_id: UUID,
    start: datetime,
    now: datetime,
    calendar: WorkingCalendar,
    subject_id: UUID | None = None,
) -> Deadline:
    """A deadline of this period that counts from `start`; ValueError for a period of no kind."""
    if period.kind is None:
        message = f"{period.rule} opens no deadline: its period has no kind"
        raise ValueError(message)
    deadline = Deadline(
        county_id=county_id,
        id=new_id(),
        case_id=case_id,
        subject_id=subject_id,
        kind=period.kind.value,
        rule=period.rule,
        source=period.basis,
        unit=period.unit.value,
        length=period.length,
        starts_at=start,
        opened_at=now,
        paused_at=None,
        paused_days=0,
        extended_by=0,
        extensions=0,
        lapses=period.lapses,
        confidential=period.confidential,
        climbs=period.climbs and not period.lapses,
        closed_at=None,
        outcome=None,
    )
    deadline.due_at = _due(deadline, calendar)
    ahead = timedelta(hours=period.warn_hours) if period.hours else timedelta(days=period.warn_days)
    # A period shorter than its warning warns from its first moment.
    deadline.warn_at = max(deadline.due_at - ahead, start)
    deadline.next_at = deadline.warn_at
    return deadline


def recount(deadline: Deadline, calendar: WorkingCalendar) -> bool:
    """Count again; whether its end moved. What was done about it stays done, what is still to do moves along."""
    due = _due(deadline, calendar)
    if due == deadline.due_at:
        return False
    moved = due - deadline.due_at
    deadline.due_at = due
    deadline.warn_at = max(deadline.warn_at + moved, deadline.starts_at)
    if deadline.paused_at is None and deadline.closed_at is None:
        # The worker looks at it anew: steps already taken are not taken again.
        deadline.next_at = deadline.warn_at
    return True


def pause(deadline: Deadline, now: datetime) -> None:
    """Stop it."""
    if deadline.paused_at is None:
        deadline.paused_at = now
        deadline.next_at = None


def resume(deadline: Deadline, now: datetime, calendar: WorkingCalendar) -> None:
    """Let it go on: the days it stood still do not count."""
    if deadline.paused_at is None:
        return
    since, today = china_date(deadline.paused_at), china_date(now)
    if deadline.unit == DeadlineUnit.WORKING_DAYS:
        deadline.paused_days += calendar.working_days_between(since, today)
    else:
        deadline.paused_days += (today - since).days
    deadline.paused_at = None
    deadline.next_at = deadline.warn_at
    recount(deadline, calendar)


def extend(deadline: Deadline, days: int, calendar: WorkingCalendar) -> None:
    """Make it longer by days of the kind it counts. Whether it may be is asked before."""
    deadline.extended_by += days
    deadline.extensions += 1
    recount(deadline, calendar)


def close(deadline: Deadline, outcome: Outcome, now: datetime) -> None:
    """End it."""
    deadline.closed_at = now
    deadline.outcome = outcome.value
    deadline.paused_at = None
    deadline.next_at = None


def _due(deadline: Deadline, calendar: WorkingCalendar) -> datetime:
    """The last moment, by what the row says."""
    unit = DeadlineUnit(deadline.unit)
    if unit is DeadlineUnit.HOURS:
        return deadline.starts_at + timedelta(hours=deadline.length)
    further = deadline.extended_by + deadline.paused_days
    return end_of_day(last_day(unit, deadline.length, china_date(deadline.starts_at), calendar, further=further))
