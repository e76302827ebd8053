"""Protection (妇儿保护、家庭暴力): addresses hidden at once, measures with their clocks, duties to report, clue notices."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction, ParticipantRelation, PartnerKind
from domain.disputes.cases.commands import CaseRef
from domain.disputes.cases.intake import PROTECTING_KINDS
from domain.disputes.cases.models import CaseParticipant
from domain.disputes.cases.workflow import CaseChange, open_case
from domain.disputes.protection.case_rules import MeasureRuleInput, ProtectRuleInput
from domain.disputes.protection.codes import MeasureKind
from domain.disputes.protection.commands import (
    AcknowledgeClue,
    FulfilDuty,
    Protect,
    RecordMeasure,
    SendClue,
)
from domain.disputes.protection.models import ClueNotice, ProtectionMeasure
from domain.disputes.protection.people import add_protectors, hide_address, protect_elsewhere
from domain.foundation.basics.calendar import china_date
from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.basics.grant import Grant
from domain.foundation.basics.ids import new_id
from domain.law.deadlines.clocks import Outcome
from domain.law.deadlines.codes import DeadlineKind
from domain.law.deadlines.schedule import PROTECTION_ORDER, PROTECTION_ORDER_URGENT, PROTECTION_VALIDITY
from domain.law.deadlines.service import close_deadline, open_deadline
from domain.law.report_duties.models import ReportDuty
from domain.tenancy.locations import kinds_covering, place_of, serving_members

POLICE = frozenset({PartnerKind.POLICE_STATION, PartnerKind.POLICE_BUREAU})
COURTS = frozenset({PartnerKind.COURT, PartnerKind.TRIBUNAL})
# Who takes which measure: the police warn (反家庭暴力法 16), a court orders (23).
TAKERS = {kind: POLICE if kind is MeasureKind.WRITTEN_WARNING else COURTS for kind in MeasureKind}
# Whose officers acknowledge clue notices; a court does once it is seized of the case.
TOLD = POLICE | {
    PartnerKind.WOMENS_FEDERATION,
    PartnerKind.PROCURATORATE,
    PartnerKind.JUSTICE_OFFICE,
    PartnerKind.JUSTICE_BUREAU,
    PartnerKind.DEPARTMENT,
    PartnerKind.PETITION_OFFICE,
}
# A court's answer to an application for an order.
ANSWERS = frozenset({MeasureKind.ORDER_ISSUED, MeasureKind.ORDER_REFUSED})


@takes_checked
async def protect(session: AsyncSession, grant: Grant, command: Protect, *, clock: Clock) -> CaseRef:
    """Hide the parties' addresses from all but the team, here and in every other case of the same people (PROT1).

    The caller joins the team when acting for a centre or a women's federation. Whose address it is reads it from their
    own account, unless it is closed to that too. Raises InvalidInput for a party of another case, and for a protector
    who does not serve in the county.
    """
    change = await open_case(session, grant, CaseAction.PROTECT, command.expected_version, clock)
    parties = {party.id: party for party in change.loaded.parties}
    for index, party_id in enumerate(command.party_ids):
        if party_id not in parties:
            raise InvalidInput("没有该当事人", "there is no such party", field=f"partyIds.{index}")
    named = frozenset(command.protector_ids)
    if named and await serving_members(session, grant.county_id, named, change.now) != named:
        raise InvalidInput("保护人员应为本县在职人员", "protectors must serve in the county", field="protectorIds")
    own = {grant.actor.user_id} if grant.membership.organisation_kind in PROTECTING_KINDS else set()
    team = named | own
    change.require(ProtectRuleInput(len(team)))
    for party_id in command.party_ids:
        hide_address(parties[party_id], closed=command.address_closed)
    change.case.address_protected = True
    change.case.violence_suspected = change.case.violence_suspected or command.violence_suspected
    await session.flush()
    await add_protectors(change, change.case.id, team)
    numbers = [number for one in command.party_ids if (number := parties[one].id_number) is not None]
    elsewhere = await protect_elsewhere(change, numbers, team, closed=command.address_closed)
    return await change.complete(
        note=command.reason, payload={"parties": len(command.party_ids), "elsewhere": elsewhere}
    )


@takes_checked
async def record_measure(session: AsyncSession, grant: Grant, command: RecordMeasure, *, clock: Clock) -> CaseRef:
    """Record a written warning or a step of a protection order; an application starts 72 hours, urgent 24 (DV3).

    Raises InvalidInput for a body that does not take such measures or does not serve the place.
    """
    change = await open_case(session, grant, CaseAction.RECORD_MEASURE, command.expected_version, clock)
    found = await kinds_covering(session, await place_of(session, change.case), [command.organisation_id], change.now)
    kind, serves = found.get(command.organisation_id, (None, False))
    if kind not in TAKERS[command.kind] or not serves:
        raise InvalidInput(
            "该单位不是有权采取此措施的本地单位",
            "not a body of the place that may take this measure",
            field="organisationId",
        )
    today = china_date(command.taken_at)
    if command.kind is MeasureKind.ORDER_REVOKED and not await _order_stands(change):
        raise InvalidInput(
            "没有可以撤销的人身安全保护令",
            "there is no protection order that could be revoked",
            field="kind",
            code="NO_ORDER",
        )
    change.require(
        MeasureRuleInput(
            issued=command.kind is MeasureKind.ORDER_ISSUED,
            valid_days=None if command.valid_until is None else (command.valid_until - today).days,
            within_validity=command.valid_until is None
            or today < command.valid_until <= PROTECTION_VALIDITY.last_day(today, change.calendar),
        )
    )
    session.add(
        ProtectionMeasure(
            county_id=change.case.county_id,
            id=new_id(),
            case_id=change.case.id,
            kind=command.kind,
            organisation_id=command.organisation_id,
            number=command.number,
            taken_at=command.taken_at,
            urgent=command.urgent,
            valid_until=command.valid_until,
            recorded_by=grant.actor.user_id,
            recorded_at=change.now,
        )
    )
    # Nobody is warned, and no order is asked for, but for violence.
    change.case.violence_suspected = True
    await session.flush()
    await _clock(change, command)
    return await change.complete(payload={"measure": command.kind, "urgent": command.urgent})


async def _order_stands(change: CaseChange) -> bool:
    """An order was issued, and not revoked since."""
    last = await change.session.scalar(
        select(ProtectionMeasure.kind)
        .where(
            ProtectionMeasure.county_id == change.case.county_id,
            ProtectionMeasure.case_id == change.case.id,
            ProtectionMeasure.kind.in_([MeasureKind.ORDER_ISSUED, MeasureKind.ORDER_REVOKED]),
        )
        .order_by(ProtectionMeasure.recorded_at.desc(), ProtectionMeasure.id.desc())
        .limit(1)
    )
    return last == MeasureKind.ORDER_ISSUED


async def _clock(change: CaseChange, command: RecordMeasure) -> None:
    """An application starts the court's clock, its answer stops it; an order issued runs until the day it names.

    Another order takes the place of one that still runs.
    """
    if command.kind is MeasureKind.ORDER_APPLIED:
        period = PROTECTION_ORDER_URGENT if command.urgent else PROTECTION_ORDER
        await open_deadline(
            change.session, change.case, period, command.taken_at, now=change.now, calendar=change.calendar
        )
    if command.kind in ANSWERS:
        kind = DeadlineKind.PROTECTION_ORDER
        await close_deadline(change.session, change.case, kind, Outcome.SATISFIED, now=change.now)
    if command.kind in {MeasureKind.ORDER_ISSUED, MeasureKind.ORDER_REVOKED}:
        kind = DeadlineKind.PROTECTION_VALIDITY
        await close_deadline(change.session, change.case, kind, Outcome.CANCELLED, now=change.now)
    if command.kind is MeasureKind.ORDER_ISSUED and command.valid_until is not None:
        days = (command.valid_until - china_date(command.taken_at)).days
        period = replace(PROTECTION_VALIDITY, months=0, days=days)
        await open_deadline(
            change.session, change.case, period, command.taken_at, now=change.now, calendar=change.calendar
        )


@takes_checked
async def fulfil_duty(session: AsyncSession, grant: Grant, command: FulfilDuty, *, clock: Clock) -> CaseRef:
    """Record that the authority was told (DV1, MIN1). Who told it is kept and shown to nobody."""
    change = await open_case(session, grant, CaseAction.FULFIL_DUTY, command.expected_version, clock)
    duty = await session.scalar(
        select(ReportDuty).where(
            ReportDuty.county_id == change.case.county_id,
            ReportDuty.case_id == change.case.id,
            ReportDuty.id == command.duty_id,
            ReportDuty.fulfilled_at.is_(None),
        )
    )
    if duty is None:
        raise InvalidInput("没有待履行的此项报告义务", "there is no such duty to report that waits", field="dutyId")
    duty.fulfilled_at, duty.fulfilled_by, duty.record = change.now, grant.actor.user_id, command.record
    return await change.complete(payload={"recipient": duty.recipient})


@takes_checked
async def send_clue(session: AsyncSession, grant: Grant, command: SendClue, *, clock: Clock) -> CaseRef:
    """Send a clue notice: the recipient, which serves the place (else COVERS), observes the case from now on."""
    change = await open_case(session, grant, CaseAction.SEND_CLUE, command.expected_version, clock)
    sender = grant.membership.organisation_id
    found = await kinds_covering(session, await place_of(session, change.case), [command.recipient_id], change.now)
    if command.recipient_id not in found or command.recipient_id == sender:
        raise InvalidInput("没有该单位", "there is no such organisation", field="recipientId")
    if not found[command.recipient_id][1]:
        raise InvalidInput(
            "该单位的管辖范围不含纠纷所在地",
            "does not serve the place of the dispute",
            field="recipientId",
            code="COVERS",
        )
    if found[command.recipient_id][0] not in TOLD and command.recipient_id != change.case.court_id:
        raise InvalidInput(
            "该类单位不接收线索通报",
            "organisations of this kind take no clue notices",
            field="recipientId",
            code="CANNOT_ACKNOWLEDGE",
        )
    term = await _observe(change, command.recipient_id)
    session.add(
        ClueNotice(
            county_id=change.case.county_id,
            id=new_id(),
            case_id=change.case.id,
            sender_id=sender,
            recipient_id=command.recipient_id,
            clue=command.clue,
            sent_at=change.now,
            sent_by=grant.actor.user_id,
            participant_id=term,
        )
    )
    return await change.complete(payload={"recipient": str(command.recipient_id)})


@takes_checked
async def acknowledge_clue(session: AsyncSession, grant: Grant, command: AcknowledgeClue, *, clock: Clock) -> CaseRef:
    """Acknowledge a clue notice for the organisation by which the caller acts."""
    change = await open_case(session, grant, CaseAction.ACKNOWLEDGE_CLUE, command.expected_version, clock)
    notice = await session.scalar(
        select(ClueNotice).where(
            ClueNotice.county_id == change.case.county_id,
            ClueNotice.case_id == change.case.id,
            ClueNotice.id == command.clue_id,
            ClueNotice.recipient_id == grant.membership.organisation_id,
            ClueNotice.acknowledged_at.is_(None),
        )
    )
    if notice is None:
        raise InvalidInput(
            "没有待本单位签收的此条线索", "no such clue notice waits for your organisation", field="clueId"
        )
    notice.acknowledged_at, notice.acknowledged_by = change.now, grant.actor.user_id
    return await change.complete()


async def _observe(change: CaseChange, organisation_id: UUID) -> UUID | None:
    """Let an organisation see the case, if it does not by a term of its own."""
    if any(one.organisation_id == organisation_id and one.valid_until is None for one in change.loaded.participants):
        return None
    term = new_id()
    change.session.add(
        CaseParticipant(
            county_id=change.case.county_id,
            id=term,
            case_id=change.case.id,
            organisation_id=organisation_id,
            relation=ParticipantRelation.OBSERVING,
            valid_from=change.now,
        )
    )
    await change.session.flush()
    return term
