"""How the policy is asked for a command: of an action upon its subject, unless its declaration names another way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from api.graphql.derived.inputs import Draft, malformed_id
from authz.facts import Facts, facts_in_place
from authz.gate import Gate
from domain.codes.enums import CaseAction
from domain.disputes.cases.service import Location, locate
from domain.foundation.basics.actor import Actor
from domain.foundation.basics.checking import check_command
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.commands import Command
from domain.foundation.basics.errors import InvalidInput, NotFound
from domain.foundation.basics.grant import Grant
from domain.foundation.database.session import Session
from domain.tenancy.locations import resolve_place


@dataclass(frozen=True, slots=True)
class Attempt:
    """One command about to be carried out by one caller, in one transaction."""

    declared: Command
    draft: Draft
    actor: Actor
    clock: Clock
    session: Session
    gate: Gate

    @property
    def subject(self) -> UUID:
        """What the command is upon. Raises NotFound for an id of anything else: it is nothing the caller can see."""
        if self.draft.subject is None:
            raise NotFound
        return self.draft.subject


Granted = tuple[Grant, Mapping[str, Any]]
"""A grant, and what the service is told besides: what the asking has found already."""
Ask = Callable[[Attempt], Awaitable[Granted]]
NOTHING: Mapping[str, Any] = MappingProxyType({})


async def _upon_subject(attempt: Attempt) -> Granted:
    declared = attempt.declared
    grant = await attempt.gate.require(attempt.session, declared.resource, declared.action, attempt.subject)
    return grant, NOTHING


async def _note(attempt: Attempt) -> Granted:
    """Whoever may read a note may write it: so it is asked after the readers that the note names."""
    subject = attempt.subject
    command = check_command(attempt.draft.command, attempt.clock())
    grant = await attempt.gate.require_note(attempt.session, subject, command.visibility, command.side)
    return grant, NOTHING


async def _new_case(attempt: Attempt) -> Granted:
    command = attempt.draft.command
    attempt.draft.refuse_faults(attempt.clock())
    location, row = await _place_of(attempt, command.place_id)
    grant = await attempt.gate.require_create(attempt.session, row, found=location)
    # That a person is a party elsewhere is told only to whom their identity there is open.
    return grant, {"location": location, "known": attempt.gate.told_of}


async def _court(attempt: Attempt) -> Granted:
    """A case that a court brings in: the caller acts for the court that the input names."""
    draft = attempt.draft
    if draft.subject is None:
        draft.faults.insert(0, malformed_id("courtId"))
    draft.refuse_faults(attempt.clock())
    location, row = await _place_of(attempt, draft.command.registration.place_id, court_id=draft.subject)
    return await attempt.gate.require_create(attempt.session, row, CaseAction.ENTRUST, location), NOTHING


async def _place_of(attempt: Attempt, place_id: UUID, **more: Any) -> tuple[Location, Facts]:
    """Where a new case would lie, and the facts that it would have."""
    actor = attempt.actor
    location = await locate(attempt.session, actor.county_id, place_id, attempt.clock())
    return location, facts_in_place("case", actor, location.place, organisation_id=location.centre.id, **more)


async def _in_place(attempt: Attempt) -> Granted:
    """Something new that lies in a place, which the command names as `place_id`: the caller acts where that is."""
    attempt.draft.refuse_faults(attempt.clock())
    actor, resource = attempt.actor, attempt.declared.resource
    place = await resolve_place(attempt.session, actor.county_id, attempt.draft.command.place_id, attempt.clock())
    if place is None:
        raise InvalidInput("没有该区域", "there is no such area", field="placeId")
    row = facts_in_place(resource, actor, place)
    grant = await attempt.gate.require_create(attempt.session, row, attempt.declared.action)
    return grant, {"place": place}


async def _in_county(attempt: Attempt) -> Granted:
    return await attempt.gate.require_in_county(attempt.declared.resource, attempt.declared.action), NOTHING


async def _policy_rows(attempt: Attempt) -> Granted:
    """A county's own policy rows: what they may say is the gate's to judge."""
    ask = _in_county if attempt.declared.upon is None else _upon_subject
    return (await ask(attempt))[0], {"faults_of": attempt.gate.faults_of_row}


GATES: Mapping[str, Ask] = MappingProxyType(
    {
        "": _upon_subject,
        "note": _note,
        "new_case": _new_case,
        "court": _court,
        "in_place": _in_place,
        "in_county": _in_county,
        "policy_rows": _policy_rows,
    }
)
"""The way to ask, by the name that declarations give it."""
