"""The watch over the clocks: warns ahead, marks what is overdue, climbs the ladder. Each step exactly once.

One deadline is one transaction: the step, what it opens, its message and when to look again. A watcher that is killed
leaves nothing half done; another that comes at the same time skips what is locked, and the step's key is unique.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import and_, column, func, or_, select, table, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.foundation.basics.clock import Clock
from domain.foundation.database.session import unit_of_work
from domain.law.deadlines import clocks
from domain.law.deadlines.clocks import Outcome
from domain.law.deadlines.codes import DeadlineKind, DeadlineStep
from domain.law.deadlines.models import Deadline, DeadlineStepTaken
from domain.law.deadlines.service import record_deadline_event
from domain.law.supervision import service
from domain.law.supervision.codes import SupervisionCause
from domain.law.supervision.ladder import ladder_of
from domain.law.supervision.models import RUNGS, Supervision

# The last moment still counts: overdue is what comes after it.
_AFTER = timedelta(microseconds=1)

ExpiryHandlers = Mapping[DeadlineKind, Callable[[AsyncSession, Deadline, datetime], Awaitable[None]]]
"""What follows when a deadline has passed, by its kind: given by whoever runs the watch, for contexts above it."""

NO_HANDLERS: ExpiryHandlers = MappingProxyType({})

# More follows than that a right is gone: nobody watches over these without saying what (KeyError, nothing done).
HANDLED = frozenset({DeadlineKind.CONFIRMATION_MATERIAL, DeadlineKind.ENTRUSTMENT_ACCEPTANCE})

_CASE = table("dispute_case", column("county_id"), column("id"))


@dataclass(slots=True)
class _OfCase:
    county_id: int
    id: UUID


async def counties(engine: AsyncEngine) -> list[int]:
    """Every county that there is; the table of counties is everybody's."""
    async with unit_of_work(engine, ()) as session:
        return list(await session.scalars(text("SELECT id FROM county ORDER BY id")))


async def attend(engine: AsyncEngine, county_id: int, clock: Clock, handlers: ExpiryHandlers = NO_HANDLERS) -> int:
    """Do everything that is due in a county now; returns at how many deadlines something was done.

    `lapses`: what follows, in the same transaction, when a deadline of a kind has passed unsatisfied.
    """
    done = 0
    while await attend_one(engine, county_id, clock, handlers):
        done += 1
    return done


async def soonest(engine: AsyncEngine, county_id: int) -> datetime | None:
    """When something is to be done next in a county; None: nothing is waiting."""
    async with unit_of_work(engine, (county_id,)) as session:
        found: datetime | None = await session.scalar(
            select(func.min(Deadline.next_at)).where(Deadline.county_id == county_id, Deadline.next_at.is_not(None))
        )
        return found


async def attend_one(engine: AsyncEngine, county_id: int, clock: Clock, handlers: ExpiryHandlers = NO_HANDLERS) -> bool:
    """Do what is due about one deadline, in one transaction; whether there was one that nobody else has in hand."""
    async with unit_of_work(engine, (county_id,)) as session:
        return await attend_next(session, county_id, clock(), handlers)


async def attend_next(
    session: AsyncSession, county_id: int, now: datetime, handlers: ExpiryHandlers = NO_HANDLERS
) -> bool:
    """The same in the caller's transaction, as of `now`."""
    # Its case is locked with it, as commands do, and neither is waited for: so no two can wait for each other.
    deadline = await session.scalar(
        select(Deadline)
        .join(_CASE, and_(_CASE.c.county_id == Deadline.county_id, _CASE.c.id == Deadline.case_id))
        .where(Deadline.county_id == county_id, Deadline.next_at <= now)
        .order_by(Deadline.next_at, Deadline.id)
        .limit(1)
        .with_for_update(of=[Deadline, _CASE], skip_locked=True)
    )
    if deadline is None:
        return False
    await _look_after(session, deadline, now, handlers)
    await session.flush()
    return True


async def _look_after(session: AsyncSession, deadline: Deadline, now: datetime, handlers: ExpiryHandlers) -> None:
    taken = await _load_steps_taken(session, deadline)
    if now <= deadline.due_at:
        if now >= deadline.warn_at:
            await _take(session, deadline, DeadlineStep.WARNED, taken, now)
            deadline.next_at = deadline.due_at + _AFTER
        else:
            deadline.next_at = deadline.warn_at
    elif deadline.lapses:
        clocks.close(deadline, Outcome.LAPSED, now)
        record_deadline_event(session, deadline, "deadline.lapsed", now)
        kind = DeadlineKind(deadline.kind)
        if kind in HANDLED:
            await session.flush()
            await handlers[kind](session, deadline, now)
    else:
        await _take(session, deadline, DeadlineStep.OVERDUE, taken, now)
        deadline.next_at = await _climb(session, deadline, taken, now) if deadline.climbs else None


async def _climb(
    session: AsyncSession, deadline: Deadline, taken: Mapping[DeadlineStep, datetime], now: datetime
) -> datetime | None:
    """Take the rungs whose time has come; returns when the next one's has. None: the top, or it is settled."""
    last = taken.get(DeadlineStep.OVERDUE, now)
    for rung in ladder_of(DeadlineKind(deadline.kind)):
        if rung.step in taken:
            last = taken[rung.step]
            continue
        supervision = await _supervision(session, deadline)
        if supervision is not None and supervision.closed_at is not None:
            return None
        answered = supervision.answered_at if supervision is not None else None
        when = max(last, answered or last) + rung.after
        if when > now:
            return when
        await _take(session, deadline, rung.step, taken, now)
        last = now
    return None


async def _take(
    session: AsyncSession,
    deadline: Deadline,
    step: DeadlineStep,
    taken: Mapping[DeadlineStep, datetime],
    now: datetime,
) -> None:
    """Take a step unless it was taken: once for all, with its message and what it opens."""
    if step in taken:
        return
    fresh = await session.scalar(
        insert(DeadlineStepTaken)
        .values(county_id=deadline.county_id, deadline_id=deadline.id, step=step.value, at=now)
        .on_conflict_do_nothing()
        .returning(DeadlineStepTaken.step)
    )
    if fresh is None:
        return
    record_deadline_event(session, deadline, f"deadline.{step.value}", now)
    if step is DeadlineStep.SUPERVISED:
        case = _OfCase(deadline.county_id, deadline.case_id)
        await service.open_supervision(session, case, SupervisionCause.OVERDUE, now=now, deadline_id=deadline.id)
    elif step in RUNGS:
        supervision = await _supervision(session, deadline)
        if supervision is not None:
            supervision.level = step.value
            service.record_supervision_event(session, supervision, "supervision.escalated", now)


async def _load_steps_taken(session: AsyncSession, deadline: Deadline) -> dict[DeadlineStep, datetime]:
    found = await session.execute(
        select(DeadlineStepTaken.step, DeadlineStepTaken.at).where(
            DeadlineStepTaken.county_id == deadline.county_id, DeadlineStepTaken.deadline_id == deadline.id
        )
    )
    return {DeadlineStep(row.step): row.at for row in found}


async def _supervision(session: AsyncSession, deadline: Deadline) -> Supervision | None:
    """The supervision that a deadline led to, or whose answer it waits for."""
    found: Supervision | None = await session.scalar(
        select(Supervision)
        .where(
            Supervision.county_id == deadline.county_id,
            Supervision.case_id == deadline.case_id,
            or_(Supervision.deadline_id == deadline.id, Supervision.id == deadline.subject_id),
        )
        .with_for_update()
    )
    return found
