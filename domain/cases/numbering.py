"""Case numbers: (2026)海宴人调字第00012号, per organisation and year, without gaps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.cases.models import CaseNumberCounter
from domain.kernel.calendar import china_date


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """A number, as text and in its parts."""

    year: int
    serial: int
    text: str


async def next_number(
    session: AsyncSession, *, county_id: int, organisation_id: UUID, word: str, now: datetime
) -> CaseNumber:
    """Take the organisation's next number of this year, which begins at midnight in China.

    The counter stays locked until the transaction ends, so that a number given back by a rollback is the next one's:
    call it last, when nothing but the writing is left to do.
    """
    year = china_date(now).year
    first = insert(CaseNumberCounter).values(county_id=county_id, organisation_id=organisation_id, year=year, last=1)
    serial = await session.scalar(
        first.on_conflict_do_update(
            index_elements=[CaseNumberCounter.county_id, CaseNumberCounter.organisation_id, CaseNumberCounter.year],
            set_={"last": CaseNumberCounter.last + 1},
        ).returning(CaseNumberCounter.last)
    )
    # An upsert without a condition always returns its row.
    assert serial is not None
    return CaseNumber(year, serial, f"({year}){word}字第{serial:05d}号")
