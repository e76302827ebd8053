"""A closed case is opened again, or put into the archive."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction
from domain.disputes.cases.commands import CaseRef
from domain.disputes.cases.models import Case
from domain.disputes.cases.workflow import open_case
from domain.disputes.exceptional_actions.commands import ArchiveCase, ReopenCase
from domain.disputes.rules.inputs import ReopenRuleInput
from domain.foundation.basics.calendar import (
    NATIONAL,
    WorkingCalendar,
    china_date,
    end_of_day,
)
from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.grant import Grant
from domain.law.deadlines.schedule import MEDIATION

# What the next round must come to anew. The timeline, sessions, visits and the earlier agreement stay.
CLEARED = (
    "risk_assessed_at",
    "dispatched_at",
    "handler_id",
    "taken_on_at",
    "settled_at",
    "settlement_mode",
    "failed_at",
    "failure_reason",
    "fulfilled_at",
    "concluded_at",
    "closed_at",
    "referral_consent_at",
    "referred_at",
    "court_id",
)


@takes_checked
async def reopen(
    session: AsyncSession, grant: Grant, command: ReopenCase, *, clock: Clock, calendar: WorkingCalendar = NATIONAL
) -> CaseRef:
    """Open a closed case again (重启), for a reason: risk, dispatch, mediation and agreement must come anew.

    It counts as unsettled until it is settled again, and as reopened for good (DOMAIN §10: completion stands beside
    the reopened). Whoever handled it, and a court that had it, sees it no more. Returns of earlier rounds still count
    (DSP1). Mediation is due a month from now (CASE5).
    Raises RefusedByRule REOPEN_CONFIRMED for a confirmed agreement, MEDIABLE and CASE4 as acceptance does.
    """
    change = await open_case(session, grant, CaseAction.REOPEN, command.expected_version, clock, calendar)
    case = change.case
    change.require(ReopenRuleInput(rights_told=command.rights_told_at is not None or case.rights_told_at is not None))
    _clear(case)
    case.reopened_at = change.now
    case.reopen_count += 1
    case.accepted_at = case.accepted_at or change.now
    case.rights_told_at = command.rights_told_at or case.rights_told_at
    last_day = MEDIATION.last_day(china_date(change.now), change.calendar)
    case.due_at = end_of_day(last_day)
    for participant in change.loaded.participants:
        participant.valid_until = change.now
    for mediator in change.loaded.mediators:
        mediator.valid_until = change.now
    if change.loaded.agreement is not None:
        change.loaded.agreement.superseded_at = change.now
    case.agreement_in_effect = False
    return await change.complete(
        note=command.reason, payload={"due_on": last_day.isoformat(), "reopened": case.reopen_count}
    )


@takes_checked
async def archive(session: AsyncSession, grant: Grant, command: ArchiveCase, *, clock: Clock) -> CaseRef:
    """Put the case into the archive (归档) once its file is complete (FILE); it is read-only from then on."""
    change = await open_case(session, grant, CaseAction.ARCHIVE, command.expected_version, clock)
    change.case.archived_at = change.now
    return await change.complete(note=command.note)


def _clear(case: Case) -> None:
    for name in CLEARED:
        setattr(case, name, None)
