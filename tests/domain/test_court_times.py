"""Clocks of confirmation and entrustment at their boundaries, through the services, on real PostgreSQL."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.codes.enums import CaseAction, CaseStatus, EntrustmentStatus, PartyKind, PartySide
from domain.disputes.cases.models import Case, Obligation
from domain.disputes.court_entrustment import service as linkage
from domain.disputes.court_entrustment.codes import EntrustmentReturn
from domain.disputes.court_entrustment.commands import AcceptEntrustment, EntrustCase, ReturnEntrustment
from domain.disputes.court_entrustment.models import CourtEntrustment
from domain.disputes.exceptional_actions.models import CaseBreach
from domain.disputes.judicial_confirmation import service as confirmations
from domain.disputes.judicial_confirmation.codes import ConfirmationMaterial, ConfirmationWithdrawal
from domain.disputes.judicial_confirmation.commands import (
    AcceptConfirmation,
    ApplyConfirmation,
    ApplyEnforcement,
    ExtendConfirmation,
    RuleConfirmation,
    SupplyMaterial,
    WithdrawConfirmation,
)
from domain.disputes.judicial_confirmation.models import JudicialConfirmation
from domain.disputes.judicial_confirmation.rules import required_material
from domain.disputes.rules.asking import RefusedByRule
from domain.foundation.basics.calendar import end_of_day
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.basics.ids import new_id
from domain.law.deadlines.calendar import set_day
from domain.law.deadlines.commands import SetCalendarDay
from tests.domain.conftest import Begin
from tests.support.builders import NOW, SmallCounty, a_case, a_grant, a_registration, an_organisation, at

_A = CaseAction
_numbers = itertools.count(1)
# The tribunal of `a_county` is told apart from other actors by its judge; the committee by its mediator.
ENCLOSED = tuple(required_material(concerns_title=False))


async def _do(
    begin: Begin, county: SmallCounty, action: CaseAction, case_id: UUID, perform: Any, command: Any, *,
    by: str = "judge", now: datetime = NOW,
) -> Any:  # fmt: skip
    async with begin() as session:
        return await perform(session, a_grant(county, action, case_id, by=by), command, clock=at(now))


async def _applied(begin: Begin, county: SmallCounty, *materials: ConfirmationMaterial) -> UUID:
    async with begin() as session:
        case_id = (await a_case(session, county, CaseStatus.AGREED, agreement="written")).id
    command = ApplyConfirmation(1, county.tribunal, joint=True, materials=materials)
    await _do(begin, county, _A.APPLY_CONFIRMATION, case_id, confirmations.apply_confirmation, command, by="dispatcher")
    return case_id


async def _the(begin: Begin, model: Any, case_id: UUID) -> Any:
    async with begin() as session:
        return await session.scalar(select(model).where(model.case_id == case_id))


async def _court_of(begin: Begin, case_id: UUID) -> UUID | None:
    async with begin() as session:
        found: UUID | None = await session.scalar(select(Case.court_id).where(Case.id == case_id))
        return found


async def test_material_not_supplied_in_the_time_set_is_a_withdrawal(county: SmallCounty, begin: Begin) -> None:
    case_id = await _applied(begin, county, ConfirmationMaterial.AGREEMENT)
    due = date(2026, 3, 6)
    ask = AcceptConfirmation(2, accepted=False, material_due_on=due)
    await _do(begin, county, _A.ACCEPT_CONFIRMATION, case_id, confirmations.accept_confirmation, ask)
    supply = SupplyMaterial(3, (ConfirmationMaterial.MEDIATION_PROOF,))
    overdue = WithdrawConfirmation(3, ConfirmationWithdrawal.MATERIAL_NOT_SUPPLIED)
    last, after = end_of_day(due), end_of_day(due) + timedelta(microseconds=1)
    for action, perform, command, moment in (
        (_A.WITHDRAW_CONFIRMATION, confirmations.withdraw_confirmation, overdue, last),
        (_A.SUPPLY_MATERIAL, confirmations.supply_material, supply, after),
        (_A.ACCEPT_CONFIRMATION, confirmations.accept_confirmation, replace(ask, expected_version=3), after),
    ):
        with pytest.raises(RefusedByRule) as refused:
            await _do(begin, county, action, case_id, perform, command, now=moment)
        assert refused.value.rule == "CONF7", action
    await _do(begin, county, _A.SUPPLY_MATERIAL, case_id, confirmations.supply_material, supply, now=last)
    assert await _court_of(begin, case_id) == county.tribunal
    command = replace(overdue, expected_version=4)
    await _do(begin, county, _A.WITHDRAW_CONFIRMATION, case_id, confirmations.withdraw_confirmation, command, now=after)
    found = await _the(begin, JudicialConfirmation, case_id)
    assert (found.status, found.withdrawal) == ("withdrawn", "material_not_supplied")
    assert await _court_of(begin, case_id) is None


async def test_the_ruling_is_extended_by_ten_days_until_its_last_day(county: SmallCounty, begin: Begin) -> None:
    case_id = await _applied(begin, county, *ENCLOSED)
    accept = AcceptConfirmation(2, accepted=True)
    await _do(begin, county, _A.ACCEPT_CONFIRMATION, case_id, confirmations.accept_confirmation, accept)
    found = await _the(begin, JudicialConfirmation, case_id)
    # From Monday the second of March: three days, fifteen, thirty.
    assert (found.decide_by, found.rule_by, found.conclude_by) == (
        date(2026, 3, 5), date(2026, 3, 17), date(2026, 4, 1)
    )  # fmt: skip
    extend, last = ExtendConfirmation(3, "案情复杂"), end_of_day(date(2026, 3, 17))
    with pytest.raises(RefusedByRule) as refused:
        await _do(
            begin, county, _A.EXTEND_CONFIRMATION, case_id, confirmations.extend_confirmation, extend,
            now=last + timedelta(microseconds=1),
        )  # fmt: skip
    assert refused.value.rule == "CONF8"
    await _do(begin, county, _A.EXTEND_CONFIRMATION, case_id, confirmations.extend_confirmation, extend, now=last)
    found = await _the(begin, JudicialConfirmation, case_id)
    assert (found.rule_by, found.extended_at) == (date(2026, 3, 27), last)


async def _day_off(begin: Begin, county: SmallCounty, day: date) -> None:
    async with begin() as session:
        grant = replace(a_grant(county, _A.ACCEPT, county.area), action="set")
        await set_day(session, grant, SetCalendarDay(day, working=False, reason="试验停工（虚构）"), clock=lambda: NOW)


async def test_days_off_move_the_court_s_days_wherever_they_are_kept(county: SmallCounty, begin: Begin) -> None:
    case_id = await _applied(begin, county, *ENCLOSED)
    # Thursday the fifth; Tuesday the seventeenth; Wednesday the first of April.
    await _day_off(begin, county, date(2026, 3, 5))
    found = await _the(begin, JudicialConfirmation, case_id)
    assert found.decide_by == date(2026, 3, 6)
    accept = AcceptConfirmation(2, accepted=True)
    await _do(begin, county, _A.ACCEPT_CONFIRMATION, case_id, confirmations.accept_confirmation, accept)
    await _day_off(begin, county, date(2026, 3, 17))
    await _day_off(begin, county, date(2026, 4, 1))
    found = await _the(begin, JudicialConfirmation, case_id)
    assert (found.decide_by, found.rule_by, found.conclude_by) == (
        date(2026, 3, 6), date(2026, 3, 18), date(2026, 4, 2)
    )  # fmt: skip
    # CONF10: two years from the ruling, a Thursday.
    rule = RuleConfirmation(3, confirmed=True)
    await _do(begin, county, _A.RULE_CONFIRMATION, case_id, confirmations.rule_confirmation, rule)
    found = await _the(begin, JudicialConfirmation, case_id)
    assert found.enforce_by == date(2028, 3, 2)
    await _day_off(begin, county, date(2028, 3, 2))
    found = await _the(begin, JudicialConfirmation, case_id)
    # What is over keeps its days.
    assert (found.enforce_by, found.rule_by) == (date(2028, 3, 3), date(2026, 3, 18))


async def test_the_ruling_of_an_extended_application_moves_too(county: SmallCounty, begin: Begin) -> None:
    case_id = await _applied(begin, county, *ENCLOSED)
    accept, extend = AcceptConfirmation(2, accepted=True), ExtendConfirmation(3, "案情复杂")
    await _do(begin, county, _A.ACCEPT_CONFIRMATION, case_id, confirmations.accept_confirmation, accept)
    await _do(begin, county, _A.EXTEND_CONFIRMATION, case_id, confirmations.extend_confirmation, extend)
    await _day_off(begin, county, date(2026, 3, 27))
    found = await _the(begin, JudicialConfirmation, case_id)
    # The twenty-seventh is a Friday.
    assert found.rule_by == date(2026, 3, 30)


@pytest.mark.parametrize(("home", "competent"), [("county", True), ("city", False), ("province", False)])
async def test_only_a_court_at_the_base_level_confirms(
    county: SmallCounty, begin: Begin, home: str, *, competent: bool
) -> None:
    """CONF3: a city's court serves the place as well, and is none that the parties may ask."""
    async with begin() as session:
        seat = await an_organisation(session, county.id, home)
        court = await an_organisation(session, county.id, "court", home=seat, serves=(county.town,))
        case_id = (await a_case(session, county, CaseStatus.AGREED, agreement="written")).id
    command = ApplyConfirmation(1, court.id, joint=True, materials=ENCLOSED)
    apply = _do(
        begin, county, _A.APPLY_CONFIRMATION, case_id, confirmations.apply_confirmation, command, by="dispatcher"
    )
    if competent:
        await apply
        return
    with pytest.raises(RefusedByRule) as refused:
        await apply
    assert refused.value.rule == "CONF3"


