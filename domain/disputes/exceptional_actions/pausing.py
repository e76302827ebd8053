"""A mediation rests and goes on: pause, resume. Which clocks stand still meanwhile is the deadlines' own matter."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction
from domain.disputes.cases.commands import CaseRef
from domain.disputes.cases.workflow import CaseChange, open_case
from domain.disputes.exceptional_actions.commands import PauseCase, ResumeCase
from domain.disputes.exceptional_actions.models import CasePause
from domain.foundation.basics.calendar import NATIONAL, WorkingCalendar, china_date
from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.grant import Grant
from domain.foundation.basics.ids import new_id


@takes_checked
async def pause(session: AsyncSession, grant: Grant, command: PauseCase, *, clock: Clock) -> CaseRef:
    """Let the mediation rest (中止); while it does, no session, agreement or failure is recorded (PAUSED).

    Another reason than those listed is said in the note.
    """
    change = await open_case(session, grant, CaseAction.PAUSE, command.expected_version, clock)
    case = change.case
    case.paused_at = change.now
    case.pause_reason = command.reason
    change.session.add(
        CasePause(
            county_id=case.county_id,
            id=new_id(),
            case_id=case.id,
            reason=command.reason,
            paused_at=change.now,
            paused_by=grant.actor.user_id,
        )
    )
    return await change.complete(note=command.note, payload={"reason": command.reason})


@takes_checked
async def resume(
    session: AsyncSession, grant: Grant, command: ResumeCase, *, clock: Clock, calendar: WorkingCalendar = NATIONAL
) -> CaseRef:
    """Go on (恢复), only after a pause (RESUMED). Deadlines that it stopped run on, and end as much later."""
    change = await open_case(session, grant, CaseAction.RESUME, command.expected_version, clock, calendar)
    rest = await end_rest(change)
    return await change.complete(note=command.note, payload={"reason": rest.reason, "working_days": rest.working_days})


async def end_rest(change: CaseChange) -> CasePause:
    """End the rest that runs, and count what it took. There must be one."""
    case = change.case
    found = await change.session.scalars(
        select(CasePause).where(
            CasePause.county_id == case.county_id, CasePause.case_id == case.id, CasePause.resumed_at.is_(None)
        )
    )
    rest = found.one()
    rest.resumed_at = change.now
    rest.working_days = change.calendar.working_days_between(china_date(rest.paused_at), china_date(change.now))
    case.paused_at = case.pause_reason = None
    return rest
