"""Case numbers: (2026)海宴人调字第00012号, per organisation and year, without gaps; and the row that gets one."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from operator import attrgetter
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.cases.models import Case
from domain.database.statements import types_of, write
from domain.kernel.calendar import china_date


@dataclass(slots=True)
class NewCase:
    """A case as it is registered: what is known of it but its number. Each field is a column."""

    county_id: int
    id: UUID
    organisation_id: UUID
    town_id: UUID | None
    community_id: UUID | None
    grid_id: UUID | None
    type_code: str
    source: str
    title: str
    facts: str
    demands: str | None
    status: str
    version: int
    people_count: int | None
    public_security: bool
    violence_suspected: bool
    minor_involved: bool
    address_protected: bool
    registered_by: UUID
    registered_at: datetime
    court_id: UUID | None
    handler_id: UUID | None


_COLUMNS = tuple(field.name for field in fields(NewCase))
_VALUES = attrgetter(*_COLUMNS)


@cache
def _numbered() -> str:
    """The counter is raised by the statement that inserts the case: whoever else registers waits for it and the commit.

    At least five digits, and as many as it takes.
    """
    place = {name: f"${index}" for index, name in enumerate(_COLUMNS, start=1)}
    given = ", ".join(f"{place[name]}::{kind}" for name, kind in zip(_COLUMNS, types_of(Case, _COLUMNS), strict=True))
    year, word = f"${len(_COLUMNS) + 1}::smallint", f"${len(_COLUMNS) + 2}::text"
    return f"""number AS (
  INSERT INTO case_number_counter AS n (county_id, organisation_id, year, last)
  VALUES ({place["county_id"]}, {place["organisation_id"]}, {year}, 1)
  ON CONFLICT (county_id, organisation_id, year) DO UPDATE SET last = n.last + 1 RETURNING last
), new_case AS (
  INSERT INTO dispute_case ({", ".join(_COLUMNS)}, number_year, number_serial, number)
  SELECT {given}, {year}, last,
    '(' || {year} || ')' || {word} || '字第' || lpad(last::text, greatest(5, length(last::text)), '0') || '号'
  FROM number RETURNING number
)"""


async def write_numbered(session: AsyncSession, case: NewCase, word: str) -> str:
    """Write the case, and what else the unit of work has kept to be written, under the organisation's next number.

    Numbers are of the year of registration, which begins at midnight in China. The counter stays locked until the
    transaction ends, so that a number given back by a rollback is the next one's: call it last. Returns the number,
    with the organisation's `word` in it.
    """
    given = [*_VALUES(case), china_date(case.registered_at).year, word]
    return str(await write(session, _numbered(), "(SELECT number FROM new_case)", given))
