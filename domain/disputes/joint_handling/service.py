"""Joint handling (联调): a call is answered in time, and ends with a joint conclusion.

Whoever is called sees the case from the call on, and no longer than the call: who refuses loses sight of it at once,
who came loses it when the call is concluded. Silence is not an answer: the clock of each answer leads to supervision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction, ParticipantRelation, PartnerKind
from domain.disputes.cases.commands import CaseRef
from domain.disputes.cases.models import CaseParticipant
from domain.disputes.cases.workflow import CaseChange, open_case
from domain.disputes.joint_handling.case_rules import RespondRuleInput
from domain.disputes.joint_handling.codes import RespondentStatus
from domain.disputes.joint_handling.commands import CallOthers, ConcludeCall, RespondToCall
from domain.disputes.joint_handling.models import JointCall, JointRespondent
from domain.disputes.rules.inputs import CallRuleInput
from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.checks import not_before
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.basics.grant import Grant
from domain.foundation.basics.ids import new_id
from domain.law.deadlines.clocks import Outcome
from domain.law.deadlines.codes import DeadlineKind
from domain.law.deadlines.schedule import JOINT_RESPONSE
from domain.law.deadlines.service import close_deadline, open_deadline
from domain.tenancy.locations import kinds_covering, place_of

# Whose officers can answer a call (authz/policy.csv): nobody is called who could only be silent.
RESPONDING = frozenset(
    {
        PartnerKind.POLICE_STATION,
        PartnerKind.POLICE_BUREAU,
        PartnerKind.PROCURATORATE,
        PartnerKind.JUSTICE_OFFICE,
        PartnerKind.JUSTICE_BUREAU,
        PartnerKind.WOMENS_FEDERATION,
        PartnerKind.PETITION_OFFICE,
        PartnerKind.DEPARTMENT,
        PartnerKind.LAW_FIRM,
        PartnerKind.MEDIATION_COMMITTEE,
        PartnerKind.BRAND_STUDIO,
        PartnerKind.COURT,
        PartnerKind.TRIBUNAL,
    }
)


@takes_checked
async def call(session: AsyncSession, grant: Grant, command: CallOthers, *, clock: Clock) -> CaseRef:
    """Call organisations that serve the place (else COVERS), each to answer within the hours given (CALL1).

    Raises InvalidInput for nobody called, an organisation that is none, or the caller itself.
    """
    change = await open_case(session, grant, CaseAction.CALL, command.expected_version, clock)
    named, caller = command.respondent_ids, grant.membership.organisation_id
    if caller in named:
        raise InvalidInput(
            "请指明本单位以外的响应单位", "call others than your own organisation", field="respondentIds"
        )
    found = await kinds_covering(session, await place_of(session, change.case), named, change.now)
    for index, organisation_id in enumerate(named):
        if organisation_id not in found:
            raise InvalidInput("没有该单位", "there is no such organisation", field=f"respondentIds.{index}")
        if found[organisation_id][0] not in RESPONDING:
            raise InvalidInput(
                "该类单位不参与联调响应",
                "organisations of this kind do not answer calls",
                field=f"respondentIds.{index}",
                code="CANNOT_RESPOND",
            )
    change.require(CallRuleInput(command.hours, all(found[organisation_id][1] for organisation_id in named)))
    case = change.case
    made = JointCall(
        county_id=case.county_id,
        id=new_id(),
        case_id=case.id,
        organisation_id=caller,
        called_by=grant.actor.user_id,
        matter=command.matter,
        called_at=change.now,
        respond_by=change.now + timedelta(hours=command.hours),
    )
    session.add(made)
    await session.flush()
    for organisation_id in named:
        await _ask(change, made, organisation_id, command.hours)
    return await change.complete(note=command.matter, payload={"call": str(made.id), "respondents": len(named)})


@takes_checked
async def respond(session: AsyncSession, grant: Grant, command: RespondToCall, *, clock: Clock) -> CaseRef:
    """Answer for the organisation by which the caller acts; a refusal names its reason (CALL2).

    Raises InvalidInput if the call is not open, or that organisation has nothing to answer in it.
    """
    change = await open_case(session, grant, CaseAction.RESPOND_TO_CALL, command.expected_version, clock)
    made = await _open_call(change, command.call_id)
    asked = await session.scalar(
        select(JointRespondent).where(
            JointRespondent.county_id == change.case.county_id,
            JointRespondent.call_id == made.id,
            JointRespondent.organisation_id == grant.membership.organisation_id,
            JointRespondent.status == RespondentStatus.ASKED,
        )
    )
    if asked is None:
        raise InvalidInput("本单位没有待响应的此次呼叫", "your organisation has no such call to answer", field="callId")
    change.require(RespondRuleInput(command.accepted, command.reason is not None))
    asked.status = RespondentStatus.ACCEPTED if command.accepted else RespondentStatus.REFUSED
    asked.responded_at, asked.responded_by, asked.reason = change.now, grant.actor.user_id, command.reason
    await close_deadline(
        session, change.case, DeadlineKind.JOINT_RESPONSE, Outcome.SATISFIED, now=change.now, subject_id=asked.id
    )
    await _end_term(change, asked)
    if command.accepted and asked.participant_id is not None:
        asked.participant_id = _begin_term(change, asked.organisation_id, ParticipantRelation.ASSISTING)
    return await change.complete(note=command.reason, payload={"call": str(made.id), "accepted": command.accepted})


@takes_checked
async def conclude(session: AsyncSession, grant: Grant, command: ConcludeCall, *, clock: Clock) -> CaseRef:
    """Write the joint conclusion; the terms that the call brought end, and clocks of answers still owed are stopped."""
    change = await open_case(session, grant, CaseAction.CONCLUDE_CALL, command.expected_version, clock)
    made = await _open_call(change, command.call_id)
    not_before(command.session_held_at, made.called_at, "sessionHeldAt", "联调会时间")
    made.conclusion, made.concluded_at, made.session_held_at = command.conclusion, change.now, command.session_held_at
    for respondent in await _respondents(change, made):
        await _end_term(change, respondent)
        await close_deadline(
            session,
            change.case,
            DeadlineKind.JOINT_RESPONSE,
            Outcome.CANCELLED,
            now=change.now,
            subject_id=respondent.id,
        )
    return await change.complete(note=command.conclusion, payload={"call": str(made.id)})


async def _ask(change: CaseChange, made: JointCall, organisation_id: UUID, hours: int) -> None:
    """Name one organisation: it sees the case from now on, and its clock runs."""
    there = {one.organisation_id for one in change.loaded.participants if one.valid_until is None}
    term = None if organisation_id in there else _begin_term(change, organisation_id, ParticipantRelation.OBSERVING)
    await change.session.flush()
    respondent = JointRespondent(
        county_id=made.county_id,
        id=new_id(),
        case_id=made.case_id,
        call_id=made.id,
        organisation_id=organisation_id,
        status=RespondentStatus.ASKED,
        participant_id=term,
    )
    change.session.add(respondent)
    period = replace(JOINT_RESPONSE, hours=hours)
    await open_deadline(
        change.session,
        change.case,
        period,
        change.now,
        now=change.now,
        subject_id=respondent.id,
        calendar=change.calendar,
    )


def _begin_term(change: CaseChange, organisation_id: UUID, relation: ParticipantRelation) -> UUID:
    term = new_id()
    change.session.add(
        CaseParticipant(
            county_id=change.case.county_id,
            id=term,
            case_id=change.case.id,
            organisation_id=organisation_id,
            relation=relation,
            valid_from=change.now,
        )
    )
    return term


async def _end_term(change: CaseChange, respondent: JointRespondent) -> None:
    """End the term that the call brought, if it did and if it has not ended otherwise."""
    if respondent.participant_id is None:
        return
    term = await change.session.get(CaseParticipant, (change.case.county_id, respondent.participant_id))
    if term is not None and term.valid_until is None:
        term.valid_until = change.now


async def _open_call(change: CaseChange, call_id: UUID) -> JointCall:
    made = await change.session.scalar(
        select(JointCall).where(
            JointCall.county_id == change.case.county_id,
            JointCall.case_id == change.case.id,
            JointCall.id == call_id,
            JointCall.concluded_at.is_(None),
        )
    )
    if made is None:
        raise InvalidInput("没有此次呼叫，或已办结", "there is no such call, or it was concluded", field="callId")
    return made


async def _respondents(change: CaseChange, made: JointCall) -> Sequence[JointRespondent]:
    found = await change.session.scalars(
        select(JointRespondent).where(JointRespondent.county_id == made.county_id, JointRespondent.call_id == made.id)
    )
    return found.all()
