"""What the clock does to an entrustment by itself: not accepted in its three working days, it is not accepted (CRT2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction, CaseStatus
from domain.disputes.cases.models import Case
from domain.disputes.cases.repository import facts_of
from domain.disputes.cases.workflow import record_and_react
from domain.disputes.court_entrustment.codes import EntrustmentReturn
from domain.disputes.court_entrustment.repository import entrustment_of
from domain.disputes.court_entrustment.service import give_back
from domain.disputes.rules.asking import Occasion, require
from domain.law.deadlines.calendar import calendar_of
from domain.law.deadlines.models import Deadline


async def return_unaccepted(session: AsyncSession, deadline: Deadline, now: datetime) -> None:
    """Give the entrustment of the deadline's case back to its court, as whoever was entrusted would by hand.

    The caller holds the locks of the deadline and of its case, and the deadline has passed: of several workers one
    comes here. The version rises and the timeline says so, by nobody; whoever was entrusted sees the case no longer.
    """
    case = await session.scalar(
        select(Case).where(Case.county_id == deadline.county_id, Case.id == deadline.case_id).with_for_update()
    )
    assert case is not None  # deadlines refer to it
    occasion = Occasion(now, await calendar_of(session, case.county_id))
    require(await facts_of(session, case.county_id, case.id, now), CaseAction.RETURN_ENTRUSTMENT, occasion)
    entrustment = await entrustment_of(session, case.county_id, case.id)
    assert entrustment is not None  # CRT_ORDER
    before = CaseStatus(case.status)
    give_back(case, entrustment, EntrustmentReturn.TIME_PASSED, now)
    case.status = CaseStatus.DECLINED
    case.version += 1
    await session.flush()
    await record_and_react(
        session,
        None,
        CaseAction.RETURN_ENTRUSTMENT,
        case,
        before,
        now=now,
        note=None,
        payload={"court": str(entrustment.court_id), "reason": EntrustmentReturn.TIME_PASSED},
        calendar=occasion.calendar,
    )
