"""What the clock does to an application by itself: material not supplied in its time ends it as withdrawn (CONF7)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction, CaseStatus, ConfirmationStatus
from domain.disputes.cases.models import Case
from domain.disputes.cases.repository import facts_of
from domain.disputes.cases.workflow import record_and_react
from domain.disputes.judicial_confirmation.application import court_left
from domain.disputes.judicial_confirmation.case_rules import WithdrawalRuleInput
from domain.disputes.judicial_confirmation.codes import ConfirmationWithdrawal
from domain.disputes.judicial_confirmation.repository import open_application
from domain.disputes.rules.asking import Occasion, require
from domain.foundation.basics.calendar import china_date
from domain.law.deadlines.calendar import calendar_of
from domain.law.deadlines.models import Deadline


async def withdraw_unsupplied(session: AsyncSession, deadline: Deadline, now: datetime) -> None:
    """End the application of the deadline's case as withdrawn, as whoever keeps the file would by hand.

    The caller holds the locks of the deadline and of its case, and the deadline has passed: of several workers one
    comes here. The version rises and the timeline says so, by nobody; the court loses sight as with any withdrawal.
    """
    case = await session.scalar(
        select(Case).where(Case.county_id == deadline.county_id, Case.id == deadline.case_id).with_for_update()
    )
    assert case is not None  # deadlines refer to it
    facts = await facts_of(session, case.county_id, case.id, now)
    occasion = Occasion(now, await calendar_of(session, case.county_id))
    due = facts.confirmation_material_due_on
    overdue = due is not None and not facts.confirmation_material_complete and china_date(now) > due
    require(
        facts,
        CaseAction.WITHDRAW_CONFIRMATION,
        occasion,
        WithdrawalRuleInput(by_parties=False, material_overdue=overdue),
    )
    confirmation = await open_application(session, case.county_id, case.id, ConfirmationStatus.APPLIED)
    confirmation.status = ConfirmationStatus.WITHDRAWN
    confirmation.withdrawn_at = now
    confirmation.withdrawal = ConfirmationWithdrawal.MATERIAL_NOT_SUPPLIED
    case.court_id = await court_left(session, case)
    case.version += 1
    await session.flush()
    await record_and_react(
        session,
        None,
        CaseAction.WITHDRAW_CONFIRMATION,
        case,
        CaseStatus(case.status),
        now=now,
        note=None,
        payload={
            "court": str(confirmation.court_id),
            "withdrawal": ConfirmationWithdrawal.MATERIAL_NOT_SUPPLIED,
        },
        calendar=occasion.calendar,
    )
