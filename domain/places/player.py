"""Plays the histories of a place, its register and its work of other kinds: each step a command of the platform, at its own time, by whom it says.

Nothing is written here that a command, or the watch over the clocks, does not write: a step that the gate or a rule
refuses stops the loading. All of a county's steps are one transaction, so that a load that is killed leaves none.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.codes.enums import CaseAction, CaseSource, PartyKind, PartySide
from domain.disputes.cases.commands import NewParty, RegisterCase, RegisterOutcome
from domain.disputes.cases.intake import Location, locate, register
from domain.disputes.cases.told import count_told
from domain.disputes.court_entrustment.commands import EntrustCase
from domain.disputes.court_entrustment.service import entrust
from domain.foundation.basics.actor import Actor
from domain.foundation.basics.clock import CHINA, Clock
from domain.foundation.basics.errors import DomainError
from domain.foundation.basics.grant import Grant
from domain.foundation.database.session import create_engine, unit_of_work
from domain.foundation.database.statements import write
from domain.foundation.query.run import PooledReader, Reader
from domain.law.supervision import watch
from domain.places.histories import BeginningSpec, HistorySpec, StepSpec
from domain.places.history_commands import COMMANDS, CommandWriter, Occasion
from domain.places.loader import ADVISORY_LOCK, Model, Progress, quiet
from domain.places.parties import party_particulars
from domain.places.register_player import RegisterAct, RegisterIntent, RegisterPlayer
from domain.places.specification import PartySpec, PlaceError
from domain.places.work_player import WorkAct, WorkIntent, WorkPlayer
from domain.registry import EXPIRY_HANDLERS
from domain.tenancy.actors import read_actor

LABEL = "histories"
# The watch goes its rounds once a day, for as long as anything of the samples is under way.
ROUND, WATCHED = time(6), timedelta(days=100)


@dataclass(frozen=True, slots=True)
class Intent:
    """What somebody is about to do: upon which case or, where one begins, where it would lie and before which court."""

    actor: Actor
    action: CaseAction
    now: datetime
    case_id: UUID | None
    command: Any
    location: Location | None = None
    court_id: UUID | None = None


Permit = Callable[[AsyncSession, Intent | RegisterIntent | WorkIntent], Awaitable[Grant]]
"""The gate: a grant for what is intended, or its refusal."""


@dataclass(slots=True)
class _Case:
    """A case under play."""

    history: HistorySpec
    county_id: int
    id: UUID | None = None
    begins: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Act:
    """One step (None: the case begins) of one case, at its moment."""

    at: datetime
    ordinal: int
    case: _Case
    step: StepSpec | None


async def play(
    application_url: str,
    model: Model,
    permit: Permit,
    *,
    clock: Clock,
    progress: Progress = quiet,
) -> None:
    """Play the register, every history and the further work of a loaded place, each once.

    Where a committee is on the register the register is left as it is; where a case has moved on since it was loaded, every
    history is; where a county has rows of a kind of work, that kind is.

    Raises PlaceError for a step that contradicts the files, lies in the future, or that the gate or a rule refuses.
    """
    if not model.histories and not model.register and not model.work:
        return
    engine = create_engine(application_url, connections=1)
    reader = PooledReader(application_url, 1)
    try:
        for county in model.place.counties:
            player = _Player(engine, reader, model, permit, county.id, clock())
            await player.play(progress)
    finally:
        await reader.close()
        await engine.dispose()


class _Player:
    def __init__(
        self, engine: AsyncEngine, reader: Reader, model: Model, permit: Permit, county_id: int, now: datetime
    ) -> None:
        self._engine = engine
        self._reader = reader
        self._model = model
        self._permit = permit
        self._county_id = county_id
        self._now = now
        self._writer = CommandWriter(model.tenants, model.people)
        self._register = RegisterPlayer(model.register, model.tenants, model.people, county_id, now)
        self._work = WorkPlayer(model.work, model.tenants, model.people, county_id, now)
        self._actors: dict[str, Actor] = {}

    async def play(self, progress: Progress) -> None:
        cases = [_Case(one, self._county_id) for one in self._model.histories if self._is_here(one)]
        async with unit_of_work(self._engine, (self._county_id,)) as session:
            # Of two loads at once the second waits, and then finds that everything was done.
            await session.execute(text("SELECT set_config('lock_timeout', '120s', true)"))
            await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
            acts: list[_Act | RegisterAct | WorkAct] = [
                *await self._register.acts(session),
                *await self._work.acts(session),
            ]
            if all([await self._find(session, case) for case in cases]):
                acts += [act for case in cases for act in self._acts(case)]
            if not acts:
                return
            acts.sort(key=lambda act: (act.at, act.ordinal))
            rounds = self._rounds() if cases else []
            for done, act in enumerate(acts):
                progress(LABEL, done, len(acts))
                while rounds and rounds[0] <= act.at:
                    await self._watch(session, rounds.pop(0))
                await self._do(session, act)
                session.expunge_all()
            for moment in rounds:
                await self._watch(session, moment)
        progress(LABEL, len(acts), len(acts))

    def _is_here(self, history: HistorySpec) -> bool:
        if history.begins is not None:
            return self._model.tenants[history.begins.place].county_id == self._county_id
        return self._model.tenants[self._model.case(history.key).centre].county_id == self._county_id

    async def _find(self, session: AsyncSession, case: _Case) -> bool:
        """Find the case as it was loaded; False if it, or whatever a history begins, has moved on since."""
        begins = case.history.begins
        if begins is not None:
            there = await session.scalar(
                text(
                    "SELECT true FROM dispute_case WHERE county_id = :county AND title = :title AND registered_by = :by"
                ),
                {"county": self._county_id, "title": begins.title, "by": self._model.people[begins.by].id},
            )
            return not there
        tail, version = self._model.cases.traits(case.history.key, self._now)
        found = (
            await session.execute(
                text(
                    "SELECT id, version, registered_at FROM dispute_case"
                    " WHERE county_id = :county AND right(id::text, 17) = :tail"
                ),
                {"county": self._county_id, "tail": tail},
            )
        ).one_or_none()
        if found is None or found.version != version:
            return False
        case.id, case.begins = found.id, found.registered_at
        return True

    def _acts(self, case: _Case) -> list[_Act]:
        acts = []
        begins = case.begins
        if case.history.begins is not None:
            begins = case.history.begins.on.moment(self._now)
            acts.append(_Act(begins, 0, case, None))
        assert begins is not None
        for ordinal, step in enumerate(case.history.steps, 1):
            at = step.on.moment(begins)
            if acts and at < acts[-1].at:
                raise PlaceError(f"{case.history.key}: {step.action} comes before the step above it")
            if at > self._now:
                raise PlaceError(f"{case.history.key}: {step.action} lies in the future")
            acts.append(_Act(at, ordinal, case, step))
        return acts

    def _rounds(self) -> list[datetime]:
        first = (self._now - WATCHED).astimezone(CHINA).date()
        days = (first + timedelta(days=ordinal) for ordinal in range(WATCHED.days + 1))
        return [moment for day in days if (moment := datetime.combine(day, ROUND, CHINA)) <= self._now]

    async def _watch(self, session: AsyncSession, moment: datetime) -> None:
        while await watch.attend_next(session, self._county_id, moment, EXPIRY_HANDLERS):
            session.expunge_all()

    async def _do(self, session: AsyncSession, act: _Act | RegisterAct | WorkAct) -> None:
        if isinstance(act, RegisterAct):
            key, by, what = act.spec.key, act.step.by, f"{act.step.action} by {act.step.by}"
        elif isinstance(act, WorkAct):
            key, by, what = act.row.spec.key, act.step.by, f"{act.step.command.action} by {act.step.by}"
        elif act.step is None:
            assert act.case.history.begins is not None
            key, by, what = act.case.history.key, act.case.history.begins.by, "its beginning"
        else:
            key, by, what = act.case.history.key, act.step.by, f"{act.step.action} by {act.step.by}"
        try:
            actor = await self._actor(by, act.at)
            if isinstance(act, RegisterAct):
                await self._register.do(session, act, actor, self._permit)
            elif isinstance(act, WorkAct):
                await self._work.do(session, act, actor, self._permit)
            elif act.step is None:
                await self._begin(session, act, actor)
            else:
                await self._take(session, act, actor, act.step)
        except (DomainError, PlaceError) as refused:
            rule = getattr(refused, "rule", None) or getattr(refused, "field", None) or ""
            message = f"{self._model.place.name}: {key}: {what} on {act.at:%Y-%m-%d %H:%M}: {rule} {refused}"
            raise PlaceError(message) from refused

    async def _take(self, session: AsyncSession, act: _Act, actor: Actor, step: StepSpec) -> None:
        case = act.case
        assert case.id is not None
        assert case.begins is not None
        version = await session.scalar(
            text("SELECT version FROM dispute_case WHERE county_id = :county AND id = :id"),
            {"county": self._county_id, "id": case.id},
        )
        occasion = Occasion(session, self._county_id, case.id, version or 0, case.begins, act.at, step.shift)
        command = await self._writer.write(step, occasion)
        grant = await self._permit(session, Intent(actor, step.action, act.at, case.id, command))
        if grant.partly_told:
            # A party knows the version that parties are told; what was recorded in this transaction counts.
            await write(session)
            told = await count_told(session, self._county_id, case.id)
            command = replace(command, expected_version=told)
        _, service = COMMANDS[step.action]
        await service(session, grant, command, clock=lambda: act.at)

    async def _begin(self, session: AsyncSession, act: _Act, actor: Actor) -> None:
        begins = act.case.history.begins
        assert begins is not None
        place_id = self._model.tenants[begins.place].id
        location = await locate(session, self._county_id, place_id, act.at)
        registration = self._registration(act.case, begins, act.at, place_id)
        intent = Intent(actor, begins.action, act.at, None, registration, location)
        outcome: RegisterOutcome
        if begins.action is CaseAction.ENTRUST:
            assert begins.entrusted_to is not None
            assert begins.reference_number is not None
            court_id = actor.memberships[0].organisation_id
            command = EntrustCase(registration, self._model.tenants[begins.entrusted_to].id, begins.reference_number)
            grant = await self._permit(session, replace(intent, command=command, court_id=court_id))
            outcome = await entrust(session, grant, command, clock=lambda: act.at)
        else:
            grant = await self._permit(session, intent)
            outcome = await register(session, grant, registration, clock=lambda: act.at)
        act.case.id, act.case.begins = outcome.case.id, act.at

    def _registration(self, case: _Case, begins: BeginningSpec, at: datetime, place_id: UUID) -> RegisterCase:
        sided = [(PartySide.APPLICANT, party) for party in begins.applicants]
        sided += [(PartySide.RESPONDENT, party) for party in begins.respondents]
        sided += [(PartySide.THIRD_PARTY, party) for party in begins.third_parties]
        return RegisterCase(
            place_id=place_id,
            type_code=begins.type_code,
            source=CaseSource(begins.source),
            title=begins.title,
            facts=begins.facts,
            demands=begins.demands,
            parties=tuple(
                self._party(case, at, ordinal, side, party) for ordinal, (side, party) in enumerate(sided, 1)
            ),
            people_count=begins.people or len(sided),
        )

    def _party(self, case: _Case, at: datetime, ordinal: int, side: PartySide, party: PartySpec) -> NewParty:
        county = next(one for one in self._model.place.counties if one.id == self._county_id)
        id_number, phone, house = party_particulars(
            self._model.inventions, county, at, case.history.key, ordinal, party
        )
        return NewParty(
            side=side,
            kind=PartyKind.ORGANISATION if party.organisation else PartyKind.PERSON,
            name=party.name,
            id_number=id_number,
            phone=phone,
            address=f"{county.name}{house}号",
            minor=party.minor,
            elderly=party.elderly,
            woman_at_risk=party.woman_at_risk,
            disabled=party.disabled,
            consented=not party.organisation,
            guardian_consented=party.minor,
            user_id=self._model.people[party.user].id if party.user else None,
        )

    async def _actor(self, key: str, now: datetime) -> Actor:
        if key not in self._actors:
            person = self._model.people[key]
            actor = await read_actor(self._reader, person.county_id, person.id, person.username or key, now)
            if actor is None:
                raise PlaceError(f"{key} is not there")
            self._actors[key] = actor
        return self._actors[key]
