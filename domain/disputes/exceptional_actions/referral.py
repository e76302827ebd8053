"""A mediation that failed goes to a court (诉非对接). What material goes with it is the court linkage's matter."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction, PartnerKind
from domain.disputes.cases.commands import CaseRef
from domain.disputes.cases.workflow import open_case
from domain.disputes.exceptional_actions.commands import ReferToCourt
from domain.disputes.rules.inputs import ReferRuleInput
from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.checks import not_before
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.basics.grant import Grant
from domain.tenancy.locations import kinds_covering, place_of

COURT_KINDS = frozenset({PartnerKind.COURT, PartnerKind.TRIBUNAL})


@takes_checked
async def refer_to_court(session: AsyncSession, grant: Grant, command: ReferToCourt, *, clock: Clock) -> CaseRef:
    """Refer the case; from now on that court sees it.

    Raises RefusedByRule REF_CONSENT without the parties' consent, REF_COURT for a court that does not serve the
    place.
    """
    change = await open_case(session, grant, CaseAction.REFER_TO_COURT, command.expected_version, clock)
    case = change.case
    not_before(command.consented_at, case.registered_at, "consentedAt", "当事人同意时间")
    found = await kinds_covering(session, await place_of(session, case), [command.court_id], change.now)
    kind, covers = found.get(command.court_id, (None, False))
    if kind not in COURT_KINDS:
        raise InvalidInput("没有该法院或人民法庭", "there is no such court or tribunal", field="courtId")
    change.require(ReferRuleInput(consented=command.consented_at is not None, court_covers=covers))
    case.court_id = command.court_id
    case.referral_consent_at = command.consented_at
    case.referred_at = change.now
    return await change.complete(note=command.note, payload={"court": str(command.court_id)})
