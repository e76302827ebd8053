"""Dismissing a mediator (MED2): what ends with it, in the register, in their offices and in the cases that they mediate."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction, CaseStatus, Role
from domain.committees import repository as register
from domain.committees.commands import DismissMediator
from domain.committees.models import Mediator
from domain.committees.rules import DismissalRuleInput, in_office, require_evidence
from domain.disputes.cases.models import Case, CaseMediator
from domain.disputes.cases.workflow import record_and_react as tell_of_case
from domain.foundation.basics.calendar import china_date
from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.basics.grant import Grant
from domain.foundation.kernel.workflow import announce, check_grant, check_version
from domain.law.supervision.codes import SupervisionCause
from domain.law.supervision.service import open_supervision

# Whoever is dismissed gives these up at the committee and its studios.
MEDIATING = (Role.MEDIATOR, Role.INVITED_MEDIATOR, Role.COMMITTEE_DIRECTOR)
LEFT = "调解员被罢免、解聘，不再担任本案调解员"
TO_BE_REPLACED = "调解员被罢免、解聘，应当更换调解员"


@takes_checked
async def dismiss(session: AsyncSession, grant: Grant, command: DismissMediator, *, clock: Clock) -> UUID:
    """Record a dismissal (MED2): the mediator's roles at the committee and its studios end, and their seat on it.

    What they did stays as it was; of a case that others mediate with them they are no mediator any more, and one that they
    mediate alone is supervised until another is named. Raises RuleRefused MED2 without evidence; InvalidInput for somebody out of office.
    """
    check_grant(grant, "dismiss")
    now = clock()
    mediator = await register.load_mediator(session, grant.county_id, grant.subject_id)
    check_version(mediator, command.expected_version, "调解员任职")
    if mediator.dismissed_at is not None or not in_office(mediator.ends_on, china_date(now)):
        raise InvalidInput("该调解员已不在任", "not in office any more", field="mediatorId", code="NOT_IN_OFFICE")
    require_evidence(DismissalRuleInput(command.evidence is not None))
    mediator.dismissed_at, mediator.dismissed_by = now, grant.actor.user_id
    mediator.dismissal_ground, mediator.dismissal_evidence = command.ground, command.evidence
    mediator.version += 1
    await session.flush()
    await register.leave_committee(session, mediator, china_date(now))
    await register.end_offices(
        session, grant.county_id, mediator.committee_id, MEDIATING, now, user_id=mediator.user_id
    )
    left = await _leave_cases(session, grant, mediator, now)
    announce(session, grant, "mediator.dismissed", now, ground=command.ground.value, cases=left)
    await session.flush()
    return mediator.id


async def _leave_cases(session: AsyncSession, grant: Grant, mediator: Mediator, now: datetime) -> int:
    """End their part in cases under mediation; how many those are. Each is changed like any other.

    Cases are locked in order of their ids, so that two dismissals at once do not wait for each other.
    """
    mine = select(CaseMediator.case_id).where(
        CaseMediator.county_id == mediator.county_id,
        CaseMediator.user_id == mediator.user_id,
        CaseMediator.valid_until.is_(None),
    )
    cases = await session.scalars(
        select(Case)
        .where(Case.county_id == mediator.county_id, Case.status == CaseStatus.HANDLING, Case.id.in_(mine))
        .order_by(Case.id)
        .with_for_update()
    )
    found = cases.all()
    for case in found:
        await _leave(session, grant, case, mediator.user_id, now)
    return len(found)


async def _leave(session: AsyncSession, grant: Grant, case: Case, user_id: UUID, now: datetime) -> None:
    """Whoever mediates with them goes on without them; alone, they stay named, for the one who replaces them."""
    terms = await session.scalars(
        select(CaseMediator).where(
            CaseMediator.county_id == case.county_id,
            CaseMediator.case_id == case.id,
            CaseMediator.valid_until.is_(None),
        )
    )
    at_work = terms.all()
    if any(one.user_id != user_id for one in at_work):
        for one in at_work:
            if one.user_id == user_id:
                one.valid_until = now
        action, note = CaseAction.REPLACE_MEDIATOR, LEFT
    elif await open_supervision(session, case, SupervisionCause.MEDIATOR_DISMISSED, now=now, demand=TO_BE_REPLACED):
        action, note = CaseAction.OPEN_SUPERVISION, TO_BE_REPLACED
    else:
        return
    case.version += 1
    await session.flush()
    await tell_of_case(
        session, grant, action, case, CaseStatus(case.status), now=now, note=note, payload={"mediator": str(user_id)}
    )
