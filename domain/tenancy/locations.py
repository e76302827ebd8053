"""Where things lie and who serves there: places, the organisations whose area covers them, people in office.

For every kind of work that lies somewhere, or is given to somebody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import Role
from domain.foundation.database.statements import Statement
from domain.tenancy.models import User

_NOW = "valid_from <= :now AND (valid_until IS NULL OR valid_until > :now)"

_COUNTIES = Statement("SELECT id FROM organisation WHERE county_id = :county AND kind = 'county'")
_FIND_PLACE = Statement(f"""
SELECT area.town_id, area.community_id, area.grid_id, area.chain, centre.id, centre.number_word
FROM (
  SELECT o.town_id, o.community_id, o.grid_id,
    array_remove(ARRAY[o.grid_id, o.community_id, o.town_id], NULL)
    || ARRAY(SELECT c.id FROM organisation c WHERE c.county_id = :county AND c.kind = 'county') AS chain
  FROM organisation o
  WHERE o.county_id = :county AND o.id = :place AND o.is_area AND o.kind NOT IN ('province', 'city') AND {_NOW}
) area
LEFT JOIN LATERAL (
  SELECT o.id, o.number_word
  FROM jurisdiction j JOIN organisation o ON o.county_id = j.county_id AND o.id = j.organisation_id
  WHERE j.county_id = :county AND j.area_id = ANY (area.chain)
    AND o.kind = 'governance_centre' AND o.number_word IS NOT NULL AND {_NOW}
  ORDER BY array_position(area.chain, j.area_id), o.id LIMIT 1
) centre ON true
""")
_COVERING = Statement(f"""
SELECT o.id, o.kind, o.id = ANY (CAST(:chain AS uuid[])) OR EXISTS (
  SELECT FROM jurisdiction j
  WHERE j.county_id = o.county_id AND j.organisation_id = o.id AND j.area_id = ANY (CAST(:chain AS uuid[]))) AS covers
FROM organisation o WHERE o.county_id = :county AND o.id = ANY (CAST(:ids AS uuid[])) AND {_NOW}
""")
_ACTIVE_MEMBERS = Statement(f"""
SELECT u.id FROM app_user u
WHERE u.county_id = :county AND u.id = ANY (CAST(:users AS uuid[])) AND u.active AND EXISTS (
  SELECT FROM membership m WHERE m.county_id = u.county_id AND m.user_id = u.id AND {_NOW}
    AND (CAST(:organisation AS uuid) IS NULL OR m.organisation_id = CAST(:organisation AS uuid))
    AND (CAST(:roles AS text[]) IS NULL OR m.role = ANY (CAST(:roles AS text[]))))
""")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something lies: the level columns of the finest area known, and every area that contains it.

    `chain` is from the finest to the county; an organisation serves the place if it serves any of these.
    """

    county_id: int
    town_id: UUID | None
    community_id: UUID | None
    grid_id: UUID | None
    chain: tuple[UUID, ...]

    @property
    def levels(self) -> tuple[int, UUID | None, UUID | None, UUID | None]:
        """County, town, community, grid: as a row has them."""
        return self.county_id, self.town_id, self.community_id, self.grid_id


@dataclass(frozen=True, slots=True)
class Centre:
    """The governance centre (综治中心) that answers for a place, and the word in its case numbers."""

    id: UUID
    number_word: str


class Lying(Protocol):
    """A row that lies somewhere: `domain.foundation.kernel.tables.InPlace`."""

    county_id: int
    town_id: UUID | None
    community_id: UUID | None
    grid_id: UUID | None


async def find_place(
    session: AsyncSession, county_id: int, place_id: UUID, now: datetime
) -> tuple[Place, Centre | None] | None:
    """The place that an area of the county stands for; None if it is no such area, or is no longer.

    With it the nearest governance centre whose jurisdiction covers the place and that gives case numbers, if any does.
    """
    found = await _FIND_PLACE.first(session, county=county_id, place=place_id, now=now)
    if found is None:
        return None
    place = Place(county_id, found["town_id"], found["community_id"], found["grid_id"], tuple(found["chain"]))
    return place, None if found["id"] is None else Centre(found["id"], found["number_word"])


async def resolve_place(session: AsyncSession, county_id: int, place_id: UUID, now: datetime) -> Place | None:
    """The same without the centre."""
    found = await find_place(session, county_id, place_id, now)
    return None if found is None else found[0]


async def place_of(session: AsyncSession, row: Lying) -> Place:
    """The place of a row that lies somewhere."""
    counties = await _COUNTIES.rows(session, county=row.county_id)
    levels = (row.grid_id, row.community_id, row.town_id)
    chain = (*(level for level in levels if level is not None), *(row["id"] for row in counties))
    return Place(row.county_id, row.town_id, row.community_id, row.grid_id, chain)


async def kinds_covering(
    session: AsyncSession, place: Place, organisation_ids: Collection[UUID], now: datetime
) -> dict[UUID, tuple[str, bool]]:
    """Of each organisation that exists in the county now: its kind, and whether it serves the place.

    A partner serves the areas of its jurisdiction, an area what lies within it.
    """
    found = await _COVERING.rows(
        session,
        county=place.county_id,
        ids=list(organisation_ids),
        chain=list(place.chain),
        now=now,
    )
    return {row["id"]: (row["kind"], row["covers"]) for row in found}


async def active_members(
    session: AsyncSession,
    county_id: int,
    user_ids: Collection[UUID],
    now: datetime,
    *,
    organisation_id: UUID | None = None,
    roles: Iterable[Role] | None = None,
) -> frozenset[UUID]:
    """Of these users, those who are active and hold a membership now, in that organisation and role if given."""
    found = await _ACTIVE_MEMBERS.rows(
        session,
        county=county_id,
        users=list(user_ids),
        organisation=organisation_id,
        roles=None if roles is None else [role.value for role in roles],
        now=now,
    )
    return frozenset(row["id"] for row in found)


async def serving_members(
    session: AsyncSession, county_id: int, user_ids: Collection[UUID], now: datetime
) -> frozenset[UUID]:
    """Of these users, those who serve in the county: a resident's account serves nobody."""
    staff = [role for role in Role if role is not Role.RESIDENT]
    return await active_members(session, county_id, user_ids, now, roles=staff)


async def user_exists(session: AsyncSession, county_id: int, user_ids: Collection[UUID]) -> bool:
    """Whether all of these are active users of the county."""
    found = await session.scalars(
        select(User.id).where(User.county_id == county_id, User.id.in_(user_ids), User.active)
    )
    return set(found) == set(user_ids)
