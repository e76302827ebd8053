"""The gate of commands: may this caller do this to that row? Yes is a `Grant`; nothing else makes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from authz.county_rows import faults_of_county_row
from authz.enforcer import Policy, require_known
from authz.explain import Ground, explain_rows
from authz.facts import Facts, facts_in_county
from authz.loading import reader_of
from authz.policy_file import PolicyRow
from authz.reach import RoleAccess, StaleActor, access_of, actor_values
from authz.resources import CORE, READ, RESOURCES, Resource, columns
from domain.codes.enums import CaseAction, NoteVisibility, PartySide
from domain.disputes.access_facts import note_readers
from domain.foundation.basics.actor import Actor
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import Forbidden, NotFound
from domain.foundation.basics.grant import Grant
from domain.foundation.database.statements import Statement
from domain.foundation.query.access import ActorValue

# The place that a new row names must be one that exists: its finest area, with the areas above it as given.
_PLACE = Statement("""
SELECT 1 FROM organisation t
WHERE t.county_id = :county AND t.id = CAST(:finest AS uuid) AND t.is_area
  AND t.town_id IS NOT DISTINCT FROM CAST(:town AS uuid)
  AND t.community_id IS NOT DISTINCT FROM CAST(:community AS uuid)
  AND t.grid_id IS NOT DISTINCT FROM CAST(:grid AS uuid)
