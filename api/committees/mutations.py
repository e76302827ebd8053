"""Mutations of the register of mediation committees and mediators."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

import strawberry

from api.cases.changing import Info
from api.committees import inputs, payloads
from api.context import Context, Done, Reference, Refusal
from api.errors import Forbidden, InvalidInput, NotFound, RuleRefused, refused
from api.fields import mutation
from authz.gate import Gate
from domain.committees import service as register
from domain.database.session import Session
from domain.kernel.grant import Grant
from domain.kernel.ids import global_id

Success = TypeVar("Success", bound=payloads.CommitteeChanged | payloads.MediatorChanged)
Ask = Callable[[Gate, Session], Awaitable[Grant]]
# The view of what is changed, and what its payload calls it.
COMMITTEE, MEDIATOR = ("mediation_committee", "committee"), ("mediator", "mediator")


@strawberry.type
class CommitteeMutations:
    """A part of the mutation root."""

    @mutation("Put an organisation on the register as a mediation committee 登记调委会")
    async def committee_register(
        self, info: Info, input: inputs.CommitteeRegisterInput
    ) -> payloads.CommitteeRegisterResult:
        async def ask(gate: Gate, session: Session) -> Grant:
            return await gate.require_organisation(session, "register", input.key)

        return await _change(
            info, input, ask, register.register_committee, payloads.CommitteeRegisterSuccess, COMMITTEE
        )

    @mutation("Record an election: a new term, its members mediators 推选、换届")
    async def committee_elect(self, info: Info, input: inputs.CommitteeElectInput) -> payloads.CommitteeElectResult:
        async def ask(gate: Gate, session: Session) -> Grant:
            return await gate.require_committee(session, "elect", input.key)

        return await _change(info, input, ask, register.elect, payloads.CommitteeElectSuccess, COMMITTEE)

    @mutation("Say how many members the committees of an area have 规定委员人数")
    async def committee_set_size(
        self, info: Info, input: inputs.CommitteeSetSizeInput
    ) -> payloads.CommitteeSetSizeResult:
        async def ask(gate: Gate, session: Session) -> Grant:
            return await gate.require_organisation(session, "set", input.key)

        outcome = await _perform(info, input, ask, register.set_size)
        if isinstance(outcome, Refusal):
            return refused(outcome, input.client_mutation_id)
        return payloads.CommitteeSetSizeSuccess(
            fewest=input.fewest, most=input.most, client_mutation_id=input.client_mutation_id
        )

    @mutation("Record that a committee engaged a mediator 聘任调解员")
    async def mediator_appoint(self, info: Info, input: inputs.MediatorAppointInput) -> payloads.MediatorAppointResult:
        async def ask(gate: Gate, session: Session) -> Grant:
            return await gate.require_committee(session, "appoint", input.key)

        return await _change(info, input, ask, register.appoint, payloads.MediatorAppointSuccess, MEDIATOR)

    @mutation("Record a dismissal, with its ground and what it rests on 罢免、解聘调解员")
    async def mediator_dismiss(self, info: Info, input: inputs.MediatorDismissInput) -> payloads.MediatorDismissResult:
        async def ask(gate: Gate, session: Session) -> Grant:
            return await gate.require_mediator(session, "dismiss", input.key)

        return await _change(info, input, ask, register.dismiss, payloads.MediatorDismissSuccess, MEDIATOR)


async def _perform(info: Info, given: Any, ask: Ask, service: Callable[..., Awaitable[Any]]) -> Done | Refusal:
    """Run a command past the gate, in one transaction."""
    context = cast("Context", info.context)

    async def work(session: Session, gate: Gate) -> Done:
        grant = await ask(gate, session)
        return Done(await service(session, grant, given.command(), clock=context.clock), {})

    return await context.perform(info.field_name, given.idempotency_key, given, work)


async def _change(
    info: Info,
    given: Any,
    ask: Ask,
    service: Callable[..., Awaitable[Any]],
    success: type[Success],
    changed: tuple[str, str],
) -> Success | RuleRefused | Forbidden | NotFound | InvalidInput:
    """Run a command and show the row that it changed, or the problem that stands in its place."""
    outcome = await _perform(info, given, ask, service)
    if isinstance(outcome, Refusal):
        return refused(outcome, given.client_mutation_id)
    view, shown = changed
    row: dict[str, Any] = {shown: Reference(view, global_id(shown, outcome.case_id))}
    return success(**row, client_mutation_id=given.client_mutation_id)
