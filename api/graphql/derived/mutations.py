"""The mutation root from the commands: each field one transaction through the gate and the rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import new_class
from typing import Any, cast
from uuid import UUID

import strawberry

from api.graphql.context import (
    Context,
    Done,
    History,
    Reference,
    Refusal,
)
from api.graphql.derived.gates import GATES, Attempt
from api.graphql.derived.inputs import Draft, input_type, reader
from api.graphql.derived.payloads import (
    Types,
    conflict_type,
    result_type,
    success_type,
)
from api.graphql.errors import (
    Forbidden,
    InvalidInput,
    NotFound,
    RuleRefused,
    to_problem,
)
from authz.gate import Gate
from domain.audit.entries import TRIED, attempt, record_command
from domain.foundation.basics.commands import Command, Subject
from domain.foundation.basics.errors import DomainError, StaleVersion
from domain.foundation.basics.ids import global_id
from domain.foundation.database.session import Session, rows_added
from domain.registry import CATALOGUE

Info = strawberry.Info[Any, Any]
CASE = "case"


def mutation_type(commands: Iterable[Command], types: Types) -> type:
    """The mutation root: a field for each command, with its input and its payload."""

    def fill(body: dict[str, Any]) -> None:
        body["__module__"] = __name__
        body["__doc__"] = "The mutation root."
        for command in sorted(commands, key=lambda one: one.outside):
            body[command.outside] = _field(command, types)

    text = "Changes; each is one transaction, and changes all of what it says or nothing 变更"
    return strawberry.type(new_class("Mutation", exec_body=fill), description=text)


def _field(command: Command, types: Types) -> Any:
    success, conflict = success_type(command, types), conflict_type(command, types)
    carrier = Carrier(command, reader(command), success, conflict)

    async def field(self: Any, info: Info, input: Any) -> Any:  # noqa: ARG001 - the root has no value
        return await carrier.carry_out(cast("Context", info.context), input)

    field.__annotations__ = {
        "info": Info,
        "input": input_type(command),
        "return": result_type(command, success, conflict),
    }
    return strawberry.mutation(field, name=command.outside, description=command.about_text)


@dataclass(frozen=True, slots=True)
class Carrier:
    """Carries out one command: past the gate, by its service, in one transaction; and makes its payload."""

    command: Command
    read: Any
    success: Any
    conflict: Any

    async def carry_out(self, context: Context, given: Any) -> RuleRefused | Forbidden | NotFound | InvalidInput | Any:
        """What came of an input: the success, or the problem that stands in its place."""
        draft: Draft = self.read(given)
        shown = self._actions_of(draft)

        async def work(session: Session, gate: Gate) -> Done:
            attempt = Attempt(self.command, draft, context.actor, context.clock, session, gate)
            try:
                grant, more = await GATES[self.command.gate](attempt)
            except DomainError:
                # Nor is anything refused on the word of memberships that are no more, or are new.
                await context.require_fresh(session)
                raise
            await context.require_fresh(session)
            draft.refuse_faults(context.clock())
            outcome = await self.command.service(session, grant, draft.command, clock=context.clock, **more)
            done = Done(_id_of(outcome), self._collect_told(outcome) | await self._find_added(session))
            record_command(session, grant, self.command.outside, (self._kind, done.subject_id), context.clock())
            return done

        outcome = await context.perform(
            self.command.outside, given.idempotency_key, given, work, shown, dry_run=given.dry_run
        )
        if isinstance(outcome, Refusal) or given.dry_run:
            await self._record_attempt(context, draft, outcome)
        if isinstance(outcome, Refusal):
            return self._to_problem(outcome, draft, given.client_mutation_id)
        return self._payload(outcome, given.client_mutation_id, dry_run=given.dry_run)

    @property
    def _kind(self) -> str:
        """What the audit log calls what the command is upon, or makes."""
        subject = self.command.upon or self.command.shows
        return self.command.resource if subject is None else subject.name

    async def _record_attempt(self, context: Context, draft: Draft, outcome: Done | Refusal) -> None:
        """Record what was refused, or only tried, of which the command's own transaction keeps nothing.

        Raises AuditUnavailable where that cannot be: then nothing is told.
        """
        error = outcome.error if isinstance(outcome, Refusal) else None
        entry = attempt(
            context.actor,
            self.command.outside,
            TRIED if error is None else error.code,
            context.clock(),
            context.policies.current.version,
            subject=(self._kind, draft.subject or None),
            detail=getattr(error, "rule", None),
        )
        await context.audit.write(entry)

    def _actions_of(self, draft: Draft) -> Reference | None:
        """What may be done upon the command's row, where its view tells of it."""
        upon = self.command.upon
        # Not everything that a command is upon is read by a view: a court that entrusts is not.
        if upon is None or not upon.view or not draft.subject:
            return None
        if "available_actions" not in CATALOGUE[upon.view].members:
            return None
        return Reference(upon.view, global_id(upon.id_of, draft.subject), member=True)

    def _to_problem(self, refusal: Refusal, draft: Draft, client_mutation_id: str | None) -> Any:
        upon, error = self.command.upon, refusal.error
        if not isinstance(error, StaleVersion) or upon is None:
            return to_problem(refusal, client_mutation_id)
        row = Reference(upon.view, global_id(upon.id_of, draft.subject)) if draft.subject else None
        shown = {upon.name: row}
        if upon.timeline and row is not None:
            shown["changes"] = Reference(upon.view, row.id, history=History(upon.timeline, error.expected))
        return to_problem(refusal, client_mutation_id, self.conflict, **shown)

    def _collect_told(self, outcome: Any) -> dict[str, Any]:
        """What the service returned, as far as the payload tells of it; kept for a repeat of the request."""
        return {
            one.name: [global_id(one.type.name, id_) for id_ in getattr(outcome, one.name)]
            if isinstance(one.type, Subject)
            else getattr(outcome, one.name)
            for one in self.command.tells
        }

    async def _find_added(self, session: Session) -> dict[str, Any]:
        """The ids of the rows that the command added, as far as the payload shows them."""
        makes = self.command.makes
        if makes is None:
            return {}
        view = CATALOGUE[makes.view]
        assert view.prefix is not None, f"{self.command.outside} makes a {makes.view}, which has no id"
        ids = [global_id(view.prefix, one) for one in await rows_added(session, view.table)]
        return {makes.name: ids if makes.several else next(iter(ids), None)}

    def _payload(self, done: Done, client_mutation_id: str | None, *, dry_run: bool) -> Any:
        shown: dict[str, Any] = {}
        subject = self.command.shows
        if subject is not None and subject.view:
            shown[subject.name] = Reference(subject.view, global_id(subject.name, done.subject_id))
        for one in self.command.tells:
            value = done.told[one.name]
            if isinstance(one.type, Subject):
                value = [Reference(one.type.view, id_) for id_ in value]
            shown[one.name] = value
        makes = self.command.makes
        if makes is not None:
            # Of a repeat, what the first request made; that may have been before commands told of it.
            ids = done.told.get(makes.name)
            if makes.several:
                shown[makes.name] = [Reference(makes.view, one) for one in ids or ()]
            else:
                shown[makes.name] = None if ids is None else Reference(makes.view, ids)
        return self.success(client_mutation_id=client_mutation_id, dry_run=dry_run, **shown)


def _id_of(outcome: Any) -> UUID:
    """The id of what a service changed or made: what it returned, or had of it."""
    return outcome if isinstance(outcome, UUID) else outcome.id