@pytest.mark.parametrize(("home", "competent"), [("county", True), ("city", False)])
async def test_a_court_of_the_same_level_enforces_where_property_lies(
    county: SmallCounty, begin: Begin, home: str, *, competent: bool
) -> None:
    async with begin() as session:
        seat = await an_organisation(session, county.id, home)
        court = await an_organisation(session, county.id, "court", home=seat, serves=(county.town,))
        case = await a_case(
            session, county, CaseStatus.PERFORMING, agreement="written", obligations=1, confirmation="confirmed"
        )
        obligation = await session.scalar(select(Obligation).where(Obligation.case_id == case.id))
        assert obligation is not None
        session.add(
            CaseBreach(
                county_id=county.id,
                id=new_id(),
                case_id=case.id,
                obligation_id=obligation.id,
                reported_at=NOW,
                reported_by=county.mediator,
                refused=True,
                description="试验：分文未付",
                remedy="enforcement",
                enforce_by=date(2028, 3, 2),
            )
        )
        command = ApplyEnforcement(1, obligation.creditor_id, court.id, county.town)
    apply = _do(begin, county, _A.APPLY_ENFORCEMENT, case.id, confirmations.apply_enforcement, command, by="mediator")
    if competent:
        await apply
        return
    with pytest.raises(RefusedByRule) as refused:
        await apply
    assert refused.value.rule == "ENF_COURT"


