"""The gate of commands: may this caller do this to that case? Yes is a `Grant`; nothing else makes one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from authz.case_facts import case_row
from authz.enforcer import Policy
from authz.explain import explain_rows
from authz.facts import CalendarRow, CaseRow, CommitteeRow, MediatorRow, NoteRow, OrganisationRow, Row
from authz.reach import RoleAccess, StaleActor, access_of, actor_values
from authz.resources import CALENDAR, CASE, COMMITTEE, CORE, MEDIATOR, NOTE, ORGANISATION, READ, Resource, columns
from domain.cases.intake import Location
from domain.codes.enums import CaseAction, NoteVisibility, PartySide
from domain.database.statements import Statement
from domain.kernel.actor import Actor, Membership
from domain.kernel.clock import Clock
from domain.kernel.errors import Forbidden, NotFound
from domain.kernel.grant import Grant
from domain.reading.access import ActorValue

_LOCK = Statement("""
SELECT 1 FROM dispute_case t
WHERE t.county_id = ANY (CAST(:counties AS int[])) AND t.id = CAST(:id AS uuid) FOR UPDATE
""")

# The place that a new case names must be one that exists: its finest area, with the areas above it as given.
_PLACE = Statement("""
SELECT 1 FROM organisation t
WHERE t.county_id = :county AND t.id = CAST(:finest AS uuid) AND t.is_area
  AND t.town_id IS NOT DISTINCT FROM CAST(:town AS uuid)
  AND t.community_id IS NOT DISTINCT FROM CAST(:community AS uuid)
  AND t.grid_id IS NOT DISTINCT FROM CAST(:grid AS uuid)
""")

# Places and committees of what is on the register never change, so that reading them takes no lock.
_OF_THE_REGISTER = {
    resource.name: Statement(f"""
SELECT t.county_id, t.{resource.columns["organisation_id"]} AS organisation_id, t.town_id, t.community_id, t.grid_id{more}
FROM {table} t WHERE t.county_id = ANY (CAST(:counties AS int[])) AND t.id = CAST(:id AS uuid)
""")
    for resource, table, more in (
        (ORGANISATION, "organisation", ""),
        (COMMITTEE, "mediation_committee", ""),
        (MEDIATOR, "mediator", ", t.user_id"),
    )
}


class _Reach(Statement):
    """A statement within the reach of callers of one shape; `paths` gives the caller's value that each name takes."""

    def __init__(self, sql: str, paths: Mapping[str, str]) -> None:
        super().__init__(sql)
        self.paths = paths


@lru_cache(1_000)
def _known_parties(access: RoleAccess) -> _Reach:
    """Of `:ids`, the cases that callers of this shape see and whose parties they may know."""
    paths: dict[str, str] = {}

    def bind(value: ActorValue) -> str:
        name = value.path.replace(".", "_")
        paths[name] = value.path
        # The type comes from the cast, which the compiler of statements takes in this form alone.
        return f"CAST(:{name} AS {value.sql_type})"

    seen, known = (
        access.predicate(CASE.name, READ, group).where_sql(columns(CASE.name, "t"), bind)
        for group in (CORE, "identity")
    )
    counties, user = bind(ActorValue("counties", "int4[]")), bind(ActorValue("user", "uuid"))
    return _Reach(
        f"SELECT t.id FROM dispute_case t WHERE t.county_id = ANY ({counties}) AND t.id = ANY (CAST(:ids AS uuid[]))"
        f" AND {seen} AND (t.registered_by = {user} OR {known})",
        paths,
    )


