"""An agreement that comes to nothing, unsigned or not kept: mediation begins again, or it has failed."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction, EntrustmentStatus
from domain.disputes.cases.commands import CaseRef
from domain.disputes.cases.workflow import CaseChange, open_case
from domain.disputes.exceptional_actions.commands import MediateAgain
from domain.disputes.rules.inputs import MediateAgainRuleInput
from domain.foundation.basics.calendar import NATIONAL, WorkingCalendar
from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.grant import Grant


@takes_checked
async def mediate_again(
    session: AsyncSession, grant: Grant, command: MediateAgain, *, clock: Clock, calendar: WorkingCalendar = NATIONAL
) -> CaseRef:
    """Return to mediation (再次调解), with everybody's consent (CASE2): another round, by the same mediators.

    The agreement becomes history; a session must be held and another agreement reached, in a period that begins anew.
    The case counts as unsettled until then. Only the court that entrusted it keeps sight of it.
    Raises RefusedByRule BINDS for an agreement in effect that nobody reported as not kept, REOPEN_CONFIRMED for a
    confirmed one, CONF_WAITS while a court has still to decide.
    """
    change = await open_case(session, grant, CaseAction.MEDIATE_AGAIN, command.expected_version, clock, calendar)
    change.require(MediateAgainRuleInput(command.all_consented))
    case, agreement = change.case, change.loaded.agreement
    assert agreement is not None  # there is one in AGREED and PERFORMING
    agreement.superseded_at = change.now
    case.agreement_in_effect = False
    case.settled_at = case.settlement_mode = case.concluded_at = None
    case.mediated_again_at = change.now
    if change.loaded.facts.entrustment_status is not EntrustmentStatus.ACCEPTED:
        case.court_id = None
    return await change.complete(note=command.reason, payload={"was_in_effect": agreement.effective_at is not None})


def end_without_agreement(change: CaseChange) -> None:
    """The mediation has failed now, whatever was agreed: the case is not settled.

    A draft becomes history, and mediation ends now. An agreement in effect stays: it ended the mediation when it was
    reached, and the court that the parties go to is given it (人民调解法 32).
    """
    case, agreement = change.case, change.loaded.agreement
    case.failed_at = change.now
    case.settled_at = case.settlement_mode = None
    if agreement is None or agreement.effective_at is None:
        case.concluded_at = change.now
    if agreement is not None and agreement.effective_at is None:
        agreement.superseded_at = change.now
