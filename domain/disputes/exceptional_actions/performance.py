"""An agreement is performed, obligation by obligation, or it is not: perform, breach, and taking in the proof."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction, ConfirmationStatus
from domain.disputes.cases.commands import CaseRef, Fulfilment
from domain.disputes.cases.models import Obligation
from domain.disputes.cases.workflow import CaseChange, open_case
from domain.disputes.exceptional_actions.codes import BreachRemedy
from domain.disputes.exceptional_actions.commands import BreachCase, PerformCase
from domain.disputes.exceptional_actions.models import CaseBreach
from domain.disputes.exceptional_actions.withdrawal import speaker
from domain.disputes.rules.inputs import BreachRuleInput, PerformRuleInput
from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.basics.grant import Grant
from domain.foundation.basics.ids import new_id


@takes_checked
async def perform(session: AsyncSession, grant: Grant, command: PerformCase, *, clock: Clock) -> CaseRef:
    """Record performance (履行), with the proof of one obligation each time; the first may be without (EVIDENCE).

    Raises RefusedByRule PERFORMED when nothing is left to perform: then all is fulfilled.
    """
    change = await open_case(session, grant, CaseAction.PERFORM, command.expected_version, clock)
    done = command.performance
    change.require(PerformRuleInput(evidenced=done is not None))
    owed = {obligation.id: obligation for obligation in change.loaded.obligations}
    if done is not None:
        take_proof(change, owed, done, "performance")
    still_open = sum(obligation.fulfilled_at is None for obligation in owed.values())
    performed = None if done is None else str(done.obligation_id)
    return await change.complete(note=command.note, payload={"obligation": performed, "open": still_open})


@takes_checked
async def breach(session: AsyncSession, grant: Grant, command: BreachCase, *, clock: Clock) -> CaseRef:
    """Record that an obligation was not kept (未履行), and what is open to the creditor.

    A confirmed agreement can be enforced, within the window of CONF10 (人民调解法 33); over one that was not, the
    parties mediate again or sue (人民调解法 32).
    Raises RefusedByRule BREACH before the day has passed, unless the debtor refused to perform.
    """
    change = await open_case(session, grant, CaseAction.BREACH, command.expected_version, clock)
    party = speaker(change, command.party_id)
    owed = {obligation.id: obligation for obligation in change.loaded.obligations}
    obligation = _still_owed(owed, command.obligation_id, "obligationId")
    # 民法典 511: where no day was agreed, the creditor may ask at any time.
    overdue = obligation.due_on is None or obligation.due_on < change.occasion.today
    change.require(BreachRuleInput(overdue=overdue, refused=command.refused))
    facts = change.loaded.facts
    confirmed = facts.confirmation_status is ConfirmationStatus.CONFIRMED
    remedy = BreachRemedy.ENFORCEMENT if confirmed else BreachRemedy.MEDIATION_OR_COURT
    enforce_by = facts.enforce_by if confirmed else None
    change.session.add(
        CaseBreach(
            county_id=change.case.county_id,
            id=new_id(),
            case_id=change.case.id,
            obligation_id=obligation.id,
            reported_at=change.now,
            reported_by=grant.actor.user_id,
            party_id=None if party is None else party.id,
            refused=command.refused,
            description=command.description,
            remedy=remedy,
            enforce_by=enforce_by,
        )
    )
    window = None if enforce_by is None else enforce_by.isoformat()
    return await change.complete(
        note=command.description, payload={"obligation": str(obligation.id), "remedy": remedy, "enforce_by": window}
    )


def take_proof(change: CaseChange, owed: Mapping[UUID, Obligation], done: Fulfilment, field: str) -> None:
    """Keep the proof of one obligation; InvalidInput names below `field` what cannot be taken."""
    agreement = change.loaded.agreement
    assert agreement is not None  # something is owed
    obligation = _still_owed(owed, done.obligation_id, f"{field}.obligationId")
    obligation.evidence = done.evidence
    obligation.fulfilled_at = done.fulfilled_at
    if obligation.fulfilled_at < agreement.reached_at:
        raise InvalidInput(
            "履行时间不得早于达成协议时间",
            "nothing is performed before the agreement was reached",
            field=f"{field}.fulfilledAt",
        )


def _still_owed(owed: Mapping[UUID, Obligation], obligation_id: UUID, field: str) -> Obligation:
    obligation = owed.get(obligation_id)
    if obligation is None:
        raise InvalidInput("该协议没有此项义务", "the agreement has no such obligation", field=field)
    if obligation.fulfilled_at is not None:
        raise InvalidInput("此项义务已有履行凭证", "there is proof of this obligation already", field=field)
    return obligation
