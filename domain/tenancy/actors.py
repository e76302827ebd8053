"""Reads who a user is now: memberships that are valid, the areas each reaches, and the stamp they were read under."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.codes.enums import AreaKind, PartnerKind
from domain.foundation.basics.actor import (
    Actor,
    Area,
    AreaLevel,
    Membership,
)
from domain.foundation.query.run import Reader
from domain.policy.in_force import POLICIES, policies_from, read_policies

# One statement: the counties that row-level security lets in are set within it, as in every compiled read, so that nothing outlives it.
# Memberships that begin later come along, because the actor must be read again when they do.
_ACTOR = f"""
SELECT (SELECT y.j FROM (
  SELECT json_build_object(
    'display_name', u.display_name,
    'stamp', (SELECT coalesce(sum(a.stamp), 0) FROM access_stamp a WHERE a.county_id IN (0, u.county_id)),
    'policies', ({POLICIES}),
    'below', (
      WITH RECURSIVE below(id) AS (
        SELECT c.id FROM county c WHERE c.id = u.county_id
        UNION ALL SELECT c.id FROM county c JOIN below b ON c.parent_id = b.id)
      SELECT json_agg(b.id ORDER BY b.id) FROM below b),
    'memberships', (
      SELECT coalesce(json_agg(json_build_object(
        'id', m.id, 'role', m.role, 'from', m.valid_from, 'until', m.valid_until,
        'organisation', o.id, 'kind', o.kind, 'area', o.is_area,
        'place', json_build_object('id', o.id, 'kind', o.kind),
        'home', (SELECT json_build_object('id', h.id, 'kind', h.kind) FROM organisation h
                 WHERE h.county_id = o.county_id AND h.id = o.home_id),
        'serves', (SELECT coalesce(json_agg(json_build_object('id', s.id, 'kind', s.kind) ORDER BY s.id), '[]')
                   FROM jurisdiction j JOIN organisation s ON s.county_id = j.county_id AND s.id = j.area_id
                   WHERE j.county_id = o.county_id AND j.organisation_id = o.id)
      ) ORDER BY m.valid_from, m.id), '[]')
      FROM membership m JOIN organisation o ON o.county_id = m.county_id AND o.id = m.organisation_id
      WHERE m.county_id = u.county_id AND m.user_id = u.id AND (m.valid_until IS NULL OR m.valid_until > $4::timestamptz)
        AND (o.valid_until IS NULL OR o.valid_until > $4::timestamptz)))
  FROM app_user u WHERE u.county_id = $2::int AND u.id = $3::uuid AND u.active) y(j) WHERE s.v IS NOT NULL) AS j
FROM (SELECT set_config('app.counties', $1::text, true) AS v OFFSET 0) s
"""

_LEVELS = {
    AreaKind.PROVINCE: AreaLevel.CITY,
    AreaKind.CITY: AreaLevel.CITY,
    AreaKind.COUNTY: AreaLevel.COUNTY,
    AreaKind.TOWN: AreaLevel.TOWN,
    AreaKind.COMMUNITY: AreaLevel.COMMUNITY,
    AreaKind.GRID: AreaLevel.GRID,
}


async def read_actor(reader: Reader, county_id: int, user_id: UUID, username: str, now: datetime) -> Actor | None:
    """The user as of `now`; None for one who is not there or is no longer active."""
    async with reader.connection() as connection:
        found = await connection.fetchval(_ACTOR, f"{{{county_id}}}", county_id, user_id, now)
        if found is None:
            return None
        actor = actor_from(json.loads(found), county_id, user_id, username, now)
        if len(actor.counties) == 1:
            return actor
        # Whoever is above counties meets the rows of each. Read after the stamp: a change in between makes it stale.
        return replace(actor, county_policies=await read_policies(connection, actor.counties))


def actor_from(found: dict[str, Any], county_id: int, user_id: UUID, username: str, now: datetime) -> Actor:
    """Make an actor of what the statement gave."""
    below = tuple(found["below"])
    memberships, changes = [], []
    for row in found["memberships"]:
        begins = datetime.fromisoformat(row["from"])
        ends = datetime.fromisoformat(row["until"]) if row["until"] else None
        if begins > now:
            changes.append(begins)
            continue
        if ends is not None:
            changes.append(ends)
        memberships.append(_membership(row, county_id, below, ends))
    # Only a membership above a county reaches other counties than its own.
    counties = {
        county_id,
        *(c for one in memberships for area in (*one.subtree, *one.jurisdiction) for c in area.counties),
    }
    return Actor(
        user_id=user_id,
        county_id=county_id,
        username=username,
        display_name=found["display_name"],
        memberships=tuple(memberships),
        counties=tuple(sorted(counties)),
        stamp=int(found["stamp"]),
        valid_until=min(changes, default=None),
        county_policies=policies_from(found["policies"]),
    )


def _membership(row: dict[str, Any], county_id: int, below: tuple[int, ...], ends: datetime | None) -> Membership:
    # A governance centre is an organ of the area it sits in; other partners reach only what they serve.
    if row["area"]:
        subtree = [row["place"]]
    elif row["kind"] == PartnerKind.GOVERNANCE_CENTRE and row["home"] is not None:
        subtree = [row["home"]]
    else:
        subtree = []
    return Membership(
        id=UUID(row["id"]),
        county_id=county_id,
        role=row["role"],
        organisation_id=UUID(row["organisation"]),
        organisation_kind=row["kind"],
        subtree=_areas(subtree, county_id, below),
        jurisdiction=() if row["area"] else _areas(row["serves"], county_id, below),
        valid_until=ends,
    )


def _areas(rows: list[dict[str, Any]], county_id: int, below: tuple[int, ...]) -> tuple[Area, ...]:
    """Areas by level. A micro-grid has no level column, so a membership there reaches nothing."""
    found = []
    for row in rows:
        level = _LEVELS.get(AreaKind(row["kind"]))
        if level is not None:
            counties = below if level is AreaLevel.CITY else (county_id,) if level is AreaLevel.COUNTY else ()
            found.append(Area(level, UUID(row["id"]), counties))
    return tuple(found)
