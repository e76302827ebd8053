"""Case numbers: (2026)海宴人调字第00012号, per organisation and year, without gaps; and the row that gets one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.disputes.cases.commands import RegisterCase
from domain.disputes.cases.models import Case, CaseNumberCounter
from domain.foundation.kernel.numbering import Numbering


@dataclass(slots=True)
class NewCase:
    """A case as it is registered: what is known of it but its number. Each field is a column.

    What the command brings for columns of the same names (title, facts, …) is written as it came.
    """

    command: RegisterCase
    county_id: int
    id: UUID
    organisation_id: UUID
    town_id: UUID | None
    community_id: UUID | None
    grid_id: UUID | None
    status: str
    version: int
    minor_involved: bool
    address_protected: bool
    registered_by: UUID
    registered_at: datetime
    court_id: UUID | None
    handler_id: UUID | None


CASE_NUMBERS = Numbering(Case, CaseNumberCounter, NewCase, RegisterCase)


async def write_numbered(session: AsyncSession, case: NewCase, word: str) -> str:
    """Write the case, and what else the unit of work has kept to be written, under the organisation's next number.

    The counter stays locked until the transaction ends: call it last. Returns the number, with the organisation's
    `word` in it.
    """
    return await CASE_NUMBERS.write(session, case, word)