class Gate:
    """Asks the policy for one caller. Made for each request, with the policy that is in force at its start."""

    def __init__(self, policy: Policy, actor: Actor, clock: Clock) -> None:
        self._policy = policy
        self._actor = actor
        self._clock = clock

    async def require(self, session: AsyncSession, action: CaseAction, case_id: UUID) -> Grant:
        """Lock the case and let the caller do this to it.

        The lock comes first and the facts are read after it, in a statement of their own: facts that came with the
        locking statement could be older than the change it had to wait for.
        Raises NotFound if the caller may not see the case, exactly as if there were none; Forbidden if the caller
        sees it and no policy row grants the action.
        """
        locked = await _LOCK.first(session, counties=list(self._actor.counties), id=case_id)
        row = await case_row(session, self._actor.counties, case_id) if locked is not None else None
        now = self._clock()
        if row is None or not self._enforce(READ, row, now):
            raise NotFound
        return self._granted(action, row, now)

    async def require_note(
        self, session: AsyncSession, case_id: UUID, visibility: NoteVisibility, side: PartySide | None
    ) -> Grant:
        """Let the caller write a note for these readers: whoever may read it may write it, and nobody else.

        Raises as `require`, and Forbidden for a note that the caller could not read afterwards: one into the other
        side's, or one for the mediators by somebody who is none.
        """
        grant = await self.require(session, CaseAction.ADD_NOTE, case_id)
        case = await case_row(session, self._actor.counties, case_id)
        assert case is not None  # it was there under the lock
        alone = grant.membership.organisation_id if visibility is NoteVisibility.ORGANISATION else None
        note = NoteRow.on(case, visibility, side, alone)
        dom, now = str(case.county_id), self._clock()
        if not self._policy.enforce(self._actor, dom, NOTE.name, READ, CORE, note, now):
            message = "您无权查看该可见范围的备注，不能写入"
            raise Forbidden(message)
        return grant

    async def require_create(
        self,
        session: AsyncSession,
        row: CaseRow,
        action: CaseAction = CaseAction.REGISTER,
        found: Location | None = None,
    ) -> Grant:
        """Let the caller register a case with these facts: its id, county, place and centre, and the caller as registrar.

        `action`: another way to bring one in, such as a court's entrustment. `found`: what the case's service found of its
        place in this transaction; without it the place is looked up here.

        Raises Forbidden if no policy row grants it there, or if the place is not one of the county's.
        """
        if row.registered_by != self._actor.user_id or row.county_id not in self._actor.counties:
            raise Forbidden
        finest = row.grid_id or row.community_id or row.town_id
        if found is not None:
            levels = (row.county_id, row.town_id, row.community_id, row.grid_id)
            if (found.place.levels, found.centre.id) != (levels, row.organisation_id):
                raise Forbidden
        elif finest is not None:
            place = {
                "county": row.county_id,
                "finest": finest,
                "town": row.town_id,
                "community": row.community_id,
                "grid": row.grid_id,
            }
            if await _PLACE.first(session, **place) is None:
                raise Forbidden
        return self._granted(action, row, self._clock())

    async def require_calendar(self) -> Grant:
        """Let the caller set the working days of their own county; the grant's subject is who they act for.

        Raises Forbidden if no policy row grants it.
        """
        row, now = CalendarRow(self._actor.county_id), self._clock()
        found = explain_rows(self._policy, self._actor, CALENDAR.name, "set", CORE, row, now)
        if not found.allowed:
            raise Forbidden
        membership = found.grounds[0].membership
        return Grant(
            actor=self._actor,
            membership=membership,
            action="set",
            county_id=row.county_id,
            subject_id=membership.organisation_id,
            policy_version=self._policy.version,
        )

    async def require_organisation(self, session: AsyncSession, action: str, organisation_id: UUID) -> Grant:
        """Let the caller put an organisation on the register (`register`), or size the committees of an area (`set`).

        Raises NotFound for an organisation beyond the caller's directory; Forbidden if no policy row grants it there.
        """
        found = await self._of_the_register(session, ORGANISATION, organisation_id)
        row = CommitteeRow(**found)
        return self._granted_upon(
            COMMITTEE, action, row, organisation_id, seen=(ORGANISATION, OrganisationRow(**found))
        )

    async def require_committee(self, session: AsyncSession, action: str, committee_id: UUID) -> Grant:
        """Let the caller do this to a committee on the register: `elect`, `appoint`. Raises as `require`."""
        row = CommitteeRow(**await self._of_the_register(session, COMMITTEE, committee_id))
        return self._granted_upon(COMMITTEE, action, row, committee_id, seen=(COMMITTEE, row))

    async def require_mediator(self, session: AsyncSession, action: str, mediator_id: UUID) -> Grant:
        """Let the caller do this to an appointment on the register: `dismiss`. Raises as `require`."""
        row = MediatorRow(**await self._of_the_register(session, MEDIATOR, mediator_id))
        return self._granted_upon(MEDIATOR, action, row, mediator_id, seen=(MEDIATOR, row))

    async def _of_the_register(self, session: AsyncSession, resource: Resource, key: UUID) -> dict[str, Any]:
        found = await _OF_THE_REGISTER[resource.name].first(session, counties=list(self._actor.counties), id=key)
        if found is None:
            raise NotFound
        return dict(found)

    def _granted_upon(
        self,
        resource: Resource,
        action: str,
        row: CommitteeRow | MediatorRow,
        subject: UUID,
        *,
        seen: tuple[Resource, Row],
    ) -> Grant:
        """A grant upon a row of the register. `seen`: what the caller must be able to see of it to be told more than no."""
        dom, now = str(row.county_id), self._clock()
        shown, facts = seen
        if not self._policy.enforce(self._actor, dom, shown.name, READ, CORE, facts, now):
            raise NotFound
        found = explain_rows(self._policy, self._actor, resource.name, action, CORE, row, now)
        if not found.allowed:
            raise Forbidden
        return Grant(
            actor=self._actor,
            membership=found.grounds[0].membership,
            action=action,
            county_id=row.county_id,
            subject_id=subject,
            policy_version=self._policy.version,
        )

    async def told_of(self, session: AsyncSession, case_ids: Sequence[UUID]) -> tuple[UUID, ...]:
        """Of these cases those whose parties the caller may know: who reads identities there, or wrote them.

        A list, so the compiled policy decides, in one statement. Keeps their order; none once a membership has ended.
        """
        if not case_ids:
            return ()
        try:
            values = actor_values(self._actor, self._clock())
        except StaleActor:
            return ()
        statement = _known_parties(access_of(self._policy, self._actor))
        given = {name: values[path] for name, path in statement.paths.items()}
        rows = await statement.rows(session, ids=list(case_ids), **given)
        open_to = {row["id"] for row in rows}
        return tuple(one for one in case_ids if one in open_to)

    def _enforce(self, action: str, row: CaseRow, now: datetime, group: str = CORE) -> bool:
        return self._policy.enforce(self._actor, str(row.county_id), CASE.name, action, group, row, now)

    def _granted(self, action: CaseAction, row: CaseRow, now: datetime) -> Grant:
        if not self._enforce(action.value, row, now):
            raise Forbidden
        return Grant(
            actor=self._actor,
            membership=self._membership(action, row, now),
            action=action.value,
            county_id=row.county_id,
            subject_id=row.id,
            policy_version=self._policy.version,
        )

    def _membership(self, action: CaseAction, row: CaseRow, now: datetime) -> Membership:
        """By which membership the caller acts: of the first policy row that allows it, so that it never varies."""
        return explain_rows(self._policy, self._actor, CASE.name, action.value, CORE, row, now).grounds[0].membership
