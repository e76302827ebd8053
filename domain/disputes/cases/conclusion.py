"""Concluding a case: fulfil, follow up, close."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction, ParticipantRelation
from domain.disputes.cases.commands import (
    CaseRef,
    CloseCase,
    FollowUpCase,
    FulfilCase,
)
from domain.disputes.cases.models import Case, CaseFollowUp
from domain.disputes.cases.workflow import open_case
from domain.disputes.exceptional_actions.performance import take_proof
from domain.disputes.rules.inputs import FulfilRuleInput
from domain.foundation.basics.calendar import NATIONAL, WorkingCalendar, china_date
from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.checks import not_before
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.grant import Grant
from domain.foundation.basics.ids import new_id
from domain.law.deadlines.schedule import FOLLOW_UP

# Read by name: notices know cases, not the other way round.
_NOTIFIED = text(
    "SELECT recipient_id FROM police_notice WHERE county_id = :county AND case_id = :case AND answered_at IS NULL"
)


@takes_checked
async def fulfil(
    session: AsyncSession, grant: Grant, command: FulfilCase, *, clock: Clock, calendar: WorkingCalendar = NATIONAL
) -> CaseRef:
    """Record that everything agreed was done (履行完毕), with the proof of each obligation (else AGR6)."""
    change = await open_case(session, grant, CaseAction.FULFIL, command.expected_version, clock, calendar)
    owed = {obligation.id: obligation for obligation in change.loaded.obligations}
    for index, done in enumerate(command.fulfilments):
        take_proof(change, owed, done, f"fulfilments.{index}")
    change.require(FulfilRuleInput(sum(obligation.fulfilled_at is None for obligation in owed.values())))
    change.case.fulfilled_at = change.now
    visit_by = FOLLOW_UP.last_day(china_date(change.now), change.calendar)
    return await change.complete(note=command.note, payload={"follow_up_by": visit_by.isoformat()})


@takes_checked
async def follow_up(session: AsyncSession, grant: Grant, command: FollowUpCase, *, clock: Clock) -> CaseRef:
    """Record a visit after the case (回访); one from before mediation was over is none."""
    change = await open_case(session, grant, CaseAction.FOLLOW_UP, command.expected_version, clock)
    case = change.case
    not_before(command.visited_at, case.concluded_at or case.declined_at, "visitedAt", "回访时间")
    change.session.add(
        CaseFollowUp(
            county_id=case.county_id,
            id=new_id(),
            case_id=case.id,
            visited_at=command.visited_at,
            visited_by=grant.actor.user_id,
            record=command.record,
            satisfaction=command.satisfaction,
            relapse=command.relapse,
        )
    )
    return await change.complete(payload={"relapse": command.relapse})


@takes_checked
async def close(session: AsyncSession, grant: Grant, command: CloseCase, *, clock: Clock) -> CaseRef:
    """Close (结案): a kept agreement was visited (FUP1), and no court has still to decide (CONF_WAITS).

    The terms of those who assisted or observed end with the case; who led keeps it in sight for follow-ups, and the
    police whom a notice (POL2) waits for until they answer.
    """
    change = await open_case(session, grant, CaseAction.CLOSE, command.expected_version, clock)
    notified = await _load_notified(session, change.case) if change.loaded.facts.police_notices_waiting else frozenset()
    for participant in change.loaded.participants:
        if participant.relation != ParticipantRelation.LEAD and participant.organisation_id not in notified:
            participant.valid_until = change.now
    change.case.closed_at = change.now
    return await change.complete(note=command.note)


async def _load_notified(session: AsyncSession, case: Case) -> frozenset[UUID]:
    """The police who have not answered a notice yet."""
    found = await session.scalars(_NOTIFIED, {"county": case.county_id, "case": case.id})
    return frozenset(found)
