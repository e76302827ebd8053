"""Which rows of their own counties have in force, as whoever asks is read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from domain.foundation.basics.actor import CountyPolicy

POLICIES = """
SELECT coalesce(json_agg(json_build_array(f.county_id, f.number, coalesce((
  SELECT json_agg(json_build_array(w.role, w.resource, w.action, w.field_group, w.scope, w.condition, w.effect) ORDER BY w.ordinal)
  FROM policy_row w WHERE w.county_id = f.county_id AND w.revision_id = f.id), '[]')) ORDER BY f.county_id), '[]')
FROM (SELECT DISTINCT ON (r.county_id) r.county_id, r.number, r.id
  FROM policy_step p JOIN policy_revision r ON r.county_id = p.county_id AND r.id = p.revision_id
  WHERE p.in_force IS NOT NULL ORDER BY r.county_id, p.in_force DESC) f
"""
"""SQL: a JSON array of the counties that row-level security lets in and that ever had rows of their own: county, number of
the revision in force, its rows."""

_IN_COUNTIES = f"""
SELECT ({POLICIES.replace("WHERE p.in_force IS NOT NULL", "WHERE p.in_force IS NOT NULL AND s.v IS NOT NULL")})
FROM (SELECT set_config('app.counties', $1::text, true) AS v OFFSET 0) s
"""


def policies_from(found: Sequence[Any]) -> tuple[CountyPolicy, ...]:
    """What the JSON array says; counties whose revision in force has no rows add nothing and are left out."""
    return tuple(
        CountyPolicy(county, number, tuple(tuple(row) for row in rows)) for county, number, rows in found if rows
    )


async def read_policies(connection: Any, counties: Sequence[int]) -> tuple[CountyPolicy, ...]:
    """What these counties add to the policy now, over a connection of the driver's."""
    setting = "{" + ",".join(map(str, counties)) + "}"
    return policies_from(json.loads(await connection.fetchval(_IN_COUNTIES, setting)))
