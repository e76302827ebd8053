"""A mediation rests and goes on: pause, resume. Which clocks stand still meanwhile is the deadlines' own matter."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.cases.commands import CaseRef
from domain.cases.off_road_commands import PauseCase, ResumeCase
from domain.cases.off_road_models import CasePause
from domain.cases.work import Work, begin
from domain.codes.enums import CaseAction
from domain.kernel.calendar import NATIONAL, WorkingCalendar, china_date
from domain.kernel.checking import takes_checked
from domain.kernel.clock import Clock
from domain.kernel.grant import Grant
from domain.kernel.ids import new_id


@takes_checked
async def pause(session: AsyncSession, grant: Grant, command: PauseCase, *, clock: Clock) -> CaseRef:
    """Let the mediation rest (中止); while it does, no session, agreement or failure is recorded (PAUSED).

    Another reason than those listed is said in the note.
    """
    work = await begin(session, grant, CaseAction.PAUSE, command.expected_version, clock)
    case = work.case
    case.paused_at = work.now
    case.pause_reason = command.reason
    work.session.add(
        CasePause(
            county_id=case.county_id,
            id=new_id(),
            case_id=case.id,
            reason=command.reason,
            paused_at=work.now,
            paused_by=grant.actor.user_id,
        )
    )
    return await work.finish(note=command.note, payload={"reason": command.reason})


@takes_checked
async def resume(
    session: AsyncSession, grant: Grant, command: ResumeCase, *, clock: Clock, calendar: WorkingCalendar = NATIONAL
) -> CaseRef:
    """Go on (恢复), only after a pause (RESUMED). Deadlines that it stopped run on, and end as much later."""
    work = await begin(session, grant, CaseAction.RESUME, command.expected_version, clock, calendar)
    rest = await end_rest(work)
    return await work.finish(note=command.note, payload={"reason": rest.reason, "working_days": rest.working_days})


async def end_rest(work: Work) -> CasePause:
    """End the rest that runs, and count what it took. There must be one."""
    case = work.case
    found = await work.session.scalars(
        select(CasePause).where(
            CasePause.county_id == case.county_id, CasePause.case_id == case.id, CasePause.resumed_at.is_(None)
        )
    )
    rest = found.one()
    rest.resumed_at = work.now
    rest.working_days = work.calendar.working_days_between(china_date(rest.paused_at), china_date(work.now))
    case.paused_at = case.pause_reason = None
    return rest