""")
_REGISTRAR, _ORGANISATION = "registered_by", "organisation_id"
_LEVELS = ("county_id", "town_id", "community_id", "grid_id")


class _Place(Protocol):
    @property
    def levels(self) -> tuple[int, UUID | None, UUID | None, UUID | None]: ...


class _Identified(Protocol):
    @property
    def id(self) -> UUID: ...


class Found(Protocol):
    """Where a service found, in this transaction, that a new row lies, and the centre that answers for it."""

    @property
    def place(self) -> _Place: ...
    @property
    def centre(self) -> _Identified: ...


class _Reach(Statement):
    """A statement within the reach of callers of one shape; `paths` gives the caller's value that each name takes."""

    def __init__(self, sql: str, paths: Mapping[str, str]) -> None:
        super().__init__(sql)
        self._paths = paths

    def given(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What it names, of the caller's values."""
        return {name: values[path] for name, path in self._paths.items()}


class _Paths(dict[str, str]):
    """The caller's values that a statement names, by the names it gives them."""

    def bind(self, value: ActorValue) -> str:
        """The name of a value in the statement."""
        name = value.path.replace(".", "_")
        self[name] = value.path
        # The type comes from the cast, which the compiler of statements takes in this form alone.
        return f"CAST(:{name} AS {value.sql_type})"


@lru_cache(1_000)
def _readable(access: RoleAccess, resource: Resource, group: str) -> _Reach:
    """Of `:keys`, the rows that callers of this shape see with this field group, or registered themselves."""
    paths = _Paths()
    bind = paths.bind
    names = columns(resource.name, "t")
    seen, open_to = (access.predicate(resource.name, READ, one).where_sql(names, bind) for one in (CORE, group))
    counties = bind(ActorValue("counties", "int4[]"))
    if _REGISTRAR in resource.columns:
        own = f"{names[resource.columns[_REGISTRAR]]} = {bind(ActorValue('user', 'uuid'))}"
        open_to = f"({own} OR {open_to})"
    key, table = resource.declared.key, resource.declared.table.__tablename__
    return _Reach(
        f"SELECT t.{key} AS key FROM {table} t WHERE t.county_id = ANY ({counties})"
        f" AND t.{key} = ANY (CAST(:keys AS uuid[])) AND {seen} AND {open_to}",
        paths,
    )


@lru_cache(1_000)
def _lock(access: RoleAccess, resource: Resource) -> _Reach:
    """Lock the row `:key` if callers of this shape see it. One that they do not see is left alone, as if it were absent."""
    paths = _Paths()
    seen = access.predicate(resource.name, READ, CORE).where_sql(columns(resource.name, "t"), paths.bind)
    return _Reach(reader_of(resource.name).locking(seen), paths)


class Gate:
    """Asks the policy for one caller. Made for each request, with the policy that is in force at its start."""

    def __init__(self, policy: Policy, actor: Actor, clock: Clock) -> None:
        self._policy = policy
        self._actor = actor
        self._clock = clock

    async def require(self, session: AsyncSession, resource: str, action: str, key: UUID) -> Grant:
        """Let the caller do this to the row, which stays locked if what is decided by ever changes.

        Raises NotFound if the caller may not see the row, exactly as if there were none; Forbidden if the caller sees
        it and no policy row grants the action. An action that makes a row of this resource out of another's is asked
        about that other row. Raises ValueError for an action that the resource does not have.
        """
        return (await self._decide(session, resource, action, key))[0]

    async def require_part(
        self,
        session: AsyncSession,
        whole: tuple[str, str, UUID],
        part: str,
        own: Callable[[Grant], Mapping[str, Any]],
        refusal: str,
    ) -> Grant:
        """Let the caller add a part to a row: whoever may read it may write it, and nobody else.

        `whole` is the row's resource, the action and its key; `own` gives the part's own facts, once it is known by
        which membership the caller acts. Raises as `require`, and Forbidden with this refusal for a part that the
        caller could not read afterwards.
        """
        grant, row = await self._decide(session, *whole)
        facts = row.part(RESOURCES[part], own(grant))
        if not self._allows(RESOURCES[part], READ, facts, self._clock()):
            raise Forbidden(refusal)
        return grant

    async def require_create(
        self, session: AsyncSession, row: Facts, action: str = CaseAction.REGISTER, found: Found | None = None
    ) -> Grant:
        """Let the caller make a row with these facts: its id, county and place, and the caller as registrar.

        `action`: by which it is made. `found`: what the row's service found of its place in this transaction; without
        it the place is looked up here.

        Raises Forbidden if no policy row grants it there, or if the place is not one of the county's.
        """
        if row.county_id not in self._actor.counties:
            raise Forbidden
        if _REGISTRAR in row.resource.columns and row.fact(_REGISTRAR) != self._actor.user_id:
            raise Forbidden
        levels = tuple(row.fact(name) for name in _LEVELS)
        if found is not None:
            if (found.place.levels, found.centre.id) != (levels, row.fact(_ORGANISATION)):
                raise Forbidden
        elif not await self._is_place(session, levels):
            raise Forbidden
        key: UUID = row.columns[str(row.resource.declared.key)]
        return self._grant(row.resource, action, row, key, self._clock())

    async def require_in_county(self, resource: str, action: str) -> Grant:
        """Let the caller do this to what their own county has one of; the grant's subject is who they act for.

        Raises Forbidden if no policy row grants it.
        """
        row = facts_in_county(resource, self._actor.county_id)
        return self._grant(row.resource, action, row, None, self._clock())

    async def readable(
        self, session: AsyncSession, resource: str, keys: Sequence[UUID], group: str
    ) -> tuple[UUID, ...]:
        """Of these rows those that the caller sees and may read this field group of, or registered themselves.

        A list, so the compiled policy decides, in one statement. Keeps their order; none once a membership has ended.
        """
        if not keys:
            return ()
        try:
            values = actor_values(self._actor, self._clock())
        except StaleActor:
            return ()
        statement = _readable(access_of(self._policy, self._actor), RESOURCES[resource], group)
        rows = await statement.rows(session, keys=list(keys), **statement.given(values))
        readable = {row["key"] for row in rows}
        return tuple(one for one in keys if one in readable)

    async def _decide(self, session: AsyncSession, name: str, action: str, key: UUID) -> tuple[Grant, Facts]:
        """The grant, and the facts that it was decided by."""
        resource = require_known(name, action, CORE)
        seen = RESOURCES[resource.declared.taken_upon.get(action, name)]
        # What the caller does not see is not locked: neither time nor locks tell that it is there, and nobody can
        # hold up those who work on it. What is seen is judged again by facts that are read when the lock is held.
        if seen.declared.changing and not await self._locked(session, seen, key):
            raise NotFound
        row = await reader_of(seen.name).read(session, self._actor.counties, key)
        now = self._clock()
        if row is None or not self._allows(seen, READ, row, now):
            raise NotFound
        if seen is not resource:
            row = row.taken_as(resource)
        return self._grant(resource, action, row, key, now), row

    async def _locked(self, session: AsyncSession, seen: Resource, key: UUID) -> bool:
        """Lock a row that the caller sees, until the transaction ends; False where there is none such."""
        now, actor = self._clock(), self._actor
        held = tuple(one for one in actor.memberships if one.valid_until is None or now < one.valid_until)
        if len(held) < len(actor.memberships):
            actor = replace(actor, memberships=held)
        statement = _lock(access_of(self._policy, actor), seen)
        given = statement.given(actor_values(actor, now)) | {"counties": list(actor.counties), "key": key}
        return await statement.first(session, **given) is not None

    def _allows(self, resource: Resource, action: str, row: Facts, now: datetime) -> bool:
        return self._policy.enforce(self._actor, str(row.county_id), resource.name, action, CORE, row, now)

    def _grant(self, resource: Resource, action: str, row: Facts, key: UUID | None, now: datetime) -> Grant:
        """The grant of an action upon a row: with a key of None, upon what the caller's organisation has one of."""
        if not self._allows(resource, action, row, now):
            raise Forbidden
        ground = self._ground(resource, action, row, now)
        membership = ground.membership
        told = resource.declared.whole_story
        return Grant(
            actor=self._actor,
            membership=membership,
            action=str(action),
            county_id=row.county_id,
            subject_id=membership.organisation_id if key is None else key,
            policy_version=self._policy.version,
            partly_told=told is not None and key is not None and not self._is_told(resource, told, row, now),
            ground=str(ground.row),
        )

    def _is_told(self, resource: Resource, group: str, row: Facts, now: datetime) -> bool:
        """Whether a field group is open on a row that the caller sees: for most, wherever they see one."""
        access = access_of(self._policy, self._actor)
        if access.predicate(resource.name, READ, group) == access.predicate(resource.name, READ, CORE):
            return True
        return self._policy.enforce(self._actor, str(row.county_id), resource.name, READ, group, row, now)

    def _ground(self, resource: Resource, action: str, row: Facts, now: datetime) -> Ground:
        """The first policy row that allows it, and the membership by which: so it never varies by whom the caller acts."""
        return explain_rows(self._policy, self._actor, resource.name, action, CORE, row, now).grounds[0]

    @staticmethod
    async def _is_place(session: AsyncSession, levels: tuple[Any, ...]) -> bool:
        """Whether these are the level columns of a place of the county; a row may lie nowhere in particular."""
        county, town, community, grid = levels
        finest = grid or community or town
        if finest is None:
            return True
        place = {"county": county, "finest": finest, "town": town, "community": community, "grid": grid}
        return await _PLACE.first(session, **place) is not None

    def faults_of_row(self, proposer: str, row: tuple[str, str, str, str, str, str, str]) -> list[str]:
        """What is wrong with a row that somebody of this role would add to the policy of the caller's county."""
        role, *rest = row
        obj, act, fg, scope, cond, eft = rest
        stated = PolicyRow(role, str(self._actor.county_id), obj, act, fg, scope, cond, eft)
        return faults_of_county_row(self._policy, proposer, stated)

    # By the names of what they are asked about, as mutations call them.

    async def require_note(
        self, session: AsyncSession, case_id: UUID, visibility: NoteVisibility, side: PartySide | None
    ) -> Grant:
        """Let the caller write a note for these readers, into neither the other side's nor the mediators' own."""
        return await self.require_part(
            session,
            ("case", CaseAction.ADD_NOTE, case_id),
            "note",
            note_readers(visibility, side),
            "您无权查看该可见范围的备注，不能写入",
        )

    async def told_of(self, session: AsyncSession, case_ids: Sequence[UUID]) -> tuple[UUID, ...]:
        """Of these cases those whose parties the caller may know: who reads identities there, or wrote them."""
        return await self.readable(session, "case", case_ids, "identity")
