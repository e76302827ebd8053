"""The main road, through the services, on real PostgreSQL as the application's role."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from domain.codes.enums import (
    AgreementForm,
    CaseAction,
    CaseScale,
    CaseStatus,
    RiskLevel,
    Role,
    SessionForm,
)
from domain.disputes.cases import service as cases
from domain.disputes.cases.commands import (
    AcceptCase,
    AgreeCase,
    AssessRisk,
    CaseRef,
    CloseCase,
    DeclineCase,
    DispatchCase,
    FailCase,
    FollowUpCase,
    FulfilCase,
    Fulfilment,
    HoldSession,
    NewObligation,
    ReturnCase,
    TakeOnCase,
)
from domain.disputes.cases.lifecycle import actions_open_in
from domain.disputes.cases.models import (
    Case,
    CaseMediator,
    CaseNumberCounter,
    CaseParticipant,
    CaseParty,
    CaseTimeline,
    Obligation,
)
from domain.disputes.cases.repository import load_for_change
from domain.disputes.judicial_confirmation import service as confirmations
from domain.disputes.judicial_confirmation.commands import AcceptConfirmation, ApplyConfirmation, RuleConfirmation
from domain.disputes.judicial_confirmation.models import JudicialConfirmation
from domain.disputes.judicial_confirmation.rules import RefusalGround, RejectionGround, required_material
from domain.disputes.rules.asking import RefusedByRule
from domain.foundation.basics.errors import (
    Forbidden,
    InvalidInput,
    NotFound,
    StaleVersion,
)
from domain.foundation.basics.ids import new_id
from domain.foundation.outbox.models import OutboxMessage
from tests.domain.conftest import Begin
from tests.support.builders import (
    NOW,
    SmallCounty,
    a_case,
    a_grant,
    a_registration,
    a_user,
    an_organisation,
    at,
)

_A = CaseAction
_CLOCK = at()

ACCEPT = AcceptCase(1, NOW - timedelta(hours=1))
WRITTEN = AgreeCase(
    1,
    AgreementForm.WRITTEN,
    "乙某（虚构）付给甲某（虚构）一千元。",
    reached_at=NOW - timedelta(hours=3),
    all_consented=True,
    obligations=(NewObligation("付款", amount_cents=100_000, due_on=date(2026, 4, 1)),),
    parties_signed_at=NOW - timedelta(hours=2),
    mediator_signed_at=NOW - timedelta(hours=2),
    sealed_at=NOW - timedelta(hours=1),
    copies=3,
)


async def _stored(begin: Begin, case_id: UUID) -> Case:
    async with begin() as session:
        found = await session.scalar(select(Case).where(Case.id == case_id))
        assert found is not None
        return found


async def _topics(begin: Begin, case_id: UUID) -> list[str]:
    async with begin() as session:
        found = await session.scalars(
            select(OutboxMessage.topic).where(OutboxMessage.subject_id == case_id).order_by(OutboxMessage.id)
        )
        return list(found)


async def _put(begin: Begin, county: SmallCounty, status: CaseStatus, **details: Any) -> UUID:
    async with begin() as session:
        return (await a_case(session, county, status, **details)).id


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
        await step(_A.FOLLOW_UP, cases.follow_up, FollowUpCase(11, NOW, "双方满意", satisfaction=5), "mediator"),
        await step(_A.CLOSE, cases.close, CloseCase(12)),
    ]
    assert [reference.status for reference in reached] == [
        "accepted", "accepted", "dispatched", "handling", "handling", "agreed", "agreed", "agreed", "agreed",
        "fulfilled", "fulfilled", "closed",
    ]  # fmt: skip
    assert [reference.version for reference in reached] == list(range(2, 14))

    case = await _stored(begin, case_id)
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
    assert (await _topics(begin, case_id))[0] == "case.registered"
    assert len(await _topics(begin, case_id)) == 13


async def test_a_stale_version_changes_nothing(county: SmallCounty, begin: Begin) -> None:
    case_id = await _put(begin, county, CaseStatus.REGISTERED, version=4)
    with pytest.raises(StaleVersion) as refused:
        async with begin() as session:
            await cases.accept(session, a_grant(county, _A.ACCEPT, case_id), ACCEPT, clock=_CLOCK)
    assert (refused.value.expected, refused.value.current) == (1, 4)
    assert (await _stored(begin, case_id)).status == CaseStatus.REGISTERED


async def test_of_two_at_once_one_is_too_late(county: SmallCounty, begin: Begin) -> None:
    case_id = await _put(begin, county, CaseStatus.REGISTERED)
    together = asyncio.Barrier(2)

    async def accept() -> CaseRef:
        async with begin() as session:
            await together.wait()
            return await cases.accept(session, a_grant(county, _A.ACCEPT, case_id), ACCEPT, clock=_CLOCK)

    results = await asyncio.gather(accept(), accept(), return_exceptions=True)
    assert {type(result) for result in results} == {CaseRef, StaleVersion}
    assert (await _stored(begin, case_id)).version == 2


async def test_a_wrong_status_is_refused_with_what_is_open_instead(county: SmallCounty, begin: Begin) -> None:
    case_id = await _put(begin, county, CaseStatus.CLOSED)
    with pytest.raises(RefusedByRule) as refused:
        async with begin() as session:
            await cases.accept(session, a_grant(county, _A.ACCEPT, case_id), ACCEPT, clock=_CLOCK)
    assert refused.value.rule == "LIFECYCLE"
    assert {_A.FOLLOW_UP, _A.REOPEN, _A.ARCHIVE} <= set(refused.value.open_actions)
    assert refused.value.open_actions == actions_open_in(CaseStatus.CLOSED)


async def test_a_failure_half_way_leaves_nothing(county: SmallCounty, begin: Begin) -> None:
    """The timeline has an entry for the next version already: writing it fails after case and agreement were written."""
    case_id = await _put(begin, county, CaseStatus.HANDLING, sessions=1)
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
    case = await _stored(begin, case_id)
    assert (case.status, case.version, case.settled_at) == (CaseStatus.HANDLING, 1, None)
    async with begin() as session:
        assert await session.scalar(select(func.count()).select_from(Obligation)) == 0
    assert await _topics(begin, case_id) == []


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
    case_id = await _put(begin, county, CaseStatus.REGISTERED)
    grant = a_grant(county, _A.DECLINE, case_id)
    foreigner = replace(grant, action=_A.ACCEPT.value, actor=replace(grant.actor, county_id=county.id + 1))
    async with begin() as session:
        with pytest.raises(AssertionError, match="was used for accept"):
            await cases.accept(session, grant, ACCEPT, clock=_CLOCK)
        with pytest.raises(Forbidden):
            await cases.accept(session, foreigner, ACCEPT, clock=_CLOCK)


async def test_declining_keeps_reason_and_guidance(county: SmallCounty, begin: Begin) -> None:
    case_id = await _put(begin, county, CaseStatus.REGISTERED)
    async with begin() as session:
        command = DeclineCase(1, "不属于调解范围", "可以申请行政复议")
        await cases.decline(session, a_grant(county, _A.DECLINE, case_id), command, clock=_CLOCK)
    case = await _stored(begin, case_id)
    assert (case.status, case.decline_guidance) == (CaseStatus.DECLINED, "可以申请行政复议")


async def test_returning_ends_the_sight_of_those_who_had_it(county: SmallCounty, begin: Begin) -> None:
    case_id = await _put(begin, county, CaseStatus.DISPATCHED)
    async with begin() as session:
        session.add(
            CaseParticipant(
                county_id=county.id,
                id=new_id(),
                case_id=case_id,
                organisation_id=county.tribunal,
                relation="observing",
                valid_from=NOW - timedelta(days=1),
            )
        )
    async with begin() as session:
        grant = a_grant(county, _A.RETURN, case_id, by="mediator")
        await cases.return_case(session, grant, ReturnCase(1, "不属于本会管辖"), clock=_CLOCK)
    case = await _stored(begin, case_id)
    assert (case.status, case.handler_id, case.return_count) == (CaseStatus.ACCEPTED, None, 1)
    async with begin() as session:
        terms = {
            row.relation: row.valid_until
            for row in await session.execute(select(CaseParticipant.relation, CaseParticipant.valid_until))
        }
    assert terms == {"lead": NOW, "observing": None}


async def test_dispatch_goes_to_organisations_that_serve_the_place(county: SmallCounty, begin: Begin) -> None:
    async with begin() as session:
        case_id = (await a_case(session, county, CaseStatus.ACCEPTED, risk_assessed_at=NOW)).id
        elsewhere = await an_organisation(session, county.id, "town")
        stranger = (await an_organisation(session, county.id, "police_station", home=elsewhere)).id
        whole_county = (
            await an_organisation(session, county.id, "police_bureau", home=elsewhere, serves=(county.area,))
        ).id
    grant = a_grant(county, _A.DISPATCH, case_id)
    for named in (DispatchCase(1, stranger), DispatchCase(1, county.committee, (stranger,))):
        with pytest.raises(RefusedByRule) as refused:
            async with begin() as session:
                await cases.dispatch(session, grant, named, clock=_CLOCK)
        assert refused.value.rule == "COVERS"
    for unknown in (DispatchCase(1, new_id()), DispatchCase(1, county.committee, (new_id(),))):
        with pytest.raises(InvalidInput, match="没有该单位"):
            async with begin() as session:
                await cases.dispatch(session, grant, unknown, clock=_CLOCK)
    async with begin() as session:
        await cases.dispatch(session, grant, DispatchCase(1, county.community, (whole_county,)), clock=_CLOCK)
    async with begin() as session:
        relations = {
            row.organisation_id: row.relation
            for row in await session.execute(select(CaseParticipant.organisation_id, CaseParticipant.relation))
        }
    assert relations == {county.community: "lead", whole_county: "assisting"}


async def test_mediators_are_the_handlers_own_and_no_parties(county: SmallCounty, begin: Begin) -> None:
    case_id = await _put(begin, county, CaseStatus.DISPATCHED)
    async with begin() as session:
        visitor = await a_user(session, county.id, county.committee, Role.RESIDENT)
        party_mediator = await a_user(session, county.id, county.committee, Role.MEDIATOR)
        session.add(
            CaseParty(
                county_id=county.id,
                id=new_id(),
                case_id=case_id,
                ordinal=3,
                side="third_party",
                kind="person",
                name="丙某（虚构）",
                user_id=party_mediator,
            )
        )
    grant = a_grant(county, _A.TAKE_ON, case_id, by="mediator")

    async def take_on(*mediators: UUID) -> None:
        async with begin() as session:
            await cases.take_on(session, grant, TakeOnCase(1, mediators), clock=_CLOCK)

    with pytest.raises(RefusedByRule) as recused:
        await take_on(county.mediator, party_mediator)
    assert recused.value.rule == "RECUSAL"
    with pytest.raises(RefusedByRule) as nobody:
        await take_on()
    assert nobody.value.rule == "CASE3"
    for stranger in (visitor, county.dispatcher, new_id()):
        with pytest.raises(InvalidInput, match="在任调解员"):
            await take_on(stranger)
    await take_on(county.mediator)
    async with begin() as session:
        named = await session.scalars(select(CaseMediator.user_id).where(CaseMediator.valid_from == NOW))
        assert named.all() == [county.mediator]


async def test_a_red_or_mass_risk_is_reported_and_the_police_told_once(county: SmallCounty, begin: Begin) -> None:
    case_id = await _put(begin, county, CaseStatus.ACCEPTED)

    async def assess(version: int, level: RiskLevel, *, mass: bool, security: bool | None) -> list[str]:
        before = await _topics(begin, case_id)
        async with begin() as session:
            command = AssessRisk(
                version, level, CaseScale.GROUP, people_count=30, mass_incident=mass, public_security=security
            )
            await cases.assess_risk(session, a_grant(county, _A.ASSESS_RISK, case_id), command, clock=_CLOCK)
        return (await _topics(begin, case_id))[len(before) :]

    assert await assess(1, RiskLevel.ORANGE, mass=False, security=None) == ["case.risk_assessed"]
    assert await assess(2, RiskLevel.RED, mass=False, security=True) == [
        "case.risk_assessed", "case.police_told", "case.risk_reported",
    ]  # fmt: skip
    assert await assess(3, RiskLevel.BLUE, mass=True, security=True) == ["case.risk_assessed", "case.risk_reported"]
    case = await _stored(begin, case_id)
    assert (case.public_security, case.mass_incident, case.risk_level) == (True, True, "blue")


async def test_nothing_that_somebody_typed_reaches_the_outbox(county: SmallCounty, begin: Begin) -> None:
    case_id = await _put(begin, county, CaseStatus.HANDLING, sessions=1)
    async with begin() as session:
        command = FailCase(1, "张三（虚构）拒绝", other_ways_told=True)
        await cases.fail(session, a_grant(county, _A.FAIL, case_id, by="mediator"), command, clock=_CLOCK)
    async with begin() as session:
        payloads = await session.scalars(select(OutboxMessage.payload).where(OutboxMessage.subject_id == case_id))
        assert list(payloads) == [{"action": "fail", "version": 2, "from": "handling", "to": "failed", "on_time": True}]


async def test_a_written_agreement_takes_effect_with_its_last_signature_or_seal(
    county: SmallCounty, begin: Begin
) -> None:
    case_id = await _put(begin, county, CaseStatus.HANDLING, sessions=1)
    grant = a_grant(county, _A.AGREE, case_id, by="mediator")
    foreign = replace(WRITTEN, obligations=(NewObligation("付款", debtor_id=new_id()),))
    with pytest.raises(InvalidInput, match="本案当事人"):
        async with begin() as session:
            await cases.agree(session, grant, foreign, clock=_CLOCK)
    with pytest.raises(InvalidInput, match="不得晚于当前时间"):
        async with begin() as session:
            await cases.agree(session, grant, replace(WRITTEN, sealed_at=NOW + timedelta(hours=1)), clock=_CLOCK)
    async with begin() as session:
        await cases.agree(session, grant, WRITTEN, clock=_CLOCK)
    async with begin() as session:
        loaded = await load_for_change(session, grant, NOW)
        assert loaded.agreement is not None
        assert loaded.agreement.effective_at == WRITTEN.sealed_at
        assert [obligation.amount_cents for obligation in loaded.obligations] == [100_000]


async def test_every_obligation_needs_its_proof(county: SmallCounty, begin: Begin) -> None:
    case_id = await _put(begin, county, CaseStatus.AGREED, agreement="written", obligations=2)
    grant = a_grant(county, _A.FULFIL, case_id, by="mediator")
    async with begin() as session:
        first, second = (await session.scalars(select(Obligation.id).order_by(Obligation.ordinal))).all()
    with pytest.raises(RefusedByRule) as refused:
        async with begin() as session:
            await cases.fulfil(session, grant, FulfilCase(1, (Fulfilment(first, "收条", NOW),)), clock=_CLOCK)
    assert refused.value.rule == "AGR6"
    async with begin() as session:
        assert set(await session.scalars(select(Obligation.evidence))) == {None}
        done = (Fulfilment(first, "收条", NOW), Fulfilment(second, "收条", NOW))
        await cases.fulfil(session, grant, FulfilCase(1, done), clock=_CLOCK)
    assert (await _stored(begin, case_id)).status == CaseStatus.FULFILLED


async def test_the_court_sees_an_application_until_it_refuses_it(county: SmallCounty, begin: Begin) -> None:
    case_id = await _put(begin, county, CaseStatus.AGREED, agreement="written")
    async with begin() as session:
        apply = a_grant(county, _A.APPLY_CONFIRMATION, case_id)
        await confirmations.apply_confirmation(
            session, apply, ApplyConfirmation(1, county.tribunal, joint=True), clock=_CLOCK
        )
    assert (await _stored(begin, case_id)).court_id == county.tribunal
    decide = a_grant(county, _A.ACCEPT_CONFIRMATION, case_id, by="judge")
    with pytest.raises(RefusedByRule) as refused:
        async with begin() as session:
            await confirmations.accept_confirmation(
                session, decide, AcceptConfirmation(2, accepted=False), clock=_CLOCK
            )
    assert refused.value.rule == "CONF5"
    async with begin() as session:
        refusal = AcceptConfirmation(2, accepted=False, ground=RefusalGround.STATUS_RELATIONS)
        await confirmations.accept_confirmation(session, decide, refusal, clock=_CLOCK)
    assert (await _stored(begin, case_id)).court_id is None
    # Refused is not the end: both sides may apply again in time.
    async with begin() as session:
        await confirmations.apply_confirmation(
            session, apply, ApplyConfirmation(3, county.tribunal, joint=True), clock=_CLOCK
        )
        states = await session.scalars(select(JudicialConfirmation.status).order_by(JudicialConfirmation.id))
        assert states.all() == ["refused", "applied"]


async def test_a_rejection_names_its_ground_and_stays_on_the_courts_record(county: SmallCounty, begin: Begin) -> None:
    case_id = await _put(
        begin, county, CaseStatus.FULFILLED, agreement="written", confirmation="accepted", court_id=county.tribunal
    )
    async with begin() as session:
        await confirmations.rule_confirmation(
            session,
            a_grant(county, _A.RULE_CONFIRMATION, case_id, by="judge"),
            RuleConfirmation(1, confirmed=False, ground=RejectionGround.UNCLEAR),
            clock=_CLOCK,
        )
        ruled = await session.scalar(select(JudicialConfirmation))
        assert ruled is not None
        assert (ruled.status, ruled.ground, ruled.enforce_by) == ("rejected", "unclear", None)
    assert (await _stored(begin, case_id)).court_id == county.tribunal


async def test_only_a_court_that_serves_the_place_confirms(county: SmallCounty, begin: Begin) -> None:
    async with begin() as session:
        case_id = (await a_case(session, county, CaseStatus.AGREED, agreement="written")).id
        elsewhere = await an_organisation(session, county.id, "town")
        distant = (await an_organisation(session, county.id, "tribunal", home=elsewhere, serves=(elsewhere.id,))).id
    grant = a_grant(county, _A.APPLY_CONFIRMATION, case_id)
    with pytest.raises(RefusedByRule) as refused:
        async with begin() as session:
            await confirmations.apply_confirmation(
                session, grant, ApplyConfirmation(1, distant, joint=True), clock=_CLOCK
            )
    assert refused.value.rule == "CONF3"
    for no_court in (county.committee, new_id()):
        with pytest.raises(InvalidInput, match="没有该法院"):
            async with begin() as session:
                await confirmations.apply_confirmation(
                    session, grant, ApplyConfirmation(1, no_court, joint=True), clock=_CLOCK
                )


async def test_closing_ends_the_terms_of_those_who_only_helped(county: SmallCounty, begin: Begin) -> None:
    async with begin() as session:
        case_id = (await a_case(session, county, CaseStatus.FULFILLED, agreement="written", follow_ups=1)).id
        session.add(
            CaseParticipant(
                county_id=county.id,
                id=new_id(),
                case_id=case_id,
                organisation_id=county.tribunal,
                relation="assisting",
                valid_from=NOW,
            )
        )
    async with begin() as session:
        await cases.close(session, a_grant(county, _A.CLOSE, case_id), CloseCase(1), clock=_CLOCK)
    async with begin() as session:
        terms = {
            row.relation: row.valid_until
            for row in await session.execute(select(CaseParticipant.relation, CaseParticipant.valid_until))
        }
    assert terms == {"lead": None, "assisting": NOW}
