"""Recusal (回避): what ties a mediator to a party, and who mediates instead.

特邀调解规定 15: a near relative of a party or of an agent, an interest in the dispute, another relation that may affect
fairness: the mediator withdraws, unless both sides consent; the organisation decides. Compared are accounts, identity
numbers of parties across cases, and what was declared; a mediator's own identity number is not kept and not compared.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction, Role
from domain.disputes.cases.commands import CaseRef
from domain.disputes.cases.handling import MEDIATING_ROLES
from domain.disputes.cases.models import CaseMediator
from domain.disputes.cases.workflow import CaseChange, open_case
from domain.disputes.people.commands import DeclareRecusal, ReplaceMediator
from domain.disputes.people.models import CaseRecusal
from domain.disputes.people.repository import (
    find_barred,
    find_out_of_office,
    find_parties_among,
    find_recusals,
    is_lifted,
)
from domain.disputes.rules.inputs_of_people import ReplaceRuleInput
from domain.foundation.basics.calendar import china_date
from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.checks import not_before
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.basics.grant import Grant
from domain.foundation.basics.ids import new_id
from domain.foundation.outbox.service import Code
from domain.tenancy.locations import active_members


@takes_checked
async def declare_recusal(session: AsyncSession, grant: Grant, command: DeclareRecusal, *, clock: Clock) -> CaseRef:
    """Declare what ties a mediator to a party, or record that the sides consent all the same.

    Until both do, or the ground is dismissed, the mediator neither takes the case on nor goes on with it (RECUSAL).
    """
    change = await open_case(session, grant, CaseAction.DECLARE_RECUSAL, command.expected_version, clock)
    for consented_at, field, label in (
        (command.applicant_consent_at, "applicantConsentAt", "申请人同意时间"),
        (command.respondent_consent_at, "respondentConsentAt", "被申请人同意时间"),
    ):
        not_before(consented_at, change.case.registered_at, field, label)
    if grant.membership.role == Role.RESIDENT and (command.applicant_consent_at or command.respondent_consent_at):
        raise InvalidInput(
            "各方是否同意由承办单位登记",
            "whether the sides consent is recorded by the organisation that handles the case",
            field="applicantConsentAt",
        )
    if command.party_id not in {party.id for party in change.loaded.parties}:
        raise InvalidInput("本案没有该当事人", "the case has no such party", field="partyId")
    await _check_mediator(change, command.mediator_id, "mediatorId")
    known = await find_recusals(session, change.case, command.mediator_id)
    ground = next((one for one in known if one.party_id == command.party_id), None)
    if ground is None:
        ground = CaseRecusal(
            county_id=change.case.county_id,
            id=new_id(),
            case_id=change.case.id,
            mediator_id=command.mediator_id,
            party_id=command.party_id,
            declared_by=grant.actor.user_id,
            declared_at=change.now,
        )
        session.add(ground)
    elif ground.dismissed_at is not None:
        raise InvalidInput(
            "该回避事由已被驳回", "this ground of recusal was dismissed", field="partyId", code="RECUSAL_DISMISSED"
        )
    elif ground.relation != command.relation:
        # The sides consented to what they were told of: another tie asks them anew.
        ground.applicant_consent_at = ground.respondent_consent_at = None
    ground.relation = command.relation
    ground.reason = command.reason
    ground.applicant_consent_at = command.applicant_consent_at or ground.applicant_consent_at
    ground.respondent_consent_at = command.respondent_consent_at or ground.respondent_consent_at
    return await change.complete(payload={"relation": command.relation, "mediator": str(command.mediator_id)})


@takes_checked
async def replace_mediator(session: AsyncSession, grant: Grant, command: ReplaceMediator, *, clock: Clock) -> CaseRef:
    """Decide on a request: another mediator takes over, or the grounds against this one are dismissed.

    The replaced mediator's term ends, and with it their sight of the case. Raises RefusedByRule RECUSAL if the new
    one has a ground too, or if a mediator would dismiss a ground against themselves.
    """
    change = await open_case(session, grant, CaseAction.REPLACE_MEDIATOR, command.expected_version, clock)
    if command.replacement_id is None:
        await _dismiss(change, command.mediator_id)
    else:
        await _replace(change, command.mediator_id, command.replacement_id)
    payload: dict[str, Code] = {
        "mediator": str(command.mediator_id),
        "replacement": None if command.replacement_id is None else str(command.replacement_id),
    }
    return await change.complete(note=command.reason, payload=payload)


async def _dismiss(change: CaseChange, mediator_id: UUID) -> None:
    grounds = [one for one in await find_recusals(change.session, change.case, mediator_id) if not is_lifted(one)]
    if not grounds:
        raise InvalidInput("没有待决定的回避事由", "there is no ground of recusal to decide on", field="replacementId")
    change.require(ReplaceRuleInput(own_cause=change.grant.actor.user_id == mediator_id))
    for ground in grounds:
        ground.dismissed_at = change.now
        ground.dismissed_by = change.grant.actor.user_id


async def _replace(change: CaseChange, mediator_id: UUID, replacement_id: UUID) -> None:
    terms = {one.user_id: one for one in change.loaded.mediators}
    if mediator_id not in terms:
        raise InvalidInput(
            "不是本案现任调解员", "not one of the case's mediators now", field="mediatorId", code="NOT_A_MEDIATOR"
        )
    if replacement_id in terms:
        raise InvalidInput("已是本案调解员", "a mediator of the case already", field="replacementId")
    dismissed, expired = await find_out_of_office(change.session, change.case, [replacement_id], china_date(change.now))
    change.require(ReplaceRuleInput(dismissed=bool(dismissed), expired=bool(expired)))
    await _check_mediator(change, replacement_id, "replacementId")
    either = await find_barred(change.session, change.loaded, [replacement_id])
    either |= await find_parties_among(change.session, change.loaded, [replacement_id], change.now)
    change.require(ReplaceRuleInput(barred=bool(either)))
    old = terms[mediator_id]
    old.valid_until = change.now
    change.session.add(
        CaseMediator(
            county_id=change.case.county_id,
            id=new_id(),
            case_id=change.case.id,
            user_id=replacement_id,
            organisation_id=old.organisation_id,
            valid_from=change.now,
        )
    )


async def _check_mediator(change: CaseChange, user_id: UUID, field: str) -> None:
    """A mediator at change on the case, or one of the handler's who could be."""
    if user_id in {one.user_id for one in change.loaded.mediators}:
        return
    entitled = await active_members(
        change.session,
        change.case.county_id,
        [user_id],
        change.now,
        organisation_id=change.case.handler_id,
        roles=MEDIATING_ROLES,
    )
    if user_id not in entitled:
        raise InvalidInput(
            "应为承办单位的在任调解员",
            "must be a mediator in office of the organisation that handles the case",
            field=field,
            code="NOT_A_MEDIATOR",
        )