async def _entrusted(begin: Begin, county: SmallCounty) -> UUID:
    case_id = new_id()
    command = EntrustCase(a_registration(county), county.committee, f"(2026)试诉前调{next(_numbers)}号")
    await _do(begin, county, _A.ENTRUST, case_id, linkage.entrust, command)
    return case_id


async def test_an_entrustment_is_accepted_within_three_working_days(county: SmallCounty, begin: Begin) -> None:
    late, in_time = await _entrusted(begin, county), await _entrusted(begin, county)
    found = await _the(begin, CourtEntrustment, late)
    assert found.accept_by == date(2026, 3, 5)
    accept = AcceptEntrustment(1, NOW)
    last = end_of_day(date(2026, 3, 5))
    with pytest.raises(RefusedByRule) as refused:
        await _do(
            begin, county, _A.ACCEPT_ENTRUSTMENT, late, linkage.accept_entrustment, accept, by="mediator",
            now=last + timedelta(microseconds=1),
        )  # fmt: skip
    assert refused.value.rule == "CRT2"
    await _do(
        begin, county, _A.ACCEPT_ENTRUSTMENT, in_time, linkage.accept_entrustment, accept, by="mediator", now=last
    )
    found = await _the(begin, CourtEntrustment, in_time)
    # The thirtieth day after the fifth of March is a Saturday, and Qingming's days off follow it.
    assert (found.status, found.mediate_by) == (EntrustmentStatus.ACCEPTED, date(2026, 4, 7))
    async with begin() as session:
        case = await session.scalar(select(Case).where(Case.id == in_time))
        assert case is not None
        assert (case.status, case.due_at) == (CaseStatus.ACCEPTED, end_of_day(date(2026, 4, 7)))
        assert (case.court_id, case.handler_id) == (county.tribunal, county.committee)
    # What was not accepted goes back, and the court keeps it.
    back = ReturnEntrustment(1, EntrustmentReturn.TIME_PASSED)
    await _do(begin, county, _A.RETURN_ENTRUSTMENT, late, linkage.return_entrustment, back, by="mediator")
    assert await _court_of(begin, late) == county.tribunal


