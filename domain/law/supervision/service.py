"""Supervision (督办) and risk reports: opened by what happens, answered and closed by people.

Callers hold the case's lock and run in their own transaction. Commands upon a case are in domain.disputes.cases.supervising.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction
from domain.foundation.basics.calendar import WorkingCalendar
from domain.foundation.basics.ids import new_id
from domain.foundation.outbox.service import record
from domain.law.deadlines.clocks import Outcome
from domain.law.deadlines.codes import DeadlineKind, DeadlineStep
from domain.law.deadlines.schedule import SUPERVISION_ANSWER
from domain.law.deadlines.service import OfCase, close_deadline, open_deadline
from domain.law.deadlines.wiring import CaseEvent
from domain.law.supervision.codes import LeadershipLevel, SupervisionCause
from domain.law.supervision.models import RiskReading, RiskReport, Supervision

# DSP1: the return after which the centre's decision binds, and is watched.
RETURNS_WATCHED = 2


async def react_to_case(session: AsyncSession, event: CaseEvent, _calendar: WorkingCalendar) -> None:
    """Open what an action opens by itself: supervision of a case returned twice or red, and the report of its risk."""
    if event.action is CaseAction.RETURN and event.return_count >= RETURNS_WATCHED:
        await open_supervision(session, event, SupervisionCause.RETURNED_TWICE, now=event.at)
    if event.action is CaseAction.ASSESS_RISK and event.red:
        await open_supervision(session, event, SupervisionCause.RED_RISK, now=event.at)
        await report_risk(session, event, event)


async def open_supervision(
    session: AsyncSession,
    case: OfCase,
    cause: SupervisionCause,
    *,
    now: datetime,
    deadline_id: UUID | None = None,
    opened_by: UUID | None = None,
    demand: str | None = None,
    answer_days: int = SUPERVISION_ANSWER.working_days,
) -> Supervision | None:
    """Open one, to be answered within `answer_days` working days; None if one for the same cause is open already."""
    if await open_one(session, case, cause, deadline_id) is not None:
        return None
    supervision = Supervision(
        county_id=case.county_id,
        id=new_id(),
        case_id=case.id,
        deadline_id=deadline_id,
        cause=cause.value,
        level=DeadlineStep.SUPERVISED.value,
        demand=demand,
        opened_at=now,
        opened_by=opened_by,
        answered_at=None,
        closed_at=None,
    )
    session.add(supervision)
    await session.flush()
    # Of an overdue deadline the deadline itself climbs the ladder; of any other cause the answer's does.
    period = replace(SUPERVISION_ANSWER, working_days=answer_days, climbs=cause is not SupervisionCause.OVERDUE)
    await open_deadline(session, case, period, now, now=now, subject_id=supervision.id)
    record_supervision_event(session, supervision, "supervision.opened", now)
    await session.flush()
    return supervision


async def open_one(
    session: AsyncSession, case: OfCase, cause: SupervisionCause, deadline_id: UUID | None = None
) -> Supervision | None:
    """The open supervision of the case for that cause; for a deadline, the one that was ever opened for it."""
    of_case = (Supervision.county_id == case.county_id, Supervision.case_id == case.id)
    wanted = (
        (Supervision.deadline_id == deadline_id,)
        if deadline_id is not None
        else (Supervision.cause == cause, Supervision.closed_at.is_(None))
    )
    found: Supervision | None = await session.scalar(select(Supervision).where(*of_case, *wanted).with_for_update())
    return found


async def find(session: AsyncSession, case: OfCase, supervision_id: UUID) -> Supervision | None:
    """The case's supervision of that id, locked."""
    found: Supervision | None = await session.scalar(
        select(Supervision)
        .where(
            Supervision.county_id == case.county_id,
            Supervision.case_id == case.id,
            Supervision.id == supervision_id,
        )
        .with_for_update()
    )
    return found


async def answer(
    session: AsyncSession, case: OfCase, supervision: Supervision, text: str, *, by: UUID, now: datetime
) -> None:
    """Record the handler's answer; whether there may be one was asked before."""
    supervision.answered_at, supervision.answered_by, supervision.answer = now, by, text
    await _close_answer_deadline(session, case, supervision, Outcome.SATISFIED, now)
    record_supervision_event(session, supervision, "supervision.answered", now)


async def close(
    session: AsyncSession, case: OfCase, supervision: Supervision, evidence: str, *, by: UUID, now: datetime
) -> None:
    """Close it with what shows that the matter is settled; whether it may be was asked before."""
    supervision.closed_at, supervision.closed_by, supervision.evidence = now, by, evidence
    await _close_answer_deadline(session, case, supervision, Outcome.CANCELLED, now)
    record_supervision_event(session, supervision, "supervision.closed", now)


async def report_risk(session: AsyncSession, case: OfCase, event: CaseEvent) -> None:
    """Report to the leadership of town and county, unless they have a report before them that they have not read."""
    if await read_unread(session, case):
        return
    report = RiskReport(
        county_id=case.county_id,
        id=new_id(),
        case_id=case.id,
        risk_level=event.risk_level,
        mass_incident=event.mass_incident,
        reported_at=event.at,
    )
    session.add(report)
    await session.flush()
    levels = tuple(LeadershipLevel) if event.town_known else (LeadershipLevel.COUNTY,)
    session.add_all(
        RiskReading(
            county_id=case.county_id,
            report_id=report.id,
            level=level.value,
            case_id=case.id,
            read_at=None,
            read_by=None,
        )
        for level in levels
    )
    await session.flush()


async def read_unread(session: AsyncSession, case: OfCase) -> list[RiskReading]:
    """The readings of the case's risk reports that are still owed, locked."""
    found = await session.scalars(
        select(RiskReading)
        .where(RiskReading.county_id == case.county_id, RiskReading.case_id == case.id, RiskReading.read_at.is_(None))
        .order_by(RiskReading.level)
        .with_for_update()
    )
    return list(found)


async def acknowledge(session: AsyncSession, case: OfCase, level: LeadershipLevel, *, by: UUID, now: datetime) -> bool:
    """Record that a level's leadership has read the report; whether nobody is left who has not."""
    owed = await read_unread(session, case)
    for reading in owed:
        if reading.level == level:
            reading.read_at, reading.read_by = now, by
    left = [reading for reading in owed if reading.read_at is None]
    if not left:
        await close_deadline(session, case, DeadlineKind.RISK_REPORT, Outcome.SATISFIED, now=now)
    await session.flush()
    return not left


def record_supervision_event(session: AsyncSession, supervision: Supervision, topic: str, at: datetime) -> None:
    """Write down, for whoever listens, what became of a supervision."""
    record(
        session,
        county_id=supervision.county_id,
        topic=topic,
        subject_id=supervision.id,
        payload={
            "case": str(supervision.case_id),
            "cause": supervision.cause,
            "level": supervision.level,
            "deadline": None if supervision.deadline_id is None else str(supervision.deadline_id),
        },
        at=at,
    )


async def _close_answer_deadline(
    session: AsyncSession, case: OfCase, supervision: Supervision, outcome: Outcome, now: datetime
) -> None:
    await session.flush()
    await close_deadline(session, case, DeadlineKind.SUPERVISION_ANSWER, outcome, now=now, subject_id=supervision.id)
