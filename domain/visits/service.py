"""Visits: recorded, and corrected."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.grant import Grant
from domain.foundation.kernel.workflow import Place, RowRef, Workflow
from domain.visits.commands import CorrectVisit, RecordVisit
from domain.visits.models import Visit, VisitTimeline
from domain.visits.rules import VisitAction

_A = VisitAction
TOPICS = {_A.RECORD: "visit.recorded", _A.CORRECT: "visit.corrected"}
VISITS: Workflow[Visit, VisitAction] = Workflow("visit", Visit, TOPICS, "走访记录", (VisitTimeline, "visit_id"))


@takes_checked
async def record(session: AsyncSession, grant: Grant, command: RecordVisit, *, clock: Clock, place: Place) -> RowRef:
    """Record a visit of a household in the place. Raises RuleRefused VIS1."""
    work = VISITS.begin(session, grant, _A.RECORD, clock, place=place)
    work.require(command)
    work.take(command)
    return await work.complete()


@takes_checked
async def correct(session: AsyncSession, grant: Grant, command: CorrectVisit, *, clock: Clock) -> RowRef:
    """Correct it; the timeline keeps what stood there before. Raises RuleRefused VIS1, VIS2, VIS_ORDER."""
    work = await VISITS.open(session, grant, _A.CORRECT, clock, expected=command.expected_version)
    work.require(command)
    before = work.take(command)
    return await work.complete(note=f"{command.reason}（更正前：{before}）" if before else command.reason)
