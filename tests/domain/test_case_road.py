"""The main road in one story; and what every step upon a case is subject to: version, status, county, all or nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.codes.enums import (
    CaseAction,
    CaseScale,
    CaseStatus,
    RiskLevel,
    Role,
    SessionForm,
)
from domain.disputes.cases import service as cases
from domain.disputes.cases.commands import (
    AssessRisk,
    CaseRef,
    CloseCase,
    DispatchCase,
    FollowUpCase,
    FulfilCase,
    Fulfilment,
    HoldSession,
    TakeOnCase,
)
from domain.disputes.cases.lifecycle import actions_open_in
from domain.disputes.cases.models import (
    CaseNumberCounter,
    CaseParty,
    CaseTimeline,
    Obligation,
)
from domain.disputes.judicial_confirmation import service as confirmations
from domain.disputes.judicial_confirmation.commands import AcceptConfirmation, ApplyConfirmation, RuleConfirmation
from domain.disputes.judicial_confirmation.models import JudicialConfirmation
from domain.disputes.judicial_confirmation.rules import required_material
from domain.disputes.rules.asking import RefusedByRule
from domain.foundation.basics.errors import (
    Forbidden,
    NotFound,
    StaleVersion,
)
from domain.foundation.basics.ids import new_id
from tests.domain.case_steps import ACCEPT, WRITTEN, load_case, topics_of, write_case
from tests.domain.conftest import Begin
from tests.support.builders import (
    NOW,
    SmallCounty,
    a_grant,
    a_registration,
    at,
)

_A = CaseAction
_CLOCK = at()


async def test_from_registration_to_closure_with_a_confirmed_agreement(county: SmallCounty, begin: Begin) -> None:
    case_id = new_id()
    async with begin() as session:
        outcome = await cases.register(
            session, a_grant(county, _A.REGISTER, case_id), a_registration(county), clock=_CLOCK
        )
    assert outcome.number == "(2026)试镇人调字第00001号"
    assert outcome.case == CaseRef(county.id, case_id, 1, CaseStatus.REGISTERED)

    async def step(action: CaseAction, perform: Any, command: Any, by: str = "dispatcher") -> CaseRef:
        async with begin() as session:
            reference: CaseRef = await perform(session, a_grant(county, action, case_id, by=by), command, clock=_CLOCK)
        return reference

    reached = [
        await step(_A.ACCEPT, cases.accept, ACCEPT),
        await step(
            _A.ASSESS_RISK, cases.assess_risk, AssessRisk(2, RiskLevel.YELLOW, CaseScale.INDIVIDUAL, people_count=2)
        ),
        await step(_A.DISPATCH, cases.dispatch, DispatchCase(3, county.committee)),
        await step(_A.TAKE_ON, cases.take_on, TakeOnCase(4, (county.mediator,)), "mediator"),
        await step(
            _A.HOLD_SESSION,
            cases.hold_session,
            HoldSession(5, SessionForm.JOINT, NOW, attendees="双方", record="笔录"),
            "mediator",
        ),
        await step(_A.AGREE, cases.agree, replace(WRITTEN, expected_version=6), "mediator"),
        await step(
            _A.APPLY_CONFIRMATION,
            confirmations.apply_confirmation,
            ApplyConfirmation(7, county.tribunal, joint=True, materials=tuple(required_material(concerns_title=False))),
        ),
        await step(
            _A.ACCEPT_CONFIRMATION,
            confirmations.accept_confirmation,
            AcceptConfirmation(8, accepted=True, number="(2026)试民特1号"),
            "judge",
        ),
        await step(_A.RULE_CONFIRMATION, confirmations.rule_confirmation, RuleConfirmation(9, confirmed=True), "judge"),
    ]
    async with begin() as session:
        owed = await session.scalar(select(Obligation.id).where(Obligation.case_id == case_id))
        assert owed is not None
    reached += [
        await step(_A.FULFIL, cases.fulfil, FulfilCase(10, (Fulfilment(owed, "转账凭证", NOW),)), "mediator"),
        await step(
            _A.FOLLOW_UP,
            cases.follow_up,
            FollowUpCase(visited_at=NOW, record="双方满意", satisfaction=5, expected_version=11),
            "mediator",
        ),
        await step(_A.CLOSE, cases.close, CloseCase(12)),
    ]
    assert [reference.status for reference in reached] == [
        "accepted", "accepted", "dispatched", "handling", "handling", "agreed", "agreed", "agreed", "agreed",
        "fulfilled", "fulfilled", "closed",
    ]  # fmt: skip
    assert [reference.version for reference in reached] == list(range(2, 14))

    case = await load_case(begin, case_id)
    assert (case.grid_id, case.community_id, case.town_id) == (county.grid, county.community, county.town)
    assert (case.organisation_id, case.handler_id, case.court_id) == (county.centre, county.committee, county.tribunal)
    assert case.rights_told_at == ACCEPT.rights_told_at
    assert case.due_at is not None
    assert case.due_at.isoformat() == "2026-04-02T15:59:59.999999+00:00"
    assert case.concluded_at == case.settled_at == NOW
    async with begin() as session:
        timeline = (
            await session.execute(
                select(CaseTimeline.version, CaseTimeline.action, CaseTimeline.role)
                .where(CaseTimeline.case_id == case_id)
                .order_by(CaseTimeline.version)
            )
        ).all()
        confirmation = await session.scalar(select(JudicialConfirmation).where(JudicialConfirmation.case_id == case_id))
    assert [entry.version for entry in timeline] == list(range(1, 14))
    assert timeline[4] == (5, _A.TAKE_ON, Role.MEDIATOR)
    assert confirmation is not None
    assert (confirmation.status, confirmation.number) == ("confirmed", "(2026)试民特1号")
    # Thirty days from the second of March; two years from the last day for payment, the first of April 2026, would
    # be a Saturday.
    assert confirmation.apply_by == date(2026, 4, 1)
    assert confirmation.enforce_by == date(2028, 4, 3)
    assert (await topics_of(begin, case_id))[0] == "case.registered"
    assert len(await topics_of(begin, case_id)) == 13


async def test_a_stale_version_changes_nothing(county: SmallCounty, begin: Begin) -> None:
    case_id = await write_case(begin, county, CaseStatus.REGISTERED, version=4)
    with pytest.raises(StaleVersion) as refused:
        async with begin() as session:
            await cases.accept(session, a_grant(county, _A.ACCEPT, case_id), ACCEPT, clock=_CLOCK)
    assert (refused.value.expected, refused.value.current) == (1, 4)
    assert (await load_case(begin, case_id)).status == CaseStatus.REGISTERED


async def test_of_two_at_once_one_is_too_late(county: SmallCounty, begin: Begin) -> None:
    case_id = await write_case(begin, county, CaseStatus.REGISTERED)
    together = asyncio.Barrier(2)

    async def accept() -> CaseRef:
        async with begin() as session:
            await together.wait()
            return await cases.accept(session, a_grant(county, _A.ACCEPT, case_id), ACCEPT, clock=_CLOCK)

    results = await asyncio.gather(accept(), accept(), return_exceptions=True)
    assert {type(result) for result in results} == {CaseRef, StaleVersion}
    assert (await load_case(begin, case_id)).version == 2


async def test_a_wrong_status_is_refused_with_what_is_open_instead(county: SmallCounty, begin: Begin) -> None:
    case_id = await write_case(begin, county, CaseStatus.CLOSED)
    with pytest.raises(RefusedByRule) as refused:
        async with begin() as session:
            await cases.accept(session, a_grant(county, _A.ACCEPT, case_id), ACCEPT, clock=_CLOCK)
    assert refused.value.rule == "LIFECYCLE"
    assert {_A.FOLLOW_UP, _A.REOPEN, _A.ARCHIVE} <= set(refused.value.open_actions)
    assert refused.value.open_actions == actions_open_in(CaseStatus.CLOSED)


async def test_a_failure_half_way_leaves_nothing(county: SmallCounty, begin: Begin) -> None:
    """The timeline has an entry for the next version already: writing it fails after case and agreement were written."""
    case_id = await write_case(begin, county, CaseStatus.HANDLING, sessions=1)
    async with begin() as session:
        session.add(
            CaseTimeline(
                county_id=county.id,
                id=new_id(),
                case_id=case_id,
                version=2,
                action=_A.AGREE,
                to_status=CaseStatus.AGREED,
                at=NOW,
                actor_id=county.mediator,
                organisation_id=county.committee,
                role=Role.MEDIATOR,
            )
        )
    with pytest.raises(Exception, match="case_timeline"):
        async with begin() as session:
            await cases.agree(session, a_grant(county, _A.AGREE, case_id, by="mediator"), WRITTEN, clock=_CLOCK)
    case = await load_case(begin, case_id)
    assert (case.status, case.version, case.settled_at) == (CaseStatus.HANDLING, 1, None)
    async with begin() as session:
        assert await session.scalar(select(func.count()).select_from(Obligation)) == 0
    assert await topics_of(begin, case_id) == []


async def test_a_registration_that_fails_gives_its_number_back(county: SmallCounty, begin: Begin) -> None:
    class Interrupted(Exception):  # noqa: N818
        pass

    async def register(*, interrupt: bool) -> str:
        async with begin() as session:
            outcome = await cases.register(
                session, a_grant(county, _A.REGISTER, new_id()), a_registration(county), clock=_CLOCK
            )
            if interrupt:
                raise Interrupted
        return outcome.number

    with pytest.raises(Interrupted):
        await register(interrupt=True)
    async with begin() as session:
        assert await session.scalar(select(func.count()).select_from(CaseParty)) == 0
        assert await session.scalar(select(CaseNumberCounter.last)) is None
    assert await register(interrupt=False) == "(2026)试镇人调字第00001号"


async def test_a_case_of_another_county_is_not_found(county: SmallCounty, begin: Begin) -> None:
    with pytest.raises(NotFound):
        async with begin() as session:
            await cases.accept(session, a_grant(county, _A.ACCEPT, new_id()), ACCEPT, clock=_CLOCK)


async def test_a_grant_serves_its_own_action_and_county_alone(county: SmallCounty, begin: Begin) -> None:
    case_id = await write_case(begin, county, CaseStatus.REGISTERED)
    grant = a_grant(county, _A.DECLINE, case_id)
    foreigner = replace(grant, action=_A.ACCEPT.value, actor=replace(grant.actor, county_id=county.id + 1))
    async with begin() as session:
        with pytest.raises(AssertionError, match="was used for accept"):
            await cases.accept(session, grant, ACCEPT, clock=_CLOCK)
        with pytest.raises(Forbidden):
            await cases.accept(session, foreigner, ACCEPT, clock=_CLOCK)
