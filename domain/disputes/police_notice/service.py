"""Notices to the police (POL2): what was mediated and performed is not punished, if the parties ask and the police agree."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction, CaseStatus, ParticipantRelation, PartnerKind, PartySide
from domain.disputes.cases.commands import CaseRef
from domain.disputes.cases.models import CaseParticipant
from domain.disputes.cases.workflow import CaseChange, open_case
from domain.disputes.police_notice.case_rules import AnswerNoticeRuleInput, NotifyRuleInput
from domain.disputes.police_notice.commands import AnswerPoliceNotice, NotifyPolice
from domain.disputes.police_notice.models import PoliceNotice, PoliceNoticeApplication
from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.basics.grant import Grant
from domain.foundation.basics.ids import new_id
from domain.tenancy.locations import kinds_covering, place_of

POLICE = frozenset({PartnerKind.POLICE_STATION, PartnerKind.POLICE_BUREAU})
BOTH_SIDES = frozenset({PartySide.APPLICANT, PartySide.RESPONDENT})


@takes_checked
async def notify_police(session: AsyncSession, grant: Grant, command: NotifyPolice, *, clock: Clock) -> CaseRef:
    """Send the notice, once for an agreement; the police that get it observe the case until they have answered.

    Raises RefusedByRule POL2 unless a matter of public security was mediated or settled, the agreement performed, the
    circumstances are minor and every party of both sides applied in writing; POL_PLACE for police that do not serve
    the place, POL_ONCE for a second notice. InvalidInput for anybody but the police.
    """
    change = await open_case(session, grant, CaseAction.NOTIFY_POLICE, command.expected_version, clock)
    found = await kinds_covering(session, await place_of(session, change.case), [command.recipient_id], change.now)
    kind, serves = found.get(command.recipient_id, (None, False))
    if kind not in POLICE:
        raise InvalidInput("应当通报公安机关", "must be the police", field="recipientId", code="NOT_POLICE")
    change.require(_rule_input(change, command, serves=serves))
    agreement = change.loaded.agreement
    assert agreement is not None  # POL2
    notice = PoliceNotice(
        county_id=change.case.county_id,
        id=new_id(),
        case_id=change.case.id,
        agreement_id=agreement.id,
        sender_id=grant.membership.organisation_id,
        recipient_id=command.recipient_id,
        statement=command.statement,
        sent_at=change.now,
        sent_by=grant.actor.user_id,
    )
    session.add(notice)
    await session.flush()
    session.add_all(
        PoliceNoticeApplication(
            county_id=change.case.county_id,
            id=new_id(),
            case_id=change.case.id,
            notice_id=notice.id,
            party_id=one.party_id,
            applied_at=one.applied_at,
            recorded_by=grant.actor.user_id,
        )
        for one in command.applications
    )
    _observe(change, command.recipient_id)
    return await change.complete(payload={"rule": "POL2", "recipient": str(command.recipient_id)})


@takes_checked
async def answer_police_notice(
    session: AsyncSession, grant: Grant, command: AnswerPoliceNotice, *, clock: Clock
) -> CaseRef:
    """Answer for the police by whom the caller acts: no penalty will be imposed, or why one may be.

    Of a case that was closed meanwhile they lose what they saw of it as observers.
    """
    change = await open_case(session, grant, CaseAction.ANSWER_POLICE_NOTICE, command.expected_version, clock)
    recipient = grant.membership.organisation_id
    notice = await session.scalar(
        select(PoliceNotice).where(
            PoliceNotice.county_id == change.case.county_id,
            PoliceNotice.case_id == change.case.id,
            PoliceNotice.id == command.notice_id,
            PoliceNotice.recipient_id == recipient,
            PoliceNotice.answered_at.is_(None),
        )
    )
    if notice is None:
        raise InvalidInput(
            "没有待本单位答复的此项通报", "no such notice waits for your organisation's answer", field="noticeId"
        )
    change.require(AnswerNoticeRuleInput(recognised=command.recognised, reasoned=command.reason is not None))
    notice.answered_at, notice.answered_by = change.now, grant.actor.user_id
    notice.recognised, notice.reason = command.recognised, command.reason
    if change.case.status == CaseStatus.CLOSED:
        for term in change.loaded.participants:
            if term.organisation_id == recipient and term.relation != ParticipantRelation.LEAD:
                term.valid_until = change.now
    return await change.complete(note=command.reason, payload={"rule": "POL2", "recognised": command.recognised})


def _rule_input(change: CaseChange, command: NotifyPolice, *, serves: bool) -> NotifyRuleInput:
    """Who has applied, and who has not. Raises InvalidInput for an application of anybody but a party."""
    parties = {party.id: party for party in change.loaded.parties}
    for index, one in enumerate(command.applications):
        if one.party_id not in parties:
            raise InvalidInput(
                "申请人应为本案当事人", "must be a party of the case", field=f"applications.{index}.partyId"
            )
    applied = {one.party_id for one in command.applications}
    effective_at = change.loaded.facts.agreement_effective_at
    return NotifyRuleInput(
        police_cover=serves,
        minor_circumstances=command.minor_circumstances,
        without_application=sum(party.side in BOTH_SIDES and party.id not in applied for party in parties.values()),
        applied_too_early=sum(
            effective_at is not None and one.applied_at < effective_at for one in command.applications
        ),
    )


def _observe(change: CaseChange, organisation_id: UUID) -> None:
    """Let the police see the case with its agreement, if they do not by a term that runs."""
    if any(one.organisation_id == organisation_id and one.valid_until is None for one in change.loaded.participants):
        return
    change.session.add(
        CaseParticipant(
            county_id=change.case.county_id,
            id=new_id(),
            case_id=change.case.id,
            organisation_id=organisation_id,
            relation=ParticipantRelation.OBSERVING,
            valid_from=change.now,
        )
    )
