"""Plays the register of a place: each step one of the register's own commands, past its gate and its rules."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.committees import commands, service
from domain.foundation.basics.actor import Actor
from domain.foundation.basics.grant import Grant
from domain.places.history_commands import CommandWriter, Occasion
from domain.places.people import People
from domain.places.register import RegisterAction, RegisterSpec, RegisterStep
from domain.places.specification import PlaceError
from domain.places.tenants import Tenants

_A = RegisterAction

COMMANDS: Mapping[RegisterAction, tuple[type, Callable[..., Awaitable[Any]]]] = MappingProxyType(
    {
        _A.REGISTER: (commands.RegisterCommittee, service.register_committee),
        _A.ELECT: (commands.ElectCommittee, service.elect),
        _A.APPOINT: (commands.AppointMediator, service.appoint),
        _A.DISMISS: (commands.DismissMediator, service.dismiss),
        _A.SET: (commands.SetCommitteeSize, service.set_size),
    }
)

# What is dismissed is an appointment, which the step names by whose it is.
_APPOINTMENT = text("""
SELECT id, version FROM mediator WHERE county_id = :county AND committee_id = :committee AND user_id = :user
ORDER BY recorded_at DESC LIMIT 1
""")
_VERSION = text("SELECT version FROM mediation_committee WHERE county_id = :county AND id = :committee")
_THERE = text("SELECT EXISTS (SELECT FROM mediation_committee WHERE county_id = :county AND id = ANY (:committees))")


@dataclass(frozen=True, slots=True)
class RegisterIntent:
    """What somebody is about to do in the register: upon which organisation, committee or appointment."""

    actor: Actor
    action: RegisterAction
    now: datetime
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class RegisterAct:
    """One step, at its moment."""

    at: datetime
    ordinal: int
    spec: RegisterSpec
    step: RegisterStep


class RegisterPlayer:
    """Plays what one county's part of a place's register says."""

    def __init__(
        self, register: tuple[RegisterSpec, ...], tenants: Tenants, people: People, county_id: int, now: datetime
    ) -> None:
        self._register = tuple(one for one in register if tenants[one.key].county_id == county_id)
        self._tenants = tenants
        self._people = people
        self._writer = CommandWriter(tenants, people)
        self._county_id = county_id
        self._now = now

    async def acts(self, session: AsyncSession) -> list[RegisterAct]:
        """Every step, unless one of the committees is on the register already: then it was played. Raises PlaceError."""
        committees = [self._tenants[one.key].id for one in self._register]
        asked = {"county": self._county_id, "committees": committees}
        if not committees or await session.scalar(_THERE, asked):
            return []
        acts = [
            RegisterAct(step.on.moment(self._now), ordinal, one, step)
            for one in self._register
            for ordinal, step in enumerate(one.steps)
        ]
        for act in acts:
            if act.at > self._now:
                raise PlaceError(f"{act.spec.key}: {act.step.action} lies in the future")
        return acts

    async def do(
        self,
        session: AsyncSession,
        act: RegisterAct,
        actor: Actor,
        permit: Callable[[AsyncSession, RegisterIntent], Awaitable[Grant]],
    ) -> None:
        """Take one step. Raises PlaceError for what it names and nothing has, and the refusals of gate and rules."""
        step, organisation = act.step, self._tenants[act.spec.key].id
        subject, version, given = organisation, 1, dict(step.given)
        if step.action is _A.DISMISS:
            subject, version = await self._appointment(session, organisation, given.pop("mediator"))
        elif step.action is _A.ELECT:
            asked = {"county": self._county_id, "committee": organisation}
            version = await session.scalar(_VERSION, asked) or 0
        grant = await permit(session, RegisterIntent(actor, step.action, act.at, subject))
        kind, done = COMMANDS[step.action]
        occasion = Occasion(session, self._county_id, subject, version, self._now, act.at, 0)
        await done(session, grant, await self._writer.object(kind, given, occasion), clock=lambda: act.at)

    async def _appointment(self, session: AsyncSession, committee: UUID, person: str) -> tuple[UUID, int]:
        asked = {"county": self._county_id, "committee": committee, "user": self._people[person].id}
        found = (await session.execute(_APPOINTMENT, asked)).one_or_none()
        if found is None:
            raise PlaceError(f"{person} has no appointment there")
        return found.id, found.version