async def test_a_court_s_number_is_entrusted_once_at_a_time(county: SmallCounty, begin: Begin) -> None:
    async def entrust(number: str) -> UUID:
        command = EntrustCase(a_registration(county), county.committee, number)
        outcome = await _do(begin, county, _A.ENTRUST, new_id(), linkage.entrust, command)
        case_id: UUID = outcome.case.id
        return case_id

    done = await asyncio.gather(*(entrust("(2026)试诉前调99号") for _ in range(4)), return_exceptions=True)
    (made,) = [one for one in done if isinstance(one, UUID)]
    refused = [one for one in done if isinstance(one, InvalidInput)]
    assert [(one.field, one.code) for one in refused] == [("referenceNumber", "ENTRUSTED_ALREADY")] * 3
    with pytest.raises(InvalidInput):
        await entrust("（2026）试诉前调99号")
    # What came back may be entrusted again, to whoever may take it on.
    back = ReturnEntrustment(1, EntrustmentReturn.CANNOT_TAKE_ON)
    await _do(begin, county, _A.RETURN_ENTRUSTMENT, made, linkage.return_entrustment, back, by="mediator")
    await entrust("(2026)试诉前调99号")


async def test_personal_data_needs_consent_from_a_court_too(county: SmallCounty, begin: Begin) -> None:
    """PI1 holds for what a court registers as for everybody."""
    from domain.disputes.cases.commands import NewParty
    from tests.support.builders import an_identity_number

    parties = (
        NewParty(PartySide.APPLICANT, PartyKind.PERSON, "甲某（虚构）", id_number=an_identity_number()),
        NewParty(PartySide.RESPONDENT, PartyKind.PERSON, "乙某（虚构）"),
    )
    command = EntrustCase(a_registration(county, parties=parties), county.committee, "(2026)试诉前调2号")
    with pytest.raises(RefusedByRule) as refused:
        await _do(begin, county, _A.ENTRUST, new_id(), linkage.entrust, command)
    assert refused.value.rule == "PI1"
