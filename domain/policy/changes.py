"""The revisions of a county's own policy rows, as they are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.foundation.database.statements import Statement
from domain.policy.codes import PolicyStepKind

Row = tuple[str, str, str, str, str, str, str]

_REVISIONS = """
SELECT r.county_id, r.id, r.number, r.based_on, r.restores, r.reason, r.proposed_at, r.proposed_by, r.proposed_as,
  (SELECT u.display_name FROM app_user u WHERE u.county_id = r.county_id AND u.id = r.proposed_by) AS proposer
FROM policy_revision r WHERE r.county_id = ANY (CAST(:counties AS int[])) {narrowed}
ORDER BY r.county_id, r.number DESC LIMIT 100
"""
_ALL = Statement(_REVISIONS.format(narrowed=""))
_BY_ID = Statement(_REVISIONS.format(narrowed="AND r.id = CAST(:id AS uuid)"))
_BY_NUMBER = Statement(_REVISIONS.format(narrowed="AND r.number = :number"))
_ROWS = Statement("""
SELECT revision_id, role, resource, action, field_group, scope, condition, effect FROM policy_row
WHERE county_id = ANY (CAST(:counties AS int[])) AND revision_id = ANY (CAST(:ids AS uuid[])) ORDER BY revision_id, ordinal
""")
_STEPS = Statement("""
SELECT s.revision_id, s.step, s.in_force, s.taken_at, s.taken_by,
  (SELECT u.display_name FROM app_user u WHERE u.county_id = s.county_id AND u.id = s.taken_by) AS taker
FROM policy_step s
WHERE s.county_id = ANY (CAST(:counties AS int[])) AND s.revision_id = ANY (CAST(:ids AS uuid[]))
""")
_LOCK = Statement("SELECT pg_advisory_xact_lock(hashtext('policy'), :county)")
_LAST = Statement("SELECT coalesce(max(number), 0) AS number FROM policy_revision WHERE county_id = :county")
_IN_FORCE = Statement("""
SELECT r.number, s.in_force FROM policy_step s
JOIN policy_revision r ON r.county_id = s.county_id AND r.id = s.revision_id
WHERE s.county_id = :county AND s.in_force IS NOT NULL ORDER BY s.in_force DESC LIMIT 1
""")


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody did with a revision, and when."""

    kind: PolicyStepKind
    by: UUID
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision with its rows and what became of it. `proposed_as`: by which role."""

    county_id: int
    id: UUID
    number: int
    based_on: int | None
    restores: int | None
    reason: str
    proposed_at: datetime
    proposed_by: UUID
    proposed_as: str
    proposer: str
    rows: tuple[Row, ...]
    steps: Mapping[str, Step]


async def revisions(session: AsyncSession, counties: Sequence[int]) -> list[Revision]:
    """The latest hundred of these counties, newest first."""
    return await _whole(session, counties, await _ALL.rows(session, counties=list(counties)))


async def revision(session: AsyncSession, county_id: int, id_: UUID) -> Revision | None:
    """One of them by its id."""
    found = await _whole(session, [county_id], await _BY_ID.rows(session, counties=[county_id], id=id_))
    return found[0] if found else None


async def revision_of_number(session: AsyncSession, county_id: int, number: int) -> Revision | None:
    """One of them by its number."""
    found = await _whole(session, [county_id], await _BY_NUMBER.rows(session, counties=[county_id], number=number))
    return found[0] if found else None


async def lock(session: AsyncSession, county_id: int) -> None:
    """Have the changes of a county's policy to oneself until the transaction ends."""
    await _LOCK.rows(session, county=county_id)


async def next_number(session: AsyncSession, county_id: int) -> int:
    """The number of the county's next revision."""
    return int((await _LAST.first(session, county=county_id))["number"]) + 1


async def in_force(session: AsyncSession, county_id: int) -> tuple[int | None, int]:
    """The number of the revision in force (None: none ever was), and how many were put in force."""
    found = await _IN_FORCE.first(session, county=county_id)
    return (None, 0) if found is None else (int(found["number"]), int(found["in_force"]))


async def _whole(session: AsyncSession, counties: Sequence[int], found: Sequence[Any]) -> list[Revision]:
    if not found:
        return []
    given = {"counties": list(counties), "ids": [one["id"] for one in found]}
    rows: dict[UUID, list[Row]] = {}
    for one in await _ROWS.rows(session, **given):
        key, *values = tuple(one.values())
        rows.setdefault(key, []).append(tuple(values))
    steps: dict[UUID, dict[str, Step]] = {}
    for one in await _STEPS.rows(session, **given):
        step = Step(PolicyStepKind(one["step"]), one["taken_by"], one["taker"], one["taken_at"])
        steps.setdefault(one["revision_id"], {})[one["step"]] = step
    return [Revision(**dict(one), rows=tuple(rows.get(one["id"], ())), steps=steps.get(one["id"], {})) for one in found]
