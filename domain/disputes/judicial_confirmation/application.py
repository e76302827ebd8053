"""What the parties do about judicial confirmation: apply together, supply material, withdraw."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction, CaseStatus, ConfirmationStatus, PartySide
from domain.disputes.cases.commands import CaseRef
from domain.disputes.cases.models import Case
from domain.disputes.cases.workflow import CaseChange, open_case
from domain.disputes.judicial_confirmation.case_rules import ApplyRuleInput, WithdrawalRuleInput, last_day_to_apply
from domain.disputes.judicial_confirmation.codes import ConfirmationMaterial, ConfirmationWithdrawal
from domain.disputes.judicial_confirmation.commands import (
    ApplyConfirmation,
    Consent,
    SupplyMaterial,
    WithdrawConfirmation,
)
from domain.disputes.judicial_confirmation.competence import competent, inviting_court
from domain.disputes.judicial_confirmation.models import (
    ConfirmationConsent,
    ConfirmationMaterialSupplied,
    JudicialConfirmation,
)
from domain.disputes.judicial_confirmation.repository import OPEN, open_application
from domain.disputes.judicial_confirmation.rules import required_material
from domain.disputes.people.codes import RepresentativeKind
from domain.disputes.people.models import CaseRepresentative
from domain.foundation.basics.calendar import NATIONAL, WorkingCalendar, china_date
from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.basics.grant import Grant
from domain.foundation.basics.ids import new_id
from domain.law.deadlines.clocks import Outcome
from domain.law.deadlines.codes import DeadlineKind
from domain.law.deadlines.schedule import CONFIRMATION_ACCEPTANCE
from domain.law.deadlines.service import close_deadline, open_deadline

# Whose word makes an application joint: of all of them, as a ruling binds them all; a third party may consent as well.
BOTH_SIDES = frozenset({PartySide.APPLICANT, PartySide.RESPONDENT})


@takes_checked
async def apply_confirmation(
    session: AsyncSession,
    grant: Grant,
    command: ApplyConfirmation,
    *,
    clock: Clock,
    calendar: WorkingCalendar = NATIONAL,
) -> CaseRef:
    """Record both sides' application; from now on the court sees the case.

    Raises RefusedByRule AGR3 before the agreement is in effect, CONF1 when it is late or not joint, CONF3 for a
    court that is not competent, CONF4 without a written agreement, CONF_ONCE if one is pending or was confirmed.
    """
    change = await open_case(session, grant, CaseAction.APPLY_CONFIRMATION, command.expected_version, clock, calendar)
    consents = _consents(command, change)
    basis, covers = await competent(session, change, command)
    joint = command.joint and await _everybody_applies(change, {one.party_id for one in consents})
    change.require(ApplyRuleInput(joint=joint, court_covers=covers))
    case, today = change.case, china_date(change.now)
    decide_by = CONFIRMATION_ACCEPTANCE.last_day(today, change.calendar)
    confirmation = JudicialConfirmation(
        county_id=case.county_id,
        id=new_id(),
        case_id=case.id,
        court_id=command.court_id,
        status=ConfirmationStatus.APPLIED,
        applied_at=change.now,
        applied_by=grant.actor.user_id,
        apply_by=last_day_to_apply(change.loaded.facts, change.calendar),
        basis=basis,
        place_id=command.place_id,
        resident_id=command.resident_id,
        concerns_title=command.concerns_title,
        decide_by=decide_by,
    )
    session.add(confirmation)
    await session.flush()
    session.add_all(
        ConfirmationConsent(
            county_id=case.county_id,
            id=new_id(),
            case_id=case.id,
            confirmation_id=confirmation.id,
            party_id=one.party_id,
            consented_at=one.consented_at,
            recorded_by=grant.actor.user_id,
        )
        for one in consents
    )
    _supply(change, confirmation, command.materials)
    case.court_id = command.court_id
    return await change.complete(
        note=command.note, payload={"court": str(command.court_id), "decide_by": decide_by.isoformat()}
    )


@takes_checked
async def supply_material(session: AsyncSession, grant: Grant, command: SupplyMaterial, *, clock: Clock) -> CaseRef:
    """Add material to the application (CONF4), in the time that the court set, if it set one (CONF7).

    Complete at last, the court's three days to decide open_case anew.
    """
    change = await open_case(session, grant, CaseAction.SUPPLY_MATERIAL, command.expected_version, clock)
    case = change.case
    confirmation = await open_application(session, case.county_id, case.id, *OPEN)
    there = await read_supplied(session, confirmation)
    if there & set(command.materials):
        raise InvalidInput("该材料已经提交", "this material was supplied already", field="materials")
    _supply(change, confirmation, command.materials)
    complete = required_material(concerns_title=confirmation.concerns_title) <= there | set(command.materials)
    if complete and confirmation.status == ConfirmationStatus.APPLIED and confirmation.material_due_on is not None:
        confirmation.decide_by = CONFIRMATION_ACCEPTANCE.last_day(china_date(change.now), change.calendar)
        await close_deadline(session, case, DeadlineKind.CONFIRMATION_MATERIAL, Outcome.SATISFIED, now=change.now)
        await open_deadline(session, case, CONFIRMATION_ACCEPTANCE, change.now, now=change.now)
    return await change.complete(note=command.note, payload={"court": str(confirmation.court_id), "complete": complete})


@takes_checked
async def withdraw_confirmation(
    session: AsyncSession, grant: Grant, command: WithdrawConfirmation, *, clock: Clock
) -> CaseRef:
    """End the application before the ruling: the parties withdraw it, or material was not supplied in time (CONF7).

    The court loses sight of the case, unless the case was entrusted by it or referred to it.
    """
    change = await open_case(session, grant, CaseAction.WITHDRAW_CONFIRMATION, command.expected_version, clock)
    case = change.case
    confirmation = await open_application(session, case.county_id, case.id, *OPEN)
    facts, due = change.loaded.facts, confirmation.material_due_on
    overdue = due is not None and not facts.confirmation_material_complete and china_date(change.now) > due
    by_parties = command.withdrawal is ConfirmationWithdrawal.BY_PARTIES
    change.require(WithdrawalRuleInput(by_parties=by_parties, material_overdue=overdue))
    confirmation.status = ConfirmationStatus.WITHDRAWN
    confirmation.withdrawn_at = change.now
    confirmation.withdrawal = command.withdrawal
    case.court_id = await court_left(session, case)
    return await change.complete(
        note=command.note, payload={"court": str(confirmation.court_id), "withdrawal": command.withdrawal}
    )


async def court_left(session: AsyncSession, case: Case) -> UUID | None:
    """The court that still has to do with the case when an application is over: which referred or entrusted it."""
    return case.court_id if case.status == CaseStatus.REFERRED_TO_COURT else await inviting_court(session, case)


async def read_supplied(session: AsyncSession, confirmation: JudicialConfirmation) -> set[ConfirmationMaterial]:
    """Which material the court has."""
    found = await session.scalars(
        select(ConfirmationMaterialSupplied.kind).where(
            ConfirmationMaterialSupplied.county_id == confirmation.county_id,
            ConfirmationMaterialSupplied.confirmation_id == confirmation.id,
        )
    )
    return {ConfirmationMaterial(kind) for kind in found}


def _supply(change: CaseChange, confirmation: JudicialConfirmation, materials: Iterable[ConfirmationMaterial]) -> None:
    change.session.add_all(
        ConfirmationMaterialSupplied(
            county_id=confirmation.county_id,
            id=new_id(),
            case_id=confirmation.case_id,
            confirmation_id=confirmation.id,
            kind=kind,
            provided_at=change.now,
            provided_by=change.grant.actor.user_id,
        )
        for kind in materials
    )


async def _everybody_applies(change: CaseChange, consenting: Collection[UUID]) -> bool:
    """Every party of both sides; for a side that chose representatives (REP_GROUP), one of those is enough."""
    case = change.case
    leading = await change.session.scalars(
        select(CaseRepresentative.party_id).where(
            CaseRepresentative.county_id == case.county_id,
            CaseRepresentative.case_id == case.id,
            CaseRepresentative.kind == RepresentativeKind.GROUP_REPRESENTATIVE,
            CaseRepresentative.valid_from <= change.now,
            or_(CaseRepresentative.valid_until.is_(None), CaseRepresentative.valid_until > change.now),
        )
    )
    chosen = frozenset(leading)
    for side in BOTH_SIDES:
        parties = {party.id for party in change.loaded.parties if party.side == side}
        if not parties or not (parties <= set(consenting) or parties & chosen & set(consenting)):
            return False
    return True


def _consents(command: ApplyConfirmation, change: CaseChange) -> list[Consent]:
    """Who consents, and when, once there is an agreement: as named; else, applying jointly, all of both sides, now."""
    parties, now, agreement = change.loaded.parties, change.now, change.loaded.agreement
    assert agreement is not None  # AGR3
    if not command.consents:
        return [Consent(party.id, now) for party in parties if command.joint and party.side in BOTH_SIDES]
    of_case = {party.id for party in parties}
    for index, one in enumerate(command.consents):
        if one.party_id not in of_case:
            raise InvalidInput("申请人应为本案当事人", "must be a party of the case", field=f"consents.{index}.partyId")
        if one.consented_at < agreement.reached_at:
            raise InvalidInput(
                "同意时间不得早于达成协议时间",
                "a consent may not be older than the agreement",
                field=f"consents.{index}.consentedAt",
            )
    return list(command.consents)
