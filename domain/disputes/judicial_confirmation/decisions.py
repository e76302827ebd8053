"""What the court does about judicial confirmation: accept, refuse or ask for material; extend; rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction, ConfirmationStatus
from domain.disputes.cases.commands import CaseRef
from domain.disputes.cases.workflow import CaseChange, open_case
from domain.disputes.judicial_confirmation.application import court_left
from domain.disputes.judicial_confirmation.case_rules import DecisionRuleInput, ExtendRuleInput
from domain.disputes.judicial_confirmation.commands import AcceptConfirmation, ExtendConfirmation, RuleConfirmation
from domain.disputes.judicial_confirmation.models import JudicialConfirmation
from domain.disputes.judicial_confirmation.repository import open_application
from domain.disputes.judicial_confirmation.rules import last_day_to_enforce
from domain.foundation.basics.calendar import NATIONAL, WorkingCalendar, china_date
from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.basics.grant import Grant
from domain.law.deadlines.schedule import (
    CONFIRMATION_ACCEPTANCE,
    CONFIRMATION_MATERIAL,
    CONFIRMATION_PROCEDURE,
    CONFIRMATION_RULING,
    CONFIRMATION_RULING_EXTENDED,
)
from domain.law.deadlines.service import open_deadline

# Ours: an application does not lie for longer than the right to apply would.
LONGEST_FOR_MATERIAL = timedelta(days=30)


@takes_checked
async def accept_confirmation(
    session: AsyncSession,
    grant: Grant,
    command: AcceptConfirmation,
    *,
    clock: Clock,
    calendar: WorkingCalendar = NATIONAL,
) -> CaseRef:
    """Record that the court accepts the application, refuses it on a ground (CONF5), or asks for material first.

    A court that refuses loses sight of the case, unless it entrusted the case or the case was referred to it.
    Raises RefusedByRule CONF4 if it would accept while material is missing, CONF7 when its day has passed.
    """
    change, confirmation = await _decide(
        session, grant, CaseAction.ACCEPT_CONFIRMATION, command.expected_version, clock, calendar
    )
    demanded = command.material_due_on is not None
    change.require(DecisionRuleInput(command.accepted, command.ground is not None, material_demanded=demanded))
    if demanded:
        return await _ask_for_material(change, confirmation, command)
    confirmation.status = ConfirmationStatus.ACCEPTED if command.accepted else ConfirmationStatus.REFUSED
    confirmation.decided_at = change.now
    confirmation.number = command.number
    confirmation.ground = command.ground
    today = china_date(change.now)
    if command.accepted:
        confirmation.rule_by = CONFIRMATION_RULING.last_day(today, change.calendar)
        confirmation.conclude_by = CONFIRMATION_PROCEDURE.last_day(today, change.calendar)
    else:
        change.case.court_id = await court_left(session, change.case)
    rule_by = confirmation.rule_by
    return await change.complete(
        note=command.note,
        payload={
            "court": str(confirmation.court_id),
            "outcome": confirmation.status,
            "rule_by": rule_by.isoformat() if rule_by else None,
        },
    )


@takes_checked
async def extend_confirmation(
    session: AsyncSession,
    grant: Grant,
    command: ExtendConfirmation,
    *,
    clock: Clock,
    calendar: WorkingCalendar = NATIONAL,
) -> CaseRef:
    """Take ten days more to rule, once and for a reason (CONF8), within the special procedure's time (CONF9)."""
    change, confirmation = await _decide(
        session, grant, CaseAction.EXTEND_CONFIRMATION, command.expected_version, clock, calendar
    )
    accepted_on = china_date(confirmation.decided_at or change.now)
    rule_by = CONFIRMATION_RULING_EXTENDED.last_day(accepted_on, change.calendar)
    conclude_by = confirmation.conclude_by or CONFIRMATION_PROCEDURE.last_day(accepted_on, change.calendar)
    change.require(ExtendRuleInput(bool(command.reason), rule_by, conclude_by))
    confirmation.rule_by = rule_by
    confirmation.conclude_by = conclude_by
    confirmation.extended_at = change.now
    confirmation.extension_reason = command.reason or None
    return await change.complete(payload={"court": str(confirmation.court_id), "rule_by": rule_by.isoformat()})


