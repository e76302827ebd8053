"""A party ends the mediation: by themselves, or by a mediator's hand. Also: for which party somebody speaks."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction, Role
from domain.disputes.cases.commands import CaseRef
from domain.disputes.cases.models import CaseParty
from domain.disputes.cases.workflow import CaseChange, open_case
from domain.disputes.exceptional_actions.commands import WithdrawCase
from domain.disputes.exceptional_actions.mediating_again import end_without_agreement
from domain.disputes.exceptional_actions.models import CaseWithdrawal
from domain.disputes.exceptional_actions.pausing import end_rest
from domain.disputes.rules.inputs import WithdrawRuleInput
from domain.foundation.basics.calendar import NATIONAL, WorkingCalendar
from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.basics.grant import Grant
from domain.foundation.basics.ids import new_id


@takes_checked
async def withdraw(
    session: AsyncSession, grant: Grant, command: WithdrawCase, *, clock: Clock, calendar: WorkingCalendar = NATIONAL
) -> CaseRef:
    """End the mediation by a party's will (当事人终止), also while it rests: any party may, at any time (CASE2).

    Raises RefusedByRule BINDS once an agreement is in effect, CASE8 unless the parties were told of other ways.
    """
    change = await open_case(session, grant, CaseAction.WITHDRAW, command.expected_version, clock, calendar)
    party = speaker(change, command.party_id)
    if party is None:
        raise InvalidInput("请指明要求终止调解的当事人", "name the party whose will it is", field="partyId")
    change.require(WithdrawRuleInput(command.other_ways_told))
    case = change.case
    if case.paused_at is not None:
        await end_rest(change)
    case.failure_reason = command.reason
    end_without_agreement(change)
    change.session.add(
        CaseWithdrawal(
            county_id=case.county_id,
            id=new_id(),
            case_id=case.id,
            party_id=party.id,
            withdrawn_at=change.now,
            recorded_by=grant.actor.user_id,
        )
    )
    on_time = case.due_at is None or change.now <= case.due_at
    return await change.complete(note=command.reason, payload={"party": str(party.id), "on_time": on_time})


def speaker(change: CaseChange, party_id: UUID | None) -> CaseParty | None:
    """The party for whom the caller speaks: a resident for themselves alone, others for whom they name.

    Raises InvalidInput for somebody who is no party, or whose word the resident's account is not.
    """
    parties = change.loaded.parties
    if change.grant.membership.role == Role.RESIDENT:
        parties = [party for party in parties if party.user_id == change.grant.actor.user_id]
        if party_id is None and parties:
            return parties[0]
    if party_id is None:
        return None
    for party in parties:
        if party.id == party_id:
            return party
    raise InvalidInput(
        "应为本案当事人；居民只能代表本人",
        "must be a party of the case; residents speak for themselves only",
        field="partyId",
    )
