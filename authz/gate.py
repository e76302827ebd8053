"""The gate of commands: may this caller do this to that case? Yes is a `Grant`; nothing else makes one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from authz.enforcer import Policy
from authz.explain import explain_rows
from authz.facts import CALENDAR, CASE, CORE, NOTE, READ, CalendarRow, CaseRow, NoteRow, case_row
from domain.codes.enums import CaseAction, NoteVisibility, PartySide
from domain.kernel.actor import Actor, Membership
from domain.kernel.clock import Clock
from domain.kernel.errors import Forbidden, NotFound
from domain.kernel.grant import Grant

_LOCK = text("""
SELECT 1 FROM dispute_case t
WHERE t.county_id = ANY (CAST(:counties AS int[])) AND t.id = CAST(:id AS uuid) FOR UPDATE
""")

# The place that a new case names must be one that exists: its finest area, with the areas above it as given.
_PLACE = text("""
SELECT 1 FROM organisation t
WHERE t.county_id = :county AND t.id = CAST(:finest AS uuid) AND t.is_area
  AND t.town_id IS NOT DISTINCT FROM CAST(:town AS uuid)
  AND t.community_id IS NOT DISTINCT FROM CAST(:community AS uuid)
  AND t.grid_id IS NOT DISTINCT FROM CAST(:grid AS uuid)
""")


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
        place = {"counties": list(self._actor.counties), "id": case_id}
        locked = (await session.execute(_LOCK, place)).first()
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
        self, session: AsyncSession, row: CaseRow, action: CaseAction = CaseAction.REGISTER
    ) -> Grant:
        """Let the caller register a case with these facts: its id, county, place and centre, and the caller as registrar.

        `action`: another way to bring one in, such as a court's entrustment.

        Raises Forbidden if no policy row grants it there, or if the place is not one of the county's.
        """
        if row.registered_by != self._actor.user_id or row.county_id not in self._actor.counties:
            raise Forbidden
        finest = row.grid_id or row.community_id or row.town_id
        if finest is not None:
            place = {
                "county": row.county_id,
                "finest": finest,
                "town": row.town_id,
                "community": row.community_id,
                "grid": row.grid_id,
            }
            if (await session.execute(_PLACE, place)).first() is None:
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

    async def may_be_told_of(self, session: AsyncSession, case_id: UUID) -> bool:
        """Whether the caller may learn who is a party of this case: by reading identities, or having written them."""
        row = await case_row(session, self._actor.counties, case_id)
        now = self._clock()
        if row is None or not self._enforce(READ, row, now):
            return False
        return row.registered_by == self._actor.user_id or self._enforce(READ, row, now, "identity")

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
