"""Plays what a place has of further kinds of work: each step the kind's own command, past its gate and its rules.

Which command a step is, what it takes and how it is asked for the kinds declare: a further kind needs nothing here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.foundation.basics.actor import Actor
from domain.foundation.basics.commands import Command
from domain.foundation.basics.grant import Grant
from domain.foundation.kernel.rooms import Kind
from domain.places.history_commands import CommandWriter, Occasion
from domain.places.people import People
from domain.places.specification import PlaceError
from domain.places.tenants import Tenants
from domain.places.work import WorkSpec, WorkStep
from domain.registry import CATALOGUE
from domain.tenancy.locations import Place, resolve_place


@dataclass(frozen=True, slots=True)
class WorkIntent:
    """What somebody is about to do: a command upon which row or, where it makes one, in which place."""

    actor: Actor
    command: Command
    now: datetime
    subject_id: UUID | None
    place: Place | None


@dataclass(slots=True)
class _Row:
    """A row under play; `id`: once it is made."""

    spec: WorkSpec
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class WorkAct:
    """One step of one row, at its moment."""

    at: datetime
    ordinal: int
    row: _Row
    step: WorkStep


class WorkPlayer:
    """Plays what one county has of every kind."""

    def __init__(
        self, work: tuple[WorkSpec, ...], tenants: Tenants, people: People, county_id: int, now: datetime
    ) -> None:
        self._rows = [_Row(one) for one in work if tenants[one.place].county_id == county_id]
        self._tenants = tenants
        self._writer = CommandWriter(tenants, people)
        self._county_id = county_id
        self._now = now

    async def acts(self, session: AsyncSession) -> list[WorkAct]:
        """Every step, but of kinds of which the county has rows already: those were played. Raises PlaceError."""
        kinds = {row.spec.kind.subject: row.spec.kind for row in self._rows}
        there = {subject for subject, kind in kinds.items() if await self._has(session, kind)}
        acts = [
            WorkAct(step.on.moment(self._now), ordinal, row, step)
            for row in self._rows
            if row.spec.kind.subject not in there
            for ordinal, step in enumerate(row.spec.steps)
        ]
        for before, act in zip([None, *acts], acts, strict=False):
            if act.at > self._now:
                raise PlaceError(f"{act.row.spec.key}: {act.step.command.action} lies in the future")
            if before is not None and before.row is act.row and before.at > act.at:
                raise PlaceError(f"{act.row.spec.key}: {act.step.command.action} comes before the step above it")
        return acts

    async def do(
        self,
        session: AsyncSession,
        act: WorkAct,
        actor: Actor,
        permit: Callable[[AsyncSession, WorkIntent], Awaitable[Grant]],
    ) -> None:
        """Take one step. Raises PlaceError for what it names and nothing has, and the refusals of gate and rules."""
        row, step = act.row, act.step
        place = None
        if row.id is None:
            place = await resolve_place(session, self._county_id, self._tenants[row.spec.place].id, act.at)
            if place is None:
                raise PlaceError(f"{row.spec.place} is no area in which anything lies")
        grant = await permit(session, WorkIntent(actor, step.command, act.at, row.id, place))
        row.id = grant.subject_id
        occasion = Occasion(session, self._county_id, row.id, await self._version(session, row), self._now, act.at, 0)
        command = await self._writer.object(step.command.form, step.given, occasion)
        found = {} if place is None else {"place": place}
        await step.command.service(session, grant, command, clock=lambda: act.at, **found)

    async def _has(self, session: AsyncSession, kind: Kind) -> bool:
        sql = f"SELECT EXISTS (SELECT FROM {_table(kind)} WHERE county_id = :county)"
        return bool(await session.scalar(text(sql), {"county": self._county_id}))

    async def _version(self, session: AsyncSession, row: _Row) -> int:
        sql = f"SELECT version FROM {_table(row.spec.kind)} WHERE county_id = :county AND id = :id"
        return await session.scalar(text(sql), {"county": self._county_id, "id": row.id}) or 0


def _table(kind: Kind) -> str:
    return CATALOGUE[kind.subject].table
