"""A confirmed agreement that is not kept is enforced: the creditor applies to a court, in time (CONF10)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction, ConfirmationStatus, ParticipantRelation
from domain.disputes.cases.commands import CaseRef
from domain.disputes.cases.models import CaseParticipant, CaseParty, Obligation
from domain.disputes.cases.workflow import CaseChange, open_case
from domain.disputes.exceptional_actions.models import CaseBreach
from domain.disputes.exceptional_actions.withdrawal import speaker
from domain.disputes.judicial_confirmation.case_rules import EnforceRuleInput
from domain.disputes.judicial_confirmation.commands import ApplyEnforcement
from domain.disputes.judicial_confirmation.competence import COURT_KINDS, base_level
from domain.disputes.judicial_confirmation.models import EnforcementApplication, JudicialConfirmation
from domain.disputes.judicial_confirmation.repository import open_application
from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.basics.grant import Grant
from domain.foundation.basics.ids import new_id
from domain.tenancy.locations import kinds_covering, resolve_place


@takes_checked
async def apply_enforcement(session: AsyncSession, grant: Grant, command: ApplyEnforcement, *, clock: Clock) -> CaseRef:
    """Record a creditor's application for enforcement (申请执行), once for each creditor; the clock of CONF10 ends.

    A court that did not confirm sees the case from now on, as one that takes part.
    Raises RefusedByRule ENFORCE unless a confirmed agreement was reported as not kept, CONF10 when the two years
    have passed, ENF_COURT for a court that neither confirmed it nor serves where property lies.
    """
    change = await open_case(session, grant, CaseAction.APPLY_ENFORCEMENT, command.expected_version, clock)
    case = change.case
    confirmation = await open_application(session, case.county_id, case.id, ConfirmationStatus.CONFIRMED)
    creditor = await _creditor(change, command.party_id)
    court_id = confirmation.court_id if command.court_id is None else command.court_id
    change.require(EnforceRuleInput(await _competent(change, command, confirmation, court_id)))
    if await _has_applied(change, confirmation, creditor):
        raise InvalidInput(
            "该当事人已经申请执行",
            "this party has applied for enforcement already",
            field="partyId",
            code="ENFORCEMENT_APPLIED",
        )
    session.add(
        EnforcementApplication(
            county_id=case.county_id,
            id=new_id(),
            case_id=case.id,
            confirmation_id=confirmation.id,
            court_id=court_id,
            place_id=command.place_id,
            party_id=creditor.id,
            applied_at=change.now,
            recorded_by=grant.actor.user_id,
        )
    )
    there = {one.organisation_id for one in change.loaded.participants}
    if court_id != case.court_id and court_id not in there:
        session.add(
            CaseParticipant(
                county_id=case.county_id,
                id=new_id(),
                case_id=case.id,
                organisation_id=court_id,
                relation=ParticipantRelation.OBSERVING,
                valid_from=change.now,
            )
        )
    return await change.complete(note=command.note, payload={"court": str(court_id), "party": str(creditor.id)})


async def _creditor(change: CaseChange, party_id: UUID | None) -> CaseParty:
    """Whose application it is: the party to whom something reported as not kept is still owed."""
    party = speaker(change, party_id)
    if party is None:
        raise InvalidInput("请指明申请执行的当事人", "name the party that applies", field="partyId")
    owed = await change.session.execute(
        select(Obligation.creditor_id, Obligation.debtor_id)
        .join(CaseBreach, and_(CaseBreach.county_id == Obligation.county_id, CaseBreach.obligation_id == Obligation.id))
        .where(
            Obligation.county_id == change.case.county_id,
            Obligation.id.in_([one.id for one in change.loaded.obligations]),
            Obligation.fulfilled_at.is_(None),
        )
    )
    # An obligation may leave open to whom it is owed: then to anybody but who owes it.
    if not any(row.creditor_id in (party.id, None) and row.debtor_id != party.id for row in owed):
        raise InvalidInput(
            "申请人应为未履行义务的权利人",
            "must be a party to whom something is owed that was not kept",
            field="partyId",
        )
    return party


async def _competent(
    change: CaseChange, command: ApplyEnforcement, confirmation: JudicialConfirmation, court_id: UUID
) -> bool:
    """民诉法解释 460: the court that confirmed, or one of its level where property lies."""
    other = court_id != confirmation.court_id
    if (command.place_id is not None) != other:
        raise InvalidInput(
            "向其他法院申请执行的应当指明财产所在地，其他情形不得指明",
            "name where property lies for another court, and for no other reason",
            field="placeId",
        )
    if command.place_id is None:
        return True
    place = await resolve_place(change.session, change.case.county_id, command.place_id, change.now)
    if place is None:
        raise InvalidInput("没有该区域", "there is no such area", field="placeId")
    kind, covers = (await kinds_covering(change.session, place, [court_id], change.now)).get(court_id, (None, False))
    if kind not in COURT_KINDS:
        raise InvalidInput("没有该法院或人民法庭", "there is no such court or tribunal", field="courtId")
    return covers and await base_level(change.session, change.case.county_id, court_id)


async def _has_applied(change: CaseChange, confirmation: JudicialConfirmation, creditor: CaseParty) -> bool:
    found = await change.session.scalar(
        select(EnforcementApplication.id).where(
            EnforcementApplication.county_id == change.case.county_id,
            EnforcementApplication.confirmation_id == confirmation.id,
            EnforcementApplication.party_id == creditor.id,
        )
    )
    return found is not None
