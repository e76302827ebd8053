"""What tests of single steps upon a case share: a case put at a status, and what became of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from domain.codes.enums import (
    AgreementForm,
    CaseStatus,
)
from domain.disputes.cases.commands import (
    AcceptCase,
    AgreeCase,
    NewObligation,
)
from domain.disputes.cases.models import (
    Case,
)
from domain.foundation.outbox.models import OutboxMessage
from tests.domain.conftest import Begin
from tests.support.builders import (
    NOW,
    SmallCounty,
    a_case,
)

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


async def load_case(begin: Begin, case_id: UUID) -> Case:
    async with begin() as session:
        found = await session.scalar(select(Case).where(Case.id == case_id))
        assert found is not None
        return found


async def topics_of(begin: Begin, case_id: UUID) -> list[str]:
    async with begin() as session:
        found = await session.scalars(
            select(OutboxMessage.topic).where(OutboxMessage.subject_id == case_id).order_by(OutboxMessage.id)
        )
        return list(found)


async def write_case(begin: Begin, county: SmallCounty, status: CaseStatus, **details: Any) -> UUID:
    async with begin() as session:
        return (await a_case(session, county, status, **details)).id
