"""The deadlines of a case in the database: carried along with every command, and opened by those who have their own.

Callers hold the case's lock, run in their own transaction, and commit themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.foundation.basics.calendar import NATIONAL, WorkingCalendar
from domain.foundation.database.objects import columns_of, load_objects
from domain.foundation.database.statements import Statement, notify_later
from domain.foundation.outbox.service import record
from domain.law.deadlines import clocks
from domain.law.deadlines.calendar import calendar_of
from domain.law.deadlines.clocks import Outcome
from domain.law.deadlines.codes import DeadlineKind
from domain.law.deadlines.models import Deadline
from domain.law.deadlines.schedule import Period
from domain.law.deadlines.wiring import CaseEvent, advance_deadlines

CHANNEL = "fengqiao_deadlines"
"""Where a worker hears, when the transaction commits, that there is something new to wait for."""

# By which a case shows when its mediation is due: its own month, or the time that a court allowed (CRT1).
MEDIATING = frozenset({DeadlineKind.MEDIATION, DeadlineKind.ENTRUSTED_MEDIATION})

_RUNNING = Statement(f"""
SELECT {columns_of(Deadline, "t")} FROM deadline t
WHERE t.county_id = :county AND t.case_id = :case AND t.closed_at IS NULL ORDER BY t.due_at, t.id FOR UPDATE
""")


class OfCase(Protocol):
    """A case, as far as a deadline belongs to it."""

    @property
    def county_id(self) -> int:
        """Its county."""

    @property
    def id(self) -> UUID:
        """Its key."""


async def load_running(session: AsyncSession, county_id: int, case_id: UUID) -> Sequence[Deadline]:
    """The case's open deadlines, locked, in order of their end."""
    rows = await _RUNNING.rows(session, county=county_id, case=case_id)
    return load_objects(session, Deadline, (tuple(row.values()) for row in rows))


async def update_deadlines(session: AsyncSession, event: CaseEvent, calendar: WorkingCalendar) -> datetime | None:
    """Open, stop and end what the action opens, stops and ends; returns when mediation is due, if its clock runs."""
    # A case that is only now brought in has none.
    there = [] if event.brings_in else list(await load_running(session, event.county_id, event.case_id))
    before = [(one.closed_at, one.due_at) for one in there]
    opened = advance_deadlines(there, event, calendar)
    for one, (closed_at, due_at) in zip(there, before, strict=True):
        if one.closed_at != closed_at:
            record_deadline_event(session, one, "deadline.closed", event.at)
        elif one.due_at != due_at:
            record_deadline_event(session, one, "deadline.moved", event.at)
    for one in opened:
        _add(session, one, event.at)
    if there or opened:
        await session.flush()
    due = (one.due_at for one in (*there, *opened) if one.closed_at is None and one.kind in MEDIATING)
    return next(due, None)


async def open_deadline(
    session: AsyncSession,
    case: OfCase,
    period: Period,
    start: datetime,
    *,
    now: datetime,
    subject_id: UUID | None = None,
    calendar: WorkingCalendar = NATIONAL,
) -> Deadline:
    """Open a deadline of the case that counts from `start`: for contexts whose events are no actions of `wiring`.

    `subject_id` says what of the case it is about, where there can be several of the kind. Of a kind without a subject
    one runs at a time: the one that runs is given back. `calendar`: the national one; the county's own days are laid
    over it here.
    """
    counted = await calendar_of(session, case.county_id, calendar)
    deadline = clocks.new_deadline(
        period,
        county_id=case.county_id,
        case_id=case.id,
        start=start,
        now=now,
        calendar=counted,
        subject_id=subject_id,
    )
    for other in await load_running(session, case.county_id, case.id):
        if (other.kind, other.subject_id) == (deadline.kind, subject_id):
            return other
    _add(session, deadline, now)
    await session.flush()
    return deadline


async def close_deadline(
    session: AsyncSession,
    case: OfCase,
    kind: DeadlineKind,
    outcome: Outcome,
    *,
    now: datetime,
    subject_id: UUID | None = None,
) -> Deadline | None:
    """End the open deadline of that kind and subject; None if there is none."""
    for deadline in await load_running(session, case.county_id, case.id):
        if (deadline.kind, deadline.subject_id) == (kind, subject_id):
            clocks.close(deadline, outcome, now)
            record_deadline_event(session, deadline, "deadline.closed", now)
            await session.flush()
            return deadline
    return None


def record_deadline_event(session: AsyncSession, deadline: Deadline, topic: str, at: datetime) -> None:
    """Write down, for whoever listens, what became of a deadline."""
    record(
        session,
        county_id=deadline.county_id,
        topic=topic,
        subject_id=deadline.id,
        payload={
            "case": str(deadline.case_id),
            "kind": deadline.kind,
            "rule": deadline.rule,
            "due_at": deadline.due_at.isoformat(),
            "outcome": deadline.outcome,
        },
        at=at,
    )


def _add(session: AsyncSession, deadline: Deadline, now: datetime) -> None:
    session.add(deadline)
    record_deadline_event(session, deadline, "deadline.opened", now)
    notify_later(session, CHANNEL)
