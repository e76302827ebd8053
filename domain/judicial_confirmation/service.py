"""Judicial confirmation (司法确认): both sides apply, the court accepts or refuses, then confirms or rejects.

As in domain.cases.service: each demands its Grant, flushes, never commits, and changes nothing when it refuses. Each
raises the version of the case, which is what the grant is for.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from domain.cases.checks import LONGEST_NOTE, optional_text
from domain.cases.commands import CaseRef
from domain.cases.given import ApplyGiven, DecisionGiven
from domain.cases.repository import kinds_covering, place_of
from domain.cases.rule_tests import last_day_to_apply
from domain.cases.work import Work, begin
from domain.codes.enums import CaseAction, CaseStatus, ConfirmationStatus, PartnerKind
from domain.deadlines.schedule import CONFIRMATION_ACCEPTANCE, CONFIRMATION_RULING
from domain.judicial_confirmation.commands import AcceptConfirmation, ApplyConfirmation, RuleConfirmation
from domain.judicial_confirmation.models import JudicialConfirmation
from domain.judicial_confirmation.repository import open_application
from domain.judicial_confirmation.rules import last_day_to_enforce
from domain.kernel.calendar import NATIONAL, WorkingCalendar, china_date
from domain.kernel.clock import Clock
from domain.kernel.errors import InvalidInput
from domain.kernel.grant import Grant
from domain.kernel.ids import new_id

COURT_KINDS = frozenset({PartnerKind.COURT, PartnerKind.TRIBUNAL})
LONGEST_NUMBER = 100


async def apply_confirmation(
    session: AsyncSession,
    grant: Grant,
    command: ApplyConfirmation,
    *,
    clock: Clock,
    calendar: WorkingCalendar = NATIONAL,
) -> CaseRef:
    """Record both sides' application; from now on the court sees the case.

    Raises CaseRuleRefused CONF1 when it is late or not joint, CONF3 for a court that does not serve the place,
    CONF4 without a written agreement, CONF_ONCE if one is pending or was confirmed.
    """
    work = await begin(session, grant, CaseAction.APPLY_CONFIRMATION, command.expected_version, clock, calendar)
    note = optional_text(command.note, "note", "备注", LONGEST_NOTE)
    case = work.case
    found = await kinds_covering(session, await place_of(session, case), [command.court_id], work.now)
    kind, covers = found.get(command.court_id, (None, False))
    if kind not in COURT_KINDS:
        raise InvalidInput("没有该法院或人民法庭", field="courtId")
    work.require(ApplyGiven(joint=command.joint, court_covers=covers))
    apply_by = last_day_to_apply(work.loaded.facts, calendar)
    session.add(
        JudicialConfirmation(
            county_id=case.county_id,
            id=new_id(),
            case_id=case.id,
            court_id=command.court_id,
            status=ConfirmationStatus.APPLIED,
            applied_at=work.now,
            applied_by=grant.actor.user_id,
            apply_by=apply_by,
        )
    )
    case.court_id = command.court_id
    decide_by = CONFIRMATION_ACCEPTANCE.last_day(china_date(work.now), calendar)
    return await work.finish(note=note, payload={"court": str(command.court_id), "decide_by": decide_by.isoformat()})


async def accept_confirmation(
    session: AsyncSession,
    grant: Grant,
    command: AcceptConfirmation,
    *,
    clock: Clock,
    calendar: WorkingCalendar = NATIONAL,
) -> CaseRef:
    """Record that the court accepts the application, or refuses it on a ground (CONF5).

    A court that refuses loses sight of the case, unless the case was referred to it.
    """
    work, confirmation = await _decide(
        session, grant, CaseAction.ACCEPT_CONFIRMATION, command.expected_version, clock, calendar
    )
    number = optional_text(command.number, "number", "法院案号", LONGEST_NUMBER)
    note = optional_text(command.note, "note", "备注", LONGEST_NOTE)
    work.require(DecisionGiven(favourable=command.accepted, ground_named=command.ground is not None))
    confirmation.status = ConfirmationStatus.ACCEPTED if command.accepted else ConfirmationStatus.REFUSED
    confirmation.decided_at = work.now
    confirmation.number = number
    confirmation.ground = command.ground
    if not command.accepted and work.case.status != CaseStatus.REFERRED_TO_COURT:
        work.case.court_id = None
    rule_by = CONFIRMATION_RULING.last_day(china_date(work.now), calendar).isoformat() if command.accepted else None
    return await work.finish(
        note=note,
        payload={"court": str(confirmation.court_id), "outcome": confirmation.status, "rule_by": rule_by},
    )


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
    work, confirmation = await _decide(
        session, grant, CaseAction.RULE_CONFIRMATION, command.expected_version, clock, calendar
    )
    number = optional_text(command.number, "number", "法院案号", LONGEST_NUMBER)
    note = optional_text(command.note, "note", "备注", LONGEST_NOTE)
    work.require(DecisionGiven(favourable=command.confirmed, ground_named=command.ground is not None))
    confirmation.status = ConfirmationStatus.CONFIRMED if command.confirmed else ConfirmationStatus.REJECTED
    confirmation.ruled_at = work.now
    confirmation.ground = command.ground
    if number is not None:
        confirmation.number = number
    if command.confirmed:
        confirmation.enforce_by = last_day_to_enforce(
            china_date(work.now), work.loaded.facts.last_obligation_due_on, calendar
        )
    enforce_by = confirmation.enforce_by.isoformat() if confirmation.enforce_by is not None else None
    return await work.finish(
        note=note,
        payload={"court": str(confirmation.court_id), "outcome": confirmation.status, "enforce_by": enforce_by},
    )


async def _decide(
    session: AsyncSession,
    grant: Grant,
    action: CaseAction,
    expected_version: int,
    clock: Clock,
    calendar: WorkingCalendar,
) -> tuple[Work, JudicialConfirmation]:
    """Begin, and load the application that this step is about."""
    work = await begin(session, grant, action, expected_version, clock, calendar)
    waits = ConfirmationStatus.APPLIED if action is CaseAction.ACCEPT_CONFIRMATION else ConfirmationStatus.ACCEPTED
    return work, await open_application(session, work.case.county_id, work.case.id, waits)
