"""Each step upon a case by itself: what it asks for, what it leaves, whom it lets in and out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.codes.enums import (
    CaseAction,
    CaseScale,
    CaseStatus,
    RiskLevel,
    Role,
)
from domain.disputes.cases import service as cases
from domain.disputes.cases.commands import (
    AssessRisk,
    CloseCase,
    DeclineCase,
    DispatchCase,
    FailCase,
    FulfilCase,
    Fulfilment,
    NewObligation,
    ReturnCase,
    TakeOnCase,
)
from domain.disputes.cases.models import (
    CaseMediator,
    CaseParticipant,
    CaseParty,
    Obligation,
)
from domain.disputes.cases.repository import load_for_change
from domain.disputes.judicial_confirmation import service as confirmations
from domain.disputes.judicial_confirmation.commands import AcceptConfirmation, ApplyConfirmation, RuleConfirmation
from domain.disputes.judicial_confirmation.models import JudicialConfirmation
from domain.disputes.judicial_confirmation.rules import RefusalGround, RejectionGround
from domain.disputes.rules.asking import RefusedByRule
from domain.foundation.basics.errors import (
    InvalidInput,
)
from domain.foundation.basics.ids import new_id
from domain.foundation.outbox.models import OutboxMessage
from tests.domain.case_steps import WRITTEN, load_case, topics_of, write_case
from tests.domain.conftest import Begin
from tests.support.builders import (
    NOW,
    SmallCounty,
    a_case,
    a_grant,
    a_user,
    an_organisation,
    at,
)

_CLOCK = at()

_A = CaseAction


async def test_declining_keeps_reason_and_guidance(county: SmallCounty, begin: Begin) -> None:
    case_id = await write_case(begin, county, CaseStatus.REGISTERED)
    async with begin() as session:
        command = DeclineCase(1, "不属于调解范围", "可以申请行政复议")
        await cases.decline(session, a_grant(county, _A.DECLINE, case_id), command, clock=_CLOCK)
    case = await load_case(begin, case_id)
    assert (case.status, case.decline_guidance) == (CaseStatus.DECLINED, "可以申请行政复议")


async def test_returning_ends_the_sight_of_those_who_had_it(county: SmallCounty, begin: Begin) -> None:
    case_id = await write_case(begin, county, CaseStatus.DISPATCHED)
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
    case = await load_case(begin, case_id)
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
    case_id = await write_case(begin, county, CaseStatus.DISPATCHED)
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
    case_id = await write_case(begin, county, CaseStatus.ACCEPTED)

    async def assess(version: int, level: RiskLevel, *, mass: bool, security: bool | None) -> list[str]:
        before = await topics_of(begin, case_id)
        async with begin() as session:
            command = AssessRisk(
                version, level, CaseScale.GROUP, people_count=30, mass_incident=mass, public_security=security
            )
            await cases.assess_risk(session, a_grant(county, _A.ASSESS_RISK, case_id), command, clock=_CLOCK)
        return (await topics_of(begin, case_id))[len(before) :]

    assert await assess(1, RiskLevel.ORANGE, mass=False, security=None) == ["case.risk_assessed"]
    assert await assess(2, RiskLevel.RED, mass=False, security=True) == [
        "case.risk_assessed", "case.police_told", "case.risk_reported",
    ]  # fmt: skip
    assert await assess(3, RiskLevel.BLUE, mass=True, security=True) == ["case.risk_assessed", "case.risk_reported"]
    case = await load_case(begin, case_id)
    assert (case.public_security, case.mass_incident, case.risk_level) == (True, True, "blue")


async def test_nothing_that_somebody_typed_reaches_the_outbox(county: SmallCounty, begin: Begin) -> None:
    case_id = await write_case(begin, county, CaseStatus.HANDLING, sessions=1)
    async with begin() as session:
        command = FailCase(1, "张三（虚构）拒绝", other_ways_told=True)
        await cases.fail(session, a_grant(county, _A.FAIL, case_id, by="mediator"), command, clock=_CLOCK)
    async with begin() as session:
        payloads = await session.scalars(select(OutboxMessage.payload).where(OutboxMessage.subject_id == case_id))
        assert list(payloads) == [{"action": "fail", "version": 2, "from": "handling", "to": "failed", "on_time": True}]


async def test_a_written_agreement_takes_effect_with_its_last_signature_or_seal(
    county: SmallCounty, begin: Begin
) -> None:
    case_id = await write_case(begin, county, CaseStatus.HANDLING, sessions=1)
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
    case_id = await write_case(begin, county, CaseStatus.AGREED, agreement="written", obligations=2)
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
    assert (await load_case(begin, case_id)).status == CaseStatus.FULFILLED


async def test_the_court_sees_an_application_until_it_refuses_it(county: SmallCounty, begin: Begin) -> None:
    case_id = await write_case(begin, county, CaseStatus.AGREED, agreement="written")
    async with begin() as session:
        apply = a_grant(county, _A.APPLY_CONFIRMATION, case_id)
        await confirmations.apply_confirmation(
            session, apply, ApplyConfirmation(1, county.tribunal, joint=True), clock=_CLOCK
        )
    assert (await load_case(begin, case_id)).court_id == county.tribunal
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
    assert (await load_case(begin, case_id)).court_id is None
    # Refused is not the end: both sides may apply again in time.
    async with begin() as session:
        await confirmations.apply_confirmation(
            session, apply, ApplyConfirmation(3, county.tribunal, joint=True), clock=_CLOCK
        )
        states = await session.scalars(select(JudicialConfirmation.status).order_by(JudicialConfirmation.id))
        assert states.all() == ["refused", "applied"]


async def test_a_rejection_names_its_ground_and_stays_on_the_courts_record(county: SmallCounty, begin: Begin) -> None:
    case_id = await write_case(
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
    assert (await load_case(begin, case_id)).court_id == county.tribunal


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