@takes_checked
async def rule_confirmation(
    session: AsyncSession,
    grant: Grant,
    command: RuleConfirmation,
    *,
    clock: Clock,
    calendar: WorkingCalendar = NATIONAL,
) -> CaseRef:
    """Record the ruling: confirmed, and enforceable for two years (CONF10), or rejected on a ground (CONF6).

    The court keeps sight of a case in which it has ruled.
    """
    change, confirmation = await _decide(
        session, grant, CaseAction.RULE_CONFIRMATION, command.expected_version, clock, calendar
    )
    change.require(DecisionRuleInput(favourable=command.confirmed, ground_named=command.ground is not None))
    confirmation.status = ConfirmationStatus.CONFIRMED if command.confirmed else ConfirmationStatus.REJECTED
    confirmation.ruled_at = change.now
    confirmation.ground = command.ground
    if command.number is not None:
        confirmation.number = command.number
    if command.confirmed:
        confirmation.enforce_by = last_day_to_enforce(
            china_date(change.now), change.loaded.facts.last_obligation_due_on, change.calendar
        )
    enforce_by = confirmation.enforce_by.isoformat() if confirmation.enforce_by is not None else None
    return await change.complete(
        note=command.note,
        payload={"court": str(confirmation.court_id), "outcome": confirmation.status, "enforce_by": enforce_by},
    )


async def _ask_for_material(
    change: CaseChange, confirmation: JudicialConfirmation, command: AcceptConfirmation
) -> CaseRef:
    """Set a day for what is missing; the decision waits for it, and the clock ends the application without it."""
    due = command.material_due_on
    if command.ground is not None:
        raise InvalidInput(
            "要求补充材料时不得同时写明不予受理理由", "no ground of refusal while material is asked for", field="ground"
        )
    today = china_date(change.now)
    if due is None or not today < due <= today + LONGEST_FOR_MATERIAL:
        raise InvalidInput(
            f"补充材料的期限应当晚于今天，且不超过{LONGEST_FOR_MATERIAL.days}日",
            f"the day must come after today, within {LONGEST_FOR_MATERIAL.days} days",
            field="materialDueOn",
        )
    if change.loaded.facts.confirmation_material_complete:
        raise InvalidInput("材料已经齐全，无需补充", "the material is complete", field="materialDueOn")
    period = replace(CONFIRMATION_MATERIAL, days=(due - today).days)
    # CONF2: a day off moves to the next that is worked.
    due = period.last_day(today, change.calendar)
    confirmation.material_due_on = due
    confirmation.decide_by = CONFIRMATION_ACCEPTANCE.last_day(due, change.calendar)
    done = await change.complete(
        note=command.note,
        payload={
            "court": str(confirmation.court_id),
            "outcome": confirmation.status,
            "material_due_on": due.isoformat(),
        },
    )
    await open_deadline(change.session, change.case, period, change.now, now=change.now, calendar=change.calendar)
    return done


async def _decide(
    session: AsyncSession,
    grant: Grant,
    action: CaseAction,
    expected_version: int,
    clock: Clock,
    calendar: WorkingCalendar,
) -> tuple[CaseChange, JudicialConfirmation]:
    """Begin, and load the application that this step is about."""
    change = await open_case(session, grant, action, expected_version, clock, calendar)
    waits = ConfirmationStatus.APPLIED if action is CaseAction.ACCEPT_CONFIRMATION else ConfirmationStatus.ACCEPTED
    return change, await open_application(session, change.case.county_id, change.case.id, waits)
