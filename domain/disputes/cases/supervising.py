"""Clocks and supervision of a case: extend a deadline, supervise, answer, close, acknowledge a risk report."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction, Role
from domain.disputes.cases.commands import CaseRef
from domain.disputes.cases.supervision_commands import (
    AcknowledgeRisk,
    AnswerSupervision,
    CloseSupervision,
    ExtendDeadline,
    OpenSupervision,
)
from domain.disputes.cases.workflow import CaseChange, open_case
from domain.disputes.rules.inputs import AcknowledgeRuleInput, ExtendDeadlineRuleInput, SupervisionRuleInput
from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.basics.grant import Grant
from domain.foundation.basics.ids import new_id
from domain.law.deadlines import clocks, schedule
from domain.law.deadlines.codes import DeadlineKind
from domain.law.deadlines.models import Deadline, DeadlineExtension
from domain.law.deadlines.schedule import Extension
from domain.law.deadlines.service import load_running, record_deadline_event
from domain.law.supervision import service as supervision
from domain.law.supervision.codes import LeadershipLevel, SupervisionCause
from domain.law.supervision.models import Supervision

MOST_ANSWER_DAYS = 30

# By what each kind of deadline may be extended by whoever keeps its clock; of the court's own none is here.
EXTENSIONS: Mapping[DeadlineKind, Extension] = MappingProxyType(
    {
        period.kind: period.extension
        for period in schedule.SCHEDULE
        if period.kind is not None and period.extension is not None and not period.extension.by_court
    }
)

CENTRE = frozenset({Role.CENTRE_DISPATCHER, Role.CENTRE_DIRECTOR})

LEADERSHIP: Mapping[str, LeadershipLevel] = MappingProxyType(
    {Role.TOWN_ADMIN: LeadershipLevel.TOWN, Role.COUNTY_ADMIN: LeadershipLevel.COUNTY}
)


@takes_checked
async def extend_deadline(session: AsyncSession, grant: Grant, command: ExtendDeadline, *, clock: Clock) -> CaseRef:
    """Extend a deadline that still runs, within what its rule allows; the consent is recorded with it.

    Raises RefusedByRule EXT_OPEN when it is over, EXT_LIMIT, EXT_CONSENT, EXT_APPROVED.
    """
    change = await open_case(session, grant, CaseAction.EXTEND_DEADLINE, command.expected_version, clock)
    deadline = await _deadline(change, command.deadline_id)
    allowed = EXTENSIONS.get(DeadlineKind(deadline.kind))
    change.require(
        ExtendDeadlineRuleInput(
            open=deadline.closed_at is None and (deadline.paused_at is not None or change.now <= deadline.due_at),
            within_limit=allowed is not None
            and command.days <= allowed.days
            and (allowed.times is None or deadline.extensions < allowed.times),
            consented=command.all_consented or (allowed is not None and not allowed.consent),
            approved=allowed is None or allowed.consent or grant.membership.role in CENTRE,
        )
    )
    before = deadline.due_at
    clocks.extend(deadline, command.days, change.calendar)
    change.session.add(
        DeadlineExtension(
            county_id=deadline.county_id,
            id=new_id(),
            deadline_id=deadline.id,
            ordinal=deadline.extensions,
            days=command.days,
            reason=command.reason,
            consented=command.all_consented,
            due_before=before,
            due_after=deadline.due_at,
            recorded_by=grant.actor.user_id,
            recorded_at=change.now,
        )
    )
    record_deadline_event(session, deadline, "deadline.moved", change.now)
    return await change.complete(
        note=command.reason,
        payload={"deadline": str(deadline.id), "kind": deadline.kind, "due_at": deadline.due_at.isoformat()},
    )


@takes_checked
async def open_supervision(session: AsyncSession, grant: Grant, command: OpenSupervision, *, clock: Clock) -> CaseRef:
    """Supervise by hand (督办). Raises RefusedByRule SUP_ONCE while an earlier one by hand is open."""
    change = await open_case(session, grant, CaseAction.OPEN_SUPERVISION, command.expected_version, clock)
    opened = await supervision.open_supervision(
        session,
        change.case,
        SupervisionCause.BY_HAND,
        now=change.now,
        opened_by=grant.actor.user_id,
        demand=command.demand,
        answer_days=command.answer_days,
    )
    change.require(SupervisionRuleInput(in_order=opened is not None))
    return await change.complete(
        note=command.demand, payload={"supervision": None if opened is None else str(opened.id)}
    )


@takes_checked
async def answer_supervision(
    session: AsyncSession, grant: Grant, command: AnswerSupervision, *, clock: Clock
) -> CaseRef:
    """Answer a supervision (督办答复), once, for whom it is put to.

    Raises RefusedByRule SUP_ANSWER if it was answered or closed, SUP_BY for somebody else's answer.
    """
    change = await open_case(session, grant, CaseAction.ANSWER_SUPERVISION, command.expected_version, clock)
    found = await _supervision(change, command.supervision_id)
    waits = found.answered_at is None and found.closed_at is None
    change.require(SupervisionRuleInput(in_order=waits, by_responsible=_is_responsible(change)))
    await supervision.answer(session, change.case, found, command.answer, by=grant.actor.user_id, now=change.now)
    return await change.complete(note=command.answer, payload={"supervision": str(found.id)})


def _is_responsible(change: CaseChange) -> bool:
    """Whether the caller acts for the handler (the centre, while there is none), or mediates the case."""
    by, case = change.grant, change.case
    mediating = {one.user_id for one in change.loaded.mediators if one.valid_until is None}
    return by.membership.organisation_id == (case.handler_id or case.organisation_id) or by.actor.user_id in mediating


@takes_checked
async def close_supervision(session: AsyncSession, grant: Grant, command: CloseSupervision, *, clock: Clock) -> CaseRef:
    """Close a supervision (督办办结) with evidence. Raises RefusedByRule SUP_CLOSE before it was answered."""
    change = await open_case(session, grant, CaseAction.CLOSE_SUPERVISION, command.expected_version, clock)
    found = await _supervision(change, command.supervision_id)
    change.require(SupervisionRuleInput(in_order=found.answered_at is not None and found.closed_at is None))
    await supervision.close(session, change.case, found, command.evidence, by=grant.actor.user_id, now=change.now)
    return await change.complete(note=command.evidence, payload={"supervision": str(found.id)})


@takes_checked
async def acknowledge_risk(session: AsyncSession, grant: Grant, command: AcknowledgeRisk, *, clock: Clock) -> CaseRef:
    """Acknowledge a risk report for the level of leadership that the grant's membership belongs to (RISK1).

    When both levels have, the two hours are kept. Raises RefusedByRule RISK_READ if that level owes no reading.
    """
    change = await open_case(session, grant, CaseAction.ACKNOWLEDGE_RISK, command.expected_version, clock)
    level = LEADERSHIP.get(grant.membership.role)
    owed = {reading.level for reading in await supervision.read_unread(session, change.case)}
    change.require(AcknowledgeRuleInput(owed=level is not None and level in owed))
    assert level is not None
    complete = await supervision.acknowledge(session, change.case, level, by=grant.actor.user_id, now=change.now)
    return await change.complete(note=command.note, payload={"level": level, "complete": complete})


async def _deadline(change: CaseChange, deadline_id: UUID) -> Deadline:
    for deadline in await load_running(change.session, change.case.county_id, change.case.id):
        if deadline.id == deadline_id and not deadline.confidential:
            return deadline
    raise InvalidInput("该案没有此项正在计算的期限", "the case has no such deadline that runs", field="deadlineId")


async def _supervision(change: CaseChange, supervision_id: UUID) -> Supervision:
    found = await supervision.find(change.session, change.case, supervision_id)
    if found is None:
        raise InvalidInput("该案没有此项督办", "the case has no such supervision", field="supervisionId")
    return found
