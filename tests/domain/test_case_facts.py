"""The facts that reads and commands judge by, against cases whose rows are known."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from domain.codes.enums import AgreementForm, CaseAction, CaseStatus, ConfirmationStatus
from domain.disputes.cases.facts import CaseFacts, facts_from, facts_sql
from domain.disputes.cases.models import CaseMediator
from domain.disputes.cases.repository import facts_of, load_for_change
from domain.disputes.judicial_confirmation.models import JudicialConfirmation
from domain.foundation.basics.errors import NotFound
from domain.foundation.basics.ids import new_id
from tests.domain.conftest import Begin
from tests.support.builders import NOT_MEDIABLE, NOW, SmallCounty, a_case, a_grant


async def test_a_plain_case(county: SmallCounty, begin: Begin) -> None:
    async with begin() as session:
        case = await a_case(session, county, type_code=NOT_MEDIABLE, version=3)
        assert await facts_of(session, county.id, case.id, NOW) == CaseFacts(
            CaseStatus.REGISTERED, version=3, type_mediable=False, parties=2, parties_unidentified=2
        )


async def test_a_case_with_everything(county: SmallCounty, begin: Begin) -> None:
    async with begin() as session:
        # Another case beside it, whose rows must not be counted.
        await a_case(session, county, CaseStatus.AGREED, sessions=4, agreement="oral", obligations=5)
        case = await a_case(
            session,
            county,
            CaseStatus.AGREED,
            sessions=2,
            follow_ups=3,
            agreement="written",
            obligations=2,
            confirmation="refused",
            version=9,
            return_count=1,
            mass_incident=True,
            public_security=True,
            accepted_at=NOW - timedelta(days=9, microseconds=500_000),
            risk_assessed_at=NOW - timedelta(days=9),
            due_at=NOW + timedelta(days=20),
            paused_at=NOW - timedelta(hours=1),
            pause_reason="appraisal",
        )
        session.add(
            JudicialConfirmation(
                county_id=county.id,
                id=new_id(),
                case_id=case.id,
                court_id=county.tribunal,
                status="applied",
                applied_at=NOW,
                applied_by=county.dispatcher,
                apply_by=date(2026, 4, 1),
            )
        )
        session.add(
            CaseMediator(
                county_id=county.id,
                id=new_id(),
                case_id=case.id,
                user_id=county.dispatcher,
                organisation_id=county.centre,
                valid_from=NOW - timedelta(days=9),
                valid_until=NOW,
            )
        )
        await session.flush()
        loaded = await load_for_change(session, a_grant(county, CaseAction.FULFIL, case.id), NOW)
        assert loaded.facts == CaseFacts(
            CaseStatus.AGREED,
            version=9,
            type_mediable=True,
            mass_incident=True,
            public_security=True,
            accepted_at=NOW - timedelta(days=9, microseconds=500_000),
            rights_told_at=NOW - timedelta(days=9),
            risk_assessed_at=NOW - timedelta(days=9),
            due_at=NOW + timedelta(days=20),
            handler_id=county.committee,
            return_count=1,
            parties=2,
            mediators=1,
            sessions=2,
            follow_ups=3,
            agreement_form=AgreementForm.WRITTEN,
            agreement_effective_at=NOW - timedelta(days=3),
            obligations=2,
            obligations_open=2,
            last_obligation_due_on=date(2026, 5, 2),
            confirmation_status=ConfirmationStatus.APPLIED,
            confirmation_court_id=county.tribunal,
            paused_at=NOW - timedelta(hours=1),
            parties_unidentified=2,
        )
        # What was loaded beside the facts tells the same.
        assert loaded.facts.version == loaded.case.version
        assert loaded.facts.parties == len(loaded.parties)
        assert loaded.facts.mediators == len(loaded.mediators)
        assert loaded.facts.obligations == len(loaded.obligations)
        assert loaded.agreement is not None
        assert loaded.facts.agreement_effective_at == loaded.agreement.effective_at


async def test_every_fact_can_be_read_from_any_alias(county: SmallCounty, begin: Begin) -> None:
    async with begin() as session:
        case = await a_case(session, county)
        statement = text("SELECT " + facts_sql("q") + " FROM dispute_case AS q WHERE q.id = :id")
        found = await session.scalar(statement, {"id": case.id})
        assert set(found) == {field.name for field in fields(CaseFacts)}
        assert facts_from(found) == await facts_of(session, county.id, case.id, NOW)


async def test_no_case_no_facts(begin: Begin, county: SmallCounty) -> None:
    async with begin() as session:
        with pytest.raises(NotFound):
            await facts_of(session, county.id, UUID(int=1), NOW)
