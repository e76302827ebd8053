"""Mutations of the register of mediation committees and mediators."""

from __future__ import annotations

from typing import Any, TypeVar, cast

import strawberry

from api.cases.changing import Info
from api.committees import inputs, payloads
from api.context import Change, Context, Done, Reference, Refusal
from api.errors import Forbidden, InvalidInput, NotFound, RuleRefused, refused
from api.fields import mutation
from authz.gate import Gate
from domain.committees import service as register
from domain.database.session import Session
from domain.kernel.ids import global_id

Success = TypeVar("Success", bound=payloads.CommitteeChanged | payloads.MediatorChanged)


@strawberry.type
class CommitteeMutations:
    """A part of the mutation root."""

    @mutation("Put an organisation on the register as a mediation committee 登记调委会")
    async def committee_register(
        self, info: Info, input: inputs.CommitteeRegisterInput
    ) -> payloads.CommitteeRegisterResult:
        clock = cast("Context", info.context).clock

        async def work(session: Session, gate: Gate) -> Done:
            grant = await gate.require_organisation(session, "register", input.key)
            return Done(await register.register_committee(session, grant, clock=clock), {})

        return await _perform(info, input, work, payloads.CommitteeRegisterSuccess, "mediation_committee", "committee")

    @mutation("Record an election: a new term, its members mediators 推选、换届")
    async def committee_elect(self, info: Info, input: inputs.CommitteeElectInput) -> payloads.CommitteeElectResult:
        clock = cast("Context", info.context).clock

        async def work(session: Session, gate: Gate) -> Done:
            grant = await gate.require_committee(session, "elect", input.key)
            return Done(await register.elect(session, grant, input.command(), clock=clock), {})

        return await _perform(info, input, work, payloads.CommitteeElectSuccess, "mediation_committee", "committee")

    @mutation("Say how many members the committees of an area have 规定委员人数")
    async def committee_set_size(
        self, info: Info, input: inputs.CommitteeSetSizeInput
    ) -> payloads.CommitteeSetSizeResult:
        context = cast("Context", info.context)

        async def work(session: Session, gate: Gate) -> Done:
            grant = await gate.require_organisation(session, "set", input.key)
            return Done(await register.set_size(session, grant, input.command(), clock=context.clock), {})

        outcome = await context.perform(info.field_name, input.idempotency_key, input, work)
        if isinstance(outcome, Refusal):
            return refused(outcome, input.client_mutation_id)
        return payloads.CommitteeSetSizeSuccess(
            fewest=input.fewest, most=input.most, client_mutation_id=input.client_mutation_id
        )

    @mutation("Record that a committee engaged a mediator 聘任调解员")
    async def mediator_appoint(self, info: Info, input: inputs.MediatorAppointInput) -> payloads.MediatorAppointResult:
        clock = cast("Context", info.context).clock

        async def work(session: Session, gate: Gate) -> Done:
            grant = await gate.require_committee(session, "appoint", input.key)
            return Done(await register.appoint(session, grant, input.command(), clock=clock), {})

        return await _perform(info, input, work, payloads.MediatorAppointSuccess, "mediator", "mediator")

    @mutation("Record a dismissal, with its ground and what it rests on 罢免、解聘调解员")
    async def mediator_dismiss(self, info: Info, input: inputs.MediatorDismissInput) -> payloads.MediatorDismissResult:
        clock = cast("Context", info.context).clock

        async def work(session: Session, gate: Gate) -> Done:
            grant = await gate.require_mediator(session, "dismiss", input.key)
            return Done(await register.dismiss(session, grant, input.command(), clock=clock), {})

        return await _perform(info, input, work, payloads.MediatorDismissSuccess, "mediator", "mediator")


async def _perform(
    info: Info, given: Any, work: Change, success: type[Success], view: str, shown: str
) -> Success | RuleRefused | Forbidden | NotFound | InvalidInput:
    """Run a command and show the row that it changed, or the problem that stands in its place."""
    outcome = await cast("Context", info.context).perform(info.field_name, given.idempotency_key, given, work)
    if isinstance(outcome, Refusal):
        return refused(outcome, given.client_mutation_id)
    row: dict[str, Any] = {shown: Reference(view, global_id(shown, outcome.case_id))}
    return success(**row, client_mutation_id=given.client_mutation_id)
