"""Court linkage downwards (委派调解): a court entrusts, the organisation accepts or gives back.

Each function demands the gate's Grant, runs in the caller's transaction, flushes and never commits. What an entrusted
mediation came to goes back as a code: nothing that was said in it does (CRT3: 特邀调解规定 22).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction, CaseSource, CaseStatus, EntrustmentStatus, PartnerKind
from domain.disputes.cases.commands import CaseRef, RegisterOutcome
from domain.disputes.cases.intake import Entrusted, locate, register
from domain.disputes.cases.models import Case
from domain.disputes.cases.workflow import CaseChange, open_case
from domain.disputes.court_entrustment.codes import EntrustmentReturn
from domain.disputes.court_entrustment.commands import AcceptEntrustment, EntrustCase, ReturnEntrustment
from domain.disputes.court_entrustment.models import CourtEntrustment
from domain.disputes.court_entrustment.repository import entrusted_already, entrustment_of
from domain.disputes.rules.asking import Occasion, require
from domain.disputes.rules.inputs import AcceptRuleInput, EntrustRuleInput
from domain.foundation.basics.calendar import (
    NATIONAL,
    WorkingCalendar,
    china_date,
    end_of_day,
)
from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.basics.grant import Grant
from domain.foundation.basics.ids import new_id
from domain.law.deadlines.calendar import calendar_of
from domain.law.deadlines.schedule import ENTRUSTED_MEDIATION, ENTRUSTMENT_ACCEPTANCE
from domain.tenancy.locations import kinds_covering

# Whom a court entrusts: who mediates, or the centre that finds who does.
MEDIATING_KINDS = frozenset({PartnerKind.MEDIATION_COMMITTEE, PartnerKind.BRAND_STUDIO, PartnerKind.GOVERNANCE_CENTRE})

_R = EntrustmentReturn
# Why an entrustment goes back before mediation, and after it failed.
BEFORE = frozenset({_R.NOT_COMPETENT, _R.CANNOT_TAKE_ON, _R.PARTY_UNWILLING, _R.PARTY_NOT_REACHED, _R.TIME_PASSED})
AFTER = frozenset({_R.NOT_SETTLED, _R.PARTY_UNWILLING, _R.PARTY_NOT_REACHED, _R.TIME_PASSED})

NOT_ACCEPTED = "委派调解未被接受，已退回委派法院"
GUIDANCE = "由委派法院依法登记立案或者另行处理"


@takes_checked
async def entrust(
    session: AsyncSession, grant: Grant, command: EntrustCase, *, clock: Clock, calendar: WorkingCalendar = NATIONAL
) -> RegisterOutcome:
    """Register a dispute that the court of the grant's membership entrusts; the court sees it from now on.

    The centre that answers for the place gives the number; the organisation has three working days to accept (CRT2).
    Raises RefusedByRule COVERS for an organisation that does not serve the place, InvalidInput for a number of the
    court's that is under way already, and what `register` raises.
    """
    now = clock()
    location = await locate(session, grant.county_id, command.registration.place_id, now)
    found = await kinds_covering(session, location.place, [command.organisation_id], now)
    kind, covers = found.get(command.organisation_id, (None, False))
    if kind not in MEDIATING_KINDS:
        raise InvalidInput("没有该调解组织", "there is no such mediating organisation", field="organisationId")
    require(None, CaseAction.ENTRUST, Occasion(now, calendar), EntrustRuleInput(organisation_covers=covers))
    court_id = grant.membership.organisation_id
    if await entrusted_already(session, grant.county_id, court_id, command.reference_number):
        raise InvalidInput(
            "该案号的委派正在办理",
            "an entrustment with this number is under way",
            field="referenceNumber",
            code="ENTRUSTED_ALREADY",
        )
    outcome = await register(
        session,
        grant,
        replace(command.registration, source=CaseSource.COURT_ENTRUSTED),
        clock=lambda: now,
        entrusted=Entrusted(court_id, command.organisation_id),
    )
    counted = await calendar_of(session, grant.county_id, calendar)
    session.add(
        CourtEntrustment(
            county_id=grant.county_id,
            id=new_id(),
            case_id=outcome.case.id,
            court_id=court_id,
            organisation_id=command.organisation_id,
            reference_number=command.reference_number,
            status=EntrustmentStatus.ENTRUSTED,
            entrusted_at=now,
            entrusted_by=grant.actor.user_id,
            accept_by=ENTRUSTMENT_ACCEPTANCE.last_day(china_date(now), counted),
        )
    )
    await session.flush()
    return outcome


@takes_checked
async def accept_entrustment(
    session: AsyncSession, grant: Grant, command: AcceptEntrustment, *, clock: Clock
) -> CaseRef:
    """Accept what a court entrusted; mediation is due thirty days from now (CRT1), not a month.

    Raises RefusedByRule CRT2 when the three working days have passed, CASE4 unless it says when the parties were
    told their rights, MEDIABLE for a type that is not.
    """
    change, entrustment = await _begin(session, grant, CaseAction.ACCEPT_ENTRUSTMENT, command.expected_version, clock)
    change.require(AcceptRuleInput(rights_told=command.rights_told_at is not None))
    case = change.case
    case.accepted_at = change.now
    case.rights_told_at = command.rights_told_at
    mediate_by = ENTRUSTED_MEDIATION.last_day(china_date(change.now), change.calendar)
    case.due_at = end_of_day(mediate_by)
    entrustment.status = EntrustmentStatus.ACCEPTED
    entrustment.accepted_at = change.now
    entrustment.mediate_by = mediate_by
    return await change.complete(
        note=command.note, payload={"court": str(entrustment.court_id), "mediate_by": mediate_by.isoformat()}
    )


@takes_checked
async def return_entrustment(
    session: AsyncSession, grant: Grant, command: ReturnEntrustment, *, clock: Clock
) -> CaseRef:
    """Give an entrustment back to the court: before mediation the case is declined, after its failure it is at court.

    The court keeps sight of the case; whoever was entrusted loses it when they did not mediate.
    """
    change, entrustment = await _begin(session, grant, CaseAction.RETURN_ENTRUSTMENT, command.expected_version, clock)
    case = change.case
    failed = case.status == CaseStatus.FAILED
    if command.reason not in (AFTER if failed else BEFORE):
        raise InvalidInput("退回理由与案件所处阶段不符", "not a reason to return a case at this stage", field="reason")
    give_back(case, entrustment, command.reason, change.now)
    return await change.complete(
        note=command.note, payload={"court": str(entrustment.court_id), "reason": command.reason}
    )


def give_back(case: Case, entrustment: CourtEntrustment, reason: EntrustmentReturn, now: datetime) -> None:
    """What a return leaves behind: the court has the case, as one that failed or as one that was never taken on."""
    if case.status == CaseStatus.FAILED:
        case.referred_at = now
    else:
        case.declined_at = now
        case.decline_reason = NOT_ACCEPTED
        case.decline_guidance = GUIDANCE
        case.handler_id = None
    case.court_id = entrustment.court_id
    if entrustment.mediate_by is not None and case.due_at is not None:
        # As it was in the end: extended by consent, or stopped for an appraisal.
        entrustment.mediate_by = china_date(case.due_at)
    entrustment.status = EntrustmentStatus.RETURNED
    entrustment.returned_at = now
    entrustment.return_reason = reason


async def _begin(
    session: AsyncSession, grant: Grant, action: CaseAction, expected_version: int, clock: Clock
) -> tuple[CaseChange, CourtEntrustment]:
    """Begin, and load the entrustment that this step is about."""
    change = await open_case(session, grant, action, expected_version, clock)
    entrustment = await entrustment_of(session, change.case.county_id, change.case.id)
    assert entrustment is not None  # CRT_ORDER
    return change, entrustment
