"""Every fact of one case that access depends on, read in one statement."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from authz.facts import CaseRow, Tie
from domain.database.statements import Statement

_CASE_ROW = Statement("""
SELECT t.county_id, t.id, t.organisation_id, t.registered_by, t.town_id, t.community_id, t.grid_id, t.handler_id,
  t.court_id, t.agreement_in_effect, t.public_security, t.minor_involved, t.family_or_minor, t.address_protected,
  t.violence_suspected,
  (SELECT array_agg(x.user_id ORDER BY x.user_id) FROM case_party x
    WHERE x.county_id = t.county_id AND x.case_id = t.id AND x.user_id IS NOT NULL) AS party_users,
  (SELECT json_agg(json_build_array(x.user_id, x.side) ORDER BY x.id)::text FROM case_party x
    WHERE x.county_id = t.county_id AND x.case_id = t.id AND x.user_id IS NOT NULL) AS party_sides,
  (SELECT json_agg(json_build_array(NULL, x.organisation_id, x.valid_from, x.valid_until, x.relation) ORDER BY x.id)::text
    FROM case_participant x WHERE x.county_id = t.county_id AND x.case_id = t.id) AS participants,
  (SELECT json_agg(json_build_array(x.user_id, x.organisation_id, x.valid_from, x.valid_until) ORDER BY x.id)::text
    FROM case_mediator x WHERE x.county_id = t.county_id AND x.case_id = t.id) AS mediators,
  (SELECT json_agg(json_build_array(x.user_id, NULL, x.valid_from, x.valid_until) ORDER BY x.user_id)::text
    FROM case_protector x WHERE x.county_id = t.county_id AND x.case_id = t.id) AS protectors,
  (SELECT json_agg(json_build_array(x.user_id, NULL, x.valid_from, x.valid_until, x.side) ORDER BY x.id)::text
    FROM case_representative x
    WHERE x.county_id = t.county_id AND x.case_id = t.id AND x.user_id IS NOT NULL) AS representatives
FROM dispute_case t
WHERE t.county_id = ANY (CAST(:counties AS int[])) AND t.id = CAST(:id AS uuid)
""")


def _ties(value: str | None) -> tuple[Tie, ...]:
    if value is None:
        return ()
    return tuple(
        Tie(
            user_id=None if user is None else UUID(user),
            organisation_id=None if organisation is None else UUID(organisation),
            valid_from=datetime.fromisoformat(start),
            valid_until=None if end is None else datetime.fromisoformat(end),
            role=role[0] if role else None,
        )
        for user, organisation, start, end, *role in json.loads(value)
    )


async def case_row(session: AsyncSession | AsyncConnection, county_ids: Sequence[int], case_id: UUID) -> CaseRow | None:
    """Every fact of one case, in one statement; None if no such case is in these counties (or behind the wall)."""
    found = await _CASE_ROW.first(session, counties=list(county_ids), id=case_id)
    if found is None:
        return None
    facts = dict(found)
    return CaseRow(
        **{
            **facts,
            "party_users": frozenset(facts["party_users"] or ()),
            "participants": _ties(facts["participants"]),
            "mediators": _ties(facts["mediators"]),
            "protectors": _ties(facts["protectors"]),
            "representatives": _ties(facts["representatives"]),
            "party_sides": frozenset((UUID(user), side) for user, side in json.loads(facts["party_sides"] or "[]")),
        }
    )
